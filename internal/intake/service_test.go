package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// digest writes down what the database holds of sales, customers and goods, without what differs from
// run to run: ids and the time of recording.
func digest(t testing.TB, d *db.DB) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	for name, query := range map[string]string{
		"orders": `select o.source || ' ' || o.order_no || ' ' || o.channel || ' ' || cast(o.paid_at as text) || ' ' || cast(o.on_day as text) || ' ' || cast(o.paid_fen as text)
			|| ' ' || cast(o.units as text) || ' ' || cast(o.line_count as text) || ' ' || cast(o.refunded_fen as text) || ' '
			|| coalesce((select min(cast(i.index_hash as text)) from customer_identities i where i.customer_id = o.customer_id), '-') from orders o`,
		"lines":     `select o.order_no || ' ' || k.code || ' ' || cast(l.quantity as text) || ' ' || cast(l.unit_price_fen as text) || ' ' || cast(l.paid_fen as text) from order_lines l join orders o on o.id = l.order_id join skus k on k.id = l.sku_id`,
		"refunds":   `select r.source || ' ' || r.refund_no || ' ' || cast(r.amount_fen as text) || ' ' || cast(r.units as text) || ' ' || r.state from refunds r`,
		"customers": `select c.name || ' ' || c.gender || ' ' || c.state || ' ' || (select min(cast(i.index_hash as text)) from customer_identities i where i.customer_id = c.id) from customers c`,
		"products":  `select p.style_code || ' ' || p.name || ' ' || p.category || ' ' || p.state from products p`,
		"profiles":  `select cast(p.order_count as text) || ' ' || cast(p.paid_fen as text) || ' ' || cast(p.refunded_fen as text) || ' ' || cast(p.purchase_day_count as text) || ' ' || (select min(cast(i.index_hash as text)) from customer_identities i where i.customer_id = p.customer_id) from profiles p`,
		"shops":     `select code || ' ' || name from shops`, "staff": `select name from staff`,
		"stocks": `select k.code || ' ' || cast(s.quantity as text) from stocks s join skus k on k.id = s.sku_id`,
	} {
		err := d.View(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
			got[name], err = db.All(ctx, tx, func(scan db.Scan) (text string, err error) { return text, scan(&text) }, query)
			return err
		})
		if err != nil {
			t.Fatalf("read %s: %v", name, err)
		}
		slices.Sort(got[name])
	}
	return got
}

// sizes are the numbers of rows of a digest.
func sizes(digest map[string][]string) string {
	var parts []string
	for _, name := range []string{"orders", "lines", "refunds", "customers", "products", "profiles", "stocks", "shops", "staff"} {
		parts = append(parts, fmt.Sprint(name, " ", len(digest[name])))
	}
	return strings.Join(parts, ", ")
}

const nothing = "orders 0, lines 0, refunds 0, customers 0, products 0, profiles 0, stocks 0, shops 0, staff 0"

// sampleOrders makes a file of so many orders of a till, with returns, people and anonymous sales.
func sampleOrders(n int) string {
	var b strings.Builder
	b.WriteString("小票号,销售时间,货号,品名,数量,单价,小计,手机号,姓名,门店,导购\n")
	for i := range n {
		phone, name := fmt.Sprintf("1390000%04d", i%97), fmt.Sprintf("顾客%d", i%97)
		if i%5 == 0 {
			phone, name = "", ""
		}
		for l := range 1 + i%3 {
			quantity := 1 + l
			if i%11 == 10 {
				quantity = -quantity
			}
			price := 10 + (i*7+l*13)%90
			fmt.Fprintf(&b, "N%05d,2026-%02d-%02d %02d:%02d,SKU%d,货%d,%d,%d.50,%d.50,%s,%s,%s,%s\n", i, 1+i%6, 1+i%28, 9+i%12, i%60, (i+l)%37, (i+l)%37, quantity, price,
				price, phone, name, []string{"一店", "二店"}[i%2], []string{"小王", "小李", ""}[i%3])
		}
	}
	return b.String()
}

func shuffle(text string, seed uint64) string {
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	rows := lines[1:]
	rows[len(rows)-1] += "\n"
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return strings.Join(lines, "")
}

