package segment

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// TestRules_agree_with_evaluator has random rules of random shops judged by the database and by loops, and
// compares who is admitted: 10,000 rules on each engine. SHUKE_TEST_SEED makes the same shops and rules again.
func TestRules_agree_with_evaluator(t *testing.T) {
	t.Parallel()
	const shops, rules = 8, 1_250
	seed := rand.Uint64()
	if given, err := strconv.ParseUint(os.Getenv("SHUKE_TEST_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("SHUKE_TEST_SEED=%d", seed)
	for i := range uint64(shops) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for _, engine := range dbtest.Engines() {
				t.Run(string(engine), func(t *testing.T) {
					rng := rand.New(rand.NewPCG(seed, i))
					s := setup(t, dbtest.Open(t, engine))
					r := fillAtRandom(s, rng, 40)
					s.view(func(ctx context.Context, tx *db.Tx) error { return r.compare(ctx, tx, t, rules) })
				})
			}
		})
	}
}

// compare judges rules both ways.
func (r *randomShop) compare(ctx context.Context, tx *db.Tx, t *testing.T, rules int) error {
	w, err := load(ctx, tx, r.Staff.Zone())
	if err != nil {
		return err
	}
	c, err := r.Catalogue(ctx, tx)
	if err != nil {
		return err
	}
	g := &generator{rng: r.rng, catalogue: c, words: r.words, today: w.today, value: w.anyValue(r.rng)}
	admitted, faults := 0, 0
	for i := 0; i < rules && faults < 5; i++ {
		rule := g.rule()
		fault, err := r.differs(ctx, tx, c, w, rule, &admitted)
		if err != nil {
			return fmt.Errorf("%s: %w", written(rule), err)
		}
		if fault != "" {
			faults++
			rule, fault = r.smallest(ctx, tx, c, w, rule, fault)
			t.Errorf("%s\n%s", written(rule), fault)
		}
	}
	t.Logf("%d customers, %d rules, %d%% admitted", len(w.people), rules, 100*admitted/(rules*len(w.people)))
	return nil
}

// differs says of whom the database and the loops judge a rule otherwise; one customer is looked at near.
func (r *randomShop) differs(ctx context.Context, tx *db.Tx, c *Catalogue, w *world, rule Rule, admitted *int) (string, error) {
	p, err := r.prepare(tx, c, rule)
	if err != nil {
		return "", err
	}
	q, from := p.members(nil)
	found := map[int64]bool{}
	_, err = db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var n int64
		err := scan(&n)
		found[n] = true
		return struct{}{}, err
	}, "select "+q.key+" "+from, q.args...)
	if err != nil {
		return "", err
	}
	for i, k := 0, r.rng.IntN(len(w.people)); i < len(w.people); i++ {
		who := w.people[(i+k)%len(w.people)]
		want, near := w.admits(who, rule), found[who.id]
		if i == 0 {
			var one customer.ID
			if err := one.Scan(who.id); err != nil {
				return "", err
			}
			if near, err = isMember(ctx, tx, p, one); err != nil {
				return "", err
			}
		}
		if want {
			*admitted++
		}
		if found[who.id] != want || near != want {
			return fmt.Sprintf("customer %d: admitted %t, as a set %t, near %t", who.id, want, found[who.id], near), nil
		}
	}
	return "", nil
}

// smallest returns the smallest part of a rule that is judged otherwise.
func (r *randomShop) smallest(ctx context.Context, tx *db.Tx, c *Catalogue, w *world, rule Rule, fault string) (Rule, string) {
	kids := slices.Concat(rule.All, rule.Any)
	if rule.Not != nil {
		kids = append(kids, *rule.Not)
	}
	for _, kid := range kids {
		for range 20 { // Each time another customer is looked at near.
			if found, err := r.differs(ctx, tx, c, w, kid, new(int)); err == nil && found != "" {
				return r.smallest(ctx, tx, c, w, kid, found)
			}
		}
	}
	return rule, fault
}

func written(r Rule) string {
	text, err := json.Marshal(r)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// anyValue returns what a number is of some customer, in thousandths.
func (w *world) anyValue(rng *rand.Rand) func(t *Test) (Number, bool) {
	return func(t *Test) (Number, bool) {
		numbers := w.numbers(pick(rng, w.people), *t)
		if len(numbers) == 0 {
			return 0, false
		}
		n := new(big.Rat).Mul(pick(rng, numbers), big.NewRat(1000, 1))
		return Number(new(big.Int).Quo(n.Num(), n.Denom()).Int64()), true
	}
}
