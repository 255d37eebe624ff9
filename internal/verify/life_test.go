package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/insight"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/segment"
	"github.com/shuke-crm/shuke/internal/staff"
	"github.com/shuke-crm/shuke/internal/verify"
)

// life is a shop that lives through the services of the program.
type life struct {
	*testing.T
	db        *db.DB
	random    *rand.Rand
	log       *event.Log
	jobs      *job.Runner
	consents  *privacy.Consents
	staff     *staff.Service
	customers *customer.Service
	orders    *order.Service
	segments  *segment.Service
	insight   *insight.Service

	shops  []staff.ShopID
	text   privacy.TextID
	told   []order.Draft // told are the orders so far.
	merges []customer.MergeID
	number int
	done   map[string]int // done counts the acts that were not refused.
}

func newLife(t *testing.T, d *db.DB, keys *privacy.Keys) *life {
	l := &life{T: t, db: d, random: rand.New(rand.NewPCG(1, 2)), log: event.New(d), jobs: job.NewRunner(d), done: map[string]int{}}
	l.consents = &privacy.Consents{Log: l.log}
	l.staff = &staff.Service{DB: d, Log: l.log, Keys: keys}
	goods := &catalog.Service{Log: l.log, Staff: l.staff}
	l.customers = &customer.Service{DB: d, Log: l.log, Keys: keys, Consents: l.consents, Staff: l.staff}
	l.orders = &order.Service{Log: l.log, Staff: l.staff, Customers: l.customers, Catalog: goods}
	l.segments = &segment.Service{DB: d, Log: l.log, Jobs: l.jobs, Staff: l.staff, Customers: l.customers, Orders: l.orders}
	l.insight = &insight.Service{DB: d, Log: l.log, Staff: l.staff, Customers: l.customers}
	for _, domain := range []interface{ Register(*event.Log) }{l.consents, l.staff, l.customers, goods, l.orders, l.segments, l.insight} {
		domain.Register(l.log)
	}
	l.segments.Work(l.jobs)
	return l
}

// do runs an act in a transaction. What the program refuses is part of life.
func (l *life) do(what string, act func(ctx context.Context, tx *db.Tx) error) {
	l.Helper()
	err := l.db.Update(access.With(l.Context(), access.Program("test")), act)
	if err != nil && errs.KindOf(err) == errs.Internal {
		l.Fatalf("%s: %v", what, err)
	}
	if err == nil {
		l.done[what]++
	}
}

func (l *life) open() {
	l.do("open the shop", func(ctx context.Context, tx *db.Tx) error {
		for _, code := range []string{"a", "b"} {
			shop, err := l.staff.CreateShop(ctx, tx, staff.NewShop{Code: code, Name: code, DayCutHour: 3})
			if err != nil {
				return err
			}
			l.shops = append(l.shops, shop.ID)
		}
		text, err := l.consents.PublishText(ctx, tx, privacy.Marketing, privacy.AnyChannel, "我同意接收优惠信息")
		l.text = text.ID
		return err
	})
}

func (l *life) n(n int) int { return l.random.IntN(n) }

// person is one of forty people, known by a phone, a card, or both.
func (l *life) person() []customer.Identity {
	who := l.n(40)
	phone := customer.Identity{Kind: customer.Phone, Value: fmt.Sprintf("138%08d", who), Verified: l.n(2) == 0}
	card := customer.Identity{Kind: customer.Card, Value: fmt.Sprintf("CARD%05d", who), Verified: l.n(2) == 0}
	return [][]customer.Identity{{phone}, {card}, {phone, card}}[l.n(3)]
}

func (l *life) sale() order.Draft {
	l.number++
	d := order.Draft{
		Source: "till", OrderNo: fmt.Sprint("N", l.number), ShopID: l.shops[l.n(2)], Channel: []string{"store", "online"}[l.n(2)],
		PaidAt: l.db.Now().Add(-time.Duration(l.n(7*24*60)) * time.Minute), ImportID: int64(l.n(3)),
	}
	if l.n(4) > 0 {
		d.Identities = l.person()
	}
	for range 1 + l.n(3) {
		d.Lines = append(d.Lines, order.DraftLine{SKU: fmt.Sprint("S", l.n(9)), Quantity: int64(1 + l.n(3)), UnitPriceFen: int64(l.n(3) * 3333)})
	}
	return d
}

func (l *life) sell() {
	d := l.sale()
	l.told = append(l.told, d)
	l.do("sell", func(ctx context.Context, tx *db.Tx) error {
		_, err := l.orders.RecordMany(ctx, tx, []order.Draft{d, l.told[l.n(len(l.told))]}, l.n(3) == 0)
		return err
	})
}

// edit has the till send an order again, in another version and with other content.
func (l *life) edit() {
	if len(l.told) == 0 {
		return
	}
	d := l.sale()
	d.OrderNo, d.Version = l.told[l.n(len(l.told))].OrderNo, int64(1+l.n(5))
	l.do("edit", func(ctx context.Context, tx *db.Tx) error {
		_, err := l.orders.Record(ctx, tx, d)
		return err
	})
}

