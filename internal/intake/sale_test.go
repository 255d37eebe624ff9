package intake

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/order"
)

// salesOf reads a file as a run does and writes each sale in short.
func salesOf(t interface{ Fatalf(string, ...any) }, path string, options Options) []string {
	layout, headers, err := inspect(path, Orders)
	if err != nil {
		t.Fatalf("inspect: %v", err)
	}
	m, _ := propose(Orders, headers, "")
	m.Options.set(options)
	r, err := newReader(Import{Kind: Orders, Layout: layout, Mapping: m}, time.UTC)
	if err != nil {
		t.Fatalf("reader: %v", err)
	}
	read := func(step func(rowReader) error) {
		rows, err := layout.open(path)
		if err == nil {
			err = step(rows)
			rows.Close()
		}
		if err != nil {
			t.Fatalf("read: %v", err)
		}
	}
	var p plan
	var sales []string
	read(func(rows rowReader) (err error) {
		p, err = scan(context.Background(), rows, r.key())
		return err
	})
	read(func(rows rowReader) error {
		return groups(context.Background(), rows, p, r.key(), func(g group) error {
			var b batch
			r.take(&b, g)
			sales = append(sales, short(b.sales[0])...)
			return nil
		})
	})
	return sales
}

func short(s sale) (all []string) {
	if s.skipped {
		return []string{"skipped"}
	}
	for _, f := range s.faults {
		all = append(all, fmt.Sprintf("%d! %s %s", f.Line, f.Field, f.Code))
	}
	if len(s.faults) > 0 {
		return all
	}
	where := s.shopCode + s.shopName + s.clerk
	if d := s.order; d != nil {
		text := fmt.Sprintf("%s %s %s%s", d.OrderNo, d.PaidAt.Format("01-02T15:04"), d.Channel, where)
		for _, i := range d.Identities {
			text += fmt.Sprintf(" %s:%s", i.Kind, i.Value)
		}
		for _, l := range slices.SortedFunc(slices.Values(d.Lines), func(a, b order.DraftLine) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }) {
			text += fmt.Sprintf(" [%s %d*%d-%d=%d]", l.SKU, l.Quantity, l.UnitPriceFen, l.DiscountFen, l.PaidFen)
		}
		if d.OrderDiscountFen > 0 {
			text += fmt.Sprintf(" -%d", d.OrderDiscountFen)
		}
		all = append(all, text)
	}
	if d := s.refund; d != nil {
		text := fmt.Sprintf("%s back of %q %d", d.RefundNo, d.OrderNo, d.AmountFen)
		for _, l := range d.Lines {
			text += fmt.Sprintf(" [%s %d=%d]", l.SKU, l.Quantity, l.AmountFen)
		}
		all = append(all, text)
	}
	return all
}

