package web

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

func TestHeaders_on_every_route(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	for _, op := range s.Routes() {
		path := strings.NewReplacer("{id}", "thg_0000000000001", "{how}", "error").Replace(op.Path)
		r := s.call(t, "clerk", op.Method, path, "")
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff",
			"Referrer-Policy":        "same-origin",
			"Cache-Control":          "no-store",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s %s: %s: got %q, want %q", op.Method, op.Path, name, got, want)
			}
		}
		if got := r.Header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'none'") {
			t.Errorf("%s %s: Content-Security-Policy: got %q", op.Method, op.Path, got)
		}
		if r.Header.Get("X-Request-Id") == "" || r.Header.Get("Server") != "" || r.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s %s: headers: got %v", op.Method, op.Path, r.Header)
		}
		if strings.Contains(fmt.Sprint(r.Header), s.config.Version) {
			t.Errorf("%s %s: the version is in a header", op.Method, op.Path)
		}
	}
}

func TestHeaders_transport_security_over_TLS_only(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), func(c *Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	for _, c := range []struct {
		name, peer, proto string
		tls, want         bool
	}{
		{"plain", "1.2.3.4:1", "", false, false},
		{"TLS", "1.2.3.4:1", "", true, true},
		{"a proxy says TLS", "10.0.0.1:1", "https", false, true},
		{"a stranger says TLS", "1.2.3.4:1", "https", false, false},
	} {
		r := httptest.NewRequest("GET", "/healthz", nil)
		r.RemoteAddr = c.peer
		if c.proto != "" {
			r.Header.Set("X-Forwarded-Proto", c.proto)
		}
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	for sent, keep := range map[string]bool{"abc-1234.Z_": true, "short": false, "with space in it": false, strings.Repeat("a", 65): false, "<script>alert(1)</script>": false} {
		got := s.call(t, "", "GET", "/healthz", "", "X-Request-Id: "+sent).Header.Get("X-Request-Id")
		if (got == sent) != keep || got == "" {
			t.Errorf("sent %q: got %q, want it kept: %v", sent, got, keep)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	cookie := "Cookie: " + SessionCookie + "=clerk"
	for _, c := range []struct {
		name, method, header string
		want                 int
	}{
		{"form of another site", "POST", "Origin: https://evil.example", 403},
		{"fetch of another site", "POST", "Sec-Fetch-Site: cross-site", 403},
		{"page of a sister domain", "POST", "Sec-Fetch-Site: same-site", 403},
		{"sandboxed page", "POST", "Origin: null", 403},
		{"our own page", "POST", "Sec-Fetch-Site: same-origin", 201},
		{"no browser", "POST", "X-Nothing: 1", 201},
		{"reading", "GET", "Sec-Fetch-Site: cross-site", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := ""
			if c.method == "POST" {
				body = boots
			}
			r := s.call(t, "", c.method, "/v1/things", body, cookie, c.header)
			if r.StatusCode != c.want {
				t.Errorf("got %d, want %d: %s", r.StatusCode, c.want, r.body)
			}
			if c.want == 403 {
				r.problem(t, 403, "request.cross_origin")
			}
		})
	}
	// A body that a form can send is not taken for JSON, and the method in a header is not believed.
	s.call(t, "", "POST", "/v1/things", boots, cookie, "Content-Type: text/plain").problem(t, 415, "request.media_type")
	before := s.count(t)
	s.call(t, "", "GET", "/v1/things", "", cookie, "X-HTTP-Method-Override: POST")
	if got := s.count(t); got != before {
		t.Errorf("things after a GET: got %d, want %d", got, before)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), func(c *Config) {
		c.Limits = Limits{KeyPerMinute: 4, SessionPerMinute: 6, AnonymousPerMinute: 8}
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	// accepted returns how many of 20 requests are not refused for their number.
	accepted := func(who, method, path string, headers ...string) (n int) {
		for range 20 {
			r := s.call(t, who, method, path, "", headers...)
			if r.StatusCode != 429 {
				n++
				continue
			}
			r.problem(t, 429, "request.rate_limited")
			if r.Header.Get("Retry-After") == "" {
				t.Errorf("%s: 429 without Retry-After", path)
			}
		}
		return n
	}
	for _, c := range []struct {
		name      string
		got, want int
	}{
		{"key", accepted("till", "GET", "/v1/things"), 4},
		{"session", accepted("clerk", "GET", "/v1/things"), 6},
		{"another session", accepted("other", "GET", "/v1/things"), 6},
		{"address", accepted("", "GET", "/v1/things"), 8},
		{"wrong credentials count for the address", accepted("thief", "GET", "/v1/things"), 0},
		{"another address", accepted("", "GET", "/v1/things", "X-Forwarded-For: 2001:db8::1"), 8},
		{"the same network", accepted("", "GET", "/v1/things", "X-Forwarded-For: 2001:db8::2"), 0},
		{"spoofed behind a proxy", accepted("", "GET", "/v1/things", "X-Forwarded-For: 9.9.9.9, 2001:db8::3"), 0},
		{"a route with a limit of its own", accepted("", "POST", "/v1/sign-in", "X-Forwarded-For: 3.3.3.3"), 3},
		{"pages", accepted("", "GET", "/"), 20},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d of 20 accepted, want %d", c.name, c.got, c.want)
		}
	}
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	var l limiter
	now := time.Unix(1e9, 0)
	for i := range 5 * maxBuckets {
		l.take(now, fmt.Sprint("stranger ", i), 60)
		if wait := l.take(now, "regular", 10); i >= 10 && wait == 0 {
			t.Fatalf("after %d strangers the regular got a new bucket", i)
		}
	}
	if got := len(l.young) + len(l.old); got > 2*maxBuckets {
		t.Errorf("buckets: got %d, want at most %d", got, 2*maxBuckets)
	}
	if wait := l.take(now, "regular", 10); wait != 6*time.Second {
		t.Errorf("wait: got %v, want 6s", wait)
	}
	if wait := l.take(now.Add(6*time.Second), "regular", 10); wait != 0 {
		t.Errorf("after the wait: got %v, want 0", wait)
	}
}

func TestClientIP(t *testing.T) {
	t.Parallel()
	s := New(Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	for _, c := range []struct{ name, peer, forwarded, want string }{
		{"direct", "1.2.3.4:5", "", "1.2.3.4"},
		{"stranger's header", "1.2.3.4:5", "9.9.9.9", "1.2.3.4"},
		{"one proxy", "10.0.0.1:5", "9.9.9.9", "9.9.9.9"},
		{"two proxies", "10.0.0.1:5", "9.9.9.9, 10.0.0.2", "9.9.9.9"},
		{"spoofed first hop", "10.0.0.1:5", "6.6.6.6, 9.9.9.9", "9.9.9.9"},
		{"garbage", "10.0.0.1:5", "unknown", "10.0.0.1"},
		{"garbage before", "10.0.0.1:5", "garbage, 10.0.0.2", "10.0.0.2"},
		{"only proxies", "10.0.0.1:5", "10.0.0.3", "10.0.0.3"},
		{"mapped", "[::ffff:10.0.0.1]:5", "::ffff:9.9.9.9", "9.9.9.9"},
		{"no header", "[::1]:5", "", "::1"},
		{"no port", "pipe", "9.9.9.9", "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if ip, _ := s.origin(r); ip.String() != c.want {
			t.Errorf("%s: got %s, want %s", c.name, ip, c.want)
		}
	}
}

func TestOneAtATime(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	leave, ok := s.running.enter("GET /v1/export staff:7")
	if !ok {
		t.Fatal("the set is not empty")
	}
	busy := s.call(t, "clerk", "GET", "/v1/export", "")
	busy.problem(t, 409, "request.one_at_a_time")
	if busy.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if got := s.call(t, "other", "GET", "/v1/export", "").StatusCode; got != 200 {
		t.Errorf("another caller: got %d, want 200", got)
	}
	leave()
	for range 2 {
		r := s.call(t, "clerk", "GET", "/v1/export", "")
		if r.StatusCode != 200 || !strings.HasSuffix(r.body, "999,thing\n") || r.Header.Get("Content-Type") != "text/csv" {
			t.Errorf("export: got %d, %d bytes of %s", r.StatusCode, len(r.body), r.Header.Get("Content-Type"))
		}
	}
}

func TestUnderway(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Limits.Underway = 1 })
	entered, proceed := make(chan bool), make(chan bool)
	s.inside = func(context.Context, *db.Tx) error {
		entered <- true
		<-proceed
		return nil
	}
	first := make(chan int)
	go func() { first <- s.call(t, "clerk", "POST", "/v1/things", boots).StatusCode }()
	<-entered
	shed := s.call(t, "clerk", "GET", "/v1/things", "")
	shed.problem(t, 503, "server.busy")
	if shed.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if got := s.call(t, "", "GET", "/healthz", "").StatusCode; got != 200 {
		t.Errorf("health meanwhile: got %d, want 200", got)
	}
	proceed <- true
	if got := <-first; got != 201 {
		t.Errorf("first: got %d, want 201", got)
	}
	if got := s.call(t, "clerk", "GET", "/v1/things", "").StatusCode; got != 200 {
		t.Errorf("afterwards: got %d, want 200", got)
	}
}

func TestAnonymous_with_a_dead_session_may_use_public_routes(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	if got := s.call(t, "expired", "POST", "/v1/sign-in", "").StatusCode; got != 200 {
		t.Errorf("got %d, want 200", got)
	}
}

func TestStanding_routes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, nil)
		if r := s.call(t, "", "GET", "/healthz", ""); r.StatusCode != 200 || r.body != "{\"status\":\"ok\"}\n" {
			t.Errorf("health for nobody: got %d %s", r.StatusCode, r.body)
		}
		if r := s.call(t, "clerk", "GET", "/healthz", ""); !strings.Contains(r.body, "1.2.3-test") {
			t.Errorf("health for a clerk: got %s, want the version", r.body)
		}
		s.call(t, "", "GET", "/openapi.json", "").problem(t, 401, "access.unauthenticated")
		if r := s.call(t, "clerk", "GET", "/openapi.json", ""); r.StatusCode != 200 || !strings.Contains(r.body, `"3.1.0"`) {
			t.Errorf("document: got %d", r.StatusCode)
		}
		s.call(t, "", "GET", "/metrics", "").problem(t, 401, "access.unauthenticated")
		s.call(t, "clerk", "GET", "/metrics", "").problem(t, 403, "access.denied")
		r := s.call(t, "till", "GET", "/metrics", "")
		if want := `shuke_http_requests_total{route="GET /metrics",status="403"} 1`; !strings.Contains(r.body, want) {
			t.Errorf("metrics: %s is missing", want)
		}
	})
}

