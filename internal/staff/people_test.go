package staff_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

func TestCreate_first_password_is_shown_once_and_must_change(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		shop := firstShop(owner)
		a := owner.want(201, "POST", "/v1/staff", object{
			"name": "Mei", "login": "Mei", "role": "clerk", "shops": []string{shop}, "phone": "139 1234 5678", "email": "mei@example.com",
		})
		if a.text("login") != "mei" || a.text("phone") != "+8613912345678" {
			t.Errorf("created %v", a.body)
		}
		c := w.client(t)
		c.want(201, "POST", "/v1/session", object{"login": "mei", "password": a.text("one_time_password")})
		if s := c.want(200, "GET", "/v1/session", nil); s.text("due") != "password" || len(s.body["permissions"].([]any)) != 0 {
			t.Errorf("session = %v, want password due and no permissions", s.body)
		}
		c.want(403, "GET", "/v1/shops", nil)
		c.want(200, "POST", "/v1/me/password", object{"current_password": a.text("one_time_password"), "new_password": "my very own words"})
		c.want(200, "GET", "/v1/shops", nil)
		w.client(t).want(401, "POST", "/v1/session", object{"login": "mei", "password": a.text("one_time_password")})

		if taken := owner.want(409, "POST", "/v1/staff", object{"name": "Mei", "login": "MEI", "role": "clerk", "shops": []string{shop}}); taken.code() != "staff.login_taken" {
			t.Errorf("the same login: %v", taken.body)
		}
		reset := owner.want(200, "POST", "/v1/staff/"+a.text("id")+"/password", object{"reason": "forgot it"})
		w.exec(t, "update staff set password_until = password_until - 8 * 86400000 where login = $1", "mei")
		w.client(t).want(401, "POST", "/v1/session", object{"login": "mei", "password": reset.text("one_time_password")})
	})
}

func TestPeople_scope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		east, west := firstShop(owner), w.shop(t, owner, "west")
		clerkID, clerk := w.hire(t, "eve", staff.Clerk, east)
		westID, _ := w.hire(t, "will", staff.Clerk, west)
		_, manager := w.hire(t, "maya", staff.Manager, east)
		_, marketer := w.hire(t, "max", staff.Marketer)
		_, auditor := w.hire(t, "ada", staff.Auditor)

		for name, tt := range map[string]struct {
			c     *client
			shops int
		}{"clerk": {clerk, 1}, "manager": {manager, 1}, "marketer": {marketer, 2}, "auditor": {auditor, 2}, "owner": {owner, 2}} {
			if got := len(tt.c.want(200, "GET", "/v1/shops", nil).items()); got != tt.shops {
				t.Errorf("%s sees %d shops, want %d", name, got, tt.shops)
			}
		}
		clerk.want(404, "GET", "/v1/shops/"+west, nil)
		clerk.want(403, "PATCH", "/v1/shops/"+east, object{"name": "Mine"})
		clerk.want(403, "GET", "/v1/staff", nil)
		manager.want(404, "PATCH", "/v1/shops/"+west, object{"name": "Mine"})
		manager.want(200, "PATCH", "/v1/shops/"+east, object{"name": "East"})
		manager.want(403, "POST", "/v1/shops", object{"code": "north", "name": "North"})

		for _, p := range manager.want(200, "GET", "/v1/staff", nil).items() {
			if p["id"] == westID {
				t.Errorf("the manager of another shop sees %v", p)
			}
		}
		manager.want(404, "GET", "/v1/staff/"+westID, nil)
		manager.want(404, "POST", "/v1/staff/"+westID+"/disable", object{})
		manager.want(200, "GET", "/v1/staff/"+clerkID, nil)
		manager.want(200, "PATCH", "/v1/staff/"+clerkID, object{"role": "agent"})
		manager.want(404, "PATCH", "/v1/staff/"+clerkID, object{"shops": []string{east, west}})
		auditor.want(403, "PATCH", "/v1/staff/"+clerkID, object{"name": "X"})
		manager.want(403, "GET", "/v1/api_keys", nil)
		manager.want(403, "PATCH", "/v1/organisation", object{"name": "X"})
	})
}

