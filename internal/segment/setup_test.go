package segment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// failer is what a fixture needs of a test: one of testing, or of rapid.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// shop is a shop with its sales, on a database of its own.
type shop struct {
	*Service
	t   failer
	ctx context.Context
	no  int // no numbers orders and refunds.

	numbers map[customer.ID]string // numbers are those of the persons, once asked for.
}

func setup(t failer, d *db.DB) *shop {
	t.Helper()
	keys, err := privacy.NewKeys()
	if err != nil {
		t.Fatalf("make keys: %v", err)
	}
	log := event.New(d)
	people := &staff.Service{DB: d, Log: log, Keys: keys}
	customers := &customer.Service{DB: d, Log: log, Keys: keys, Consents: &privacy.Consents{Log: log}, Staff: people}
	goods := &catalog.Service{Log: log, Staff: people}
	orders := &order.Service{Log: log, Customers: customers, Catalog: goods, Staff: people}
	s := &Service{DB: d, Log: log, Jobs: job.NewRunner(d), Staff: people, Customers: customers, Orders: orders}
	customers.Consents.Register(log)
	people.Register(log)
	customers.Register(log)
	goods.Register(log)
	orders.Register(log)
	s.Register(log)
	s.Work(s.Jobs)
	return &shop{Service: s, t: t, ctx: access.With(context.Background(), access.Program("test"))}
}

func (s *shop) do(fn func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	if err := s.DB.Update(s.ctx, fn); err != nil {
		s.t.Fatalf("%v", err)
	}
}

func (s *shop) view(fn func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	if err := s.DB.View(s.ctx, fn); err != nil {
		s.t.Fatalf("%v", err)
	}
}

// catchUp lets follower and due jobs run.
func (s *shop) catchUp() {
	s.t.Helper()
	s.follows()
	if err := s.Jobs.Drain(s.ctx); err != nil {
		s.t.Fatalf("drain jobs: %v", err)
	}
	s.follows()
}

// follows lets the follower run, twice: on PostgreSQL its own facts get their place the second time.
func (s *shop) follows() {
	s.t.Helper()
	for range 2 {
		if err := s.Log.CatchUp(s.ctx); err != nil {
			s.t.Fatalf("catch up: %v", err)
		}
	}
}

// refreshNow draws edges and goes through all profiles now.
func (s *shop) refreshNow() {
	s.t.Helper()
	s.catchUp()
	if err := s.Refresh(s.ctx); err != nil {
		s.t.Fatalf("refresh: %v", err)
	}
}

// later moves the clock by days and does what is due by then.
func (s *shop) later(days int) {
	s.t.Helper()
	if err := s.DB.MoveClock(s.ctx, time.Duration(days)*24*time.Hour); err != nil {
		s.t.Fatalf("move the clock: %v", err)
	}
	s.Jobs.Wake()
	s.catchUp()
}

func (s *shop) today() cal.Day { return cal.DayOf(s.DB.Now(), s.Staff.Zone()) }

// shopID makes a shop, or finds it again.
func (s *shop) shopID(code string) (id staff.ShopID) {
	s.t.Helper()
	s.do(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = s.Staff.EnsureShop(ctx, tx, code, code)
		return err
	})
	return id
}

// shopID2 finds the shop S2 in a transaction.
func (s *shop) shopID2(ctx context.Context, tx *db.Tx) staff.ShopID {
	id, err := s.Staff.FindShopByCode(ctx, tx, "S2")
	if err != nil {
		s.t.Fatalf("find shop: %v", err)
	}
	return id.ID
}

func phone(n int) []customer.Identity {
	return []customer.Identity{{Kind: customer.Phone, Value: fmt.Sprintf("1381234%04d", n)}}
}

// person makes the n-th customer, who has not bought.
func (s *shop) person(n int) (id customer.ID) {
	s.t.Helper()
	s.do(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = s.Customers.Resolve(ctx, tx, customer.Resolve{Identities: phone(n), Name: "顾客", Source: "test"})
		return err
	})
	return id
}

// sold is a sale to make, of so many fen, so many days ago.
type sold struct {
	customer int // customer is the number of the customer; -1 is nobody known.
	daysAgo  int
	fen      int64
	shop     string
	importID int64
	history  bool
}

func (s *shop) draft(x sold) order.Draft {
	s.no++
	if x.shop == "" {
		x.shop = "S1"
	}
	d := order.Draft{
		Source: "till", OrderNo: fmt.Sprint("N", s.no), ShopCode: x.shop, ImportID: x.importID,
		PaidAt: s.DB.Now().Add(-time.Duration(x.daysAgo) * 24 * time.Hour),
		Lines:  []order.DraftLine{{SKU: "A1", Name: "Dress", Quantity: 1, UnitPriceFen: x.fen}},
	}
	if x.customer >= 0 {
		d.Identities, d.CustomerName = phone(x.customer), "顾客"
	}
	return d
}

