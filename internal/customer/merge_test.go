package customer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// rowTables are the tables whose rows a merge moves, with the column that ends a row.
var rowTables = map[string]string{
	"customer_identities": "ended_at", "customer_tags": "removed_at", "notes": "removed_at", "customer_attributes": "removed_at", "life_dates": "removed_at",
}

// record is what the database holds of one customer.
type record struct {
	Fields string
	Rows   []string // live rows, as "table id"
	Shops  []string
}

func (h *house) record(c customer.ID) (r record) {
	h.t.Helper()
	text := func(scan db.Scan) (s string, err error) {
		err = scan(&s)
		return s, err
	}
	h.view(func(ctx context.Context, tx *db.Tx) error {
		var name, gender, channel, state string
		var shop, quality, missing int64
		err := tx.QueryRow(ctx, "select name, gender, preferred_channel, state, coalesce(shop_id,0), quality, missing from customers where id = $1", c).
			Scan(&name, &gender, &channel, &state, &shop, &quality, &missing)
		if err != nil {
			return err
		}
		r.Fields = fmt.Sprint(name, "|", gender, "|", channel, "|", state, "|", shop, "|", quality, "|", missing)
		for table, end := range rowTables {
			rows, err := db.All(ctx, tx, text, "select '"+table+" ' || cast(id as text) from "+table+" where customer_id = $1 and "+end+" is null order by id", c)
			if err != nil {
				return err
			}
			r.Rows = append(r.Rows, rows...)
		}
		slices.Sort(r.Rows)
		r.Shops, err = db.All(ctx, tx, text, `select cast(shop_id as text) || case when home then ' home ' else ' ' end || coalesce(cast(last_served_on as text), '-')
			|| ' ' || coalesce(cast(joined_on as text), '-') from customer_shops where customer_id = $1 order by shop_id`, c)
		return err
	})
	return r
}

// liveRows counts the rows that have no end, over all customers.
func (h *house) liveRows() (n int) {
	for table, end := range rowTables {
		n += h.count("select count(*) from " + table + " where " + end + " is null")
	}
	return n
}

// world is what the property test plays with.
type world struct {
	*house
	rt     *rapid.T
	shops  []staff.ShopID
	tags   []customer.TagID
	active []customer.ID
	stack  []played
	next   int
}

// played is a merge that stands, with what there was before it.
type played struct {
	id                    customer.MergeID
	survivor, merged      customer.ID
	survivorWas, mergedIs record
	after                 record
}

func (w *world) pick() customer.ID { return rapid.SampledFrom(w.active).Draw(w.rt, "customer") }

func (w *world) merge(t *rapid.T) {
	if len(w.active) < 2 {
		t.Skip("nobody to merge")
	}
	p := played{survivor: w.pick()}
	p.merged = rapid.SampledFrom(slices.DeleteFunc(slices.Clone(w.active), func(c customer.ID) bool { return c == p.survivor })).Draw(t, "merged")
	p.survivorWas, p.mergedIs = w.record(p.survivor), w.record(p.merged)
	before := w.liveRows()
	w.do(func(ctx context.Context, tx *db.Tx) (err error) {
		p.id, err = w.Merge(ctx, tx, p.survivor, p.merged, "test")
		return err
	})
	if after := w.liveRows(); after != before {
		t.Fatalf("a merge changed the number of live rows from %d to %d", before, after)
	}
	p.after = w.record(p.survivor)
	w.active = slices.DeleteFunc(w.active, func(c customer.ID) bool { return c == p.merged })
	w.stack = append(w.stack, p)
}

// unmerge undoes the last merge and checks that both are what they were.
func (w *world) unmerge(t *rapid.T) {
	if len(w.stack) == 0 {
		t.Skip("nothing to undo")
	}
	p := w.stack[len(w.stack)-1]
	w.stack = w.stack[:len(w.stack)-1]
	now := w.record(p.survivor)
	w.do(func(ctx context.Context, tx *db.Tx) error { return w.Unmerge(ctx, tx, p.id, "test") })
	w.active = append(w.active, p.merged)
	if diff := cmp.Diff(p.mergedIs, w.record(p.merged), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the merged record differs (-before the merge +after unmerge):\n%s", diff)
	}
	got := w.record(p.survivor)
	wantRows := slices.DeleteFunc(slices.Clone(now.Rows), func(row string) bool { return slices.Contains(p.mergedIs.Rows, row) })
	if diff := cmp.Diff(wantRows, got.Rows, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("rows of the survivor (-want +got):\n%s", diff)
	}
	if now.Fields == p.after.Fields && cmp.Equal(now.Rows, p.after.Rows) { // Nothing was done since.
		if diff := cmp.Diff(p.survivorWas.Fields, got.Fields); diff != "" {
			t.Fatalf("fields of the survivor (-before +after):\n%s", diff)
		}
	}
	if cmp.Equal(now.Shops, p.after.Shops) {
		if diff := cmp.Diff(p.survivorWas.Shops, got.Shops); diff != "" {
			t.Fatalf("shops of the survivor (-before +after):\n%s", diff)
		}
	}
}

