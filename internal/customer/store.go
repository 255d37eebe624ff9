package customer

import (
	"context"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// customerRow is a row of customers.
type customerRow struct {
	ID         ID
	Name       string
	Gender     Gender
	Channel    string
	ShopID     int64
	State      State
	MergedInto ID
	Source     string
	Quality    int64
	Missing    int64
	Version    int64
	CreatedAt  time.Time
	UpdatedAt  time.Time

	known known // known is what Missing and Quality of a new row are made from.
}

const customerColumns = "id, name, gender, preferred_channel, coalesce(shop_id,0), state, merged_into, source, quality, missing, version, created_at, updated_at"

func scanCustomer(scan db.Scan) (c customerRow, err error) {
	err = scan(&c.ID, &c.Name, &c.Gender, &c.Channel, &c.ShopID, &c.State, &c.MergedInto, &c.Source, &c.Quality, &c.Missing, &c.Version,
		db.ScanTime(&c.CreatedAt), db.ScanTime(&c.UpdatedAt))
	return c, err
}

// findRow returns the row of a customer, whatever her state and shop.
func findRow(ctx context.Context, tx *db.Tx, customer ID) (customerRow, error) {
	c, err := scanCustomer(tx.QueryRow(ctx, "select "+customerColumns+" from customers where id = $1", customer).Scan)
	if db.NoRows(err) {
		return c, notFound()
	}
	if err != nil {
		return c, fmt.Errorf("find customer: %w", err)
	}
	return c, nil
}

// listRows returns the rows of the customers among ids for which the condition holds.
func listRows(ctx context.Context, tx *db.Tx, ids []ID, condition string) ([]customerRow, error) {
	var all []customerRow
	err := db.InChunks(ids, func(chunk []ID) error {
		in, args := db.In(0, chunk)
		rows, err := db.All(ctx, tx, scanCustomer, "select "+customerColumns+" from customers where id in "+in+" and "+condition, args...)
		all = append(all, rows...)
		return err
	})
	return all, wrap("list customers", err)
}

// wrap names what was being done, and keeps nil.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// bytesOrNull is a search key as it is stored.
func bytesOrNull(text string) any {
	if text == "" {
		return nil
	}
	return []byte(text)
}

func insertCustomers(ctx context.Context, tx *db.Tx, customers []customerRow) error {
	var rows, homes [][]any
	for _, c := range customers {
		keys, missing := keysOf(c.Name), c.known.missing()
		rows = append(rows, []any{
			c.ID, c.Name, bytesOrNull(keys.Name), bytesOrNull(keys.Given), bytesOrNull(keys.Pinyin), bytesOrNull(keys.Initials),
			string(c.Gender), c.Channel, orNull(c.ShopID), string(c.State), nil, c.Source, qualityOf(missing), missing, c.Version,
			db.Millis(c.CreatedAt), db.Millis(c.UpdatedAt),
		})
		if c.ShopID != 0 {
			homes = append(homes, []any{c.ID, c.ShopID, true, nil})
		}
	}
	_, err := db.InsertRows(ctx, tx, "customers", "id, name, search_name, search_given, search_pinyin, search_initials, gender, "+
		"preferred_channel, shop_id, state, merged_into, source, quality, missing, version, created_at, updated_at", rows, "")
	if err != nil {
		return err
	}
	_, err = db.InsertRows(ctx, tx, "customer_shops", "customer_id, shop_id, home, last_served_on", homes, "")
	return err
}

// lockTouched keeps others from the records that a batch is about to change, in the order of their ids: batches
// that changed theirs one after the other would wait for each other on PostgreSQL. One record needs no order, and
// SQLite has one writer.
func lockTouched(ctx context.Context, tx *db.Tx, ids []int64) error {
	if tx.Engine != db.Postgres || len(ids) < 2 {
		return nil
	}
	return db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		_, err := tx.Exec(ctx, "select id from customers where id in "+in+" order by id for update", args...)
		return wrap("lock customers", err)
	})
}

// rename is a new name for a customer.
type rename struct {
	customer int64
	name     string
}

func renameCustomer(ctx context.Context, tx *db.Tx, r rename) error {
	keys := keysOf(r.name)
	_, err := tx.Exec(ctx, `update customers set name = $1, search_name = $2, search_given = $3, search_pinyin = $4, search_initials = $5,
		version = version + 1, updated_at = $6 where id = $7`,
		r.name, bytesOrNull(keys.Name), bytesOrNull(keys.Given), bytesOrNull(keys.Pinyin), bytesOrNull(keys.Initials), tx.Now.UnixMilli(), r.customer)
	return wrap("rename customer", err)
}

// rehome is a new home shop for a customer.
type rehome struct{ customer, shop int64 }

