package webtest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

const small = `{"openapi":"3.1.0","paths":{
	"/v1/things":{"post":{"operationId":"createThing","security":[{"key":[]}],
		"parameters":[{"name":"limit","in":"query","schema":{"type":"integer","minimum":1,"maximum":9}}],
		"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}}}},
		"responses":{"201":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}}}},
			"default":{"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}}}}},
	"components":{"schemas":{
		"Thing":{"type":"object","additionalProperties":false,"required":["id","tags"],"properties":{
			"id":{"type":"string","examples":["thg_0000000000001"]},
			"tags":{"type":"array","items":{"type":"string","maxLength":20}},
			"at":{"type":"string","format":"date-time"},
			"n":{"type":["integer","null"],"maximum":5},
			"kind":{"type":"string","enum":["a","b"]}}},
		"Problem":{"type":"object","required":["code","request_id"],"properties":{"code":{"type":"string"},"request_id":{"type":"string"}}}}}}`

// answer answers nobody with 401 and others as told.
func answer(status int, media, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			status, media, body := 401, "application/problem+json", `{"code":"c","request_id":"r"}`
			write3(w, status, media, body)
			return
		}
		write3(w, status, media, body)
	}
}

func write3(w http.ResponseWriter, status int, media, body string) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("X-Request-Id", "r")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func TestExercise_finds(t *testing.T) {
	t.Parallel()
	const problem = "application/problem+json"
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		want    string // "" is no fault
	}{
		{"nothing wrong", answer(201, "application/json", `{"id":"x","tags":[],"at":"2026-01-02T03:04:05Z","n":null,"kind":"a"}`), ""},
		{"a proper refusal", answer(400, problem, `{"code":"c","request_id":"r"}`), ""},
		{"a fault of the server", answer(500, problem, `{"code":"c","request_id":"r"}`), "status 500"},
		{"a panic", func(http.ResponseWriter, *http.Request) { panic("boom") }, "panic: boom"},
		{"an error that is no problem", answer(404, "text/plain", "404 page not found"), "want application/problem+json"},
		{"a problem without code", answer(400, problem, `{"request_id":"r"}`), ".code: is missing"},
		{"a problem of another request", answer(400, problem, `{"code":"c","request_id":"other"}`), "request id"},
		{"a value repeated", answer(400, problem, `{"code":"c","request_id":"r","detail":"`+canary+`"}`), "repeats the value"},
		{"limits that are on", answer(429, problem, `{"code":"request.rate_limited","request_id":"r"}`), "limits of the server are on"},
		{"a refusal for a while", answer(429, problem, `{"code":"session.throttled","request_id":"r"}`), "429 without Retry-After"},
		{"a status not declared", answer(200, "application/json", `{}`), "status 200 is not declared"},
		{"a type not declared", answer(201, "text/html", `<p>`), `"text/html"`},
		{"null for a list", answer(201, "application/json", `{"id":"x","tags":null}`), ".tags: is <nil>, want array"},
		{"a field not declared", answer(201, "application/json", `{"id":"x","tags":[],"secret":1}`), ".secret: is not declared"},
		{"a field missing", answer(201, "application/json", `{"tags":[]}`), ".id: is missing"},
		{"an item too long", answer(201, "application/json", `{"id":"x","tags":["`+strings.Repeat("长", 21)+`"]}`), ".tags[0]: has 21 characters"},
		{"a time that is not UTC", answer(201, "application/json", `{"id":"x","tags":[],"at":"2026-01-02T03:04:05+08:00"}`), "not in UTC"},
		{"a fraction", answer(201, "application/json", `{"id":"x","tags":[],"n":1.5}`), ".n: is json.Number"},
		{"a number too large", answer(201, "application/json", `{"id":"x","tags":[],"n":6}`), ".n: 6 is out of range"},
		{"a word of no enum", answer(201, "application/json", `{"id":"x","tags":[],"kind":"c"}`), ".kind: c is none of"},
		{"half an answer", answer(201, "application/json", `{"id":`), "not JSON"},
		{"an open door", func(w http.ResponseWriter, _ *http.Request) {
			write3(w, 201, "application/json", `{"id":"x","tags":[]}`)
		}, "nobody gets 201, want 401"},
		{"bare headers", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(201)
			_, _ = io.WriteString(w, `{"id":"x","tags":[]}`)
		}, "headers of every answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := newRun(c.handler, []byte(small), Options{Requests: 3, Callers: []Caller{
				{"key", func(r *http.Request) { r.Header.Set("Authorization", "Bearer k") }}}})
			if err != nil {
				t.Fatal(err)
			}
			r.all()
			got := strings.Join(r.faults, "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("faults: got %q, want %q", got, c.want)
			}
		})
	}
}

func TestExercise_finds_an_undeclared_parameter(t *testing.T) {
	t.Parallel()
	doc := strings.Replace(small, "/v1/things", "/v1/things/{id}", 1)
	r, err := newRun(answer(400, "application/problem+json", `{"code":"c","request_id":"r"}`), []byte(doc), Options{Requests: 1})
	if err != nil {
		t.Fatal(err)
	}
	r.all()
	if got := strings.Join(r.faults, "\n"); !strings.Contains(got, "the path has {id}") {
		t.Errorf("faults: got %q", got)
	}
}

// The requests of a seed are always the same, some as the document says and some not, and those who
// answer identifiers get them back.
func TestExercise_requests(t *testing.T) {
	t.Parallel()
	record := func(seed uint64) (sent []string) {
		h := func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			sent = append(sent, fmt.Sprintf("%s %s %s", r.Method, r.URL, body))
			answer(201, "application/json", `{"id":"thg_0000000000ABC","tags":[]}`)(w, r)
		}
		r, err := newRun(http.HandlerFunc(h), []byte(small), Options{Seed: seed, Callers: []Caller{
			{"key", func(r *http.Request) { r.Header.Set("Authorization", "Bearer k") }}}})
		if err != nil {
			t.Fatal(err)
		}
		r.all()
		return sent
	}
	first, second := record(7), record(7)
	if strings.Join(first, "\n") != strings.Join(second, "\n") {
		t.Error("the same seed made other requests")
	}
	if strings.Join(first, "\n") == strings.Join(record(8), "\n") {
		t.Error("another seed made the same requests")
	}
	doc, err := readDocument([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	fit, known := 0, 0
	for _, s := range first {
		body := strings.SplitN(s, " ", 3)[2]
		if v, err := decode(body); err == nil && doc.check(schema{"$ref": "#/components/schemas/Thing"}, v, "") == nil {
			fit++
		}
		if strings.Contains(body, "thg_0000000000ABC") {
			known++
		}
	}
	if fit < len(first)/4 || fit > len(first)*3/4 {
		t.Errorf("requests that fit: got %d of %d", fit, len(first))
	}
	if known == 0 {
		t.Error("no identifier that was met is sent again")
	}
}
