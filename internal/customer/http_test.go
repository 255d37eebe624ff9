package customer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

// api is the program's HTTP face with the routes of customers; the header Caller chooses who calls.
type api struct {
	*house
	handler http.Handler
	callers map[string]access.Caller
}

func serve(t testing.TB, d *db.DB) *api {
	a := &api{house: setup(t, d), callers: map[string]access.Caller{}}
	w := web.New(web.Config{DB: d, Authenticate: func(r *http.Request) (access.Caller, error) { return a.callers[r.Header.Get("Caller")], nil }})
	a.Routes(w)
	a.handler = w.Handler()
	return a
}

// caller makes a caller known under a name.
func (a *api) caller(name string, h *house) { a.callers[name] = access.From(h.ctx) }

// answer is what the server said.
type answer struct {
	status int
	etag   string
	body   map[string]any
	text   string
}

func (a *api) call(caller, method, path string, body any, headers ...string) answer {
	a.t.Helper()
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			a.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, "http://localhost"+path, &content)
	r.Header.Set("Caller", caller)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Requested-With", "test")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	got := answer{status: w.Code, etag: w.Header().Get("ETag"), text: w.Body.String()}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &got.body); err != nil {
			a.t.Fatalf("%s %s: answer is no JSON: %s", method, path, got.text)
		}
	}
	return got
}

// want fails unless the answer has the status and, of an error, the code.
func (a *api) want(got answer, status int, code string) answer {
	a.t.Helper()
	if got.status != status || code != "" && got.body["code"] != code {
		a.t.Errorf("got %d %s, want %d %s", got.status, got.text, status, code)
	}
	return got
}

type object = map[string]any

// TestHTTP_identity_of_another: the answer is a refusal that names the owner to those who may see her, and
// leaves one suggestion for the review.
func TestHTTP_identity_of_another(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		here, there := a.shop("A"), a.shop("B")
		a.caller("boss", a.manager())
		a.caller("lin", a.clerk(there))
		wang, li, mei := a.person("王芳", 1, here), a.person("李雷", 2, there), a.person("韩梅梅", 3, here)
		typed := func(numbers ...int) object {
			list := make([]object, len(numbers))
			for i, n := range numbers {
				list[i] = object{"kind": "phone", "value": phone(n).Value}
			}
			return object{"identities": list}
		}
		add := func(caller, key string) answer {
			return a.want(a.call(caller, "POST", "/v1/customers/"+li.String()+"/identities",
				object{"kind": "phone", "value": phone(1).Value}, "Idempotency-Key", key), 409, "identity.taken")
		}
		if got := add("lin", "key-1"); got.body["subject"] != nil || strings.Contains(got.text, wang.String()) {
			t.Errorf("a clerk who may not see the owner learns of her: %s", got.text)
		}
		for range 2 { // The same key again: a refusal is not stored.
			if got := add("boss", "key-2"); got.body["subject"] != wang.String() {
				t.Errorf("the subject is %v, want %s", got.body["subject"], wang)
			}
		}
		got := a.want(a.call("boss", "POST", "/v1/customers", typed(9, 9, 1, 3, 1)), 409, "customer.exists")
		if got.body["subject"] != wang.String() {
			t.Errorf("the subject is %v, want %s", got.body["subject"], wang)
		}
		var paths []any
		for _, e := range got.body["errors"].([]any) {
			paths = append(paths, e.(object)["path"])
		}
		if fmt.Sprint(paths) != "[identities[2] identities[3]]" {
			t.Errorf("the errors are at %v", paths)
		}
		got = a.want(a.call("boss", "POST", "/v1/customers", object{"identities": []object{{"kind": "phone", "value": "12"}}}), 400, "identity.invalid")
		if path := got.body["errors"].([]any)[0].(object)["path"]; path != "identities[0]" {
			t.Errorf("the error is at %v", path)
		}
		pairs := map[string]int{}
		for _, g := range a.call("boss", "GET", "/v1/merges", nil).body["items"].([]any) {
			g := g.(object)
			pairs[g["a"].(object)["id"].(string)+" "+g["b"].(object)["id"].(string)+" "+g["reason"].(string)]++
		}
		want := map[string]int{wang.String() + " " + li.String() + " same_typed_identity": 1, wang.String() + " " + mei.String() + " same_typed_identity": 1}
		if !maps.Equal(pairs, want) {
			t.Errorf("suggested are %v, want %v", pairs, want)
		}
	})
}

