package segment

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// TestPack_presets_can_be_used: with its pack alone a shop can use them, and they read as they are written.
func TestPack_presets_can_be_used(t *testing.T) {
	t.Parallel()
	packs, err := customer.Packs()
	if err != nil {
		t.Fatal(err)
	}
	presets, err := ListPackPresets()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range Presets(handbook) {
		seen[p.Code] = true
	}
	for _, p := range packs {
		for i := range p.Attributes {
			p.Attributes[i].Active = true
		}
		c, n := newCatalogue(p.Attributes, nil), 0
		for _, one := range presets {
			if one.Pack != p.Code {
				continue
			}
			n++
			if seen[one.Code] || one.Name == "" || one.NameEN == "" || one.Text == "" || one.TextEN == "" {
				t.Errorf("preset %s of %s lacks something, or its code is taken", one.Code, p.Code)
			}
			seen[one.Code] = true
			if err := c.Check(one.Rule); err != nil {
				t.Errorf("preset %s of %s: %v", one.Code, p.Code, err)
			}
			for lang, sentence := range map[Lang]string{Chinese: one.Sentence, English: one.SentenceEN} {
				if r, err := c.Parse(sentence, lang); err != nil || c.Sentence(r, lang) != sentence {
					t.Errorf("preset %s reads %q as %+v (%v)", one.Code, sentence, r, err)
				}
			}
		}
		if n < 3 {
			t.Errorf("pack %s has %d presets", p.Code, n)
		}
	}
}

func TestPack_switched_off_and_on(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		rule := Rule{All: []Rule{{Test: &Test{Field: "attr.coffee.milk", Op: In, Choices: []string{"oat"}}}, atLeast("orders.count", 1)}}
		pack := func(on bool) {
			t.Helper()
			a.do(func(ctx context.Context, tx *db.Tx) error {
				if on {
					return a.Customers.EnablePack(ctx, tx, "coffee")
				}
				return a.Customers.DisablePack(ctx, tx, "coffee")
			})
			a.catchUp()
		}
		hasField := func() bool {
			t.Helper()
			var f Fields
			a.call("owner", http.MethodGet, "/v1/segments/fields", nil, &f)
			return slices.ContainsFunc(f.Fields, func(f Field) bool { return f.Code == "attr.coffee.milk" })
		}
		hasPreset := func() bool {
			t.Helper()
			var l web.List[Preset]
			a.call("owner", http.MethodGet, "/v1/segments/presets", nil, &l)
			return slices.ContainsFunc(l.Items, func(p Preset) bool { return p.Code == "coffee_oat" })
		}
		if hasField() || hasPreset() {
			t.Error("a pack that was never switched on gives fields or presets")
		}
		pack(true)
		if !hasField() || !hasPreset() {
			t.Error("a pack that is on gives no fields or presets")
		}
		for n := range 2 {
			one := a.person(n)
			a.do(func(ctx context.Context, tx *db.Tx) error {
				return a.Customers.SetAttributes(ctx, tx, one, []customer.AttributeSetting{{Code: "coffee.milk", Choices: []string{"oat"}}}, "clerk")
			})
		}
		a.sell(sold{customer: 0, fen: 100})
		a.catchUp()
		oat := a.segment("oat", rule)
		if got := a.members(oat); got != "0" {
			t.Fatalf("members are %s, want 0", got)
		}

		pack(false)
		if hasField() || hasPreset() {
			t.Error("a pack that is off gives fields or presets")
		}
		var row Row
		a.call("owner", http.MethodGet, "/v1/segments/"+oat.String(), nil, &row)
		if want := []PutAway{{"attr.coffee.milk", "奶", "Milk", "coffee"}}; !slices.Equal(row.PutAway, want) || row.Members != 1 {
			t.Errorf("a segment of a pack that is off is %+v, want %v put away and 1 member", row, want)
		}
		if want := "「奶」是「燕麦奶」，且有购买"; row.Sentence != want {
			t.Errorf("its sentence is %s, want %s", row.Sentence, want)
		}
		if want := `"milk" is "Oat milk", and has orders`; !strings.EqualFold(row.SentenceEN, want) {
			t.Errorf("its sentence is %s, want %s", row.SentenceEN, want)
		}
		a.view(func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Preview(ctx, tx, rule)
			var e *errs.Error
			if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Code != "rule.pack_off" || !strings.Contains(e.Fields[0].Message, `"coffee", which is switched off`) {
				t.Errorf("the preview of a rule of a pack that is off: %+v", err)
			}
			return nil
		})
		a.sell(sold{customer: 1, fen: 100}) // Nobody enters while it is off.
		a.later(1)
		if got := a.members(oat); got != "0" {
			t.Errorf("members while the pack is off are %s, want 0", got)
		}

		pack(true)
		if got := a.members(oat); got != "0 1" {
			t.Errorf("members when it is on again are %s, want 0 1", got)
		}
		row = Row{}
		a.call("owner", http.MethodGet, "/v1/segments/"+oat.String(), nil, &row)
		if len(row.PutAway) > 0 || row.Settling || !hasField() {
			t.Errorf("when it is on again the segment is %+v", row)
		}
		a.checkSound()
	})
}

// TestPack_tags_have_names_in_both_languages: the tags of a pack read in a sentence, and are shown on a customer, in
// the language of the page.
func TestPack_tags_have_names_in_both_languages(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		one := s.person(1)
		s.do(func(ctx context.Context, tx *db.Tx) error {
			if err := s.Customers.EnablePack(ctx, tx, "coffee"); err != nil {
				return err
			}
			tags, err := s.Customers.ListTags(ctx, tx, false)
			if err != nil {
				return err
			}
			oat := tags[slices.IndexFunc(tags, func(t customer.Tag) bool { return t.Name == "燕麦奶" })].ID
			if err := s.Customers.PutTag(ctx, tx, customer.TagPut{CustomerID: one, TagID: oat, Source: customer.ByClerk}); err != nil {
				return err
			}
			c, err := s.Catalogue(ctx, tx)
			if err != nil {
				return err
			}
			rule := Rule{Test: &Test{Field: "tag", Op: AnyOf, Choices: []string{oat.String()}}}
			for lang, want := range map[Lang]string{Chinese: "标签包含「燕麦奶」", English: `tags include "Oat milk"`} {
				sentence := c.Sentence(rule, lang)
				if back, err := c.Parse(sentence, lang); sentence != want || err != nil || asJSON(t, back) != asJSON(t, rule) {
					t.Errorf("the rule reads %s, want %s, and comes back as %s (%v)", sentence, want, asJSON(t, back), err)
				}
			}
			p, err := s.Customers.FindProfile(ctx, tx, one)
			if err == nil && (len(p.Tags) != 1 || p.Tags[0].NameEN != "Oat milk" || p.TagDetails[0].NameEN != "Oat milk") {
				t.Errorf("her tags are %+v, want one that is Oat milk in English", p.TagDetails)
			}
			return err
		})
	})
}
