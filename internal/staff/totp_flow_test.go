package staff_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// telephone computes the code that an app shows now, from RFC 6238 and not from the code under test.
func telephone(t testing.TB, secret string) string {
	t.Helper()
	key, err := base32.StdEncoding.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha1.New, key)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(time.Now().Unix()/30)))
	sum := h.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1000000)
}

// withCode makes a request with the code of this moment, again if the moment passed meanwhile.
func (c *client) withCode(secret, path string, body object, wanted int) answer {
	c.t.Helper()
	for {
		code := telephone(c.t, secret)
		body["code"] = code
		a := c.do("POST", path, body)
		if a.status == wanted || telephone(c.t, secret) == code {
			if a.status != wanted {
				c.t.Fatalf("POST %s = %d %v, want %d", path, a.status, a.body, wanted)
			}
			return a
		}
	}
}

func TestTOTP(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.open(t)
		elsewhere := w.client(t)
		elsewhere.want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword})

		c.want(400, "POST", "/v1/session/totp", object{"password": "wrong"})
		begun := c.want(200, "POST", "/v1/session/totp", object{"password": ownerPassword})
		secret := begun.text("secret")
		want := "otpauth://totp/Shuke%20Silk%20Road:lan?algorithm=SHA1&digits=6&issuer=Shuke%20Silk%20Road&period=30&secret=" + secret
		if got := begun.text("otpauth_url"); got != want {
			t.Errorf("otpauth_url = %q, want %q", got, want)
		}
		c.want(400, "POST", "/v1/session/totp/confirm", object{"code": "abcdef"})
		w.client(t).want(201, "POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword})
		confirmed := c.withCode(secret, "/v1/session/totp/confirm", object{}, 200)
		codes := confirmed.body["recovery_codes"].([]any)
		if len(codes) != 10 {
			t.Fatalf("recovery codes = %v, want ten", codes)
		}
		c.want(200, "GET", "/v1/session", nil)
		elsewhere.want(401, "GET", "/v1/session", nil)

		in := object{"login": ownerLogin, "password": ownerPassword}
		if a := w.client(t).want(401, "POST", "/v1/session", in); a.code() != "session.code_required" {
			t.Errorf("without a code: %v", a.body)
		}
		w.exec(t, "update staff set totp_last_step = 0")
		w.client(t).withCode(secret, "/v1/session", in, 201)
		// The code was good a moment ago and still is what the telephone shows: it counts once.
		if a := w.client(t).do("POST", "/v1/session", in); a.status != 401 || a.code() != "session.code_wrong" {
			t.Errorf("the same code again: %d %v, want 401", a.status, a.body)
		}
		in["code"] = codes[3]
		w.client(t).want(201, "POST", "/v1/session", in)
		if a := w.client(t).want(401, "POST", "/v1/session", in); a.code() != "session.code_wrong" {
			t.Errorf("the same recovery code again: %v", a.body)
		}

		// Who knows the password and sits at an open screen is not let near the second factor without it (SEC-08).
		for _, act := range []string{"", "/recovery_codes", "/disable"} {
			if a := c.want(400, "POST", "/v1/session/totp"+act, object{"password": ownerPassword}); a.code() != "session.code_required" {
				t.Errorf("totp%s without a code: %v", act, a.body)
			}
		}
		if a := c.want(400, "POST", "/v1/session/totp", object{"password": ownerPassword, "code": codes[3]}); a.code() != "session.code_wrong" {
			t.Errorf("another telephone with a recovery code that was used: %v", a.body)
		}

		renewed := c.want(200, "POST", "/v1/session/totp/recovery_codes", object{"password": ownerPassword, "code": codes[5]}).body["recovery_codes"].([]any)
		in["code"] = codes[4]
		w.client(t).want(401, "POST", "/v1/session", in)
		in["code"] = renewed[0]
		w.client(t).want(201, "POST", "/v1/session", in)

		c.want(400, "POST", "/v1/session/totp/disable", object{"password": "wrong"})
		w.exec(t, "update staff set totp_last_step = 0")
		c.withCode(secret, "/v1/session/totp/disable", object{"password": ownerPassword}, 200)
		delete(in, "code")
		w.client(t).want(201, "POST", "/v1/session", in)
	})
}

// eachReal runs a test on every engine in a program that is no demo, where the second factor is enforced.
func eachReal(t *testing.T, test func(t *testing.T, w *world)) {
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			test(t, newWorld(t, openDB(t, db.Options{Target: dbtest.Target(t, engine)})))
		})
	}
}

