package intake

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// benchRows is how many rows BenchmarkImport takes in.
const benchRows = 1_000_000

// BenchmarkImport takes in a million rows of the shape of Online Retail, with all effects, and compares
// with a bare program that inserts the same orders and lines by the same driver, pragmas and statements
// of 50 rows. Goal: at most 3 times its time, and 300 MB.
func BenchmarkImport(b *testing.B) {
	if os.Getenv("SHUKE_BENCH") == "" {
		b.Skip("set SHUKE_BENCH=1 to take in a million rows")
	}
	path := filepath.Join(b.TempDir(), "million.csv")
	if err := writeMillion(b, path); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		bare := timeBare(b, path)
		before := resetPeak(b)
		full, counts := timeImport(b, path)
		peak := peakMB(b)
		b.ReportMetric(full.Seconds()/bare.Seconds(), "ratio")
		b.ReportMetric(bare.Seconds(), "bare-s")
		b.ReportMetric(full.Seconds(), "import-s")
		b.ReportMetric(float64(counts.Rows)/full.Seconds(), "rows/s")
		b.ReportMetric(peak, "peak-MB")
		b.Logf("bare %.1f s, import %.1f s, ratio %.2f, resident %.0f MB before and %.0f MB at most, %+v", bare.Seconds(), full.Seconds(), full.Seconds()/bare.Seconds(), before, peak, counts)
	}
}

func timeImport(b *testing.B, path string) (time.Duration, Counts) {
	d, err := db.Open(context.Background(), db.Options{Target: filepath.Join(b.TempDir(), "full.db"), Import: true})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	h := open(b, d)
	began := time.Now()
	counts, err := h.RunFile(context.Background(), RunOptions{Kind: Orders, Path: path, Preset: OnlineRetail})
	if err != nil || counts.Rows != benchRows {
		b.Fatalf("import: %v, %+v", err, counts)
	}
	return time.Since(began), counts
}

// bareSchema is what the bare program writes: orders and lines with the keys that any shop needs.
const bareSchema = `create table bare_orders (id bigint primary key, source text not null, order_no text not null, customer text not null,
		paid_at bigint not null, paid_fen bigint not null, units bigint not null, line_count bigint not null);
	create unique index bare_orders_number on bare_orders (source, order_no);
	create table bare_lines (id bigint primary key, order_id bigint not null, sku text not null, name text not null, quantity bigint not null,
		unit_price_fen bigint not null, paid_fen bigint not null);
	create index bare_lines_order on bare_lines (order_id);`

// timeBare reads the file with the standard library and inserts orders and lines, as many to a
// transaction as the import does.
func timeBare(b *testing.B, path string) time.Duration {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{Target: filepath.Join(b.TempDir(), "bare.db"), Import: true})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	err = d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, statement := range strings.Split(strings.TrimSuffix(bareSchema, ";"), ";") {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := insertBare(ctx, d, path); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

func insertBare(ctx context.Context, d *db.DB, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return err
	}
	var orders, lines [][]any
	var id, order, paid, units, count int64
	var number, customer string
	var at time.Time
	flush := func() error {
		err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := db.InsertRows(ctx, tx, "bare_orders", "id, source, order_no, customer, paid_at, paid_fen, units, line_count", orders,
				"on conflict do nothing") // One invoice of the file does not stand together.
			if err != nil {
				return err
			}
			_, err = db.InsertRows(ctx, tx, "bare_lines", "id, order_id, sku, name, quantity, unit_price_fen, paid_fen", lines, "")
			return err
		})
		orders, lines = orders[:0], lines[:0]
		return err
	}
	end := func() {
		if number != "" {
			orders = append(orders, []any{order, "bare", number, customer, at.UnixMilli(), paid, units, count})
		}
	}
	for {
		c, err := r.Read()
		if err == io.EOF {
			end()
			return flush()
		}
		if err != nil {
			return err
		}
		if c[0] != number {
			end()
			if len(orders) >= alone.units {
				if err := flush(); err != nil {
					return err
				}
			}
			id++
			order, number, customer, paid, units, count = id, strings.Clone(c[0]), strings.Clone(c[6]), 0, 0, 0
			if at, err = time.Parse(time.DateTime, c[4]); err != nil {
				return err
			}
		}
		quantity, err := strconv.ParseInt(c[3], 10, 64)
		if err != nil {
			return err
		}
		price, err := strconv.ParseFloat(c[5], 64)
		if err != nil {
			return err
		}
		id++
		fen := int64(price*100 + 0.5)
		paid, units, count = paid+quantity*fen, units+quantity, count+1
		lines = append(lines, []any{id, order, strings.Clone(c[1]), strings.Clone(c[2]), quantity, fen, quantity * fen})
	}
}

// writeMillion repeats the file of Online Retail under new numbers of invoices and customers until there
// are a million rows. Without the shared folder it makes up rows of that shape.
func writeMillion(b *testing.B, path string) error {
	rows := retailRows(b)
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(bufio.NewWriterSize(f, 1<<20))
	if err := w.Write([]string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"}); err != nil {
		return err
	}
	for n := range benchRows {
		row, round := rows[n%len(rows)], n/len(rows)
		if round > 0 {
			row = append([]string{fmt.Sprintf("%s-%d", row[0], round)}, row[1:]...)
			if row[6] != "" {
				row[6] = fmt.Sprintf("%s%d", row[6], round)
			}
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(w.Error(), f.Close())
}

func retailRows(b *testing.B) [][]string {
	folder := os.Getenv("SHUKE_SHARED")
	if folder == "" {
		folder = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(folder, retailFile))
	if err != nil {
		b.Logf("made-up rows: %v", err)
		return madeUpRows()
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	return rows[1:]
}

// madeUpRows have the shape of Online Retail: 20 lines to an invoice, a quarter of them of nobody, one
// invoice in seven a cancellation.
func madeUpRows() [][]string {
	var rows [][]string
	start := time.Date(2010, 12, 1, 8, 0, 0, 0, time.UTC)
	for invoice := range 18_000 {
		number, customer, sign := strconv.Itoa(536365+invoice), strconv.Itoa(12346+invoice*31%3_600), 1
		if invoice%7 == 0 {
			number, sign = "C"+number, -1
		}
		if invoice%4 == 0 {
			customer = ""
		}
		at := start.Add(time.Duration(invoice) * 20 * time.Minute).Format(time.DateTime)
		for line := range 1 + invoice%40 {
			sku := invoice*17%3_800 + line
			rows = append(rows, []string{number, strconv.Itoa(20_000 + sku), fmt.Sprint("GOODS OF THE SHOP NUMBER ", sku), strconv.Itoa(sign * (1 + line%12)), at,
				fmt.Sprintf("%d.%02d", line%9, sku%100), customer, "United Kingdom"})
		}
	}
	return rows
}

// resetPeak has Linux count the peak of resident memory anew, and returns what is resident.
func resetPeak(b *testing.B) float64 {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Logf("the peak is that of the whole process: %v", err)
	}
	return status(b, "VmRSS:")
}

func peakMB(b *testing.B) float64 { return status(b, "VmHWM:") }

func status(b *testing.B, name string) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Logf("no figures of memory: %v", err)
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err == nil {
				return kb / 1024
			}
		}
	}
	return 0
}
