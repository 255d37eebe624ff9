package event_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

type waved struct {
	N int `json:"n"`
}

func (waved) FactKind() event.Kind { return "test.waved" }

type greeted struct{}

func (greeted) FactKind() event.Kind { return "test.greeted" }

type unknown struct{}

func (unknown) FactKind() event.Kind { return "test.unknown" }

func newLog(d *db.DB) *event.Log {
	l := event.New(d)
	l.Declare(event.Doc{Fact: waved{}, Text: "Somebody waved."}, event.Doc{Fact: greeted{}, Text: "Somebody was greeted."})
	return l
}

// wave appends facts about the customer, one transaction for each number.
func wave(t *testing.T, l *event.Log, customer int64, numbers ...int) {
	t.Helper()
	ctx := access.With(context.Background(), access.Caller{StaffID: 9, Touchpoint: "till"})
	for _, n := range numbers {
		err := l.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			return l.Append(ctx, tx, event.Entry{Fact: waved{n}, CustomerID: customer, Subject: "hand_1", ShopID: 3})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func catchUp(t *testing.T, l *event.Log) {
	t.Helper()
	if err := l.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// recorder is a follower that remembers what it was given.
type recorder struct {
	mu   sync.Mutex
	seen []string
	fail func(event.Record) error
}

func (f *recorder) follow(_ context.Context, _ *db.Tx, records []event.Record) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var seen []string
	for _, r := range records {
		if f.fail != nil {
			if err := f.fail(r); err != nil {
				return err
			}
		}
		var w waved
		if err := r.Decode(&w); err != nil {
			return err
		}
		seen = append(seen, fmt.Sprintf("%d:%d", r.CustomerID, w.N))
	}
	f.seen = append(f.seen, seen...)
	return nil
}

func (f *recorder) check(t *testing.T, want ...string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if diff := cmp.Diff(want, f.seen); diff != "" {
		t.Errorf("facts followed (-want +got):\n%s", diff)
	}
}

func TestAppend_keeps_everything(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLog(d)
		wave(t, l, 7, 1, 2)
		catchUp(t, l)
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			got, err := event.ListByCustomer(ctx, tx, []int64{7}, event.Cursor{}, 10)
			if err != nil {
				return err
			}
			if len(got) != 2 {
				return fmt.Errorf("%d facts, want 2", len(got))
			}
			r := got[1]
			if r.Kind != "test.waved" || r.StaffID != 9 || r.Touchpoint != "till" || r.ShopID != 3 || r.Subject != "hand_1" ||
				r.History || r.Pos == 0 || r.HappenedAt.IsZero() || !json.Valid(r.Payload) {
				t.Errorf("first fact = %+v", r)
			}
			older, err := event.ListByCustomer(ctx, tx, []int64{7}, event.Cursor{HappenedAt: got[0].HappenedAt, Pos: got[0].Pos}, 10, "test.waved")
			if err != nil || len(older) != 1 || older[0].Pos != r.Pos {
				t.Errorf("facts before the latest = %v (%v), want the first", older, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAppend_undeclared_fact_is_refused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLog(d)
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return l.Append(ctx, tx, event.Entry{Fact: unknown{}})
		})
		if err == nil || !strings.Contains(err.Error(), "not declared") {
			t.Errorf("Append = %v, want a complaint that the fact is not declared", err)
		}
	})
}

func TestApply(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLog(d)
		var order []string
		note := func(name string) event.Handler {
			return func(_ context.Context, _ *db.Tx, records []event.Record) error {
				order = append(order, fmt.Sprintf("%s %s", name, records[0].Kind))
				return nil
			}
		}
		l.Apply("low", note("low"), "test.waved", "test.greeted")
		l.Apply("greets", func(ctx context.Context, tx *db.Tx, records []event.Record) error {
			return l.Append(ctx, tx, event.Entry{Fact: greeted{}, CustomerID: records[0].CustomerID})
		}, "test.waved")
		l.Apply("high", note("high"), "test.waved")
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := l.Append(ctx, tx, event.Entry{Fact: waved{1}, CustomerID: 5}); err != nil {
				return err
			}
			if caused := event.Caused(tx); len(caused) != 2 || caused[1].Kind != "test.greeted" || !strings.HasPrefix(caused[0].CustomerID, "cus_") {
				t.Errorf("caused = %+v, want the wave and the greeting", caused)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"low test.waved", "low test.greeted", "high test.waved"}, order); diff != "" {
			t.Errorf("order of Apply (-want +got):\n%s", diff)
		}
	})
}

