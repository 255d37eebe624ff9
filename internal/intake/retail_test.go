package intake

import (
	"bufio"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

const retailFile = "online_retail/online_retail_2010-12_2011-09.csv.gz"

// sharedFile returns a file of the data that developers share, or skips the test.
func sharedFile(t testing.TB, name string) string {
	t.Helper()
	folder := os.Getenv("SHUKE_SHARED")
	if folder == "" {
		folder = "../../../shared"
	}
	path := filepath.Join(folder, "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no %s: set SHUKE_SHARED to the folder that holds data/%s", path, name)
	}
	return path
}

// firstRows writes the first rows of the file, with its header, and returns how many bytes that are.
func firstRows(t testing.TB, path string, rows int) string {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "first.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	lines := bufio.NewScanner(z)
	for n := 0; n <= rows && lines.Scan(); n++ {
		if _, err := out.WriteString(lines.Text() + "\n"); err != nil {
			t.Fatal(err)
		}
	}
	return out.Name()
}

// retail are the numbers of the file that its authors' documents and our references tell.
type retail struct {
	Counts       Counts
	CleanFen     int64 // CleanFen is the revenue of positive lines with a customer.
	Buyers       int64 // Buyers bought something; the others only brought back.
	Customers    int64
	AllRefundFen int64
}

func (h house) retail(t testing.TB) (r retail) {
	t.Helper()
	err := h.DB.View(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		err := tx.QueryRow(ctx, `select cast(sum(paid_fen) as bigint), count(distinct customer_id) from orders where customer_id is not null and paid_fen > 0`).Scan(&r.CleanFen, &r.Buyers)
		if err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `select count(*) from customers`).Scan(&r.Customers); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select cast(sum(amount_fen) as bigint) from refunds`).Scan(&r.AllRefundFen)
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOnlineRetail(t *testing.T) {
	t.Parallel()
	path := sharedFile(t, retailFile)
	want := retail{
		Counts:   Counts{Rows: 370_931, Orders: 18_786 - 2_887, Refunds: 2_887, Customers: 3_658, AnonymousOrders: 2_728},
		CleanFen: 619_207_894, Buyers: 3_616, Customers: 3_658, AllRefundFen: 55_967_311,
	}
	if testing.Short() {
		path = firstRows(t, path, 20_000)
		want = retail{Counts: Counts{Rows: 20_000, Orders: 834, Refunds: 104, Customers: 559, AnonymousOrders: 127}}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		counts, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path, Preset: OnlineRetail})
		if err != nil {
			t.Fatalf("import: %v, %+v", err, counts)
		}
		got := h.retail(t)
		got.Counts = counts
		if testing.Short() {
			got = retail{Counts: counts}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestOnlineRetail_again_and_undone(t *testing.T) {
	t.Parallel()
	path := firstRows(t, sharedFile(t, retailFile), 20_000)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		first, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path})
		if err != nil {
			t.Fatal(err)
		}
		before := digest(t, d)
		imp := h.latest(t)
		second, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path})
		if want := (Counts{Rows: first.Rows, Unchanged: first.Orders + first.Refunds}); err != nil || second != want {
			t.Errorf("again: got %+v, %v; want %+v", second, err, want)
		}
		if diff := cmp.Diff(before, digest(t, d)); diff != "" {
			t.Errorf("importing again changed (-before +after):\n%s", diff)
		}
		if _, err := h.UndoImport(context.Background(), imp.ID); err != nil {
			t.Fatal(err)
		}
		if got := sizes(digest(t, d)); got != nothing {
			t.Errorf("after the undo: got %s", got)
		}
	})
}