func TestRunFile_second_import_changes_nothing(t *testing.T) {
	t.Parallel()
	path := write(t, "till.csv", sampleOrders(300))
	shuffled := write(t, "shuffled.csv", shuffle(sampleOrders(300), 3))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		first, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path})
		if err != nil {
			t.Fatalf("first import: %v", err)
		}
		if first.Rows != 600 || first.Orders != 273 || first.Refunds != 27 || first.Customers == 0 || first.AnonymousOrders == 0 || first.Unchanged != 0 {
			t.Errorf("first import: got %+v", first)
		}
		want := digest(t, d)
		for name, again := range map[string]string{"the same file": path, "the same rows in another order": shuffled} {
			second, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: again})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := (Counts{Rows: 600, Unchanged: 300}); second != got {
				t.Errorf("%s: got %+v, want %+v", name, second, got)
			}
			if diff := cmp.Diff(want, digest(t, d)); diff != "" {
				t.Errorf("%s changed (-before +after):\n%s", name, diff)
			}
		}
	})
}

func TestRunFile_changed_content_is_a_conflict(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		text := sampleOrders(20)
		if _, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: write(t, "a.csv", text)}); err != nil {
			t.Fatal(err)
		}
		want := digest(t, d)
		changed := strings.Replace(text, "N00003,2026-04-04", "N00003,2026-04-05", 1)
		var faults bytes.Buffer
		got, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: write(t, "b.csv", changed), Faults: &faults})
		if errs.CodeOf(err) != "import.faults" || got.Errors != 1 || got.Unchanged != 19 || got.Orders != 0 {
			t.Errorf("got %+v, %v; want one conflict", got, err)
		}
		line := 2 + strings.Count(text[:strings.Index(text, "N00003")], "\n") - 1
		if want := fmt.Sprintf("line,field,code,message\n%d,order_no,order.exists_differs,", line); !strings.HasPrefix(faults.String(), want) {
			t.Errorf("faults: got %q, want %q…", faults.String(), want)
		}
		if diff := cmp.Diff(want, digest(t, d)); diff != "" {
			t.Errorf("a conflict changed (-before +after):\n%s", diff)
		}
	})
}

func TestUndo_leaves_nothing(t *testing.T) {
	t.Parallel()
	path := write(t, "till.csv", sampleOrders(250))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		counts, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path})
		if err != nil {
			t.Fatal(err)
		}
		i := h.latest(t)
		removed, err := h.UndoImport(context.Background(), i.ID)
		if err != nil {
			t.Fatalf("undo: %v", err)
		}
		if got := sizes(digest(t, d)); got != nothing {
			t.Errorf("after the undo: got %s", got)
		}
		if removed.Orders != counts.Orders+counts.Refunds || removed.Customers != counts.Customers || removed.Products != 37 {
			t.Errorf("removed %+v, imported %+v", removed, counts)
		}
		if got := h.latest(t).State; got != Undone {
			t.Errorf("state: got %s, want undone", got)
		}
		if again, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path}); err != nil || again != counts {
			t.Errorf("import after the undo: got %+v, %v; want %+v", again, err, counts)
		}
	})
}

func TestUndo_keeps_what_others_use(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		ctx := access.With(context.Background(), access.Program("console"))
		if _, err := h.RunFile(ctx, RunOptions{Kind: Orders, Path: write(t, "a.csv", "订单号,付款时间,货号,数量,单价,手机,导购,门店\n1,2026-01-02,A,1,1,13800000001,小王,main\n2,2026-01-02,B,1,1,13800000002,小李,main\n3,2026-01-02,C,1,1,13800000003,小李,二店\n")}); err != nil {
			t.Fatal(err)
		}
		err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			phone := func(n string) []customer.Identity { return []customer.Identity{{Kind: customer.Phone, Value: n}} }
			clerks, err := h.Staff.EnsureStaffRefs(ctx, tx, []string{"小王"}, 0)
			if err != nil {
				return err
			}
			_, err = h.Orders.Record(ctx, tx, order.Draft{Source: "till", OrderNo: "9", ShopCode: "main", Clerk: clerks["小王"], Identities: phone("13800000001"), Lines: []order.DraftLine{{SKU: "A", Quantity: 1, UnitPriceFen: 100}}})
			if err != nil {
				return err
			}
			c, err := h.Customers.Resolve(ctx, tx, customer.Resolve{Identities: phone("13800000002"), Source: "till"})
			if err != nil {
				return err
			}
			_, err = h.Customers.AddNote(ctx, tx, c, customer.Note{Kind: customer.TalkNote, Body: "called"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if d.Engine == db.Postgres {
			sequence(t, h.log)
		}
		removed, err := h.UndoImport(ctx, h.latest(t).ID)
		if err != nil {
			t.Fatal(err)
		}
		if want := (Removed{Orders: 3, Customers: 1, Products: 2, Shops: 1, Staff: 1, KeptCustomers: 2, KeptProducts: 1}); removed != want {
			t.Errorf("got %+v, want %+v", removed, want)
		}
	})
}

