package app_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

const ownerPassword = "correct horse battery"

// TestAccess_before_the_second_factor asks every route as an owner who has just set her shop up: but for her own
// account all of it is refused, with the code that leads her on (SEC-08).
func TestAccess_before_the_second_factor(t *testing.T) {
	t.Parallel()
	a, _ := openShop(t, "lan")
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	issued, err := a.Staff.SignIn(context.Background(), staff.SignIn{Login: "lan", Password: ownerPassword})
	if err != nil {
		t.Fatal(err)
	}
	sign := withCookies([]*http.Cookie{{Name: "shuke", Value: issued.Token}})
	refused := 0
	for _, op := range a.Web.Routes() {
		own := op.Path == "/v1/me" || strings.HasPrefix(op.Path, "/v1/me/") || strings.HasPrefix(op.Path, "/v1/session")
		if op.Permission == access.Public {
			continue
		}
		if own {
			if op.Permission != access.Own {
				t.Errorf("%s %s needs %s, want it open for who has something due", op.Method, op.Path, op.Permission)
			}
			continue
		}
		got := ask(t, op.Method, server.URL+fillPath(op.Path, 1), nil, sign)
		if got.status != http.StatusForbidden || problemCode(got) != "session.totp_due" {
			t.Errorf("%s %s: %d %s, want 403 session.totp_due", op.Method, op.Path, got.status, problemCode(got))
		}
		refused++
	}
	if refused < 100 {
		t.Errorf("only %d routes were asked", refused)
	}
}

// openShop opens a program that is no demo, whose owner has set it up, and returns its database.
func openShop(t *testing.T, login string) (*app.App, app.Options) {
	t.Helper()
	o := app.Options{Target: dbtest.Target(t, db.SQLite), KeyFile: t.TempDir() + "/keys", Folder: t.TempDir(), Limits: unlimited}
	a, err := app.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	token, err := a.Staff.SetupToken(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Staff.SetUp(context.Background(), staff.Setup{
		Token: token, ShopName: "Silk Road", TimeZone: "Asia/Shanghai", Currency: "CNY", OwnerName: "Lan Chen", Login: login, Password: ownerPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a, o
}

// TestReset_lets_the_only_owner_in_again when she has lost her password and her telephone.
func TestReset_lets_the_only_owner_in_again(t *testing.T) {
	t.Parallel()
	a, o := openShop(t, "lan")
	err := a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "update staff set totp_secret = $1", []byte{1})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := app.Command{Out: &out, Err: &out, Env: func(string) string { return "" }}
	if err := c.Run(context.Background(), []string{"reset", "nobody", "--db", o.Target, "--key-file", o.KeyFile}); err == nil {
		t.Error("somebody who does not exist was reset")
	}
	if err := c.Run(context.Background(), []string{"reset", "LAN", "--db", o.Target, "--key-file", o.KeyFile}); err != nil {
		t.Fatalf("reset: %v\n%s", err, out.String())
	}
	password := regexp.MustCompile(`password (\S+),`).FindStringSubmatch(out.String())
	if password == nil {
		t.Fatalf("it printed no password: %s", out.String())
	}
	again, err := app.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	issued, err := again.Staff.SignIn(context.Background(), staff.SignIn{Login: "lan", Password: password[1]})
	if err != nil || issued.Caller.Due != "session.password_due" {
		t.Errorf("signed in with the password printed: due %q, %v; want session.password_due", issued.Caller.Due, err)
	}
}
