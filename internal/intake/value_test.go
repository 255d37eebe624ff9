package intake

import (
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/customer"
)

func code(p *problem) string {
	if p == nil {
		return ""
	}
	return p.code
}

func TestCleanCell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, cell, want, fault string }{
		{"plain", "Lamp", "Lamp", ""},
		{"blanks of every width", " \u3000\u00a0灯 \t", "灯", ""},
		{"marks that cannot be seen", "\ufeff\u200b订单号\u200e", "订单号", ""},
		{"digits that are text", `="0123"`, "0123", ""},
		{"a quote within", `="a""b"`, `a"b`, ""},
		{"apostrophe before digits", "'0123", "0123", ""},
		{"our own guard against formulas", "'=1+1", "=1+1", ""},
		{"our guard before a blank and a formula", "' =1+1", "=1+1", ""},
		{"our guard before a full-width sign", "'＋1", "＋1", ""},
		{"our guard before a phone", "'+8613812345678", "+8613812345678", ""},
		{"a name with an apostrophe", "'Allo", "'Allo", ""},
		{"an inch", `5" lamp`, `5" lamp`, ""},
		{"NUL", "a\x00b", "", "cell.nul"},
		{"no text", "a\xffb", "", "cell.encoding"},
		{"what an encoding could not read", "a\ufffdb", "", "cell.encoding"},
		{"control characters", "a\x07b", "", "cell.control"},
		{"two lines", "a\nb", "a\nb", ""},
		{"error of a formula", "#N/A", "", "cell.error"},
		{"number sign", "#12", "#12", ""},
		{"too long", strings.Repeat("x", maxCellBytes+1), "", "cell.too_long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, p := cleanCell(c.cell)
			if got != c.want || code(p) != c.fault {
				t.Errorf("got %q, fault %q; want %q, fault %q", got, code(p), c.want, c.fault)
			}
		})
	}
}

func TestIdentifier(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want, fault string }{
		{"536365", "536365", ""},
		{"17850.0", "17850", ""},
		{"17850.00", "17850", ""},
		{"1.5", "1.5", ""},
		{"１２３", "123", ""},
		{"C536379", "C536379", ""},
		{"1.38E+10", "", "number.scientific"},
		{"1.3812345678E+10", "13812345678", ""},
		{"1.3812345678E10", "13812345678", ""},
		{"1E+05", "", "number.scientific"},
		{"1E5", "1E5", ""},
		{"8E10A", "8E10A", ""},
		{"", "", ""},
	} {
		if got, p := identifier(c.text); got != c.want || code(p) != c.fault {
			t.Errorf("%q: got %q, fault %q; want %q, fault %q", c.text, got, code(p), c.want, c.fault)
		}
	}
}

func TestParseDecimal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		want  decimal
		fault string
	}{
		{"2.55", 2_550_000, ""},
		{"-6", -6_000_000, ""},
		{"0", 0, ""},
		{"0.001", 1_000, ""},
		{"¥1,234.50", 1_234_500_000, ""},
		{"￥１，２３４．５０", 1_234_500_000, ""},
		{"12.00元", 12_000_000, ""},
		{"CNY 12", 12_000_000, ""},
		{"£40.00", 40_000_000, ""},
		{"(3.00)", -3_000_000, ""},
		{"3-", -3_000_000, ""},
		{"-¥3", -3_000_000, ""},
		{"¥-3", -3_000_000, ""},
		{"+3", 3_000_000, ""},
		{".5", 500_000, ""},
		{"5.", 5_000_000, ""},
		{"1 234,567", 1_234_567_000_000, "number.grouping"},
		{"1,234,567", 1_234_567_000_000, ""},
		{"1 234 567", 1_234_567_000_000, ""},
		{"1.5E+3", 1_500_000_000, ""},
		{"1.5E-3", 1_500, ""},
		{"2.5499999999999998", 2_550_000, ""},
		{"0.30000000000000004", 300_000, ""},
		{"1,50", 0, "number.grouping"},
		{"1,2345", 0, "number.grouping"},
		{"12,345.", 12_345_000_000, ""},
		{"twelve", 0, "number.invalid"},
		{"1.2.3", 0, "number.invalid"},
		{"1E+99", 0, "number.out_of_range"},
		{"99999999999999999999", 0, "number.out_of_range"},
		{"10000000000", 1e16, ""},
		{"10000000001", 0, "number.out_of_range"},
		{"--3", 0, "number.invalid"},
		{"5%", 0, "number.invalid"},
		{"", 0, "number.invalid"},
		{"-", 0, "number.invalid"},
		{"¥", 0, "number.invalid"},
	} {
		got, p := parseDecimal(c.text)
		if code(p) != c.fault || p == nil && got != c.want {
			t.Errorf("%q: got %d, fault %q; want %d, fault %q", c.text, got, code(p), c.want, c.fault)
		}
	}
}

