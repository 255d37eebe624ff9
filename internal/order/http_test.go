package order_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/platform/web/webtest"
)

// api is the HTTP face with the routes of goods and orders; the header Caller chooses who calls.
type api struct {
	*house
	server *web.Server
}

func serve(t testing.TB, d *db.DB) *api {
	t.Helper()
	a := &api{house: setup(t, d)}
	callers := map[string]access.Caller{
		"clerk1": access.From(clerk(a.shops[0])), "clerk2": access.From(clerk(a.shops[1])), "owner": access.From(program()),
	}
	key := access.From(clerk(a.shops...))
	key.StaffID, key.KeyID = 0, 9
	callers["key"] = key
	a.server = web.New(web.Config{
		DB: d, Log: slog.New(slog.DiscardHandler), Limits: web.Limits{KeyPerMinute: -1, SessionPerMinute: -1, AnonymousPerMinute: -1},
		Authenticate: func(r *http.Request) (access.Caller, error) { return callers[r.Header.Get("Caller")], nil },
	})
	a.Routes(a.server)
	a.Catalog.Routes(a.server)
	return a
}

// body is JSON of an answer.
type body = map[string]any

func (a *api) call(caller, method, path, content string, want int, headers ...string) body {
	a.t.Helper()
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(content))
	r.Header.Set("Caller", caller)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.server.Handler().ServeHTTP(w, r)
	if w.Code != want {
		a.t.Fatalf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, want)
	}
	var got body
	if err := json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(&got); err != nil {
		a.t.Fatalf("%s %s: %s is no JSON", method, path, w.Body)
	}
	return got
}

// at goes down an answer by names and places.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(body)[p]
		case int:
			v = v.([]any)[p]
		}
	}
	return v
}

const posted = `{"source":"till-1","order_no":"%s","shop_code":"S1","identities":[{"kind":"phone","value":"13800000001"}],"customer_name":"张三",
	"lines":[{"sku":"K1","name":"裙","quantity":2,"unit_price_fen":10000,"discount_fen":1000},{"sku":"K2","quantity":1,"unit_price_fen":5000,"paid_fen":5000}],
	"paid_fen":24000}`

func TestAPI_order(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		got := a.call("clerk1", "POST", "/v1/orders", fmt.Sprintf(posted, "A1"), 200)
		id, _ := at(got, "order", "id").(string)
		if got["unchanged"] != false || at(got, "order", "paid_fen") != 24000.0 || at(got, "order", "lines", 0, "paid_fen") != 19000.0 ||
			got["customer_id"] != at(got, "order", "customer_id") || !strings.HasPrefix(id, "ord_") {
			t.Errorf("answer = %v", got)
		}
		var told []any
		for _, f := range got["facts"].([]any) {
			told = append(told, at(f, "kind"))
		}
		if s := fmt.Sprint(told); !strings.Contains(s, "order.paid") || !strings.Contains(s, "customer.created") {
			t.Errorf("facts = %v", told)
		}
		again := a.call("clerk1", "POST", "/v1/orders", fmt.Sprintf(posted, "A1"), 200)
		if again["unchanged"] != true || at(again, "order", "id") != id || len(again["facts"].([]any)) != 0 {
			t.Errorf("again = %v", again)
		}
		other := a.call("clerk1", "POST", "/v1/orders", strings.Replace(fmt.Sprintf(posted, "A1"), `"quantity":1`, `"quantity":1,"name":"x"`, 1), 409)
		if other["code"] != "order.exists_differs" {
			t.Errorf("other content = %v", other)
		}
		bad := a.call("clerk1", "POST", "/v1/orders", `{"source":"","order_no":"","shop_code":"S1","lines":[{"sku":"K1","quantity":0},{"sku":"","quantity":1,"paid_fen":-1}]}`, 400)
		if faults := bad["errors"].([]any); len(faults) != 5 {
			t.Errorf("faults = %v, want all five", faults)
		}
		if got := a.call("clerk1", "GET", "/v1/orders/"+id, "", 200); at(got, "customer", "id") != at(got, "customer_id") || at(got, "lines", 1, "sku") != "K2" {
			t.Errorf("order = %v", got)
		}
		foreign := a.call("clerk2", "GET", "/v1/orders/"+id, "", 404)
		missing := a.call("clerk2", "GET", "/v1/orders/ord_0000000000001", "", 404)
		delete(foreign, "request_id")
		delete(missing, "request_id")
		if fmt.Sprint(foreign) != fmt.Sprint(missing) {
			t.Errorf("order of others: %v, no order: %v, want the same", foreign, missing)
		}
		refund := `{"source":"till-1","refund_no":"R1","order_no":"A1","reason_code":"size","lines":[{"sku":"K1","quantity":1}]}`
		a.call("clerk1", "POST", "/v1/refunds", refund, 400) // It needs a key.
		if got := a.call("clerk1", "POST", "/v1/refunds", refund, 200, "Idempotency-Key", "k1"); at(got, "refund", "amount_fen") != 9500.0 {
			t.Errorf("refund = %v", got)
		}
		if got := a.call("clerk1", "GET", "/v1/orders/"+id, "", 200); got["state"] != "partly_refunded" || at(got, "refunds", 0, "refund_no") != "R1" {
			t.Errorf("order with its refund = %v", got)
		}
		if got := a.call("clerk1", "GET", "/v1/refunds?state=applied", "", 200); len(got["items"].([]any)) != 1 {
			t.Errorf("refunds = %v", got)
		}
	})
}

