package insight

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Change says what moved sales against the period before: which of the three factors, and which shop.
type Change struct {
	SalesFen   int64  `json:"sales_fen" doc:"Sales less those of the period before."`
	Factor     string `json:"factor" enum:",buyers,frequency,basket" doc:"The factor that explains most of it: how many bought, how often, how much at a time. Empty when there is nothing to compare."`
	Share      *Rate  `json:"share" doc:"Part of the change that the factor explains."`
	Shop       string `json:"shop" doc:"The shop that moved most."`
	ShopFen    int64  `json:"shop_fen" doc:"Its sales less those of the period before."`
	Channel    string `json:"channel" doc:"The channel that moved most."`
	ChannelFen int64  `json:"channel_fen" doc:"Its sales less those of the period before."`
}

type part struct {
	factor string
	log    float64
}

// factors splits the change of sales to known customers into buyers × orders per buyer × money per
// order. Logarithms make the product a sum, so that each factor has its part of the whole.
func factors(now, before Figures) (parts [3]part, ok bool) {
	if now.Buyers == 0 || before.Buyers == 0 || now.Orders == 0 || before.Orders == 0 || now.SalesFen == 0 || before.SalesFen == 0 {
		return parts, false
	}
	log := func(a, b float64) float64 { return math.Log(a / b) }
	often := func(f Figures) float64 { return float64(f.Orders) / float64(f.Buyers) }
	much := func(f Figures) float64 { return float64(f.SalesFen) / float64(f.Orders) }
	parts = [3]part{
		{"buyers", log(float64(now.Buyers), float64(before.Buyers))},
		{"frequency", log(often(now), often(before))},
		{"basket", log(much(now), much(before))},
	}
	slices.SortStableFunc(parts[:], func(a, b part) int { return cmp.Compare(math.Abs(b.log), math.Abs(a.log)) })
	return parts, true
}

// changeOf explains the change between two periods.
func changeOf(ctx context.Context, tx *db.Tx, p Period, cut Cut, now, before Figures) (c Change, err error) {
	c.SalesFen = now.SalesFen - before.SalesFen
	if parts, ok := factors(now, before); ok {

		c.Factor = parts[0].factor
		if whole := math.Log(float64(now.SalesFen) / float64(before.SalesFen)); math.Abs(whole) > 0.001 {
			c.Share = new(math.Round(parts[0].log/whole*100) / 100)
		}
	}
	if c.Shop, c.ShopFen, err = moved(ctx, tx, "(select name from shops where id = k.shop_id)", p, cut); err != nil {
		return c, err
	}
	c.Channel, c.ChannelFen, err = moved(ctx, tx, "k.channel", p, cut)
	return c, err
}

// moved returns the name by which sales are grouped that moved most between the periods.
func moved(ctx context.Context, tx *db.Tx, name string, p Period, cut Cut) (who string, fen int64, err error) {
	before := p.Before()
	where, args := cut.sql("k", []any{before.From, p.From, p.To})
	err = tx.QueryRow(ctx, `select coalesce(who, ''), fen from (
			select `+name+` as who, cast(sum(case when on_day >= $2 then paid_fen else -paid_fen end) as bigint) as fen
			from kpi_days k where on_day between $1 and $3 and `+where+` group by 1) m
		order by abs(fen) desc, who limit 1`, args...).Scan(&who, &fen)
	if err != nil && !db.NoRows(err) {
		return "", 0, fmt.Errorf("find what moved: %w", err)
	}
	return who, fen, nil
}
