package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// acquaintance is what the chain has learnt of a customer apart from her purchases.
type acquaintance struct {
	clerk      int // index into colleagues; -1 when she told it online
	attributes []customer.AttributeSetting
	tags       []string
}

// Codes and names that the clothing pack has for the traits of people.
var (
	mannerCodes = map[string]string{"法式": "elegant", "简约": "minimal", "复古": "retro", "街头": "street"}
	sceneCodes  = map[string]string{"通勤": "office", "休闲": "leisure", "社交": "social", "度假": "travel"}
	avoided     = []string{"化纤", "羊毛", "马海毛", "聚酯纤维"}
)

// acquaintance returns what is known of a customer: of those who come often more than of others.
func (o Options) acquaintance(p person) acquaintance {
	r := o.source(partKnown, p.n)
	a := acquaintance{clerk: clerkOf(r, p.home)}
	chance := .3
	if p.interval < 52 {
		chance = .6
	}
	if r.Float64() < chance {
		a.attributes = wears(r, p)
	}
	for _, t := range []struct {
		name   string
		fits   bool
		chance float64
	}{
		{p.manner + "风", true, .6}, {p.scene, true, .35}, {"换季必买", p.interval < 40, .5}, {"小个子", p.woman && p.size == 0, .5},
		{"职场女性", p.woman && p.scene == "通勤", .3}, {"宝妈", p.woman && p.birthYear >= 1985 && p.birthYear < 1996, .12}, {"学生", p.birthYear >= 2003, .6},
	} {
		if r.Float64() < t.chance && t.fits {
			a.tags = append(a.tags, t.name)
		}
	}
	return a
}

// wears returns sizes and taste.
func wears(r *rand.Rand, p person) []customer.AttributeSetting {
	sizes, shoe, height := womenSizes, 36, 156
	if !p.woman {
		sizes, shoe, height = menSizes, 40, 168
	}
	all := []customer.AttributeSetting{
		{Code: "clothing.top_size", Choices: []string{strings.Replace(strings.ToLower(sizes[p.size]), "xxl", "2xl", 1)}},
		{Code: "clothing.style", Choices: []string{mannerCodes[p.manner]}},
		{Code: "clothing.scene", Choices: []string{sceneCodes[p.scene]}},
	}
	for _, more := range []struct {
		chance float64
		set    customer.AttributeSetting
	}{
		{.5, customer.AttributeSetting{Code: "clothing.bottom_size", Text: new(waistSizes[p.size+r.IntN(2)])}},
		{.4, customer.AttributeSetting{Code: "clothing.shoe_size", Number: new(float64(shoe + p.size))}},
		{.3, customer.AttributeSetting{Code: "clothing.height_cm", Number: new(float64(height + 4*p.size + r.IntN(5)))}},
		{.4, customer.AttributeSetting{Code: "clothing.colours", Text: new(pick(r, colours))}},
		{.1, customer.AttributeSetting{Code: "clothing.materials_avoided", Text: new(pick(r, avoided))}},
		{.3, customer.AttributeSetting{Code: "clothing.promotion_sensitivity", Choices: []string{[]string{"low", "medium", "high"}[int(p.thrift*3)]}}},
	} {
		if r.Float64() < more.chance {
			all = append(all, more.set)
		}
	}
	return all
}

// as returns the context of a colleague at work in the console, of nobody for -1.
func (f *filler) as(ctx context.Context, colleague int) context.Context {
	author := access.Program("console")
	if colleague >= 0 {
		author.StaffID = f.ColleagueIDs[colleague].Int64()
	}
	return access.With(ctx, author)
}

// byClerk calls write with the people that each colleague, or nobody, got to know, in batches.
func (f *filler) byClerk(ctx context.Context, write func(ctx context.Context, tx *db.Tx, known []known) error) error {
	of := map[int][]known{}
	for _, p := range f.people {
		a := f.acquaintance(p)
		of[a.clerk] = append(of[a.clerk], known{p, a})
	}
	for clerk := -1; clerk < len(colleagues); clerk++ {
		if err := inBatches(f.as(ctx, clerk), f.DB, of[clerk], 500, write); err != nil {
			return err
		}
	}
	return nil
}

