package segment

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

func day(t testing.TB, text string) cal.Day {
	t.Helper()
	d, err := cal.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		values []int64
		want   [4]int64 // in fifths
	}{
		"none":                     {nil, [4]int64{}},
		"one":                      {[]int64{7}, [4]int64{35, 35, 35, 35}},
		"two are cut between them": {[]int64{0, 10}, [4]int64{10, 20, 30, 40}},
		"six fall on the values":   {[]int64{1, 2, 3, 4, 5, 6}, [4]int64{10, 15, 20, 25}},
		"ties":                     {[]int64{1, 1, 1, 1, 9}, [4]int64{5, 5, 5, 13}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := quintiles(test.values); got != test.want {
				t.Errorf("quintiles(%v) = %v fifths, want %v", test.values, got, test.want)
			}
		})
	}
}

func TestScore(t *testing.T) {
	t.Parallel()
	today := day(t, "2026-11-24")
	edges := Edges{
		Recency:   [4]int64{5 * 15, 5 * 40, 5*93 + 2, 5 * 176},
		Frequency: [4]int64{5, 5, 10, 20},
		Monetary:  [4]int64{500, 1000, 5000, 10000},
	}
	tests := map[string]struct {
		buyer buyer
		want  string
	}{
		"never bought":                           {buyer{}, "0"},
		"on an edge is below it":                 {buyer{today.Add(-15), 1, 100}, "511"},
		"one over an edge":                       {buyer{today.Add(-16), 2, 101}, "432"},
		"edge between whole days":                {buyer{today.Add(-93), 3, 1000}, "343"},
		"one day more":                           {buyer{today.Add(-94), 5, 2001}, "255"},
		"the longest ago":                        {buyer{today.Add(-177), 1, 1}, "111"},
		"a till whose clock is ahead sold today": {buyer{today.Add(3), 1, 1}, "511"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := edges.score(test.buyer, today).String(); got != test.want {
				t.Errorf("score = %s, want %s", got, test.want)
			}
		})
	}
}

// reference is one entry of "rfm" in the shared references.json.
type reference struct {
	AsOf      string `json:"asof"`
	Customers int64  `json:"customers"`
	Edges     struct {
		Recency   [4]float64 `json:"recency_days"`
		Frequency [4]float64 `json:"frequency"`
		Monetary  [4]float64 `json:"monetary"`
	} `json:"edges"`
	Counts map[string]map[string]int64 `json:"counts"`
	Cells  struct {
		Distinct int              `json:"n_distinct"`
		N555     int64            `json:"n_555"`
		N111     int64            `json:"n_111"`
		Top10    map[string]int64 `json:"top10"`
	} `json:"cells"`
	Totals struct {
		Monetary    float64 `json:"monetary"`
		Frequency   int64   `json:"frequency"`
		RecencyMean float64 `json:"recency_mean"`
	} `json:"totals"`
}

// shared returns the path of a file of the data for developers, or skips the test where it is not.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("SHUKE_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	path := filepath.Join(dir, "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no %s: set SHUKE_SHARED to the folder that holds data/%s", path, name)
	}
	return path
}

// sale is one line of a file.
type sale struct {
	customer string
	on       cal.Day
	fen      int64
}

// readSales reads a gzipped CSV file; line makes a sale of a record, or not.
func readSales(t testing.TB, name string, line func(record []string) (sale, bool)) []sale {
	t.Helper()
	file, err := os.Open(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(unzipped)
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	var sales []sale
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return sales
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := line(record); ok {
			sales = append(sales, s)
		}
	}
}

// hundredths reads "12.34" as 1234, rounding what is finer.
func hundredths(t testing.TB, text string) int64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64(math.Round(100 * f))
}

