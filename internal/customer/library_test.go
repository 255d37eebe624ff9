package customer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

func dayOf(h *house, tx *db.Tx) cal.Day { return cal.DayOf(tx.Now, h.Staff.Zone()) }

// tags returns the tags of a customer as "name source confidence".
func (h *house) tags(c customer.ID) (all []string) {
	for _, t := range h.profile(c).TagDetails {
		all = append(all, fmt.Sprint(t.Name, " ", t.Source, " ", t.Confidence))
	}
	return all
}

func TestTag_put_replace_undo_expire(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		c := h.person("王芳", 1, staff.ShopID{})
		var tag customer.TagID
		h.do(func(ctx context.Context, tx *db.Tx) error {
			made, err := h.EnsureTags(ctx, tx, []string{"宝妈"}, customer.Demography)
			tag = made["宝妈"]
			return err
		})
		put := func(source customer.TagSource, confidence int64, days int) {
			h.do(func(ctx context.Context, tx *db.Tx) error {
				p := customer.TagPut{CustomerID: c, TagID: tag, Source: source, Confidence: confidence}
				if days > 0 {
					p.ExpiresAt = tx.Now.AddDate(0, 0, days)
				}
				return h.PutTag(ctx, tx, p)
			})
		}
		undo := func() { h.do(func(ctx context.Context, tx *db.Tx) error { return h.UndoTag(ctx, tx, c, tag) }) }
		remove := func() { h.do(func(ctx context.Context, tx *db.Tx) error { return h.RemoveTag(ctx, tx, c, tag) }) }
		for _, step := range []struct {
			name string
			do   func()
			want string
		}{
			{"put", func() { put(customer.ByClerk, 100, 0) }, "[宝妈 clerk 100]"},
			{"the same again", func() { put(customer.ByClerk, 100, 0) }, "[宝妈 clerk 100]"},
			{"by a survey", func() { put(customer.BySurvey, 60, 0) }, "[宝妈 survey 60]"},
			{"undo the survey", undo, "[宝妈 clerk 100]"},
			{"remove", remove, "[]"},
			{"undo the removal", undo, "[宝妈 clerk 100]"},
			{"for ten days", func() { put(customer.ByRule, 90, 10) }, "[宝妈 rule 90]"},
			{"eleven days later", func() { h.later(11) }, "[]"},
			{"put anew", func() { put(customer.ByModel, 70, 0) }, "[宝妈 model 70]"},
		} {
			step.do()
			if got := fmt.Sprint(h.tags(c)); got != step.want {
				t.Errorf("%s: %s, want %s", step.name, got, step.want)
			}
		}
		if kinds := h.kinds(); kinds["customer.tagged"] != 6 || kinds["customer.untagged"] != 2 {
			t.Errorf("facts: %v, want 6 tagged and 2 untagged", kinds)
		}
		h.view(func(ctx context.Context, tx *db.Tx) error {
			list, err := h.ListTags(ctx, tx, true)
			if len(list) != 1 || list[0].Customers != 1 {
				t.Errorf("library: %+v, want one tag of one customer", list)
			}
			n, err2 := db.Exists(ctx, tx, "select 1 from customers c where "+h.TagSQL(tx, "c.id", tag))
			if !n || err2 != nil {
				t.Errorf("TagSQL finds nobody: %v", err2)
			}
			return err
		})
		if err := h.try(func(ctx context.Context, tx *db.Tx) error {
			return h.PutTag(ctx, tx, customer.TagPut{CustomerID: c, TagID: tag, Source: customer.ByRule, ExpiresAt: tx.Now.Add(-time.Hour)})
		}); errs.CodeOf(err) != "tag.expired" {
			t.Errorf("a tag that ended: %v, want tag.expired", err)
		}
	})
}

