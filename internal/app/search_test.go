package app_test

import (
	"fmt"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// TestSearch_often_shows_on_the_dashboard of the owner and of the manager of the shop, and of nobody else.
func TestSearch_often_shows_on_the_dashboard(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newChain(t, d.Engine)
		clerk := withCookies(c.cookies(t, 0, staff.Clerk))
		for i := range 121 { // Whatever hour begins meanwhile, one of the two has more than 60.
			if got := ask(t, "GET", c.server.URL+fmt.Sprintf("/v1/customers?q=%04d", i), nil, clerk); got.status != 200 {
				t.Fatalf("search: %d %s", got.status, got.body)
			}
		}
		for _, tt := range []struct {
			shop int
			role staff.Role
			want int64
		}{{0, staff.Owner, 1}, {0, staff.Manager, 1}, {1, staff.Manager, 0}, {0, staff.Auditor, 1}, {0, staff.Marketer, 0}} {
			var todo struct {
				Searchers int64 `json:"frequent_searchers"`
			}
			ask(t, "GET", c.server.URL+"/v1/todo", nil, withCookies(c.cookies(t, tt.shop, tt.role))).json(t, &todo)
			if todo.Searchers != tt.want {
				t.Errorf("%s of shop %d is told of %d people, want %d", tt.role, tt.shop, todo.Searchers, tt.want)
			}
		}
	})
}
