package segment

import (
	"context"
	"database/sql"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// members writes a query for the customers that a prepared rule admits: what is selected of them goes before
// it. The arguments follow those that are there.
func (p prepared) members(args []any) (w *writer, from string) {
	w = &writer{args: args, today: p.today, now: p.now}
	return w, w.from(p.plan)
}

// from writes the tables of a plan and its condition.
func (w *writer) from(p plan) string {
	record, profile := uses(p)
	base := "profiles p"
	w.key = "p.customer_id"
	switch {
	case record && profile:
		base += " join customers c on c.id = p.customer_id"
	case record:
		base, w.key = "customers c", "c.id"
	}
	condition := w.write(p)
	if record && !profile {
		condition = "c.state = 'active' and " + condition
	}
	return "from " + base + " where " + condition
}

// uses says which of the basic record and the profile a plan looks at.
func uses(p plan) (record, profile bool) {
	if f, ok := p.leaf.(figure); ok {
		record = figures[f.name].column[0] == 'c' && figures[f.name].column[1] == '.'
		return record, !record
	}
	for _, kid := range p.kids {
		r, f := uses(kid)
		record, profile = record || r, profile || f
	}
	return record, profile
}

func countMembers(ctx context.Context, tx *db.Tx, p prepared, scope func(column string) string) (n int64, err error) {
	w, from := p.members(nil)
	if w.err != nil {
		return 0, w.err
	}
	err = tx.QueryRow(ctx, "select count(*) "+from+" and "+scope(w.key), w.args...).Scan(&n)
	return n, wrap("count members", err)
}

// isMember looks at one customer.
func isMember(ctx context.Context, tx *db.Tx, p prepared, one customer.ID) (bool, error) {
	w := &writer{today: p.today, now: p.now, near: true}
	from := w.from(p.plan)
	if w.err != nil {
		return false, w.err
	}
	found, err := db.Exists(ctx, tx, "select 1 "+from+" and "+w.key+" = "+w.arg(one.Int64()), w.args...)
	return found, wrap("look for a member", err)
}

// findReason returns how one test comes out for a customer, and the value it compares.
func findReason(ctx context.Context, tx *db.Tx, planner *planner, t *Test, one customer.ID) (holds bool, value string, err error) {
	holds, err = isMember(ctx, tx, prepared{planner.test(t), *planner}, one)
	if err != nil {
		return false, "", err
	}
	w := &writer{today: planner.today, now: planner.now, near: true}
	expression, from := w.value(planner.test(t))
	if expression == "" {
		return holds, "", nil
	}
	var found sql.NullString
	err = tx.QueryRow(ctx, "select cast("+expression+" as text) "+from+" and "+w.key+" = "+w.arg(one.Int64()), w.args...).Scan(&found)
	if db.NoRows(err) {
		err = nil
	}
	return holds, found.String, wrap("find the value of a test", err)
}