func (w *world) edit(fn func(ctx context.Context, tx *db.Tx) error) {
	if err := w.try(fn); err != nil && errs.KindOf(err) == errs.Internal {
		w.rt.Fatal(err)
	}
}

func (w *world) tag(t *rapid.T) {
	c, tag := w.pick(), rapid.SampledFrom(w.tags).Draw(t, "tag")
	w.edit(func(ctx context.Context, tx *db.Tx) error {
		switch rapid.SampledFrom([]string{"put", "survey", "remove", "undo"}).Draw(t, "how") {
		case "put":
			return w.PutTag(ctx, tx, customer.TagPut{CustomerID: c, TagID: tag, Source: customer.ByClerk})
		case "survey":
			return w.PutTag(ctx, tx, customer.TagPut{CustomerID: c, TagID: tag, Source: customer.BySurvey, Confidence: 60})
		case "undo":
			return w.UndoTag(ctx, tx, c, tag)
		}
		return w.RemoveTag(ctx, tx, c, tag)
	})
}

func (w *world) attribute(t *rapid.T) {
	c := w.pick()
	set := rapid.SampledFrom([]customer.AttributeSetting{
		{Code: "clothing.fit", Choices: []string{"large"}}, {Code: "clothing.fit", Choices: []string{"petite"}}, {Code: "clothing.fit"},
		{Code: "clothing.style", Choices: []string{"retro", "minimal"}}, {Code: "clothing.style", Choices: []string{"street", "retro"}},
		{Code: "clothing.bottom_size", Text: new("29")}, {Code: "clothing.height_cm", Number: new(165.5)},
	}).Draw(t, "attribute")
	w.edit(func(ctx context.Context, tx *db.Tx) error {
		return w.SetAttributes(ctx, tx, c, []customer.AttributeSetting{set}, "clerk")
	})
}

func (w *world) note(t *rapid.T) {
	c := w.pick()
	remove := rapid.Bool().Draw(t, "remove")
	w.edit(func(ctx context.Context, tx *db.Tx) error {
		if !remove {
			_, err := w.AddNote(ctx, tx, c, customer.Note{Kind: customer.TalkNote, Body: "喜欢安静"})
			return err
		}
		notes, err := w.ListNotes(ctx, tx, c, customer.NoteID{}, 50)
		if err != nil || len(notes) == 0 {
			return err
		}
		return w.RemoveNote(ctx, tx, c, notes[0].ID)
	})
}

func (w *world) lifeDate(t *rapid.T) {
	c := w.pick()
	kind := rapid.SampledFrom([]customer.LifeDateKind{customer.Birthday, customer.Wedding}).Draw(t, "kind")
	day := rapid.IntRange(1, 5).Draw(t, "day")
	w.edit(func(ctx context.Context, tx *db.Tx) error {
		_, err := w.SetLifeDate(ctx, tx, c, customer.LifeDate{Kind: kind, Calendar: customer.Solar, Month: 5, Day: day}, "she said so")
		return err
	})
}

func (w *world) identity(t *rapid.T) {
	c := w.pick()
	if rapid.Bool().Draw(t, "remove") {
		list := w.profile(c).Identities
		if len(list) > 0 {
			w.edit(func(ctx context.Context, tx *db.Tx) error { return w.RemoveIdentity(ctx, tx, c, list[0].ID, "test") })
		}
		return
	}
	w.next++
	i := rapid.SampledFrom([]customer.Identity{phone(w.next), proven(openid(w.next)), card(w.next)}).Draw(t, "identity")
	w.edit(func(ctx context.Context, tx *db.Tx) error {
		_, err := w.AddIdentity(ctx, tx, c, i, false, "test")
		return err
	})
}

