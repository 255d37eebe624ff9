package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// lockCustomers keeps two records from being merged twice at once. On SQLite the writer is alone anyway.
func lockCustomers(ctx context.Context, tx *db.Tx, a, b ID) error {
	if a.Int64() > b.Int64() {
		a, b = b, a
	}
	for _, customer := range []ID{a, b} {
		if _, err := tx.Exec(ctx, "update customers set version = version + 1 where id = $1", customer); err != nil {
			return fmt.Errorf("lock customer: %w", err)
		}
	}
	return nil
}

// moveRows gives the live rows of the merged record to the survivor, except where she has the same, and
// returns which.
func moveRows(ctx context.Context, tx *db.Tx, survivor, merged ID) (m moved, err error) {
	// A tag that has run out counts as none.
	if _, err := tx.Exec(ctx, "update customer_tags set removed_at = expires_at where customer_id = $1 and removed_at is null and expires_at <= $2",
		survivor, tx.Now.UnixMilli()); err != nil {
		return m, fmt.Errorf("end expired tags: %w", err)
	}
	for _, t := range []struct {
		rows  *[]int64
		query string
	}{
		{&m.Identities, "select id from customer_identities where customer_id = $1 and ended_at is null and cast($2 as bigint) <> 0"},
		{&m.Tags, `select t.id from customer_tags t where t.customer_id = $1 and t.removed_at is null and not exists
			(select 1 from customer_tags o where o.customer_id = $2 and o.tag_id = t.tag_id and o.removed_at is null)`},
		{&m.Notes, "select id from notes where customer_id = $1 and removed_at is null and cast($2 as bigint) <> 0"},
		{&m.Attributes, `select a.id from customer_attributes a where a.customer_id = $1 and a.removed_at is null and not exists
			(select 1 from customer_attributes o where o.customer_id = $2 and o.definition_id = a.definition_id and o.removed_at is null)`},
		{&m.LifeDates, `select l.id from life_dates l where l.customer_id = $1 and l.removed_at is null and not exists
			(select 1 from life_dates o where o.customer_id = $2 and o.kind = l.kind and o.removed_at is null
				and (o.kind = 'birthday' or o.calendar = l.calendar and o.month = l.month and o.day = l.day and o.label = l.label))`},
		{&m.Touches, "select id from touches where customer_id = $1 and cast($2 as bigint) <> 0"},
	} {
		*t.rows, err = db.All(ctx, tx, scanID, t.query+" order by id", merged, survivor)
		if err != nil {
			return m, fmt.Errorf("list rows to move: %w", err)
		}
	}
	for table, rows := range m.tables() {
		if err := giveRows(ctx, tx, table, rows, survivor); err != nil {
			return m, err
		}
	}
	return m, nil
}

func scanID(scan db.Scan) (n int64, err error) {
	err = scan(&n)
	return n, err
}

// tables returns the moved rows by their table.
func (m moved) tables() map[string][]int64 {
	return map[string][]int64{"customer_identities": m.Identities, "customer_tags": m.Tags, "notes": m.Notes,
		"customer_attributes": m.Attributes, "life_dates": m.LifeDates, "touches": m.Touches}
}

// giveRows makes rows of a table the customer's.
func giveRows(ctx context.Context, tx *db.Tx, table string, rows []int64, customer ID) error {
	err := db.InChunks(rows, func(chunk []int64) error {
		in, args := db.In(1, chunk)
		_, err := tx.Exec(ctx, "update "+table+" set customer_id = $1 where id in "+in, append([]any{customer}, args...)...)
		return err
	})
	return wrap("move rows of "+table, err)
}

// returnRows gives the moved rows back as they were at the merge, also those that were removed since. A tag that
// a rule has taken off since stays off: it is for the rule to put it on again.
func returnRows(ctx context.Context, tx *db.Tx, m mergeRow) error {
	for table, rows := range m.moved.tables() {
		if table == "customer_identities" {
			continue
		}
		if err := giveRows(ctx, tx, table, rows, m.Merged); err != nil {
			return err
		}
		if table == "touches" { // They are never removed.
			continue
		}
		revived := "removed_at is not null"
		if table == "customer_tags" {
			revived += " and (source <> 'rule' or removed_by is not null)"
		}
		err := db.InChunks(rows, func(chunk []int64) error {
			in, args := db.In(0, chunk)
			_, err := tx.Exec(ctx, "update "+table+" set removed_at = null where "+revived+" and id in "+in, args...)
			return err
		})
		if err != nil {
			return fmt.Errorf("return rows of %s: %w", table, err)
		}
	}
	return returnIdentities(ctx, tx, m)
}

