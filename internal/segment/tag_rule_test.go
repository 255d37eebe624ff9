package segment

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

func (s *shop) tag(name string) (id customer.TagID) {
	s.t.Helper()
	s.do(func(ctx context.Context, tx *db.Tx) error {
		t, err := s.Customers.SaveTag(ctx, tx, customer.Tag{Name: name, Axis: customer.Preference})
		id = t.ID
		return err
	})
	return id
}

// tagged tells who has a tag: number, source and confidence.
func (s *shop) tagged(tag customer.TagID) string {
	s.t.Helper()
	var lines []string
	s.who(customer.ID{})
	s.view(func(ctx context.Context, tx *db.Tx) error {
		return each(ctx, tx, func(scan db.Scan) error {
			var one customer.ID
			var source string
			var confidence int64
			err := scan(&one, &source, &confidence)
			lines = append(lines, fmt.Sprintf("%s %s %d", s.who(one), source, confidence))
			return err
		}, "select customer_id, source, confidence from customer_tags where removed_at is null and tag_id = $1", tag)
	})
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

func TestTagRule(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.sell(sold{customer: 1, fen: 100}, sold{customer: 2, fen: 100}, sold{customer: 2, fen: 100}, sold{customer: 3, fen: 100}, sold{customer: 3, fen: 100})
		a.catchUp()
		tag := a.tag("常客")
		three := a.person(3)
		a.do(func(ctx context.Context, tx *db.Tx) error {
			return a.Customers.PutTag(ctx, tx, customer.TagPut{CustomerID: three, TagID: tag, Source: customer.ByClerk, Confidence: 90})
		})
		rule := Rule{All: []Rule{atLeast("orders.count", 2), atLeast("orders.count", 1, 30)}}
		var made TagRule
		_, etag := a.call("owner", http.MethodPost, "/v1/tag_rules", TagDraft{TagID: tag, Rule: rule, Mode: KeepTags, Confidence: 80}, &made)
		if !made.Active || !made.Settling || made.Sentence == "" || etag != web.ETag(1) {
			t.Errorf("made = %+v", made)
		}
		a.catchUp()
		a.sell(sold{customer: 1, fen: 100})
		a.follows()
		if got, want := a.tagged(tag), "1 rule 80, 2 rule 80, 3 clerk 90"; got != want {
			t.Errorf("tagged = %s, want %s", got, want)
		}
		var history []bool
		a.view(func(ctx context.Context, tx *db.Tx) error {
			for _, n := range []int{1, 2} {
				records, err := event.ListByCustomer(ctx, tx, []int64{a.person2(n).Int64()}, event.Cursor{}, 10, customer.Tagged{}.FactKind())
				if err != nil {
					return err
				}
				history = append(history, records[0].History)
			}
			return nil
		})
		if !slices.Equal(history, []bool{false, true}) {
			t.Errorf("facts of tags are history: %v, want one of a sale and one of a new rule", history)
		}
		var list web.List[TagRule]
		a.call("owner", http.MethodGet, "/v1/tag_rules", nil, &list)
		if len(list.Items) != 1 || list.Items[0].Tagged != 2 || list.Items[0].LastRunAt == nil {
			t.Errorf("rules = %+v", list.Items)
		}
		var rows web.List[Row]
		a.call("owner", http.MethodGet, "/v1/segments", nil, &rows)
		if status, _ := a.call("owner", http.MethodGet, "/v1/segments/"+segmentID(made.ID.Int64()).String(), nil, nil); len(rows.Items) != 0 || status != http.StatusNotFound {
			t.Errorf("the rule of a tag shows as a segment: %v %d", rows.Items, status)
		}
		a.later(29)
		a.sell(sold{customer: 2, fen: 100})
		a.catchUp()
		a.later(3)
		if got, want := a.tagged(tag), "2 rule 80, 3 clerk 90"; got != want {
			t.Errorf("after a month: tagged = %s, want %s", got, want)
		}
		path := "/v1/tag_rules/" + made.ID.String()
		if status, _ := a.call("owner", http.MethodPatch, path, TagChange{Mode: new(AddTags)}, nil, "If-Match", `"7"`); status != http.StatusPreconditionFailed {
			t.Errorf("another version: %d", status)
		}
		a.call("owner", http.MethodPatch, path, TagChange{Mode: new(AddTags)}, &made)
		a.later(60)
		if got, want := a.tagged(tag), "2 rule 80, 3 clerk 90"; got != want {
			t.Errorf("what is added stays: tagged = %s, want %s", got, want)
		}
		a.call("owner", http.MethodPost, path+"/undo", nil, &made)
		a.catchUp()
		if got, want := a.tagged(tag), "3 clerk 90"; got != want || made.Active {
			t.Errorf("after the undo: tagged = %s, want %s", got, want)
		}
		a.sell(sold{customer: 2, fen: 100})
		a.catchUp()
		a.call("owner", http.MethodPatch, path, TagChange{Active: new(true)}, &made)
		a.catchUp()
		if got, want := a.tagged(tag), "2 rule 80, 3 clerk 90"; got != want || !made.Active {
			t.Errorf("at work again: tagged = %s, want %s", got, want)
		}
		a.checkSound()
	})
}