// setHomes writes the home shops of customers who had none.
func setHomes(ctx context.Context, tx *db.Tx, homes []rehome) error {
	byShop := map[int64][]int64{}
	rows := make([][]any, len(homes))
	for i, h := range homes {
		byShop[h.shop] = append(byShop[h.shop], h.customer)
		rows[i] = []any{h.customer, h.shop, true, nil}
	}
	for shop, customers := range byShop {
		err := db.InChunks(customers, func(chunk []int64) error {
			in, args := db.In(2, chunk)
			_, err := tx.Exec(ctx, "update customers set shop_id = $1, version = version + 1, updated_at = $2 where id in "+in,
				append([]any{shop, tx.Now.UnixMilli()}, args...)...)
			return err
		})
		if err != nil {
			return fmt.Errorf("set home shops: %w", err)
		}
	}
	_, err := db.InsertRows(ctx, tx, "customer_shops", "customer_id, shop_id, home, last_served_on", rows,
		"on conflict (customer_id, shop_id) do update set home = excluded.home")
	return err
}

// moveHome makes another shop, or none, the home of a customer. The old one keeps its sight of her as if
// it had served her today.
func moveHome(ctx context.Context, tx *db.Tx, customer ID, old, shop int64, today cal.Day, staffID int64) error {
	if old != 0 {
		_, err := tx.Exec(ctx, `update customer_shops set home = $1,
			last_served_on = case when last_served_on is null or last_served_on < $2 then $2 else last_served_on end
			where customer_id = $3 and shop_id = $4`, false, today, customer, old)
		if err != nil {
			return fmt.Errorf("leave old home shop: %w", err)
		}
		_, err = tx.Exec(ctx, "insert into customer_homes (id, customer_id, shop_id, until_on, changed_by) values ($1,$2,$3,$4,$5)",
			tx.NewID(), customer, old, today, orNull(staffID))
		if err != nil {
			return fmt.Errorf("remember old home shop: %w", err)
		}
	}
	if shop == 0 {
		_, err := tx.Exec(ctx, "update customers set shop_id = null, updated_at = $1 where id = $2", tx.Now.UnixMilli(), customer)
		return wrap("leave home shop", err)
	}
	return setHomes(ctx, tx, []rehome{{customer.Int64(), shop}})
}

// learnt is what refreshQuality reads of a customer.
type learnt struct {
	id, missing int64
	known
}

// refreshQuality works out the scores of the customers anew. Whether she was asked for consent is kept:
// that bit follows the facts of consent.
func refreshQuality(ctx context.Context, tx *db.Tx, ids []int64) error {
	byBits := map[int64][]int64{}
	err := db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		rows, err := db.All(ctx, tx, func(scan db.Scan) (k learnt, err error) {
			var contact, dated int64
			err = scan(&k.id, &k.missing, &k.name, &k.gender, &k.shop, &contact, &dated, &k.attributes)
			k.phone, k.phoneVerified, k.wechat, k.birthday = contact&1 != 0, contact&2 != 0, contact&4 != 0, dated > 0
			return k, err
		}, `select c.id, c.missing, c.name <> '', c.gender <> '', c.shop_id is not null,
			coalesce((select cast(max(case when i.kind = 'phone' then 1 else 0 end) + max(case when i.kind = 'phone' and i.verified_at is not null then 2 else 0 end)
				+ max(case when i.kind in ('openid','unionid','external_userid') then 4 else 0 end) as bigint)
				from customer_identities i where i.customer_id = c.id and i.ended_at is null), 0),
			(select count(*) from life_dates d where d.customer_id = c.id and d.kind = 'birthday' and d.removed_at is null),
			(select count(distinct definition_id) from customer_attributes a where a.customer_id = c.id and a.removed_at is null)
			from customers c where c.id in `+in, args...)
		for _, k := range rows {
			k.consent = k.missing&bitOf(FieldConsent) == 0
			if bits := k.known.missing(); bits != k.missing {
				byBits[bits] = append(byBits[bits], k.id)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read what is known: %w", err)
	}
	for bits, ids := range byBits {
		if err := setMissing(ctx, tx, ids, bits); err != nil {
			return err
		}
	}
	return nil
}

// IncompleteSQL returns a condition on a column that holds the id of a customer: whether the quality of
// her record is below the score.
func IncompleteSQL(column string, below int64) string {
	return fmt.Sprintf("(exists (select 1 from customers rated where rated.id = %s and rated.quality < %d))", column, below)
}

func setMissing(ctx context.Context, tx *db.Tx, ids []int64, bits int64) error {
	err := db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(2, chunk)
		_, err := tx.Exec(ctx, "update customers set missing = $1, quality = $2 where id in "+in, append([]any{bits, qualityOf(bits)}, args...)...)
		return err
	})
	return wrap("set quality", err)
}
