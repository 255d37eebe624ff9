package customer

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

func upsertServed(ctx context.Context, tx *db.Tx, rows [][]any) error {
	return db.InsertLater(ctx, tx, "customer_shops", "customer_id, shop_id, home, last_served_on", rows,
		`on conflict (customer_id, shop_id) do update set last_served_on = excluded.last_served_on
			where customer_shops.last_served_on is null or customer_shops.last_served_on < excluded.last_served_on`)
}

func listHomeless(ctx context.Context, tx *db.Tx, ids []int64) ([]int64, error) {
	var all []int64
	err := db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		found, err := db.All(ctx, tx, scanID, "select id from customers where id in "+in+" and shop_id is null order by id", args...)
		all = append(all, found...)
		return err
	})
	return all, wrap("list customers without a home shop", err)
}

func scanLive(scan db.Scan) (l Live, err error) {
	err = scan(&l.ID, &l.ShopID, db.ScanTime(&l.CreatedAt))
	return l, err
}

func listLive(ctx context.Context, tx *db.Tx, after ID, limit int) ([]Live, error) {
	all, err := db.All(ctx, tx, scanLive, "select id, coalesce(shop_id,0), created_at from customers where id > $1 and state = 'active' order by id limit $2",
		after.Int64(), limit)
	return all, wrap("list live customers", err)
}

func findLive(ctx context.Context, tx *db.Tx, ids []ID) ([]Live, error) {
	var all []Live
	err := db.InChunks(ids, func(chunk []ID) error {
		in, args := db.In(0, chunk)
		found, err := db.All(ctx, tx, scanLive, "select id, coalesce(shop_id,0), created_at from customers where id in "+in+" and state = 'active' order by id", args...)
		all = append(all, found...)
		return err
	})
	return all, wrap("find live customers", err)
}

// updateBasics writes gender, preferred channel and the version after.
func updateBasics(ctx context.Context, tx *db.Tx, c customerRow) error {
	n, err := tx.Exec(ctx, "update customers set gender = $1, preferred_channel = $2, version = version + 1, updated_at = $3 where id = $4 and version = $5",
		string(c.Gender), c.Channel, tx.Now.UnixMilli(), c.ID, c.Version)
	if err != nil {
		return fmt.Errorf("update customer: %w", err)
	}
	if n == 0 {
		return stale()
	}
	return nil
}

// qualityItem is a row of the repair list.
type qualityItem struct {
	ID      ID
	Quality int64
	Missing int64
}

// listPoor returns active customers with less than full marks, the poorest first, from the place after;
// with bits only those who lack one of them.
func listPoor(ctx context.Context, tx *db.Tx, scope string, bits, afterQuality, after int64, limit int) ([]qualityItem, error) {
	items, err := db.All(ctx, tx, func(scan db.Scan) (q qualityItem, err error) {
		err = scan(&q.ID, &q.Quality, &q.Missing)
		return q, err
	}, `select id, quality, missing from customers where state = 'active' and quality < 100
		and (quality > $1 or (quality = $1 and id > $2)) and ($3 = 0 or (missing & $3) <> 0) and `+scope+`
		order by quality, id limit $4`, afterQuality, after, bits, limit)
	return items, wrap("list poor profiles", err)
}

// countReveal counts one more value seen today, unless the limit is reached.
func countReveal(ctx context.Context, tx *db.Tx, who string, today cal.Day, limit int64) (bool, error) {
	n, err := tx.Exec(ctx, `insert into reveal_counts (caller, on_day, used) values ($1,$2,1)
		on conflict (caller, on_day) do update set used = reveal_counts.used + 1 where reveal_counts.used < $3`, who, today, limit)
	return n == 1, wrap("count values seen", err)
}

// markAsked notes that the customers were asked for consent.
func markAsked(ctx context.Context, tx *db.Tx, customers []int64) error {
	asked := bitOf(FieldConsent)
	byBits := map[int64][]int64{}
	rows, err := listRows(ctx, tx, idsOf(customers), "state = 'active'")
	if err != nil {
		return err
	}
	for _, c := range rows {
		if c.Missing&asked != 0 {
			byBits[c.Missing&^asked] = append(byBits[c.Missing&^asked], c.ID.Int64())
		}
	}
	for bits, ids := range byBits {
		if err := setMissing(ctx, tx, ids, bits); err != nil {
			return err
		}
	}
	return nil
}
