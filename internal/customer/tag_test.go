package customer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// sources tells who has the tags of the library, and where from.
func (h *house) sources() string {
	h.t.Helper()
	var lines []string
	h.view(func(ctx context.Context, tx *db.Tx) error {
		all, err := h.ListTags(ctx, tx, true)
		for _, t := range all {
			line := fmt.Sprintf("%s %d:", t.Name, t.Customers)
			for _, one := range t.Sources {
				line += fmt.Sprintf(" %s %d at %d", one.Source, one.Customers, one.Confidence)
				if one.EndsAt != nil {
					line += fmt.Sprintf(" ending %d in %d days", one.Ending, (one.EndsAt.Sub(tx.Now)+time.Hour)/(24*time.Hour))
				}
			}
			lines = append(lines, line)
		}
		return err
	})
	return strings.Join(lines, "; ")
}

func TestListTags_says_where_tags_are_from(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		a, b := h.shop("A"), h.shop("B")
		people := []customer.ID{h.person("", 1, a), h.person("", 2, a), h.person("", 3, b), h.person("", 4, b)}
		var tags []customer.TagID
		h.do(func(ctx context.Context, tx *db.Tx) error {
			for _, name := range []string{"one", "two", "three"} {
				made, err := h.EnsureTags(ctx, tx, []string{name}, customer.Preference)
				if err != nil {
					return err
				}
				tags = append(tags, made[name])
			}
			put := func(n, tag int, source customer.TagSource, confidence int64, days int) customer.TagPut {
				p := customer.TagPut{CustomerID: people[n], TagID: tags[tag], Source: source, Confidence: confidence}
				if days > 0 {
					p.ExpiresAt = tx.Now.AddDate(0, 0, days)
				}
				return p
			}
			_, err := h.TagMany(ctx, tx, []customer.TagPut{
				put(0, 0, customer.ByClerk, 80, 5), put(1, 0, customer.ByClerk, 91, 0), put(2, 0, customer.ByClerk, 100, 30), put(3, 0, customer.ByRule, 100, 0),
				put(0, 1, customer.ByImport, 100, 0), put(1, 1, customer.ByImport, 100, 0),
			})
			return err
		})
		if got, want := h.sources(), "one 4: clerk 3 at 90 ending 2 in 5 days rule 1 at 100; three 0:; two 2: import 2 at 100"; got != want {
			t.Errorf("for the owner\n got %s\nwant %s", got, want)
		}
		if got, want := h.clerk(b).sources(), "one 2: clerk 1 at 100 ending 1 in 30 days rule 1 at 100; three 0:; two 0:"; got != want {
			t.Errorf("for a clerk of one shop\n got %s\nwant %s", got, want)
		}
		h.later(6)
		h.do(func(ctx context.Context, tx *db.Tx) error {
			if _, err := h.Merge(ctx, tx, people[0], people[1], "test"); err != nil { // Both have the second tag.
				return err
			}
			return h.RemoveTag(ctx, tx, people[3], tags[0])
		})
		if got, want := h.sources(), "one 2: clerk 2 at 96 ending 1 in 24 days; three 0:; two 1: import 1 at 100"; got != want {
			t.Errorf("after a tag ended, one was removed and two people merged\n got %s\nwant %s", got, want)
		}
	})
}

func TestTag_says_who_put_it(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		c := h.person("", 1, h.shop("A"))
		h.do(func(ctx context.Context, tx *db.Tx) error {
			made, err := h.EnsureTags(ctx, tx, []string{"hers", "nobody's"}, customer.Preference)
			if err != nil {
				return err
			}
			lin, err := h.Staff.EnsureStaffRefs(ctx, tx, []string{"Lin"}, 0)
			if err != nil {
				return err
			}
			if err := h.PutTag(ctx, tx, customer.TagPut{CustomerID: c, TagID: made["nobody's"], Source: customer.ByImport}); err != nil {
				return err
			}
			caller := access.From(ctx)
			caller.StaffID = lin["Lin"].Int64()
			return h.PutTag(access.With(ctx, caller), tx, customer.TagPut{CustomerID: c, TagID: made["hers"], Source: customer.ByClerk})
		})
		for _, tag := range h.profile(c).TagDetails {
			if want := map[string]string{"hers": "Lin", "nobody's": ""}[tag.Name]; tag.ByName != want {
				t.Errorf("%s was put by %q, want %q", tag.Name, tag.ByName, want)
			}
		}
	})
}

// TestTag_library_is_audited: who adds or changes a word of the library leaves a trace.
func TestTag_library_is_audited(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.caller("manager", a.manager())
		made := a.want(a.call("manager", "POST", "/v1/tags", object{"name": "复古", "name_en": " retro ", "axis": "preference"}), 201, "")
		path := "/v1/tags/" + made.body["id"].(string)
		changed := a.want(a.call("manager", "PATCH", path, object{"name": "怀旧", "name_en": "vintage"}, "If-Match", made.etag), 200, "")
		a.want(a.call("manager", "PATCH", path, object{"archived": true}, "If-Match", changed.etag), 200, "")
		a.want(a.call("manager", "POST", "/v1/tags", object{"name": "怀旧", "axis": "preference"}), 409, "tag.exists")
		var lines []string
		a.view(func(ctx context.Context, tx *db.Tx) (err error) {
			lines, err = db.All(ctx, tx, func(scan db.Scan) (line string, err error) {
				var action, before, after string
				err = scan(&action, &before, &after)
				return action + " " + before + after, err
			}, "select action, before, after from audit_entries where subject = $1 order by seq", made.body["id"])
			return err
		})
		if got, want := strings.Join(lines, "\n"), `tag.created {"archived":false,"axis":"preference","description":"","name":"复古","name_en":"retro"}
tag.changed {"name":"复古","name_en":"retro"}{"name":"怀旧","name_en":"vintage"}
tag.changed {"archived":false}{"archived":true}`; got != want {
			t.Errorf("audit log\n got %s\nwant %s", got, want)
		}
	})
}