// latest returns the import that was made last.
func (h house) latest(t testing.TB) Import {
	t.Helper()
	var all []Import
	err := h.DB.View(access.With(context.Background(), access.Program("test")), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = listImports(ctx, tx, ID{}, 1)
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("list imports: %v, %d found", err, len(all))
	}
	return all[0]
}

// sequence gives the facts of PostgreSQL their places, as the log does while it runs.
func sequence(t testing.TB, l *event.Log) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { l.Run(ctx); close(done) }()
	for {
		head, waiting := int64(0), true
		err := l.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if head, err = event.Head(ctx, tx); err != nil {
				return err
			}
			waiting, err = db.Exists(ctx, tx, "select 1 from events where pos is null")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if head > 0 && !waiting {
			break
		}
	}
	cancel()
	<-done
}

var errKilled = errors.New("killed")

func TestRunFile_goes_on_after_a_kill(t *testing.T) {
	t.Parallel()
	path := write(t, "till.csv", shuffle(sampleOrders(1_800), 5))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		whole := open(t, dbtest.Open(t, d.Engine))
		want, err := whole.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path})
		if err != nil {
			t.Fatal(err)
		}
		keys := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(keys, mustRead(t, whole.keyFile), 0o600); err != nil {
			t.Fatal(err)
		}
		broken := wire(t, d, keys)
		for batches := 1; ; batches++ { // Killed after each batch.
			ctx, kill := context.WithCancelCause(context.Background())
			done, err := broken.RunFile(ctx, RunOptions{Kind: Orders, Path: path, Progress: killer{kill}, size: besideOthers})
			kill(nil)
			if err == nil {
				if done != want {
					t.Errorf("counts: got %+v, want %+v", done, want)
				}
				break
			}
			if !errors.Is(err, errKilled) && !errors.Is(err, context.Canceled) || batches > 10 {
				t.Fatalf("run %d: %v", batches, err)
			}
		}
		if diff := cmp.Diff(digest(t, whole.DB), digest(t, d)); diff != "" {
			t.Errorf("database (-in one go +after kills):\n%s", diff)
		}
	})
}

// killer ends a run when it tells its progress: after its first batch.
type killer struct{ kill context.CancelCauseFunc }

func (k killer) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("rows/s")) {
		k.kill(errKilled)
	}
	return len(p), nil
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRunFile_dry_run_writes_nothing(t *testing.T) {
	t.Parallel()
	text := sampleOrders(1_200) + "X1,never,A,a,1,1,1,,,一店\nX2,2026-01-02,A,a,1,1,1,1.39E+10,,一店\n"
	path := write(t, "till.csv", text)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		dry, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path, DryRun: true})
		if errs.CodeOf(err) != "import.faults" {
			t.Fatalf("dry run: %v", err)
		}
		if got := sizes(digest(t, d)); got != nothing {
			t.Errorf("a dry run wrote %s", got)
		}
		if i := h.latest(t); i.State != Previewed || !i.DryRun {
			t.Errorf("state: got %s, dry run %v; want previewed, true", i.State, i.DryRun)
		}
		wet, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path})
		if errs.CodeOf(err) != "import.faults" || wet != dry || wet.Errors != 2 {
			t.Errorf("run: got %+v, %v; the dry run said %+v", wet, err, dry)
		}
	})
}

