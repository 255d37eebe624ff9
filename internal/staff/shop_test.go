package staff_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

func TestShops(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		for _, code := range []string{"B2", "A1", "C3"} {
			w.shop(t, owner, code)
		}
		var codes []string
		for cursor := ""; ; {
			a := owner.want(200, "GET", "/v1/shops?limit=2&cursor="+cursor, nil)
			for _, s := range a.items() {
				codes = append(codes, s["code"].(string))
			}
			if cursor = a.text("next_cursor"); cursor == "" {
				break
			}
		}
		if got := strings.Join(codes, " "); got != "001 A1 B2 C3" {
			t.Errorf("shops by code, two to a page = %s", got)
		}
		if a := owner.want(409, "POST", "/v1/shops", object{"code": " a1 ", "name": "Other"}); a.code() != "shop.code_taken" {
			t.Errorf("a code that differs in case only: %v", a.body)
		}
		if a := owner.want(400, "POST", "/v1/shops", object{"code": "D4", "name": " ", "time_zone": "Mars/Olympus"}); len(a.body["errors"].([]any)) != 2 {
			t.Errorf("two faults at once: %v", a.body)
		}
		shop := w.shop(t, owner, "E5")
		tag := owner.want(200, "GET", "/v1/shops/"+shop, nil).header.Get("ETag")
		owner.want(200, "PATCH", "/v1/shops/"+shop, object{"open": false}, "If-Match", tag)
		owner.want(412, "PATCH", "/v1/shops/"+shop, object{"open": true}, "If-Match", tag)
		if a := owner.want(409, "POST", "/v1/staff", object{"name": "X", "login": "xx", "role": "clerk", "shops": []string{shop}}); a.code() != "shop.closed" {
			t.Errorf("somebody for a closed shop: %v", a.body)
		}
		if a := owner.want(409, "PATCH", "/v1/shops/"+shop, object{"code": "A1"}); a.code() != "shop.code_taken" {
			t.Errorf("the code of another: %v", a.body)
		}
	})
}

func TestEnsureShops(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.update(t, func(ctx context.Context, tx *db.Tx) error {
			found, err := w.EnsureShops(ctx, tx, []staff.ShopRef{{Code: "上海一店"}, {Code: " ｓ０１ ", Name: "One"}, {Code: "S01"}, {Code: "s01"}})
			if err != nil {
				return err
			}
			if len(found) != 4 || found["S01"] != found["s01"] || found["S01"] != found[" ｓ０１ "] || found["S01"] == found["上海一店"] {
				t.Errorf("shops by code = %v, want two shops", found)
			}
			again, err := w.EnsureShop(ctx, tx, "S01", "Another name")
			if err != nil || again != found["S01"] {
				t.Errorf("EnsureShop = %v (%v), want %v", again, err, found["S01"])
			}
			one, err := w.FindShopByCode(ctx, tx, "S01")
			if err != nil || one.Name != "One" {
				t.Errorf("FindShopByCode = %+v (%v), want the first name kept", one, err)
			}
			return nil
		})
	})
}

