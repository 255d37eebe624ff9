package app_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/demo"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
	"github.com/shuke-crm/shuke/internal/verify"
)

// openDemo opens the program with a small chain that was founded at an instant.
func openDemo(t *testing.T, engine db.Engine, founded time.Time) *app.App {
	t.Helper()
	a := open(t, engine)
	o := demo.Default(founded, a.Staff.Zone())
	o.Customers, o.Styles, o.Days = 200, 60, 60
	err := demo.Fill(context.Background(), demo.Services{
		DB: a.DB, Staff: a.Staff, Consents: a.Consents, Customers: a.Customers, Catalog: a.Catalog, Orders: a.Orders,
	}, o, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a
}

func move(t *testing.T, a *app.App, by time.Duration) {
	t.Helper()
	if err := a.Demo.Move(as(), by); err != nil {
		t.Fatal(err)
	}
}

// settle has the work done that is due.
func settle(t *testing.T, a *app.App) *demo.Life {
	t.Helper()
	if err := a.Jobs.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	life := findLife(t, a)
	if life == nil || life.Moving {
		t.Fatalf("life is %+v, want it at rest", life)
	}
	return life
}

func findLife(t *testing.T, a *app.App) (life *demo.Life) {
	t.Helper()
	err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) (err error) {
		life, err = a.Demo.Find(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return life
}

// lived is what happened in a chain before an instant, in a form that can be compared.
func lived(t *testing.T, a *app.App, before time.Time) map[string]int {
	t.Helper()
	all := map[string]int{}
	err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{
			`select 'sale ' || order_no || ' ' || paid_fen || ' ' || paid_at from orders where paid_at < $1`,
			`select 'return ' || refund_no || ' ' || amount_fen || ' ' || refunded_at from refunds where refunded_at < $1`,
			`select 'touch ' || event_id || ' ' || kind from touches where happened_at < $1`,
			`select 'note ' || created_at from notes where created_at < $1`,
			`select 'style ' || style_code from products where cast($1 as bigint) > 0`,
		} {
			lines, err := db.All(ctx, tx, func(scan db.Scan) (s string, err error) { return s, scan(&s) }, query, db.Millis(before))
			if err != nil {
				return err
			}
			for _, l := range lines {
				all[l]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDemo_days_make_a_week(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			founded := time.Now().UTC().Truncate(time.Millisecond)
			byWeek, byDay := openDemo(t, engine, founded), openDemo(t, engine, founded)
			move(t, byWeek, 7*24*time.Hour)
			until := settle(t, byWeek).MovingTo
			var told demo.Told
			for day := range 7 {
				if day == 3 { // A day by hours.
					for range 23 {
						move(t, byDay, time.Hour)
						settle(t, byDay)
					}
					move(t, byDay, time.Hour)
				} else {
					move(t, byDay, 24*time.Hour)
				}
				life := settle(t, byDay)
				told = life.Told
				if until.After(life.MovingTo) && day == 6 {
					until = life.MovingTo
				}
			}
			if told.Until.IsZero() || told.Orders > 100 {
				t.Errorf("the last day is told as %+v", told)
			}
			a, b := lived(t, byWeek, until), lived(t, byDay, until)
			if diff := cmp.Diff(a, b); diff != "" || len(a) < 1000 {
				t.Errorf("%d things happened; by week (-) and by day (+) differ: %s", len(a), diff)
			}
			if due := until.Sub(byWeek.DB.Now()); due > 0 {
				t.Errorf("the clock is %s behind", due)
			}
			checkSound(t, byDay)
		})
	}
}

// checkSound fails if the independent checks find a fault.
func checkSound(t *testing.T, a *app.App) {
	t.Helper()
	report, err := verify.Run(context.Background(), a.DB)
	if err != nil {
		t.Fatal(err)
	}
	if !report.Sound() {
		text, _ := json.Marshal(report)
		t.Errorf("the database has faults: %s", text)
	}
}

func TestDemo_each_day_happens_once(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			founded := time.Now().UTC().Truncate(time.Millisecond)
			calm, torn := openDemo(t, engine, founded), openDemo(t, engine, founded)
			for _, a := range []*app.App{calm, torn} {
				move(t, a, 24*time.Hour)
				move(t, a, 4*24*time.Hour) // The clock is moved again before the first move has begun.
			}
			until := settle(t, calm).MovingTo

			// The process ends in the middle, again and again.
			torn.Jobs.Grace = time.Millisecond
			stops := 0
			for ; findLife(t, torn).Moving; stops++ {
				ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
				_ = torn.Jobs.Drain(ctx) // It was stopped.
				cancel()
				if stops > 200 {
					t.Fatal("it does not come to an end")
				}
			}
			if stops < 2 {
				t.Errorf("it was done after %d stops, want it torn", stops)
			}
			life := findLife(t, torn)
			if life.MovingTo.Before(until) {
				until = life.MovingTo
			}
			a, b := lived(t, calm, until), lived(t, torn, until)
			if diff := cmp.Diff(a, b); diff != "" {
				t.Errorf("a calm week (-) and a torn one (+) differ: %s", diff)
			}
			told := findLife(t, calm).Told
			told.From, told.Until, life.Told.From, life.Told.Until = time.Time{}, time.Time{}, time.Time{}, time.Time{}
			if diff := cmp.Diff(told, life.Told); diff != "" {
				t.Errorf("what is told of a calm week (-) and a torn one (+): %s", diff)
			}

			// Even if the chain forgot how far it came, nothing happens twice.
			forget(t, torn)
			move(t, torn, time.Hour)
			settle(t, torn)
			again := lived(t, torn, until)
			for _, key := range slices.Sorted(maps.Keys(again)) {
				if key[:4] != "note" && again[key] != b[key] {
					t.Errorf("%s: %d, want %d", key, again[key], b[key])
				}
			}
		})
	}
}

