package segment

import (
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// rows are the tables that are counted and added up, under the aliases o, l, r, t and m, and those of an
// absence under the same with a 2. Sales of 0 fen are no purchases, and lines of 0 fen are gifts.
var rows = map[rowKind]struct{ from, of, stands, day, at, amount string }{
	ofOrders:  {"orders o", "o", "o.paid_fen > 0", "o.on_day", "o.paid_at", "o.paid_fen"},
	ofLines:   {"order_lines l join orders o on o.id = l.order_id", "o", "l.paid_fen > 0", "o.on_day", "o.paid_at", "o.paid_fen"}, // The amount is that of the order.
	ofRefunds: {"refunds r", "r", "r.state = 'applied'", "r.on_day", "r.refunded_at", "r.amount_fen"},
	ofEvents:  {"touches t", "t", "(1=1)", "", "t.happened_at", ""},
	ofMoves:   {"stage_changes m", "m", "(1=1)", "m.on_day", "", ""},
}

// measures are what is computed of the rows of a customer, and what it is divided by. Those of lines are computed of
// the sums of each order, see baskets.
func measures(of rowKind, m measure) (number, over string) {
	day, amount, units := rows[of].day, rows[of].amount, "o.units"
	if of == ofLines {
		amount = "o.fen"
	}
	switch m {
	case daysOf:
		return "count(distinct " + day + ")", ""
	case sumOf:
		return "coalesce(sum(" + amount + "), 0)", ""
	case averageOf:
		return "sum(" + amount + ")", "count(*)"
	case leastOf:
		return "min(" + amount + ")", ""
	case mostOf:
		return "max(" + amount + ")", ""
	case unitsOf:
		return "coalesce(sum(" + units + "), 0)", ""
	case lastOf:
		return "max(" + day + ")", ""
	case firstOf:
		return "min(" + day + ")", ""
	}
	return "count(*)", ""
}

func (w *writer) aggregate(l aggregate) string {
	if first := l.results[0]; first.measure.zero() && first.number.most == nil && first.number.least != nil && *first.number.least <= 0 {
		return "(1=1)" // Nothing is below 0. Such a test stands alone, see together.
	}
	near := w.nearby(l)
	var conditions []string
	for _, r := range l.results {
		if c := w.result(l.of, r); c != "" {
			conditions = append(conditions, c)
		}
	}
	condition := strings.Join(conditions, " and ")
	from, of := w.rows(l.rowSet, near, condition != ""), rows[l.of].of
	if l.admitsNothing() && !near {
		// Who has no rows is not in the set, but is meant: take away those of whom it is not true.
		return "(not " + w.having(from, of, "not ("+condition+")", near) + ")"
	}
	return w.having(from, of, condition, near)
}

// result compares a measure of rows, "" if having one is enough.
func (w *writer) result(of rowKind, r result) string {
	number, over := measures(of, r.measure)
	if (r.measure == countOf || r.measure == daysOf) && r.number.most == nil && r.number.least != nil && *r.number.least == 1 {
		return ""
	}
	return w.compare(number, over, r.number)
}

// rows writes the rows of customers, from "from" to the end of "where"; measured says that more than their being
// there is asked for.
func (w *writer) rows(l rowSet, near, measured bool) string {
	r := rows[l.of]
	parts := []string{r.stands}
	if l.of == ofEvents && l.kind != "" {
		parts = append(parts, "t.kind = "+w.arg(l.kind))
	}
	parts = append(parts, w.span(r.day, r.at, l.span)...)
	parts = append(parts, w.narrow(l.of, l.where, "")...)
	if l.without != nil {
		parts = append(parts, r.at+" <= "+w.arg(w.now.Add(-l.without.wait).UnixMilli()), w.absence(*l.without, r.at, r.of))
	}
	switch {
	case !near && l.of == ofLines && !l.span.from.IsZero():
		// With the sign SQLite looks the days up in their index, instead of going through the orders of all customers
		// in theirs, which does not lead to their lines in order.
		parts = append(parts, "+o.customer_id is not null")
	case !near:
		parts = append(parts, r.of+".customer_id is not null")
	case l.of == ofLines && measured: // Of the others having says whose they are.
		parts = append(parts, "o.customer_id = "+w.key)
	}
	from := "from " + r.from + " where " + strings.Join(parts, " and ")
	if l.of == ofLines && measured {
		return baskets(from)
	}
	return from
}

// baskets adds up the lines of each order.
func baskets(lines string) string {
	return "from (select o.customer_id, o.on_day, sum(l.paid_fen) as fen, sum(l.quantity) as units " + lines + " group by o.id) o where (1=1)"
}

func (w *writer) span(day, at string, s span) (parts []string) {
	if !s.from.IsZero() {
		parts = append(parts, day+" >= "+w.arg(s.from))
	}
	if !s.to.IsZero() {
		parts = append(parts, day+" <= "+w.arg(s.to))
	}
	if !s.since.IsZero() {
		parts = append(parts, at+" >= "+w.arg(s.since.UnixMilli()))
	}
	if !s.until.IsZero() {
		parts = append(parts, at+" < "+w.arg(s.until.UnixMilli()))
	}
	return parts
}

// absence says that nothing followed a row, given its instant and alias.
func (w *writer) absence(a absence, at, of string) string {
	second := func(text string) string {
		return strings.NewReplacer("orders o", "orders o2", "lines l ", "lines l2 ", "touches t", "touches t2", "o.", "o2.", "l.", "l2.", "t.", "t2.").Replace(text)
	}
	r := rows[a.of]
	after := second(r.at)
	parts := []string{second(r.stands), second(r.of+".") + "customer_id = " + of + ".customer_id", after + " > " + at,
		after + " <= " + at + " + " + w.arg(int64(a.wait/time.Millisecond))}
	if a.of == ofEvents && a.kind != "" {
		parts = append(parts, "t2.kind = "+w.arg(a.kind))
	}
	parts = append(parts, w.narrow(a.of, a.where, "2")...)
	return "not exists (select 1 from " + second(r.from) + " where " + strings.Join(parts, " and ") + ")"
}

// narrow writes what narrows rows, whose aliases end in n.
func (w *writer) narrow(of rowKind, f where, n string) (parts []string) {
	in := func(column string, values []any) {
		if len(values) > 0 {
			parts = append(parts, column+" in "+w.list(values))
		}
	}
	switch of {
	case ofEvents:
		if len(f.categories)+len(f.products) > 0 {
			parts = append(parts, w.eventGoods(f, "t"+n))
		}
		return parts
	case ofMoves:
		in("m.from_stage", anys(f.fromStages))
		in("m.to_stage", anys(f.toStages))
		return parts
	case ofRefunds:
		in("r.shop_id", anys(f.shops))
		in("r.channel", anys(f.channels))
		if len(f.reasons) > 0 {
			parts = append(parts, "("+w.below("r.reason_code", '.', f.reasons)+
				" or exists (select 1 from refund_lines rl where rl.refund_id = r.id and "+w.below("rl.reason_code", '.', f.reasons)+"))")
		}
	case ofLines:
		parts = append(parts, "l"+n+".sku_id in (select s.id from skus s join products g on g.id = s.product_id where "+w.goods(f)+")")
		fallthrough
	case ofOrders:
		in("o"+n+".shop_id", anys(f.shops))
		in("o"+n+".channel", anys(f.channels))
		in("o"+n+".clerk_id", anys(f.clerks))
	}
	amount := rows[of].amount
	if n != "" {
		amount = strings.Replace(amount, ".", n+".", 1)
	}
	if f.minFen > 0 {
		parts = append(parts, amount+" >= "+w.arg(f.minFen))
	}
	if f.maxFen > 0 {
		parts = append(parts, amount+" <= "+w.arg(f.maxFen))
	}
	return parts
}

// goods writes a condition on products g.
func (w *writer) goods(f where) string {
	var parts []string
	if len(f.categories) > 0 {
		parts = append(parts, w.below("g.category", '/', f.categories))
	}
	for _, p := range []struct {
		column string
		values []string
	}{{"g.style_code", f.products}, {"g.brand", f.brands}, {"g.scene", f.scenes}} {
		if len(p.values) > 0 {
			parts = append(parts, p.column+" in "+w.list(anys(p.values)))
		}
	}
	if len(f.styles) > 0 {
		parts = append(parts, "exists (select 1 from product_styles ps where ps.product_id = g.id and ps.style in "+w.list(anys(f.styles))+")")
	}
	return strings.Join(parts, " and ")
}

// eventGoods writes that an event was about goods, which it names by style code, SKU or category.
func (w *writer) eventGoods(f where, t string) string {
	about := func(named string, narrowed where) string {
		goods := w.goods(narrowed)
		return "(" + named + " or " + t + ".product_code in (select g.style_code from products g where " + goods + ") or " +
			t + ".sku in (select s.code from skus s join products g on g.id = s.product_id where " + goods + "))"
	}
	var parts []string
	if len(f.products) > 0 {
		parts = append(parts, about(t+".product_code in "+w.list(anys(f.products)), where{products: f.products}))
	}
	if len(f.categories) > 0 {
		parts = append(parts, about(w.below(t+".category", '/', f.categories), where{categories: f.categories}))
	}
	return strings.Join(parts, " and ")
}

// below writes that a path is one of some paths or below one.
func (w *writer) below(column string, separator byte, paths []string) string {
	parts := make([]string, 0, 2*len(paths))
	for _, p := range paths {
		from, until := db.Below(p, separator)
		parts = append(parts, column+" = "+w.arg(p), column+" >= "+w.arg(from)+" and "+column+" < "+w.arg(until))
	}
	return "(" + strings.Join(parts, " or ") + ")"
}
