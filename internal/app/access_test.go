package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

var pathPart = regexp.MustCompile(`\{(\w+)\}`)

// fillPath puts something into every part of a path: an identifier of the kind that the path before it
// names, made from the number, which nothing has.
func fillPath(path string, number int64) string {
	prefixes := map[string]string{
		"customers": "cus", "orders": "ord", "staff": "stf", "shops": "shp", "products": "prd", "api_keys": "key", "imports": "imp",
		"jobs": "job", "tags": "tag", "notes": "not", "merges": "mrg", "sessions": "ses", "segments": "seg", "tag_rules": "tgr",
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if pathPart.MatchString(p) {
			parts[i] = "1"
			if prefix, ok := prefixes[parts[i-1]]; ok {
				parts[i] = id.Text(prefix, number)
			}
		}
	}
	return strings.Join(parts, "/")
}

// TestAccess_every_route_and_role asks every route as every role, and as nobody: who lacks the
// permission is refused whatever else is wrong, who has it is not.
func TestAccess_every_route_and_role(t *testing.T) {
	t.Parallel()
	c := newChain(t, db.SQLite)
	asked := 0
	for _, op := range c.Web.Routes() {
		if op.ID == "deleteSession" || op.ID == "signOut" || op.Method == "DELETE" && op.Path == "/v1/session" || strings.HasPrefix(op.Path, "/v1/me") && op.Method == "DELETE" {
			continue // These end the session that the test asks with.
		}
		url := c.server.URL + fillPath(op.Path, 1)
		var body any
		if op.Method != "GET" && op.Method != "DELETE" {
			body = map[string]any{"no_such_field": 1}
		}
		anonymous := ask(t, op.Method, url, body, nil)
		if open := op.Permission == access.Public; open == (anonymous.status == http.StatusUnauthorized) {
			t.Errorf("%s %s as nobody: %d, permission %s", op.Method, op.Path, anonymous.status, op.Permission)
		}
		asked++
		for _, role := range staff.Roles {
			got := ask(t, op.Method, url, body, withCookies(c.cookies(t, 0, role)))
			checkRole(t, op, role, got)
			asked++
		}
	}
	if asked < 500 {
		t.Errorf("only %d requests: routes are missing", asked)
	}
	t.Logf("%d requests to %d routes", asked, len(c.Web.Routes()))
}

func checkRole(t *testing.T, op web.Op, role staff.Role, got answer) {
	t.Helper()
	allowed := op.Permission == access.Public || op.Permission == access.Own || op.Permission == access.SignedIn || role.Can(op.Permission)
	code := problemCode(got)
	if !allowed && (got.status != http.StatusForbidden || code != "access.denied") {
		t.Errorf("%s %s as %s: %d %s, want 403 access.denied", op.Method, op.Path, role, got.status, code)
	}
	if allowed && (got.status == http.StatusUnauthorized || got.status == http.StatusForbidden && op.Method == "GET" || got.status >= 500) {
		t.Errorf("%s %s as %s: %d %s, though the role has %s", op.Method, op.Path, role, got.status, code, op.Permission)
	}
}

func problemCode(a answer) string {
	var p struct{ Code string }
	_ = json.Unmarshal(a.body, &p) // Another answer has no code.
	return p.Code
}

// cookies returns the session of the person with the role in a shop, made once.
func (c *chain) cookies(t testing.TB, shop int, role staff.Role) []*http.Cookie {
	t.Helper()
	key := fmt.Sprint(shop, role)
	if c.sessions[key] == nil {
		if c.sessions == nil {
			c.sessions = map[string][]*http.Cookie{}
		}
		c.sessions[key] = c.signIn(t, c.shops[shop].people[role])
	}
	return c.sessions[key]
}

