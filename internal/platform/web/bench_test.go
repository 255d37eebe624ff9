package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/access"
)

// BenchmarkRequest measures what a request costs before and after its handler.
func BenchmarkRequest(b *testing.B) {
	s := New(Config{Log: slog.New(slog.DiscardHandler), Limits: Limits{KeyPerMinute: -1},
		Authenticate: func(*http.Request) (access.Caller, error) {
			return access.Caller{KeyID: 1, Permissions: map[access.Permission]bool{access.OrdersWrite: true}}, nil
		}})
	Raw(s, Op{Method: "POST", Path: "/v1/things", ID: "createThing", Permission: access.OrdersWrite},
		func(_ context.Context, in *createInput) (*thingOutput, error) {
			return &thingOutput{Body: thing{Name: in.Body.Name}}, nil
		})
	body := `{"name":"boots","amount_fen":29900,"parts":[{"sku":"A","quantity":1},{"sku":"B","quantity":2},{"sku":"C","quantity":3}]}`
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("POST", "/v1/things", strings.NewReader(body))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatalf("got %d: %s", w.Code, w.Body)
		}
	}
}
