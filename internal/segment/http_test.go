package segment

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// api is the HTTP face of a shop.
type api struct {
	*shop
	handler http.Handler
	callers map[string]access.Caller
}

func serve(t failer, d *db.DB) *api {
	a := &api{shop: setup(t, d), callers: map[string]access.Caller{"owner": caller()}}
	w := web.New(web.Config{DB: d, Limits: web.Limits{SessionPerMinute: -1}, Log: slog.New(slog.DiscardHandler), Authenticate: func(r *http.Request) (access.Caller, error) { return a.callers[r.Header.Get("Caller")], nil }})
	a.Routes(w)
	a.handler = w.Handler()
	return a
}

// call sends a request and reads the answer into body, unless it is nil. It returns status and ETag.
func (a *api) call(by, method, path string, in, body any, headers ...string) (status int, etag string) {
	a.t.Helper()
	var content bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&content).Encode(in); err != nil {
			a.t.Fatalf("encode: %v", err)
		}
	}
	r := httptest.NewRequest(method, "http://localhost"+path, &content)
	r.Header.Set("Caller", by)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Requested-With", "test")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	if body != nil {
		if err := json.Unmarshal(w.Body.Bytes(), body); err != nil || w.Code >= 300 {
			a.t.Fatalf("%s %s = %d %s (%v)", method, path, w.Code, w.Body, err)
		}
	}
	return w.Code, w.Header().Get("ETag")
}

// list reads every page of a list of customers, three at a time, and returns who is in it, by number.
func (a *api) list(by, path string) (numbers string, total int64) {
	a.t.Helper()
	var all []string
	cursor := ""
	for range 20 {
		var body ListBody
		a.call(by, http.MethodGet, path+"limit=3&cursor="+cursor, nil, &body)
		for _, item := range body.Items {
			all = append(all, a.number(item.ID))
		}
		total, cursor = body.Total, body.NextCursor
		if cursor == "" {
			break
		}
	}
	return strings.Join(all, " "), total
}

// number returns the number of a customer made by person.
func (s *shop) number(id customer.ID) string {
	for n := range 10 {
		if s.person(n) == id {
			return fmt.Sprint(n)
		}
	}
	return "?"
}

// crowd makes eight customers of two shops, of which the last has not bought.
func crowd(s *shop) {
	for n := range 7 {
		for k := range n + 1 {
			s.sell(sold{customer: n, daysAgo: 20*(7-n) + k, fen: int64(1_000 * (n%3 + 1)), shop: []string{"S1", "S2"}[n%2], history: true})
		}
	}
	s.person(7)
	s.refreshNow()
}

// birthday gives a customer one in so many days.
func (s *shop) birthday(n, days int) {
	s.t.Helper()
	_, month, day := s.today().Add(days).Date()
	who := s.person(n)
	s.do(func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Customers.SetLifeDate(ctx, tx, who, customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Month: int(month), Day: day}, "")
		return err
	})
}