// TestAccess_no_row_of_another_shop has those who work in shop A read every list, and every thing of
// shop B by its identifier: nothing of B may show, and what exists there looks like what does not.
func TestAccess_no_row_of_another_shop(t *testing.T) {
	t.Parallel()
	c := newChain(t, db.SQLite)
	other := c.shops[1]
	foreign := []string{other.customer.String(), other.order.String(), "顾客B", "13800138002", "clerk of B", "SKUB"}
	for _, role := range []staff.Role{staff.Manager, staff.Agent, staff.Clerk} {
		sign := withCookies(c.cookies(t, 0, role))
		read := 0
		for _, op := range c.Web.Routes() {
			if op.Method != "GET" || !role.Can(op.Permission) || op.Produces != "" || op.NoShopScope {
				continue
			}
			url := c.server.URL + op.Path
			if strings.Contains(op.Path, "{") {
				c.checkForeign(t, op, role, sign)
				continue
			}
			got := ask(t, "GET", url+"?limit=200", nil, sign)
			if got.status == http.StatusBadRequest { // The route has no limit.
				got = ask(t, "GET", url, nil, sign)
			}
			read++
			for _, mark := range foreign[:5] {
				if bytes.Contains(got.body, []byte(mark)) {
					t.Errorf("%s as %s of shop A shows %q of shop B", op.Path, role, mark)
				}
			}
		}
		for _, q := range []string{"顾客B", "8002", "13800138002"} {
			got := ask(t, "GET", c.server.URL+"/v1/customers/search?q="+q, nil, sign)
			if bytes.Contains(got.body, []byte(other.customer.String())) {
				t.Errorf("search for %s as %s of shop A finds the customer of shop B", q, role)
			}
		}
		if read < 3 {
			t.Errorf("as %s only %d lists were read", role, read)
		}
	}
}

// checkForeign asks for a thing of shop B, and for one that does not exist: the answers must be alike.
func (c *chain) checkForeign(t *testing.T, op web.Op, role staff.Role, sign func(*http.Request)) {
	t.Helper()
	var theirs string
	switch {
	case strings.HasPrefix(op.Path, "/v1/customers/{id}"):
		theirs = c.shops[1].customer.String()
	case strings.HasPrefix(op.Path, "/v1/orders/{id}"):
		theirs = c.shops[1].order.String()
	case strings.HasPrefix(op.Path, "/v1/staff/{id}"):
		theirs = c.shops[1].people[staff.Clerk].String()
	default:
		return
	}
	missing := fillPath(op.Path, 1)
	existing := strings.Replace(op.Path, "{id}", theirs, 1)
	existing = pathPart.ReplaceAllString(existing, "1")
	got, none := ask(t, "GET", c.server.URL+existing, nil, sign), ask(t, "GET", c.server.URL+missing, nil, sign)
	if got.status != http.StatusNotFound || problemCode(got) != problemCode(none) {
		t.Errorf("GET %s of shop B as %s of shop A: %d %s, want %d %s as for what does not exist",
			op.Path, role, got.status, problemCode(got), none.status, problemCode(none))
	}
}

// TestAccess_figures_count_the_own_shop checks that a number gives nothing away either (INV-19).
func TestAccess_figures_count_the_own_shop(t *testing.T) {
	t.Parallel()
	c := newChain(t, db.SQLite)
	for _, want := range []struct {
		shop  int
		role  staff.Role
		sales int64
	}{{0, staff.Manager, 100_00}, {1, staff.Manager, 7_77}, {0, staff.Owner, 107_77}, {1, staff.Marketer, 107_77}} {
		got := ask(t, "GET", c.server.URL+"/v1/kpis?to="+c.DB.Now().In(c.Staff.Zone()).Format("2006-01-02"), nil, withCookies(c.cookies(t, want.shop, want.role)))
		var board struct {
			Now struct {
				SalesFen int64 `json:"sales_fen"`
				Buyers   int64 `json:"buyers"`
			}
		}
		got.json(t, &board)
		if board.Now.SalesFen != want.sales {
			t.Errorf("sales seen by the %s of shop %d: %d fen, want %d (status %d)", want.role, want.shop, board.Now.SalesFen, want.sales, got.status)
		}
	}
}
