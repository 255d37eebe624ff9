package insight

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

func day(t *testing.T, text string) cal.Day {
	t.Helper()
	d, err := cal.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		part, of int64
		want     *float64
	}{
		{"a third is rounded to four places", 1, 3, new(0.3333)},
		{"two thirds are rounded up", 2, 3, new(0.6667)},
		{"nothing to divide by is no rate", 5, 0, nil},
		{"none of some is zero", 0, 4, new(0.0)},
	} {
		if diff := cmp.Diff(c.want, rate(c.part, c.of)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestWalk is worked by hand. Customer 1 buys on two days of January, on one at two places, and once in February; customer 2 in
// January and March; customer 3 in February only.
func TestWalk(t *testing.T) {
	t.Parallel()
	w := newWalk(day(t, "2026-03-31"))
	for _, s := range []struct {
		customer uint32
		on       string
		fen      int64
	}{
		{1, "2026-01-02", 60}, {1, "2026-01-02", 40}, {2, "2026-01-05", 400}, {1, "2026-01-20", 200},
		{1, "2026-02-10", 300}, {3, "2026-02-28", 600},
		{2, "2026-03-15", 500},
	} {
		w.step(s.customer, day(t, s.on), s.fen)
	}
	got := w.end()
	want := []MonthFigure{
		{"2026-01", 2, 2, 0, new(0.0), new(0.5), new(0.5), 3, 700, new(233.3333)},
		{"2026-02", 2, 1, 1, new(0.5), new(0.0), new(0.0), 2, 900, new(450.0)},
		{"2026-03", 1, 0, 1, new(1.0), nil, new(0.0), 1, 500, new(500.0)},
	}
	if diff := cmp.Diff(want, got.Months); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}
	// First purchases are 88, 85 and 31 days old; the gaps are 18 and 69 days.
	wantSecond := []SecondPurchase{
		{30, 3, 1, new(0.3333)}, {60, 2, 1, new(0.5)}, {90, 0, 0, nil}, {180, 0, 0, nil}, {365, 0, 0, nil},
	}
	if diff := cmp.Diff(wantSecond, got.Second); diff != "" {
		t.Errorf("second purchases (-want +got):\n%s", diff)
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	jan, feb, mar := cal.MonthOf(2026, 1), cal.MonthOf(2026, 2), cal.MonthOf(2026, 3)
	got := spread([]cell{{corner{jan, jan}, 5}, {corner{jan, mar}, 2}, {corner{mar, mar}, 1}, {corner{jan, feb}, 3}})
	want := []Cohort{{"2026-01", []int64{5, 3, 2}}, {"2026-02", []int64{0, 0}}, {"2026-03", []int64{1}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cohorts (-want +got):\n%s", diff)
	}
}

func TestFactors(t *testing.T) {
	t.Parallel()
	before := Figures{SalesFen: 100_00, Orders: 10, Buyers: 10}
	for _, c := range []struct {
		name string
		now  Figures
		want string
	}{
		{"twice the buyers", Figures{SalesFen: 200_00, Orders: 20, Buyers: 20}, "buyers"},
		{"the same buyers, twice as often", Figures{SalesFen: 200_00, Orders: 20, Buyers: 10}, "frequency"},
		{"the same visits, half the basket", Figures{SalesFen: 50_00, Orders: 10, Buyers: 10}, "basket"},
	} {
		parts, ok := factors(c.now, before)
		if !ok || parts[0].factor != c.want {
			t.Errorf("%s: first factor %q (%v), want %q", c.name, parts[0].factor, ok, c.want)
		}
	}
	if _, ok := factors(Figures{}, before); ok {
		t.Error("nothing sold, yet a factor was named")
	}
}

func TestNeutral(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "  =HYPERLINK(1)": "'  =HYPERLINK(1)", "\t=1": "'\t=1", "＝1": "'＝1", "@a": "'@a", "-1": "'-1",
		"武康路店": "武康路店", "2026-01-01": "2026-01-01", "": "",
	} {
		if got := neutral(text); got != want {
			t.Errorf("neutral(%q) = %q, want %q", text, got, want)
		}
	}
}
