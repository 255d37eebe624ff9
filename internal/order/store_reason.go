package order

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

func listReasons(ctx context.Context, tx *db.Tx) ([]Reason, error) {
	all, err := db.All(ctx, tx, func(scan db.Scan) (r Reason, err error) {
		return r, scan(&r.Code, &r.Parent, &r.Name, &r.Position, &r.Retired, &r.Version)
	}, "select code, parent, name, position, retired, version from refund_reasons order by position, code limit 1000")
	if err != nil {
		return nil, fmt.Errorf("list refund reasons: %w", err)
	}
	return all, nil
}

func saveReason(ctx context.Context, tx *db.Tx, r Reason) error {
	_, err := tx.Exec(ctx, `insert into refund_reasons (code, parent, name, position, retired, version) values ($1, $2, $3, $4, $5, $6)
		on conflict (code) do update set parent = excluded.parent, name = excluded.name, position = excluded.position,
		retired = excluded.retired, version = excluded.version`, r.Code, r.Parent, r.Name, r.Position, r.Retired, r.Version)
	if err != nil {
		return fmt.Errorf("save refund reason: %w", err)
	}
	return nil
}