func openDB(t *testing.T, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// wantDue makes sure that a session may reach its own account and nothing else.
func (c *client) wantDue(due string) {
	c.t.Helper()
	if a := c.want(200, "GET", "/v1/session", nil); a.text("due") != due || len(a.body["permissions"].([]any)) != 0 {
		c.t.Errorf("session = %v, want %s due and no permissions", a.body, due)
	}
	c.want(200, "GET", "/v1/me", nil)
	for _, path := range []string{"/v1/staff", "/v1/shops", "/v1/roles"} {
		if a := c.want(403, "GET", path, nil); a.code() != "session."+due+"_due" {
			c.t.Errorf("GET %s: %v, want session.%s_due", path, a.body, due)
		}
	}
}

// enrol sets the second factor up and returns its secret.
func (c *client) enrol(password string) string {
	c.t.Helper()
	secret := c.want(200, "POST", "/v1/session/totp", object{"password": password}).text("secret")
	c.withCode(secret, "/v1/session/totp/confirm", object{}, 200)
	return secret
}

// TestTOTP_is_mandatory for the owner and for whoever may export (SEC-08).
func TestTOTP_is_mandatory(t *testing.T) {
	t.Parallel()
	eachReal(t, func(t *testing.T, w *world) {
		owner := w.open(t)
		owner.wantDue("totp")
		secret := owner.enrol(ownerPassword)
		shop := firstShop(owner)
		for login, tt := range map[string]struct {
			role staff.Role
			must bool
		}{"maya": {staff.Manager, true}, "max": {staff.Marketer, true}, "eve": {staff.Clerk, false}, "gus": {staff.Agent, false}, "ada": {staff.Auditor, false}} {
			_, c := w.hire(t, login, tt.role, shop)
			if tt.must {
				c.wantDue("totp")
			} else {
				c.want(200, "GET", "/v1/shops", nil)
			}
		}

		in := object{"login": ownerLogin, "password": ownerPassword}
		if a := w.client(t).want(401, "POST", "/v1/session", in); a.code() != "session.code_required" {
			t.Errorf("the next sign-in: %v, want session.code_required", a.body)
		}
		owner.want(400, "POST", "/v1/session/totp/disable", object{"password": "wrong"})
		w.exec(t, "update staff set totp_last_step = 0")
		if a := owner.withCode(secret, "/v1/session/totp/disable", object{"password": ownerPassword}, 409); a.code() != "totp.required" {
			t.Errorf("turning it off: %v, want totp.required", a.body)
		}

		w.exec(t, "update staff set totp_last_step = 0")
		other := owner.withCode(secret, "/v1/session/totp", object{"password": ownerPassword}, 200).text("secret") // Another telephone.
		owner.withCode(other, "/v1/session/totp/confirm", object{}, 200)
		if other == secret {
			t.Fatal("the secret of the other telephone is the same")
		}
		w.exec(t, "update staff set totp_last_step = 0")
		w.client(t).withCode(secret, "/v1/session", in, 401)
		w.client(t).withCode(other, "/v1/session", in, 201)
	})
}

// TestTOTP_of_everybody: the organisation may ask all staff for a second factor, at once.
func TestTOTP_of_everybody(t *testing.T) {
	t.Parallel()
	eachReal(t, func(t *testing.T, w *world) {
		owner := w.open(t)
		owner.enrol(ownerPassword)
		_, clerk := w.hire(t, "eve", staff.Clerk, firstShop(owner))
		clerk.want(200, "GET", "/v1/shops", nil)
		owner.want(200, "PATCH", "/v1/organisation", object{"require_totp": true})
		clerk.wantDue("totp")
		secret := clerk.enrol(staffPassword)
		w.exec(t, "update staff set totp_last_step = 0")
		if a := clerk.withCode(secret, "/v1/session/totp/disable", object{"password": staffPassword}, 409); a.code() != "totp.required" {
			t.Errorf("turning it off: %v, want totp.required", a.body)
		}
		owner.want(200, "PATCH", "/v1/organisation", object{"require_totp": false})
		w.exec(t, "update staff set totp_last_step = 0")
		clerk.withCode(secret, "/v1/session/totp/disable", object{"password": staffPassword}, 200)
		clerk.want(200, "GET", "/v1/shops", nil)
	})
}

// TestTOTP_not_in_a_demo: its doors open by one click, and a program with a key is no person.
func TestTOTP_not_in_a_demo(t *testing.T) {
	t.Parallel()
	target := dbtest.Target(t, db.SQLite)
	w := newWorld(t, openDB(t, db.Options{Target: target, Demo: true}))
	w.open(t)
	c := w.client(t)
	c.want(201, "POST", "/v1/demo/session", object{"role": "owner"})
	c.want(200, "PATCH", "/v1/organisation", object{"require_totp": true})
	key := c.want(201, "POST", "/v1/api_keys", object{"name": "Till", "permissions": []string{"shops.read"}, "all_shops": true}).text("secret")

	if err := w.d.Close(); err != nil {
		t.Fatal(err)
	}
	real := openDB(t, db.Options{Target: target})
	r := serve(t, real, newService(t, real, w.Keys))
	r.program(t, key).want(200, "GET", "/v1/shops", nil)
	c.url = r.url
	c.wantDue("totp") // The session that one click began is worth nothing once the demo is served as a shop.
}
