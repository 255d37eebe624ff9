package segment

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// atLeast is a rule on a number.
func atLeast(field string, n int64, within ...int64) Rule {
	t := &Test{Field: field, Op: GTE, Number: new(NumberOf(n))}
	if len(within) > 0 {
		t.Within = &Window{Days: within[0]}
	}
	return Rule{Test: t}
}

func oneOf(field string, choices ...string) Rule {
	return Rule{Test: &Test{Field: field, Op: In, Choices: choices}}
}

// segment makes a segment and finds its members.
func (s *shop) segment(name string, r Rule) (id ID) {
	s.t.Helper()
	s.do(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = s.Create(ctx, tx, Draft{Name: name, Rule: r})
		return err
	})
	s.catchUp()
	return id
}

// members returns the numbers of the members, sorted.
func (s *shop) members(id ID) string {
	s.t.Helper()
	var numbers []string
	s.who(customer.ID{})
	s.view(func(ctx context.Context, tx *db.Tx) error {
		all, err := listMembers(ctx, tx, id)
		for _, m := range all {
			numbers = append(numbers, s.who(customerID(m)))
		}
		return err
	})
	slices.Sort(numbers)
	return strings.Join(numbers, " ")
}

// who returns the number of a customer made by person, without making one.
func (s *shop) who(id customer.ID) string {
	if s.numbers == nil {
		s.numbers = map[customer.ID]string{}
		for n := range 12 {
			s.numbers[s.person(n)] = fmt.Sprint(n)
		}
	}
	return cmpOr(s.numbers[id], "?")
}

// told tells the log of members: "+1 fact" entered, "-1 time" left, with the days since start.
func (s *shop) told(id ID, start cal.Day) string {
	s.t.Helper()
	var lines []string
	s.who(customer.ID{})
	s.view(func(ctx context.Context, tx *db.Tx) error {
		var c conditions
		c.and("segment_id = ?", id)
		rows, err := listMovements(ctx, tx, c, 1000)
		for _, r := range slices.Backward(rows) {
			sign := map[bool]string{true: "+", false: "-"}[r.entered]
			line := fmt.Sprintf("%s%s %s %d", sign, s.who(customerID(r.customer)), r.cause, cal.DayOf(r.at, s.Staff.Zone()).Sub(start))
			if r.pos != 0 {
				line += "!"
			}
			lines = append(lines, line)
		}
		return err
	})
	return strings.Join(lines, ", ")
}

// checkSound compares the members of every segment with whom its rule admits now, and with the log.
func (s *shop) checkSound() {
	s.t.Helper()
	s.view(func(ctx context.Context, tx *db.Tx) error {
		c, err := s.Catalogue(ctx, tx)
		if err != nil {
			return err
		}
		all, err := listSegments(ctx, tx, "(1=1)")
		if err != nil {
			return err
		}
		for _, g := range all {
			members, err := listMembers(ctx, tx, g.id)
			if err != nil {
				return err
			}
			p := s.planner(tx, c, tx.Now)
			admitted, err := listAllAdmitted(ctx, tx, prepared{p.plan(&g.rule), p})
			if err != nil {
				return err
			}
			if d := differing(admitted, slices.Clone(members)); len(d) > 0 && !g.archived {
				s.t.Errorf("%s: members %v, the rule admits %v", g.name, members, admitted)
			}
			var sum, days int64
			if err := tx.QueryRow(ctx, `select coalesce(sum(case when entered then 1 else -1 end), 0),
				coalesce((select sum(entered_count - left_count + by_rule_count) from segment_days where segment_id = $1), 0) from segment_changes where segment_id = $1`, g.id).Scan(&sum, &days); err != nil {
				return err
			}
			if n := int64(len(members)); g.told.members != n || sum != n || days != n {
				s.t.Errorf("%s: %d members, %d counted, the log gives %d, the days %d", g.name, n, g.told.members, sum, days)
			}
		}
		return nil
	})
}