// returnIdentities gives identities back. One that was ended since lives again, unless it finds a third
// person by now; if it was added to the survivor anew, that row goes along.
func returnIdentities(ctx context.Context, tx *db.Tx, m mergeRow) error {
	if err := giveRows(ctx, tx, "customer_identities", m.moved.Identities, m.Merged); err != nil {
		return err
	}
	return db.InChunks(m.moved.Identities, func(chunk []int64) error {
		in, args := db.In(2, chunk)
		args = append([]any{m.Merged, m.Survivor}, args...)
		if _, err := tx.Exec(ctx, `update customer_identities set customer_id = $1 where customer_id = $2 and ended_at is null and not shared
			and index_hash in (select o.index_hash from customer_identities o where o.id in `+in+` and o.ended_at is not null)`, args...); err != nil {
			return fmt.Errorf("return identities added anew: %w", err)
		}
		in, args = db.In(0, chunk)
		_, err := tx.Exec(ctx, `update customer_identities set ended_at = null, ended_why = '' where ended_at is not null and id in `+in+`
			and (shared or not exists (select 1 from customer_identities o where o.index_hash = customer_identities.index_hash
				and o.ended_at is null and not o.shared))`, args...)
		return wrap("revive identities", err)
	})
}

// shopRow is a row of customer_shops.
type shopRow struct {
	shop           int64
	home           bool
	served, joined cal.Day
}

func listShops(ctx context.Context, tx *db.Tx, customer ID) ([]shopRow, error) {
	rows, err := db.All(ctx, tx, func(scan db.Scan) (r shopRow, err error) {
		err = scan(&r.shop, &r.home, &r.served, &r.joined)
		return r, err
	}, "select shop_id, home, last_served_on, joined_on from customer_shops where customer_id = $1 order by shop_id", customer)
	return rows, wrap("list shops of a customer", err)
}

// seen returns the day up to which the row gives sight, counted as a visit: today for a home shop.
func (r shopRow) seen(today cal.Day) cal.Day {
	latest := r.served
	if latest.Before(r.joined) {
		latest = r.joined
	}
	if r.home && latest.Before(today) {
		latest = today
	}
	return latest
}

// joinShops gives the survivor to the sight of the merged record's shops, whose clerks know her, and
// returns what was there before.
func joinShops(ctx context.Context, tx *db.Tx, survivor, merged ID, today cal.Day) ([]shopSwap, error) {
	hers, err := listShops(ctx, tx, survivor)
	if err != nil {
		return nil, err
	}
	theirs, err := listShops(ctx, tx, merged)
	if err != nil {
		return nil, err
	}
	var swaps []shopSwap
	for _, t := range theirs {
		i := slices.IndexFunc(hers, func(h shopRow) bool { return h.shop == t.shop })
		swap := shopSwap{ShopID: t.shop}
		if i >= 0 {
			swap.Before = hers[i].joined
			if !hers[i].seen(cal.Day{}).Before(t.seen(today)) {
				continue
			}
		}
		swaps = append(swaps, swap)
		_, err := tx.Exec(ctx, `insert into customer_shops (customer_id, shop_id, home, joined_on) values ($1,$2,$3,$4)
			on conflict (customer_id, shop_id) do update set joined_on = excluded.joined_on`, survivor, t.shop, false, t.seen(today))
		if err != nil {
			return nil, fmt.Errorf("widen the sight of shops: %w", err)
		}
	}
	return swaps, nil
}