func TestTagRule_refuses_circles(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		one, two, three := s.tag("one"), s.tag("two"), s.tag("three")
		has := func(tag customer.TagID) Rule {
			return Rule{Not: &Rule{Test: &Test{Field: "tag", Op: AnyOf, Choices: []string{tag.String()}}}}
		}
		add := func(tag customer.TagID, r Rule) string {
			return errs.CodeOf(s.DB.Update(s.ctx, func(ctx context.Context, tx *db.Tx) error {
				_, err := s.AddTagRule(ctx, tx, TagDraft{TagID: tag, Rule: r, Mode: KeepTags})
				return err
			}))
		}
		for i, step := range []struct {
			tag  customer.TagID
			rule Rule
			want string
		}{
			{one, has(one), "tag_rule.circular"}, {one, has(two), ""}, {one, has(three), "tag_rule.exists"},
			{two, atLeast("orders.count", 1), "tag_rule.circular"}, {three, has(one), "tag_rule.circular"}, {three, has(two), ""},
			{customer.TagID{}, has(two), "tag.not_found"},
		} {
			if got := add(step.tag, step.rule); got != step.want {
				t.Errorf("step %d: %q, want %q", i, got, step.want)
			}
		}
	})
}

func TestWhatIf(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		a.callers["clerk"] = caller(a.shopID("S2"))
		same := handbook
		var w WhatIf
		a.call("owner", http.MethodPost, "/v1/rfm/what_if", map[string]any{"thresholds": same}, &w)
		if len(w.Moves) != 0 || len(w.Groups) != len(ValueGroups) {
			t.Errorf("by the thresholds in force %+v move", w.Moves)
		}
		other := handbook
		other.WindowDays, other.ActiveDays, other.VIPDays, other.VIPPurchases, other.ActivePurchases = 90, 50, 40, 4, 2
		other.PotentialFen, other.VIPFen = 50, 8_000
		other.ValuePurchases, other.ValueFen, other.DormantDays, other.LostDays = 2, 4_000, 30, 100
		before := a.dump()
		for by, customers := range map[string]int64{"owner": 8, "clerk": 3} {
			w = WhatIf{}
			a.call(by, http.MethodPost, "/v1/rfm/what_if", map[string]any{"thresholds": other}, &w)
			var moved, then, now int64
			for _, m := range w.Moves {
				moved += m.Customers
			}
			for _, g := range w.Groups {
				then += g.CustomersBefore
				now += g.CustomersAfter
			}
			if then != customers || now != customers || moved == 0 || len(w.Sample) != int(moved) || w.Sample[0].From != string(w.Sample[0].ValueGroup) || w.Sample[0].To == w.Sample[0].From {
				t.Errorf("for the %s: %d and %d customers, %d move: %+v", by, then, now, moved, w)
			}
		}
		if !slices.Equal(before, a.dump()) {
			t.Error("asking changed something")
		}
		// What was foretold comes true.
		a.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Decide(ctx, tx, other, func(int64) error { return nil })
			return err
		})
		foretold := map[Grouping]WhatIf{}
		for _, by := range []Grouping{ByValueGroup, ByQuadrant, ByStage} {
			w = WhatIf{}
			a.call("owner", http.MethodPost, "/v1/rfm/what_if", map[string]any{"thresholds": other, "by": by}, &w)
			if len(w.Moves) == 0 {
				t.Errorf("by %s nobody moves", by)
			}
			foretold[by] = w
		}
		a.refreshNow()
		var o Overview
		a.call("owner", http.MethodGet, "/v1/rfm", nil, &o)
		var l Lifecycle
		a.call("owner", http.MethodGet, "/v1/lifecycle", nil, &l)
		for by, came := range map[Grouping][]NamedShare{ByValueGroup: o.ValueGroups, ByQuadrant: o.Quadrants, ByStage: l.Stages} {
			for i, g := range came {
				if told := foretold[by].Groups[i]; told.Name != g.Name || told.CustomersAfter != g.Customers || told.ShareBPAfter != g.RevenueBP {
					t.Errorf("%s: %+v foretold, %+v came", g.Name, told, g)
				}
			}
		}
		other.VIPDays = 0
		if status, _ := a.call("owner", http.MethodPost, "/v1/rfm/what_if", map[string]any{"thresholds": other}, nil); status != http.StatusBadRequest {
			t.Errorf("thresholds that make no sense: %d", status)
		}
	})
}