func TestListCustomers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		a.callers["clerk"] = caller(a.shopID("S2"))
		a.birthday(3, 6)
		a.birthday(5, 7)
		from := a.today().Add(-60).String()
		tests := map[string]struct{ by, query, want string }{
			"newest first":              {"owner", "", "7 6 5 4 3 2 1 0"},
			"highest spend":             {"owner", "sort=spend&", "5 4 2 6 3 1 0 7"},
			"least orders":              {"owner", "sort=orders&order=asc&", "7 0 1 2 3 4 5 6"},
			"last order":                {"owner", "sort=last_order&", "6 5 4 3 2 1 0 7"},
			"longest ago":               {"owner", "sort=last_order&order=asc&", "7 0 1 2 3 4 5 6"},
			"of a stage":                {"owner", "stage=dormant&", "2 1 0"},
			"who never bought":          {"owner", "value_group=lead&", "7"},
			"spend from and to":         {"owner", "min_paid_fen=4000&max_paid_fen=10000&sort=spend&", "4 2 6 3 1"},
			"since a day":               {"owner", "last_order_from=" + from + "&", "6 5 4"},
			"until a day":               {"owner", "last_order_to=" + a.today().Add(-100).String() + "&", "2 1 0"},
			"of a home shop":            {"owner", "shop_id=" + a.shopID("S2").String() + "&", "5 3 1"},
			"a clerk sees her own":      {"clerk", "sort=spend&", "5 3 1"},
			"a birthday within 7 days":  {"owner", "birthday_days=7&", "3"},
			"a birthday within 8 days":  {"clerk", "birthday_days=8&", "5 3"},
			"incomplete records":        {"owner", "quality_below=50&", "7 6 4 2 1 0"},
			"records worth little":      {"owner", "quality_below=1&", ""},
			"found by last four digits": {"owner", "q=0004&", "4"},
			"found and filtered away":   {"owner", "q=0004&stage=lost&", ""},
		}
		for name, test := range tests {
			got, total := a.list(test.by, "/v1/customers?"+test.query)
			if got != test.want {
				t.Errorf("%s: %q, want %q", name, got, test.want)
			}
			if want := int64(len(strings.Fields(test.want))); total != want {
				t.Errorf("%s: total = %d, want %d", name, total, want)
			}
		}
		if status, _ := a.call("clerk", http.MethodGet, "/v1/customers?sort=name", nil, nil); status != http.StatusBadRequest {
			t.Errorf("an unknown order gives %d, want 400", status)
		}
		if status, _ := a.call("nobody", http.MethodGet, "/v1/customers", nil, nil); status != http.StatusUnauthorized {
			t.Errorf("nobody gets %d, want 401", status)
		}
	})
}

func TestListCustomers_page_stays_while_others_come(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		var first, second ListBody
		a.call("owner", http.MethodGet, "/v1/customers?sort=spend&limit=3", nil, &first)
		a.sell(sold{customer: 8, fen: 9_000_000}) // Comes in at the top.
		a.call("owner", http.MethodGet, "/v1/customers?sort=spend&limit=3&cursor="+first.NextCursor, nil, &second)
		var got []string
		for _, item := range slices.Concat(first.Items, second.Items) {
			got = append(got, a.number(item.ID))
		}
		if want := "5 4 2 6 3 1"; strings.Join(got, " ") != want {
			t.Errorf("two pages hold %v, want %s", got, want)
		}
	})
}

func TestRFM(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		a.callers["clerk"] = caller(a.shopID("S2"))
		var all, own Overview
		a.call("owner", http.MethodGet, "/v1/rfm", nil, &all)
		a.call("clerk", http.MethodGet, "/v1/rfm", nil, &own)
		if all.Customers != 8 || all.Buyers != 7 || all.PaidFen != 53_000 || all.AsOf != a.today() {
			t.Errorf("overview = %+v", all)
		}
		if own.Customers != 3 || own.Buyers != 3 || own.PaidFen != 4_000+4_000+18_000 {
			t.Errorf("a clerk counts %d customers, %d buyers, %d fen", own.Customers, own.Buyers, own.PaidFen)
		}
		for name, shares := range map[string][]NamedShare{"rfm_groups": all.RFMGroups, "value_groups": all.ValueGroups, "quadrants": all.Quadrants, "customer_types": all.CustomerTypes} {
			var n, fen int64
			for _, s := range shares {
				n, fen = n+s.Customers, fen+s.PaidFen
			}
			if want := map[bool]int64{true: 8, false: 7}[name == "value_groups"]; n != want || fen != all.PaidFen {
				t.Errorf("%s hold %d customers with %d fen, want %d with %d", name, n, fen, want, all.PaidFen)
			}
		}
		var report Report
		a.call("owner", http.MethodGet, "/v1/rfm/report", nil, &report)
		cells := map[string]int64{}
		for _, c := range all.Cells {
			cells[c.Cell] = c.Customers
			var page ListBody
			a.call("owner", http.MethodGet, "/v1/rfm/customers?cell="+c.Cell, nil, &page)
			if int64(len(page.Items)) != c.Customers || page.Items[0].Cell != c.Cell {
				t.Errorf("cell %s lists %d customers, the map says %d", c.Cell, len(page.Items), c.Customers)
			}
		}
		if diff := cmp.Diff(report.Cells, cells); diff != "" {
			t.Errorf("the map differs from the report of today (-report +map):\n%s", diff)
		}
		if diff := cmp.Diff(report.Edges, all.Edges); diff != "" {
			t.Errorf("edges differ from the report of today (-report +map):\n%s", diff)
		}
	})
}