// splitShops takes that sight away again. Shops that served her since keep their own.
func splitShops(ctx context.Context, tx *db.Tx, survivor ID, swaps []shopSwap) error {
	for _, s := range swaps {
		if _, err := tx.Exec(ctx, "update customer_shops set joined_on = $1 where customer_id = $2 and shop_id = $3", s.Before, survivor, s.ShopID); err != nil {
			return fmt.Errorf("narrow the sight of shops: %w", err)
		}
	}
	_, err := tx.Exec(ctx, "delete from customer_shops where customer_id = $1 and not home and last_served_on is null and joined_on is null", survivor)
	return wrap("narrow the sight of shops", err)
}

// writeFilled fills in what the survivor lacked.
func writeFilled(ctx context.Context, tx *db.Tx, into customerRow, m moved) error {
	if m.Name != nil {
		if err := renameCustomer(ctx, tx, rename{into.ID.Int64(), m.Name.After}); err != nil {
			return err
		}
	}
	missing := into.Missing
	if m.Asked {
		missing &^= bitOf(FieldConsent)
	}
	gender, channel := string(into.Gender), into.Channel
	if m.Gender != nil {
		gender = m.Gender.After
	}
	if m.Channel != nil {
		channel = m.Channel.After
	}
	_, err := tx.Exec(ctx, "update customers set gender = $1, preferred_channel = $2, missing = $3, quality = $4, updated_at = $5 where id = $6",
		gender, channel, missing, qualityOf(missing), tx.Now.UnixMilli(), into.ID)
	if err != nil || m.HomeShop == 0 {
		return wrap("fill in from merged record", err)
	}
	return setHomes(ctx, tx, []rehome{{into.ID.Int64(), m.HomeShop}})
}

// unwriteFilled takes out what the merge filled in and nobody changed since.
func unwriteFilled(ctx context.Context, tx *db.Tx, into customerRow, m moved) error {
	if m.Name != nil && into.Name == m.Name.After {
		if err := renameCustomer(ctx, tx, rename{into.ID.Int64(), m.Name.Before}); err != nil {
			return err
		}
	}
	gender, channel, missing := string(into.Gender), into.Channel, into.Missing
	if m.Gender != nil && gender == m.Gender.After {
		gender = m.Gender.Before
	}
	if m.Channel != nil && channel == m.Channel.After {
		channel = m.Channel.Before
	}
	if m.Asked {
		missing |= bitOf(FieldConsent)
	}
	_, err := tx.Exec(ctx, "update customers set gender = $1, preferred_channel = $2, missing = $3, quality = $4, updated_at = $5 where id = $6",
		gender, channel, missing, qualityOf(missing), tx.Now.UnixMilli(), into.ID)
	if err != nil {
		return fmt.Errorf("take out what was filled in: %w", err)
	}
	if m.HomeShop == 0 || m.HomeShop != into.ShopID {
		return nil
	}
	if _, err := tx.Exec(ctx, "update customers set shop_id = null where id = $1", into.ID); err != nil {
		return fmt.Errorf("take out home shop: %w", err)
	}
	_, err = tx.Exec(ctx, "update customer_shops set home = $1 where customer_id = $2 and shop_id = $3", false, into.ID, m.HomeShop)
	return wrap("take out home shop", err)
}

// markMerged sets the merged record aside: it is not found by name, and has no identities.
func markMerged(ctx context.Context, tx *db.Tx, merged, survivor ID) error {
	_, err := tx.Exec(ctx, `update customers set state = $1, merged_into = $2, search_name = null, search_given = null, search_pinyin = null,
		search_initials = null, updated_at = $3 where id = $4`, string(StateMerged), survivor, tx.Now.UnixMilli(), merged)
	return wrap("mark merged record", err)
}

func unmarkMerged(ctx context.Context, tx *db.Tx, merged ID) error {
	row, err := findRow(ctx, tx, merged)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "update customers set state = $1, merged_into = null where id = $2", string(StateActive), merged); err != nil {
		return fmt.Errorf("bring back merged record: %w", err)
	}
	return renameCustomer(ctx, tx, rename{merged.Int64(), row.Name})
}

