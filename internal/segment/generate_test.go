package segment

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// generator makes random rules that Check passes, over the whole catalogue and as deep as rules may be.
type generator struct {
	rng       *rand.Rand
	catalogue *Catalogue
	today     cal.Day
	words     words

	// value, if set, returns the number that a test compares for some customer, so that bounds are hit.
	value func(t *Test) (n Number, ok bool)
}

// words are what a shop calls its goods and the ways they are sold.
type words struct{ categories, products, styles, brands, scenes, channels, texts []string }

// sampleWords are words for rules without a shop.
func sampleWords() words {
	return words{
		categories: []string{"女装", "女装/连衣裙", "女装/外套", "女装/外套/风衣", "配饰", "none"}, products: []string{"A1", "B2", "C3", "it's"},
		styles: []string{"法式", "简约", "none"}, brands: []string{"Muse", "云上", "none"}, scenes: []string{"office", "leisure"},
		channels: []string{"store", "online", "mini_program"}, texts: []string{"a", "A", "%", "_", "猫", "it's", "x\"y", "and or", "100%"},
	}
}

// pick returns one of a list.
func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// some returns between one and most of a list, each once.
func some[T any](rng *rand.Rand, list []T, most int) []T {
	list = slices.Clone(list)
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:1+rng.IntN(min(most, len(list)))]
}

func (g *generator) one(in int) bool { return g.rng.IntN(in) == 0 }

// rule returns a rule of one to twelve tests, now and then of forty.
func (g *generator) rule() Rule {
	tests := 1 + g.rng.IntN(6)
	switch {
	case g.one(5):
		tests = 1 + g.rng.IntN(12)
	case g.one(100):
		tests = 40
	}
	return g.tree(tests, 1)
}

func (g *generator) tree(tests, depth int) Rule {
	switch {
	case depth < maxRuleDepth && g.one(6):
		return Rule{Not: new(g.tree(tests, depth+1))}
	case depth < maxRuleDepth && (tests > 1 || g.one(20)):
	default:
		return Rule{Test: g.test()}
	}
	var kids []Rule
	for tests > 0 {
		n := 1 + g.rng.IntN(tests)
		kids = append(kids, g.tree(n, depth+1))
		tests -= n
	}
	if g.one(2) {
		return Rule{Any: kids}
	}
	if t := kids[0].Test; t != nil && (t.Within != nil || t.Where != nil) {
		kids = append(kids, Rule{Test: g.beside(t)})
	}
	return Rule{All: kids}
}

// beside returns a test of another measure of the same rows, since such tests are made together.
func (g *generator) beside(t *Test) *Test {
	head, _, _ := strings.Cut(t.Field, ".")
	var others []*Field
	for i := range g.catalogue.Fields {
		f := &g.catalogue.Fields[i]
		if h, _, _ := strings.Cut(f.Code, "."); f.Window && (f.Code == t.Field || h == head && head != "event") {
			others = append(others, f)
		}
	}
	f := pick(g.rng, others)
	other := &Test{Field: f.Code, Op: pick(g.rng, f.Ops), Within: t.Within, Where: t.Where}
	if f.Without {
		other.Without = t.Without
	}
	g.numbers(f, other)
	return other
}

// test returns a test of a random field, each group of fields as often as any other.
func (g *generator) test() *Test {
	for {
		groups := map[string][]*Field{}
		for i := range g.catalogue.Fields {
			f := &g.catalogue.Fields[i]
			groups[f.Group] = append(groups[f.Group], f)
		}
		f := pick(g.rng, groups[pick(g.rng, slices.Sorted(maps.Keys(groups)))])
		if f.Refers == "" || len(g.catalogue.Names[f.Refers]) > 0 {
			return g.testOf(f)
		}
	}
}