// Money is exact: quantity times price, rounded once, half away from zero, as big numbers have it.
func TestTimesFen_is_exact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := decimal(rapid.Int64Range(-int64(maxDecimal), int64(maxDecimal)).Draw(t, "price"))
		o := decimal(rapid.Int64Range(-1_000_000_000_000, 1_000_000_000_000).Draw(t, "quantity"))
		product := new(big.Int).Mul(big.NewInt(int64(d)), big.NewInt(int64(o)))
		half, unit := big.NewInt(5_000_000_000), big.NewInt(10_000_000_000)
		want := new(big.Int).Quo(new(big.Int).Add(new(big.Int).Abs(product), half), unit)
		if product.Sign() < 0 {
			want.Neg(want)
		}
		got, ok := d.timesFen(o)
		if inRange := want.CmpAbs(big.NewInt(int64(maxDecimal))) <= 0; ok != inRange {
			t.Fatalf("%d * %d: got in range %v, want %v", d, o, ok, inRange)
		}
		if ok && want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("%d * %d: got %d, want %s", d, o, got, want)
		}
	})
}

func TestMoments(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text  string
		order DateOrder
		want  string
		fault string
	}{
		{"2010-12-01 08:26:00", "", "2010-12-01T08:26:00+08:00", ""},
		{"2026/1/2", "", "2026-01-02T00:00:00+08:00", ""},
		{"2026/1/2 3:04", "", "2026-01-02T03:04:00+08:00", ""},
		{"2026.1.2", "", "2026-01-02T00:00:00+08:00", ""},
		{"2026年1月2日", "", "2026-01-02T00:00:00+08:00", ""},
		{"2026年1月2日 15时04分", "", "2026-01-02T15:04:00+08:00", ""},
		{"2026年1月2日15时04分05秒", "", "2026-01-02T15:04:05+08:00", ""},
		{"２０２６－０１－０２　０３：０４", "", "2026-01-02T03:04:00+08:00", ""},
		{"2026/1/2 下午 3:04", "", "2026-01-02T15:04:00+08:00", ""},
		{"2026/1/2 上午 12:04", "", "2026-01-02T00:04:00+08:00", ""},
		{"1/13/2026 3:04 PM", "", "2026-01-13T15:04:00+08:00", ""},
		{"2026-01-02 星期五 10:00", "", "2026-01-02T10:00:00+08:00", ""},
		{"20260102", "", "2026-01-02T00:00:00+08:00", ""},
		{"20260102030405", "", "2026-01-02T03:04:05+08:00", ""},
		{"2026-01-02T03:04:05Z", "", "2026-01-02T03:04:05Z", ""},
		{"2026-01-02T03:04:05.678+08:00", "", "2026-01-02T03:04:05.678+08:00", ""},
		{"2026-01-02 03:04:05-0500", "", "2026-01-02T03:04:05-05:00", ""},
		{"46024", "", "2026-01-02T00:00:00+08:00", ""},
		{"46024.5", "", "2026-01-02T12:00:00+08:00", ""},
		{"40513.351388888892", "", "2010-12-01T08:26:00+08:00", ""},
		{"1767322245", "", "2026-01-02T02:50:45Z", ""},
		{"1767322245000", "", "2026-01-02T02:50:45Z", ""},
		{"01/02/2026", DMY, "2026-02-01T00:00:00+08:00", ""},
		{"01/02/2026", MDY, "2026-01-02T00:00:00+08:00", ""},
		{"01/02/2026", "", "", "date.ambiguous"},
		{"02/02/2026", "", "2026-02-02T00:00:00+08:00", ""},
		{"31/12/2026", "", "2026-12-31T00:00:00+08:00", ""},
		{"31/12/2026", MDY, "", "date.no_such_day"},
		{"2026-02-30", "", "", "date.no_such_day"},
		{"2026-02-01 25:00", "", "", "date.no_such_day"},
		{"2026-02", "", "", "date.invalid"},
		{"1.5", "", "", "date.invalid"},
		{"12", "", "", "date.invalid"},
		{"yesterday", "", "", "date.invalid"},
		{"2026-01-02-03", "", "", "date.no_such_day"},
		{"1026-01-02", "", "", "date.year"},
		{"", "", "", "date.invalid"},
	} {
		m := moments{zone: shanghai, order: c.order}
		at, p := m.at(c.text)
		got := ""
		if p == nil {
			got = at.Format(time.RFC3339Nano)
		}
		if got != c.want || code(p) != c.fault {
			t.Errorf("%q %s: got %s, fault %q; want %s, fault %q", c.text, c.order, got, code(p), c.want, c.fault)
		}
	}
	m := moments{zone: time.UTC, date1904: true}
	if at, p := m.at("44562"); p != nil || at.Format(time.DateOnly) != "2026-01-02" {
		t.Errorf("1904 calendar: got %v, %v; want 2026-01-02", at, p)
	}
}

