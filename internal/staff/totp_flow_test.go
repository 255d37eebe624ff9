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

		renewed := c.want(200, "POST", "/v1/session/totp/recovery_codes", object{"password": ownerPassword}).body["recovery_codes"].([]any)
		in["code"] = codes[4]
		w.client(t).want(401, "POST", "/v1/session", in)
		in["code"] = renewed[0]
		w.client(t).want(201, "POST", "/v1/session", in)

		c.want(200, "PATCH", "/v1/organisation", object{"require_totp": true})
		if a := c.want(409, "POST", "/v1/session/totp/disable", object{"password": ownerPassword}); a.code() != "totp.required" {
			t.Errorf("where it is required: %v", a.body)
		}
		c.want(200, "PATCH", "/v1/organisation", object{"require_totp": false})
		c.want(400, "POST", "/v1/session/totp/disable", object{"password": "wrong"})
		c.want(200, "POST", "/v1/session/totp/disable", object{"password": ownerPassword})
		delete(in, "code")
		w.client(t).want(201, "POST", "/v1/session", in)
	})
}

func TestTOTP_due(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	c := w.open(t)
	c.want(200, "PATCH", "/v1/organisation", object{"require_totp": true})
	if a := c.want(200, "GET", "/v1/session", nil); a.text("due") != "totp" || len(a.body["permissions"].([]any)) != 0 {
		t.Errorf("session = %v, want totp due and no permissions", a.body)
	}
	c.want(403, "GET", "/v1/staff", nil)
	secret := c.want(200, "POST", "/v1/session/totp", object{"password": ownerPassword}).text("secret")
	c.withCode(secret, "/v1/session/totp/confirm", object{}, 200)
	if a := c.want(200, "GET", "/v1/session", nil); a.text("due") != "" {
		t.Errorf("session = %v, want nothing due", a.body)
	}
	c.want(200, "GET", "/v1/staff", nil)
}