func TestHTTP_a_customer_from_end_to_end(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		shop := a.shop("A")
		a.caller("boss", a.manager())
		a.caller("lin", a.clerk(shop))
		made := a.want(a.call("lin", "POST", "/v1/customers", object{"name": "欧阳晓婷", "gender": "female",
			"identities": []object{{"kind": "phone", "value": "139 1234 5678"}}}), 201, "")
		path := "/v1/customers/" + made.body["id"].(string)
		for key, want := range (object{"name": "欧阳**", "phone": "139****5678", "shop_id": shop.String(), "quality": 45.0}) {
			if made.body[key] != want {
				t.Errorf("%s is %v, want %v", key, made.body[key], want)
			}
		}
		if facts := made.body["facts"].([]any); len(facts) != 1 || facts[0].(object)["kind"] != "customer.created" {
			t.Errorf("facts are %v", facts)
		}
		if got := a.call("boss", "GET", path, nil); got.body["name"] != "欧阳晓婷" || got.body["phone"] != "139****5678" {
			t.Errorf("the manager sees %v", got.body)
		}
		a.want(a.call("lin", "POST", "/v1/customers", object{"name": "又一个", "identities": []object{{"kind": "phone", "value": "+8613912345678"}}}), 409, "customer.exists")
		a.want(a.call("lin", "POST", "/v1/customers", object{"identities": []object{{"kind": "phone", "value": "13912345679", "verified": true}}}), 403, "identity.unproven")
		a.want(a.call("lin", "POST", "/v1/customers", object{"name": "X", "quality": 100}), 400, "")
		a.want(a.call("lin", "PATCH", path, object{"preferred_channel": "wechat"}, "If-Match", made.etag), 200, "")
		a.want(a.call("lin", "PATCH", path, object{"preferred_channel": "sms"}, "If-Match", made.etag), 412, "version.stale")
		a.want(a.call("lin", "PATCH", path, object{"name": "欧阳**"}), 200, "")
		if got := a.call("boss", "GET", path, nil); got.body["name"] != "欧阳晓婷" {
			t.Errorf("a masked name was saved: %v", got.body["name"])
		}
		a.want(a.call("lin", "POST", path+"/life_dates", object{"kind": "birthday", "calendar": "lunar", "year": 1990, "month": 12, "day": 30}), 200, "")
		if got := a.want(a.call("lin", "GET", path, nil), 200, ""); strings.Contains(got.text, "1990") {
			t.Errorf("the year of birth is shown: %s", got.text)
		}
		a.want(a.call("lin", "POST", path+"/reveal", object{"field": "phone", "reason": "call back"}), 403, "")
		if got := a.want(a.call("boss", "POST", path+"/reveal", object{"field": "phone", "reason": "call back"}), 200, ""); got.body["value"] != "+8613912345678" {
			t.Errorf("revealed %v", got.body)
		}
		if got := a.call("boss", "POST", path+"/reveal", object{"field": "birthday", "reason": "horoscope"}); got.body["value"] != "lunar 1990-12-30" {
			t.Errorf("revealed %v", got.body)
		}
		if n := a.count("select count(*) from audit_entries where action = 'customer.revealed'"); n != 2 {
			t.Errorf("%d reveals in the audit log, want 2", n)
		}
		a.tagLibraryTour(t, path)
	})
}