func TestRunFile_stores_ten_thousand_faults_and_counts_the_rest(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("订单号,付款时间,货号,数量,单价\n")
	for i := range maxStoredFaults + 500 {
		fmt.Fprintf(&b, "%d,never,A,1,1\n", i)
	}
	h := open(t, dbtest.Open(t, db.SQLite))
	var faults bytes.Buffer
	got, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: write(t, "a.csv", b.String()), Faults: &faults})
	if errs.CodeOf(err) != "import.faults" || got.Errors != maxStoredFaults+500 {
		t.Errorf("got %+v, %v", got, err)
	}
	if lines := strings.Count(faults.String(), "\n"); lines != maxStoredFaults+1 {
		t.Errorf("stored faults: got %d lines, want %d", lines, maxStoredFaults+1)
	}
}

func TestRunFile_faults_of_the_file(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Open(t, db.SQLite))
	for _, c := range []struct {
		name, path, want string
		kind             Kind
		preset           string
	}{
		{"no such kind", write(t, "a.csv", "a,b\n1,2\n"), "import.kind", "gifts", ""},
		{"no such preset", write(t, "a.csv", "a,b\n1,2\n"), "preset.unknown", Orders, "onlineretail"},
		{"no such file", filepath.Join(t.TempDir(), "no.csv"), "file.unreadable", Orders, ""},
		{"another ending", write(t, "a.exe", "a,b\n1,2\n"), "file.kind", Orders, ""},
		{"columns that nobody knows", write(t, "a.csv", "a,b\n1,2\n"), "mapping.invalid", Orders, ""},
	} {
		if _, err := h.RunFile(context.Background(), RunOptions{Kind: c.kind, Path: c.path, Preset: c.preset}); errs.CodeOf(err) != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestRunFile_customers(t *testing.T) {
	t.Parallel()
	const text = "姓名,手机号,性别,生日,历法,归属门店,会员卡号,标签,注册时间,是否接收短信\n" +
		"张三,138 0000 0001,男,1990-05-20,阳历,一店,V001,\"常客,喜欢蓝色\",2024-03-01 10:00,是\n" +
		"李四,13800000002,女,08-15,农历,,V002,,2024/4/1,否\n" +
		"王五,1.38E+10,女,,,,,,,\n" +
		"赵六,13800000004,?,,,,,,,\n" +
		"孙七,,,,,,,,,\n" +
		"周八,13800000008,,1990-02-30,,,,,,\n" +
		"吴九,12345,,,,,,,,\n" +
		"郑十,13800000010,,,,,,,2099-01-01,\n"
	path := write(t, "members.csv", gbk(text))
	options := RunOptions{Kind: Customers, Path: path, Set: Options{ConsentText: "我同意接收短信。"}}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		var faults bytes.Buffer
		o := options
		o.Faults = &faults
		got, err := h.RunFile(context.Background(), o)
		if want := (Counts{Rows: 8, Customers: 2, Errors: 6}); errs.CodeOf(err) != "import.faults" || got != want {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
		var codes []string
		for line := range strings.Lines(faults.String()) {
			codes = append(codes, strings.Join(strings.SplitN(line, ",", 4)[:3], " "))
		}
		want := []string{"line field code", "4 phone number.scientific", "5 gender gender.unknown", "6 phone customer.no_identity", "7 birthday date.no_such_day", "8 phone phone.invalid", "9 created_on date.future"}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("faults (-want +got):\n%s", diff)
		}
		h.checkZhangSan(t)
		before := digest(t, d)
		again, _ := h.RunFile(context.Background(), options)
		if want := (Counts{Rows: 8, Unchanged: 2, Errors: 6}); again != want {
			t.Errorf("second import: got %+v, want %+v", again, want)
		}
		if diff := cmp.Diff(before, digest(t, d)); diff != "" {
			t.Errorf("second import changed (-before +after):\n%s", diff)
		}
	})
}

