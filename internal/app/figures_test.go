package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// TestFigures is a table worked by hand. The period is 1 to 10 November; the period before, 22 to 31
// October. Four customers and a passer-by:
//
//	一  20 Oct 100.00, 25 Oct 100.00, 2 Nov 50.00 and 5 Nov 50.00   retained, repeat buyer, returning
//	二  30 Oct 300.00                                               not retained
//	三  3 Nov 200.00 (2 pieces), of which 80.00 came back on 9 Nov  new
//	四  1 May 10.00                                                 her last purchase turned 180 days on 28 Oct: not in the period
//	    4 Nov 40.00 to nobody known
func TestFigures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d.Engine)
		err := a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := a.Staff.CreateShop(ctx, tx, staff.NewShop{Code: "A", Name: "店A"}); err != nil {
				return err
			}
			for _, s := range []struct {
				no, who, day   string
				yuan, quantity int64
			}{
				{"1", "13800000001", "2026-10-20", 100, 1}, {"2", "13800000001", "2026-10-25", 100, 1},
				{"3", "13800000001", "2026-11-02", 50, 1}, {"4", "13800000001", "2026-11-05", 50, 1},
				{"5", "13800000002", "2026-10-30", 300, 1}, {"6", "13800000003", "2026-11-03", 100, 2},
				{"7", "13800000004", "2026-05-01", 10, 1}, {"8", "", "2026-11-04", 40, 1},
				{"9", "13800000002", "2026-11-06", 0, 1}, // A present: an order of 0 yuan is no purchase.
			} {
				if err := sellOne(ctx, tx, a.Orders, s.no, s.who, s.day, s.yuan*100, s.quantity); err != nil {
					return err
				}
			}
			at, _ := time.Parse(time.RFC3339, "2026-11-09T12:00:00+08:00")
			refunds, err := a.Orders.RefundMany(ctx, tx, []order.RefundDraft{{Source: "till", RefundNo: "R1", OrderNo: "6", At: at, AmountFen: 80_00}}, true)
			if err == nil {
				err = refunds[0].Err
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.CatchUp(context.Background()); err != nil {
			t.Fatal(err)
		}
		checkFigures(t, a)
	})
}

func sellOne(ctx context.Context, tx *db.Tx, orders *order.Service, no, phone, day string, fen, quantity int64) error {
	at, err := time.Parse(time.RFC3339, day+"T12:00:00+08:00")
	if err != nil {
		return err
	}
	d := order.Draft{Source: "till", OrderNo: no, PaidAt: at, ShopCode: "A", Lines: []order.DraftLine{{SKU: "S", Quantity: quantity, UnitPriceFen: fen}}}
	if phone != "" {
		d.Identities = []customer.Identity{{Kind: customer.Phone, Value: phone}}
	}
	recorded, err := orders.RecordMany(ctx, tx, []order.Draft{d}, true)
	if err == nil {
		err = recorded[0].Err
	}
	return err
}

func checkFigures(t *testing.T, a *app.App) {
	t.Helper()
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	owner := ownerOf(t, a)
	got := ask(t, "GET", server.URL+"/v1/kpis?from=2026-11-01&to=2026-11-10", nil, owner)
	var board struct{ Now map[string]any }
	got.json(t, &board)
	want := map[string]any{
		"sales_fen": 340_00.0, "refund_fen": 80_00.0, "net_fen": 260_00.0, "anonymous_fen": 40_00.0, "new_fen": 200_00.0,
		"returning_fen": 100_00.0, "orders": 4.0, "units": 5.0, "buyers": 2.0, "new_buyers": 1.0, "returning_buyers": 1.0,
		"repeat_buyers": 1.0, "retained_of": 2.0, "retained": 1.0, "active_of": 4.0, "active": 3.0,
		"churned_of": 2.0, "churned": 0.0, "aov_fen": 8500.0, "units_per_transaction": 1.25, "refund_rate": 0.2353,
		"repurchase_rate": 0.5, "retention_rate": 0.5, "active_rate": 0.75, "churn_rate": 0.0, "concentration": 0.3704,
	}
	if diff := cmp.Diff(want, board.Now); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	for figure, count := range map[string]int{"buyers": 2, "repeat_buyers": 1, "new_buyers": 1, "returning_buyers": 1, "retained": 1, "not_retained": 1, "churned": 0} {
		got := ask(t, "GET", server.URL+"/v1/kpis/"+figure+"/customers?from=2026-11-01&to=2026-11-10", nil, owner)
		var list struct{ Items []json.RawMessage }
		got.json(t, &list)
		if len(list.Items) != count {
			t.Errorf("%d customers behind %s, want %d (%d)", len(list.Items), figure, count, got.status)
		}
	}
	got = ask(t, "GET", server.URL+"/v1/cohorts?as_of=2026-11-10", nil, owner)
	if want := `[{"month":"2026-05","customers":[1,0,0,0,0,0,0]},{"month":"2026-06","customers":[0,0,0,0,0,0]},{"month":"2026-07","customers":[0,0,0,0,0]},{"month":"2026-08","customers":[0,0,0,0]},{"month":"2026-09","customers":[0,0,0]},{"month":"2026-10","customers":[2,1]},{"month":"2026-11","customers":[1]}]`; !strings.Contains(string(got.body), want) {
		t.Errorf("cohorts = %s, want %s", got.body, want)
	}
}

// ownerOf creates an owner and returns how she signs requests.
func ownerOf(t *testing.T, a *app.App) func(*http.Request) {
	t.Helper()
	var token string
	err := a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		p, err := a.Staff.Create(ctx, tx, staff.NewPerson{Name: "Owner", Login: "owner", Role: staff.Owner})
		if err != nil {
			return err
		}
		issued, err := a.Staff.SignInDemo(ctx, tx, p.ID, staff.Device{})
		token = issued.Token
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return withCookies([]*http.Cookie{{Name: "shuke", Value: token}})
}
