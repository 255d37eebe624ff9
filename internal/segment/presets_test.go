package segment

import (
	"context"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// TestPresets_are_the_groups holds the presets that thresholds define against the groups that the profile is given.
func TestPresets_are_the_groups(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		rng := rand.New(rand.NewPCG(3, 1))
		thresholds := handbook
		thresholds.PotentialFen, thresholds.VIPFen, thresholds.ValueFen = 20_000, 60_000, 50_000
		s.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Decide(ctx, tx, thresholds, func(int64) error { return nil })
			return err
		})
		for one := range 90 {
			last := []int{1, 20, 40, 100, 170, 190, 300}[rng.IntN(7)]
			var sales []sold
			for range 1 + rng.IntN(1+rng.IntN(9)) {
				sales = append(sales, sold{customer: one, daysAgo: last + rng.IntN(1+rng.IntN(120)), fen: int64(1_000 + rng.IntN(30_000)), history: true})
			}
			s.sell(sales...)
		}
		s.person(99)
		s.refreshNow()
		s.view(func(ctx context.Context, tx *db.Tx) error {
			c, err := s.Catalogue(ctx, tx)
			if err != nil {
				return err
			}
			count := func(r Rule) int64 {
				n, err := s.Count(ctx, tx, c, r)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			for _, p := range Presets(thresholds) {
				group := Test{Op: In, Choices: []string{p.Code}}
				switch p.Code {
				case "vip", "active", "potential", "dormant":
					group.Field = "value_group"
				case "high_frequency_high_value", "growth_potential", "low_frequency_high_value", "ordinary":
					group.Field = "quadrant"
				case "high_value_loyal", "potential_to_cultivate", "dormant_to_wake":
					group.Field = "customer_type"
				default:
					count(p.Rule)
					continue
				}
				preset, members, both := count(p.Rule), count(Rule{Test: &group}), count(all(p.Rule, Rule{Test: &group}))
				if members == 0 || preset != members || both != members {
					t.Errorf("%s: %d by the preset, %d in the group, %d in both", p.Code, preset, members, both)
				}
			}
			return nil
		})
	})
}

func TestPresets(t *testing.T) {
	t.Parallel()
	c := newCatalogue(nil, map[string]map[string]string{})
	seen := map[string]bool{}
	for _, p := range Presets(handbook) {
		if err := c.Check(p.Rule); err != nil || seen[p.Code] || p.Name == "" || p.NameEN == "" || p.Text == "" || p.TextEN == "" {
			t.Errorf("%+v: %v", p, err)
		}
		seen[p.Code] = true
		for _, lang := range []Lang{Chinese, English} {
			if r, err := c.Parse(c.Sentence(p.Rule, lang), lang); err != nil || asJSON(t, r) != asJSON(t, p.Rule.Normal()) {
				t.Errorf("%s does not come back: %v", p.Code, err)
			}
		}
	}
	want := "最近30天内有购买，且最近半年（180天）内购买天数至少5天，且累计消费金额超过5000元"
	if got := c.Sentence(Presets(handbook)[0].Rule, Chinese); got != want {
		t.Errorf("VIP is %s, want %s", got, want)
	}
}

// TestCountPresets holds the counts of all presets at once against the preview of each, by what the caller sees.
func TestCountPresets(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		crowd(a.shop)
		a.callers["clerk"] = caller(a.shopID("S2"))
		a.do(func(ctx context.Context, tx *db.Tx) error {
			// Its milk is a yes or no, so that the preset of the pack cannot ask which.
			_, err := a.Customers.AddDefinition(ctx, tx, customer.Definition{Code: "coffee.milk", Name: "加奶", Kind: customer.BoolAttribute, Group: "basic"})
			if err != nil {
				return err
			}
			return a.Customers.EnablePack(ctx, tx, "coffee")
		})
		for by, everybody := range map[string]int64{"owner": 8, "clerk": 3} {
			var presets web.List[ShownPreset]
			a.call(by, http.MethodGet, "/v1/segments/presets", nil, &presets)
			var counted web.List[PresetCount]
			a.call(by, http.MethodGet, "/v1/segments/presets/counts", nil, &counted)
			counts := map[string]int64{}
			for _, one := range counted.Items {
				counts[one.Code] = one.Count
			}
			if got := counts["stage_lead"] + counts["stage_new"] + counts["stage_active"] + counts["stage_dormant"] + counts["stage_lost"]; got != everybody {
				t.Errorf("%s counts %d in all stages, want %d", by, got, everybody)
			}
			for _, one := range presets.Items {
				n, found := counts[one.Code]
				if found != (one.Code != "coffee_oat") || one.Sentence == "" || one.SentenceEN == "" {
					t.Errorf("preset %s is counted: %v, and reads %q, %q", one.Code, found, one.Sentence, one.SentenceEN)
				}
				if !found {
					continue
				}
				var v Preview
				a.call(by, http.MethodPost, "/v1/segments/preview", map[string]any{"rule": one.Rule}, &v)
				if n != v.Count || one.Sentence != v.Sentence {
					t.Errorf("%s: preset %s counts %d and reads %s, its preview %d and %s", by, one.Code, n, one.Sentence, v.Count, v.Sentence)
				}
			}
		}
	})
}