func TestParseBirthday(t *testing.T) {
	t.Parallel()
	solar, lunar := customer.Solar, customer.Lunar
	for _, c := range []struct {
		text     string
		calendar customer.Calendar
		want     customer.DraftDate
		fault    string
	}{
		{"1990-05-20", solar, customer.DraftDate{Calendar: solar, Year: 1990, Month: 5, Day: 20}, ""},
		{"5月20日", solar, customer.DraftDate{Calendar: solar, Month: 5, Day: 20}, ""},
		{"05-20", solar, customer.DraftDate{Calendar: solar, Month: 5, Day: 20}, ""},
		{"2/29", solar, customer.DraftDate{Calendar: solar, Month: 2, Day: 29}, ""},
		{"19900520", solar, customer.DraftDate{Calendar: solar, Year: 1990, Month: 5, Day: 20}, ""},
		{"农历八月十五", solar, customer.DraftDate{Calendar: lunar, Month: 8, Day: 15}, ""},
		{"八月十五", solar, customer.DraftDate{Calendar: lunar, Month: 8, Day: 15}, ""},
		{"1985年闰六月初三", solar, customer.DraftDate{Calendar: lunar, Year: 1985, Month: 6, Day: 3, Leap: true}, ""},
		{"腊月廿三", solar, customer.DraftDate{Calendar: lunar, Month: 12, Day: 23}, ""},
		{"正月初十", solar, customer.DraftDate{Calendar: lunar, Month: 1, Day: 10}, ""},
		{"十一月三十", solar, customer.DraftDate{Calendar: lunar, Month: 11, Day: 30}, ""},
		{"1985-02-30", lunar, customer.DraftDate{Calendar: lunar, Year: 1985, Month: 2, Day: 30}, ""},
		{"08-15", lunar, customer.DraftDate{Calendar: lunar, Month: 8, Day: 15}, ""},
		{"13-20", solar, customer.DraftDate{}, "birthday.invalid"},
		{"spring", solar, customer.DraftDate{}, "date.invalid"},
	} {
		got, p := parseBirthday(c.text, c.calendar, moments{zone: time.UTC})
		if got != c.want || code(p) != c.fault {
			t.Errorf("%q: got %+v, fault %q; want %+v, fault %q", c.text, got, code(p), c.want, c.fault)
		}
	}
}

// FuzzValues has every parser of values bear every text: no panic, and what is accepted is sane.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{
		"", "2.55", "¥1,234.50", "(3.00)", "1.38E+10", "2026-01-02 03:04:05", "2026年1月2日", "46024.5", "下午3:04", `="0123"`, "'=1+1",
		"农历八月十五", "\x00", "\xff\xfe", "١٢٣", "1e999", "0000-00-00", "99999999999999999999", "2026-01-02T03:04:05+99:99",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean, p := cleanCell(text)
		if p == nil && !utf8.ValidString(clean) {
			t.Errorf("clean text is not UTF-8: %q", clean)
		}
		if d, p := parseDecimal(clean); p == nil && (d > maxDecimal || d < -maxDecimal) {
			t.Errorf("%q is %d, out of range", text, d)
		}
		for _, order := range []DateOrder{AnyOrder, DMY, MDY} {
			m := moments{zone: time.UTC, order: order}
			if at, p := m.at(clean); p == nil && (at.Year() < 1899 || at.Year() > 2200) {
				t.Errorf("%q is %v, out of range", text, at)
			}
		}
		if id, p := identifier(clean); p == nil && strings.ContainsRune(id, 0) {
			t.Errorf("%q is %q", text, id)
		}
		if d, p := parseBirthday(clean, customer.Solar, moments{zone: time.UTC}); p == nil && (d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31) {
			t.Errorf("%q is %+v", text, d)
		}
		tagsOf(clean)
		fold(clean)
	})
}