func (w *world) basics(t *rapid.T) {
	c := w.pick()
	var b customer.Basics
	switch rapid.SampledFrom([]string{"name", "gender", "shop", "channel"}).Draw(t, "field") {
	case "name":
		b.Name = new(rapid.SampledFrom([]string{"", "王芳", "李雷"}).Draw(t, "name"))
	case "gender":
		b.Gender = new(rapid.SampledFrom([]customer.Gender{"", customer.Female, customer.Male}).Draw(t, "gender"))
	case "channel":
		b.PreferredChannel = new(rapid.SampledFrom([]string{"", "sms", "wechat"}).Draw(t, "channel"))
	default:
		b.ShopID = new(rapid.SampledFrom(w.shops).Draw(t, "shop"))
	}
	w.edit(func(ctx context.Context, tx *db.Tx) error {
		_, err := w.Update(ctx, tx, c, 0, b)
		return err
	})
}

func (w *world) served(t *rapid.T) {
	c, shop, ago := w.pick(), rapid.SampledFrom(w.shops).Draw(t, "shop"), rapid.IntRange(0, 100).Draw(t, "ago")
	w.edit(func(ctx context.Context, tx *db.Tx) error {
		return w.Served(ctx, tx, []customer.Visit{{CustomerID: c, ShopID: shop.Int64(), On: cal.DayOf(tx.Now, w.Staff.Zone()).Add(-ago)}})
	})
}

// TestMerge_and_unmerge plays with merges and edits at random: unmerge always puts both back (INV-18).
func TestMerge_and_unmerge(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Engine == db.Postgres && testing.Short() {
			t.Skip("-short: once on SQLite will do")
		}
		h := setup(t, d)
		shops := []staff.ShopID{h.shop("A"), h.shop("B"), h.shop("C")}
		var tags []customer.TagID
		h.do(func(ctx context.Context, tx *db.Tx) error {
			made, err := h.EnsureTags(ctx, tx, []string{"宝妈", "敏感肌", "通勤"}, customer.Preference)
			for _, tag := range made {
				tags = append(tags, tag)
			}
			slices.SortFunc(tags, func(a, b customer.TagID) int { return strings.Compare(a.String(), b.String()) })
			if err != nil {
				return err
			}
			return h.EnablePack(ctx, tx, "clothing")
		})
		next := 0
		rapid.Check(t, func(rt *rapid.T) {
			w := &world{house: h, rt: rt, shops: shops, tags: tags, next: next}
			for range 4 {
				w.next++
				w.active = append(w.active, h.person("", w.next, staff.ShopID{}))
			}
			rt.Repeat(map[string]func(*rapid.T){
				"merge": w.merge, "unmerge": w.unmerge, "tag": w.tag, "attribute": w.attribute, "note": w.note,
				"life date": w.lifeDate, "identity": w.identity, "basics": w.basics, "served": w.served,
			})
			for len(w.stack) > 0 {
				w.unmerge(rt)
			}
			next = w.next
		})
	})
}

func TestUnmerge_last_merge_first(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		a, b, c := h.person("", 1, staff.ShopID{}), h.person("", 2, staff.ShopID{}), h.person("", 3, staff.ShopID{})
		merge := func(into, from customer.ID) (m customer.MergeID) {
			h.do(func(ctx context.Context, tx *db.Tx) (err error) {
				m, err = h.Merge(ctx, tx, into, from, "test")
				return err
			})
			return m
		}
		unmerge := func(m customer.MergeID) string {
			return errs.CodeOf(h.try(func(ctx context.Context, tx *db.Tx) error { return h.Unmerge(ctx, tx, m, "test") }))
		}
		first := merge(a, b)
		second := merge(c, a)
		if got := h.met(customer.Resolve{Identities: ids(phone(2)), Source: "till"}); got != c {
			t.Errorf("a phone merged twice finds %s, want %s", got, c)
		}
		for _, step := range []struct {
			merge customer.MergeID
			want  string
		}{{first, "merge.not_last"}, {second, ""}, {second, "merge.undone"}, {first, ""}} {
			if got := unmerge(step.merge); got != step.want {
				t.Errorf("unmerge %s: %q, want %q", step.merge, got, step.want)
			}
		}
		for n, want := range map[int]customer.ID{1: a, 2: b, 3: c} {
			if got := h.met(customer.Resolve{Identities: ids(phone(n)), Source: "till"}); got != want {
				t.Errorf("phone %d finds %s, want %s", n, got, want)
			}
		}
	})
}