func (g *generator) testOf(f *Field) *Test {
	t := &Test{Field: f.Code, Op: pick(g.rng, f.Ops)}
	for slices.Contains(dateFields, f.Code) && (t.Op == GT || t.Op == GTE || t.Op == NE) {
		t.Op = pick(g.rng, f.Ops)
	}
	if f.Window && g.one(2) {
		t.Within = g.window()
		for f.Code == stageMoves && t.Within.Hours > 0 {
			t.Within = g.window()
		}
	}
	if len(f.Where) > 0 && g.one(2) {
		t.Where = g.where(f)
	}
	if f.Without && g.one(4) {
		g.without(t)
	}
	switch {
	case t.Op == Known || t.Op == Unknown || t.Op == Yes || t.Op == No:
	case f.Kind == NumberField:
		g.numbers(f, t)
	case f.Kind == DayField:
		t.Choices = []string{g.day().String()}
	case f.Refers != "":
		t.Choices = some(g.rng, slices.Sorted(maps.Keys(g.catalogue.Names[f.Refers])), 3)
	case f.Kind == TextField:
		t.Choices = some(g.rng, g.words.texts, 3)
	default:
		var codes []string
		for _, o := range f.Options {
			codes = append(codes, o.Code)
		}
		t.Choices = some(g.rng, codes, 4)
	}
	return t
}

// numbers gives a test its bounds: values that occur, the numbers next to them, and a few that are far off.
func (g *generator) numbers(f *Field, t *Test) {
	a, b := g.number(f, t), g.number(f, t)
	if t.Op != Between {
		t.Number = &a
		return
	}
	t.Number, t.UpTo = new(min(a, b)), new(max(a, b))
}

func (g *generator) number(f *Field, t *Test) Number {
	own := f.definition.Code != ""
	n := NumberOf(pick(g.rng, []int64{0, 1, 2, 3, 5, 12, 30, 100, 365, 20_000, 123_456}))
	if g.value != nil && !g.one(8) {
		if found, ok := g.value(t); ok {
			n = found
		}
	}
	n += pick(g.rng, []Number{0, 0, 0, 1000, -1000})
	if own || f.Unit == Percent || f.Code == "orders.average" {
		n += pick(g.rng, []Number{0, 0, 1, -1, 500})
	} else {
		n -= n % 1000
	}
	if g.one(60) {
		n = maxNumber
	}
	switch {
	case slices.Contains(dateFields, f.Code):
		return max(0, min(n, NumberOf(366)))
	case own || f.Code == "due.days":
		if g.one(20) {
			n = -n
		}
		return max(-maxNumber, min(n, maxNumber))
	}
	return max(0, min(n, maxNumber))
}

func (g *generator) day() cal.Day { return g.today.Add(30 - g.rng.IntN(400)) }

func (g *generator) window() *Window {
	w := &Window{}
	switch g.rng.IntN(4) {
	case 0:
		w.Days = pick(g.rng, []int64{1, 2, 7, 30, 60, 90, 180, 365, 36_500})
	case 1:
		w.Days = 2 + int64(g.rng.IntN(200))
		w.Before = 1 + int64(g.rng.IntN(int(w.Days-1)))
	case 2:
		w.Hours = pick(g.rng, []int64{1, 24, 48, 72, 168, 2000, 8760})
	default:
		a, b := g.day(), g.day()
		if b.Before(a) {
			a, b = b, a
		}
		switch g.rng.IntN(3) {
		case 0:
			w.From = a
		case 1:
			w.To = b
		default:
			w.From, w.To = a, b
		}
	}
	return w
}

// where narrows by one or two of what a field can be narrowed by.
func (g *generator) where(f *Field) *Where {
	w := &Where{}
	refer := func(kind string) []string {
		if known := slices.Sorted(maps.Keys(g.catalogue.Names[kind])); len(known) > 0 {
			return some(g.rng, known, 2)
		}
		return nil
	}
	for _, name := range some(g.rng, f.Where, 2) {
		switch name {
		case "categories":
			w.Categories = some(g.rng, g.words.categories, 2)
		case "products":
			w.Products = some(g.rng, g.words.products, 3)
		case "styles":
			w.Styles = some(g.rng, g.words.styles, 2)
		case "brands":
			w.Brands = some(g.rng, g.words.brands, 2)
		case "scenes":
			w.Scenes = some(g.rng, g.words.scenes, 2)
		case "channels":
			w.Channels = some(g.rng, g.words.channels, 2)
		case "shops":
			w.Shops = refer("shop")
		case "clerks":
			w.Clerks = refer("clerk")
		case "reasons":
			w.Reasons = refer("reason")
		case "from_stages":
			w.FromStages = some(g.rng, []string{"lead", "new", "active", "dormant", "lost"}, 3)
		case "to_stages":
			w.ToStages = some(g.rng, []string{"lead", "new", "active", "dormant", "lost"}, 3)
		case "min_fen":
			w.MinFen = 1 + g.rng.Int64N(60_000)
		case "max_fen":
			w.MaxFen = w.MinFen + 1 + g.rng.Int64N(60_000)
		}
	}
	if w.MaxFen > 0 && w.MaxFen < w.MinFen {
		w.MinFen, w.MaxFen = w.MaxFen, w.MinFen
	}
	if len(w.parts()) == 0 && w.MinFen == 0 && w.MaxFen == 0 { // Only names of which the shop has none.
		return nil
	}
	return w
}

