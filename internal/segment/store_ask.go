package segment

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// members writes a query for the customers that a prepared rule admits: what is selected of them goes before
// it. The arguments follow those that are there.
func (p prepared) members(args []any) (w *writer, from string) {
	w = p.writer(args, false)
	return w, w.from(p.plan)
}

func (p *planner) writer(args []any, near bool) *writer {
	return &writer{args: args, today: p.today, now: p.now, past: p.past, near: near}
}

// from writes the tables of a plan and its condition.
func (w *writer) from(p plan) string {
	record, profile := uses(p)
	base := "profiles p"
	w.key = "p.customer_id"
	switch {
	case record && profile: // The record's, so that a choice between tests of it and others needs no look at the profile.
		base, w.key = base+" join customers c on c.id = p.customer_id", "c.id"
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

// profiles writes a query for the profiles of those whom a prepared rule and the scope admit: what is selected of
// them, as p, goes before it.
func (p prepared) profiles(scope func(column string) string) *writer {
	w := p.writer(nil, false)
	record, _ := uses(p.plan)
	w.key = "p.customer_id"
	base := "profiles p"
	if record {
		base, w.key = base+" join customers c on c.id = p.customer_id", "c.id"
	}
	w.text = "from " + base + " where " + w.write(p.plan) + " and " + scope(w.key)
	return w
}

// reachKinds are the identities by which each channel reaches somebody.
const reachKinds = "case s.channel when 'sms' then 'phone' when 'phone' then 'phone' when 'wechat' then 'openid' when 'wecom' then 'external_userid' when 'email' then 'email' end"

// admitted is whom a rule admits.
type admitted struct {
	sum
	reach Reach
	most  []int64 // most are some with the highest spend.
}

// findAdmitted looks at everybody whom a rule admits, once: how many they are, whom channels reach of them, and who
// has spent most.
func findAdmitted(ctx context.Context, tx *db.Tx, p prepared, scope func(column string) string, limit int) (a admitted, err error) {
	w := p.profiles(scope)
	if w.err != nil {
		return a, w.err
	}
	by := func(channel string) string { return "coalesce(cast(sum(by_" + channel + ") as bigint), 0)" }
	on := func(channel string) string {
		return "max(case when s.channel = '" + channel + "' then 1 else 0 end) as by_" + channel
	}
	query := "with m as materialized (select p.customer_id as id, p.paid_fen as paid " + w.text + ")" +
		" select 0 as part, count(*) as n, coalesce(cast(sum(paid) as bigint), 0), 0, 0, 0, 0 from m" +
		" union all select 1, count(*), " + by("sms") + ", " + by("wechat") + ", " + by("wecom") + ", " + by("email") + ", " + by("phone") +
		" from (select s.customer_id, " + on("sms") + ", " + on("wechat") + ", " + on("wecom") + ", " + on("email") + ", " + on("phone") +
		" from m join consent_states s on s.customer_id = m.id where s.purpose = 'marketing' and s.given and exists (select 1 from customer_identities i" +
		" where i.customer_id = s.customer_id and i.ended_at is null and i.kind = " + reachKinds + ") group by s.customer_id) reached" +
		" union all select * from (select 2, id, paid, 0, 0, 0, 0 from m order by paid desc, id limit " + strconv.Itoa(limit) + ") richest"
	err = each(ctx, tx, func(scan db.Scan) error {
		var part int64
		var v [6]int64
		err := scan(&part, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5])
		switch part {
		case 0:
			a.sum = sum{v[0], v[1]}
		case 1:
			a.reach = Reach{Any: v[0], SMS: v[1], WeChat: v[2], WeCom: v[3], Email: v[4], Phone: v[5]}
		default:
			a.most = append(a.most, v[0])
		}
		return err
	}, query, w.args...)
	return a, wrap("look at whom a rule admits", err)
}

// Words that rules can be narrowed by, as goods and orders have them.
const (
	categoryWords = "select distinct category from products where category <> ''"
	brandWords    = "select distinct brand from products where brand <> ''"
	styleWords    = "select distinct style from product_styles where style <> ''"
	sceneWords    = "select distinct scene from products where scene <> ''"
	channelWords  = "select distinct channel from (select channel from orders order by id desc limit 100000) latest where channel <> ''"
)

// listWords returns the words that a query finds, in order, 500 at most.
func listWords(ctx context.Context, tx *db.Tx, query string) ([]string, error) {
	words, err := db.All(ctx, tx, func(scan db.Scan) (word string, err error) {
		err = scan(&word)
		return word, err
	}, query+" order by 1 limit 500")
	return words, wrap("list words of goods and orders", err)
}

// isMember looks at one customer.
func isMember(ctx context.Context, tx *db.Tx, p prepared, one customer.ID) (bool, error) {
	w := p.writer(nil, true)
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
	w := planner.writer(nil, true)
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
