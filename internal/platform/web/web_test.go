package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

type thingKind struct{}

func (thingKind) Prefix() string { return "thg" }

type thingID = id.ID[thingKind]

type thing struct {
	ID        thingID `json:"id"`
	Name      string  `json:"name"`
	AmountFen int64   `json:"amount_fen"`
	Version   int64   `json:"version"`
	Parts     []part  `json:"parts"`
	On        cal.Day `json:"on,omitzero"`
}

type part struct {
	SKU  string   `json:"sku" maxLength:"40"`
	Tags []string `json:"tags"`
}

type createInput struct {
	Body struct {
		Name      string  `json:"name" minLength:"1" maxLength:"50"`
		AmountFen int64   `json:"amount_fen" minimum:"0" maximum:"1000000"`
		Kind      string  `json:"kind,omitempty" enum:"a,b"`
		On        cal.Day `json:"on,omitzero"`
		Parts     []struct {
			SKU      string `json:"sku" maxLength:"40"`
			Quantity int64  `json:"quantity" minimum:"1"`
		} `json:"parts,omitempty" maxItems:"100"`
	}
}

type thingOutput struct {
	ETag string `header:"ETag"`
	Body thing
}

// shop is a server with a few routes over a table of things.
type shop struct {
	*Server
	db   *db.DB
	http *httptest.Server
	log  *logBuffer
	// inside is called in the transaction of createThing.
	inside func(ctx context.Context, tx *db.Tx) error
}

// logBuffer collects the log of a server.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Callers of the tests, by the word behind Bearer or in the cookie.
var callers = map[string]access.Caller{
	"clerk": {StaffID: 7, Name: "李", Permissions: map[access.Permission]bool{access.OrdersRead: true, access.OrdersWrite: true}},
	"other": {StaffID: 8, Permissions: map[access.Permission]bool{access.OrdersRead: true, access.OrdersWrite: true}},
	"till":  {KeyID: 9, Permissions: map[access.Permission]bool{access.OrdersWrite: true, access.MetricsRead: true}},
}

func authenticate(r *http.Request) (access.Caller, error) {
	word := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if c, err := r.Cookie(SessionCookie); err == nil {
		word = c.Value
	}
	if word == "" {
		return access.Caller{}, nil
	}
	c, ok := callers[word]
	if !ok {
		return access.Caller{}, errs.New(errs.Unauthenticated, "access.bad_credential", "this credential is not valid")
	}
	return c, nil
}

// open starts a shop on a database; change may alter its configuration.
func open(t *testing.T, d *db.DB, change func(*Config)) *shop {
	t.Helper()
	s := &shop{db: d, log: &logBuffer{}, inside: func(context.Context, *db.Tx) error { return nil }}
	c := Config{DB: d, Authenticate: authenticate, Version: "1.2.3-test",
		Log: slog.New(slog.NewJSONHandler(s.log, nil)), Limits: Limits{AnonymousPerMinute: -1, SessionPerMinute: -1, KeyPerMinute: -1}}
	if change != nil {
		change(&c)
	}
	s.Server = New(c)
	s.routes()
	s.http = httptest.NewServer(s.Handler())
	t.Cleanup(s.http.Close)
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `create table if not exists things (id bigint primary key, name text not null, amount_fen bigint not null, version bigint not null)`)
		return err
	})
	if err != nil {
		t.Fatalf("create table: %v", err)
	}
	return s
}

func (s *shop) routes() {
	Write(s.Server, Op{Method: "POST", Path: "/v1/things", ID: "createThing", Summary: "Create a thing", Tag: "things",
		Permission: access.OrdersWrite, Status: 201, MaxBody: 4096}, s.create)
	Write(s.Server, Op{Method: "POST", Path: "/v1/things/{id}/refund", ID: "refundThing", Permission: access.OrdersWrite, KeyRequired: true},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID thingID `path:"id"`
		}) (*struct{}, error) {
			_, err := tx.Exec(ctx, "delete from things where id = $1", in.ID)
			return nil, err
		})
	Read(s.Server, Op{Method: "GET", Path: "/v1/things", ID: "listThings", Permission: access.OrdersRead}, s.list)
	Read(s.Server, Op{Method: "GET", Path: "/v1/things/{id}", ID: "getThing", Permission: access.OrdersRead}, s.get)
	Write(s.Server, Op{Method: "PATCH", Path: "/v1/things/{id}", ID: "changeThing", Permission: access.OrdersWrite}, s.change)
	Raw(s.Server, Op{Method: "POST", Path: "/v1/sign-in", ID: "signIn", Permission: access.Public, PerMinute: 3},
		func(context.Context, *struct{}) (*struct{ Body struct{} }, error) {
			return &struct{ Body struct{} }{}, nil
		})
	Raw(s.Server, Op{Method: "POST", Path: "/v1/uploads", ID: "upload", Permission: access.OrdersWrite, MaxBody: 64 << 10},
		func(_ context.Context, in *struct {
			RawBody huma.MultipartFormFiles[struct {
				File huma.FormFile `form:"file" required:"true"`
			}]
		}) (*struct{}, error) {
			return nil, nil
		})
	Raw(s.Server, Op{Method: "GET", Path: "/v1/broken/{how}", ID: "broken", Permission: access.Public}, s.broken)
	Raw(s.Server, Op{Method: "GET", Path: "/v1/export", ID: "export", Permission: access.OrdersRead, Produces: "text/csv, application/zip", OneAtATime: true},
		func(context.Context, *struct{}) (*huma.StreamResponse, error) {
			return &huma.StreamResponse{Body: func(c huma.Context) {
				c.SetHeader("Content-Type", "text/csv")
				for i := range 1000 {
					fmt.Fprintf(c.BodyWriter(), "%d,thing\n", i)
				}
			}}, nil
		})
	s.HandleFunc("GET /", access.Public, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html>")
	})
}