// TestPack_can_be_switched_off_without_loss: values of a pack are hidden, and come back.
func TestPack_can_be_switched_off_without_loss(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		c := h.person("王芳", 1, staff.ShopID{})
		day := cal.Date(2026, 11, 1)
		h.do(func(ctx context.Context, tx *db.Tx) error {
			for _, pack := range []string{"clothing", "beauty", "clothing"} {
				if err := h.EnablePack(ctx, tx, pack); err != nil {
					return err
				}
			}
			return h.SetAttributes(ctx, tx, c, []customer.AttributeSetting{
				{Code: "clothing.style", Choices: []string{"retro", "minimal", "retro"}}, {Code: "clothing.height_cm", Number: new(165.5)},
				{Code: "clothing.bottom_size", Text: new(" 29 ")}, {Code: "beauty.opened_on", Day: &day}, {Code: "beauty.natural_only", Bool: new(false)},
			}, "survey")
		})
		want := "beauty.natural_only=false beauty.opened_on=2026-11-01 clothing.style=[retro minimal] clothing.bottom_size=29 clothing.height_cm=165.5"
		read := func() string {
			var all []string
			for _, a := range h.profile(c).Attributes {
				value := any(a.Text)
				switch {
				case a.Number != nil:
					value = *a.Number
				case a.Bool != nil:
					value = *a.Bool
				case !a.Day.IsZero():
					value = a.Day
				case a.Choices != nil:
					var codes []string
					for _, o := range a.Choices {
						codes = append(codes, o.Code)
					}
					value = codes
				}
				all = append(all, fmt.Sprint(a.Code, "=", value))
			}
			return strings.Join(all, " ")
		}
		if got := read(); got != want {
			t.Errorf("attributes are\n%s, want\n%s", got, want)
		}
		h.do(func(ctx context.Context, tx *db.Tx) error { return h.DisablePack(ctx, tx, "clothing") })
		if got := read(); strings.Contains(got, "clothing") {
			t.Errorf("attributes of a pack that is off are shown: %s", got)
		}
		if err := h.try(func(ctx context.Context, tx *db.Tx) error {
			return h.SetAttributes(ctx, tx, c, []customer.AttributeSetting{{Code: "clothing.height_cm", Number: new(1.0)}}, "clerk")
		}); errs.CodeOf(err) != "attribute.invalid" {
			t.Errorf("setting an attribute that is off: %v", err)
		}
		h.do(func(ctx context.Context, tx *db.Tx) error { return h.EnablePack(ctx, tx, "clothing") })
		if got := read(); got != want {
			t.Errorf("after switching on again\n%s, want\n%s", got, want)
		}
		var packs []string
		h.view(func(ctx context.Context, tx *db.Tx) error {
			all, err := h.ListPacks(ctx, tx)
			for _, p := range all {
				packs = append(packs, fmt.Sprint(p.Code, " ", p.Enabled, " ", p.Kept))
			}
			return err
		})
		if got, want := strings.Join(packs, ", "), "baby false 0, beauty true 1, clothing true 1, coffee false 0, grocery false 0"; got != want {
			t.Errorf("packs are %s, want %s", got, want)
		}
		// Switched on, on, off and on again; what was so already says nothing.
		if n := h.kinds()["customer.pack_switched"]; n != 4 {
			t.Errorf("%d facts of packs, want 4", n)
		}
		if n := h.count("select count(*) from audit_entries where action = 'pack.switched'"); n != 4 {
			t.Errorf("%d lines of the audit log, want 4", n)
		}
	})
}

func TestPacks_are_well_formed(t *testing.T) {
	t.Parallel()
	h := setup(t, dbtest.Open(t, db.SQLite))
	h.do(func(ctx context.Context, tx *db.Tx) error {
		packs, err := h.ListPacks(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range packs {
			if p.Name == "" || p.NameEN == "" || p.Text == "" || p.TextEN == "" || len(p.Attributes) < 10 || len(p.Tags) < 5 || len(p.LifeDates) == 0 {
				t.Errorf("pack %s lacks something: %+v", p.Code, p)
			}
			for _, d := range p.Attributes {
				for _, o := range d.Options {
					if o.NameEN == "" {
						t.Errorf("pack %s: the choice %s of %s has no English name", p.Code, o.Code, d.Code)
					}
				}
				if !strings.HasPrefix(d.Code, p.Code+".") || d.NameEN == "" {
					t.Errorf("pack %s: attribute %q has no English name or another prefix", p.Code, d.Code)
				}
				if _, err := h.AddDefinition(ctx, tx, d); err != nil {
					t.Errorf("pack %s: attribute %s: %v", p.Code, d.Code, err)
				}
			}
			for _, tag := range p.Tags {
				if tag.NameEN == "" {
					t.Errorf("pack %s: tag %s has no English name", p.Code, tag.Name)
				}
				if _, err := h.SaveTag(ctx, tx, customer.Tag{Name: tag.Name, NameEN: tag.NameEN, Axis: tag.Axis}); err != nil {
					t.Errorf("pack %s: tag %s: %v", p.Code, tag.Name, err)
				}
			}
		}
		return nil
	})
}

func TestLifeDate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		date customer.LifeDate
		want string
	}{
		{"solar", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Year: 1990, Month: 5, Day: 20}, ""},
		{"29 February without a year", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Month: 2, Day: 29}, ""},
		{"29 February of another year", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Year: 1991, Month: 2, Day: 29}, "life_date.invalid"},
		{"30 February", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Month: 2, Day: 30}, "life_date.invalid"},
		{"lunar 30 February", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Lunar, Month: 2, Day: 30}, ""},
		{"lunar leap month", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Lunar, Month: 4, Day: 8, Leap: true}, ""},
		{"a leap month that was not", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Lunar, Year: 1991, Month: 4, Day: 8, Leap: true}, "life_date.invalid"},
		{"a solar leap month", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Month: 4, Day: 8, Leap: true}, "life_date.invalid"},
		{"lunar 31st", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Lunar, Month: 4, Day: 31}, "life_date.invalid"},
		{"in the far future", customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Year: 2200, Month: 4, Day: 1}, "life_date.invalid"},
		{"a due date without a year", customer.LifeDate{Kind: customer.DueDate, Calendar: customer.Solar, Month: 4, Day: 1}, "life_date.invalid"},
		{"no kind", customer.LifeDate{Calendar: customer.Solar, Month: 4, Day: 1}, "life_date.invalid"},
		{"no calendar", customer.LifeDate{Kind: customer.Birthday, Month: 4, Day: 1}, "life_date.invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := setup(t, dbtest.Open(t, db.SQLite))
			her := h.person("", 1, staff.ShopID{})
			var got customer.LifeDate
			err := h.try(func(ctx context.Context, tx *db.Tx) (err error) {
				got, err = h.SetLifeDate(ctx, tx, her, c.date, "")
				return err
			})
			if errs.CodeOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
			if c.want == "" && (got.Year != 0 || got.HasYear != (c.date.Year != 0) || got.NextOn.IsZero()) {
				t.Errorf("shown as %+v", got)
			}
		})
	}
}

