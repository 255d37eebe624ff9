package order_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"sync/atomic"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// TestRecord_is_two_round_trips to PostgreSQL for a customer who is known: what must be known is asked at once, and
// all that is written goes out with the commit.
func TestRecord_is_two_round_trips(t *testing.T) {
	t.Parallel()
	if os.Getenv("SHUKE_TEST_POSTGRES") == "" {
		t.Skip("SHUKE_TEST_POSTGRES is not set: this is about the way to PostgreSQL; make test starts one")
	}
	target, trips := countTrips(t, dbtest.Target(t, db.Postgres))
	h := setup(t, dbtest.OpenTarget(t, target))
	h.withSegments()
	least := int64(1000)
	for i := range 10 { // The first ones make her known and prepare statements; now and then the process says that it lives.
		before := trips.Load()
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Record(ctx, tx, sale(fmt.Sprint(i)))
			return err
		})
		least = min(least, trips.Load()-before)
	}
	if least != 2 {
		t.Errorf("an order takes %d round trips, want 2", least)
	}
}

// countTrips puts itself before a server and counts how often a client speaks after the server has answered.
func countTrips(t *testing.T, target string) (string, *atomic.Int64) {
	t.Helper()
	address, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	server := address.Host
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var trips atomic.Int64
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return // The test has ended.
			}
			behind, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close()
				continue
			}
			var answered atomic.Bool
			relay := func(to, from net.Conn, seen func()) {
				_, _ = io.Copy(to, io.TeeReader(from, writes(seen))) // Whoever hangs up ends it.
				_ = to.Close()
			}
			go relay(client, behind, func() { answered.Store(true) })
			go relay(behind, client, func() {
				if answered.Swap(false) {
					trips.Add(1)
				}
			})
		}
	}()
	address.Host = l.Addr().String()
	return address.String(), &trips
}

// writes is called for every piece that passes.
type writes func()

// Write implements io.Writer.
func (w writes) Write(p []byte) (int, error) {
	w()
	return len(p), nil
}
