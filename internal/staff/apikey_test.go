package staff_test

import (
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

func TestAPIKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		east := firstShop(owner)
		w.shop(t, owner, "west")
		created := owner.want(201, "POST", "/v1/api_keys", object{"name": "Till", "permissions": []string{"shops.read", "orders.write"}, "shops": []string{east}})
		secret := created.text("secret")
		if prefix := created.text("prefix"); len(secret) < 40 || secret[:len(prefix)] != prefix {
			t.Errorf("secret %q does not begin with %q", secret, prefix)
		}
		till := w.program(t, secret)
		if shops := till.want(200, "GET", "/v1/shops", nil).items(); len(shops) != 1 || shops[0]["id"] != east {
			t.Errorf("the till sees %v, want its one shop", shops)
		}
		till.want(403, "GET", "/v1/staff", nil)
		till.want(403, "GET", "/v1/me", nil)
		if s := till.want(200, "GET", "/v1/session", nil); s.body["staff"] != nil || len(s.body["permissions"].([]any)) != 2 {
			t.Errorf("session of a key = %v", s.body)
		}
		listed := owner.want(200, "GET", "/v1/api_keys", nil).items()
		if len(listed) != 1 || listed[0]["secret"] != nil || listed[0]["last_used_at"] == nil {
			t.Errorf("keys = %v, want one, used, without its secret", listed)
		}
		for _, wrong := range []string{secret + "x", "sk_", "Basic abc", secret[3:]} {
			if a := w.program(t, wrong).want(401, "GET", "/v1/shops", nil); a.code() != "api_key.wrong" {
				t.Errorf("the key %q: %v", wrong, a.body)
			}
		}
		owner.want(200, "DELETE", "/v1/api_keys/"+created.text("id"), nil)
		till.want(401, "GET", "/v1/shops", nil)
		owner.want(404, "DELETE", "/v1/api_keys/key_0000000000001", nil)
	})
}

func TestAPIKey_ends_on_time(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		till := w.program(t, owner.want(201, "POST", "/v1/api_keys", object{
			"name": "Till", "permissions": []string{"shops.read"}, "all_shops": true, "expires_at": d.Now().Add(time.Hour).Format(time.RFC3339),
		}).text("secret"))
		till.want(200, "GET", "/v1/shops", nil)
		if err := d.MoveClock(t.Context(), 2*time.Hour); err != nil {
			t.Fatal(err)
		}
		elsewhere := w.other(t)
		till.url = elsewhere.url
		till.want(401, "GET", "/v1/shops", nil)
	})
}

func TestAPIKey_refused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	owner := w.open(t)
	valid := func(change func(object)) object {
		o := object{"name": "Till", "permissions": []string{"shops.read"}, "all_shops": true}
		change(o)
		return o
	}
	tests := []struct {
		name   string
		change func(object)
		status int
	}{
		{"valid", func(object) {}, 201},
		{"no name", func(o object) { o["name"] = " " }, 400},
		{"no permission", func(o object) { o["permissions"] = []string{} }, 400},
		{"a permission that is not", func(o object) { o["permissions"] = []string{"everything"} }, 400},
		{"the right to make accounts", func(o object) { o["permissions"] = []string{"staff.manage"} }, 400},
		{"the right to make keys", func(o object) { o["permissions"] = []string{"keys.manage"} }, 400},
		{"public, which is no right", func(o object) { o["permissions"] = []string{"public"} }, 400},
		{"neither shops nor all", func(o object) { delete(o, "all_shops") }, 400},
		{"shops and all", func(o object) { o["shops"] = []string{firstShop(owner)} }, 400},
		{"a shop that is not", func(o object) { delete(o, "all_shops"); o["shops"] = []string{"shp_0000000000001"} }, 404},
		{"an end in the past", func(o object) { o["expires_at"] = "2020-01-01T00:00:00Z" }, 400},
	}
	for _, tt := range tests {
		if a := owner.do("POST", "/v1/api_keys", valid(tt.change)); a.status != tt.status {
			t.Errorf("%s: %d %v, want %d", tt.name, a.status, a.body, tt.status)
		}
	}
	_, clerk := w.hire(t, "eve", staff.Clerk, firstShop(owner))
	clerk.want(403, "POST", "/v1/api_keys", valid(func(object) {}))
}
