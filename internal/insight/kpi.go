package insight

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Figures are the indicators of a period; docs/kpis.md defines each. Amounts are sales before returns
// unless the name says otherwise; rates are null when there is nothing to divide by.
type Figures struct {
	SalesFen      int64 `json:"sales_fen"`
	RefundFen     int64 `json:"refund_fen" doc:"Given back in the period, whenever it was sold."`
	NetFen        int64 `json:"net_fen" doc:"Sales less refunds."`
	AnonymousFen  int64 `json:"anonymous_fen" doc:"Sales to nobody known."`
	NewFen        int64 `json:"new_fen" doc:"Sales to customers whose first purchase lies in the period."`
	ReturningFen  int64 `json:"returning_fen" doc:"Sales to customers who had bought before the period."`
	Orders        int64 `json:"orders"`
	Units         int64 `json:"units"`
	Buyers        int64 `json:"buyers" doc:"Known customers who bought."`
	NewBuyers     int64 `json:"new_buyers"`
	Returning     int64 `json:"returning_buyers"`
	RepeatBuyers  int64 `json:"repeat_buyers" doc:"Buyers with two or more purchase days in the period."`
	RetainedOf    int64 `json:"retained_of" doc:"Buyers of the period before."`
	Retained      int64 `json:"retained" doc:"Those of them who bought again in this one."`
	ActiveOf      int64 `json:"active_of" doc:"Customers who ever bought, up to the end of the period."`
	Active        int64 `json:"active" doc:"Those of them who bought in the 90 days to its end."`
	ChurnedOf     int64 `json:"churned_of" doc:"Customers who bought in the 180 days before the period."`
	Churned       int64 `json:"churned" doc:"Those of them whose last purchase became 180 days old in the period."`
	AOV           *Rate `json:"aov_fen" doc:"Sales per order, in fen."`
	UPT           *Rate `json:"units_per_transaction" doc:"Pieces per order."`
	RefundRate    *Rate `json:"refund_rate" doc:"Refunds per sales, both of the period."`
	Repurchase    *Rate `json:"repurchase_rate" doc:"Repeat buyers per buyers."`
	Retention     *Rate `json:"retention_rate"`
	ActiveRate    *Rate `json:"active_rate"`
	Churn         *Rate `json:"churn_rate"`
	Concentration *Rate `json:"concentration" doc:"Share of all sales to known customers that the top 20 % of them bring, over their lives. Only without a cut."`
}

// Rate is a ratio, rounded to four places for showing.
type Rate = float64

// topShare is the top fifth, of whom the documents expect four fifths of the sales.
const topShare = 0.2

// rate returns part/of, or nil if there is nothing to divide by.
func rate(part, of int64) *Rate {
	if of == 0 {
		return nil
	}
	return new(float64(int64(float64(part)/float64(of)*10000+0.5)) / 10000)
}

// rates fills in the ratios.
func (f *Figures) rates() {
	f.NetFen = f.SalesFen - f.RefundFen
	f.Returning, f.ReturningFen = f.Buyers-f.NewBuyers, f.SalesFen-f.AnonymousFen-f.NewFen
	f.AOV, f.UPT = rate(f.SalesFen, f.Orders), rate(f.Units, f.Orders)
	f.RefundRate, f.Repurchase = rate(f.RefundFen, f.SalesFen), rate(f.RepeatBuyers, f.Buyers)
	f.Retention, f.ActiveRate = rate(f.Retained, f.RetainedOf), rate(f.Active, f.ActiveOf)
	f.Churn = rate(f.Churned, f.ChurnedOf)
}

// figures computes the indicators of a period, and of the one before, from the projections.
func figures(ctx context.Context, tx *db.Tx, p Period, cut Cut, b *buyers) (now, before Figures, err error) {
	if err := countSales(ctx, tx, p, cut, &now); err != nil {
		return now, before, err
	}
	if err := countSales(ctx, tx, p.Before(), cut, &before); err != nil {
		return now, before, err
	}
	b.count(0, &now)
	b.count(1, &before)
	now.rates()
	before.rates()
	if cut.whole() {
		now.Concentration, err = concentration(ctx, tx)
		before.Concentration = now.Concentration // It is of the whole lives of customers.
	}
	return now, before, err
}