// checkZhangSan looks at what the import of customers made of its first row.
func (h house) checkZhangSan(t testing.TB) {
	t.Helper()
	ctx := access.With(context.Background(), access.Program("test"))
	err := h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := h.Customers.Resolve(ctx, tx, customer.Resolve{Identities: []customer.Identity{{Kind: customer.Card, Value: "v001"}}, Source: "test"})
		if err != nil {
			return err
		}
		states, err := h.Customers.Consents.Current(ctx, tx, c.Int64())
		if err != nil {
			return err
		}
		if !states.Allows(privacy.SMS, privacy.Marketing) {
			t.Errorf("consent: got %+v, want marketing by SMS", states)
		}
		live, err := h.Customers.FindLive(ctx, tx, []customer.ID{c})
		if err != nil || len(live) != 1 {
			return fmt.Errorf("find: %w, %d found", err, len(live))
		}
		if live[0].ShopID == 0 || live[0].CreatedAt.Format("2006-01-02") != "2024-03-01" {
			t.Errorf("got %+v, want a home shop and 2024-03-01", live[0])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRunFile_products(t *testing.T) {
	t.Parallel()
	const text = "款号,SKU编码,商品名称,一级分类,二级分类,品牌,颜色,尺码,场景,风格,吊牌价,成本价,上市日期,库存,门店\n" +
		"D1,D1-R-S,连衣裙,女装,裙装,熟客,红,S,通勤,\"简约,复古\",399.00,120,2026-03-01,5,一店\n" +
		"D2,,衬衫,女装>上衣,,熟客,白,M,,,199,,2026/3/5,,\n" +
		"D1,D1-R-M,连衣裙,女装,裙装,熟客,红,M,通勤,,399.00,120,2026-03-01,3,一店\n" +
		"D1,D1-R-M,连衣裙,女装,裙装,熟客,红,M,通勤,,399.00,120,2026-03-01,9,二店\n" +
		"D3,D3,短裤,女装,,,,,,,-5,,,,\n" +
		"D4,D4,帽子,,,,,,,,10,,,1.5,\n"
	path := write(t, "goods.csv", text)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		got, err := h.RunFile(context.Background(), RunOptions{Kind: Products, Path: path})
		if want := (Counts{Rows: 6, Products: 2, Errors: 2}); errs.CodeOf(err) != "import.faults" || got != want {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
		before := digest(t, d)
		want := map[string][]string{
			"products": {"D1 连衣裙 女装/裙装 active", "D2 衬衫 女装/上衣 active"},
			"stocks":   {"D1-R-M 3", "D1-R-M 9", "D1-R-S 5"},
		}
		for name, rows := range want {
			if diff := cmp.Diff(rows, before[name]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		again, _ := h.RunFile(context.Background(), RunOptions{Kind: Products, Path: path})
		if want := (Counts{Rows: 6, Unchanged: 2, Errors: 2}); again != want {
			t.Errorf("second import: got %+v, want %+v", again, want)
		}
		if diff := cmp.Diff(before, digest(t, d)); diff != "" {
			t.Errorf("second import changed (-before +after):\n%s", diff)
		}
		all := h.imports(t)
		if removed, err := h.UndoImport(context.Background(), all[len(all)-1].ID); err != nil || removed.Products != 2 {
			t.Errorf("undo: got %+v, %v; want 2 products", removed, err)
		}
		if got := sizes(digest(t, d)); got != nothing {
			t.Errorf("after the undo: got %s", got)
		}
	})
}

func (h house) imports(t testing.TB) (all []Import) {
	t.Helper()
	err := h.DB.View(access.With(context.Background(), access.Program("test")), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = listImports(ctx, tx, ID{}, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAccept_run_cancel_and_go_on(t *testing.T) {
	t.Parallel()
	text := sampleOrders(1_400)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		ctx := access.With(context.Background(), access.Program("console"))
		i, err := h.Accept(ctx, Upload{Kind: Orders, Name: `C:\Exports\till.csv`, Body: strings.NewReader(text)})
		if err != nil {
			t.Fatal(err)
		}
		if i.FileName != "till.csv" || i.State != Uploaded || !i.FileKept {
			t.Errorf("accepted: got %+v", i)
		}
		do := func(act func(ctx context.Context, tx *db.Tx) (Import, error)) Import {
			t.Helper()
			var got Import
			if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) { got, err = act(ctx, tx); return err }); err != nil {
				t.Fatal(err)
			}
			return got
		}
		do(func(ctx context.Context, tx *db.Tx) (Import, error) { return h.Start(ctx, tx, i.ID, false) })
		path, err := h.pathOf(i)
		if err != nil {
			t.Fatal(err)
		}
		// It is cancelled after its first batch.
		_, err = h.carryOut(ctx, i.ID, path, besideOthers, func(p Progress) error {
			if h.latest(t).State == Running {
				do(func(ctx context.Context, tx *db.Tx) (Import, error) { return h.Cancel(ctx, tx, i.ID) })
			}
			return nil
		})
		if !errors.Is(err, errCancelled) {
			t.Fatalf("cancelled run: got %v", err)
		}
		if got := h.latest(t); got.State != Cancelled || got.Counts.Orders+got.Counts.Refunds != int64(besideOthers.units) {
			t.Errorf("cancelled: got %s, %+v; want one batch", got.State, got.Counts)
		}
		err = d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.SetMapping(ctx, tx, i.ID, Change{Mapping: &i.Mapping}, func(int64) error { return nil })
			return err
		})
		if errs.CodeOf(err) != "import.begun" {
			t.Errorf("another mapping for the rest: got %v, want import.begun", err)
		}
		do(func(ctx context.Context, tx *db.Tx) (Import, error) { return h.Start(ctx, tx, i.ID, false) })
		if err := h.Jobs.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		done := h.latest(t)
		if done.State != Done || done.Counts.Orders+done.Counts.Refunds != 1_400 || done.Counts.Unchanged != 0 || done.TotalRows != done.Counts.Rows {
			t.Errorf("done: got %s, %+v of %d rows", done.State, done.Counts, done.TotalRows)
		}
		do(func(ctx context.Context, tx *db.Tx) (Import, error) { return h.Undo(ctx, tx, i.ID) })
		if err := h.Jobs.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := h.latest(t).State; got != Undone {
			t.Errorf("undone: got %s", got)
		}
		if got := sizes(digest(t, d)); got != nothing {
			t.Errorf("after the undo: got %s", got)
		}
		do(func(ctx context.Context, tx *db.Tx) (Import, error) { return h.Start(ctx, tx, i.ID, false) })
		if err := h.Jobs.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := h.latest(t); got.State != Done || got.Counts != done.Counts {
			t.Errorf("run again: got %s, %+v; want %+v", got.State, got.Counts, done.Counts)
		}
	})
}