func TestReport_as_of_a_day(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		crowd(s)
		asOf := s.today().Add(-70)
		s.view(func(ctx context.Context, tx *db.Tx) error {
			past, err := s.Report(ctx, tx, asOf)
			if err != nil {
				return err
			}
			// By then customers 0 to 3 had bought all they have, and 4 her oldest sales: 70 days ago is before 60 + 4.
			if past.Customers != 4 || past.PaidFen != 1_000+4_000+9_000+4_000 {
				t.Errorf("as of %s: %d customers with %d fen, want 4 with 18000", asOf, past.Customers, past.PaidFen)
			}
			own, err := s.Report(access.With(ctx, caller(s.shopID2(ctx, tx))), tx, asOf)
			if err == nil && own.Customers != 2 {
				t.Errorf("a clerk of the second shop counts %d, want 2", own.Customers)
			}
			return err
		})
	})
}

func TestSettings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		var present Settings
		_, etag := a.call("owner", http.MethodGet, "/v1/rfm/settings", nil, &present)
		if present.Thresholds != handbook || present.Source != "handbook" || etag != `"0"` {
			t.Errorf("first settings = %+v with %s", present, etag)
		}
		strict := handbook
		strict.DormantDays, strict.LostDays = 30, 50
		a.callers["reader"] = access.Caller{StaffID: 8, Permissions: map[access.Permission]bool{access.CustomersRead: true}, Scope: access.Scope{All: true}}
		if status, _ := a.call("reader", http.MethodPut, "/v1/rfm/settings", strict, nil); status != http.StatusForbidden {
			t.Errorf("a reader sets thresholds: %d, want 403", status)
		}
		wrong := strict
		wrong.LostDays = 20
		if status, _ := a.call("owner", http.MethodPut, "/v1/rfm/settings", wrong, nil); status != http.StatusBadRequest {
			t.Errorf("lost before dormant gives %d, want 400", status)
		}
		if _, etag := a.call("owner", http.MethodPut, "/v1/rfm/settings", strict, &present, "If-Match", etag); etag != `"1"` || present.Source != "staff" {
			t.Errorf("settings after = %+v with %s", present, etag)
		}
		if status, _ := a.call("owner", http.MethodPut, "/v1/rfm/settings", strict, nil, "If-Match", etag); status != http.StatusPreconditionFailed {
			t.Errorf("a stale change gives %d, want 412", status)
		}
		a.catchUp()
		if got, _ := a.list("owner", "/v1/customers?stage=lost&"); got != "4 3 2 1 0" {
			t.Errorf("lost are %q, want 4 3 2 1 0", got)
		}
		if facts := a.facts(a.person(4)); !strings.HasSuffix(facts, "active>lost settings history") {
			t.Errorf("facts of customer 4: %s", facts)
		}
		// Back to the handbook on the same day, and on with the days.
		a.call("owner", http.MethodPut, "/v1/rfm/settings", handbook, &present)
		a.catchUp()
		if got, _ := a.list("owner", "/v1/customers?stage=dormant&"); got != "2 1 0" {
			t.Errorf("dormant are %q, want 2 1 0", got)
		}
		a.later(15)
		if got, _ := a.list("owner", "/v1/customers?stage=dormant&"); got != "3 2 1 0" {
			t.Errorf("dormant 15 days on are %q, want 3 2 1 0", got)
		}
	})
}

// regulars are sales enough to propose thresholds by: of 40 customers, four each, 20 days apart.
func regulars() (sales []sold) {
	for n := range 40 {
		for k := range 4 {
			sales = append(sales, sold{customer: n, daysAgo: 10 + n + 20*k, fen: int64(10_000 + 1_000*n), history: true})
		}
	}
	return sales
}

