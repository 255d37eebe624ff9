package customer_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// searchLines returns what the audit log says of searches.
func (a *api) searchLines(action string) (all []string) {
	a.t.Helper()
	a.view(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = db.All(ctx, tx, func(scan db.Scan) (s string, err error) { return s, scan(&s) },
			"select subject || ' ' || after from audit_entries where action = $1 order by seq", action)
		return err
	})
	return all
}

func (a *api) search(caller, text string) {
	a.t.Helper()
	a.want(a.call(caller, "GET", "/v1/customers/search?q="+url.QueryEscape(text), nil), 200, "")
}

// TestSearch_is_audited whatever it is by, with what was sought masked. What is typed on is one search.
func TestSearch_is_audited(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.caller("lin", a.manager())
		a.caller("mei", a.as(access.Caller{StaffID: 7, Permissions: map[access.Permission]bool{access.CustomersRead: true}, Scope: access.Scope{All: true}}))
		one := a.person("王芳", 1, staff.ShopID{})
		a.person("王小明", 2, staff.ShopID{})
		steps := []struct {
			caller, text, want string
		}{
			{"lin", "1", ""}, {"lin", "13", ""}, {"lin", "138", ""}, // A number is being typed.
			{"lin", "138 0000 0001", one.String() + ` {"by":"phone","found":1,"text":"138****0001"}`},
			{"lin", "138 0000 0001", ""}, // The same once more.
			{"lin", "0001", one.String() + ` {"by":"last4","found":1,"text":"****0001"}`},
			{"lin", "w", ` {"by":"name","found":2,"text":"w***"}`},
			{"lin", "wx", ""}, {"lin", "wxm", ""}, // Typed on.
			{"mei", "wxm", "*"}, // Another person.
			{"lin", "wf", one.String() + ` {"by":"name","found":1,"text":"w***"}`},
			{"lin", "王", ` {"by":"name","found":2,"text":"王*"}`},
			{"lin", "王小明", ""},
			{"lin", "王芳", one.String() + ` {"by":"name","found":1,"text":"王*"}`}, // The next name, not more of the last.
			{"lin", "139 9999 8888", ` {"by":"phone","found":0,"text":"139****8888"}`},
			{"lin", "ann@b.cn", ` {"by":"email","found":0,"text":"a***@b.cn"}`},
			{"lin", one.String(), one.String() + ` {"by":"id","found":1,"text":"` + one.String() + `"}`},
			{"lin", "88712345", ""}, // Nobody's number.
		}
		for _, step := range steps {
			before := len(a.searchLines("customer.searched"))
			a.search(step.caller, step.text)
			got := strings.Join(a.searchLines("customer.searched")[before:], "; ")
			if got != step.want && !(step.want == "*" && got != "") {
				t.Errorf("%s seeks %q: the log gets %q, want %q", step.caller, step.text, got, step.want)
			}
		}
	})
}

// TestSearch_by_a_key is audited by whole numbers alone: a till asks at every sale.
func TestSearch_by_a_key(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.caller("till", a.as(access.Caller{KeyID: 5, Permissions: map[access.Permission]bool{access.CustomersRead: true}, Scope: access.Scope{All: true}}))
		for _, text := range []string{"王", "0001", "13800000001", "13800000001"} {
			a.search("till", text)
		}
		want := []string{` {"by":"phone","found":0,"text":"138****0001"}`, ` {"by":"phone","found":0,"text":"138****0001"}`}
		if diff := cmp.Diff(want, a.searchLines("customer.searched")); diff != "" {
			t.Errorf("the audit log (-want +got):\n%s", diff)
		}
	})
}

// TestSearch_often_is_told once per person and hour.
func TestSearch_often_is_told(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		shop := a.shop("east")
		a.caller("lin", a.clerk(shop))
		a.caller("mei", a.manager())
		move := func(by time.Duration) {
			t.Helper()
			if err := d.MoveClock(t.Context(), by); err != nil {
				t.Fatal(err)
			}
		}
		move(time.Hour - d.Now().Sub(d.Now().Truncate(time.Hour))) // So that the hour does not end meanwhile.
		many := func(caller string, n int) {
			for i := range n {
				a.search(caller, fmt.Sprintf("%04d", i))
			}
		}
		many("lin", 60)
		many("mei", 30)
		if got := a.searchLines("customer.searched_often"); len(got) > 0 {
			t.Errorf("after 60 searches: %v", got)
		}
		many("lin", 30)
		got := a.searchLines("customer.searched_often")
		if len(got) != 1 || !strings.HasPrefix(got[0], id.Text("stf", 77)+` {"searches":61,"since":"`) {
			t.Errorf("after 90 searches: %v, want one line about the clerk", got)
		}
		if n := a.count("select count(*) from audit_entries where action like 'customer.searched%' and shop_id = $1", shop); n != 91 {
			t.Errorf("%d lines are of the clerk's shop, want 91: her manager reads them", n)
		}
		move(time.Hour)
		many("lin", 61)
		if got := a.searchLines("customer.searched_often"); len(got) != 2 {
			t.Errorf("after 61 searches in the next hour: %v, want a second line", got)
		}
	})
}