// known is a customer with what is known of her.
type known struct {
	person
	acquaintance
}

// getToKnow writes down sizes and taste, as told on the first visit or in the form of the online shop.
func (f *filler) getToKnow(ctx context.Context) error {
	return f.byClerk(ctx, f.setAttributes)
}

func (f *filler) setAttributes(ctx context.Context, tx *db.Tx, all []known) error {
	var puts []customer.AttributePut
	for _, k := range all {
		if len(k.attributes) > 0 {
			puts = append(puts, customer.AttributePut{
				CustomerID: f.customerIDs[k.n], Settings: k.attributes, Source: string(k.source()), SetAt: f.at(k.joined, 13),
			})
		}
	}
	return f.Services.Customers.SetAttributesMany(ctx, tx, puts)
}

// source says who told.
func (k known) source() customer.TagSource {
	if k.clerk < 0 {
		return customer.BySurvey
	}
	return customer.ByClerk
}

// ownTags are the tags that the chain uses besides those of its pack.
var ownTags = []customer.Tag{
	{Name: "法式风", NameEN: "French style", Axis: customer.Preference}, {Name: "休闲", NameEN: "Casual wear", Axis: customer.Preference},
	{Name: "社交", NameEN: "Party wear", Axis: customer.Preference}, {Name: "度假", NameEN: "Holiday wear", Axis: customer.Preference},
}

// tag puts tags on customers some visits after the first.
func (f *filler) tag(ctx context.Context) error {
	err := f.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, t := range ownTags {
			if _, err := f.Services.Customers.SaveTag(ctx, tx, t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.byClerk(ctx, f.putTags)
}

func (f *filler) putTags(ctx context.Context, tx *db.Tx, all []known) error {
	var names []string
	for _, k := range all {
		names = append(names, k.tags...)
	}
	library, err := f.Services.Customers.EnsureTags(ctx, tx, names, customer.Preference)
	if err != nil {
		return err
	}
	var puts []customer.TagPut
	for _, k := range all {
		for i, name := range k.tags {
			at := f.at(k.joined.Add(7*i), 15)
			puts = append(puts, customer.TagPut{
				CustomerID: f.customerIDs[k.n], TagID: library[strings.ToLower(name)], Source: k.source(), AddedAt: at, History: true,
			})
		}
	}
	_, err = f.Services.Customers.TagMany(ctx, tx, puts)
	return err
}

// writeDown adds what clerks noted after sales, and the habits they know of.
func (f *filler) writeDown(ctx context.Context) error {
	notes := slices.Clone(f.history.remarks)
	for _, p := range f.people {
		if p.habit != "" {
			notes = append(notes, f.habitOf(p))
		}
	}
	return inBatches(ctx, f.DB, notes, 200, func(ctx context.Context, tx *db.Tx, batch []remark) error {
		for _, r := range batch {
			if err := f.note(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// habitOf is the note of a habit that a customer has told of.
func (o Options) habitOf(p person) remark {
	clerk := clerkOf(o.source(partPerson, -p.n-1), p.home)
	return remark{person: p.n, shop: p.home, clerk: clerk, at: o.at(p.joined, 12), saying: saying{customer.HabitNote, p.habit, false}}
}

func (f *filler) note(ctx context.Context, tx *db.Tx, r remark) error {
	_, err := f.Services.Customers.AddNote(f.as(ctx, r.clerk), tx, f.customerIDs[r.person], customer.Note{
		Kind: r.kind, Body: r.text, Sensitive: r.sensitive, ShopID: f.ShopIDs[r.shop], CreatedAt: r.at,
	})
	return err
}
