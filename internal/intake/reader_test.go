package intake

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// table is what a reader makes of a file, in short: lines with their cells, or their fault.
func table(t testing.TB, path string, kind Kind) (Layout, []string, []string) {
	t.Helper()
	l, headers, err := inspect(path, kind)
	if err != nil {
		return l, nil, []string{errs.CodeOf(err)}
	}
	rows, err := l.open(path)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer rows.Close()
	var got []string
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return l, headers, got
		}
		if err != nil {
			t.Fatalf("next: %v", err)
		}
		text := fmt.Sprintf("%d: %s", row.Line, strings.Join(row.Cells, "|"))
		if row.Fault != nil {
			text = fmt.Sprintf("%d! %s", row.Line, row.Fault.Code)
		}
		got = append(got, text)
	}
}

func gbk(text string) string {
	s, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return s
}

func utf16With(order binary.AppendByteOrder, mark bool, text string) string {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xFEFF)
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.String()
}

// TestDirtyFiles is FT-11: files as they really come.
func TestDirtyFiles(t *testing.T) {
	t.Parallel()
	const head = "订单号,付款时间,商品名称,数量,单价\n"
	const row = "1001,2026-01-02 10:00,连衣裙,1,199.00\n"
	const wanted = "2: 1001|2026-01-02 10:00|连衣裙|1|199.00"
	padding := strings.Repeat("1000,2026-01-01 10:00,dress,1,1.00\n", 3_000)
	for _, c := range []struct {
		name, file, text string
		encoding         Encoding
		delimiter        string
		want             []string
	}{
		{"UTF-8", "a.csv", head + row, UTF8, ",", []string{wanted}},
		{"with a mark", "a.csv", "\uFEFF" + head + row, UTF8BOM, ",", []string{wanted}},
		{"GB18030", "a.csv", gbk(head + row), GB18030, ",", []string{wanted}},
		{"UTF-16 LE", "a.csv", utf16With(binary.LittleEndian, true, head+row), UTF16LE, ",", []string{wanted}},
		{"UTF-16 BE", "a.csv", utf16With(binary.BigEndian, true, head+row), UTF16BE, ",", []string{wanted}},
		{"UTF-16 without a mark", "a.csv", utf16With(binary.LittleEndian, false, "order no,paid at,sku,quantity,price\n1001,2026-01-02,A,1,2\n"), UTF16LE, ",", []string{"2: 1001|2026-01-02|A|1|2"}},
		{"zipped", "a.csv.gz", zipped(head + row), UTF8, ",", []string{wanted}},
		{"tabs, called .xls", "a.xls", gbk(strings.ReplaceAll(head+row, ",", "\t")), GB18030, "\t", []string{wanted}},
		{"semicolons", "a.csv", strings.ReplaceAll(head+row, ",", ";"), UTF8, ";", []string{wanted}},
		{"bars", "a.txt", strings.ReplaceAll(head+row, ",", "|"), UTF8, "|", []string{wanted}},
		{"CR LF", "a.csv", strings.ReplaceAll(head+row, "\n", "\r\n"), UTF8, ",", []string{wanted}},
		{"CR alone", "a.csv", strings.ReplaceAll(head+row, "\n", "\r"), UTF8, ",", []string{wanted}},
		{"no line end at the end", "a.csv", head + strings.TrimSuffix(row, "\n"), UTF8, ",", []string{wanted}},
		{"end of file of old systems", "a.csv", head + row + "\x1a", UTF8, ",", []string{wanted}},
		{"title rows", "a.csv", "销售明细表,,,,\n门店：南京西路,日期：2026-01-01 至 2026-01-31,,,\n\n" + head + row, UTF8, ",", []string{"5: 1001|2026-01-02 10:00|连衣裙|1|199.00"}},
		{"title rows of one cell", "a.csv", "销售明细表\n\n" + head + row, UTF8, ",", []string{"4: 1001|2026-01-02 10:00|连衣裙|1|199.00"}},
		{"totals and a repeated header", "a.csv", head + row + head + row + "合计,,,2,398.00\n", UTF8, ",", []string{wanted, "4: 1001|2026-01-02 10:00|连衣裙|1|199.00"}},
		{"blank rows", "a.csv", head + "\n,,,,\n" + row, UTF8, ",", []string{"4: 1001|2026-01-02 10:00|连衣裙|1|199.00"}},
		{"Chinese far behind", "a.csv", "order no,paid at,product,quantity,price\n" + padding + gbk("1001,2026-01-02,连衣裙,1,2\n"), GB18030, ",", nil},
		{"a few bad bytes in UTF-8", "a.csv", head + row + "1002,2026-01-02,连衣裙\xff,1,2\n", UTF8, ",", []string{wanted, "3: 1002|2026-01-02|连衣裙\xff|1|2"}},
		{"quotes", "a.csv", head + "1001,2026-01-02,\"a, \"\"b\"\"\n c\",1,2\n1002,2026-01-02,5\" lamp,1,2\n", UTF8, ",", []string{"2: 1001|2026-01-02|a, \"b\"\n c|1|2", "4: 1002|2026-01-02|5\" lamp|1|2"}},
		{"text that a spreadsheet guards", "a.csv", head + "=\"0,1\",2026-01-02,x,1,2\n", UTF8, ",", []string{"2: 0,1|2026-01-02|x|1|2"}},
		{"a quote that is never closed", "a.csv", head + "1001,2026-01-02,\"lamp,1,2\n" + row + row, UTF8, ",", []string{"2! row.unclosed_quote", "3: 1001|2026-01-02 10:00|连衣裙|1|199.00", "4: 1001|2026-01-02 10:00|连衣裙|1|199.00"}},
		{"two quotes that are never closed", "a.csv", head + "1001,2026-01-02,\"lamp,1,2\n" + row + "1001,2026-01-02,\"lamp,1,2\n" + row, UTF8, ",", []string{"2! row.unclosed_quote", "3: 1001|2026-01-02 10:00|连衣裙|1|199.00", "4! row.unclosed_quote", "5: 1001|2026-01-02 10:00|连衣裙|1|199.00"}},
		{"half a file", "a.csv", head + row + "1002,2026-01-02 1", UTF8, ",", []string{wanted, "3! row.cut_off"}},
		{"half a file within quotes", "a.csv", head + row + "1002,2026-01-02,\"连", UTF8, ",", []string{wanted, "3! row.unclosed_quote"}},
		{"half a file of zip", "a.csv.gz", zipped(head + strings.Repeat(row, 1000))[:100], UTF8, ",", nil},
		{"a tail of NUL", "a.csv", head + row + strings.Repeat("\x00", 4096), UTF8, ",", []string{wanted, "3! row.cut_off"}},
		{"NUL in a cell", "a.csv", head + "1001,2026-01-02,a\x00b,1,2\n", UTF8, ",", []string{"2: 1001|2026-01-02|a\x00b|1|2"}},
		{"a separator without quotes", "a.csv", head + "1001,2026-01-02,shirt, red,1,2\n" + row, UTF8, ",", []string{"2! row.too_many_cells", "3: 1001|2026-01-02 10:00|连衣裙|1|199.00"}},
		{"separators at the end", "a.csv", head + strings.TrimSuffix(row, "\n") + ",,,\n", UTF8, ",", []string{wanted + "|||"}},
		{"a line of megabytes", "a.csv", head + row + strings.Repeat("x", 3<<20) + "\n" + row, UTF8, ",", []string{wanted, "3! row.too_long", "4: 1001|2026-01-02 10:00|连衣裙|1|199.00"}},
		{"only a header", "a.csv", head, UTF8, ",", nil},
		{"empty", "a.csv", "", "", "", []string{"file.empty"}},
		{"only a mark", "a.csv", "\uFEFF", UTF8BOM, "", []string{"file.empty"}},
		{"only line ends", "a.csv", "\n\n\n", UTF8, "", []string{"file.no_header"}},
		{"old Excel", "a.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "", "", []string{"file.unreadable"}},
		{"a web page called .xls", "a.xls", "<html><table><tr><td>订单号</td></tr></table></html>", "", "", []string{"file.unreadable"}},
		{"a PDF called .csv", "a.csv", "%PDF-1.7", "", "", []string{"file.unreadable"}},
		{"a zip that is no workbook", "a.xlsx", "PK\x03\x04 and no more", "", "", []string{"file.broken"}},
		{"gzip that is none", "a.csv.gz", "\x1f\x8b and no more", "", "", []string{"file.unreadable"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, _, got := table(t, write(t, c.file, c.text), Orders)
			if c.encoding != "" && l.Encoding != c.encoding || c.delimiter != "" && l.Delimiter != c.delimiter {
				t.Errorf("got %s, %q; want %s, %q", l.Encoding, l.Delimiter, c.encoding, c.delimiter)
			}
			if c.want == nil {
				return
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDirtyFiles_half_a_zip_is_told(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("order no,paid at,product,quantity,price\n")
	for i := range 50_000 {
		fmt.Fprintf(&b, "%d,2026-01-01 10:00,dress %d,1,%d.00\n", i, i*7919%1000, i*104729%977)
	}
	whole := zipped(b.String())
	_, _, got := table(t, write(t, "a.csv.gz", whole[:len(whole)/2]), Orders)
	if len(got) < 2 || !strings.HasSuffix(got[len(got)-1], "! file.broken") {
		t.Errorf("got %d rows, the last %q; want the last to be file.broken", len(got), got[len(got)-1])
	}
}

func TestDirtyFiles_200_columns_and_duplicate_headers(t *testing.T) {
	t.Parallel()
	headers, cells := make([]string, 200), make([]string, 200)
	for i := range headers {
		headers[i], cells[i] = "extra", strconv.Itoa(i)
	}
	headers[3], headers[90], headers[91], headers[150], headers[199] = "订单号", "付款时间", "单价", "单价", "数量"
	_, got, rows := table(t, write(t, "a.csv", strings.Join(headers, ",")+"\n"+strings.Join(cells, ",")+"\n"), Orders)
	if len(got) != 200 || len(rows) != 1 || rows[0] != "2: "+strings.Join(cells, "|") {
		t.Fatalf("got %d headers, rows %v", len(got), rows)
	}
	m, _ := propose(Orders, got, "")
	for i, want := range map[int]Field{3: OrderNo, 90: PaidAt, 91: UnitPrice, 150: Ignored, 199: Quantity, 0: Ignored} {
		if m.Columns[i].Field != want {
			t.Errorf("column %d: got %q, want %q", i, m.Columns[i].Field, want)
		}
	}
}

// book makes a workbook of sheets, each a list of rows.
func book(t testing.TB, sheets map[string][][]any, order ...string) string {
	t.Helper()
	f := excelize.NewFile()
	for i, name := range order {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", name); err != nil {
				t.Fatal(err)
			}
		} else if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		w, err := f.NewStreamWriter(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, row := range sheets[name] {
			if err := w.SetRow("A"+strconv.Itoa(n+1), row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWorkbook(t *testing.T) {
	t.Parallel()
	path := book(t, map[string][][]any{
		"说明": {{"本表由收银系统导出"}, {"请勿修改"}},
		"明细": {
			{"销售明细"}, nil,
			{"订单号", "付款时间", "商品", "数量", "单价"},
			{1001, 46024.5, "灯", 1, 2.55},
			nil,
			{"1002", "2026-01-02", "a\n\"b\"", nil, 3},
		},
	}, "说明", "明细")
	l, headers, got := table(t, path, Orders)
	if l.Format != XLSX || l.Sheet != "明细" || l.HeaderLine != 3 || len(headers) != 5 {
		t.Errorf("got %+v with %d headers; want sheet 明细 with header in line 3", l, len(headers))
	}
	want := []string{"4: 1001|46024.5|灯|1|2.55", "6: 1002|2026-01-02|a\n\"b\"||3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	spooled, l2, err := spool(path, l)
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(spooled)
	rows, err := l2.open(spooled)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for _, w := range want {
		row, err := rows.Next()
		if text := fmt.Sprintf("%d: %s", row.Line, strings.Join(row.Cells, "|")); err != nil || text != w {
			t.Errorf("written out: got %q, %v; want %q", text, err, w)
		}
	}
}

func TestWorkbook_that_means_harm(t *testing.T) {
	t.Parallel()
	path := book(t, map[string][][]any{"a": {{"订单号", "付款时间", "单价"}, {1, 46024, 2}}}, "a")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text, want string
	}{
		{"half of it", string(whole[:len(whole)/2]), "file.broken"},
		{"zip bomb", bomb(t), "file.bomb"},
		{"sheet that is no XML", zipOf(t, map[string]string{"xl/workbook.xml": "<workbook", "[Content_Types].xml": "<"}), "file.broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, _, got := table(t, write(t, "a.xlsx", c.text), Orders); len(got) != 1 || got[0] != c.want {
				t.Errorf("got %q, want %s", got, c.want)
			}
		})
	}
}

// FuzzReader has the reader bear every file: no panic, rows in rising order of lines, an end.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"订单号,付款时间,单价\n1,2026-01-01,2\n", "a;b\n\"1;2\n3;4\n", "\xff\xfea\x00,\x00b\x00\n\x00", "\x1f\x8b\x08", "PK\x03\x04", "a\tb\r1\t2\r",
		"=\"1\",\"\"\"\",\"\n\n\"\n", strings.Repeat("\"\n", 200), gbk("订单号,付款时间\n1,2\n"),
	} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	n := 0
	f.Fuzz(func(t *testing.T, data []byte) {
		n++
		path := filepath.Join(dir, strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(n%8))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		l, headers, err := inspect(path, Orders)
		if err != nil {
			if errs.CodeOf(err) == "" {
				t.Fatalf("inspect: %v", err)
			}
			return
		}
		propose(Orders, headers, "")
		rows, err := l.open(path)
		if err != nil {
			t.Fatalf("open after inspect: %v", err)
		}
		defer rows.Close()
		for last := 0; ; {
			row, err := rows.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatalf("next: %v", err)
			}
			if row.Line <= last {
				t.Fatalf("line %d after line %d", row.Line, last)
			}
			last = row.Line
		}
	})
}
