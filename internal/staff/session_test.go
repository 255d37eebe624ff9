package staff_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

func TestSetUp_works_once(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.client(t)
		if a := c.want(200, "GET", "/v1/setup", nil); a.body["open"] != true || a.text("time_zone") != "Asia/Shanghai" {
			t.Errorf("set-up before = %v, want it open", a.body)
		}
		token, err := w.SetupToken(t.Context())
		if err != nil || token == "" {
			t.Fatalf("SetupToken = %q, %v", token, err)
		}
		form := object{
			"token": "guessed", "shop_name": "Silk Road", "time_zone": "Asia/Shanghai", "currency": "CNY",
			"owner_name": "Lan Chen", "login": ownerLogin, "password": ownerPassword,
		}
		if a := c.want(401, "POST", "/v1/setup", form); a.code() != "setup.token_wrong" {
			t.Errorf("a guessed token: %v", a.body)
		}
		form["token"], form["password"] = token, "password1"
		if a := c.want(400, "POST", "/v1/setup", form); a.code() != "password.invalid" {
			t.Errorf("a common password: %v", a.body)
		}
		form["password"], form["time_zone"] = ownerPassword, "Mars/Olympus"
		if a := c.want(400, "POST", "/v1/setup", form); a.code() != "organisation.invalid" {
			t.Errorf("a zone that is not: %v", a.body)
		}
		form["time_zone"] = "Asia/Shanghai"
		a := c.want(201, "POST", "/v1/setup", form)
		if person := a.body["staff"].(object); person["role"] != "owner" || a.text("organisation") != "Silk Road" {
			t.Errorf("set-up answered %v, want the owner", a.body)
		}
		cookie := a.header.Get("Set-Cookie")
		for _, part := range []string{"shuke=", "HttpOnly", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(cookie, part) {
				t.Errorf("cookie %q lacks %q", cookie, part)
			}
		}
		c.want(200, "GET", "/v1/session", nil)
		for _, method := range []string{"GET", "POST"} {
			var body any
			if method == "POST" {
				body = form
			}
			if a := w.client(t).want(404, method, "/v1/setup", body); a.code() != "setup.done" {
				t.Errorf("%s again: %v", method, a.body)
			}
		}
		if token, err := w.SetupToken(t.Context()); token != "" || err != nil {
			t.Errorf("SetupToken afterwards = %q, %v; want none", token, err)
		}
	})
}

func TestSetUp_two_at_once_make_one_owner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var wg sync.WaitGroup
		var done, gone atomic.Int64
		for _, login := range []string{"anna", "bert"} {
			token, err := w.SetupToken(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				_, err := w.SetUp(context.Background(), staff.Setup{
					Token: token, ShopName: "S", TimeZone: "Asia/Shanghai", Currency: "CNY", OwnerName: login, Login: login,
					Password: ownerPassword, Device: staff.Device{IP: address(1)},
				})
				switch errs.CodeOf(err) {
				case "":
					done.Add(1)
				case "setup.done", "setup.token_wrong":
					gone.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done.Load() != 1 || gone.Load() != 1 {
			t.Errorf("%d set up and %d refused, want one of each", done.Load(), gone.Load())
		}
	})
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open(t)
		c := w.client(t)
		c.want(401, "GET", "/v1/session", nil)
		wrong := c.want(401, "POST", "/v1/session", object{"login": ownerLogin, "password": "wrong"})
		unknown := c.want(401, "POST", "/v1/session", object{"login": "nobody", "password": "wrong"})
		if wrong.code() != "session.wrong" || wrong.text("detail") != unknown.text("detail") || wrong.code() != unknown.code() {
			t.Errorf("wrong password answers %v, unknown login %v: want the same", wrong.body, unknown.body)
		}
		a := c.want(201, "POST", "/v1/session", object{"login": " LAN ", "password": ownerPassword})
		first := a.header.Get("Set-Cookie")
		session := c.want(200, "GET", "/v1/session", nil)
		if len(session.body["permissions"].([]any)) < 20 || session.body["all_shops"] != true || session.body["demo"] != true {
			t.Errorf("session = %v, want all permissions and all shops", session.body)
		}
		second := c.want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword}).header.Get("Set-Cookie")
		if first == second {
			t.Error("signing in again kept the session")
		}
		if a := w.client(t).do("GET", "/v1/session", nil, "Cookie", first); a.status != 401 {
			t.Errorf("the session before signing in again answers %d, want 401", a.status)
		}
		c.want(204, "DELETE", "/v1/session", nil)
		if a := w.client(t).do("GET", "/v1/session", nil, "Cookie", second); a.status != 401 || a.code() != "session.ended" {
			t.Errorf("after signing out: %d %v, want 401", a.status, a.body)
		}
	})
}

