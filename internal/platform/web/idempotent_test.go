package web

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

const (
	boots = `{"name":"boots","amount_fen":29900}`
	hat   = `{"name":"hat","amount_fen":9900}`
)

func TestIdempotencyKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, nil)

		first := s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: k")
		if first.StatusCode != 201 || first.Header.Get("Idempotent-Replayed") != "" {
			t.Fatalf("first: got %d, replayed %q, want 201 and a fresh answer: %s", first.StatusCode, first.Header.Get("Idempotent-Replayed"), first.body)
		}
		for range 100 {
			again := s.call(t, "clerk", "POST", "/v1/things", `{ "amount_fen": 29900, "name": "boots" }`, "Idempotency-Key: k")
			if again.StatusCode != 201 || again.body != first.body || again.Header.Get("Idempotent-Replayed") != "true" {
				t.Fatalf("replay: got %d %s, replayed %q, want 201 %s", again.StatusCode, again.body, again.Header.Get("Idempotent-Replayed"), first.body)
			}
		}
		s.call(t, "clerk", "POST", "/v1/things", hat, "Idempotency-Key: k").problem(t, 422, "idempotency.key_reused")
		if got := s.count(t); got != 1 {
			t.Errorf("things: got %d, want 1", got)
		}

		// The scope of a key is its caller and its route.
		if got := s.call(t, "other", "POST", "/v1/things", hat, "Idempotency-Key: k").StatusCode; got != 201 {
			t.Errorf("same key of another caller: got %d, want 201", got)
		}
		if got := s.call(t, "clerk", "POST", "/v1/things/thg_0000000000001/refund", "", "Idempotency-Key: k").StatusCode; got != 204 {
			t.Errorf("same key on another route: got %d, want 204", got)
		}
		again := s.call(t, "clerk", "POST", "/v1/things/thg_0000000000001/refund", "", "Idempotency-Key: k")
		if again.StatusCode != 204 || again.body != "" || again.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("replay without a body: got %d %q", again.StatusCode, again.body)
		}
		s.call(t, "clerk", "POST", "/v1/things/thg_0000000000002/refund", "", "Idempotency-Key: k").problem(t, 422, "idempotency.key_reused")
	})
}

func TestIdempotencyKey_form(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	s.call(t, "clerk", "POST", "/v1/things/thg_0000000000001/refund", "").problem(t, 400, "idempotency.key_required")
	for _, key := range []string{"", strings.Repeat("k", 256), "é", "a\tb"} {
		s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: "+key).problem(t, 400, "idempotency.key_invalid")
	}
	if got := s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: "+strings.Repeat("~", 255)).StatusCode; got != 201 {
		t.Errorf("key of 255 characters: got %d, want 201", got)
	}
}

func TestIdempotencyKey_many_clients(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		// Two servers on one database stand for two processes.
		shops := []*shop{open(t, d, nil), open(t, d, nil)}
		var wg sync.WaitGroup
		bodies := make([]string, 32)
		for i := range bodies {
			wg.Go(func() {
				for range 1000 {
					r := shops[i%2].call(t, "till", "POST", "/v1/things", boots, "Idempotency-Key: one")
					if r.StatusCode != 409 {
						bodies[i] = r.body
						return
					}
					if r.Header.Get("Retry-After") == "" {
						t.Errorf("in flight: no Retry-After")
					}
				}
			})
		}
		wg.Wait()
		for i, body := range bodies {
			if body != bodies[0] || !strings.Contains(body, "boots") {
				t.Errorf("client %d: got %q, want %q", i, body, bodies[0])
			}
		}
		if got := shops[0].count(t); got != 1 {
			t.Errorf("things: got %d, want 1", got)
		}
	})
}

func TestIdempotencyKey_in_flight(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	entered, proceed := make(chan bool), make(chan bool)
	s.inside = func(context.Context, *db.Tx) error {
		entered <- true
		<-proceed
		return nil
	}
	first := make(chan int)
	go func() { first <- s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: k").StatusCode }()
	<-entered
	second := s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: k")
	second.problem(t, 409, "idempotency.in_flight")
	if second.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	proceed <- true
	if got := <-first; got != 201 {
		t.Errorf("first: got %d, want 201", got)
	}
}

func TestIdempotencyKey_killed_after_commit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, nil)
		s.inside = func(_ context.Context, tx *db.Tx) error {
			tx.OnCommit(func() { panic("killed between commit and answer") })
			return nil
		}
		s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: k").problem(t, 500, "internal")
		again := s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: k")
		if again.StatusCode != 201 || !strings.Contains(again.body, "boots") || again.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("replay: got %d %s, want the committed answer", again.StatusCode, again.body)
		}
		if got := s.count(t); got != 1 {
			t.Errorf("things: got %d, want 1", got)
		}
	})
}

func TestIdempotencyKey_failures_are_not_stored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, nil)
		s.call(t, "", "POST", "/v1/things", boots, "Idempotency-Key: k").problem(t, 401, "access.unauthenticated")
		s.call(t, "clerk", "POST", "/v1/things", `{"name":""}`, "Idempotency-Key: k").problem(t, 400, "request.invalid")
		s.call(t, "clerk", "POST", "/v1/things", `{"name":"refuse","amount_fen":1}`, "Idempotency-Key: k").problem(t, 409, "thing.refused")
		fail := true
		s.inside = func(context.Context, *db.Tx) error {
			if fail {
				return errors.New("disk full")
			}
			return nil
		}
		s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: k").problem(t, 500, "internal")
		fail = false
		if got := s.call(t, "clerk", "POST", "/v1/things", hat, "Idempotency-Key: k"); got.StatusCode != 201 || got.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("after failures: got %d %s, want a fresh 201", got.StatusCode, got.body)
		}
		if got := s.count(t); got != 1 {
			t.Errorf("things: got %d, want 1", got)
		}
	})
}

func TestPurgeAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, nil)
		s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: old")
		if err := d.MoveClock(t.Context(), 29*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: young")
		if err := d.MoveClock(t.Context(), 2*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := d.Update(t.Context(), PurgeAnswers); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]string{"old": "", "young": "true"} {
			got := s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: "+key).Header.Get("Idempotent-Replayed")
			if got != want {
				t.Errorf("%s answer replayed: got %q, want %q", key, got, want)
			}
		}
	})
}

// A client that hangs up before the commit leaves nothing; its next try is the first.
func TestIdempotencyKey_client_gone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, nil)
		ctx, cancel := context.WithCancel(t.Context())
		gone := true
		s.inside = func(ctx context.Context, _ *db.Tx) error {
			if gone {
				cancel()
				<-ctx.Done()
			}
			return ctx.Err()
		}
		r := httptest.NewRequestWithContext(ctx, "POST", "/v1/things", strings.NewReader(boots))
		r.Header.Set("Authorization", "Bearer clerk")
		r.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != statusCancelled {
			t.Errorf("got %d, want %d", w.Code, statusCancelled)
		}
		gone = false
		if got := s.call(t, "clerk", "POST", "/v1/things", boots, "Idempotency-Key: k"); got.StatusCode != 201 || got.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("next try: got %d %s, want a fresh 201", got.StatusCode, got.body)
		}
		if got := s.count(t); got != 1 {
			t.Errorf("things: got %d, want 1", got)
		}
	})
}
