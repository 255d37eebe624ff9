package customer

import (
	"context"
	"maps"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

// listDated returns which of the customers have a birthday.
func listDated(ctx context.Context, tx *db.Tx, customers []ID) (map[ID]bool, error) {
	dated := map[ID]bool{}
	err := db.InChunks(customers, func(chunk []ID) error {
		in, args := db.In(0, chunk)
		found, err := db.All(ctx, tx, scanCustomerID, "select customer_id from life_dates where kind = 'birthday' and removed_at is null and customer_id in "+in, args...)
		for _, c := range found {
			dated[c] = true
		}
		return err
	})
	return dated, wrap("list birthdays", err)
}

func setGenders(ctx context.Context, tx *db.Tx, byGender map[Gender][]int64) error {
	for gender, ids := range byGender {
		err := db.InChunks(ids, func(chunk []int64) error {
			in, args := db.In(2, chunk)
			_, err := tx.Exec(ctx, "update customers set gender = $1, version = version + 1, updated_at = $2 where id in "+in,
				append([]any{string(gender), tx.Now.UnixMilli()}, args...)...)
			return err
		})
		if err != nil {
			return wrap("set genders", err)
		}
	}
	return nil
}

func insertBirthdays(ctx context.Context, tx *db.Tx, drafts []draftOf) ([]LifeDateID, error) {
	ids, rows := make([]LifeDateID, len(drafts)), make([][]any, len(drafts))
	for i, d := range drafts {
		ids[i] = newLifeDateID(tx)
		b := d.Birthday
		rows[i] = []any{ids[i], d.customer, string(Birthday), string(b.Calendar), b.Year, b.Month, b.Day, b.Leap, LifeDate{Calendar: b.Calendar, Year: b.Year, Month: b.Month, Day: b.Day, Leap: b.Leap}.on(), "", false, "",
			orNull(access.From(ctx).StaffID), tx.Now.UnixMilli()}
	}
	_, err := db.InsertRows(ctx, tx, "life_dates", "id, customer_id, kind, calendar, year, month, day, leap, on_day, label, by_self, reason, set_by, set_at", rows, "")
	return ids, err
}

// findTagsByKey returns the tags with the folded names that are the keys of the map.
func findTagsByKey(ctx context.Context, tx *db.Tx, byKey map[string]string) (map[string]TagID, error) {
	found := map[string]TagID{}
	err := db.InChunks(slices.Sorted(maps.Keys(byKey)), func(chunk []string) error {
		in, args := db.In(0, chunk)
		_, err := db.All(ctx, tx, func(scan db.Scan) (none struct{}, err error) {
			var tag TagID
			var key string
			err = scan(&tag, &key)
			found[key] = tag
			return none, err
		}, "select id, name_key from tags where name_key in "+in, args...)
		return err
	})
	return found, wrap("find tags", err)
}

// listMergedAmong returns those of the customers that are part of a merge that stands.
func listMergedAmong(ctx context.Context, tx *db.Tx, ids []ID) ([]ID, error) {
	var all []ID
	err := db.InChunks(ids, func(chunk []ID) error {
		in, args := db.In(0, chunk)
		found, err := db.All(ctx, tx, scanCustomerID, `select c.id from customers c where c.id in `+in+` and (c.state <> 'active'
			or exists (select 1 from customers m where m.merged_into = c.id))`, args...)
		all = append(all, found...)
		return err
	})
	return all, wrap("list merged customers", err)
}

func shopsInUse(ctx context.Context, tx *db.Tx, shops []staff.ShopID) (map[staff.ShopID]bool, error) {
	in, args := db.In(0, shops)
	used := map[staff.ShopID]bool{}
	_, err := db.All(ctx, tx, func(scan db.Scan) (shop staff.ShopID, err error) {
		err = scan(&shop)
		used[shop] = true
		return shop, err
	}, "select distinct shop_id from customer_shops where shop_id in "+in+" union select distinct shop_id from customer_homes where shop_id in "+in+
		" union select distinct shop_id from notes where shop_id in "+in, args...)
	return used, wrap("find shops with customers", err)
}

// customerTables are the tables with rows of a customer, the record itself last.
var customerTables = []string{"customer_identities", "customer_shops", "customer_homes", "customer_attributes", "customer_tags", "notes", "life_dates"}

// deleteCustomers deletes every row of the customers.
func deleteCustomers(ctx context.Context, tx *db.Tx, ids []ID) error {
	err := db.InChunks(ids, func(chunk []ID) error {
		in, args := db.In(0, chunk)
		for _, table := range customerTables {
			if _, err := tx.Exec(ctx, "delete from "+table+" where customer_id in "+in, args...); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "delete from merge_suggestions where customer_a in "+in+" or customer_b in "+in, args...); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "delete from customers where id in "+in, args...)
		return err
	})
	return wrap("delete customers", err)
}