func TestSegment_follows_sales_and_days(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.sell(sold{customer: 1, daysAgo: 5, fen: 100_00}, sold{customer: 2, daysAgo: 5, fen: 100_00})
		s.catchUp()
		start := s.today()
		lately := s.segment("lately", atLeast("orders.count", 2, 30))
		dormant := s.segment("dormant", oneOf("stage", "dormant", "lost"))
		asleep := atLeast(stageMoves, 1, 5)
		asleep.Where = &Where{ToStages: []string{"dormant"}}
		fell := s.segment("fell asleep in 5 days", asleep)
		if got := s.members(lately); got != "" {
			t.Errorf("members at first = %q", got)
		}
		s.later(2)
		s.sell(sold{customer: 1, fen: 100_00})
		s.follows()
		if got, want := s.told(lately, start), "+1 fact 2!"; got != want {
			t.Errorf("after a second order\n got %s\nwant %s", got, want)
		}
		s.later(85) // At a stroke.
		s.later(15)
		if got, want := s.told(lately, start), "+1 fact 2!, -1 time 26"; got != want {
			t.Errorf("after a hundred days\n got %s\nwant %s", got, want)
		}
		if got, want := s.told(dormant, start), "+2 time 86, +1 time 93"; got != want {
			t.Errorf("who fell asleep\n got %s\nwant %s", got, want)
		}
		if got, want := s.told(fell, start), "+2 time 86, -2 time 92, +1 time 93, -1 time 99"; got != want {
			t.Errorf("who fell asleep lately\n got %s\nwant %s", got, want)
		}
		s.sell(sold{customer: 2, fen: 100_00})
		s.follows()
		if got, want := s.told(dormant, start), "+2 time 86, +1 time 93, -2 fact 102!"; got != want {
			t.Errorf("who woke\n got %s\nwant %s", got, want)
		}
		s.checkSound()
		var facts []string
		s.view(func(ctx context.Context, tx *db.Tx) error {
			records, err := event.ListByCustomer(ctx, tx, []int64{s.person2(1).Int64()}, event.Cursor{}, 100, Entered{}.FactKind(), Left{}.FactKind())
			for _, r := range slices.Backward(records) {
				facts = append(facts, fmt.Sprintf("%s %t", r.Kind, r.History))
			}
			return err
		})
		if got, want := strings.Join(facts, ", "), "segment.entered false, segment.left false, segment.entered false, segment.entered false, segment.left false"; got != want {
			t.Errorf("facts = %s, want %s", got, want)
		}
	})
}

// person2 finds a person made before.
func (s *shop) person2(n int) customer.ID {
	s.who(customer.ID{})
	for id, number := range s.numbers {
		if number == fmt.Sprint(n) {
			return id
		}
	}
	s.t.Fatalf("there is no person %d", n)
	return customer.ID{}
}

func TestSegment_rule_changed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		start := a.today()
		var row Row
		a.call("owner", http.MethodPost, "/v1/segments", Draft{Name: " Regulars ", Rule: atLeast("orders.count", 6), Strategy: Strategy{Goal: "keep", BudgetFen: new(int64(100))}}, &row)
		if !row.Settling || row.Name != "Regulars" {
			t.Errorf("made = %+v", row)
		}
		a.catchUp()
		a.call("owner", http.MethodGet, "/v1/segments/"+row.ID.String(), nil, &row)
		if row.Settling || row.Members != 2 || row.Of != 8 || !slices.Equal(row.Trend, []int64{2}) || row.Entered7D != 0 || row.PaidFen == 0 || row.ShareOfPaidBP == 0 {
			t.Errorf("its figures = %+v", row)
		}
		if status, _ := a.call("owner", http.MethodPost, "/v1/segments", Draft{Name: "REGULARS", Rule: row.Rule}, nil); status != http.StatusConflict {
			t.Errorf("the same name again: %d", status)
		}
		if status, _ := a.call("owner", http.MethodPost, "/v1/segments", Draft{Name: "x", Rule: atLeast("no.such", 1)}, nil); status != http.StatusBadRequest {
			t.Errorf("a wrong rule: %d", status)
		}
		if status, _ := a.call("owner", http.MethodPatch, "/v1/segments/"+row.ID.String(), Change{Rule: new(atLeast("orders.count", 5))}, nil, "If-Match", `"9"`); status != http.StatusPreconditionFailed {
			t.Errorf("another version: %d", status)
		}
		a.call("owner", http.MethodPatch, "/v1/segments/"+row.ID.String(), Change{Rule: new(atLeast("orders.count", 5))}, &row, "If-Match", web.ETag(row.Version))
		a.sell(sold{customer: 3, fen: 100}) // Her fifth, while everybody is about to be judged.
		a.catchUp()
		if got, want := a.told(row.ID, start), "+5 start 0, +6 start 0, +3 fact 0!, +4 rule 0"; got != want {
			t.Errorf("log\n got %s\nwant %s", got, want)
		}
		// Only 3 came: 5 and 6 were found at first, and 4 by the other rule.
		a.callers["manager"] = caller(a.shopID("S1"), a.shopID("S2"))
		for _, by := range []string{"owner", "manager"} { // From the sums by day, and from the log.
			var now Row
			a.call(by, http.MethodGet, "/v1/segments/"+row.ID.String(), nil, &now)
			if now.Entered7D != 1 || now.Left7D != 0 || now.Members != 4 || !slices.Equal(now.Trend, []int64{4}) {
				t.Errorf("figures for the %s = %+v, want 1 entered in 7 days, 4 members, and no day before it was made", by, now)
			}
		}
		a.checkSound()
		a.call("owner", http.MethodPost, "/v1/segments/"+row.ID.String()+"/archive", nil, &row)
		a.sell(sold{customer: 2, fen: 100}, sold{customer: 2, fen: 100})
		a.catchUp()
		if got := a.members(row.ID); !row.Archived || got != "3 4 5 6" {
			t.Errorf("members of the archived = %s", got)
		}
		a.call("owner", http.MethodPost, "/v1/segments/"+row.ID.String()+"/restore", nil, &row)
		a.catchUp()
		if got := a.members(row.ID); row.Archived || got != "2 3 4 5 6" {
			t.Errorf("members of the restored = %s", got)
		}
		a.checkSound()
	})
}