func insertMerge(ctx context.Context, tx *db.Tx, mergeID MergeID, q mergeRequest, m moved) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode what a merge moved: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into merges (id, survivor_id, merged_id, state, automatic, reason, moved, merged_by, merged_at)
		values ($1,$2,$3,'active',$4,$5,$6,$7,$8)`,
		mergeID, q.survivor, q.merged, q.automatic, q.reason, string(text), orNull(access.From(ctx).StaffID), tx.Now.UnixMilli())
	return wrap("insert merge", err)
}

const mergeColumns = "id, survivor_id, merged_id, state = 'active', automatic, reason, merged_by, merged_at, moved"

func scanMerge(scan db.Scan) (m mergeRow, err error) {
	var text string
	err = scan(&m.ID, &m.Survivor, &m.Merged, &m.Active, &m.Automatic, &m.Reason, &m.MergedBy, db.ScanTime(&m.MergedAt), &text)
	if err == nil {
		m.moved, err = decodeMoved(text)
	}
	return m, err
}

func findMerge(ctx context.Context, tx *db.Tx, mergeID MergeID) (mergeRow, error) {
	m, err := scanMerge(tx.QueryRow(ctx, "select "+mergeColumns+" from merges where id = $1", mergeID).Scan)
	if db.NoRows(err) {
		return m, errs.New(errs.NotFound, "merge.not_found", "there is no such merge")
	}
	return m, wrap("find merge", err)
}

// findLaterMerge returns a merge of the survivor that was made after m and stands, or none.
func findLaterMerge(ctx context.Context, tx *db.Tx, m mergeRow) (later MergeID, err error) {
	err = tx.QueryRow(ctx, `select id from merges where (survivor_id = $1 or merged_id = $1) and id > $2 and state = 'active'
		order by id desc limit 1`, m.Survivor, m.ID).Scan(&later)
	if db.NoRows(err) {
		return MergeID{}, nil
	}
	return later, wrap("find later merge", err)
}

func endMerge(ctx context.Context, tx *db.Tx, mergeID MergeID, staffID int64) error {
	_, err := tx.Exec(ctx, "update merges set state = 'undone', undone_by = $1, undone_at = $2 where id = $3", orNull(staffID), tx.Now.UnixMilli(), mergeID)
	return wrap("end merge", err)
}

// listMerges returns the merges that stand into a customer, latest first.
func listMerges(ctx context.Context, tx *db.Tx, survivor ID, limit int) ([]mergeRow, error) {
	rows, err := db.All(ctx, tx, scanMerge, "select "+mergeColumns+" from merges where survivor_id = $1 and state = 'active' order by id desc limit $2", survivor, limit)
	return rows, wrap("list merges", err)
}

// listDone returns the merges that stand and that the scope admits, latest first, before the one given.
func listDone(ctx context.Context, tx *db.Tx, scope string, before MergeID, limit int) ([]mergeRow, error) {
	rows, err := db.All(ctx, tx, scanMerge, "select "+mergeColumns+" from merges where state = 'active' and "+scope+
		" and (id < $1 or $1 = 0) order by id desc limit $2", before.Int64(), limit)
	return rows, wrap("list merges that stand", err)
}

// findSurvivor follows merges from a record to the one that stands.
func findSurvivor(ctx context.Context, tx *db.Tx, customer ID) (ID, error) {
	const deepest = 50
	for range deepest {
		into, err := mergedInto(ctx, tx, customer)
		if err != nil || into.IsZero() {
			return customer, err
		}
		customer = into
	}
	return ID{}, fmt.Errorf("find survivor of %s: merged more than %d deep", customer, deepest)
}

func mergedInto(ctx context.Context, tx *db.Tx, customer ID) (into ID, err error) {
	err = tx.QueryRow(ctx, "select merged_into from customers where id = $1", customer).Scan(&into)
	if db.NoRows(err) {
		return into, notFound()
	}
	return into, wrap("find survivor", err)
}

func listMergedInto(ctx context.Context, tx *db.Tx, customer ID, limit int) ([]ID, error) {
	rows, err := db.All(ctx, tx, func(scan db.Scan) (c ID, err error) {
		err = scan(&c)
		return c, err
	}, "select id from customers where merged_into = $1 order by id limit $2", customer, limit)
	return rows, wrap("list merged records", err)
}
