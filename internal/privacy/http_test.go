package privacy_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/platform/web/webtest"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d)
		server := web.New(web.Config{
			DB: d, Log: slog.New(slog.DiscardHandler), Limits: web.Limits{AnonymousPerMinute: -1, SessionPerMinute: -1, KeyPerMinute: -1},
			Authenticate: func(r *http.Request) (access.Caller, error) {
				if r.Header.Get("Authorization") == "" {
					return access.Caller{}, nil
				}
				return access.Caller{StaffID: 9, Permissions: map[access.Permission]bool{access.SettingsManage: true}}, nil
			},
		})
		l.Routes(server)
		sign := func(r *http.Request) { r.Header.Set("Authorization", "Bearer owner") }
		send := func(method, path, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			sign(r)
			answer := httptest.NewRecorder()
			server.Handler().ServeHTTP(answer, r)
			return answer
		}
		for _, want := range []string{`"version":1`, `"version":1`} {
			a := send("POST", "/v1/consent_texts", `{"purpose":"marketing","channel":"sms","body":"我同意每月最多收到四条短信"}`)
			if a.Code != 201 || !strings.Contains(a.Body.String(), want) {
				t.Errorf("publishing = %d %s, want %s", a.Code, a.Body, want)
			}
		}
		if a := send("POST", "/v1/consent_texts", `{"purpose":"membership","channel":"sms","body":"x"}`); a.Code != 400 {
			t.Errorf("membership by a channel = %d %s, want 400", a.Code, a.Body)
		}
		if a := send("GET", "/v1/consent_texts?limit=2", ""); a.Code != 200 || strings.Count(a.Body.String(), `"id"`) != 2 || !strings.Contains(a.Body.String(), "next_cursor") {
			t.Errorf("first page = %d %s, want two and a cursor", a.Code, a.Body)
		}
		doc, err := server.OpenAPI()
		if err != nil {
			t.Fatal(err)
		}
		webtest.Exercise(t, server.Handler(), doc, webtest.Options{Callers: []webtest.Caller{{Name: "owner", Sign: sign}}, Seed: 1, Requests: 60})
	})
}