func TestSegment_pages_keep_to_the_shops_of_the_caller(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		start := a.today()
		a.callers["clerk"] = caller(a.shopID("S2")) // She sees 1, 3 and 5.
		all := a.segment("all", atLeast("orders.count", 1))
		few := a.segment("few", atLeast("orders.count", 4))
		a.later(3)
		a.sell(sold{customer: 7, fen: 500, shop: "S2"}, sold{customer: 8, fen: 500, shop: "S1"})
		a.catchUp()
		path := "/v1/segments/" + all.String()
		for by, want := range map[string]struct {
			members, past string
			count         int64
			changes       int
		}{"owner": {"8 7 6 5 4 3 2 1 0", "6 5 4 3 2 1 0", 9, 9}, "clerk": {"7 5 3 1", "5 3 1", 4, 4}} {
			if got, _ := a.list(by, path+"/members?sort=newest&"); got != want.members {
				t.Errorf("members for the %s = %s, want %s", by, got, want.members)
			}
			if got, _ := a.list(by, "/v1/customers?sort=newest&segment="+all.String()+"&"); got != want.members {
				t.Errorf("the list filtered for the %s = %s, want %s", by, got, want.members)
			}
			if got, _ := a.list(by, path+"/members?sort=newest&as_of="+start.Add(1).String()+"&"); got != want.past {
				t.Errorf("members of a past day for the %s = %s, want %s", by, got, want.past)
			}
			var row Row
			a.call(by, http.MethodGet, path, nil, &row)
			if row.Members != want.count || len(row.Trend) != 4 || row.Trend[3] != want.count || row.Trend[0] != want.count-int64(len(want.members)-len(want.past))/2 {
				t.Errorf("the row for the %s = %+v", by, row)
			}
			var changes web.List[Movement]
			a.call(by, http.MethodGet, path+"/changes?limit=3", nil, &changes)
			n := len(changes.Items)
			for changes.NextCursor != "" {
				cursor := changes.NextCursor
				changes = web.List[Movement]{}
				a.call(by, http.MethodGet, path+"/changes?limit=3&cursor="+cursor, nil, &changes)
				n += len(changes.Items)
			}
			if n != want.changes {
				t.Errorf("%d changes for the %s, want %d", n, by, want.changes)
			}
			var c Comparison
			a.call(by, http.MethodGet, "/v1/segments/compare?a="+all.String()+"&b="+few.String(), nil, &c)
			if c.A.Customers != want.count || c.Both.Customers != c.B.Customers || c.B.Customers == 0 || c.Both.Orders == 0 || len(c.A.Stages) == 0 {
				t.Errorf("the comparison for the %s = %+v", by, c)
			}
			var p Preview
			before := a.dumpSegments()
			a.call(by, http.MethodPost, "/v1/segments/preview", map[string]any{"rule": atLeast("orders.count", 1)}, &p)
			if p.Count != want.count || len(p.Sample) != int(min(want.count, sampleSize)) || p.ShareOfPaidBP != 10_000 {
				t.Errorf("the preview for the %s = %+v", by, p)
			}
			if a.dumpSegments() != before {
				t.Error("the preview changed something")
			}
		}
		seven := a.person2(7)
		var why Why
		a.call("clerk", http.MethodGet, path+"/why?customer_id="+seven.String(), nil, &why)
		if !why.Holds || why.SinceAt == nil || why.LastChange == nil || why.LastChange.Fact == nil || why.LastChange.Fact.Kind != order.PaidKind ||
			len(why.LastChange.Tests) != 1 || !why.LastChange.Tests[0].Holds || why.LastChange.Tests[0].Value != "1" {
			t.Errorf("why = %+v", why)
		}
		if status, _ := a.call("clerk", http.MethodGet, path+"/why?customer_id="+a.person2(2).String(), nil, nil); status != http.StatusNotFound {
			t.Errorf("why of another shop's customer: %d", status)
		}
		var joined web.List[Joined]
		a.call("clerk", http.MethodGet, "/v1/customers/"+a.person2(5).String()+"/segments", nil, &joined)
		if len(joined.Items) != 2 || joined.Items[0].Name != "all" {
			t.Errorf("segments of a customer = %+v", joined.Items)
		}
		var trend struct{ Days []TrendDay }
		a.call("owner", http.MethodGet, path+"/trend?from="+start.Add(-1).String(), nil, &trend)
		if got, want := fmt.Sprint(trend.Days), fmt.Sprintf("[{%s 7 0 0} {%s 7 0 0} {%s 7 0 0} {%s 9 2 0}]", start, start.Add(1), start.Add(2), start.Add(3)); got != want {
			t.Errorf("trend\n got %s\nwant %s", got, want)
		}
		var fields Fields
		a.call("clerk", http.MethodGet, "/v1/segments/fields", nil, &fields)
		if len(fields.Fields) < 50 || len(fields.Names["shop"]) != 1 {
			t.Errorf("fields = %d, shops %v", len(fields.Fields), fields.Names["shop"])
		}
	})
}