func TestLifeDate_changes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		c := h.person("", 1, staff.ShopID{})
		clerk := h.manager()
		set := func(by *house, day int, self bool, reason string) string {
			return errs.CodeOf(by.try(func(ctx context.Context, tx *db.Tx) error {
				_, err := h.SetLifeDate(ctx, tx, c, customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Month: 5, Day: day, BySelf: self}, reason)
				return err
			}))
		}
		for i, step := range []struct {
			got, want string
		}{
			{set(clerk, 1, false, ""), ""},
			{set(clerk, 2, false, ""), "life_date.reason"},
			{set(clerk, 2, false, "misread"), ""},
			{set(clerk, 3, true, ""), ""},
			{set(clerk, 4, true, ""), "life_date.too_soon"},
		} {
			if step.got != step.want {
				t.Errorf("step %d: %q, want %q", i, step.got, step.want)
			}
		}
		h.later(366)
		if got := set(clerk, 4, true, ""); got != "" {
			t.Errorf("after a year: %q, want none", got)
		}
		dates := h.profile(c).LifeDates
		if len(dates) != 1 || dates[0].Day != 4 {
			t.Errorf("dates are %+v, want one on the 4th", dates)
		}
		for i, want := range []string{"", "", "", "life_date.too_many"} {
			err := h.try(func(ctx context.Context, tx *db.Tx) error {
				_, err := h.SetLifeDate(ctx, tx, c, customer.LifeDate{Kind: customer.ChildBirthday, Calendar: customer.Solar, Month: 1 + i, Day: 1, Label: "小宝"}, "")
				return err
			})
			if errs.CodeOf(err) != want {
				t.Errorf("child %d: %v, want %q", i, err, want)
			}
		}
	})
}