func TestApply_error_undoes_the_fact(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLog(d)
		boom := errors.New("boom")
		l.Apply("breaks", func(context.Context, *db.Tx, []event.Record) error { return boom }, "test.waved")
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return l.Append(ctx, tx, event.Entry{Fact: waved{1}})
		})
		if !errors.Is(err, boom) {
			t.Errorf("Update = %v, want boom", err)
		}
		err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if left, err := db.Exists(ctx, tx, "select 1 from events"); err != nil || left {
				t.Errorf("a fact is left: %v, %v", left, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestApply_endless_cause_is_stopped(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLog(d)
		l.Apply("echo", func(ctx context.Context, tx *db.Tx, _ []event.Record) error {
			return l.Append(ctx, tx, event.Entry{Fact: waved{1}})
		}, "test.waved")
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return l.Append(ctx, tx, event.Entry{Fact: waved{1}})
		})
		if err == nil || !strings.Contains(err.Error(), "cause each other") {
			t.Errorf("Append = %v, want a complaint about facts that cause each other", err)
		}
	})
}

func TestFollow_in_order_and_once(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, f := newLog(d), &recorder{}
		l.Follow("f", f.follow, "test.waved")
		wave(t, l, 1, 1, 2)
		catchUp(t, l)
		wave(t, l, 1, 3)
		catchUp(t, l)
		catchUp(t, l)
		f.check(t, "1:1", "1:2", "1:3")
	})
}

func TestFollow_runs_after_a_commit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLog(d)
		done := make(chan struct{})
		l.Follow("f", func(context.Context, *db.Tx, []event.Record) error { close(done); return nil }, "test.waved")
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { l.Run(ctx) })
		wave(t, l, 1, 1)
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Error("the follower did not run within 10 s")
		}
		cancel()
		wg.Wait()
	})
}

func TestRun_ends_in_the_middle_of_a_batch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLog(d)
		ctx, cancel := context.WithCancel(context.Background())
		l.Follow("f", func(ctx context.Context, _ *db.Tx, _ []event.Record) error {
			cancel()
			return ctx.Err()
		}, "test.waved")
		wave(t, l, 1, 1)
		done := make(chan struct{})
		go func() { l.Run(ctx); close(done) }()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Error("the log is followed 10 s after it was to end")
		}
	})
}

func TestFollow_parks_what_fails_and_keeps_a_customer_in_order(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLog(d)
		broken := true
		f := &recorder{fail: func(r event.Record) error {
			if broken && string(r.Payload) != "" && r.CustomerID == 2 {
				return errors.New("no waving today")
			}
			return nil
		}}
		l.Follow("f", f.follow, "test.waved")
		wave(t, l, 1, 1)
		wave(t, l, 2, 2)
		wave(t, l, 1, 3)
		wave(t, l, 2, 4)
		catchUp(t, l)
		f.check(t, "1:1", "1:3")

		parked := listParked(t, l)
		if len(parked) != 2 || parked[0].Error != "no waving today" || !strings.Contains(parked[1].Error, "waits") {
			t.Fatalf("parked = %+v, want the one that failed and the one behind it", parked)
		}
		broken = false
		retry := func(i int) error {
			return d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return l.RetryParked(ctx, tx, "f", parked[i].Pos)
			})
		}
		if err := retry(1); errs.CodeOf(err) != "event.not_first" {
			t.Errorf("retry out of order = %v, want event.not_first", err)
		}
		if err := errors.Join(retry(0), retry(1)); err != nil {
			t.Fatal(err)
		}
		if err := retry(0); errs.CodeOf(err) != "event.not_parked" {
			t.Errorf("retry twice = %v, want event.not_parked", err)
		}
		f.check(t, "1:1", "1:3", "2:2", "2:4")
	})
}

