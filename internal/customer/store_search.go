package customer

import (
	"context"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// countSearch counts a search of a person, and returns how many she made in the hour.
func countSearch(ctx context.Context, tx *db.Tx, person int64, hour time.Time) (n int64, err error) {
	err = tx.QueryRow(ctx, `insert into search_counts (staff_id, hour, used) values ($1,$2,1) on conflict (staff_id) do update set
		used = case when search_counts.hour = excluded.hour then search_counts.used + 1 else 1 end, hour = excluded.hour returning used`,
		person, db.Millis(hour)).Scan(&n)
	return n, wrap("count searches", err)
}

func scanCustomerID(scan db.Scan) (c ID, err error) {
	err = scan(&c)
	return c, err
}

// findByHash returns the customer whose identity has the hash, then those who share it.
func findByHash(ctx context.Context, tx *db.Tx, scope string, hash int64, limit int) ([]ID, error) {
	var all []ID
	for _, kind := range []string{"not i.shared", "i.shared"} { // Each has its index.
		found, err := db.All(ctx, tx, scanCustomerID, `select found.id from customer_identities i join customers found on found.id = i.customer_id
			where i.index_hash = $1 and i.ended_at is null and `+kind+` and found.state = 'active' and `+scope+` order by i.id limit $2`, hash, limit)
		if err != nil {
			return nil, wrap("find by identity", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// listByShort returns the identities with the short number, newest first, with their values.
func (s *Service) listByShort(ctx context.Context, tx *db.Tx, scope string, short int64, limit int) ([]identityRow, error) {
	all, err := db.All(ctx, tx, s.scanIdentity, `select i.id, i.customer_id, i.kind, i.space, i.index_hash, i.short_index, i.sealed, i.shared, i.source, i.verified_at, i.created_at
		from customer_identities i join customers found on found.id = i.customer_id
		where i.short_index = $1 and i.ended_at is null and found.state = 'active' and `+scope+` order by i.id desc limit $2`, short, limit)
	return all, wrap("find by last digits", err)
}

// findByKey returns customers whose search column starts with the prefix, in its order. At most seen of
// them are looked at, whether in scope or not; full says that there were as many.
func findByKey(ctx context.Context, tx *db.Tx, scope, column string, prefix []byte, seen, limit int) (ids []ID, full bool, err error) {
	if len(prefix) == 0 {
		return nil, false, nil
	}
	end := append([]byte(nil), prefix...)
	end[len(end)-1]++ // The last byte of UTF-8 is never 0xFF.
	query := "select id, " + column + " as k from customers where " + column + " >= $1 and " + column + " < $2 order by " + column + " limit $3"
	ids, err = db.All(ctx, tx, scanCustomerID, "select found.id from ("+query+") found where "+scope+" order by found.k limit $4", prefix, end, seen, limit)
	if err != nil {
		return nil, false, wrap("find by name", err)
	}
	if len(ids) < limit && seen > limit {
		var n int
		if err := tx.QueryRow(ctx, "select count(*) from ("+query+") found", prefix, end, seen).Scan(&n); err != nil {
			return nil, false, wrap("count names", err)
		}
		full = n == seen
	}
	return ids, full, nil
}