func TestOccasions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		dates := map[string]customer.LifeDate{
			"leap day":       {Calendar: customer.Solar, Month: 2, Day: 29},
			"28 February":    {Calendar: customer.Solar, Month: 2, Day: 28},
			"new year's eve": {Calendar: customer.Lunar, Month: 12, Day: 30},
			"the day before": {Calendar: customer.Lunar, Month: 12, Day: 29},
			"leap fourth":    {Calendar: customer.Lunar, Month: 4, Day: 8, Leap: true},
			"fourth":         {Calendar: customer.Lunar, Month: 4, Day: 8},
		}
		names := map[customer.ID]string{}
		n := 0
		for name, date := range dates {
			n++
			c := h.person("", n, staff.ShopID{})
			names[c] = name
			date.Kind = customer.Birthday
			h.do(func(ctx context.Context, tx *db.Tx) error {
				_, err := h.SetLifeDate(ctx, tx, c, date, "")
				return err
			})
		}
		for day, want := range map[string]string{
			"2027-02-28": "[28 February leap day]", "2028-02-28": "[28 February]", "2028-02-29": "[leap day]",
			"2025-01-28": "[new year's eve the day before]", "2024-02-09": "[new year's eve]", "2024-02-08": "[the day before]",
			"2020-05-30": "[leap fourth]", "2020-04-30": "[fourth]", "2021-05-19": "[fourth leap fourth]", "2021-07-01": "[]",
		} {
			on, err := cal.ParseDay(day)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			h.view(func(ctx context.Context, tx *db.Tx) error {
				all, err := h.Occasions(ctx, tx, customer.Birthday, on, customer.LifeDateID{}, 100)
				for _, o := range all {
					got = append(got, names[o.CustomerID])
				}
				if err != nil {
					return err
				}
				if n, err := h.CountOccasions(ctx, tx, customer.Birthday, on, 1); err != nil || n != int64(len(all)) {
					t.Errorf("on %s: counted %d (%v), listed %d", day, n, err, len(all))
				}
				return nil
			})
			slices.Sort(got)
			if fmt.Sprint(got) != want {
				t.Errorf("on %s: %v, want %s", day, got, want)
			}
		}
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		who := map[customer.ID]string{}
		for i, name := range []string{"张三丰", "张三", "欧阳锋", "曾小贤", "John Smith", "王*"} {
			c := h.met(customer.Resolve{Identities: ids(phone(5670+i), card(i), customer.Identity{Kind: customer.ShopRef, Space: "till", Value: fmt.Sprint(17850 + i)},
				customer.Identity{Kind: customer.Email, Value: fmt.Sprintf("p%d@example.com", i)}), Name: name, Source: "till"})
			who[c] = name
		}
		for text, want := range map[string]string{
			"张三": "[张三 张三丰]", "三丰": "[张三丰]", "zs": "[张三 张三丰]", "zsf": "[张三丰]", "ZhangSan": "[张三 张三丰]", "zhang san f": "[张三丰]",
			"oyf": "[欧阳锋]", "ouyang": "[欧阳锋]", "锋": "[欧阳锋]", "zengxx": "[]", "zxx": "[曾小贤]", "小贤": "[曾小贤]", "smith": "[John Smith]", "john s": "[John Smith]",
			"5671": "[张三]", "138 0000 5671": "[张三]", "+8613800005671": "[张三]", "vip00002": "[欧阳锋]", "17853": "[曾小贤]", "P4@EXAMPLE.com": "[John Smith]",
			"": "[]", "%": "[]", "_": "[]", "王*": "[王*]", "nobody": "[]", "'; drop table customers; --": "[]", "13800009999": "[]",
		} {
			var got []string
			for _, c := range h.search(text) {
				got = append(got, who[c])
			}
			if fmt.Sprint(got) != want {
				t.Errorf("search for %q finds %v, want %s", text, got, want)
			}
		}
		for c, name := range who {
			if found := h.search(strings.ToLower(c.String())); len(found) != 1 || found[0] != c {
				t.Errorf("search for the id of %s finds %v", name, found)
			}
		}
	})
}

func TestSearch_says_that_there_is_more(t *testing.T) {
	t.Parallel()
	h := setup(t, dbtest.Open(t, db.SQLite))
	for n := range 25 {
		h.person(fmt.Sprintf("李%c", '一'+n), n, staff.ShopID{})
	}
	h.view(func(ctx context.Context, tx *db.Tx) error {
		got, err := h.SearchSummaries(ctx, tx, "李")
		if len(got.Items) != 20 || !got.More {
			t.Errorf("%d found, more %v, want 20 and more", len(got.Items), got.More)
		}
		return err
	})
}

// TestIdentity_shared: a couple with one phone are two customers; the number finds its owner.
func TestIdentity_shared(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		wife, husband := h.person("王芳", 1, staff.ShopID{}), h.met(customer.Resolve{Identities: ids(card(1)), Name: "李雷", Source: "till"})
		add := func(i customer.Identity, shared bool) string {
			return errs.CodeOf(h.try(func(ctx context.Context, tx *db.Tx) error {
				_, err := h.AddIdentity(ctx, tx, husband, i, shared, "console")
				return err
			}))
		}
		if got := add(phone(1), false); got != "identity.taken" {
			t.Errorf("adding her phone to him: %q, want identity.taken", got)
		}
		if got := add(phone(1), true); got != "" {
			t.Errorf("adding it as shared: %q", got)
		}
		if got := h.met(customer.Resolve{Identities: ids(phone(1)), Source: "till"}); got != wife {
			t.Errorf("the phone finds %s, want its owner", got)
		}
		if found := h.search("0001"); len(found) != 2 {
			t.Errorf("the last four digits find %v, want both", found)
		}
		if p := h.profile(husband); p.Phone != "138****0001" {
			t.Errorf("his phone is shown as %q", p.Phone)
		}
	})
}

