package web

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// exchange is what the layers know of one request and tell each other.
type exchange struct {
	server   *Server
	id       string
	ip       netip.Addr
	secure   bool   // secure says that the client came over TLS.
	route    *route // route is nil until it is found.
	caller   string // caller is "staff:…", "key:…" or "anonymous".
	tooLarge bool   // tooLarge says that the body went over its limit.
	key      *answerKey
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// RequestID returns the id of the request of ctx, or "".
func RequestID(ctx context.Context) string {
	if x := exchangeOf(ctx); x != nil {
		return x.id
	}
	return ""
}

// ClientIP returns the address the request of ctx came from, taken from X-Forwarded-For only if a
// trusted proxy sent it. It is personal data: for throttling and audit, not for logs.
func ClientIP(ctx context.Context) netip.Addr {
	if x := exchangeOf(ctx); x != nil {
		return x.ip
	}
	return netip.Addr{}
}

// Secure reports whether the request of ctx came over TLS, to us or to a trusted proxy.
func Secure(ctx context.Context) bool {
	x := exchangeOf(ctx)
	return x != nil && x.secure
}

// place returns the pattern of the route, or "none".
func (x *exchange) place() string {
	if x.route == nil {
		return "none"
	}
	return x.route.pattern
}

// ServeHTTP gives every request the same treatment and then its route.
func (s *Server) ServeHTTP(raw http.ResponseWriter, r *http.Request) {
	start := db.Uptime()
	x := &exchange{server: s, id: requestID(r), caller: "anonymous"}
	x.ip, x.secure = s.origin(r)
	w := newResponse(raw, r)
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
	defer func() {
		aborted := s.recovered(w, r, recover())
		w.finish()
		s.note(r, w, db.Uptime()-start)
		if aborted {
			panic(http.ErrAbortHandler) // The only way to tell the client that half an answer is not all of it.
		}
	}()
	setHeaders(w.Header(), x)
	if err := s.check(r); err != nil {
		s.fail(w, r, err)
		return
	}
	s.dispatch(w, r)
}

// setHeaders sets the headers that every answer bears. Pages replace the policy by their own.
func setHeaders(h http.Header, x *exchange) {
	h.Set("X-Request-Id", x.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	if x.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// check refuses requests that no route should see.
func (s *Server) check(r *http.Request) error {
	if err := s.crossOrigin.Check(r); err != nil {
		return errs.New(errs.Forbidden, "request.cross_origin", "this request came from another site")
	}
	query, err := url.QueryUnescape(r.URL.RawQuery)
	if err != nil || !isText(query) || !isText(r.URL.Path) {
		return errs.New(errs.Invalid, "request.text", "the address is not valid text")
	}
	return nil
}

// isText reports whether both databases can store s.
func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// dispatch finds the route, or says with a problem that there is none.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	if s.find(r) {
		s.mux.ServeHTTP(w, r)
		return
	}
	var allowed []string
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		other := *r
		if other.Method = method; s.find(&other) {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		s.fail(w, r, errs.New(errs.NotFound, "request.no_route", "there is nothing at this address"))
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	s.fail(w, r, newProblem(http.StatusMethodNotAllowed, "request.method", "this address does not take this method"))
}

// find reports whether a route takes r. The pages take every address but those of the API.
func (s *Server) find(r *http.Request) bool {
	const api = "/v1/"
	_, pattern := s.mux.Handler(r)
	rt := s.byPlace[pattern]
	return rt != nil && strings.HasPrefix(rt.Path, api) == strings.HasPrefix(r.URL.Path, api)
}

// recovered answers for a handler that panicked. It reports whether the answer had already begun.
func (s *Server) recovered(w *response, r *http.Request, cause any) (aborted bool) {
	if cause == nil {
		return false
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		return true
	}
	x := exchangeOf(r.Context())
	text := "panic"
	switch cause := cause.(type) {
	case error:
		text = cause.Error()
	case string:
		text = cause
	}
	s.log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request", x.id),
		slog.String("route", x.place()), slog.String("error", scrub(text)), slog.String("stack", string(debug.Stack())))
	if !w.reset() {
		return true
	}
	s.fail(w, r, newProblem(http.StatusInternalServerError, "internal", internalDetail))
	return false
}

// note writes the line of the access log and counts. It names no address, query or body.
func (s *Server) note(r *http.Request, w *response, took time.Duration) {
	x := exchangeOf(r.Context())
	s.metrics.count(x.place(), w.status, took)
	s.log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("request", x.id),
		slog.String("method", method(r)), slog.String("route", x.place()), slog.Int("status", w.status),
		slog.Int64("ms", took.Milliseconds()), slog.Int64("bytes", w.bytes), slog.String("caller", x.caller))
}

// method returns the method if it is a common one: a client may send any word.
func method(r *http.Request) string {
	switch r.Method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return r.Method
	}
	return "other"
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID returns the id that a proxy or client gave the request, or a new one.
func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); saneID.MatchString(id) {
		return id
	}
	return rand.Text()
}

// origin returns the address of the client and whether it came over TLS. Forwarded headers count only
// if a trusted proxy sent them, and only as far back as proxies are trusted.
func (s *Server) origin(r *http.Request) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, r.TLS != nil
	}
	ip := peer.Addr().Unmap()
	if !s.trusts(ip) {
		return ip, r.TLS != nil
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(ip); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop.Unmap().WithZone("")
	}
	return ip, r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

func (s *Server) trusts(ip netip.Addr) bool {
	for _, p := range s.config.TrustedProxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