func TestPeople_nobody_makes_more_of_anyone_than_she_is(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		shop := firstShop(owner)
		ownerID := owner.want(200, "GET", "/v1/me", nil).text("id")
		clerkID, _ := w.hire(t, "eve", staff.Clerk, shop)
		managerID, manager := w.hire(t, "maya", staff.Manager, shop)
		for _, role := range []string{"owner", "manager", "marketer", "auditor"} {
			manager.want(403, "POST", "/v1/staff", object{"name": "X", "login": "xx", "role": role, "shops": []string{shop}})
			manager.want(403, "PATCH", "/v1/staff/"+clerkID, object{"role": role})
		}
		manager.want(403, "POST", "/v1/staff", object{"name": "X", "login": "xx", "role": "clerk"})
		for path, body := range map[string]object{"/disable": {}, "/password": {"reason": "let me in"}} {
			manager.want(403, "POST", "/v1/staff/"+ownerID+path, body)
		}
		if a := owner.want(409, "POST", "/v1/staff/"+ownerID+"/disable", object{}); a.code() != "staff.self" {
			t.Errorf("disabling oneself: %v", a.body)
		}
		if a := owner.want(409, "PATCH", "/v1/staff/"+ownerID, object{"role": "clerk"}); a.code() != "staff.self" {
			t.Errorf("taking one's own role: %v", a.body)
		}
		owner.want(200, "PATCH", "/v1/staff/"+managerID, object{"role": "owner"})
		manager.want(401, "GET", "/v1/session", nil)
		for _, field := range []string{"id", "active", "version", "password_hash", "created_at"} {
			owner.want(400, "PATCH", "/v1/staff/"+clerkID, object{field: "x"})
		}
	})
}

func TestPeople_an_owner_stays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open(t)
		w.hire(t, "olga", staff.Owner)
		var owners []staff.ID
		w.update(t, func(ctx context.Context, tx *db.Tx) error {
			people, err := w.ListPeople(ctx, tx, staff.PeopleFilter{Role: staff.Owner, Limit: 10})
			for _, p := range people {
				owners = append(owners, p.ID)
			}
			return err
		})
		// Each of the two disables the other, at the same moment.
		var wg sync.WaitGroup
		results := make([]error, 2)
		for i := range 2 {
			wg.Go(func() {
				c := access.Caller{StaffID: owners[i].Int64(), Role: "owner", Scope: access.Scope{All: true}, Permissions: map[access.Permission]bool{access.StaffManage: true}}
				results[i] = d.Update(access.With(context.Background(), c), func(ctx context.Context, tx *db.Tx) error {
					_, err := w.Disable(ctx, tx, owners[1-i], "she or I")
					return err
				})
			})
		}
		wg.Wait()
		codes := fmt.Sprint(errs.CodeOf(results[0]), errs.CodeOf(results[1]))
		if codes != "staff.last_owner" {
			t.Errorf("results %v and %v, want one staff.last_owner", results[0], results[1])
		}
	})
}

func TestDisable_ends_keys_and_keeps_the_name(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		id, second := w.hire(t, "olga", staff.Owner)
		key := second.want(201, "POST", "/v1/api_keys", object{"name": "Till", "permissions": []string{"shops.read"}, "all_shops": true}).text("secret")
		till := w.program(t, key)
		till.want(200, "GET", "/v1/shops", nil)
		a := owner.want(200, "POST", "/v1/staff/"+id+"/disable", object{"reason": "left"})
		facts := a.body["facts"].([]any)
		if a.body["api_keys_revoked"] != 1.0 || len(facts) != 1 || facts[0].(object)["kind"] != "staff.disabled" {
			t.Errorf("disabled: %v, want one key revoked and one fact", a.body)
		}
		till.want(401, "GET", "/v1/shops", nil)
		second.want(401, "GET", "/v1/session", nil)
		w.client(t).want(401, "POST", "/v1/session", object{"login": "olga", "password": staffPassword})
		if p := owner.want(200, "GET", "/v1/staff/"+id, nil); p.text("name") != "Person olga" || p.body["active"] != false {
			t.Errorf("afterwards %v, want her name kept", p.body)
		}
		if list := owner.want(200, "GET", "/v1/staff?state=disabled", nil).items(); len(list) != 1 {
			t.Errorf("disabled people = %v, want her", list)
		}
		owner.want(200, "POST", "/v1/staff/"+id+"/enable", nil)
		w.client(t).want(201, "POST", "/v1/session", object{"login": "olga", "password": staffPassword})
		till.want(401, "GET", "/v1/shops", nil)
	})
}