func (s *shop) create(ctx context.Context, tx *db.Tx, in *createInput) (*thingOutput, error) {
	b := in.Body
	if b.Name == "refuse" {
		return nil, errs.New(errs.Conflict, "thing.refused", "the shop is closed")
	}
	one := thing{ID: id.Of[thingKind](tx.NewID()), Name: b.Name, AmountFen: b.AmountFen, Version: 1, On: b.On}
	for _, p := range b.Parts {
		one.Parts = append(one.Parts, part{SKU: p.SKU})
	}
	_, err := tx.Exec(ctx, "insert into things (id, name, amount_fen, version) values ($1, $2, $3, $4)", one.ID, one.Name, one.AmountFen, 1)
	if err != nil {
		return nil, fmt.Errorf("insert thing: %w", err)
	}
	if err := s.inside(ctx, tx); err != nil {
		return nil, err
	}
	return &thingOutput{ETag: ETag(1), Body: one}, nil
}

func scanThing(scan db.Scan) (one thing, err error) {
	return one, scan(&one.ID, &one.Name, &one.AmountFen, &one.Version)
}

func (s *shop) list(ctx context.Context, tx *db.Tx, in *struct{ Page }) (*struct{ Body List[thing] }, error) {
	after, err := DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	var from int64
	if after != nil {
		from = after[0]
	}
	var out struct{ Body List[thing] }
	out.Body.Items, err = db.All(ctx, tx, scanThing, "select id, name, amount_fen, version from things where id > $1 order by id limit $2", from, in.Limit)
	if n := len(out.Body.Items); n == in.Limit {
		out.Body.NextCursor = EncodeCursor(out.Body.Items[n-1].ID.Int64())
	}
	return &out, err
}

type getInput struct {
	ID thingID `path:"id"`
}

func (s *shop) get(ctx context.Context, tx *db.Tx, in *getInput) (*thingOutput, error) {
	one, err := scanThing(tx.QueryRow(ctx, "select id, name, amount_fen, version from things where id = $1", in.ID).Scan)
	if db.NoRows(err) {
		return nil, errs.New(errs.NotFound, "thing.not_found", "there is no such thing")
	}
	return &thingOutput{ETag: ETag(one.Version), Body: one}, err
}

func (s *shop) change(ctx context.Context, tx *db.Tx, in *struct {
	ID      thingID `path:"id"`
	IfMatch string  `header:"If-Match"`
	Body    struct {
		Name string `json:"name" minLength:"1"`
	}
}) (*thingOutput, error) {
	out, err := s.get(ctx, tx, &getInput{in.ID})
	if err != nil {
		return nil, err
	}
	if err := CheckIfMatch(in.IfMatch, out.Body.Version); err != nil {
		return nil, err
	}
	out.Body.Name, out.Body.Version = in.Body.Name, out.Body.Version+1
	_, err = tx.Exec(ctx, "update things set name = $1, version = $2 where id = $3", out.Body.Name, out.Body.Version, in.ID)
	out.ETag = ETag(out.Body.Version)
	return out, err
}

func (s *shop) broken(ctx context.Context, in *struct {
	How string `path:"how"`
}) (*struct{ Body struct{ A any } }, error) {
	switch in.How {
	case "panic":
		panic("customer 张三 " + canary)
	case "error":
		return nil, fmt.Errorf("insert customer %q: phone %s taken", canary, canary)
	case "internal":
		return nil, errs.New(errs.Internal, "thing.internal", "secret %s", canary)
	case "busy":
		return nil, errs.New(errs.Unavailable, "thing.busy", "come back later")
	case "encode":
		return &struct{ Body struct{ A any } }{Body: struct{ A any }{A: func() {}}}, nil
	case "slow":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return nil, errs.New(errs.NotFound, "thing.not_found", "no such fault")
}

// canary is a value that must never be repeated.
const canary = "13812345678"

// reply is an answer with its body read.
type reply struct {
	*http.Response
	body string
}

// call sends a request as one of the callers ("" is nobody). Headers are "Name: value".
func (s *shop) call(t *testing.T, who, method, path, body string, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.http.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: read body: %v", method, path, err)
	}
	return reply{resp, string(b)}
}

// problem checks that the reply is a problem with the status and code, and returns it.
func (r reply) problem(t *testing.T, status int, code string) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal([]byte(r.body), &p); err != nil {
		t.Fatalf("answer %d is no problem: %v: %s", r.StatusCode, err, r.body)
	}
	if r.StatusCode != status || p.Status != status || p.Code != code {
		t.Errorf("got %d %s, want %d %s: %s", r.StatusCode, p.Code, status, code, r.body)
	}
	if got, want := r.Header.Get("Content-Type"), "application/problem+json"; got != want {
		t.Errorf("Content-Type: got %q, want %q", got, want)
	}
	if p.RequestID == "" || p.RequestID != r.Header.Get("X-Request-Id") {
		t.Errorf("request_id: got %q, want that of the header, %q", p.RequestID, r.Header.Get("X-Request-Id"))
	}
	if p.Type == "" || p.Title == "" || p.Detail == "" {
		t.Errorf("type, title or detail is missing: %s", r.body)
	}
	return p
}

// count returns the number of things.
func (s *shop) count(t *testing.T) (n int64) {
	t.Helper()
	err := s.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, "select count(*) from things").Scan(&n)
	})
	if err != nil {
		t.Fatalf("count things: %v", err)
	}
	return n
}
