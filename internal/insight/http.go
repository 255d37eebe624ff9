package insight

import (
	"context"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Routes serves the figures.
func (s *Service) Routes(w *web.Server) {
	op := func(path, id, summary string) web.Op {
		return web.Op{Method: "GET", Path: path, ID: id, Summary: summary, Tag: "Insight", Permission: access.ReportsRead}
	}
	web.Read(w, op("/v1/kpis", "getKPIs", "Show the indicators of a period next to the period before"), s.getKPIs)
	web.Read(w, op("/v1/kpis/{figure}/customers", "listKPICustomers", "Name the customers behind an indicator"), s.listBehind)
	web.Read(w, op("/v1/cohorts", "getCohorts", "Show who came back, by the month of the first purchase"), s.getCohorts)
	web.Read(w, op("/v1/repurchase", "getRepurchase", "Show month by month how customers came back"), s.getRepurchase)
	web.Read(w, op("/v1/todo", "getTodo", "Count the work that waits today"), s.getTodo)
	export := op("/v1/reports/{report}/export", "exportReport", "Export a report as CSV or XLSX")
	export.Permission, export.OneAtATime, export.Produces = access.ReportsExport, true, "application/octet-stream"
	export.Timeout = exportTime
	web.Raw(w, export, s.export)
}

// CutInput restricts figures to a shop or channel.
type CutInput struct {
	ShopID  staff.ShopID `query:"shop_id" doc:"Only this shop."`
	Channel string       `query:"channel" maxLength:"50" doc:"Only this channel, such as store or online."`
}

// PeriodInput is a period; without days it is the last 30 days.
type PeriodInput struct {
	From cal.Day `query:"from" doc:"First day; 30 days before the last one unless given."`
	To   cal.Day `query:"to" doc:"Last day; yesterday unless given."`
}

func (s *Service) today(tx *db.Tx) cal.Day { return cal.DayOf(tx.Now, s.Staff.Zone()) }

// period fills in what was not given. Today is left out unless asked for: it is not over.
func (s *Service) period(tx *db.Tx, in PeriodInput) (Period, error) {
	p := Period(in)
	if p.To.IsZero() {
		p.To = s.today(tx).Add(-1)
	}
	if p.From.IsZero() {
		p.From = p.To.Add(-29)
	}
	return p, p.Validate()
}

type kpisInput struct {
	PeriodInput
	CutInput
}

type kpisOutput struct{ Body Board }

func (s *Service) getKPIs(ctx context.Context, tx *db.Tx, in *kpisInput) (*kpisOutput, error) {
	p, err := s.period(tx, in.PeriodInput)
	if err != nil {
		return nil, err
	}
	b, err := s.boardOf(ctx, tx, p, cutOf(ctx, in.ShopID, in.Channel))
	return &kpisOutput{b}, err
}

type cohortsInput struct {
	CutInput
	AsOf cal.Day `query:"as_of" doc:"Count purchases up to this day; today unless given."`
}

type cohortsOutput struct {
	Body struct {
		AsOf    cal.Day  `json:"as_of"`
		Cohorts []Cohort `json:"cohorts"`
	}
}

func (s *Service) getCohorts(ctx context.Context, tx *db.Tx, in *cohortsInput) (*cohortsOutput, error) {
	out := &cohortsOutput{}
	out.Body.AsOf = s.asOf(tx, in.AsOf)
	var err error
	out.Body.Cohorts, err = cohortsOf(ctx, tx, out.Body.AsOf, cutOf(ctx, in.ShopID, in.Channel))
	return out, err
}

func (s *Service) asOf(tx *db.Tx, given cal.Day) cal.Day {
	if given.IsZero() {
		return s.today(tx)
	}
	return given
}

type repurchaseOutput struct{ Body Repurchase }

func (s *Service) getRepurchase(ctx context.Context, tx *db.Tx, in *cohortsInput) (*repurchaseOutput, error) {
	r, err := repurchase(ctx, tx, s.asOf(tx, in.AsOf), cutOf(ctx, in.ShopID, in.Channel))
	return &repurchaseOutput{r}, err
}

type todoOutput struct{ Body Todo }

func (s *Service) getTodo(ctx context.Context, tx *db.Tx, _ *struct{}) (*todoOutput, error) {
	t, err := s.todoOf(ctx, tx, s.today(tx), cutOf(ctx, noShop, ""))
	return &todoOutput{t}, err
}

type behindInput struct {
	Figure string `path:"figure" enum:"buyers,repeat_buyers,new_buyers,returning_buyers,retained,not_retained,active,churned"`
	PeriodInput
	CutInput
	web.Page
}

// CustomerFigure is a customer behind a figure.
type CustomerFigure struct {
	CustomerID  customer.ID `json:"customer_id"`
	Name        string      `json:"name"`
	Phone       string      `json:"phone,omitempty" doc:"Masked."`
	SalesFen    int64       `json:"sales_fen"`
	LastOrderOn cal.Day     `json:"last_order_on"`

	number int64 // number is that of the buyer, for the cursor.
}

type behindOutput struct{ Body web.List[CustomerFigure] }

// listBehind names the customers behind a figure, those who spent most first.
func (s *Service) listBehind(ctx context.Context, tx *db.Tx, in *behindInput) (*behindOutput, error) {
	p, err := s.period(tx, in.PeriodInput)
	if err != nil {
		return nil, err
	}
	group, ok := groups[in.Figure]
	if !ok {
		return nil, errs.New(errs.NotFound, "kpi.unknown", "there is no list behind this figure")
	}
	cursor, err := web.DecodeCursor(in.Cursor, 2)
	if err != nil {
		return nil, err
	}
	out := &behindOutput{}
	out.Body.Items, err = listBehind(ctx, tx, group, p, cutOf(ctx, in.ShopID, in.Channel), cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	if n := len(out.Body.Items); n == in.Limit {
		last := out.Body.Items[n-1]
		out.Body.NextCursor = web.EncodeCursor(last.SalesFen, last.number)
	}
	return out, s.name(ctx, tx, out.Body.Items)
}

// reports are the names of what can be exported.
var reports = []string{"kpis", "days", "cohorts", "repurchase"}

func knownReport(name string) error {
	if !slices.Contains(reports, name) {
		return errs.New(errs.NotFound, "report.unknown", "there is no report of this name")
	}
	return nil
}