func TestSignIn_thousand_guesses_are_bounded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open(t)
		// guess tries 1,000 wrong passwords, 20 at a time, and returns how many were looked at.
		guess := func(from func(n int) int) int64 {
			var looked atomic.Int64
			var wg sync.WaitGroup
			for worker := range 20 {
				wg.Go(func() {
					for n := range 50 {
						_, err := w.SignIn(context.Background(), staff.SignIn{
							Login: ownerLogin, Password: "guess", Device: staff.Device{IP: address(from(worker*50 + n))},
						})
						switch errs.CodeOf(err) {
						case "session.wrong":
							looked.Add(1)
						case "session.too_many":
						default:
							t.Errorf("SignIn = %v", err)
						}
					}
				})
			}
			wg.Wait()
			return looked.Load()
		}
		if looked := guess(func(int) int { return 1 }); looked > 15 {
			t.Errorf("from one address %d of 1,000 guesses were looked at, want about 6", looked)
		}
		_, err := w.SignIn(t.Context(), staff.SignIn{Login: ownerLogin, Password: ownerPassword, Device: staff.Device{IP: address(2)}})
		if err != nil {
			t.Errorf("the owner elsewhere cannot sign in meanwhile: %v", err)
		}
		if looked := guess(func(n int) int { return 1000 + n }); looked > 70 {
			t.Errorf("from many addresses %d of 1,000 guesses were looked at, want about 51", looked)
		}
	})
}

// TestSignIn_unknown_login_takes_as_long runs before the tests that run side by side.
func TestSignIn_unknown_login_takes_as_long(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	w.open(t)
	// The quickest of some tries is the least disturbed by others; they take turns.
	quickest := map[string]time.Duration{ownerLogin: time.Hour, "nobody": time.Hour}
	for n := range 8 {
		for login, best := range quickest {
			start := time.Now()
			_, err := w.SignIn(t.Context(), staff.SignIn{Login: login, Password: "guess", Device: staff.Device{IP: address(n)}})
			if errs.CodeOf(err) != "session.wrong" {
				t.Fatal(err)
			}
			quickest[login] = min(best, time.Since(start))
		}
	}
	if ratio := float64(quickest["nobody"]) / float64(quickest[ownerLogin]); ratio < 0.5 || ratio > 2 {
		t.Errorf("quickest tries: %v; want an unknown login to take as long as a known one", quickest)
	}
}

func TestSession_ends(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		shop, other := firstShop(owner), w.shop(t, owner, "002")
		tests := []struct {
			name string
			do   func(id string, c *client)
		}{
			{"when the person is disabled", func(id string, _ *client) {
				owner.want(200, "POST", "/v1/staff/"+id+"/disable", object{"reason": "left us"})
			}},
			{"when the role changes", func(id string, _ *client) { owner.want(200, "PATCH", "/v1/staff/"+id, object{"role": "agent"}) }},
			{"when the shops change", func(id string, _ *client) {
				owner.want(200, "PATCH", "/v1/staff/"+id, object{"shops": []string{shop, other}})
			}},
			{"when another resets the password", func(id string, _ *client) {
				owner.want(200, "POST", "/v1/staff/"+id+"/password", object{"reason": "forgot it"})
			}},
			{"when she signs out everywhere", func(_ string, c *client) { c.want(204, "DELETE", "/v1/me/sessions", nil) }},
		}
		for i, tt := range tests {
			id, c := w.hire(t, "clerk"+string(rune('a'+i)), staff.Clerk, shop)
			elsewhere := w.client(t)
			elsewhere.want(201, "POST", "/v1/session", object{"login": "clerk" + string(rune('a'+i)), "password": staffPassword})
			for _, one := range []*client{c, elsewhere} {
				one.want(200, "GET", "/v1/session", nil)
			}
			tt.do(id, c)
			for _, one := range []*client{c, elsewhere} {
				if a := one.do("GET", "/v1/session", nil); a.status != 401 {
					t.Errorf("%s: the next request answers %d, want 401 at once", tt.name, a.status)
				}
			}
		}
	})
}

