package staff_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// dump returns everything that somebody with the database but without its key can read.
func (w *world) dump(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if w.d.Engine == db.SQLite {
		for _, suffix := range []string{"", "-wal"} {
			content, err := os.ReadFile(w.d.Name + suffix)
			if err != nil && suffix == "" {
				t.Fatal(err)
			}
			b.Write(content)
		}
	}
	w.update(t, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"organisations", "shops", "staff", "sessions", "api_keys", "recovery_codes", "login_attempts", "setup_tokens", "audit_entries", "events", "idempotent_answers"} {
			rows, err := tx.Query(ctx, "select * from "+table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				values, targets := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					targets[i] = &values[i]
				}
				if err := rows.Scan(targets...); err != nil {
					return err
				}
				for _, v := range values {
					if raw, ok := v.([]byte); ok {
						b.Write(raw)
						continue
					}
					fmt.Fprintln(&b, v)
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return b.Bytes()
}

func TestDump_of_the_database_opens_nothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		setup, err := w.SetupToken(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		owner := w.open(t)
		shop := firstShop(owner)
		const email, wrong = "lan.chen@example.com", "a wrong password 42"
		owner.want(200, "PATCH", "/v1/me", object{"phone": ownerPhone, "email": email})
		w.client(t).want(401, "POST", "/v1/session", object{"login": wrong, "password": wrong})
		key := owner.want(201, "POST", "/v1/api_keys", object{"name": "Till", "permissions": []string{"shops.read"}, "all_shops": true}, "Idempotency-Key", "key-1").text("secret")
		made := owner.want(201, "POST", "/v1/staff", object{"name": "Mei", "login": "mei", "role": "clerk", "shops": []string{shop}}, "Idempotency-Key", "key-2")
		reset := owner.want(200, "POST", "/v1/staff/"+made.text("id")+"/password", object{"reason": "she called from " + ownerPhone}, "Idempotency-Key", "key-3")
		secret := owner.want(200, "POST", "/v1/session/totp", object{"password": ownerPassword}).text("secret")
		confirmed := owner.withCode(secret, "/v1/session/totp/confirm", object{}, 200)
		code := confirmed.body["recovery_codes"].([]any)[0].(string)
		cookie := (&http.Response{Header: confirmed.header}).Cookies()[0].Value
		_, _ = w.hire(t, "eve", staff.Clerk, shop)

		dump := w.dump(t)
		if !bytes.Contains(dump, []byte("Lan Chen")) {
			t.Fatal("the dump is empty")
		}
		secrets := map[string]string{
			"a set-up token": setup, "the owner's password": ownerPassword, "a password typed wrong": wrong, "the owner's phone": ownerPhone,
			"the owner's e-mail": email, "an API key": key, "a first password": made.text("one_time_password"),
			"a reset password": reset.text("one_time_password"), "the secret of the second factor": secret, "a recovery code": code,
			"a recovery code without dashes": strings.ReplaceAll(code, "-", ""), "a session": cookie,
		}
		for name, text := range secrets {
			raw, _ := base64.RawURLEncoding.DecodeString(text)
			for form, what := range map[string][]byte{"plain": []byte(text), "hexadecimal": []byte(hex.EncodeToString([]byte(text))), "raw": raw} {
				if len(what) >= 8 && bytes.Contains(dump, what) {
					t.Errorf("the dump shows %s (%s)", name, form)
				}
			}
		}
	})
}
