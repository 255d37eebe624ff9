package segment

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// writer writes a plan as SQL. It reads tables of customers, consents, goods and orders: the one place where
// this package names tables of others, which it only reads.
//
// A test of what a customer has or did is written in one of two forms. As a set, "her id is in (all who …)",
// it is found once for all customers; near, "there is one of hers", for one customer at a time. Both are
// made of the same pieces. Of a conjunction the figures, or else the test that is expected to cost least, leave
// few customers, for whom the others are written near; only sets that are small stay sets.
type writer struct {
	args  []any
	today cal.Day
	now   time.Time
	past  bool   // past says that today is over: stages are read from their log.
	near  bool   // near writes every test for one customer at a time.
	few   bool   // few says that other tests leave fewer customers than all, for whom it is better to look near.
	key   string // key is the column that holds the customer's id.
	text  string // text is what was written, where a method says so.
	err   error
}

func (w *writer) arg(value any) string {
	w.args = append(w.args, value)
	return "$" + strconv.Itoa(len(w.args))
}

// list writes values for in.
func (w *writer) list(values []any) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = w.arg(v)
	}
	return "(" + strings.Join(marks, ", ") + ")"
}

// write returns the plan as a condition that is true or false, never null.
func (w *writer) write(p plan) string {
	switch p.op {
	case allOf, anyOf:
		word := map[planOp]string{allOf: " and ", anyOf: " or "}[p.op]
		outer, leader := w.few, lead(p)
		also := w.joined(p.kids, leader)
		var parts []string
		for i, kid := range p.kids {
			w.few = outer || p.op == allOf && i != leader
			switch {
			case i == leader && len(also) > 0:
				parts = append(parts, w.holding(kid.leaf.(holding), also))
			case also[i] == nil:
				parts = append(parts, w.write(kid))
			}
		}
		w.few = outer
		return "(" + strings.Join(parts, word) + ")"
	case noneOf:
		return "(not " + w.write(p.kids[0]) + ")"
	}
	switch l := p.leaf.(type) {
	case figure:
		return w.figure(l)
	case aggregate:
		return w.aggregate(l)
	case holding:
		return w.holding(l, nil)
	case occasion:
		return w.occasion(l)
	}
	panic("a plan without a leaf")
}

// figures are the numbers and words of the profile (p) and the basic record (c). over is what the number is
// divided by; guard says when it is known, if that is not always.
var figures = map[string]struct{ column, over, guard string }{
	"gender":            {column: "c.gender"},
	"preferred_channel": {column: "c.preferred_channel"},
	"quality":           {column: "c.quality"},
	"shop":              {column: "coalesce(p.shop_id, 0)"},
	"known_days":        {column: "p.created_on"},
	"stage":             {column: "p.stage"},
	"stage_days":        {column: "p.stage_since_on"},
	"rfm.r":             {column: "p.r", guard: "p.r > 0"},
	"rfm.f":             {column: "p.f", guard: "p.f > 0"},
	"rfm.m":             {column: "p.m", guard: "p.m > 0"},
	"rfm_group":         {column: "p.rfm_group"},
	"value_group":       {column: "p.value_group"},
	"quadrant":          {column: "p.quadrant"},
	"customer_type":     {column: "p.customer_type"},
	"orders.count":      {column: "p.order_count"},
	"orders.days":       {column: "p.purchase_day_count"},
	"orders.sum":        {column: "p.paid_fen"},
	"orders.units":      {column: "p.units"},
	"orders.average":    {column: "p.paid_fen", over: "p.order_count", guard: "p.order_count > 0"},
	"orders.last_days":  {column: "coalesce(p.last_order_on, -719162)", guard: "p.last_order_on is not null"}, // As the index has it.
	"orders.first_days": {column: "coalesce(p.first_order_on, -719162)", guard: "p.first_order_on is not null"},
	"orders.interval":   {column: "(coalesce(p.last_order_on, 0) - coalesce(p.first_order_on, 0))", over: "(p.purchase_day_count - 1)", guard: "p.purchase_day_count > 1"},
	"refunds.rate":      {column: "cast(p.refunded_fen as numeric) * 100", over: "p.paid_fen", guard: "p.paid_fen > 0"},
}

// pastFigures are the figures that are known of a day that is over; the others are those of now.
var pastFigures = map[string]string{
	"stage":      "sc.to_stage" + pastStage + "'lead')",
	"stage_days": "sc.on_day" + pastStage + "p.created_on)",
}

const pastStage = " from stage_changes sc where sc.customer_id = p.customer_id and sc.on_day <= $today order by sc.on_day desc, sc.step desc limit 1), "