// forget sets the chain back by a day.
func forget(t *testing.T, a *app.App) {
	t.Helper()
	err := a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update demo_chains set lived_until = lived_until - 86400000`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClock_tells_of_the_chain(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			a := openDemo(t, engine, time.Now())
			server := httptest.NewServer(a.Handler())
			t.Cleanup(server.Close)
			owner := withCookies(demoOwner(t, a))
			type clock struct {
				Now  time.Time
				Life *demo.Life
			}
			var before, moved, after clock
			ask(t, "GET", server.URL+"/v1/clock", nil, owner).json(t, &before)
			if before.Life == nil || before.Life.Moving {
				t.Fatalf("at first life is %+v, want it at rest", before.Life)
			}
			ask(t, "POST", server.URL+"/v1/clock/move", map[string]int{"hours": 48}, owner).json(t, &moved)
			if moved.Life == nil || !moved.Life.Moving || moved.Life.MovingTo.Sub(before.Now) < 48*time.Hour {
				t.Fatalf("after the move life is %+v, want it moving", moved.Life)
			}
			if got := ask(t, "POST", server.URL+"/v1/clock/move", map[string]int{"hours": 8784}, owner); got.status != http.StatusBadRequest {
				t.Errorf("a year on top: %d, want it refused", got.status)
			}
			settle(t, a)
			ask(t, "GET", server.URL+"/v1/clock", nil, owner).json(t, &after)
			if told := after.Life.Told; after.Life.Moving || told.Orders == 0 || told.Visits == 0 || after.Now.Before(moved.Life.MovingTo) {
				t.Errorf("in the end the clock says %+v", after)
			}
		})
	}
}

func TestClock_without_a_chain_moves_at_once(t *testing.T) {
	t.Parallel()
	a := open(t, db.SQLite)
	before := a.DB.Now()
	move(t, a, time.Hour)
	if went := a.DB.Now().Sub(before); went < time.Hour {
		t.Errorf("the clock went %s, want an hour", went)
	}
	if life := findLife(t, a); life != nil {
		t.Errorf("life is %+v, want none", life)
	}
}

func demoOwner(t *testing.T, a *app.App) []*http.Cookie {
	t.Helper()
	var token string
	err := a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		owner, err := a.Staff.DemoPerson(ctx, tx, staff.Owner)
		if err != nil {
			return err
		}
		issued, err := a.Staff.SignInDemo(ctx, tx, owner, staff.Device{})
		token = issued.Token
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return []*http.Cookie{{Name: "shuke", Value: token}}
}
