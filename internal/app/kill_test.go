package app_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
	"github.com/shuke-crm/shuke/internal/verify"
)

// childVariable makes the test binary serve the database it names, as `shuke serve` does, until it is
// killed; or as another command does that commandVariable names.
const (
	childVariable   = "SHUKE_TEST_SERVE"
	commandVariable = "SHUKE_TEST_COMMAND"
)

func TestMain(m *testing.M) {
	if target := os.Getenv(childVariable); target != "" {
		c := app.Command{Out: os.Stdout, Err: os.Stderr, Env: os.Getenv}
		if err := c.Run(context.Background(), []string{cmp.Or(os.Getenv(commandVariable), "serve"), "--listen", "127.0.0.1:0", "--db", target}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestKill kills the server at random moments while tills send orders. Every order that was
// acknowledged is there, none is half there, and sending an order again after a kill makes no second
// one (INV-01). 50 kills over both engines; 1,000 with SHUKE_SOAK=1.
func TestKill(t *testing.T) {
	engines := dbtest.Engines()
	kills := 50 / len(engines)
	if os.Getenv("SHUKE_SOAK") != "" {
		kills = 1000 / len(engines)
	}
	for _, engine := range engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			killAndCheck(t, engine, kills)
		})
	}
}

func killAndCheck(t *testing.T, engine db.Engine, kills int) {
	target, keys := dbtest.Target(t, engine), t.TempDir()+"/keys"
	secret := makeTill(t, target, keys)
	l := &load{secret: secret, acknowledged: map[string]bool{}}
	for range kills {
		child := startChild(t, target, keys)
		stop := make(chan struct{})
		var sending sync.WaitGroup
		for till := range 4 {
			sending.Go(func() { l.send(child.address, till, stop) })
		}
		l.wait(t)
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond) // The moment of the kill is meant to be random.
		child.kill(t)
		close(stop)
		sending.Wait()
	}
	l.check(t, target, keys, kills)
	t.Logf("%d kills, %d orders acknowledged", kills, len(l.acknowledged))
}

// makeTill opens a shop and returns the secret of an API key that can record orders.
func makeTill(t *testing.T, target, keys string) (secret string) {
	t.Helper()
	a, err := app.Open(context.Background(), app.Options{Target: target, KeyFile: keys})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	err = a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := a.Staff.CreateShop(ctx, tx, staff.NewShop{Code: "A", Name: "店A"}); err != nil {
			return err
		}
		owner, err := a.Staff.Create(ctx, tx, staff.NewPerson{Name: "Owner", Login: "owner", Role: staff.Owner})
		if err != nil {
			return err
		}
		caller := access.Program("test")
		caller.StaffID = owner.ID.Int64()
		_, secret, err = a.Staff.CreateKey(access.With(ctx, caller), tx, staff.NewKey{
			Name: "till", Permissions: []access.Permission{access.OrdersRead, access.OrdersWrite}, AllShops: true,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// child is a server in a process of its own.
type child struct {
	process *exec.Cmd
	address string
}

func startChild(t *testing.T, target, keys string) child {
	t.Helper()
	return startChildAs(t, "serve", target, keys)
}

func startChildAs(t *testing.T, command, target, keys string) child {
	t.Helper()
	c := child{process: exec.Command(os.Args[0])}
	c.process.Env = append(os.Environ(), childVariable+"="+target, commandVariable+"="+command, "SHUKE_KEY_FILE="+keys)
	out, err := c.process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "address="); ok {
			c.address, _, _ = strings.Cut(rest, " ")
			break
		}
	}
	if c.address == "" {
		c.kill(t)
		t.Fatal("the child did not start to listen")
	}
	go func() { // Its log must not fill the pipe.
		for lines.Scan() {
		}
	}()
	return c
}

func (c child) kill(t *testing.T) {
	t.Helper()
	if err := c.process.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = c.process.Wait() // It was killed; that is what Wait says.
}

// load is what the tills sent, and what they were told.
type load struct {
	secret string

	mu           sync.Mutex
	sent         int
	open         []string // open are orders without an answer, to be sent again.
	acknowledged map[string]bool
	last         int // last is the status of the last answer.
	before       int // before is how many were acknowledged at the last wait.
}

// next returns the number of the order to send: one that was left without an answer, or a new one.
func (l *load) next() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.open); n > 0 {
		number := l.open[n-1]
		l.open = l.open[:n-1]
		return number
	}
	l.sent++
	return fmt.Sprintf("N%06d", l.sent)
}

// wait waits until an order has been acknowledged since the last wait, so that every kill meets a server
// that works.
func (l *load) wait(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		l.mu.Lock()
		n := len(l.acknowledged)
		l.mu.Unlock()
		if n > l.before {
			l.before = n
			return
		}
	}
	t.Fatalf("no order was acknowledged within 30 s; the last answer was %d", l.last)
}

func (l *load) note(number string, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = status
	if status == http.StatusOK || status == http.StatusCreated {
		l.acknowledged[number] = true
	} else {
		l.open = append(l.open, number)
	}
}

// orderBody is an order of three lines whose money follows from its number.
func orderBody(number string, till int) map[string]any {
	line := func(sku string, quantity int) map[string]any {
		return map[string]any{"sku": sku, "quantity": quantity, "unit_price_fen": 1000}
	}
	return map[string]any{
		"source": "till", "order_no": number, "shop_code": "A", "paid_at": "2026-11-24T10:00:00Z",
		"identities": []any{map[string]any{"kind": "phone", "value": fmt.Sprintf("138%08d", len(number)*7+till)}},
		"lines":      []any{line("A", 1), line("B", 2), line("C", 3)},
	}
}

func (l *load) send(address string, till int, stop chan struct{}) {
	for range 10_000 {
		select {
		case <-stop:
			return
		default:
		}
		number := l.next()
		got, err := try("POST", address+"/v1/orders", orderBody(number, 0), withKey(l.secret))
		if err != nil {
			got.status = 0
		}
		l.note(number, got.status)
		if err != nil {
			return // Killed.
		}
	}
}

// check opens what is left and compares it with what the tills were told.
func (l *load) check(t *testing.T, target, keys string, atLeast int) {
	t.Helper()
	a := openTarget(t, target, keys)
	if err := a.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	stored := map[string]bool{}
	err := a.DB.View(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		numbers, err := db.All(ctx, tx, func(scan db.Scan) (n string, err error) {
			var lines, paid int64
			if err = scan(&n, &lines, &paid); err == nil && (lines != 3 || paid != 6000) {
				t.Errorf("order %s is half there: %d lines, %d fen", n, lines, paid)
			}
			return n, err
		}, `select o.order_no, count(*), cast(sum(l.paid_fen) as bigint) from orders o join order_lines l on l.order_id = o.id group by o.id, o.order_no`)
		for _, n := range numbers {
			if stored[n] {
				t.Errorf("order %s is there twice", n)
			}
			stored[n] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := range l.acknowledged {
		if !stored[n] {
			t.Errorf("order %s was acknowledged and is lost", n)
		}
	}
	if len(l.acknowledged) < atLeast {
		t.Errorf("only %d orders were acknowledged: the load was none", len(l.acknowledged))
	}
	report, err := verify.Run(context.Background(), a.DB)
	if err != nil {
		t.Fatal(err)
	}
	if !report.Sound() {
		_ = report.Write(t.Output())
		t.Error("the database has faults")
	}
}
