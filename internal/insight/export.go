package insight

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/xuri/excelize/v2"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

type exportInput struct {
	Report string `path:"report" maxLength:"50" doc:"kpis, days, cohorts or repurchase."`
	Format string `query:"format" enum:"csv,xlsx" default:"xlsx"`
	PeriodInput
	CutInput
}

// table is a report as rows of cells: numbers as numbers, money as yuan with two places.
type table struct {
	head []string
	rows [][]any
}

// export answers a report as a file, and leaves a line in the audit.
func (s *Service) export(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
	if err := knownReport(in.Report); err != nil {
		return nil, err
	}
	var t table
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if t, err = s.tableOf(ctx, tx, in); err != nil {
			return err
		}
		return s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "report.exported", Subject: in.Report})
	})
	if err != nil {
		return nil, err
	}
	file, kind, err := t.file(in.Format)
	if err != nil {
		return nil, fmt.Errorf("write %s as %s: %w", in.Report, in.Format, err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", kind)
		h.SetHeader("Content-Disposition", `attachment; filename="shuke-`+in.Report+"."+in.Format+`"`)
		_, _ = h.BodyWriter().Write(file) // The only error is that the reader has gone.
	}}, nil
}

func (s *Service) tableOf(ctx context.Context, tx *db.Tx, in *exportInput) (table, error) {
	cut := cutOf(ctx, in.ShopID, in.Channel)
	p, err := s.period(tx, in.PeriodInput)
	if err != nil {
		return table{}, err
	}
	switch in.Report {
	case "cohorts":
		cohorts, err := cohortsOf(ctx, tx, s.asOf(tx, in.To), cut)
		return cohortTable(cohorts), err
	case "repurchase":
		r, err := repurchase(ctx, tx, s.asOf(tx, in.To), cut)
		return monthTable(r.Months), err
	case "days":
		b, err := s.boardOf(ctx, tx, p, cut)
		return dayTable(b.Days), err
	default:
		b, err := s.boardOf(ctx, tx, p, cut)
		return boardTable(b), err
	}
}

func yuan(fen int64) float64 { return float64(fen) / 100 }

func orEmpty(r *Rate) any {
	if r == nil {
		return ""
	}
	return *r
}

func boardTable(b Board) table {
	t := table{head: []string{"指标 Indicator", b.Period.From.String() + " – " + b.Period.To.String(), "上期 Previous"}}
	row := func(name string, now, before any) { t.rows = append(t.rows, []any{name, now, before}) }
	n, p := b.Now, b.Previous
	row("销售额 Sales", yuan(n.SalesFen), yuan(p.SalesFen))
	row("退款 Refunds", yuan(n.RefundFen), yuan(p.RefundFen))
	row("净额 Net", yuan(n.NetFen), yuan(p.NetFen))
	row("散客销售额 Anonymous sales", yuan(n.AnonymousFen), yuan(p.AnonymousFen))
	row("新客销售额 New customers' sales", yuan(n.NewFen), yuan(p.NewFen))
	row("老客销售额 Returning customers' sales", yuan(n.ReturningFen), yuan(p.ReturningFen))
	row("订单 Orders", n.Orders, p.Orders)
	row("件数 Pieces", n.Units, p.Units)
	row("购买顾客 Buyers", n.Buyers, p.Buyers)
	row("新客 New", n.NewBuyers, p.NewBuyers)
	row("客单价 AOV", aovYuan(n), aovYuan(p))
	row("连带率 UPT", orEmpty(n.UPT), orEmpty(p.UPT))
	row("退款率 Refund rate", orEmpty(n.RefundRate), orEmpty(p.RefundRate))
	row("复购率 Repurchase rate", orEmpty(n.Repurchase), orEmpty(p.Repurchase))
	row("留存率 Retention rate", orEmpty(n.Retention), orEmpty(p.Retention))
	row("活跃率 Active rate", orEmpty(n.ActiveRate), orEmpty(p.ActiveRate))
	row("流失率 Churn rate", orEmpty(n.Churn), orEmpty(p.Churn))
	row("前 20% 顾客销售占比 Concentration", orEmpty(n.Concentration), orEmpty(p.Concentration))
	return t
}

func aovYuan(f Figures) any {
	if f.Orders == 0 {
		return ""
	}
	return yuan((f.SalesFen + f.Orders/2) / f.Orders)
}

func dayTable(days []DayFigure) table {
	t := table{head: []string{"日期 Day", "销售额 Sales", "散客 Anonymous", "订单 Orders", "购买顾客 Buyers", "退款 Refunds", "上期销售额 Previous sales"}}
	for _, d := range days {
		t.rows = append(t.rows, []any{d.On.String(), yuan(d.SalesFen), yuan(d.AnonymousFen), d.Orders, d.Buyers, yuan(d.RefundFen), yuan(d.PreviousSalesFen)})
	}
	return t
}

func monthTable(months []MonthFigure) table {
	t := table{head: []string{"月份 Month", "购买顾客 Buyers", "新客 New", "老客 Returning", "老客占比 Returning share", "次月复购 Again next month", "当月两日以上 Two or more days", "购买日 Purchase days", "销售额 Sales"}}
	for _, m := range months {
		t.rows = append(t.rows, []any{m.Month, m.Buyers, m.New, m.Returning, orEmpty(m.ReturningShare), orEmpty(m.AgainNextMonth), orEmpty(m.TwoOrMoreDays), m.PurchaseDays, yuan(m.SalesFen)})
	}
	return t
}

func cohortTable(cohorts []Cohort) table {
	t := table{head: []string{"首购月份 First month"}}
	for i := range cohorts {
		t.head = append(t.head, "+"+strconv.Itoa(i))
	}
	for _, c := range cohorts {
		row := []any{c.Month}
		for _, n := range c.Customers {
			row = append(row, n)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func (t table) file(format string) (file []byte, kind string, err error) {
	if format == "csv" {
		file, err = t.csv()
		return file, "text/csv; charset=utf-8", err
	}
	file, err = t.xlsx()
	return file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", err
}

// csv writes UTF-8 with a byte order mark, by which Excel knows it.
func (t table) csv() ([]byte, error) {
	b := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(b)
	for _, row := range append([][]any{anyRow(t.head)}, t.rows...) {
		cells := make([]string, len(row))
		for i, c := range row {
			if text, ok := c.(string); ok {
				c = neutral(text)
			}
			cells[i] = fmt.Sprint(c)
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (t table) xlsx() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // In memory; nothing is lost.
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	for i, row := range append([][]any{anyRow(t.head)}, t.rows...) {
		cells := make([]any, len(row))
		for j, c := range row {
			if text, ok := c.(string); ok {
				c = neutral(text)
			}
			cells[j] = c
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), cells); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func anyRow(texts []string) []any {
	row := make([]any, len(texts))
	for i, t := range texts {
		row[i] = t
	}
	return row
}

// neutral puts an apostrophe before a text that a spreadsheet would take for a formula, whatever blanks
// or control characters stand before it (SEC-16).
func neutral(text string) string {
	trimmed := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.HasPrefix(text, "\n") {
		return "'" + text
	}
	for _, start := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(trimmed, start) {
			return "'" + text
		}
	}
	return text
}

// exportTime bounds an export.
const exportTime = 2 * time.Minute
