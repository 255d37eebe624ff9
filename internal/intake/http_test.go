package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime/multipart"
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

// api is the HTTP face of imports; the header Caller chooses who calls.
type api struct {
	house
	server *web.Server
}

func serve(t testing.TB, d *db.DB) *api {
	t.Helper()
	a := &api{house: open(t, d)}
	may := map[access.Permission]bool{access.ImportsRun: true}
	callers := map[string]access.Caller{
		"owner":   {StaffID: 7, Permissions: may, Scope: access.Scope{All: true}, Touchpoint: "console"},
		"manager": {StaffID: 8, Permissions: may, Scope: access.Scope{Shops: []int64{12}}, Touchpoint: "console"},
		"clerk":   {StaffID: 9, Permissions: map[access.Permission]bool{}, Touchpoint: "console"},
	}
	a.server = web.New(web.Config{
		DB: d, Log: slog.New(slog.DiscardHandler), Limits: web.Limits{KeyPerMinute: -1, SessionPerMinute: -1, AnonymousPerMinute: -1},
		Authenticate: func(r *http.Request) (access.Caller, error) { return callers[r.Header.Get("Caller")], nil },
	})
	a.Routes(a.server)
	return a
}

func (a *api) send(caller, method, path, mediaType, content string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(content))
	r.Header.Set("Caller", caller)
	if content != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	w := httptest.NewRecorder()
	a.server.Handler().ServeHTTP(w, r)
	return w
}

// call sends JSON and reads the answer into T.
func call[T any](t testing.TB, a *api, caller, method, path, content string, want int) (got T) {
	t.Helper()
	return read[T](t, a.send(caller, method, path, "application/json", content), want)
}

func read[T any](t testing.TB, w *httptest.ResponseRecorder, want int) (got T) {
	t.Helper()
	if w.Code != want {
		t.Fatalf("got %d %s, want %d", w.Code, w.Body, want)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return got
}

func (a *api) upload(t testing.TB, caller, kind, name, content string) *httptest.ResponseRecorder {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if err := form.WriteField("kind", kind); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return a.send(caller, http.MethodPost, "/v1/imports", form.FormDataContentType(), b.String())
}

// problem is an error as the API tells it.
type refusal struct {
	Code   string `json:"code"`
	Errors []struct{ Path, Code string }
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	text := sampleOrders(60) + "X1,never,A,a,1,1,1,,,一店\n"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		if got := read[refusal](t, a.upload(t, "clerk", "orders", "till.csv", text), 403); got.Code != "access.denied" {
			t.Errorf("a clerk: got %s", got.Code)
		}
		for name, want := range map[string]string{"till.exe": "file.kind", "till.csv": "file.empty"} {
			if got := read[refusal](t, a.upload(t, "owner", "orders", name, ""), 400); got.Code != want {
				t.Errorf("%s without content: got %s, want %s", name, got.Code, want)
			}
		}
		if got := read[refusal](t, a.upload(t, "owner", "gifts", "till.csv", text), 400); got.Code != "import.invalid" && got.Code != "request.invalid" {
			t.Errorf("no such kind: got %s", got.Code)
		}

		i := read[importBody](t, a.upload(t, "owner", "orders", "till.csv", text), 201)
		if i.State != Uploaded || i.Preset != generic || described(i.Mapping) != "order_no paid_at sku product_name quantity unit_price line_paid phone customer_name shop_name clerk" {
			t.Errorf("uploaded: got %s, %s, %s", i.State, i.Preset, described(i.Mapping))
		}
		path := "/v1/imports/" + i.ID.String()
		call[refusal](t, a, "manager", "GET", path, "", 404)
		p := call[Preview](t, a, "owner", "GET", path+"/preview", "", 200)
		if len(p.Rows) != previewRows || len(p.Items) == 0 || p.Items[0].Kind != "order" || p.Items[0].Number != "N00000" {
			t.Errorf("preview: got %d rows, %+v", len(p.Rows), p.Items)
		}
		if second := p.Items[1]; len(second.Persons) != 1 || second.Persons[0] != "139****0001" || second.Name != "顾**" || second.AmountFen != 4800 {
			t.Errorf("preview: got %+v, want a masked customer and 4800", second)
		}

		bad := `{"mapping":{"columns":[` + strings.TrimSuffix(strings.Repeat(`{"header":"","field":""},`, 11), ",") + `],"options":{"source":"till"}}}`
		if got := call[refusal](t, a, "owner", "PUT", path+"/mapping", bad, 400); got.Code != "mapping.invalid" || len(got.Errors) != 3 {
			t.Errorf("empty mapping: got %+v", got)
		}
		i.Mapping.Options.Source = "till"
		good, err := json.Marshal(Change{Mapping: &i.Mapping})
		if err != nil {
			t.Fatal(err)
		}
		if got := call[importBody](t, a, "owner", "PUT", path+"/mapping", string(good), 200); got.Mapping.Options.Source != "till" || got.Version != 2 {
			t.Errorf("mapping: got %+v", got.Import)
		}

		call[importBody](t, a, "owner", "POST", path+"/run", `{"dry_run":true}`, 202)
		call[refusal](t, a, "owner", "POST", path+"/run", `{}`, 409)
		a.drain(t)
		dry := call[importBody](t, a, "owner", "GET", path, "", 200)
		if dry.State != Previewed || !dry.DryRun || dry.Counts.Orders != 55 || dry.Counts.Errors != 1 || sizes(digest(t, d)) != nothing {
			t.Errorf("dry run: got %s, %+v, and wrote %s", dry.State, dry.Counts, sizes(digest(t, d)))
		}
		call[importBody](t, a, "owner", "POST", path+"/run", `{}`, 202)
		a.drain(t)
		done := call[importBody](t, a, "owner", "GET", path, "", 200)
		if done.State != Done || done.Counts != dry.Counts || done.CreatedBy.Int64() != 7 {
			t.Errorf("run: got %s, %+v; the dry run said %+v", done.State, done.Counts, dry.Counts)
		}
		call[refusal](t, a, "owner", "POST", path+"/run", `{}`, 409)
		call[refusal](t, a, "owner", "POST", path+"/cancel", "", 409)

		faults := call[struct {
			Items []Fault
			Total int64
		}](t, a, "owner", "GET", path+"/errors", "", 200)
		line := strings.Count(text, "\n")
		if len(faults.Items) != 1 || faults.Items[0].Line != line || faults.Items[0].Field != "paid_at" || faults.Items[0].Code != "date.invalid" || faults.Total != 1 {
			t.Errorf("errors: got %+v, want line %d", faults, line)
		}
		csv := a.send("owner", "GET", path+"/errors.csv", "", "")
		if want := fmt.Sprintf("\uFEFFline,field,code,message\n%d,paid_at,date.invalid,this is not a date\n", line); csv.Code != 200 || csv.Body.String() != want {
			t.Errorf("errors.csv: got %d %q, want %q", csv.Code, csv.Body, want)
		}

		again := read[importBody](t, a.upload(t, "owner", "orders", "again.csv", text), 201)
		if again.SameFile != i.ID {
			t.Errorf("the same file: got %v, want %v", again.SameFile, i.ID)
		}
		if list := call[web.List[Import]](t, a, "owner", "GET", "/v1/imports?limit=1", "", 200); len(list.Items) != 1 || list.NextCursor == "" || list.Items[0].ID != again.ID {
			t.Errorf("list: got %+v", list)
		}
		if list := call[web.List[Import]](t, a, "manager", "GET", "/v1/imports", "", 200); len(list.Items) != 0 {
			t.Errorf("list of another: got %+v", list)
		}
		call[importBody](t, a, "owner", "POST", path+"/undo", "", 202)
		a.drain(t)
		if got := call[importBody](t, a, "owner", "GET", path, "", 200); got.State != Undone || sizes(digest(t, d)) != nothing {
			t.Errorf("undo: got %s, %s", got.State, sizes(digest(t, d)))
		}
		fields := call[struct{ Fields []FieldInfo }](t, a, "owner", "GET", "/v1/import-fields?kind=customers", "", 200)
		if len(fields.Fields) == 0 || fields.Fields[0].Field != Phone {
			t.Errorf("fields: got %+v", fields)
		}
	})
}