// giveBack refunds an order, one that is still to come, or none.
func (l *life) giveBack() {
	l.number++
	d := order.RefundDraft{Source: "till", RefundNo: fmt.Sprint("R", l.number), ShopID: l.shops[l.n(2)], ImportID: int64(l.n(3)), At: l.db.Now()}
	switch of := l.n(10); {
	case of < 7 && len(l.told) > 0:
		sold := l.told[l.n(len(l.told))]
		d.OrderNo = sold.OrderNo
		if l.n(2) == 0 {
			d.Lines = []order.RefundLine{{SKU: sold.Lines[0].SKU, Quantity: 1}}
		} else {
			d.AmountFen = int64(l.n(3) * 1000)
		}
	case of < 9:
		d.OrderNo = fmt.Sprint("N", l.number+1+l.n(5))
	default:
		d.AmountFen, d.Identities = int64(1+l.n(500)), l.person()
	}
	l.do("give back", func(ctx context.Context, tx *db.Tx) error {
		_, err := l.orders.RefundMany(ctx, tx, []order.RefundDraft{d}, l.n(3) == 0)
		return err
	})
}

// someone returns two live customers, or fewer.
func (l *life) some(ctx context.Context, tx *db.Tx) []customer.ID {
	live, err := l.customers.ListLive(ctx, tx, customer.ID{}, 1000)
	if err != nil {
		l.Fatal(err)
	}
	l.random.Shuffle(len(live), func(i, j int) { live[i], live[j] = live[j], live[i] })
	var ids []customer.ID
	for _, c := range live[:min(2, len(live))] {
		ids = append(ids, c.ID)
	}
	return ids
}

func (l *life) merge() {
	l.do("merge", func(ctx context.Context, tx *db.Tx) error {
		two := l.some(ctx, tx)
		if len(two) < 2 {
			return nil
		}
		m, err := l.customers.Merge(ctx, tx, two[0], two[1], "the same person")
		if err == nil {
			l.merges = append(l.merges, m)
		}
		return err
	})
}

func (l *life) unmerge() {
	if len(l.merges) == 0 {
		return
	}
	m := l.merges[len(l.merges)-1]
	l.merges = l.merges[:len(l.merges)-1]
	l.do("unmerge", func(ctx context.Context, tx *db.Tx) error {
		return l.customers.Unmerge(ctx, tx, m, "two persons after all")
	})
}

func (l *life) speak() {
	l.do("speak", func(ctx context.Context, tx *db.Tx) error {
		for _, c := range l.some(ctx, tx) {
			act := privacy.Act{CustomerID: c.Int64(), Purpose: privacy.Marketing, Channel: privacy.Channels[l.n(3)], Given: l.n(2) == 0,
				TextID: l.text, Evidence: privacy.Evidence{How: "till"}}
			if !act.Given {
				act.TextID = privacy.TextID{}
			}
			if err := l.consents.Record(ctx, tx, act); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *life) claim() {
	l.do("claim", func(ctx context.Context, tx *db.Tx) error {
		orders, err := l.orders.List(ctx, tx, order.Filter{Limit: 50})
		if err != nil {
			return err
		}
		for _, o := range orders {
			if o.CustomerID.IsZero() {
				_, _, err = l.orders.Claim(ctx, tx, o.ID, order.Claimer{Identities: l.person()})
				return err
			}
		}
		return nil
	})
}

func (l *life) undo() {
	l.do("undo an import", func(ctx context.Context, tx *db.Tx) error {
		_, err := l.orders.RemoveImport(ctx, tx, int64(1+l.n(2)), 1+l.n(10))
		return err
	})
}

func (l *life) tomorrow() {
	if err := l.db.MoveClock(l.Context(), time.Duration(1+l.n(60))*24*time.Hour); err != nil {
		l.Fatal(err)
	}
	l.settle()
}

func (l *life) settle() {
	if err := errors.Join(l.log.CatchUp(l.Context()), l.jobs.Drain(l.Context()), l.log.CatchUp(l.Context())); err != nil {
		l.Fatal(err)
	}
}

func (l *life) sound(when string, d *db.DB) {
	l.Helper()
	report, err := verify.Run(l.Context(), d)
	if err != nil {
		l.Fatal(err)
	}
	if !report.Sound() {
		var text bytes.Buffer
		_ = report.Write(&text) // A buffer takes everything.
		l.Fatalf("%s:\n%s", when, text.String())
	}
}

// TestRun_life lives some hundred days of a shop through all services: whatever happens, verify finds
// nothing; nor after everything was derived again, nor in a copy.
func TestRun_life_leaves_no_fault(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys, err := privacy.NewKeys()
		if err != nil {
			t.Fatal(err)
		}
		l := newLife(t, d, keys)
		l.open()
		for step := range 300 {
			switch n := l.n(100); {
			case n < 35:
				l.sell()
			case n < 45:
				l.edit()
			case n < 65:
				l.giveBack()
			case n < 72:
				l.merge()
			case n < 75:
				l.unmerge()
			case n < 86:
				l.speak()
			case n < 90:
				l.claim()
			case n < 93:
				l.undo()
			case n < 97:
				l.tomorrow()
			default:
				l.settle()
			}
			if step%20 == 0 {
				l.sound(fmt.Sprint("after step ", step), d)
			}
		}
		l.settle()
		l.sound("at the end", d)
		for _, what := range []string{"sell", "edit", "give back", "merge", "unmerge", "speak", "claim", "undo an import"} {
			if l.done[what] < 5 {
				t.Errorf("%s: done %d times only, of all %v", what, l.done[what], l.done)
			}
		}
		if err := errors.Join(l.segments.Rebuild(t.Context(), d, func(int64) {}), l.insight.Rebuild(t.Context())); err != nil {
			t.Fatal(err)
		}
		l.settle()
		l.sound("after everything was derived again", d)
		for _, engine := range dbtest.Engines() {
			other := dbtest.Open(t, engine)
			if err := db.Copy(t.Context(), d, other, nil); err != nil {
				t.Fatal(err)
			}
			l.sound("in a copy on "+string(engine), other)
		}
	})
}