func TestCalendar(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		at := time.Date(2026, 11, 24, 18, 30, 0, 0, time.UTC) // 02:30 on the 25th in Shanghai.
		var day, night, tokyo staff.ShopID
		calendar := func(fn func(ctx context.Context, tx *db.Tx, c staff.Calendar)) {
			w.update(t, func(ctx context.Context, tx *db.Tx) error {
				c, err := w.Calendar(ctx, tx)
				if err == nil {
					fn(ctx, tx, c)
				}
				return err
			})
		}
		calendar(func(ctx context.Context, tx *db.Tx, before staff.Calendar) {
			for _, n := range []struct {
				to  *staff.ShopID
				new staff.NewShop
			}{{&day, staff.NewShop{Code: "day", Name: "D"}}, {&night, staff.NewShop{Code: "night", Name: "N", DayCutHour: 4}}, {&tokyo, staff.NewShop{Code: "tokyo", Name: "T", TimeZone: "Asia/Tokyo", DayCutHour: 3}}} {
				shop, err := w.CreateShop(ctx, tx, n.new)
				if err != nil {
					t.Fatal(err)
				}
				*n.to = shop.ID
			}
			c, err := w.Calendar(ctx, tx)
			if err != nil || !c.Has(night) || before.Has(night) {
				t.Errorf("a shop opened in this transaction is not in its calendar (%v)", err)
			}
		})
		calendar(func(_ context.Context, _ *db.Tx, c staff.Calendar) {
			for shop, want := range map[staff.ShopID]string{day: "2026-11-25", night: "2026-11-24", tokyo: "2026-11-25", {}: "2026-11-25"} {
				if got := c.DayOf(shop, at); got.String() != want {
					t.Errorf("day of %v = %v, want %s", shop, got, want)
				}
			}
			if shop, ok := c.FindCode(" ＮＩＧＨＴ "); !ok || shop != night {
				t.Errorf("FindCode = %v, %v; want the night shop", shop, ok)
			}
			if _, ok := c.FindCode("none"); ok || c.Has(staff.ShopID{}) {
				t.Error("the calendar knows a shop that is not")
			}
		})
		if got := w.Zone().String(); got != "Asia/Shanghai" {
			t.Errorf("zone = %s", got)
		}
		zone := "Europe/Berlin"
		w.update(t, func(ctx context.Context, tx *db.Tx) error {
			name := "Silk"
			_, err := w.ChangeOrganisation(ctx, tx, staff.OrganisationChange{Name: &name, TimeZone: &zone}, func(int64) error { return nil })
			return err
		})
		if got := w.Zone().String(); got != zone {
			t.Errorf("zone = %s at once after it changed, want %s", got, zone)
		}
		calendar(func(_ context.Context, _ *db.Tx, c staff.Calendar) {
			if got := c.DayOf(day, at); got != cal.Date(2026, 11, 24) {
				t.Errorf("day in Berlin = %v", got)
			}
		})
	})
}

func TestFindShop_outside_the_scope_is_not_found(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := w.FindShop(ctx, tx, staff.ShopID{})
		return err
	})
	if errs.CodeOf(err) != "shop.not_found" {
		t.Errorf("FindShop by nobody = %v, want shop.not_found", err)
	}
}

func TestAuthenticate_over_TLS_uses_the_host_cookie(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	w.open(t)
	server := web.New(web.Config{DB: d, Authenticate: w.Authenticate})
	w.Routes(server)
	send := func(cookie string) *http.Response {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/v1/session", strings.NewReader(`{"login":"`+ownerLogin+`","password":"`+ownerPassword+`"}`))
		r.Header.Set("Content-Type", "application/json")
		if cookie != "" {
			r = httptest.NewRequestWithContext(t.Context(), "GET", "/v1/session", nil)
			r.Header.Set("Cookie", cookie)
		}
		r.TLS = &tls.ConnectionState{}
		answer := httptest.NewRecorder()
		server.Handler().ServeHTTP(answer, r)
		return answer.Result()
	}
	signed := send("")
	cookies := signed.Cookies()
	if signed.StatusCode != 201 || len(cookies) != 1 || cookies[0].Name != "__Host-shuke" || !cookies[0].Secure || !cookies[0].HttpOnly || cookies[0].Path != "/" || cookies[0].Domain != "" {
		t.Fatalf("status %d, cookies %v; want one Secure __Host- cookie", signed.StatusCode, cookies)
	}
	if got := send("__Host-shuke=" + cookies[0].Value).StatusCode; got != 200 {
		t.Errorf("with the cookie: %d, want 200", got)
	}
	if got := send("shuke=" + cookies[0].Value).StatusCode; got != 401 {
		t.Errorf("with the cookie under the plain name: %d, want 401: another host could have set it", got)
	}
}