func TestCatchUp_takes_what_followers_append(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, early := newLog(d), 0
		l.Follow("early", func(_ context.Context, _ *db.Tx, records []event.Record) error {
			early += len(records)
			return nil
		}, "test.greeted")
		l.Follow("late", func(ctx context.Context, tx *db.Tx, records []event.Record) error {
			return l.Append(ctx, tx, event.Entry{Fact: greeted{}})
		}, "test.waved")
		wave(t, l, 1, 1)
		catchUp(t, l)
		if early != 1 {
			t.Errorf("the early follower saw %d greetings, want 1", early)
		}
	})
}

func listParked(t *testing.T, l *event.Log) (parked []event.Parked) {
	t.Helper()
	err := l.DB.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		parked, err = l.ListParked(ctx, tx, 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return parked
}

// TestFollow_misses_nothing has many writers, some slow, some rolling back, and two processes that
// follow: no fact is missed or taken twice, and each customer's facts stay in order. What was followed
// is kept in the database, since only that is exactly once.
func TestFollow_misses_nothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "create table seen (pos BIGINT PRIMARY KEY, customer_id BIGINT, n BIGINT)")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		var following sync.WaitGroup
		for range 2 {
			l := newLog(d)
			l.Follow("f", keepSeen, "test.waved")
			following.Go(func() { l.Run(ctx) })
		}
		const writers, facts = 8, 25
		var writing sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				for n := range facts {
					waveSlowly(t, newLog(d), int64(w+1), n)
				}
			})
		}
		writing.Wait()
		cancel()
		following.Wait()
		l := newLog(d)
		l.Follow("f", keepSeen, "test.waved")
		catchUp(t, l)
		checkSeen(t, d, writers*facts)
	})
}

// waveSlowly appends a fact, in every tenth case in a transaction that takes its id early and commits
// late, and another one that is rolled back.
func waveSlowly(t *testing.T, l *event.Log, customer int64, n int) {
	err := l.DB.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		err := l.Append(ctx, tx, event.Entry{Fact: waved{n}, CustomerID: customer})
		if n%10 == 9 {
			time.Sleep(5 * time.Millisecond)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	_ = l.DB.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(l.Append(ctx, tx, event.Entry{Fact: waved{-1}}), errors.New("rolled back"))
	})
}

func keepSeen(ctx context.Context, tx *db.Tx, records []event.Record) error {
	for _, r := range records {
		var w waved
		if err := r.Decode(&w); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "insert into seen (pos, customer_id, n) values ($1, $2, $3)", r.Pos, r.CustomerID, w.N); err != nil {
			return err
		}
	}
	return nil
}

func checkSeen(t *testing.T, d *db.DB, want int) {
	t.Helper()
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		type fact struct{ customer, n int64 }
		seen, err := db.All(ctx, tx, func(scan db.Scan) (f fact, err error) { return f, scan(&f.customer, &f.n) },
			"select customer_id, n from seen order by pos")
		if err != nil {
			return err
		}
		next := map[int64]int64{}
		for _, f := range seen {
			if f.n != next[f.customer] {
				t.Errorf("customer %d: fact %d came when %d was due", f.customer, f.n, next[f.customer])
			}
			next[f.customer] = f.n + 1
		}
		if len(seen) != want {
			t.Errorf("followed %d facts, want %d", len(seen), want)
		}
		if parked, err := db.Exists(ctx, tx, "select 1 from parked_facts"); err != nil || parked {
			t.Errorf("facts were parked: %v, %v", parked, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func BenchmarkFollow(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			l := newLog(dbtest.Open(b, engine))
			l.Follow("f", func(ctx context.Context, tx *db.Tx, records []event.Record) error { return nil }, "test.waved")
			err := l.DB.Update(b.Context(), func(ctx context.Context, tx *db.Tx) error {
				entries := make([]event.Entry, b.N)
				for i := range entries {
					entries[i] = event.Entry{Fact: waved{i}, CustomerID: int64(i%1000 + 1)}
				}
				return l.Append(ctx, tx, entries...)
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			if err := l.CatchUp(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "facts/s")
		})
	}
}
