package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func TestProblem_fields(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	long := strings.Repeat("x", 51)
	for _, c := range []struct {
		name, method, path, body string
		want                     []string // path and code
	}{
		{"required", "POST", "/v1/things", `{"amount_fen":1}`, []string{"name required"}},
		{"all at once", "POST", "/v1/things", `{"name":"","amount_fen":-1,"kind":"z"}`, []string{"amount_fen min", "kind enum", "name min_length"}},
		{"unknown", "POST", "/v1/things", `{"name":"a","amount_fen":1,"colour":"red"}`, []string{"colour unknown"}},
		{"unknown by case", "POST", "/v1/things", `{"name":"a","amount_fen":1,"AMOUNT_FEN":-5}`, []string{"AMOUNT_FEN unknown"}},
		{"unknown, a number", "POST", "/v1/things", `{"name":"a","amount_fen":1,"` + canary + `":1}`, []string{"* unknown"}},
		{"too long", "POST", "/v1/things", `{"name":"` + long + `","amount_fen":1}`, []string{"name max_length"}},
		{"too much", "POST", "/v1/things", `{"name":"a","amount_fen":1000001}`, []string{"amount_fen max"}},
		{"wrong type", "POST", "/v1/things", `{"name":7,"amount_fen":"` + canary + `"}`, []string{"amount_fen type", "name type"}},
		{"null", "POST", "/v1/things", `{"name":null,"amount_fen":1}`, []string{"name type"}},
		{"fraction", "POST", "/v1/things", `{"name":"a","amount_fen":1.5}`, []string{"amount_fen type"}},
		{"exponent", "POST", "/v1/things", `{"name":"a","amount_fen":1e3}`, []string{"amount_fen type"}},
		{"in a list", "POST", "/v1/things", `{"name":"a","amount_fen":1,"parts":[{"sku":"s","quantity":1},{"sku":"s","quantity":0}]}`, []string{"parts[1].quantity min"}},
		{"day", "POST", "/v1/things", `{"name":"a","amount_fen":1,"on":"2026-13-01"}`, []string{"on format"}},
		{"not JSON", "POST", "/v1/things", `{"name":"` + canary, []string{" json"}},
		{"two values", "POST", "/v1/things", `{"name":"a","amount_fen":1}{}`, []string{" json"}},
		{"twice", "POST", "/v1/things", `{"name":"a","amount_fen":1,"amount_fen":-1}`, []string{" duplicate"}},
		{"twice, escaped", "POST", "/v1/things", `{"name":"a:","amount_fen":1,"\u006eame":"b\":"}`, []string{" duplicate"}},
		{"NUL", "POST", "/v1/things", `{"name":"a\u0000","amount_fen":1}`, []string{" text"}},
		{"not UTF-8", "POST", "/v1/things", "{\"name\":\"a\xff\",\"amount_fen\":1}", []string{" text"}},
		{"too deep", "POST", "/v1/things", `{"name":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, []string{" depth"}},
		{"array", "POST", "/v1/things", `[]`, []string{" type"}},
		{"unknown parameter", "GET", "/v1/things?colour=red", "", []string{"query.colour unknown"}},
		{"parameter type", "GET", "/v1/things?limit=many", "", []string{"query.limit type"}},
		{"parameter range", "GET", "/v1/things?limit=201", "", []string{"query.limit max"}},
		{"identifier", "GET", "/v1/things/ord_0000000000001", "", []string{"path.id format"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.call(t, "clerk", c.method, c.path, c.body)
			var got []string
			for _, f := range r.problem(t, 400, "request.invalid").Errors {
				got = append(got, f.Path+" "+f.Code)
				if f.Message == "" {
					t.Errorf("%s has no message", f.Path)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if strings.Contains(r.body, canary) || strings.Contains(s.log.String(), canary) {
				t.Errorf("the value is repeated: %s", r.body)
			}
		})
	}
}

func TestProblem(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), func(c *Config) { c.Limits.Timeout = time.Second })
	big := `{"name":"a","amount_fen":1,"kind":"` + strings.Repeat("b", 5000) + `"}`
	for _, c := range []struct {
		name, who, method, path, body string
		header                        string
		status                        int
		code                          string
		has                           string // has is a header the answer must bear
	}{
		{"no route", "clerk", "GET", "/v1/" + canary, "", "", 404, "request.no_route", ""},
		{"no route, but a page there", "clerk", "GET", "/v1/", "", "", 404, "request.no_route", ""},
		{"method", "clerk", "PUT", "/v1/things", "{}", "", 405, "request.method", "Allow"},
		{"trace", "clerk", "TRACE", "/v1/things", "", "", 405, "request.method", "Allow"},
		{"nobody", "", "GET", "/v1/things", "", "", 401, "access.unauthenticated", "WWW-Authenticate"},
		{"wrong credential", "thief", "GET", "/v1/things", "", "", 401, "access.bad_credential", "WWW-Authenticate"},
		{"no permission", "till", "GET", "/v1/things", "", "", 403, "access.denied", ""},
		{"not found", "clerk", "GET", "/v1/things/thg_0000000000001", "", "", 404, "thing.not_found", ""},
		{"no body", "clerk", "POST", "/v1/things", "", "", 400, "request.body_required", ""},
		{"too large", "clerk", "POST", "/v1/things", big, "", 413, "request.too_large", ""},
		{"too large with key", "clerk", "POST", "/v1/things", big, "Idempotency-Key: big", 413, "request.too_large", ""},
		{"form", "clerk", "POST", "/v1/things", "name=a", "Content-Type: application/x-www-form-urlencoded", 415, "request.media_type", ""},
		{"text", "clerk", "POST", "/v1/things", boots, "Content-Type: text/plain", 415, "request.media_type", ""},
		{"NUL in path", "clerk", "GET", "/v1/things/%00", "", "", 400, "request.text", ""},
		{"not UTF-8 in query", "clerk", "GET", "/v1/things?cursor=%ff", "", "", 400, "request.text", ""},
		{"bad escape in query", "clerk", "GET", "/v1/things?cursor=%zz", "", "", 400, "request.text", ""},
		{"cursor", "clerk", "GET", "/v1/things?cursor=abc", "", "", 400, "cursor.invalid", ""},
		{"busy", "", "GET", "/v1/broken/busy", "", "", 503, "thing.busy", "Retry-After"},
		{"slow", "", "GET", "/v1/broken/slow", "", "", 503, "request.timeout", "Retry-After"},
		{"panic", "", "GET", "/v1/broken/panic", "", "", 500, "internal", ""},
		{"error", "", "GET", "/v1/broken/error", "", "", 500, "internal", ""},
		{"internal", "", "GET", "/v1/broken/internal", "", "", 500, "internal", ""},
		{"cannot be encoded", "", "GET", "/v1/broken/encode", "", "", 500, "internal", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var headers []string
			if c.header != "" {
				headers = []string{c.header}
			}
			r := s.call(t, c.who, c.method, c.path, c.body, headers...)
			p := r.problem(t, c.status, c.code)
			if c.has != "" && r.Header.Get(c.has) == "" {
				t.Errorf("no header %s", c.has)
			}
			log := s.log.String()
			if strings.Contains(r.body, canary) || strings.Contains(log, canary) || strings.Contains(log, "张三") {
				t.Errorf("a value is repeated in the answer or the log: %s\n%s", r.body, log)
			}
			lines := strings.Count(log, p.RequestID)
			if want := 1; c.status != 500 && lines != want {
				t.Errorf("lines in the log: got %d, want %d", lines, want)
			}
			if want := 2; c.status == 500 && lines != want { // The fault and the access.
				t.Errorf("lines in the log: got %d, want %d", lines, want)
			}
		})
	}
}

func TestProblem_without_content_length(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.http.URL+"/v1/things",
		struct{ *strings.Reader }{strings.NewReader(`{"name":"` + strings.Repeat("a", 10<<20) + `"}`)})
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer clerk")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return // The server hung up before all was sent, which is right too.
	}
	defer resp.Body.Close()
	if resp.StatusCode != 413 {
		t.Errorf("10 MB body: got %d, want 413", resp.StatusCode)
	}
}

func TestProblem_upload_too_large(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Open(t, db.SQLite), nil)
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "orders.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, strings.Repeat("1,2,3\n", 20_000))
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	contentType := "Content-Type: " + form.FormDataContentType()
	s.call(t, "clerk", "POST", "/v1/uploads", b.String(), contentType).problem(t, 413, "request.too_large")
	s.call(t, "clerk", "POST", "/v1/uploads", "--x\r\nbroken", "Content-Type: multipart/form-data; boundary=x").problem(t, 400, "request.invalid")
}

func TestProblemOf_outside_of_a_request(t *testing.T) {
	t.Parallel()
	p := ProblemOf(t.Context(), errs.New(errs.Conflict, "order.exists_differs", "this order is known with other content"))
	if p.Status != 409 || p.Code != "order.exists_differs" || p.RequestID != "" {
		t.Errorf("got %+v", p)
	}
	if RequestID(t.Context()) != "" || ClientIP(t.Context()).IsValid() || Secure(t.Context()) {
		t.Error("there is no request")
	}
}

func TestStatusOf(t *testing.T) {
	t.Parallel()
	for kind := errs.Invalid; kind <= errs.Unavailable; kind++ {
		if statusOf[kind] == 0 {
			t.Errorf("kind %d has no status", kind)
		}
	}
}

func TestScrub(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`insert customer "张三": UNIQUE constraint failed: customers.id`: `insert customer …: UNIQUE constraint failed: customers.id`,
		`phone +86 138 1234 5678 taken`:                                `phone … taken`,
		`ERROR: duplicate key (phone)=(13812345678) exists`:            `ERROR: duplicate key … exists`,
		`mail to li@example.com bounced`:                               `mail to … bounced`,
		`顾客王芳 not found`:                                               `… not found`,
		`context deadline exceeded after 30 s`:                         `context deadline exceeded after 30 s`,
	} {
		if got := scrub(text); got != want {
			t.Errorf("scrub(%q): got %q, want %q", text, got, want)
		}
	}
}

func TestRetryAfter_rounds_up(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{time.Millisecond: "1", time.Second: "1", 1100 * time.Millisecond: "2"} {
		var got string
		(&Problem{Status: 429, retryAfter: wait}).header(func(name, value string) { got = value })
		if got != want {
			t.Errorf("%v: got %q, want %q", wait, got, want)
		}
		if n, err := strconv.Atoi(got); err != nil || n < 1 {
			t.Errorf("%v: %q is no number of seconds", wait, got)
		}
	}
}