// TestUnmerge_is_not_undone_by_rules: what a person has taken apart no rule joins again.
func TestUnmerge_is_not_undone_by_rules(t *testing.T) {
	t.Parallel()
	h := setup(t, dbtest.Open(t, db.SQLite))
	both := ids(proven(openid(1)), proven(phone(1)))
	h.met(customer.Resolve{Identities: both[:1], Source: "mini_program"})
	h.met(customer.Resolve{Identities: both[1:], Source: "till"})
	h.met(customer.Resolve{Identities: both, Source: "mini_program"})
	var m customer.MergeID
	h.view(func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, "select id from merges").Scan(&m) })
	h.do(func(ctx context.Context, tx *db.Tx) error { return h.Unmerge(ctx, tx, m, "two sisters") })
	h.met(customer.Resolve{Identities: both, Source: "mini_program"})
	if n := h.count("select count(*) from customers where state = 'merged'"); n != 0 {
		t.Errorf("%d records are merged again", n)
	}
}

// TestUnmerge_takes_identities_along: an identity that was removed and came back to the survivor is the
// merged record's again.
func TestUnmerge_takes_identities_along(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		a, b := h.person("", 1, staff.ShopID{}), h.person("", 2, staff.ShopID{})
		var m customer.MergeID
		h.do(func(ctx context.Context, tx *db.Tx) (err error) {
			m, err = h.Merge(ctx, tx, a, b, "test")
			return err
		})
		for _, i := range h.profile(a).Identities {
			if i.Masked == "138****0002" {
				h.do(func(ctx context.Context, tx *db.Tx) error { return h.RemoveIdentity(ctx, tx, a, i.ID, "gone") })
			}
		}
		h.met(customer.Resolve{Identities: ids(phone(1), phone(2)), Source: "till"})
		h.do(func(ctx context.Context, tx *db.Tx) error { return h.Unmerge(ctx, tx, m, "test") })
		if got := h.met(customer.Resolve{Identities: ids(phone(2)), Source: "till"}); got != b {
			t.Errorf("the phone finds %s, want %s", got, b)
		}
		if p := h.profile(b); len(p.Identities) == 0 || len(h.profile(a).Identities) != 1 {
			t.Errorf("identities: %+v and %+v", h.profile(a).Identities, p.Identities)
		}
	})
}

// TestMerge_stricter_consent: a withdrawal of either holds for both; unmerge gives each her own back.
func TestMerge_stricter_consent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		a, b := h.person("", 1, staff.ShopID{}), h.person("", 2, staff.ShopID{})
		act := func(c customer.ID, given bool) {
			h.do(func(ctx context.Context, tx *db.Tx) error {
				text, err := h.Consents.PublishText(ctx, tx, privacy.Marketing, privacy.AnyChannel, "We write to you.")
				if err != nil {
					return err
				}
				a := privacy.Act{CustomerID: c.Int64(), Channel: privacy.SMS, Purpose: privacy.Marketing, Given: given, Evidence: privacy.Evidence{How: "till"}}
				if given {
					a.TextID = text.ID
				}
				return h.Consents.Record(ctx, tx, a)
			})
		}
		allowed := func(c customer.ID) bool { return h.profile(c).Consents.Allows(privacy.SMS, privacy.Marketing) }
		act(a, true)
		act(b, false)
		var m customer.MergeID
		h.do(func(ctx context.Context, tx *db.Tx) (err error) {
			m, err = h.Merge(ctx, tx, a, b, "test")
			return err
		})
		if allowed(a) {
			t.Errorf("the merged person is written to though one of her records refused")
		}
		h.do(func(ctx context.Context, tx *db.Tx) error { return h.Unmerge(ctx, tx, m, "test") })
		if !allowed(a) || allowed(b) {
			t.Errorf("after unmerge: %v and %v, want true and false", allowed(a), allowed(b))
		}
		if q := slices.Contains(h.profile(a).Missing, customer.FieldConsent); q {
			t.Errorf("she was asked, but consent counts as missing")
		}
	})
}

// TestResolve_stray_identity: an identity that another transaction added to a record while it was merged
// finds the survivor.
func TestResolve_stray_identity(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		a, b := h.person("", 1, staff.ShopID{}), h.person("", 2, staff.ShopID{})
		h.do(func(ctx context.Context, tx *db.Tx) error {
			if _, err := h.Merge(ctx, tx, a, b, "test"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "update customer_identities set customer_id = $1 where customer_id = $2", b, a)
			return err
		})
		if got := h.met(customer.Resolve{Identities: ids(phone(2)), Source: "till"}); got != a {
			t.Errorf("a stray identity finds %s, want %s", got, a)
		}
		if found := h.search("0002"); len(found) != 1 || found[0] != a {
			t.Errorf("search finds %v, want %s", found, a)
		}
	})
}
