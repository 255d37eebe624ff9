package insight

import (
	"context"
	"fmt"
	"sync"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Board is what the dashboard shows of a period.
type Board struct {
	Period   Period      `json:"period"`
	Now      Figures     `json:"now"`
	Previous Figures     `json:"previous" doc:"The same of the period of equal length before."`
	Days     []DayFigure `json:"days"`
	Change   Change      `json:"change"`
	Channels []string    `json:"channels" doc:"Every channel in which something was ever sold."`
	FirstOn  cal.Day     `json:"first_on,omitzero" doc:"The first day with sales, in the period or out of it; absent before the first sale."`
	LastOn   cal.Day     `json:"last_on,omitzero" doc:"The last day with sales, in the period or out of it."`
}

// boardOf computes the board, or returns that of the same question if nothing was sold since.
func (s *Service) boardOf(ctx context.Context, tx *db.Tx, p Period, cut Cut) (Board, error) {
	var seen int64
	if err := tx.QueryRow(ctx, `select coalesce((select pos from followers where name = $1), 0)`, follower).Scan(&seen); err != nil {
		return Board{}, fmt.Errorf("read how far the figures are: %w", err)
	}
	key := fmt.Sprint(p, cut)
	if b, ok := s.cache.get(key, seen); ok {
		return b, nil
	}
	b := Board{Period: p}
	buyers, err := walkBuyers(ctx, tx, p, cut)
	if err != nil {
		return b, err
	}
	if b.Now, b.Previous, err = figures(ctx, tx, p, cut, buyers); err != nil {
		return b, err
	}
	if b.Days, err = trend(ctx, tx, p, cut, buyers); err != nil {
		return b, err
	}
	if b.Change, err = changeOf(ctx, tx, p, cut, b.Now, b.Previous); err != nil {
		return b, err
	}
	if err := b.span(ctx, tx, cut); err != nil {
		return b, err
	}
	s.cache.put(key, seen, b)
	return b, nil
}

// span sets the channels, and the days between which anything was sold in those of the cut.
func (b *Board) span(ctx context.Context, tx *db.Tx, cut Cut) error {
	type sold struct {
		channel     string
		first, last cal.Day
	}
	where, args := Cut{ShopID: cut.ShopID, scope: cut.scope}.sql("k", nil)
	spans, err := db.All(ctx, tx, func(scan db.Scan) (s sold, err error) { return s, scan(&s.channel, &s.first, &s.last) },
		`select channel, min(on_day), max(on_day) from kpi_days k where paid_fen > 0 and `+where+` group by channel order by channel`, args...)
	if err != nil {
		return fmt.Errorf("read channels: %w", err)
	}
	b.Channels = make([]string, 0, len(spans))
	for _, s := range spans {
		b.Channels = append(b.Channels, s.channel)
		if cut.Channel != "" && cut.Channel != s.channel {
			continue
		}
		if b.FirstOn.IsZero() || s.first.Before(b.FirstOn) {
			b.FirstOn = s.first
		}
		if b.LastOn.IsZero() || b.LastOn.Before(s.last) {
			b.LastOn = s.last
		}
	}
	return nil
}

// cache keeps boards while no fact has come that could change them. They hold no personal data.
type cache struct {
	mu     sync.Mutex
	seen   int64
	boards map[string]Board
}

// maxBoards bounds the cache: periods and shops that people look at.
const maxBoards = 200

func (c *cache) get(key string, seen int64) (Board, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen != seen {
		return Board{}, false
	}
	b, ok := c.boards[key]
	return b, ok
}

func (c *cache) put(key string, seen int64, b Board) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.boards == nil || c.seen != seen || len(c.boards) >= maxBoards {
		c.seen, c.boards = seen, map[string]Board{}
	}
	c.boards[key] = b
}

// Todo counts the work that waits, for "first today" on the dashboard.
type Todo struct {
	Birthdays         int64 `json:"birthdays" doc:"Customers who keep their birthday within 7 days, by the sun or the moon."`
	AwayVIPs          int64 `json:"away_vips" doc:"Customers of the best value group who have not bought for 60 days."`
	Merges            int64 `json:"merges" doc:"Pairs of records that may be one customer."`
	Incomplete        int64 `json:"incomplete" doc:"Customers who bought in the last 30 days and lack half of their record."`
	DeadJobs          int64 `json:"dead_jobs"`
	ParkedFacts       int64 `json:"parked_facts"`
	FrequentSearchers int64 `json:"frequent_searchers" doc:"People who searched for customers more than 60 times in an hour of today; 0 for who may not read the audit log."`
}

// awayDays is how long a good customer may stay away before somebody should ask after her.
const awayDays = 60

// todoOf counts within the scope of the caller.
func (s *Service) todoOf(ctx context.Context, tx *db.Tx, today cal.Day, cut Cut) (t Todo, err error) {
	inShop := cut.scope.SQL("p.shop_id")
	if t.Birthdays, err = s.Customers.CountOccasions(ctx, tx, customer.Birthday, today, 7); err != nil {
		return t, err
	}
	lastOn := "coalesce(p.last_order_on, -719162)" // As it is indexed.
	type counted struct {
		into *int64
		sql  string
		args []any
	}
	queries := []counted{
		{&t.AwayVIPs, `select count(*) from profiles p where p.value_group = 'vip' and p.last_order_on < $1 and ` + inShop, []any{today.Add(-awayDays)}},
		{&t.Merges, `select count(*) from merge_suggestions where state = 'open'`, nil},
		{&t.Incomplete, `select count(*) from profiles p where ` + lastOn + ` >= $1 and ` + inShop + `
			and p.customer_id in (select id from customers where state = 'active' and quality < 50)`, []any{today.Add(-30)}},
		{&t.DeadJobs, `select count(*) from jobs where state = 2`, nil},
		{&t.ParkedFacts, `select count(*) from parked_facts`, nil},
	}
	if access.From(ctx).Can(access.AuditRead) {
		queries = append(queries, counted{&t.FrequentSearchers, `select count(distinct staff_id) from audit_entries
			where action = 'customer.searched_often' and at >= $1 and ` + cut.scope.SQL("shop_id"), []any{today.Start(s.Staff.Zone()).UnixMilli()}})
	}
	for _, q := range queries {
		if err := tx.QueryRow(ctx, q.sql, q.args...).Scan(q.into); err != nil {
			return t, fmt.Errorf("count what waits: %w", err)
		}
	}
	return t, nil
}
