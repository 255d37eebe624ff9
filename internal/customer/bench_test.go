package customer_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// surnames and given make names with the frequencies of a street: few surnames, many given names.
var (
	surnames = []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈")
	givens   = []rune("伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉玲华红建国志欣雨晨浩宇轩子涵梓萱诗琪一诺思佳嘉怡可馨若曦")
)

func nameOf(n int) string {
	h := uint64(n)*0x9E3779B97F4A7C15 + 0x1234567
	h ^= h >> 29
	surname := surnames[min(h%50, (h>>8)%50)]
	name := string(surname) + string(givens[(h>>16)%uint64(len(givens))])
	if h>>60 < 12 {
		name += string(givens[(h>>32)%uint64(len(givens))])
	}
	return name
}

func crowd(from, n int, shops []staff.ShopID) []customer.Resolve {
	all := make([]customer.Resolve, n)
	for i := range all {
		k := from + i
		all[i] = customer.Resolve{Identities: ids(customer.Identity{Kind: customer.Phone, Value: fmt.Sprintf("13%09d", (k*7919)%1_000_000_000)}),
			Name: nameOf(k), ShopID: shops[k%len(shops)].Int64(), Source: "bench", History: true}
	}
	return all
}

// fill makes n customers, 1,000 to a batch.
func (h *house) fill(n int, shops []staff.ShopID) {
	h.t.Helper()
	for from := 0; from < n; from += 10_000 {
		h.do(func(ctx context.Context, tx *db.Tx) error {
			for at := from; at < min(from+10_000, n); at += 1000 {
				if _, err := h.ResolveMany(ctx, tx, crowd(at, min(1000, n-at), shops)); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// BenchmarkResolve measures one identity that is known, and one that is new, in batches of 1,000.
func BenchmarkResolve(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		for _, kind := range []string{"existing", "new", "new_nameless"} {
			b.Run(string(engine)+"/"+kind, func(b *testing.B) {
				h := setup(b, dbtest.Open(b, engine))
				shops := []staff.ShopID{h.shop("A")}
				h.fill(20_000, shops)
				next := 20_000
				b.ResetTimer()
				for done := 0; done < b.N; done += 1000 {
					n := min(1000, b.N-done)
					batch := crowd((done*31)%19_000, n, shops)
					if kind != "existing" {
						batch = crowd(next, n, shops)
						next += n
					}
					if kind == "new_nameless" {
						for i := range batch {
							batch[i].Name = ""
						}
					}
					h.do(func(ctx context.Context, tx *db.Tx) error {
						_, err := h.ResolveMany(ctx, tx, batch)
						return err
					})
				}
			})
		}
	}
}

// BenchmarkSearch measures searches among 100,000 customers, or as many as SHUKE_BENCH_CUSTOMERS says, and
// reports the 99th percentile.
func BenchmarkSearch(b *testing.B) {
	size := 100_000
	if n, err := strconv.Atoi(os.Getenv("SHUKE_BENCH_CUSTOMERS")); err == nil {
		size = n
	}
	for _, engine := range dbtest.Engines() {
		h := setup(b, dbtest.Open(b, engine))
		var shops []staff.ShopID
		for n := range 20 {
			shops = append(shops, h.shop(fmt.Sprint("S", n)))
		}
		start := time.Now()
		h.fill(size, shops)
		b.Logf("%s: %d customers in %s", engine, size, time.Since(start).Round(time.Millisecond))
		for _, who := range []struct {
			name string
			*house
		}{{"all_shops", h.manager()}, {"one_shop", h.clerk(shops[3])}} {
			for _, c := range []struct {
				name string
				text func(n int) string
			}{
				{"last_four", func(n int) string { return fmt.Sprintf("%04d", (n*7919)%10_000) }},
				{"phone", func(n int) string { return fmt.Sprintf("13%09d", (n*7919)%1_000_000_000) }},
				{"initials", func(n int) string { return initials[n%len(initials)] }},
				{"name", func(n int) string { return nameOf(n) }},
				{"surname", func(n int) string { return string(surnames[n%len(surnames)]) }},
			} {
				b.Run(fmt.Sprintf("%s/%s/%s", engine, who.name, c.name), func(b *testing.B) {
					var took []time.Duration
					for n := range b.N {
						start := time.Now()
						who.view(func(ctx context.Context, tx *db.Tx) error {
							_, err := who.SearchSummaries(ctx, tx, c.text(n))
							return err
						})
						took = append(took, time.Since(start))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				})
			}
		}
	}
}

var initials = []string{"wf", "lw", "zxy", "lj", "wzh", "cmy", "yhy", "zlj", "hx", "xyq", "sjy", "zz", "l", "wy", "gq"}
