package app_test

import (
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
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
	fillSmall(t, a, founded)
	return a
}

func fillSmall(t *testing.T, a *app.App, founded time.Time) {
	t.Helper()
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
}

// openTargetUntil opens the program, does the first work and closes it, so that another process can have the
// database; what it returns does so again.
func openTargetUntil(t *testing.T, target, keys string, first func(*app.App)) (again func(func(*app.App))) {
	t.Helper()
	again = func(work func(*app.App)) {
		t.Helper()
		a, err := app.Open(context.Background(), app.Options{Target: target, KeyFile: keys, Folder: t.TempDir(), Demo: true, Limits: unlimited})
		if err != nil {
			t.Fatalf("open the program: %v", err)
		}
		work(a)
		if err := a.Close(); err != nil {
			t.Errorf("close the program: %v", err)
		}
	}
	again(first)
	return again
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
				// Each time a little later, since a machine with much to do gets nowhere in 150 ms.
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(150+10*stops)*time.Millisecond)
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

// TestDemo_killed kills the process in which the customers live, at random moments of it.
func TestDemo_killed(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			kills, pause := 4, 100
			if engine == db.Postgres {
				kills, pause = 1, 800 // After each, the lease of the lost worker is waited out.
			}
			founded := time.Now().UTC().Truncate(time.Millisecond)
			calm := openDemo(t, engine, founded)
			move(t, calm, 9*24*time.Hour)
			until := settle(t, calm).MovingTo

			target, keys := dbtest.Target(t, engine), t.TempDir()+"/keys"
			torn := openTargetUntil(t, target, keys, func(a *app.App) {
				fillSmall(t, a, founded)
				move(t, a, 9*24*time.Hour)
			})
			met := 0
			for range kills {
				c := startChildAs(t, "demo", target, keys)
				time.Sleep(time.Duration(pause+rand.IntN(400)) * time.Millisecond) // The moment of the kill is meant to be random.
				c.kill(t)
				torn(func(a *app.App) {
					if life := findLife(t, a); life.Moving && life.Told.Orders > 0 {
						met++
					}
				})
			}
			t.Logf("%d of %d kills met a life that was under way", met, kills)
			torn(func(a *app.App) {
				for began := db.Uptime(); findLife(t, a).Moving && db.Uptime()-began < time.Minute; { // Until it is tried again.
					if err := a.Jobs.Drain(context.Background()); err != nil {
						t.Fatal(err)
					}
					time.Sleep(100 * time.Millisecond)
				}
				life := settle(t, a)
				if life.MovingTo.Before(until) {
					until = life.MovingTo
				}
				if diff := cmp.Diff(lived(t, calm, until), lived(t, a, until)); diff != "" {
					t.Errorf("a calm life (-) and one that was killed (+) differ: %s", diff)
				}
				checkSound(t, a)
			})
		})
	}
}

// TestDemo_return_of_a_sale_that_was_left_out: who was taken out of the shop buys no more, and what she would
// have brought back does not wait for its order.
func TestDemo_return_of_a_sale_that_was_left_out(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			a := openDemo(t, engine, time.Now())
			count := func(query string) (n int64) {
				t.Helper()
				if err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, query).Scan(&n) }); err != nil {
					t.Fatal(err)
				}
				return n
			}
			settle(t, a)
			err := a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `update customers set state = 'erased'`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			move(t, a, 21*24*time.Hour)
			told := settle(t, a).Told
			if left := count(`select count(*) from refunds where state = 'waiting'`); left > 0 || told.Orders == 0 {
				t.Errorf("%d returns wait for sales that were left out; %d sales were not", left, told.Orders)
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

// TestDemo_tags_have_English_names, or a visitor who reads no Chinese could not tell them apart.
func TestDemo_tags_have_English_names(t *testing.T) {
	t.Parallel()
	a := openDemo(t, db.SQLite, time.Now())
	err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) error {
		tags, err := a.Customers.ListTags(ctx, tx, false)
		for _, tag := range tags {
			if tag.NameEN == "" {
				t.Errorf("the tag %s has no English name", tag.Name)
			}
		}
		if len(tags) < 12 {
			t.Errorf("there are %d tags, want those of the pack and of the chain", len(tags))
		}
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