func TestSession_old_cookie_after_password_change(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.open(t)
		old := c.want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword}).header.Get("Set-Cookie")
		if a := c.want(400, "POST", "/v1/me/password", object{"current_password": "wrong", "new_password": "another good one"}); a.code() != "password.wrong" {
			t.Errorf("with a wrong present password: %v", a.body)
		}
		if a := c.want(400, "POST", "/v1/me/password", object{"current_password": ownerPassword, "new_password": "lanchen88"}); a.code() != "password.invalid" {
			t.Errorf("with her name as password: %v", a.body)
		}
		c.want(200, "POST", "/v1/me/password", object{"current_password": ownerPassword, "new_password": "another good one"})
		if a := w.client(t).do("GET", "/v1/session", nil, "Cookie", old); a.status != 401 {
			t.Errorf("the old cookie answers %d, want 401", a.status)
		}
		c.want(200, "GET", "/v1/session", nil)
		w.client(t).want(401, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword})
		w.client(t).want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": "another good one"})
	})
}

func TestSession_runs_out(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.open(t)
		if err := d.MoveClock(t.Context(), 60*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		elsewhere := w.other(t)
		from := func() *client {
			cc := *c
			cc.url = elsewhere.url
			return &cc
		}
		cookie := c.want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword}).header.Get("Set-Cookie")
		if a := from().do("GET", "/v1/session", nil, "Cookie", cookie); a.status != 200 {
			t.Errorf("after the clock of the demo was moved: %d, want 200: its sessions live in real time", a.status)
		}
		hours := func(n int64) int64 { return n * time.Hour.Milliseconds() }
		for name, statement := range map[string]string{
			"12 hours unused":         "update sessions set last_seen_at = last_seen_at - $1",
			"30 days after it began":  "update sessions set expires_at = expires_at - 60 * cast($1 as bigint)",
			"of somebody who is gone": "update staff set active = ($1 = 0)",
		} {
			sign := w.client(t).want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword}).header.Get("Set-Cookie")
			w.exec(t, statement, hours(13))
			if a := w.other(t).client(t).do("GET", "/v1/session", nil, "Cookie", sign); a.status != 401 || a.code() != "session.ended" {
				t.Errorf("a session %s: %d %v, want 401", name, a.status, a.body)
			}
			w.exec(t, "update staff set active = (1 = 1)")
		}
	})
}

func TestSessions_list_and_end_one(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		here := w.open(t)
		there := w.client(t)
		there.want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword}, "User-Agent", "Telephone/1.0")
		list := here.want(200, "GET", "/v1/me/sessions", nil).items()
		if len(list) != 2 {
			t.Fatalf("sessions = %v, want two", list)
		}
		for _, s := range list {
			if s["device"] != "Telephone/1.0" {
				continue
			}
			if s["current"] != false || s["ip"] != "127.0.0.1" {
				t.Errorf("the other session = %v", s)
			}
			here.want(204, "DELETE", "/v1/me/sessions/"+s["id"].(string), nil)
			here.want(404, "DELETE", "/v1/me/sessions/"+s["id"].(string), nil)
		}
		there.want(401, "GET", "/v1/session", nil)
		here.want(200, "GET", "/v1/session", nil)
	})
}

func TestDemo(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	w.open(t)
	if a := w.client(t).want(200, "GET", "/v1/demo/session", nil); len(a.body["roles"].([]any)) != 1 {
		t.Errorf("roles of the demo = %v, want the owner's", a.body)
	}
	c := w.client(t)
	c.want(201, "POST", "/v1/demo/session", object{"role": "owner"})
	c.want(200, "GET", "/v1/session", nil)
	c.want(404, "POST", "/v1/demo/session", object{"role": "clerk"})

	target := dbtest.Target(t, db.SQLite)
	real, err := db.Open(t.Context(), db.Options{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = real.Close() })
	r := newWorld(t, real)
	r.open(t)
	for _, method := range []string{"GET", "POST"} {
		var body any
		if method == "POST" {
			body = object{"role": "owner"}
		}
		if a := r.client(t).want(404, method, "/v1/demo/session", body); a.code() != "demo.off" {
			t.Errorf("%s outside a demo: %v", method, a.body)
		}
	}
}