func TestAPI_batch_one_bad_order_stops_no_other(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		items := []string{
			fmt.Sprintf(posted, "B1"), `{"source":"till-1"}`, `{"no":"such field"}`, `"text"`, strings.Replace(fmt.Sprintf(posted, "B1"), "裙", "裤", 1),
			fmt.Sprintf(posted, "B1"), fmt.Sprintf(posted, "B2"), strings.Replace(fmt.Sprintf(posted, "B3"), `"quantity":1`, `"quantity":1e400`, 1),
			strings.Replace(fmt.Sprintf(posted, "B4"), `"source"`, `"SOURCE"`, 1), strings.Replace(fmt.Sprintf(posted, "B5"), `{`, `{"version":0,`, 1),
		}
		got := a.call("key", "POST", "/v1/orders/batch", `{"orders":[`+strings.Join(items, ",")+`]}`, 200)
		var statuses []any
		for _, r := range got["results"].([]any) {
			statuses = append(statuses, at(r, "status"))
		}
		if want := "[200 400 400 400 409 200 200 400 400 400]"; fmt.Sprint(statuses) != want || got["recorded"] != 2.0 || got["unchanged"] != 1.0 || got["failed"] != 7.0 {
			t.Errorf("statuses = %v, answer %v, want %s", statuses, got, want)
		}
		if n := a.count("orders"); n != 2 {
			t.Errorf("%d orders, want 2", n)
		}
		a.call("key", "POST", "/v1/orders/batch", `{"orders":[],"history":false}`, 400)
		a.call("key", "POST", "/v1/orders/batch", `{"orders":[`+items[0]+`],"history":true}`, 403)
	})
}

func TestAPI_list(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		for i := range 7 {
			draft := sale(fmt.Sprint("L", i))
			draft.Lines = draft.Lines[:1+i%2]
			if i%3 == 0 {
				draft.Identities = nil
			}
			if i == 6 {
				draft.ShopCode, draft.Channel = "S2", "online"
			}
			a.mustRecord(draft)
		}
		customer := a.mustRecord(sale("L1x")).CustomerID
		walk := func(caller, query string) (numbers []string) {
			cursor := ""
			for {
				got := a.call(caller, "GET", "/v1/orders?limit=3"+query+cursor, "", 200)
				for _, item := range got["items"].([]any) {
					numbers = append(numbers, at(item, "order_no").(string))
				}
				next, _ := got["next_cursor"].(string)
				if next == "" {
					return numbers
				}
				cursor = "&cursor=" + next
			}
		}
		for _, c := range []struct{ caller, query, want string }{
			{"owner", "", "[L1x L6 L5 L4 L3 L2 L1 L0]"},
			{"clerk1", "", "[L1x L5 L4 L3 L2 L1 L0]"},
			{"clerk2", "", "[L6]"},
			{"clerk1", "&shop_id=" + a.shops[1].String(), "[]"},
			{"owner", "&channel=online", "[L6]"},
			{"owner", "&anonymous=true", "[L6 L3 L0]"},
			{"owner", "&customer_id=" + customer.String(), "[L1x L5 L4 L2 L1]"},
			{"owner", "&least_fen=19001", "[L1x L5 L3 L1]"},
			{"owner", "&most_fen=19000", "[L6 L4 L2 L0]"},
			{"owner", "&from=2020-01-01&to=2020-02-01", "[]"},
			{"owner", "&source=elsewhere", "[]"},
			{"owner", "&order_no=L4", "[L4]"},
		} {
			if got := fmt.Sprint(walk(c.caller, c.query)); got != c.want {
				t.Errorf("%s %s: %s, want %s", c.caller, c.query, got, c.want)
			}
		}
		a.call("owner", "GET", "/v1/orders?cursor=xyz", "", 400)
	})
}

// TestAPI_document sends right and wrong requests to every route, and holds the answers against the document.
func TestAPI_document(t *testing.T) {
	t.Parallel()
	a := serve(t, dbtest.Open(t, db.SQLite))
	a.mustRecord(sale("A1"))
	a.refund(order.RefundDraft{Source: "till-1", RefundNo: "R1", OrderNo: "A1", AmountFen: 5})
	document, err := a.server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	sign := func(name string) func(*http.Request) { return func(r *http.Request) { r.Header.Set("Caller", name) } }
	webtest.Exercise(t, a.server.Handler(), document, webtest.Options{Seed: 1, Requests: 150, Callers: []webtest.Caller{
		{Name: "owner", Sign: sign("owner")}, {Name: "clerk", Sign: sign("clerk1")}, {Name: "key", Sign: sign("key")},
	}})
}
