package segment

import (
	"context"
	"net/http"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

func (s *shop) merge(into, from int) (merge customer.MergeID) {
	s.t.Helper()
	a, b := s.person2(into), s.person2(from)
	s.do(func(ctx context.Context, tx *db.Tx) (err error) {
		merge, err = s.Customers.Merge(ctx, tx, a, b, "the same person")
		return err
	})
	s.catchUp()
	return merge
}

func (s *shop) unmerge(merge customer.MergeID) {
	s.t.Helper()
	s.do(func(ctx context.Context, tx *db.Tx) error { return s.Customers.Unmerge(ctx, tx, merge, "not the same") })
	s.catchUp()
}

// tagRule has a tag given by a rule, and lets it.
func (a *api) tagRule(tag customer.TagID, r Rule, mode TagMode) (path string) {
	a.t.Helper()
	var made TagRule
	a.call("owner", http.MethodPost, "/v1/tag_rules", TagDraft{TagID: tag, Rule: r, Mode: mode}, &made)
	a.catchUp()
	return "/v1/tag_rules/" + made.ID.String()
}

// TestTagRule_merge: after a merge, and after it was undone, a rule's tag is on those for whom the rule holds.
func TestTagRule_merge(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		one := sold{customer: 1, fen: 100}
		a.sell(one, one, one, sold{customer: 2, fen: 100})
		a.catchUp()
		kept, added, by := a.tag("kept"), a.tag("added"), a.tag("by a person")
		once := Rule{Test: &Test{Field: "orders.count", Op: EQ, Number: new(NumberOf(1))}}
		a.tagRule(kept, once, KeepTags)
		a.tagRule(added, once, AddTags)
		a.tagRule(by, once, KeepTags)
		two := a.person2(2)
		a.do(func(ctx context.Context, tx *db.Tx) error {
			return a.Customers.PutTag(ctx, tx, customer.TagPut{CustomerID: two, TagID: by, Source: customer.ByClerk})
		})
		check := func(when, wantKept, wantAdded, wantBy string) {
			t.Helper()
			for tag, want := range map[customer.TagID]string{kept: wantKept, added: wantAdded, by: wantBy} {
				if got := a.tagged(tag); got != want {
					t.Errorf("%s: %q have the tag, want %q", when, got, want)
				}
			}
			a.checkSound()
		}
		check("before", "2 rule 100", "2 rule 100", "2 clerk 100")
		merge := a.merge(1, 2)
		check("after the merge", "", "1 rule 100", "1 clerk 100")
		a.unmerge(merge)
		check("after it was undone", "2 rule 100", "2 rule 100", "2 clerk 100")
		a.sell(sold{customer: 2, fen: 100})
		a.catchUp()
		check("after she bought again", "", "2 rule 100", "2 clerk 100")
	})
}

// TestTagRule_merge_of_those_it_holds_for: the one tag of two is on both again when they are two again.
func TestTagRule_merge_of_those_it_holds_for(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		one, two := sold{customer: 1, fen: 100}, sold{customer: 2, fen: 100}
		a.person(1)
		a.sell(two, two)
		a.catchUp()
		tag, lately, ended := a.tag("twice"), a.tag("lately"), a.tag("ended")
		twice := atLeast("orders.count", 2)
		a.tagRule(tag, twice, KeepTags)
		a.tagRule(lately, atLeast("orders.count", 1, 30), KeepTags)
		path := a.tagRule(ended, twice, KeepTags)
		merge := a.merge(1, 2)
		if got := a.tagged(tag); got != "1 rule 100" {
			t.Errorf("after the merge: %s", got)
		}
		a.call("owner", http.MethodPost, path+"/undo", nil, nil)
		a.catchUp()
		a.later(31)
		a.sell(one, one)
		a.catchUp()
		a.unmerge(merge)
		if got := a.tagged(tag); got != "1 rule 100, 2 rule 100" {
			t.Errorf("each has bought twice, but after the merge was undone %s", got)
		}
		if got := a.tagged(lately); got != "1 rule 100" {
			t.Errorf("only the one has bought lately, but after the merge was undone %s", got)
		}
		if got := a.tagged(ended); got != "" {
			t.Errorf("the rule was undone, but %s", got)
		}
		a.checkSound()
	})
}

// TestTagRule_merge_of_history: also a merge that imported history has caused moves tags.
func TestTagRule_merge_of_history(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		wechat := customer.Identity{Kind: customer.OpenID, Space: "app", Value: "o1", Verified: true}
		proven := phone(2)[0]
		proven.Verified = true
		meet := func(history bool, identities ...customer.Identity) (id customer.ID) {
			a.do(func(ctx context.Context, tx *db.Tx) (err error) {
				id, err = a.Customers.Resolve(ctx, tx, customer.Resolve{Identities: identities, Source: "test", History: history})
				return err
			})
			a.catchUp()
			return id
		}
		one := meet(false, wechat)
		two := meet(false, proven)
		for _, who := range []struct {
			id     customer.ID
			gender customer.Gender
		}{{one, customer.Male}, {two, customer.Female}} {
			a.do(func(ctx context.Context, tx *db.Tx) error {
				_, err := a.Customers.Update(ctx, tx, who.id, 0, customer.Basics{Gender: &who.gender})
				return err
			})
		}
		a.catchUp()
		tags := map[string]customer.TagID{}
		for _, gender := range []string{"male", "female"} {
			tags[gender] = a.tag(gender)
			a.tagRule(tags[gender], oneOf("gender", gender), KeepTags)
		}
		survivor := meet(true, wechat, proven)
		a.later(1)
		a.view(func(ctx context.Context, tx *db.Tx) error {
			p, err := a.Customers.FindProfile(ctx, tx, survivor)
			if err != nil {
				return err
			}
			if len(p.Merges) != 1 || len(p.Tags) != 1 || p.Tags[0].Name != string(p.Gender) {
				t.Errorf("%s after the merge: %+v, %d merges", p.Gender, p.Tags, len(p.Merges))
			}
			return nil
		})
		a.checkSound()
	})
}