func TestSaveMany(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		shop := h.shop("A")
		drafts := []customer.Draft{
			{Identities: ids(phone(1)), Name: "王芳", Gender: customer.Female, ShopID: shop.Int64(), Source: "file", Tags: []string{"宝妈", "VIP", "宝妈", ""},
				Birthday: customer.DraftDate{Calendar: customer.Solar, Month: 5, Day: 20}, CreatedAt: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)},
			{Identities: ids(phone(2)), Name: "李雷", Source: "file"},
			{Identities: ids(customer.Identity{Kind: customer.Phone, Value: "138****5678"}), Source: "file"},
			{Identities: ids(phone(3)), Birthday: customer.DraftDate{Calendar: customer.Solar, Month: 2, Day: 30}, Source: "file"},
			{Name: "nobody", Source: "file"},
			{Identities: ids(phone(4)), CreatedAt: d.Now().Add(48 * time.Hour), Source: "file"},
			{Identities: ids(phone(1)), Name: "王二", Gender: customer.Male, Source: "file"}, // Overwrites nothing.
		}
		save := func() (saved []customer.Saved) {
			h.do(func(ctx context.Context, tx *db.Tx) (err error) {
				saved, err = h.SaveMany(ctx, tx, drafts)
				return err
			})
			return saved
		}
		text := func(saved []customer.Saved) (all []string) {
			for _, s := range saved {
				all = append(all, fmt.Sprint(s.Created, " ", s.Unchanged, " ", errs.CodeOf(s.Err)))
			}
			return all
		}
		first := save()
		want := "true false |true false |false false customer.invalid|false false customer.invalid|false false customer.invalid|false false customer.invalid|false false "
		if got := strings.Join(text(first), "|"); got != want {
			t.Errorf("first time\n%s, want\n%s", got, want)
		}
		want = "false true |false true |false false customer.invalid|false false customer.invalid|false false customer.invalid|false false customer.invalid|false true "
		if got := strings.Join(text(save()), "|"); got != want {
			t.Errorf("second time\n%s, want\n%s", got, want)
		}
		p := h.profile(first[0].ID)
		if p.Name != "王芳" || p.Gender != customer.Female || p.ShopID != shop || len(p.Tags) != 2 || len(p.LifeDates) != 1 || p.CreatedAt.Year() != 2020 {
			t.Errorf("profile is %+v", p)
		}
		if n := h.count("select count(*) from events e join customer_tags t on t.customer_id = e.customer_id and t.added_at = e.happened_at join customers c " +
			"on c.id = e.customer_id and c.created_at = e.happened_at where e.kind = 'customer.tagged'"); n != 4 {
			t.Errorf("%d pairs of 2 tags and 2 facts have the date of the file, want 4", n)
		}
		if n := h.count("select count(*) from events where not history"); n != 0 {
			t.Errorf("%d facts of an import are not history", n)
		}
		h.do(func(ctx context.Context, tx *db.Tx) error {
			return h.RemoveMany(ctx, tx, []customer.ID{first[0].ID, first[1].ID})
		})
		for _, table := range []string{"customers", "customer_identities", "customer_shops", "customer_tags", "life_dates"} {
			if n := h.count("select count(*) from " + table); n != 0 {
				t.Errorf("after taking the import back %s holds %d rows", table, n)
			}
		}
	})
}

func TestListLive(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		shop := h.shop("A")
		a, b, c := h.person("", 1, shop), h.person("", 2, staff.ShopID{}), h.person("", 3, shop)
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Merge(ctx, tx, a, b, "test")
			return err
		})
		h.view(func(ctx context.Context, tx *db.Tx) error {
			all, err := h.ListLive(ctx, tx, customer.ID{}, 10)
			if err != nil || len(all) != 2 || all[0].ID != a || all[1].ID != c || all[0].ShopID != shop.Int64() {
				t.Errorf("live are %+v (%v), want %s and %s", all, err, a, c)
			}
			found, err := h.FindLive(ctx, tx, []customer.ID{b, c})
			if len(found) != 1 || found[0].ID != c {
				t.Errorf("of a merged and a live one are live %+v", found)
			}
			sums, err2 := h.Summaries(ctx, tx, []customer.ID{a, b, c})
			if len(sums) != 3 || err2 != nil {
				t.Errorf("summaries of three are %d (%v)", len(sums), err2)
			}
			return err
		})
	})
}
