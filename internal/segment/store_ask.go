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

// profiles writes a query for the profiles of those whom a prepared rule and the scope admit: what is selected of
// them, as p, goes before it.
func (p prepared) profiles(scope func(column string) string) *writer {
	w := p.writer(nil, false)
	record, _ := uses(p.plan)
	w.key = "p.customer_id"
	base := "profiles p"
	if record {
		base += " join customers c on c.id = p.customer_id"
	}
	w.text = "from " + base + " where " + w.write(p.plan) + " and " + scope(w.key)
	return w
}

// sumAdmitted adds up those whom a rule admits.
func sumAdmitted(ctx context.Context, tx *db.Tx, p prepared, scope func(column string) string) (n sum, err error) {
	w := p.profiles(scope)
	if w.err != nil {
		return n, w.err
	}
	err = tx.QueryRow(ctx, "select count(*), coalesce(cast(sum(p.paid_fen) as bigint), 0) "+w.text, w.args...).Scan(&n.customers, &n.paidFen)
	return n, wrap("count members", err)
}

// listAdmittedProfiles returns some of those whom a rule admits, highest spend first.
func listAdmittedProfiles(ctx context.Context, tx *db.Tx, p prepared, scope func(column string) string, limit int) ([]Profile, error) {
	w := p.profiles(scope)
	if w.err != nil {
		return nil, w.err
	}
	ids, err := db.All(ctx, tx, scanInt, "select p.customer_id "+w.text+" order by p.paid_fen desc, p.customer_id limit "+strconv.Itoa(limit), w.args...)
	if err != nil {
		return nil, wrap("list members", err)
	}
	return findProfiles(ctx, tx, ids)
}

// reachKinds are the identities by which each channel reaches somebody.
const reachKinds = "case s.channel when 'sms' then 'phone' when 'phone' then 'phone' when 'wechat' then 'openid' when 'wecom' then 'external_userid' when 'email' then 'email' end"

// countReach counts those whom a rule admits and who can be reached by each channel.
func countReach(ctx context.Context, tx *db.Tx, p prepared, scope func(column string) string) (r Reach, err error) {
	w := p.profiles(scope)
	if w.err != nil {
		return r, w.err
	}
	return sumReach(ctx, tx, "select p.customer_id "+w.text, w.args)
}

// sumReach counts those of some customers who agreed to marketing by each channel and have an address there.
func sumReach(ctx context.Context, tx *db.Tx, customers string, args []any) (r Reach, err error) {
	by := func(channel string) string { return "coalesce(cast(sum(" + channel + ") as bigint), 0)" }
	on := func(channel string) string {
		return "max(case when s.channel = '" + channel + "' then 1 else 0 end) as by_" + channel
	}
	err = tx.QueryRow(ctx, "select count(*), "+by("by_sms")+", "+by("by_wechat")+", "+by("by_wecom")+", "+by("by_email")+", "+by("by_phone")+
		" from (select s.customer_id, "+on("sms")+", "+on("wechat")+", "+on("wecom")+", "+on("email")+", "+on("phone")+
		" from consent_states s where s.purpose = 'marketing' and s.given and exists (select 1 from customer_identities i where i.customer_id = s.customer_id"+
		" and i.ended_at is null and i.kind = "+reachKinds+") and s.customer_id in ("+customers+") group by s.customer_id) reached", args...).
		Scan(&r.Any, &r.SMS, &r.WeChat, &r.WeCom, &r.Email, &r.Phone)
	return r, wrap("count whom channels reach", err)
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