func (w *writer) figure(l figure) string {
	f := figures[l.name]
	if w.past && pastFigures[l.name] != "" {
		f.column = "coalesce((select " + strings.Replace(pastFigures[l.name], "$today", w.arg(w.today), 1)
	}
	if l.choices != nil {
		return f.column + " in " + w.list(l.choices)
	}
	condition := w.compare(f.column, f.over, l.number)
	if f.guard != "" {
		condition = f.guard + " and " + condition
	}
	return "(" + condition + ")"
}

// compare writes a comparison of a number, or of a number divided by another that is above 0: the bound is
// multiplied instead, so that it is exact. What is multiplied is made numeric, which does not overflow: on
// PostgreSQL it has no bound, and SQLite goes on in floating point, where the other side is far off.
func (w *writer) compare(number, over string, c comparison) string {
	if c.scaled {
		number = "cast(" + number + " as numeric) * 1000"
	}
	bound := func(n int64) string { // Whatever the column is: not every bound fits into a small one.
		if over == "" {
			return "cast(" + w.arg(n) + " as bigint)"
		}
		return "cast(" + w.arg(n) + " as numeric) * " + over
	}
	or := "="
	if c.open {
		or = ""
	}
	var parts []string
	if c.least != nil {
		parts = append(parts, number+" >"+or+" "+bound(*c.least))
	}
	if c.most != nil {
		parts = append(parts, number+" <"+or+" "+bound(*c.most))
	}
	if len(parts) == 0 {
		return "(1=1)"
	}
	return strings.Join(parts, " and ")
}

// holdings are the tables of what a customer can have, each as h, with the condition that it stands.
var holdings = map[string]struct{ table, stands, value string }{
	"tag":              {"customer_tags", "h.removed_at is null and (h.expires_at is null or h.expires_at > $now)", "h.tag_id"},
	"attribute":        {"customer_attributes", "h.removed_at is null and h.definition_id = $key", ""},
	"attribute.choice": {"customer_attributes", "h.removed_at is null and h.definition_id = $key", "h.choice"},
	"attribute.text":   {"customer_attributes", "h.removed_at is null and h.definition_id = $key and h.text_value is not null", "h.text_value"},
	"attribute.number": {"customer_attributes", "h.removed_at is null and h.definition_id = $key and h.number_value is not null", "h.number_value"},
	"attribute.day":    {"customer_attributes", "h.removed_at is null and h.definition_id = $key and h.day_value is not null", "h.day_value"},
	"attribute.bool":   {"customer_attributes", "h.removed_at is null and h.definition_id = $key and h.bool_value", ""},
	"identity":         {"customer_identities", "h.ended_at is null and h.kind = $key", ""},
	"verified":         {"customer_identities", "h.ended_at is null and h.verified_at is not null and h.kind = $key", ""},
	"consent":          {"consent_states", "h.given and h.purpose = $key and h.channel = $channel", ""},
	"date":             {"life_dates", "h.removed_at is null and h.kind = $key", ""},
}

// joined returns the tests that are made within the set of a leader, by their places: other tags and choices that she
// must have. They are compared with each other before anybody's record is looked up, unless numbers there leave fewer.
func (w *writer) joined(kids []plan, leader int) map[int]*holding {
	if leader < 0 || !isChoice(kids[leader]) || w.nearby(kids[leader].leaf) || slices.ContainsFunc(kids, isNumber) {
		return nil
	}
	also := map[int]*holding{}
	for i, kid := range kids {
		if i != leader && isChoice(kid) {
			h := kid.leaf.(holding)
			also[i] = &h
		}
	}
	return also
}

func isChoice(p plan) bool {
	h, ok := p.leaf.(holding)
	return ok && p.op == isLeaf && h.choices != nil
}

func isNumber(p plan) bool {
	f, ok := p.leaf.(figure)
	return ok && f.choices == nil
}

// holding writes that a customer has something, and, of who has it, what else she has. Both are joined: of a test
// within a test PostgreSQL expects too many to pass.
func (w *writer) holding(l holding, also map[int]*holding) string {
	table, condition := w.held(l, "h")
	for n, i := range slices.Sorted(maps.Keys(also)) {
		as := "h" + strconv.Itoa(n+2)
		other, stands := w.held(*also[i], as)
		table += " join " + other + " on " + as + ".customer_id = h.customer_id"
		condition += " and " + stands
	}
	return w.having("from "+table+" where "+condition, "h", "", w.nearby(l))
}