// tagLibraryTour puts a tag, an attribute, a note and a consent on the customer at the path, and reads them.
func (a *api) tagLibraryTour(t *testing.T, path string) {
	a.want(a.call("boss", "POST", "/v1/attribute_packs/beauty/enable", nil), 204, "")
	tag := a.want(a.call("boss", "POST", "/v1/tags", object{"name": "爱喝茶", "axis": "preference"}), 201, "").body["id"].(string)
	a.want(a.call("boss", "POST", "/v1/tags", object{"name": "爱喝茶 ", "axis": "lifecycle"}), 409, "tag.exists")
	a.want(a.call("lin", "POST", "/v1/tags", object{"name": "别的", "axis": "lifecycle"}), 403, "")
	a.want(a.call("lin", "POST", path+"/tags", object{"tag_id": tag, "source": "rule"}), 400, "request.invalid")
	a.want(a.call("lin", "POST", path+"/tags", object{"tag_id": tag, "confidence": 80}), 200, "")
	a.want(a.call("lin", "PATCH", path+"/attributes", object{"attributes": []object{
		{"code": "beauty.skin_type", "choices": []string{"sensitive"}}, {"code": "beauty.cycle_days", "number": 45}, {"code": "beauty.late_nights", "bool": true},
	}}), 200, "")
	a.want(a.call("lin", "PATCH", path+"/attributes", object{"attributes": []object{{"code": "beauty.skin_type", "choices": []string{"scaly"}}}}), 400, "attribute.invalid")
	unknown := a.call("lin", "PATCH", path+"/attributes", object{"attributes": []object{{"code": "13812345678", "text": "x"}}})
	a.want(unknown, 400, "attribute.invalid")
	if strings.Contains(fmt.Sprint(unknown.body), "13812345678") {
		t.Errorf("the answer repeats what was sent as a code: %v", unknown.body)
	}
	const canary = `<img src=x onerror=alert(1)> "quoted" 你好`
	a.want(a.call("lin", "POST", path+"/notes", object{"kind": "talk", "body": canary}), 200, "")
	secret := a.want(a.call("lin", "POST", path+"/notes", object{"kind": "need", "body": "pregnant", "sensitive": true}), 200, "")
	a.want(a.call("lin", "POST", path+"/consents", object{"purpose": "marketing", "channel": "sms", "given": false, "evidence": object{"how": "till"}}), 200, "")
	got := a.want(a.call("lin", "GET", path, nil), 200, "")
	if q := got.body["quality"]; q != 80.0 {
		t.Errorf("quality is %v, want 80 (all but a verified phone and WeChat)", q)
	}
	a.catchUp()
	line := a.want(a.call("lin", "GET", path+"/timeline?limit=200", nil), 200, "")
	if strings.Contains(line.text, "pregnant") {
		t.Errorf("the timeline shows a sensitive note: %s", line.text)
	}
	items := line.body["items"].([]any)
	if items[0].(object)["kind"] != "consent.withdrawn" || len(items) != 10 {
		t.Errorf("the timeline has %d items, the first %v", len(items), items[0])
	}
	notes := a.want(a.call("lin", "GET", path+"/notes", nil), 200, "").body["items"].([]any)
	if body := notes[1].(object)["body"]; body != canary {
		t.Errorf("the note reads %v, want the text as it was written", body)
	}
	reveal := object{"field": "note", "note_id": secret.body["id"], "reason": "gift"}
	if got := a.want(a.call("boss", "POST", path+"/reveal", reveal), 200, ""); got.body["value"] != "pregnant" {
		t.Errorf("revealed %v", got.body)
	}
	page := a.want(a.call("lin", "GET", path+"/timeline?limit=2&group=preferences", nil), 200, "")
	rest := a.want(a.call("lin", "GET", path+"/timeline?limit=2&group=preferences&cursor="+page.body["next_cursor"].(string), nil), 200, "")
	if n := len(page.body["items"].([]any)) + len(rest.body["items"].([]any)); n != 4 {
		t.Errorf("preferences has %d items, want 4: a tag and three attributes", n)
	}
}