// TestSegment_rebuilt spoils the tables and has them made again, without new facts.
func TestSegment_rebuilt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		crowd(s)
		some := s.segment("some", atLeast("orders.count", 3))
		s.sell(sold{customer: 1, fen: 100})
		s.catchUp()
		want := s.members(some) // Which may make persons, and so facts.
		before := s.dumpSegments()
		for _, statement := range []string{"delete from segment_members", "delete from segment_days", "update segments set members = 77"} {
			s.do(func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, statement); return err })
		}
		rebuild := func() {
			if err := s.RebuildMembers(s.ctx, func(int64) {}); err != nil {
				t.Fatal(err)
			}
		}
		rebuild()
		s.do(func(ctx context.Context, tx *db.Tx) error { // It says when members were last counted.
			_, err := tx.Exec(ctx, "update segments set counted_at = 1")
			return err
		})
		once := s.dumpSegments()
		if lines, old := strings.Split(once, "\n"), strings.Split(before, "\n"); !slices.Equal(lines[1:], old[1:]) {
			t.Error("what was rebuilt differs from what was there")
		}
		s.checkSound()
		s.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "delete from segment_changes where entered")
			return err
		})
		rebuild()
		if got := s.members(some); got != want {
			t.Errorf("members = %s, want %s", got, want)
		}
		s.checkSound()
	})
}

// TestSegment_sales_and_edits_at_once has tills sell while the rule is changed and everybody judged, with
// followers at work: in the end everybody is where the last rule says.
func TestSegment_sales_and_edits_at_once(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		for n := range 8 {
			s.person(n)
		}
		some := s.segment("some", atLeast("orders.count", 2))
		var wg sync.WaitGroup
		stop := make(chan struct{})
		background := func(fn func() error) {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						if err := fn(); err != nil {
							t.Errorf("at work: %v", err)
							return
						}
					}
				}
			})
		}
		background(func() error { return s.Log.CatchUp(s.ctx) })
		background(func() error { return s.Jobs.Drain(s.ctx) })
		for k := range 40 {
			s.sell(sold{customer: k % 8, fen: 100})
			if k%5 == 0 {
				s.do(func(ctx context.Context, tx *db.Tx) error {
					return s.Change(ctx, tx, some, Change{Rule: new(atLeast("orders.count", int64(1+k%4)))}, func(int64) error { return nil })
				})
			}
		}
		close(stop)
		wg.Wait()
		s.catchUp()
		s.checkSound()
	})
}

func TestSegment_attribute_put_away(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.sell(sold{customer: 1, fen: 100})
		a.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Customers.AddDefinition(ctx, tx, customer.Definition{Code: "height", Name: "身高", Kind: customer.NumberAttribute, Group: "basic"})
			return err
		})
		a.catchUp()
		rule := Rule{Any: []Rule{atLeast("attr.height", 170), atLeast("orders.count", 1)}}
		tall := a.segment("tall", rule)
		a.call("owner", http.MethodPost, "/v1/tag_rules", TagDraft{TagID: a.tag("tall"), Rule: rule, Mode: KeepTags}, nil)
		a.catchUp()
		a.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "update attribute_definitions set active = $1", false)
			return err
		})
		a.sell(sold{customer: 2, fen: 100})
		a.later(1)
		var row Row
		a.call("owner", http.MethodGet, "/v1/segments/"+tall.String(), nil, &row)
		if want := []PutAway{{Field: "attr.height", Name: "身高", NameEN: "身高"}}; !slices.Equal(row.PutAway, want) || row.Members != 1 {
			t.Errorf("a rule with an attribute that is not in use = %+v", row)
		}
		var rules web.List[TagRule]
		a.call("owner", http.MethodGet, "/v1/tag_rules", nil, &rules)
		if len(rules.Items) != 1 || !slices.Equal(rules.Items[0].PutAway, row.PutAway) || rules.Items[0].Tagged != 1 {
			t.Errorf("a rule of a tag with such an attribute = %+v", rules.Items)
		}
		a.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "update attribute_definitions set active = $1", true)
			return err
		})
		a.sell(sold{customer: 3, fen: 100})
		a.catchUp()
		if got := a.members(tall); got != "1 3" {
			t.Errorf("members when it is in use again = %s", got)
		}
	})
}

// TestRule_names_tags_put_away: a sentence says the name of a tag, and is read again, also when it is archived.
func TestRule_names_tags_put_away(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		tag := a.tag("宝妈")
		a.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Customers.ChangeTag(ctx, tx, tag, customer.TagChange{Archived: new(true)}, func(int64) error { return nil })
			return err
		})
		rule := Rule{Test: &Test{Field: "tag", Op: AnyOf, Choices: []string{tag.String()}}}
		var made Row
		a.call("owner", http.MethodPost, "/v1/segments", Draft{Name: "some", Rule: rule}, &made)
		for lang, sentence := range map[string]string{"zh": made.Sentence, "en": made.SentenceEN} {
			if !strings.Contains(sentence, "宝妈") {
				t.Errorf("%s: %q does not name the tag", lang, sentence)
			}
			var read struct{ Rule Rule }
			a.call("owner", http.MethodPost, "/v1/segments/parse", map[string]string{"text": sentence, "lang": lang}, &read)
			if read.Rule.Test == nil || !slices.Equal(read.Rule.Test.Choices, rule.Test.Choices) {
				t.Errorf("%s: %q is read as %+v", lang, sentence, read.Rule)
			}
		}
	})
}