// held writes the table of what a customer can have, under an alias, and which rows are meant.
func (w *writer) held(l holding, as string) (table, condition string) {
	h := holdings[l.what]
	h.stands, h.value = strings.ReplaceAll(h.stands, "h.", as+"."), strings.Replace(h.value, "h.", as+".", 1)
	condition = h.stands
	for mark, value := range map[string]any{"$now": w.now.UnixMilli(), "$key": l.key, "$channel": l.channel} {
		if strings.Contains(condition, mark) {
			condition = strings.ReplaceAll(condition, mark, w.arg(value))
		}
	}
	switch {
	case l.choices != nil:
		condition += " and " + h.value + " in " + w.list(l.choices)
	case l.text != nil:
		var parts []string
		for _, t := range l.text { // The one way to look into a text that is the same on both engines.
			parts = append(parts, "replace("+h.value+", "+w.arg(t)+", '') <> "+h.value)
		}
		condition += " and (" + strings.Join(parts, " or ") + ")"
	case l.number != nil && l.what == "attribute.number":
		condition += " and " + w.decimal(h.value, *l.number)
	case l.number != nil:
		condition += " and " + w.compare(h.value, "", *l.number)
	}
	return h.table + " " + as, condition
}

// decimal compares a number that is stored with its decimals.
func (w *writer) decimal(column string, c comparison) string {
	or := "="
	if c.open {
		or = ""
	}
	var parts []string
	if c.least != nil {
		parts = append(parts, column+" >"+or+" "+w.arg(float64(*c.least)/1000))
	}
	if c.most != nil {
		parts = append(parts, column+" <"+or+" "+w.arg(float64(*c.most)/1000))
	}
	return strings.Join(parts, " and ")
}

func (w *writer) occasion(l occasion) string {
	if !l.born && l.last < l.first {
		return "(1=0)"
	}
	condition := "d.removed_at is null and d.kind = " + w.arg(string(l.kind))
	if l.born {
		condition += " and d.on_day is not null"
		if !l.from.IsZero() {
			condition += " and d.on_day >= " + w.arg(l.from)
		}
		if !l.to.IsZero() {
			condition += " and d.on_day <= " + w.arg(l.to)
		}
		return w.having("from life_dates d where "+condition, "d", "", w.nearby(l))
	}
	kept, err := customer.KeptSQL("d", w.today.Add(l.first), l.last-l.first+1)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("find the dates that are kept: %w", err)
	}
	return w.having("from life_dates d where "+condition+" and "+kept, "d", "", w.nearby(l))
}

// lead returns which test of a conjunction is found as a set, for the others to be looked at near: the one that
// costs least. Where figures leave fewer customers already, only what is cheap is worth it. It is -1 for none.
func lead(p plan) int {
	dearest := costOfLines
	switch {
	case p.op != allOf:
		return -1
	case slices.ContainsFunc(p.kids, hasFigure):
		dearest = costOfChoice
	}
	return slices.IndexFunc(p.kids, func(kid plan) bool {
		c := cost(kid)
		return kid.op == isLeaf && c > costOfFigure && c <= dearest
	})
}

// nearby says whether a test is written near.
func (w *writer) nearby(l leaf) bool { return w.near || w.few && cost(single(l)) > costOfEvents }

// having says that a customer is among the customers of some rows, in the set form or near; of is the alias
// of the rows, with a condition on all rows of a customer, or "" for any.
func (w *writer) having(rows, of, all string, near bool) string {
	if near {
		if all == "" {
			return "exists (select 1 " + rows + " and " + of + ".customer_id = " + w.key + ")"
		}
		return "exists (select count(*) " + rows + " and " + of + ".customer_id = " + w.key + " having " + all + ")"
	}
	set := w.key + " in (select " + of + ".customer_id " + rows
	if all != "" {
		set += " group by " + of + ".customer_id having " + all
	}
	return set + ")"
}

// value writes what a test compares, if it is a number or a word, and where it is found.
func (w *writer) value(p plan) (expression, from string) {
	for p.op == noneOf {
		p = p.kids[0]
	}
	w.key, from = "p.customer_id", "from profiles p join customers c on c.id = p.customer_id where (1=1)"
	switch l := p.leaf.(type) {
	case figure:
		f := figures[l.name]
		expression = quotient(f.column, f.over)
		if daysAgo[l.name] {
			expression = w.arg(w.today) + " - " + expression
		}
		if f.guard != "" {
			expression = "case when " + f.guard + " then " + expression + " end"
		}
	case aggregate:
		m := l.results[0].measure // A test has one.
		number, over := measures(l.of, m)
		if m == lastOf || m == firstOf {
			number = w.arg(w.today) + " - " + number
		}
		of := rows[l.of].of
		expression = "(select " + quotient(number, over) + " " + w.rows(l.rowSet, true, true) + " and " + of + ".customer_id = " + w.key + ")"
	}
	return expression, from
}

// daysAgo are the figures that are shown as days before today.
var daysAgo = map[string]bool{"known_days": true, "stage_days": true, "orders.last_days": true, "orders.first_days": true}

func quotient(number, over string) string {
	if over == "" {
		return number
	}
	return "round(cast(" + number + " as numeric) / nullif(" + over + ", 0), 1)"
}