// TestHTTP_reveal_quota: the 31st value of a day is refused, and tomorrow there are 30 again.
func TestHTTP_reveal_quota(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.caller("boss", a.manager())
		path := "/v1/customers/" + a.person("王芳", 1, staff.ShopID{}).String() + "/reveal"
		for range 30 {
			a.want(a.call("boss", "POST", path, object{"field": "phone", "reason": "call back"}), 200, "")
		}
		a.want(a.call("boss", "POST", path, object{"field": "phone", "reason": "call back"}), 429, "reveal.quota")
		a.want(a.call("boss", "POST", path, object{"field": "card", "reason": "call back"}), 404, "reveal.nothing")
		a.later(1)
		a.want(a.call("boss", "POST", path, object{"field": "phone", "reason": "call back"}), 200, "")
	})
}

// TestHTTP_scope: for somebody of another shop a customer does not exist, whatever the route (INV-19).
func TestHTTP_scope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		hers, other := a.shop("A"), a.shop("B")
		a.caller("hers", a.manager(hers))
		a.caller("other", a.manager(other))
		a.caller("none", a.clerk())
		c := a.met(customer.Resolve{Identities: ids(phone(1), card(7)), Name: "王芳", ShopID: hers.Int64(), Source: "till"})
		mine := a.person("李雷", 2, other)
		text := a.call("hers", "POST", "/v1/customers/"+c.String()+"/notes", object{"kind": "talk", "body": "hello"})
		note := text.body["id"].(string)
		var tag customer.TagID
		a.do(func(ctx context.Context, tx *db.Tx) error {
			made, err := a.EnsureTags(ctx, tx, []string{"t"}, customer.Preference)
			tag = made["t"]
			return err
		})
		var merge customer.MergeID
		third := a.person("", 3, hers)
		a.do(func(ctx context.Context, tx *db.Tx) (err error) {
			merge, err = a.Merge(ctx, tx, c, third, "test")
			return err
		})
		path := "/v1/customers/" + c.String()
		identity := a.profile(c).Identities[0].ID.String()
		for _, r := range []struct {
			method, path string
			body         any
		}{
			{"GET", path, nil}, {"GET", "/v1/customers/" + third.String(), nil},
			{"PATCH", path, object{"name": "x"}},
			{"POST", path + "/identities", object{"kind": "card", "value": "9"}}, {"DELETE", path + "/identities/" + identity, nil},
			{"PATCH", path + "/attributes", object{"attributes": []object{{"code": "a", "text": "b"}}}},
			{"POST", path + "/tags", object{"tag_id": tag}}, {"DELETE", path + "/tags/" + tag.String(), nil}, {"POST", path + "/tags/" + tag.String() + "/undo", nil},
			{"GET", path + "/notes", nil}, {"POST", path + "/notes", object{"kind": "talk", "body": "x"}}, {"DELETE", path + "/notes/" + note, nil},
			{"DELETE", "/v1/customers/" + mine.String() + "/notes/" + note, nil}, // a note of another, by way of one's own customer
			{"DELETE", "/v1/customers/" + mine.String() + "/identities/" + identity, nil},
			{"POST", path + "/life_dates", object{"kind": "wedding", "calendar": "solar", "month": 5, "day": 1}}, {"DELETE", path + "/life_dates/" + "lfd_0000000000001", nil},
			{"GET", path + "/consents", nil}, {"POST", path + "/consents", object{"purpose": "marketing", "channel": "sms", "given": false, "evidence": object{"how": "till"}}},
			{"GET", path + "/timeline", nil}, {"POST", path + "/reveal", object{"field": "phone", "reason": "call"}},
			{"POST", path + "/merge", object{"merged_id": mine, "reason": "same"}}, {"POST", "/v1/customers/" + mine.String() + "/merge", object{"merged_id": c, "reason": "same"}},
			{"POST", "/v1/merges/" + merge.String() + "/unmerge", object{"reason": "no"}},
		} {
			got := a.want(a.call("other", r.method, r.path, r.body), 404, "")
			unknown := a.call("other", r.method, strings.NewReplacer(c.String(), "cus_0000000000001", note, "not_0000000000001", identity, "idn_0000000000001",
				merge.String(), "mrg_0000000000001").Replace(r.path), r.body)
			if got.body["code"] != unknown.body["code"] || got.body["detail"] != unknown.body["detail"] {
				t.Errorf("%s %s: %v differs from the answer for one that does not exist: %v", r.method, r.path, got.body, unknown.body)
			}
		}
		for _, q := range []string{"0001", "13800000001", "wf", "wangfang", "王", "vip00007", c.String()} {
			if got := a.call("other", "GET", "/v1/customers/search?q="+q, nil); len(got.body["items"].([]any)) != 0 {
				t.Errorf("search for %s finds %s", q, got.text)
			}
			if got := a.call("hers", "GET", "/v1/customers/search?q="+q, nil); len(got.body["items"].([]any)) != 1 {
				t.Errorf("at home, search for %s finds %s", q, got.text)
			}
		}
		for caller, want := range map[string]int{"hers": 1, "other": 1, "none": 0} {
			if got := a.call(caller, "GET", "/v1/data_quality", nil); len(got.body["items"].([]any)) != want {
				t.Errorf("%s sees %s in the repair list, want %d", caller, got.text, want)
			}
		}
		a.want(a.call("other", "POST", "/v1/events", object{"events": []object{{"kind": "checked_in", "source": "s", "event_id": "1", "customer_id": c}}}), 200, "")
		if n := a.count("select count(*) from events where kind = 'touch.checked_in'"); n != 0 {
			t.Errorf("a foreign customer was checked in")
		}
	})
}