func (g *generator) without(t *Test) {
	followers := []string{"orders.count", "event.any", "event.cart_added", "event.product_viewed", "event.checkout_started"}
	t.Without = &Without{Field: pick(g.rng, followers), Hours: pick(g.rng, []int64{1, 24, 72, 720, 8760})}
	if g.one(3) {
		t.Without.Where = g.where(g.catalogue.Field(t.Without.Field))
	}
}

// sampleCatalogue returns a catalogue with an attribute of each kind, and names of everything.
func sampleCatalogue() *Catalogue {
	options := []customer.Option{{Code: "x", Name: "艾克斯", NameEN: "X"}, {Code: "y", Name: "歪", NameEN: "Y"}, {Code: "z", Name: "贼"}}
	var definitions []customer.Definition
	for _, d := range []customer.Definition{
		{Code: "nickname", Name: "昵称", NameEN: "nickname", Kind: customer.TextAttribute}, {Code: "waist", Name: "腰围", NameEN: "waist", Kind: customer.NumberAttribute},
		{Code: "joined", Name: "加入日", Kind: customer.DayAttribute}, {Code: "has_child", Name: "有孩子", NameEN: "has a child", Kind: customer.BoolAttribute},
		{Code: "size", Name: "尺码", NameEN: "size", Kind: customer.ChoiceAttribute, Options: options},
		{Code: "style", Name: "风格", NameEN: "style", Kind: customer.ChoiceAttribute, Options: options, Multiple: true},
	} {
		d.Group, d.Active = "basic", true
		definitions = append(definitions, d)
	}
	return newCatalogue(definitions, map[string]map[string]string{
		"tag":    {"tag_0000000000001": "常客", "tag_0000000000002": "it's 100%", "tag_0000000000003": "上班族"},
		"shop":   {"shp_0000000000001": "旗舰店", "shp_0000000000002": "Second Shop"},
		"clerk":  {"stf_0000000000001": "林小姐", "stf_0000000000002": "Wang"},
		"reason": {"size": "尺码不合适", "size.too_small": "偏小", "quality": "质量问题"},
	})
}

// newGenerator returns a generator without a shop, whose rules a seed determines.
func newGenerator(seed uint64) *generator {
	return &generator{rng: rand.New(rand.NewPCG(seed, 1)), catalogue: sampleCatalogue(), words: sampleWords(), today: cal.Date(2026, 11, 24)}
}

// TestGenerate shows that rules from the generator are valid and reach everything that rules can say.
func TestGenerate(t *testing.T) {
	t.Parallel()
	g := newGenerator(1)
	seen, deepest := map[string]bool{}, 0
	for i := range 5_000 {
		r := g.rule()
		if err := g.catalogue.Check(r); err != nil {
			t.Fatalf("rule %d is not valid: %v\n%+v", i, err, r)
		}
		deepest = max(deepest, depthOf(r))
		_ = r.walk("", func(_ string, x *Test) error {
			seen[fmt.Sprint(x.Field, " ", x.Op)] = true
			return nil
		})
	}
	for _, f := range g.catalogue.Fields {
		for _, op := range f.Ops {
			if dated := slices.Contains(dateFields, f.Code) && (op == GT || op == GTE || op == NE); !dated && !seen[fmt.Sprint(f.Code, " ", op)] {
				t.Errorf("no rule compares %s by %s", f.Code, op)
			}
		}
	}
	if deepest != maxRuleDepth {
		t.Errorf("the deepest rule is %d deep, want %d", deepest, maxRuleDepth)
	}
}

func depthOf(r Rule) int {
	deepest := 0
	for _, kid := range slices.Concat(r.All, r.Any) {
		deepest = max(deepest, depthOf(kid))
	}
	if r.Not != nil {
		deepest = depthOf(*r.Not)
	}
	return deepest + 1
}