func (a *api) drain(t testing.TB) {
	t.Helper()
	if err := a.Jobs.Drain(context.Background()); err != nil {
		t.Fatalf("jobs: %v", err)
	}
}

// Whoever sees some shops brings nothing into others, and opens none.
func TestRoutes_keep_to_the_shops_of_the_caller(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	a := serve(t, d)
	i := read[importBody](t, a.upload(t, "manager", "orders", "till.csv", "订单号,付款时间,货号,数量,单价,门店\n1,2026-01-02,A,1,1,一店\n"), 201)
	path := "/v1/imports/" + i.ID.String()
	call[importBody](t, a, "manager", "POST", path+"/run", `{}`, 202)
	a.drain(t)
	got := call[importBody](t, a, "manager", "GET", path, "", 200)
	faults := call[web.List[Fault]](t, a, "manager", "GET", path+"/errors", "", 200)
	if got.Counts.Orders != 0 || len(faults.Items) != 1 || faults.Items[0].Code != "shop.unknown" {
		t.Errorf("got %+v, %+v; want shop.unknown", got.Counts, faults)
	}
}

// Every route answers as its description says, whatever is sent to it.
func TestRoutes_bear_anything(t *testing.T) {
	t.Parallel()
	a := serve(t, dbtest.Open(t, db.SQLite))
	doc, err := a.server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	read[importBody](t, a.upload(t, "owner", "orders", "till.csv", sampleOrders(30)), 201)
	webtest.Exercise(t, a.server.Handler(), doc, webtest.Options{Seed: 1, Requests: 25, Callers: []webtest.Caller{
		{Name: "owner", Sign: func(r *http.Request) { r.Header.Set("Caller", "owner") }},
		{Name: "clerk", Sign: func(r *http.Request) { r.Header.Set("Caller", "clerk") }},
	}})
}