// TestScope_by_visits: a shop that served a customer sees her for 90 days, and so does her old home shop.
func TestScope_by_visits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		home, visited, next := h.shop("A"), h.shop("B"), h.shop("C")
		c := h.person("王芳", 1, home)
		today := func(tx *db.Tx) customer.Visit {
			return customer.Visit{CustomerID: c, ShopID: visited.Int64(), On: dayOf(h, tx)}
		}
		h.do(func(ctx context.Context, tx *db.Tx) error { return h.Served(ctx, tx, []customer.Visit{today(tx)}) })
		see := func(when string, want map[staff.ShopID]bool) {
			t.Helper()
			for shop, sees := range want {
				if got := len(h.clerk(shop).search("wf")) == 1; got != sees {
					t.Errorf("%s: shop %s sees her: %v, want %v", when, shop, got, sees)
				}
			}
		}
		see("after a visit", map[staff.ShopID]bool{home: true, visited: true, next: false})
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Update(ctx, tx, c, 0, customer.Basics{ShopID: &next})
			return err
		})
		h.later(90)
		see("90 days after moving", map[staff.ShopID]bool{home: true, visited: true, next: true})
		h.later(1)
		see("91 days after moving", map[staff.ShopID]bool{home: false, visited: false, next: true})
		if n := h.count("select count(*) from customer_homes where shop_id = $1", home); n != 1 {
			t.Errorf("the old home is remembered %d times", n)
		}
	})
}