// dumpSegments returns the content of the tables of segments.
func (s *shop) dumpSegments() (text string) {
	s.t.Helper()
	s.view(func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"segments", "segment_members", "segment_changes", "segment_days", "segment_backlog", "events"} {
			digest, err := db.Digest(ctx, tx, table)
			if err != nil {
				return err
			}
			text += digest + "\n"
		}
		return nil
	})
	return text
}

func TestSegment_history_is_judged_in_a_pass(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.person(1)
		s.catchUp()
		start := s.today()
		bought := s.segment("bought", atLeast("orders.count", 1))
		s.sell(sold{customer: 1, daysAgo: 400, fen: 100, history: true, importID: 5}, sold{customer: 2, daysAgo: 300, fen: 100, history: true, importID: 5})
		s.catchUp()
		s.later(1)
		if got, want := s.told(bought, start), "+1 fact 1, +2 fact 1"; got != want {
			t.Errorf("log = %s, want %s", got, want)
		}
		s.checkSound()
		s.do(func(ctx context.Context, tx *db.Tx) error {
			for {
				n, err := s.Orders.RemoveImport(ctx, tx, 5, 100)
				if err != nil || n == 0 {
					return err
				}
			}
		})
		s.catchUp()
		s.later(1)
		if got := s.members(bought); got != "" {
			t.Errorf("members after the import was taken back = %s", got)
		}
		s.checkSound()
	})
}