func TestSettings_are_proposed_and_filled_from_sales(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.sell(regulars()...)
		a.refreshNow()
		var o Overview
		a.call("owner", http.MethodGet, "/v1/rfm", nil, &o)
		if o.Proposal == nil || o.Proposal.Thresholds.VIPDays != 20 || o.Proposal.Thresholds.DormantDays != 20 || len(o.Proposal.Reasons) == 0 {
			t.Fatalf("proposal = %+v", o.Proposal)
		}
		got, want := o.Settings.Thresholds, handbook.fill(o.Proposal.Thresholds)
		if o.Settings.Source != "proposal" || got != want {
			t.Errorf("thresholds in force = %+v from %s, want %+v", got, o.Settings.Source, want)
		}
		// The log of stages is told by them from the start: nobody jumped by new settings.
		settings := 0
		a.view(func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, "select count(*) from stage_changes where step = $1", int64(bySettings)).Scan(&settings)
		})
		if settings != 0 {
			t.Errorf("%d customers changed stage by settings, want 0", settings)
		}
		kept := a.dump()
		if err := a.Rebuild(a.ctx, a.DB, func(int64) {}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a.dump(), kept); diff != "" {
			t.Errorf("after thresholds were filled (-built +kept):\n%s", diff)
		}
	})
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		var l Lifecycle
		a.call("owner", http.MethodGet, "/v1/lifecycle?from="+a.today().Add(-400).String(), nil, &l)
		counts := map[string]int64{}
		for _, s := range l.Stages {
			counts[s.Name] = s.Customers
		}
		if diff := cmp.Diff(map[string]int64{"lead": 1, "new": 0, "active": 4, "dormant": 3, "lost": 0}, counts); diff != "" {
			t.Errorf("stages (-want +got):\n%s", diff)
		}
		want := []Move{{Lead, New, 7, 10_000}, {New, Active, 6, 8_571}, {New, Dormant, 1, 1_428}, {Active, Dormant, 2, 10_000}}
		if diff := cmp.Diff(want, l.Moves); diff != "" {
			t.Errorf("moves (-want +got):\n%s", diff)
		}
		wantDwell := []Dwell{{New, 7, 1, 1, 1, 91}, {Active, 2, 91, 91, 92, 92}}
		if diff := cmp.Diff(wantDwell, l.Dwell); diff != "" {
			t.Errorf("dwell (-want +got):\n%s", diff)
		}
		// The names behind a move are as many as it counts, page by page, and only those of the caller's shops.
		a.callers["clerk"] = caller(a.shopID("S2"))
		for by, want := range map[string]int{"owner": 6, "clerk": 3} {
			var days []string
			for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
				var page web.List[Moved]
				a.call(by, http.MethodGet, "/v1/lifecycle/customers?from_stage=new&to_stage=active&limit=4&from="+a.today().Add(-400).String()+"&cursor="+cursor, nil, &page)
				for _, m := range page.Items {
					days = append(days, m.MovedOn.String())
					if m.StayDays != 1 || m.Name == "" {
						t.Errorf("moved: %+v", m)
					}
				}
				cursor = page.NextCursor
			}
			if len(days) != want || !slices.IsSortedFunc(days, func(x, y string) int { return strings.Compare(y, x) }) {
				t.Errorf("for the %s moved on %v, want %d, latest first", by, days, want)
			}
			// A rule says the same.
			rule := movedRule(400, New, Active)
			var v Preview
			a.call(by, http.MethodPost, "/v1/segments/preview", map[string]any{"rule": rule}, &v)
			if v.Count != int64(want) {
				t.Errorf("for the %s %d are those of whom %s, want %d", by, v.Count, v.SentenceEN, want)
			}
		}
		hours := movedRule(0, New, Active)
		hours.Within = &Window{Hours: 24}
		for _, wrong := range []Rule{hours, movedRule(400, New, "gone")} {
			if status, _ := a.call("owner", http.MethodPost, "/v1/segments/preview", map[string]any{"rule": wrong}, nil); status != http.StatusBadRequest {
				t.Errorf("%s is taken: %d, want 400", written(wrong), status)
			}
		}
		if status, _ := a.call("owner", http.MethodGet, "/v1/lifecycle?from=2026-02-01&to=2026-01-01", nil, nil); status != http.StatusBadRequest {
			t.Errorf("from after to gives %d, want 400", status)
		}
	})
}