func TestHTTP_merge_queue(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		shop := a.shop("A")
		a.caller("boss", a.manager(shop))
		var found []customer.ID
		for n := range 3 {
			c := a.person("王芳", n, shop)
			found = append(found, c)
			a.do(func(ctx context.Context, tx *db.Tx) error {
				_, err := a.SetLifeDate(ctx, tx, c, customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Month: 2, Day: 29}, "")
				return err
			})
		}
		list := a.want(a.call("boss", "GET", "/v1/merges?limit=2", nil), 200, "")
		items := list.body["items"].([]any)
		if len(items) != 2 || list.body["next_cursor"] == nil {
			t.Fatalf("suggestions: %s", list.text)
		}
		if rest := a.call("boss", "GET", "/v1/merges?limit=2&cursor="+list.body["next_cursor"].(string), nil); len(rest.body["items"].([]any)) != 1 {
			t.Errorf("second page: %s", rest.text)
		}
		first, second := "/v1/merges/"+items[0].(object)["id"].(string), "/v1/merges/"+items[1].(object)["id"].(string)
		a.want(a.call("boss", "POST", first+"/dismiss", nil), 204, "")
		a.want(a.call("boss", "POST", first+"/accept", object{}), 404, "suggestion.not_found")
		a.want(a.call("boss", "POST", second+"/accept", object{"survivor_id": "cus_0000000000001"}), 400, "suggestion.other_survivor")
		done := a.want(a.call("boss", "POST", second+"/accept", object{"reason": "same person"}), 200, "")
		if n := a.count("select count(*) from customers where state = 'merged'"); n != 1 {
			t.Errorf("%d records are merged, want 1", n)
		}
		stands := a.want(a.call("boss", "GET", "/v1/merges/done", nil), 200, "").body["items"].([]any)
		if len(stands) != 1 || stands[0].(object)["id"] != done.body["merge_id"] || stands[0].(object)["merged"].(object)["state"] != "merged" {
			t.Errorf("merges that stand: %v", stands)
		}
		a.want(a.call("boss", "POST", "/v1/merges/"+done.body["merge_id"].(string)+"/unmerge", object{"reason": "two sisters"}), 200, "")
		if got := a.call("boss", "GET", "/v1/merges/done", nil); len(got.body["items"].([]any)) != 0 {
			t.Errorf("an undone merge stands: %s", got.text)
		}
		if got := a.call("boss", "GET", "/v1/merges", nil); len(got.body["items"].([]any)) != 1 {
			t.Errorf("after deciding two of three: %s", got.text)
		}
		if got := a.call("boss", "POST", "/v1/customers/"+found[0].String()+"/merge", object{"merged_id": found[0], "reason": "same"}); got.body["code"] != "customer.merge_self" {
			t.Errorf("merging with herself: %s", got.text)
		}
	})
}

func TestHTTP_events(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.caller("boss", a.manager())
		c := a.person("", 1, staff.ShopID{})
		event := func(id int, kind string, more object) object {
			e := object{"source": "mini", "event_id": fmt.Sprint(id), "kind": kind}
			for k, v := range more {
				e[k] = v
			}
			return e
		}
		batch := object{"events": []object{
			event(1, "product_viewed", object{"session_id": "s1", "sku": "A-1"}),
			event(2, "cart_added", object{"session_id": "s1", "sku": "A-1", "quantity": 1, "price_fen": 19900}),
			event(2, "cart_added", object{"session_id": "s1", "sku": "A-1"}),
			event(3, "checkout_started", object{"session_id": "s1", "identities": []object{{"kind": "phone", "value": phone(1).Value}}}),
			event(4, "live_viewed", object{}),
			event(5, "searched", object{"identities": []object{{"kind": "phone", "value": "1.38E+10"}}, "query": "连衣裙"}),
			event(6, "checked_in", object{"customer_id": c}),
		}}
		statuses := func(got answer) (all []string) {
			for _, r := range got.body["results"].([]any) {
				all = append(all, r.(object)["status"].(string))
			}
			return all
		}
		got := a.want(a.call("boss", "POST", "/v1/events", batch), 200, "")
		if s, want := fmt.Sprint(statuses(got)), "[recorded recorded duplicate recorded error error recorded]"; s != want {
			t.Errorf("answers are %s, want %s: %s", s, want, got.text)
		}
		again := a.want(a.call("boss", "POST", "/v1/events", batch), 200, "")
		if s, want := fmt.Sprint(statuses(again)), "[duplicate duplicate duplicate duplicate error error duplicate]"; s != want {
			t.Errorf("answers of the repetition are %s, want %s", s, want)
		}
		kinds := a.kinds()
		for kind, want := range map[string]int{"touch.product_viewed": 1, "touch.cart_added": 1, "touch.checkout_started": 1, "touch.checked_in": 1, "touch.session_identified": 1} {
			if kinds[kind] != want {
				t.Errorf("%d facts %s, want %d", kinds[kind], kind, want)
			}
		}
		if n := a.count("select count(*) from events where kind like 'touch.%' and customer_id = $1", c); n != 3 {
			t.Errorf("%d touches of the customer, want 3", n)
		}
	})
}