// sell records sales in one transaction and returns what became of each.
func (s *shop) sell(sales ...sold) (all []order.Recorded) {
	s.t.Helper()
	var drafts []order.Draft
	history := false
	for _, x := range sales {
		history = history || x.history
		drafts = append(drafts, s.draft(x))
	}
	s.do(func(ctx context.Context, tx *db.Tx) (err error) {
		for _, x := range sales {
			if _, err := s.Staff.EnsureShop(ctx, tx, cmpOr(x.shop, "S1"), "shop"); err != nil {
				return err
			}
		}
		all, err = s.Orders.RecordMany(ctx, tx, drafts, history)
		return err
	})
	for _, r := range all {
		if r.Err != nil {
			s.t.Fatalf("record order: %v", r.Err)
		}
	}
	return all
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// profile returns the profile of a customer.
func (s *shop) profile(id customer.ID) (p Profile) {
	s.t.Helper()
	s.view(func(ctx context.Context, tx *db.Tx) (err error) {
		var ok bool
		p, ok, err = s.FindProfile(ctx, tx, id)
		if err == nil && !ok {
			err = fmt.Errorf("no profile of %s", id)
		}
		return err
	})
	return p
}

// facts tells the changes of stage in the log of facts: "new>active purchase", with "history" if so.
func (s *shop) facts(id customer.ID) string {
	s.t.Helper()
	var told []string
	s.view(func(ctx context.Context, tx *db.Tx) error {
		records, err := event.ListByCustomer(ctx, tx, []int64{id.Int64()}, event.Cursor{}, 100, StageChanged{}.FactKind())
		slices.SortFunc(records, func(a, b event.Record) int { return int(a.Pos - b.Pos) })
		for _, r := range records {
			var f StageChanged
			if err := r.Decode(&f); err != nil {
				return err
			}
			line := fmt.Sprintf("%s>%s %s", f.From, f.To, f.Cause)
			if r.History {
				line += " history"
			}
			told = append(told, line)
		}
		return err
	})
	return strings.Join(told, ", ")
}

// dump returns everything this package derives, a line each.
func (s *shop) dump() []string {
	s.t.Helper()
	var lines []string
	s.view(func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{
			`select 'profile ' || customer_id || ' shop ' || coalesce(shop_id, 0) || ' created ' || created_on || ' orders ' || coalesce(first_order_on, 0)
				|| '-' || coalesce(last_order_on, 0) || ' ' || order_count || '/' || purchase_day_count || ' units ' || units || ' paid ' || paid_fen
				|| ' refunds ' || refund_count || '/' || refunded_fen || ' window ' || window_day_count || ' ' || stage || ' since ' || stage_since_on
				|| ' rfm ' || r || f || m || ' ' || rfm_group || ' ' || value_group || ' ' || quadrant || ' ' || customer_type || ' counted ' || counted_fen
				from profiles order by customer_id`,
			`select 'day ' || customer_id || ' ' || on_day || ' ' || orders || ' ' || units || ' ' || paid_fen from purchase_days order by customer_id, on_day`,
			`select 'cell ' || r || f || m || ' ' || stage || ' ' || value_group || ' ' || quadrant || ' ' || customer_type || ' ' || customers || ' ' || paid_fen
				from rfm_cells where customers <> 0 or paid_fen <> 0 order by r, f, m, stage, value_group, quadrant, customer_type`,
			`select 'change ' || customer_id || ' ' || on_day || ' ' || step || ' ' || from_stage || '>' || to_stage || ' ' || dwell_days
				from stage_changes order by customer_id, on_day, step`,
		} {
			some, err := db.All(ctx, tx, func(scan db.Scan) (line string, err error) {
				err = scan(&line)
				return line, err
			}, query)
			if err != nil {
				return err
			}
			lines = append(lines, some...)
		}
		return nil
	})
	return lines
}

// caller returns a member of staff who may read customers of the shops, or of all.
func caller(shops ...staff.ShopID) access.Caller {
	c := access.Caller{StaffID: 7, Name: "Lin", Role: "clerk", Touchpoint: "console", Permissions: map[access.Permission]bool{
		access.CustomersRead: true, access.ReportsRead: true, access.SegmentsManage: true,
	}}
	for _, id := range shops {
		c.Scope.Shops = append(c.Scope.Shops, id.Int64())
	}
	c.Scope.All = len(shops) == 0
	return c
}

var _ failer = (*testing.T)(nil)
