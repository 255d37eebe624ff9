package segment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// stages is the thresholds of the stage tests: dormant after 30 days, lost after 60.
var stages = Thresholds{DormantDays: 30, LostDays: 60}

// tell writes changes as "3 purchase lead>new 3d": the day counted from the start, cause, stages, dwell.
func tell(start cal.Day, changes []change) string {
	var lines []string
	for _, c := range changes {
		lines = append(lines, fmt.Sprintf("%d %s %s>%s %dd", c.on.Sub(start), c.step, c.from, c.to, c.dwell))
	}
	return strings.Join(lines, ", ")
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	start := day(t, "2026-01-01")
	tests := map[string]struct {
		bought []int
		today  int
		want   string
	}{
		"never bought":                   {nil, 400, ""},
		"first purchase":                 {[]int{3}, 3, "3 purchase lead>new 3d"},
		"second purchase":                {[]int{3, 10}, 10, "3 purchase lead>new 3d, 10 purchase new>active 7d"},
		"third changes nothing":          {[]int{3, 10, 12}, 12, "3 purchase lead>new 3d, 10 purchase new>active 7d"},
		"the last day before dormant":    {[]int{0}, 30, "0 purchase lead>new 0d"},
		"dormant":                        {[]int{0}, 31, "0 purchase lead>new 0d, 31 day new>dormant 31d"},
		"the last day before lost":       {[]int{0}, 60, "0 purchase lead>new 0d, 31 day new>dormant 31d"},
		"lost":                           {[]int{0}, 61, "0 purchase lead>new 0d, 31 day new>dormant 31d, 61 day dormant>lost 30d"},
		"back on the day of dormancy":    {[]int{0, 31}, 31, "0 purchase lead>new 0d, 31 day new>dormant 31d, 31 purchase dormant>active 0d"},
		"back from lost":                 {[]int{0, 100}, 100, "0 purchase lead>new 0d, 31 day new>dormant 31d, 61 day dormant>lost 30d, 100 purchase lost>active 39d"},
		"bought before she was recorded": {[]int{-9}, 0, "-9 purchase lead>new 0d"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var bought []cal.Day
			for _, n := range test.bought {
				bought = append(bought, start.Add(n))
			}
			if got := tell(start, stages.timeline(start, bought, start.Add(test.today))); got != test.want {
				t.Errorf("timeline\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestStage_is_the_end_of_the_timeline(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := cal.Date(2026, 1, 1)
		numbers := rapid.SliceOfNDistinct(rapid.IntRange(-50, 300), 0, 8, rapid.ID).Draw(t, "bought")
		slices.Sort(numbers)
		today := start.Add(rapid.IntRange(300, 450).Draw(t, "today"))
		th := Thresholds{DormantDays: rapid.Int64Range(1, 60).Draw(t, "dormant")}
		th.LostDays = th.DormantDays + rapid.Int64Range(1, 60).Draw(t, "more")
		var bought []cal.Day
		var last cal.Day
		for _, n := range numbers {
			last = start.Add(n)
			bought = append(bought, last)
		}
		changes := th.timeline(start, bought, today)
		stage := Lead
		for i, c := range changes {
			if c.from != stage || c.from == c.to {
				t.Fatalf("change %d leads from %s to %s, she was %s", i, c.from, c.to, stage)
			}
			if i > 0 && (c.on.Before(changes[i-1].on) || c.on == changes[i-1].on && c.step <= changes[i-1].step) {
				t.Fatalf("change %d is not after the one before: %s", i, tell(start, changes))
			}
			stage = c.to
		}
		if got := th.stage(int64(len(bought)), last, today); got != stage {
			t.Errorf("stage = %s, the timeline ends with %s", got, stage)
		}
		from := start.Add(rapid.IntRange(-60, 460).Draw(t, "from"))
		cut := len(changes)
		for i, c := range changes {
			if !c.on.Before(from) {
				cut = i
				break
			}
		}
		joined := splice(slices.Clone(changes[:cut]), changes[cut:], start)
		if diff := cmp.Diff(tell(start, changes), tell(start, joined)); diff != "" {
			t.Errorf("a timeline cut at %s and joined again (-want +got):\n%s", from, diff)
		}
	})
}

func TestSplice_fits_a_log_written_under_other_thresholds(t *testing.T) {
	t.Parallel()
	start := day(t, "2026-01-01")
	kept := []change{
		{on: start, step: byPurchase, from: Lead, to: New},
		{on: start.Add(20), step: byDay, from: New, to: Dormant, dwell: 20}, // Dormant came sooner then.
	}
	fresh := []change{
		{on: start.Add(31), step: byDay, from: New, to: Dormant, dwell: 31},
		{on: start.Add(40), step: byPurchase, from: Dormant, to: Active, dwell: 9},
	}
	want := "0 purchase lead>new 0d, 20 day new>dormant 20d, 40 purchase dormant>active 20d"
	if got := tell(start, splice(kept, fresh, start)); got != want {
		t.Errorf("splice\n got %s\nwant %s", got, want)
	}
}

func TestNextStage(t *testing.T) {
	t.Parallel()
	today := day(t, "2026-11-24")
	tests := map[string]struct {
		stage Stage
		since int
		want  string
	}{
		"new":                       {New, 0, "dormant in 31"},
		"active, soon":              {Active, 30, "dormant in 1"},
		"dormant":                   {Dormant, 31, "lost in 30"},
		"due, but not looked at":    {Active, 40, "dormant in 0"},
		"lost stays":                {Lost, 90, ""},
		"a lead waits for a sale":   {Lead, 0, ""},
		"the till's clock is ahead": {New, -2, "dormant in 31"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := Profile{LastOrderOn: today.Add(-test.since), Standing: Standing{Stage: test.stage}}
			got := ""
			if next, in, ok := stages.nextStage(&p, today); ok {
				got = fmt.Sprintf("%s in %d", next, in)
			}
			if got != test.want {
				t.Errorf("next stage = %q, want %q", got, test.want)
			}
		})
	}
}
