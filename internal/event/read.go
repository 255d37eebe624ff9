package event

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Cursor is a place in a list of facts that runs back in time. The zero Cursor is its start.
type Cursor struct {
	HappenedAt time.Time
	Pos        int64
}

const recordColumns = "pos, kind, coalesce(customer_id,0), coalesce(shop_id,0), coalesce(staff_id,0), subject, touchpoint, history, happened_at, recorded_at, payload"

func scanRecord(scan db.Scan) (r Record, err error) {
	var payload string
	err = scan(&r.Pos, &r.Kind, &r.CustomerID, &r.ShopID, &r.StaffID, &r.Subject, &r.Touchpoint, &r.History,
		db.ScanTime(&r.HappenedAt), db.ScanTime(&r.RecordedAt), &payload)
	r.Payload = []byte(payload)
	return r, err
}

// ListByCustomer returns facts of the customers, latest first, of the kinds (all if none), before the
// cursor. At most 100 customers: one and those merged into it.
func ListByCustomer(ctx context.Context, tx *db.Tx, customers []int64, before Cursor, limit int, kinds ...Kind) ([]Record, error) {
	if len(customers) == 0 || len(customers) > 100 {
		return nil, fmt.Errorf("list facts of %d customers: want 1 to 100", len(customers))
	}
	in, args := db.In(0, customers)
	where := []string{"customer_id in " + in, "pos is not null"}
	if len(kinds) > 0 {
		in, more := db.In(len(args), kinds)
		where, args = append(where, "kind in "+in), append(args, more...)
	}
	if !before.HappenedAt.IsZero() {
		n := len(args)
		where = append(where, fmt.Sprintf("(happened_at < $%d or (happened_at = $%d and pos < $%d))", n+1, n+1, n+2))
		args = append(args, before.HappenedAt.UnixMilli(), before.Pos)
	}
	args = append(args, limit)
	return db.All(ctx, tx, scanRecord, "select "+recordColumns+" from events where "+strings.Join(where, " and ")+
		fmt.Sprintf(" order by happened_at desc, pos desc limit $%d", len(args)), args...)
}

// ListFrom returns up to limit facts after pos, in log order.
func ListFrom(ctx context.Context, tx *db.Tx, pos int64, limit int) ([]Record, error) {
	return db.All(ctx, tx, scanRecord, "select "+recordColumns+" from events where pos > $1 order by pos limit $2", pos, limit)
}

// Head returns the last place given in the log, 0 if it is empty.
func Head(ctx context.Context, tx *db.Tx) (pos int64, err error) {
	err = tx.QueryRow(ctx, "select coalesce(max(pos), 0) from events").Scan(&pos)
	return pos, err
}

// ListAt returns the facts at some places in the log, at most 500.
func ListAt(ctx context.Context, tx *db.Tx, places []int64) (map[int64]Record, error) {
	in, args := db.In(0, places)
	records, err := db.All(ctx, tx, scanRecord, "select "+recordColumns+" from events where pos in "+in, args...)
	found := map[int64]Record{}
	for _, r := range records {
		found[r.Pos] = r
	}
	return found, err
}
