package app_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/platform/web/webtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// TestIdempotency_one_order_from_many_clients has 32 clients send the same order 100 times: one order,
// one set of facts, one answer (INV-02).
func TestIdempotency_one_order_from_many_clients(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newChain(t, d.Engine)
		sign := withCookies(c.cookies(t, 0, staff.Clerk))
		var created, unchanged atomic.Int64
		var wg sync.WaitGroup
		turns := make(chan int, 100)
		for i := range 100 {
			turns <- i
		}
		close(turns)
		for range 32 {
			wg.Go(func() {
				for range turns {
					got := ask(t, "POST", c.server.URL+"/v1/orders", orderBody("SAME", 1), sign)
					switch got.status {
					case http.StatusCreated:
						created.Add(1)
					case http.StatusOK:
						unchanged.Add(1)
					default:
						t.Errorf("status %d: %s", got.status, got.body)
					}
				}
			})
		}
		wg.Wait()
		if created.Load()+unchanged.Load() != 100 {
			t.Errorf("%d created, %d unchanged, want 100 in all", created.Load(), unchanged.Load())
		}
		for what, query := range map[string]string{
			"orders":    `select count(*) from orders where order_no = 'SAME'`,
			"facts":     `select count(*) from events where kind = 'order.paid' and cast(payload as text) like '%"SAME"%'`,
			"customers": `select count(*) from customers where id in (select customer_id from orders where order_no = 'SAME')`,
		} {
			var n int
			err := c.DB.View(t.Context(), func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, query).Scan(&n) })
			if err != nil || n != 1 {
				t.Errorf("%d %s (%v), want 1", n, what, err)
			}
		}
	})
}

// TestContract_every_route sends rightly and wrongly made requests to every route: no fault of the
// server's own, and every answer as the document says (FT-10).
func TestContract_every_route(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newChain(t, d.Engine)
		doc, err := c.Web.OpenAPI()
		if err != nil {
			t.Fatal(err)
		}
		var callers []webtest.Caller
		for _, role := range []staff.Role{staff.Owner, staff.Clerk} {
			callers = append(callers, webtest.Caller{Name: string(role), Sign: withCookies(c.cookies(t, 0, role))})
		}
		webtest.Exercise(t, c.Handler(), doc, webtest.Options{Callers: callers, Seed: 20261124, Requests: 60, Skip: endsSession(c.Web.Routes())})
	})
}

// endsSession names the operations after which the callers of a test would be signed out.
func endsSession(routes []web.Op) (ids []string) {
	for _, op := range routes {
		ownSession := strings.HasPrefix(op.Path, "/v1/me/") || strings.HasPrefix(op.Path, "/v1/session") || strings.HasPrefix(op.Path, "/v1/demo")
		others := strings.HasPrefix(op.Path, "/v1/staff/{id}")
		if op.Method != "GET" && (ownSession || others) {
			ids = append(ids, op.ID)
		}
	}
	return ids
}