// movedRule is that somebody went from a stage to another in the last so many days.
func movedRule(days int64, from, to Stage) Rule {
	r := numberRule(stageMoves, GTE, 1, days)
	r.Where = &Where{FromStages: []string{string(from)}, ToStages: []string{string(to)}}
	return r
}

func TestCustomerProfile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		a.callers["clerk"] = caller(a.shopID("S1"))
		id := a.person(3)
		var f Figures
		a.call("owner", http.MethodGet, "/v1/customers/"+id.String()+"/profile", nil, &f)
		if f.OrderCount != 4 || f.PaidFen != 4_000 || f.AverageOrderFen != 1_000 || f.IntervalDays != 1 || f.Stage != Active ||
			f.NextStage != Dormant || *f.NextStageInDays != 11 || *f.LastDays != 80 || len(f.Stages) != 2 || f.Stages[0].To != Active {
			t.Errorf("figures = %+v", f)
		}
		if len(f.Scores) != 3 || f.Scores[1].Value != 4 || fmt.Sprint(f.Scores[0].Score, f.Scores[1].Score, f.Scores[2].Score) != strings.Join(strings.Split(f.Cell, ""), " ") {
			t.Errorf("scores of cell %s = %+v", f.Cell, f.Scores)
		}
		if status, _ := a.call("clerk", http.MethodGet, "/v1/customers/"+id.String()+"/profile", nil, nil); status != http.StatusNotFound {
			t.Errorf("a clerk of another shop gets %d, want 404", status)
		}
		merged := a.person(1)
		a.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Customers.Merge(ctx, tx, id, merged, "same person")
			return err
		})
		a.call("owner", http.MethodGet, "/v1/customers/"+merged.String()+"/profile", nil, &f)
		if f.CustomerID != id || f.OrderCount != 6 {
			t.Errorf("figures of the merged customer = %+v, want those of the survivor", f)
		}
	})
}

func TestDays_refresh_scores_and_groups(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		crowd(s)
		id := s.person(6)
		if p := s.profile(id); p.ValueGroup != GroupFrequent || p.WindowDayCount != 7 {
			t.Errorf("before: %s with %d purchases in the window", p.ValueGroup, p.WindowDayCount)
		}
		s.later(170) // The last of seven days is now 190 days ago.
		p := s.profile(id)
		if p.ValueGroup != GroupLapsed || p.CustomerType != TypeWake || p.WindowDayCount != 0 || p.Stage != Lost {
			t.Errorf("170 days on: %s, %s, %d in the window, %s", p.ValueGroup, p.CustomerType, p.WindowDayCount, p.Stage)
		}
		s.view(func(ctx context.Context, tx *db.Tx) error {
			st, err := findState(ctx, tx)
			if st.edgesOn != s.today() || time.Since(st.refreshedAt) > 0 && st.settledOn != s.today() {
				t.Errorf("edges are of %s, the log is complete until %s, want %s", st.edgesOn, st.settledOn, s.today())
			}
			return err
		})
	})
}

// TestRoughly: of a longer list who may not read reports is told the first digit of the count.
func TestRoughly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n, want     int64
		least, more bool
	}{{0, 0, false, false}, {20, 20, false, false}, {20, 20, true, true}, {21, 20, false, true}, {99, 90, false, true}, {100, 100, false, true}, {1234, 1000, false, true}, {10_000, 10_000, true, true}} {
		if n, more := roughly(tt.n, tt.least); n != tt.want || more != tt.more {
			t.Errorf("roughly(%d, %t) = %d, %t; want %d, %t", tt.n, tt.least, n, more, tt.want, tt.more)
		}
	}
}

func TestList_that_seeks_is_audited(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		for _, q := range []string{"13912345678", "5678", ""} {
			a.call("owner", http.MethodGet, "/v1/customers?q="+q, nil, &ListBody{})
		}
		var lines int64
		a.view(func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, "select count(*) from audit_entries where action = 'customer.searched'").Scan(&lines)
		})
		if lines != 2 {
			t.Errorf("a list by a whole number, by its end and of all leaves %d lines, want 2", lines)
		}
	})
}