func TestSegment_merge_and_removal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.sell(sold{customer: 1, fen: 100}, sold{customer: 2, fen: 100}, sold{customer: 3, fen: 100})
		s.catchUp()
		one := s.segment("one", atLeast("orders.count", 1))
		two := s.segment("two", atLeast("orders.count", 2))
		put := s.segment("put away", atLeast("orders.count", 1))
		a, b := s.person2(1), s.person2(2)
		var merge customer.MergeID
		s.do(func(ctx context.Context, tx *db.Tx) (err error) {
			if err := s.Archive(ctx, tx, put, false); err != nil {
				return err
			}
			merge, err = s.Customers.Merge(ctx, tx, a, b, "the same person")
			return err
		})
		s.catchUp()
		if got := s.members(one) + "/" + s.members(two) + "/" + s.members(put); got != "1 3/1/1 3" {
			t.Errorf("members after the merge = %s", got)
		}
		s.checkSound()
		s.do(func(ctx context.Context, tx *db.Tx) error { return s.Customers.Unmerge(ctx, tx, merge, "not the same") })
		s.catchUp()
		if got := s.members(one) + "/" + s.members(two) + "/" + s.members(put); got != "1 2 3//1 3" {
			t.Errorf("members after the merge was undone = %s", got)
		}
		s.do(func(ctx context.Context, tx *db.Tx) error {
			return s.Customers.RemoveMany(ctx, tx, []customer.ID{s.person2(5)})
		})
		s.catchUp()
		s.checkSound()
	})
}

// TestSegment_batch_again hands the follower a batch a second time, as after a crash before its commit.
func TestSegment_batch_again(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.person(1)
		s.catchUp()
		bought := s.segment("bought", atLeast("orders.count", 1))
		s.sell(sold{customer: 1, fen: 100})
		s.follows()
		before := s.dumpSegments()
		s.do(func(ctx context.Context, tx *db.Tx) error {
			records, err := event.ListFrom(ctx, tx, 0, 1000)
			if err != nil {
				return err
			}
			return s.followMembers(ctx, tx, slices.DeleteFunc(records, func(r event.Record) bool { return !slices.Contains(memberKinds, r.Kind) }))
		})
		if s.dumpSegments() != before {
			t.Error("the same facts again changed something")
		}
		failed := fmt.Errorf("the machine stopped")
		s.sell(sold{customer: 2, fen: 100})
		err := s.DB.Update(s.ctx, func(ctx context.Context, tx *db.Tx) error {
			g, err := findSegment(ctx, tx, bought, true)
			if err != nil {
				return err
			}
			c, err := s.fields(ctx, tx)
			if err != nil {
				return err
			}
			if err := s.settleMembers(ctx, tx, c, g, []int64{s.lastCustomer(ctx, tx)}, turn{cause: byFact, at: tx.Now}); err != nil {
				return err
			}
			return failed
		})
		if err == nil {
			t.Error("the transaction did not fail")
		}
		s.follows()
		if got := s.members(bought); got != "1 2" {
			t.Errorf("members = %s", got)
		}
		s.checkSound()
	})
}

func (s *shop) lastCustomer(ctx context.Context, tx *db.Tx) (id int64) {
	if err := tx.QueryRow(ctx, "select max(customer_id) from profiles").Scan(&id); err != nil {
		s.t.Fatalf("%v", err)
	}
	return id
}

func TestSegment_hours(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		noon := s.today().Add(1).Start(s.Staff.Zone()).Add(12 * time.Hour) // So that a day and an hour later it is the next day.
		if err := s.DB.MoveClock(s.ctx, noon.Sub(s.DB.Now())); err != nil {
			t.Fatal(err)
		}
		s.person(1)
		start := s.today()
		r := Rule{Test: &Test{Field: "event.cart_added", Op: GTE, Number: new(NumberOf(1)), Within: &Window{Hours: 72}, Without: &Without{Field: "orders.count", Hours: 24}}}
		carts := s.segment("carts", r)
		s.do(func(ctx context.Context, tx *db.Tx) error {
			results, err := s.Customers.RecordTouches(ctx, tx, []customer.TouchDraft{{Kind: "cart_added", Identities: phone(1), Touch: customer.Touch{Source: "web", EventID: "1", SKU: "A1"}}}, false)
			if err == nil && results[0].Status != "recorded" {
				err = fmt.Errorf("record a touch: %s", results[0].Message)
			}
			return err
		})
		s.catchUp()
		if got := s.members(carts); got != "" {
			t.Errorf("members while she may still order = %s", got)
		}
		for _, hours := range []int{25, 60} {
			if err := s.DB.MoveClock(s.ctx, time.Duration(hours)*time.Hour); err != nil {
				t.Fatal(err)
			}
			s.Jobs.Wake()
			s.catchUp()
		}
		// 25 hours on is the next day, or the one after when it is late.
		if got := s.told(carts, start); !strings.HasPrefix(got, "+1 time ") || !strings.Contains(got, ", -1 time ") {
			t.Errorf("log = %s", got)
		}
		s.checkSound()
	})
}