func countSales(ctx context.Context, tx *db.Tx, p Period, cut Cut, f *Figures) error {
	where, args := cut.sql("k", []any{p.From, p.To})
	err := tx.QueryRow(ctx, `select coalesce(cast(sum(orders) as bigint), 0), coalesce(cast(sum(units) as bigint), 0),
			coalesce(cast(sum(paid_fen) as bigint), 0), coalesce(cast(sum(anonymous_fen) as bigint), 0),
			coalesce(cast(sum(refund_fen) as bigint), 0)
		from kpi_days k where on_day between $1 and $2 and `+where, args...).
		Scan(&f.Orders, &f.Units, &f.SalesFen, &f.AnonymousFen, &f.RefundFen)
	if err != nil {
		return fmt.Errorf("sum sales: %w", err)
	}
	return nil
}

func concentration(ctx context.Context, tx *db.Tx) (*Rate, error) {
	var buyers, all, top int64
	err := tx.QueryRow(ctx, `select coalesce(cast(sum(customers) as bigint), 0), coalesce(cast(sum(paid_fen) as bigint), 0)
		from rfm_cells where r > 0`).Scan(&buyers, &all)
	if err != nil {
		return nil, fmt.Errorf("sum sales of customers: %w", err)
	}
	err = tx.QueryRow(ctx, `select coalesce(cast(sum(paid_fen) as bigint), 0) from
		(select paid_fen from profiles where paid_fen > 0 order by paid_fen desc limit $1) t`, int64(float64(buyers)*topShare+0.5)).Scan(&top)
	if err != nil {
		return nil, fmt.Errorf("sum sales of the top customers: %w", err)
	}
	return rate(top, all), nil
}

// DayFigure is one day of the trend.
type DayFigure struct {
	On               cal.Day `json:"on"`
	SalesFen         int64   `json:"sales_fen"`
	AnonymousFen     int64   `json:"anonymous_fen"`
	Orders           int64   `json:"orders"`
	RefundFen        int64   `json:"refund_fen"`
	Buyers           int64   `json:"buyers"`
	ReturningFen     int64   `json:"returning_fen" doc:"Sales to customers who had bought before the period."`
	Repurchase       *Rate   `json:"repurchase_rate" doc:"That of the period of equal length that ends with this day."`
	Churn            *Rate   `json:"churn_rate" doc:"That of the period of equal length that ends with this day."`
	PreviousSalesFen int64   `json:"previous_sales_fen" doc:"Sales of the day as many days earlier as the period is long."`
	PreviousAnonFen  int64   `json:"previous_anonymous_fen" doc:"Those of them to nobody known."`
}

// trend returns every day of the period, also those without sales.
func trend(ctx context.Context, tx *db.Tx, p Period, cut Cut, b *buyers) ([]DayFigure, error) {
	days := make([]DayFigure, p.Days())
	for i := range days {
		days[i].On, days[i].Buyers, days[i].ReturningFen = p.From.Add(i), b.daily[i], b.returningFen[i]
	}
	b.rolling.rates(days)
	before := p.Before()
	where, args := cut.sql("k", []any{before.From, p.To})
	sums, err := db.All(ctx, tx, func(scan db.Scan) (d DayFigure, err error) {
		return d, scan(&d.On, &d.SalesFen, &d.AnonymousFen, &d.Orders, &d.RefundFen)
	}, `select on_day, cast(sum(paid_fen) as bigint), cast(sum(anonymous_fen) as bigint), cast(sum(orders) as bigint),
			cast(sum(refund_fen) as bigint)
		from kpi_days k where on_day between $1 and $2 and `+where+` group by on_day`, args...)
	if err != nil {
		return nil, fmt.Errorf("read trend: %w", err)
	}
	for _, s := range sums {
		if s.On.Before(p.From) {
			d := &days[s.On.Sub(before.From)]
			d.PreviousSalesFen, d.PreviousAnonFen = s.SalesFen, s.AnonymousFen
			continue
		}
		d := &days[s.On.Sub(p.From)]
		d.SalesFen, d.AnonymousFen, d.Orders, d.RefundFen = s.SalesFen, s.AnonymousFen, s.Orders, s.RefundFen
	}
	return days, nil
}