func TestSales(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		options    Options
		want       []string
	}{
		{"lines of an order", "订单号,付款时间,货号,数量,单价,手机\n1,2026-01-02 10:00,A,2,1.50,13800000000\n1,2026-01-02 10:00,B,1,3,13800000000\n", Options{},
			[]string{"1 01-02T10:00 store phone:13800000000 [A 2*150-0=300] [B 1*300-0=300]"}},
		{"rows that do not stand together", "订单号,付款时间,货号,数量,单价\n1,2026-01-02 10:00,A,1,1\n2,2026-01-02 10:05,B,1,1\n1,2026-01-02 10:01,C,1,1\n", Options{},
			[]string{"2 01-02T10:05 store [B 1*100-0=100]", "1 01-02T10:00 store [A 1*100-0=100] [C 1*100-0=100]"}},
		{"discount of a line", "订单号,付款时间,货号,数量,单价,折扣金额\n1,2026-01-02,A,2,10,5\n", Options{}, []string{"1 01-02T00:00 store [A 2*1000-0=1500]"}},
		{"discount written as what comes off", "订单号,付款时间,货号,数量,单价,折扣金额\n1,2026-01-02,A,2,10,-5\n", Options{}, []string{"1 01-02T00:00 store [A 2*1000-0=1500]"}},
		{"discount over the price", "订单号,付款时间,货号,数量,单价,折扣金额\n1,2026-01-02,A,1,10,50\n", Options{}, []string{"2! line_discount line_discount.exceeds"}},
		{"a gift", "订单号,付款时间,货号,数量,单价,小计\n1,2026-01-02,A,1,10,10\n1,2026-01-02,G,1,5,0\n", Options{}, []string{"1 01-02T00:00 store [A 1*1000-0=1000] [G 1*500-500=0]"}},
		{"paid more than the price of the file", "订单号,付款时间,货号,数量,单价,小计\n1,2026-01-02,A,1,10,12\n", Options{}, []string{"1 01-02T00:00 store [A 1*0-0=1200]"}},
		{"the total less than the lines", "订单号,付款时间,货号,数量,单价,订单实付金额\n1,2026-01-02,A,1,10,25\n1,2026-01-02,B,1,20,25\n", Options{}, []string{"1 01-02T00:00 store [A 1*1000-0=1000] [B 1*2000-0=2000] -500"}},
		{"the total with freight", "订单号,付款时间,货号,数量,单价,订单实付金额\n1,2026-01-02,A,1,10,18\n", Options{}, []string{"1 01-02T00:00 store [A 1*1000-0=1000]"}},
		{"totals that differ", "订单号,付款时间,货号,数量,单价,订单实付金额\n1,2026-01-02,A,1,10,10\n1,2026-01-02,B,1,20,20\n", Options{}, []string{"3! order_paid order_paid.differs"}},
		{"only a total", "订单号,付款时间,货号,数量,订单金额\n1,2026-01-02,A,1,10\n1,2026-01-02,B,2,10\n", Options{}, []string{"1 01-02T00:00 store [A 1*0-0=334] [B 2*0-0=666]"}},
		{"orders without goods", "订单号,付款时间,订单金额\n1,2026-01-02,10\n", Options{}, []string{"1 01-02T00:00 store [unlisted 1*0-0=1000]"}},
		{"goods without a code", "订单号,付款时间,商品名称,单价\n1,2026-01-02,红裙,10\n", Options{}, []string{"1 01-02T00:00 store [红裙 1*1000-0=1000]"}},
		{"what is weighed is one piece", "订单号,付款时间,货号,数量,单价\n1,2026-01-02,A,0.355,19.90\n", Options{}, []string{"1 01-02T00:00 store [A 1*706-0=706]"}},
		{"fractions of a cent are rounded once", "订单号,付款时间,货号,数量,单价\n1,2026-01-02,A,60,4.161\n", Options{}, []string{"1 01-02T00:00 store [A 60*416-0=24966]"}},
		{"a return by negative quantity", "订单号,付款时间,货号,数量,单价\nR1,2026-01-02,A,-2,10\n", Options{}, []string{`R1 back of "" 2000 [A 2=2000]`}},
		{"an exchange at the till", "订单号,付款时间,货号,数量,单价\n1,2026-01-02,A,-1,10\n1,2026-01-02,B,1,15\n", Options{}, []string{"1 01-02T00:00 store [B 1*1500-0=1500]", `1 back of "" 1000 [A 1=1000]`}},
		{"a return by its type, of an order", "订单号,付款时间,货号,数量,小计,单据类型,原单号\nR1,2026-01-02,A,1,10,销售退货,S9\n", Options{}, []string{`R1 back of "S9" 1000 [A 1=1000]`}},
		{"an order paid back in full", "订单号,付款时间,货号,数量,单价,订单状态\n1,2026-01-02,A,1,10,已退款\n", Options{}, []string{"1 01-02T00:00 store [A 1*1000-0=1000]", `1 back of "1" 0`}},
		{"orders never paid", "订单号,付款时间,货号,数量,单价,订单状态\n1,,A,1,10,待付款\n2,2026-01-02,A,1,10,交易关闭\n3,2026-01-02,A,1,10,交易成功\n", Options{},
			[]string{"skipped", "skipped", "3 01-02T00:00 store [A 1*1000-0=1000]"}},
		{"invoices that start with C", "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\nC1,A,x,-2,2010-12-01 08:26,2.5,17850,UK\n2,A,x,-2,2010-12-01 08:26,0,,UK\n3,A,x,1,2010-12-01 08:26,-11062.06,,UK\n4,A,x,1,2010-12-01 08:26,1.25,17850.0,UK\n", Options{},
			[]string{`C1 back of "" 500 [A 2=500]`, "2 12-01T08:26 online [A -2*0-0=0]", "3 12-01T08:26 online [A 1*0-0=0]", "4 12-01T08:26 online shop_id:17850 [A 1*125-0=125]"}},
		{"date and time apart", "单号,销售日期,时间,货号,数量,单价\n1,2026/1/2,15:04,A,1,1\n", Options{}, []string{"1 01-02T15:04 store [A 1*100-0=100]"}},
		{"another zone", "单号,付款时间,货号,数量,单价\n1,2026/1/2 15:04,A,1,1\n", Options{TimeZone: "Asia/Shanghai"}, []string{"1 01-02T15:04 store [A 1*100-0=100]"}},
		{"merged cells", "订单号,付款时间,手机,门店,货号,数量,单价\n1,2026-01-02,13800000000,南京路,A,1,1\n,,,,B,1,2\n2,2026-01-03,,北京路,A,1,1\n,,,,B,1,2\n", Options{FillDown: true},
			[]string{"1 01-02T00:00 store南京路 phone:13800000000 [A 1*100-0=100] [B 1*200-0=200]", "2 01-03T00:00 store北京路 [A 1*100-0=100] [B 1*200-0=200]"}},
		{"merged cells that nobody spoke of", "订单号,付款时间,货号,数量,单价\n1,2026-01-02,A,1,1\n,,B,1,2\n", Options{}, []string{"1 01-02T00:00 store [A 1*100-0=100]", "3! order_no required", "3! paid_at required"}},
		{"who and where", "订单号,付款时间,货号,数量,单价,门店,导购,会员卡号,姓名,渠道\n1,2026-01-02,A,1,1,一店,小王,V001,张三,小程序\n", Options{}, []string{"1 01-02T00:00 mini_program一店小王 card:V001 [A 1*100-0=100]"}},
		{"nobody", "订单号,付款时间,货号,数量,单价,手机,姓名\n1,2026-01-02,A,1,1,-,散客\n2,2026-01-02,A,1,1,138****0000,张*\n", Options{}, []string{"1 01-02T00:00 store [A 1*100-0=100]", "2 01-02T00:00 store [A 1*100-0=100]"}},
		{"phone as a rounded figure", "订单号,付款时间,货号,数量,单价,手机\n1,2026-01-02,A,1,1,1.38E+10\n2,2026-01-02,A,1,1,1.3812345678E+10\n", Options{},
			[]string{"2! phone number.scientific", "2 01-02T00:00 store phone:13812345678 [A 1*100-0=100]"}},
		{"two customers", "订单号,付款时间,货号,数量,单价,手机\n1,2026-01-02,A,1,1,13800000000\n1,2026-01-02,A,1,1,13900000000\n", Options{}, []string{"3! phone order_no.people"}},
		{"the same customer in two spellings", "订单号,付款时间,货号,数量,单价,会员编号\n1,2026-01-02,A,1,1,17850\n1,2026-01-02,B,1,1,17850.0\n", Options{}, []string{"1 01-02T00:00 store shop_id:17850 [A 1*100-0=100] [B 1*100-0=100]"}},
		{"a number that begins anew each day", "小票号,付款时间,货号,数量,单价\n1,2026-01-02,A,1,1\n1,2026-01-05,A,1,1\n", Options{}, []string{"2! order_no order_no.reused"}},
		{"a number of two shops", "小票号,付款时间,货号,数量,单价,门店\n1,2026-01-02,A,1,1,一店\n1,2026-01-02,A,1,1,二店\n", Options{}, []string{"3! shop_name order_no.reused"}},
		{"order number as a rounded figure", "订单号,付款时间,货号,数量,单价\n2.02601E+13,2026-01-02,A,1,1\n", Options{}, []string{"2! order_no number.scientific"}},
		{"a fault keeps the order out", "订单号,付款时间,货号,数量,单价\n1,2026-01-02,A,1,1\n1,2026-01-02,B,one,1\n2,2026-01-02,A,1,1\n", Options{}, []string{"3! quantity number.invalid", "2 01-02T00:00 store [A 1*100-0=100]"}},
		{"an amount that cannot be read is told once", "订单号,付款时间,货号,单价\n1,2026-01-02,A,1e400\n2,2026-01-02,A,\n", Options{}, []string{"2! unit_price number.invalid", "3! unit_price required"}},
		{"a cut-off line keeps its order out", "订单号,付款时间,货号,数量,单价\n1,2026-01-02,A,1,1\n1,2026-01-02,B", Options{}, []string{"3!  row.cut_off"}},
		{"NUL", "订单号,付款时间,货号,数量,单价\n1,2026-01-02,A\x00,1,1\n", Options{}, []string{"2! sku cell.nul"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := salesOf(t, write(t, "a.csv", c.text), c.options)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("sales (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the order of its rows, a file holds the same orders.
func TestSales_do_not_hang_on_the_order_of_rows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		orders := rapid.IntRange(1, 60).Draw(t, "orders")
		var rows []string
		for o := range orders {
			lines := rapid.IntRange(1, 8).Draw(t, "lines")
			for l := range lines {
				rows = append(rows, fmt.Sprintf("%d,2026-01-02 10:%02d,S%d,%d,%d.%02d,1380000%04d\n", 1000+o, rapid.IntRange(0, 59).Draw(t, "minute"), l, 1+l%3, l, o, o%7))
			}
		}
		const head = "订单号,付款时间,货号,数量,单价,手机\n"
		path := func(name string, rows []string) string {
			return writeIn(t, dir, fmt.Sprint(n, name), head+strings.Join(rows, ""))
		}
		want := salesOf(t, path("sorted.csv", rows), Options{})
		if len(want) != orders {
			t.Fatalf("got %d sales, want %d", len(want), orders)
		}
		shuffled := slices.Clone(rows)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got := salesOf(t, path("shuffled.csv", shuffled), Options{})
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("sales (-sorted +shuffled):\n%s", diff)
		}
	})
}