func TestHealth_degraded(t *testing.T) {
	t.Parallel()
	d, err := db.Open(t.Context(), db.Options{Target: dbtest.Target(t, db.SQLite)})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{DB: d})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/healthz", nil))
	if w.Code != 503 || w.Body.String() != "{\"status\":\"degraded\"}\n" || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	for range 60 {
		s.call(t, "clerk", "POST", "/v1/things", boots)
	}
	if r := s.call(t, "clerk", "GET", "/v1/things?limit=1", ""); r.Uncompressed {
		t.Errorf("%d bytes were compressed", len(r.body))
	}
	if r := s.call(t, "clerk", "GET", "/v1/things?limit=60", ""); !r.Uncompressed || !strings.Contains(r.body, "boots") || r.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("%d bytes were not compressed", len(r.body))
	}
	if r := s.call(t, "clerk", "GET", "/v1/things", "", "Accept-Encoding: identity"); r.Header.Get("Content-Encoding") != "" {
		t.Errorf("identity was asked for, got %s", r.Header.Get("Content-Encoding"))
	}
	if r := s.call(t, "clerk", "HEAD", "/v1/things", ""); r.StatusCode != 200 || r.body != "" {
		t.Errorf("HEAD: got %d, %d bytes", r.StatusCode, len(r.body))
	}
}

// A stream that fails half-way must not look complete.
func TestPanic_in_a_stream_breaks_the_connection(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	s.HandleFunc("GET /stream", access.Public, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "half")
		w.(http.Flusher).Flush()
		panic("disk gone")
	})
	resp, err := http.Get(s.http.URL + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := resp.Body.Read(make([]byte, 100)); err != nil {
		t.Fatalf("first half: %v", err)
	}
	if _, err := resp.Body.Read(make([]byte, 100)); err == nil || err.Error() == "EOF" {
		t.Errorf("end of half a stream: got %v, want an error", err)
	}
}