func TestPurge_deletes_files_after_30_days(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	h := open(t, d)
	ctx := access.With(context.Background(), access.Program("console"))
	i, err := h.Accept(ctx, Upload{Kind: Orders, Name: "till.csv", Body: strings.NewReader(sampleOrders(3))})
	if err != nil {
		t.Fatal(err)
	}
	path, err := h.pathOf(i)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(h.purge(ctx), d.MoveClock(ctx, keepFiles-1)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("before 30 days: %v", err)
	}
	if err := errors.Join(d.MoveClock(ctx, keepFiles), h.purge(ctx)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after 30 days the file is there: %v", err)
	}
	if _, err := h.pathOf(h.latest(t)); errs.CodeOf(err) != "import.file_gone" {
		t.Errorf("got %v, want import.file_gone", err)
	}
}

func TestAccept_refuses(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Open(t, db.SQLite))
	ctx := access.With(context.Background(), access.Program("console"))
	for _, c := range []struct {
		name, file string
		body       io.Reader
		want       string
	}{
		{"a program", "a.exe", strings.NewReader("MZ\x00"), "file.kind"},
		{"a program called CSV", "a.csv", strings.NewReader("MZ\x90\x00\x03"), "file.unreadable"},
		{"a way out of the folder", "../../../etc/passwd", strings.NewReader("a"), "file.kind"},
		{"an empty file", "a.csv", strings.NewReader(""), "file.empty"},
		{"a zip bomb", "a.xlsx", strings.NewReader(bomb(t)), "file.bomb"},
	} {
		if _, err := h.Accept(ctx, Upload{Kind: Orders, Name: c.file, Body: c.body}); errs.CodeOf(err) != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if files, err := os.ReadDir(h.Folder); err == nil && len(files) > 0 {
		t.Errorf("refused files are kept: %v", files)
	}
}