func onlineRetail(t testing.TB) []sale {
	return readSales(t, "online_retail/online_retail_2010-12_2011-09.csv.gz", func(r []string) (sale, bool) {
		quantity, err := strconv.ParseInt(r[3], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		price, err := strconv.ParseFloat(r[5], 64)
		if err != nil {
			t.Fatal(err)
		}
		if r[6] == "" || strings.HasPrefix(r[0], "C") || quantity <= 0 || price <= 0 {
			return sale{}, false
		}
		return sale{r[6], day(t, r[4][:10]), int64(math.Round(float64(quantity) * price * 100))}, true
	})
}

func cdnow(t testing.TB, name string) []sale {
	return readSales(t, "cdnow/"+name+".csv.gz", func(r []string) (sale, bool) {
		n := len(r) // customer_id, [sample_id,] date, cds, amount
		return sale{r[0], day(t, r[n-3]), hundredths(t, r[n-1])}, true
	})
}

// buyersOf sums sales up by customer, as profiles do.
func buyersOf(sales []sale) []buyer {
	at := map[string]int{}
	seen := map[string]map[cal.Day]bool{}
	var buyers []buyer
	for _, s := range sales {
		i, ok := at[s.customer]
		if !ok {
			i = len(buyers)
			at[s.customer], seen[s.customer] = i, map[cal.Day]bool{}
			buyers = append(buyers, buyer{})
		}
		b := &buyers[i]
		if b.lastOn.Before(s.on) {
			b.lastOn = s.on
		}
		if !seen[s.customer][s.on] {
			seen[s.customer][s.on] = true
			b.days++
		}
		b.paidFen += s.fen
	}
	return buyers
}

func TestReport_equals_published_values(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(shared(t, "references.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		RFM map[string]reference `json:"rfm"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	sets := map[string]func(testing.TB) []sale{
		"online_retail_shared": onlineRetail,
		"cdnow_sample":         func(t testing.TB) []sale { return cdnow(t, "cdnow_sample") },
		"cdnow_half_a":         func(t testing.TB) []sale { return cdnow(t, "cdnow_half_a") },
	}
	for name, load := range sets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := all.RFM[name]
			asOf := day(t, want.AsOf)
			buyers := buyersOf(load(t))
			checkReference(t, reportOf(buyers, asOf), want)
			var days, since int64
			for _, b := range buyers {
				days += b.days
				since += recency(b.lastOn, asOf)
			}
			if days != want.Totals.Frequency {
				t.Errorf("%d purchase days, want %d", days, want.Totals.Frequency)
			}
			if mean := float64(since) / float64(len(buyers)); math.Abs(mean-want.Totals.RecencyMean) > 0.0001 {
				t.Errorf("mean recency is %.4f days, want %.4f", mean, want.Totals.RecencyMean)
			}
		})
	}
}

func checkReference(t *testing.T, got Report, want reference) {
	t.Helper()
	if got.Customers != want.Customers {
		t.Errorf("%d customers, want %d", got.Customers, want.Customers)
	}
	if diff := cmp.Diff(want.Counts, got.Counts); diff != "" {
		t.Errorf("counts by score (-want +got):\n%s", diff)
	}
	if len(got.Cells) != want.Cells.Distinct {
		t.Errorf("%d cells are filled, want %d", len(got.Cells), want.Cells.Distinct)
	}
	want.Cells.Top10["555"], want.Cells.Top10["111"] = want.Cells.N555, want.Cells.N111
	for cell, n := range want.Cells.Top10 {
		if got.Cells[cell] != n {
			t.Errorf("cell %s holds %d, want %d", cell, got.Cells[cell], n)
		}
	}
	if diff := cmp.Diff(want.Edges.Recency, got.Edges.RecencyDays); diff != "" {
		t.Errorf("edges of recency (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Edges.Frequency, got.Edges.Frequency); diff != "" {
		t.Errorf("edges of frequency (-want +got):\n%s", diff)
	}
	for i, fen := range got.Edges.MonetaryFen {
		if math.Abs(fen/100-want.Edges.Monetary[i]) > 0.00501 {
			t.Errorf("edge %d of monetary is %.3f, want %.2f", i+1, fen/100, want.Edges.Monetary[i])
		}
	}
	if math.Abs(float64(got.PaidFen)/100-want.Totals.Monetary) > 0.005 {
		t.Errorf("monetary is %d fen in all, want %.2f", got.PaidFen, want.Totals.Monetary)
	}
}

func BenchmarkReport(b *testing.B) {
	buyers := make([]buyer, 100_000)
	today := cal.DayOf(time.Unix(1_790_000_000, 0), time.UTC)
	for i := range buyers {
		n := int64(i)
		buyers[i] = buyer{today.Add(-int(n * 7919 % 700)), 1 + n*104729%13, n * 15485863 % 900_000}
	}
	for b.Loop() {
		reportOf(buyers, today)
	}
}
