// Package webtest asks a server for everything its OpenAPI document promises, rightly and wrongly, and
// holds every answer against the document: no fault of the server's own, every answer of the form
// declared, no value repeated in an error. Requests are made from the schemas with a seed; identifiers
// met in answers are used in later requests, so that routes meet things that exist.
package webtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// Caller is somebody who sends requests; Sign gives a request its credential.
type Caller struct {
	Name string
	Sign func(*http.Request)
}

// Options of Exercise.
type Options struct {
	Callers  []Caller // Callers send the requests, in turn. Nobody, without a credential, is always one.
	Seed     uint64   // Seed makes a run repeatable.
	Requests int      // Requests is how many requests each operation gets; default 40.
	Skip     []string // Skip names operations that would end the run, such as signing out.
}

// Exercise sends requests to every operation of the document and reports each fault it finds. The
// limits on requests per minute must be off.
func Exercise(t testing.TB, server http.Handler, document []byte, o Options) {
	t.Helper()
	r, err := newRun(server, document, o)
	if err != nil {
		t.Fatalf("read OpenAPI document: %v", err)
	}
	r.all()
	for _, fault := range r.faults {
		t.Errorf("seed %d: %s", o.Seed, fault)
	}
	var unmet []string
	for _, op := range r.ops {
		if r.succeeded[op.id] == 0 {
			unmet = append(unmet, op.id)
		}
	}
	t.Logf("%d requests to %d operations; never successful: %s", r.sent, len(r.ops), strings.Join(unmet, ", "))
}

// maxFaults ends a run: what is broken everywhere need not be said of every route.
const maxFaults = 30

// run is one exercise.
type run struct {
	server    http.Handler
	doc       document
	ops       []operation
	callers   []Caller
	requests  int
	maker     maker
	faults    []string
	sent      int
	succeeded map[string]int
}

func newRun(server http.Handler, text []byte, o Options) (*run, error) {
	doc, err := readDocument(text)
	if err != nil {
		return nil, err
	}
	r := &run{server: server, doc: doc, callers: o.Callers, requests: o.Requests, succeeded: map[string]int{}}
	if r.requests == 0 {
		r.requests = 40
	}
	r.maker = maker{doc: doc, rand: rand.New(rand.NewPCG(o.Seed, 0)), known: map[string][]string{}}
	for _, op := range doc.operations() {
		if !slices.Contains(o.Skip, op.id) {
			r.ops = append(r.ops, op)
		}
	}
	return r, nil
}

// all sends the requests in rounds, so that what one operation made is there for the others.
func (r *run) all() {
	nobody := Caller{Name: "nobody", Sign: func(*http.Request) {}}
	for _, op := range r.ops {
		if missing := op.undeclared(); missing != "" {
			r.fault(exchange{op: op}, "the path has %s, which is no parameter", missing)
		}
		if got := r.send(op, nobody, r.maker.request(op, valid)); op.secured && got.status != http.StatusUnauthorized {
			r.fault(got, "nobody gets %d, want 401", got.status)
		}
	}
	callers := r.callers
	if len(callers) == 0 {
		callers = []Caller{nobody}
	}
	for i := range r.requests {
		for _, op := range r.ops {
			if len(r.faults) >= maxFaults {
				return
			}
			how := valid
			if i%3 != 0 { // The first of three is as it should be.
				how = broken
			}
			r.send(op, callers[i%len(callers)], r.maker.request(op, how))
		}
	}
}

// exchange is a request with its answer.
type exchange struct {
	op     operation
	caller string
	sent   request
	status int
	header http.Header
	body   string
}

func (r *run) send(op operation, caller Caller, q request) exchange {
	w := httptest.NewRecorder()
	req := q.http()
	caller.Sign(req)
	x := exchange{op: op, caller: caller.Name, sent: q}
	if panicked := serve(r.server, w, req); panicked != nil {
		r.fault(x, "panic: %v", panicked)
		return x
	}
	r.sent++
	x.status, x.header, x.body = w.Code, w.Header(), w.Body.String()
	r.check(x)
	if x.status < 300 {
		r.succeeded[op.id]++
		r.maker.learn(x.body)
	}
	return x
}

func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (panicked any) {
	defer func() { panicked = recover() }()
	h.ServeHTTP(w, r)
	return nil
}

// check holds an answer against the document and the rules for every answer.
func (r *run) check(x exchange) {
	switch {
	case x.status >= 500:
		r.fault(x, "status %d: %s", x.status, cut(x.body))
	case x.status >= 400:
		r.checkProblem(x)
	case x.status >= 200 && x.status < 300:
		r.checkSuccess(x)
	}
	if x.header.Get("X-Content-Type-Options") != "nosniff" || x.header.Get("X-Request-Id") == "" {
		r.fault(x, "the headers of every answer are missing: %v", x.header)
	}
}

func (r *run) checkProblem(x exchange) {
	media := mediaType(x.header)
	if media != "application/problem+json" {
		r.fault(x, "%d is %s, want application/problem+json: %s", x.status, media, cut(x.body))
		return
	}
	value, err := decode(x.body)
	if err == nil {
		err = r.doc.check(x.op.answer(x.status, media), value, "")
	}
	if err != nil {
		r.fault(x, "%d: %v: %s", x.status, err, cut(x.body))
		return
	}
	if x.status == http.StatusTooManyRequests && x.header.Get("Retry-After") == "" {
		r.fault(x, "429 without Retry-After")
	}
	if value.(map[string]any)["code"] == "request.rate_limited" {
		r.fault(x, "the limits of the server are on")
	}
	if fields := value.(map[string]any); fields["request_id"] != x.header.Get("X-Request-Id") || fields["code"] == "" {
		r.fault(x, "%d: no code, or the request id is not that of the header: %s", x.status, cut(x.body))
	}
	if strings.Contains(x.body, canary) {
		r.fault(x, "%d repeats the value that was sent: %s", x.status, cut(x.body))
	}
}

func (r *run) checkSuccess(x exchange) {
	declared := x.op.responses[fmt.Sprint(x.status)]
	if declared == nil {
		r.fault(x, "status %d is not declared", x.status)
		return
	}
	media := mediaType(x.header)
	if len(declared) == 0 {
		if x.body != "" {
			r.fault(x, "%d has a body, none is declared: %s", x.status, cut(x.body))
		}
		return
	}
	schema, ok := declared[media]
	if !ok {
		r.fault(x, "%d is %q, declared is %s", x.status, media, strings.Join(slices.Sorted(maps.Keys(declared)), ", "))
		return
	}
	if media != "application/json" {
		return
	}
	value, err := decode(x.body)
	if err == nil {
		err = r.doc.check(schema, value, "")
	}
	if err != nil {
		r.fault(x, "%d: %v: %s", x.status, err, cut(x.body))
	}
}

func (r *run) fault(x exchange, format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf("%s as %s: %s\n\trequest: %s %s %s",
		x.op.id, x.caller, fmt.Sprintf(format, args...), x.sent.method, x.sent.path, cut(x.sent.body)))
}

func cut(text string) string {
	if len(text) > 400 {
		text = text[:400] + "…"
	}
	return fmt.Sprintf("%q", text)
}

func mediaType(h http.Header) string {
	media, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return media
}