func TestChangePerson_needs_the_version_that_was_read(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		id, _ := w.hire(t, "eve", staff.Clerk, firstShop(owner))
		tag := owner.want(200, "GET", "/v1/staff/"+id, nil).header.Get("ETag")
		owner.want(200, "PATCH", "/v1/staff/"+id, object{"name": "Eve"}, "If-Match", tag)
		if a := owner.want(412, "PATCH", "/v1/staff/"+id, object{"name": "Eva"}, "If-Match", tag); a.code() != "version.stale" {
			t.Errorf("the second edit: %v", a.body)
		}
		tag = owner.want(200, "GET", "/v1/organisation", nil).header.Get("ETag")
		owner.want(200, "PATCH", "/v1/organisation", object{"name": "Silk"}, "If-Match", tag)
		owner.want(412, "PATCH", "/v1/organisation", object{"name": "Road"}, "If-Match", tag)
	})
}

func TestMe(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	owner := w.open(t)
	id, c := w.hire(t, "eve", staff.Clerk, firstShop(owner))
	a := c.want(200, "PATCH", "/v1/me", object{"name": "Eve Li", "phone": ownerPhone, "email": "eve@example.com"})
	if a.text("phone") != "+86"+ownerPhone {
		t.Errorf("me = %v, want my own number whole", a.body)
	}
	if bad := c.want(400, "PATCH", "/v1/me", object{"phone": "1.38E+10"}); bad.body["errors"].([]any)[0].(object)["code"] != "scientific" {
		t.Errorf("a rounded number: %v", bad.body)
	}
	c.want(400, "PATCH", "/v1/me", object{"role": "owner"})
	for _, p := range owner.want(200, "GET", "/v1/staff?role=clerk", nil).items() {
		if p["phone"] != "138****5678" || p["email"] != "e***@example.com" {
			t.Errorf("in the list %v, want phone and e-mail masked", p)
		}
	}
	_, auditor := w.hire(t, "ada", staff.Auditor)
	_, manager := w.hire(t, "maya", staff.Manager, firstShop(owner))
	owner.want(200, "PATCH", "/v1/me", object{"phone": ownerPhone})
	ownerID := owner.want(200, "GET", "/v1/me", nil).text("id")
	for _, tt := range []struct {
		who      string
		c        *client
		of, want string
	}{
		{"auditor", auditor, id, "138****5678"}, {"manager", manager, id, "+8613812345678"}, {"manager, of the owner", manager, ownerID, "138****5678"},
	} {
		if p := tt.c.want(200, "GET", "/v1/staff/"+tt.of, nil); p.text("phone") != tt.want {
			t.Errorf("%s sees the phone %s, want %s", tt.who, p.text("phone"), tt.want)
		}
	}
}

func TestEnsureStaffRefs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open(t)
		var first, second map[string]staff.ID
		w.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
			first, err = w.EnsureStaffRefs(ctx, tx, []string{"小王", " 小王 ", "Lan Chen", ownerLogin, ""}, 0)
			return err
		})
		w.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
			second, err = w.EnsureStaffRefs(ctx, tx, []string{"小王"}, 0)
			return err
		})
		if len(first) != 4 || first["小王"] != first[" 小王 "] || first["Lan Chen"] != first[ownerLogin] || second["小王"] != first["小王"] {
			t.Errorf("refs = %v, then %v; want one clerk and the owner", first, second)
		}
	})
}