// A file that is shuffled altogether is sorted on the disk, in parts.
func TestGroups_of_a_large_shuffled_file(t *testing.T) {
	t.Parallel()
	const orders, lines = 30_000, 3
	var rows []Row
	for o := range orders {
		for l := range lines {
			rows = append(rows, Row{Line: o*lines + l + 2, Cells: []string{fmt.Sprint("N", o), fmt.Sprint(l)}})
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	key := keyer(func(r *Row) string { return r.Cells[0] })
	p, err := scan(context.Background(), &listReader{rows: rows}, key)
	if err != nil {
		t.Fatal(err)
	}
	if p.rows != orders*lines || p.parts() < 3 {
		t.Errorf("got %d rows in %d parts; want %d in several", p.rows, p.parts(), orders*lines)
	}
	seen := map[string]int{}
	err = groups(context.Background(), &listReader{rows: rows}, p, key, func(g group) error {
		seen[g.key]++
		if len(g.rows) != lines {
			t.Errorf("%s: got %d rows, want %d", g.key, len(g.rows), lines)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != orders || slices.Max(slices.Collect(maps.Values(seen))) != 1 {
		t.Errorf("got %d orders, want %d, each once", len(seen), orders)
	}
}

// listReader gives rows of a list.
type listReader struct {
	rows []Row
	at   int
}

func (l *listReader) Next() (Row, error) {
	if l.at == len(l.rows) {
		return Row{}, io.EOF
	}
	l.at++
	return l.rows[l.at-1], nil
}

func (l *listReader) Close() error { return nil }
