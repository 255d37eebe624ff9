package segment

import (
	"context"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Filter says which customers a list holds: those whom every given field admits.
type Filter struct {
	Query        string         `query:"q" maxLength:"100" doc:"A phone number, its last four digits, a name or its initials."`
	Stage        Stage          `query:"stage" enum:"lead,new,active,dormant,lost"`
	Cell         string         `query:"cell" pattern:"^[1-5]{3}$" doc:"A cell of the RFM map, such as 543."`
	RFMGroup     RFMGroup       `query:"rfm_group" enum:"important_value,important_growth,important_keep,important_winback,general_value,general_growth,general_keep,general_winback"`
	ValueGroup   ValueGroup     `query:"value_group" enum:"vip,frequent,active,potential,new,other,dormant,lapsed,lead"`
	Quadrant     Quadrant       `query:"quadrant" enum:"high_frequency_high_value,growth_potential,low_frequency_high_value,ordinary"`
	CustomerType CustomerType   `query:"customer_type" enum:"high_value_loyal,potential_to_cultivate,dormant_to_wake"`
	ShopID       staff.ShopID   `query:"shop_id" doc:"The home shop."`
	Tag          customer.TagID `query:"tag"`
	MinPaidFen   int64          `query:"min_paid_fen" minimum:"0"`
	MaxPaidFen   int64          `query:"max_paid_fen" minimum:"0" doc:"0 is no bound."`
	LastFrom     cal.Day        `query:"last_order_from" doc:"The last purchase was on this day or later."`
	LastTo       cal.Day        `query:"last_order_to" doc:"The last purchase was on this day or earlier."`
	Segment      ID             `query:"segment"`
	SegmentAsOf  cal.Day        `query:"segment_as_of" doc:"With segment: those who were members at the end of this day. Default: now."`
	BirthdayDays int            `query:"birthday_days" minimum:"0" maximum:"92" doc:"A birthday is kept on one of so many days, today the first, by the sun or the moon."`
	QualityBelow int64          `query:"quality_below" minimum:"0" maximum:"100" doc:"The score of what is known of her is below."`
}

// searchLimit is the most customers that a search by text gives.
const searchLimit = 20

// conditions returns the filter, within the caller's scope, as a condition on profiles.
func (s *Service) conditions(ctx context.Context, tx *db.Tx, f Filter) (c conditions, err error) {
	c.and(s.Customers.ScopeSQL(ctx, tx, "profiles.customer_id"))
	word := func(column, value string) {
		if value != "" {
			c.and(column+" = ?", value)
		}
	}
	word("stage", string(f.Stage))
	word("rfm_group", string(f.RFMGroup))
	word("value_group", string(f.ValueGroup))
	word("quadrant", string(f.Quadrant))
	word("customer_type", string(f.CustomerType))
	if f.Cell != "" {
		scores, err := parseCell(f.Cell)
		if err != nil {
			return c, err
		}
		c.and("r = ? and f = ? and m = ?", scores.R, scores.F, scores.M)
	}
	if !f.ShopID.IsZero() {
		c.and("shop_id = ?", f.ShopID.Int64())
	}
	if !f.Tag.IsZero() {
		c.and(s.Customers.TagSQL(tx, "profiles.customer_id", f.Tag))
	}
	switch {
	case f.Segment.IsZero():
	case f.SegmentAsOf.IsZero():
		c.and("exists (select 1 from segment_members m where m.segment_id = ? and m.customer_id = profiles.customer_id)", f.Segment)
	default:
		c.and("customer_id in (select customer_id from segment_changes where segment_id = ? and at < ? group by customer_id"+
			" having sum(case when entered then 1 else -1 end) > 0)", f.Segment, f.SegmentAsOf.Add(1).Start(s.Staff.Zone()).UnixMilli())
	}
	if f.MinPaidFen > 0 {
		c.and("paid_fen >= ?", f.MinPaidFen)
	}
	if f.MaxPaidFen > 0 {
		c.and("paid_fen <= ?", f.MaxPaidFen)
	}
	if !f.LastFrom.IsZero() {
		c.and("coalesce(last_order_on, -719162) >= ?", f.LastFrom)
	}
	if !f.LastTo.IsZero() {
		c.and("last_order_on is not null and coalesce(last_order_on, -719162) <= ?", f.LastTo)
	}
	if f.BirthdayDays > 0 {
		due, err := customer.OccasionSQL("profiles.customer_id", customer.Birthday, cal.DayOf(tx.Now, s.Staff.Zone()), f.BirthdayDays)
		if err != nil {
			return c, err
		}
		c.and(due)
	}
	if f.QualityBelow > 0 {
		c.and(customer.IncompleteSQL("profiles.customer_id", f.QualityBelow))
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		found, err := s.Customers.Search(ctx, tx, q, searchLimit)
		if err != nil {
			return c, err
		}
		in, args := db.In(len(c.args), found)
		c.parts, c.args = append(c.parts, "customer_id in "+in), append(c.args, args...)
	}
	return c, nil
}

// parseCell reads a cell such as "543".
func parseCell(text string) (Scores, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	s := Scores{n / 100, n / 10 % 10, n % 10}
	if err != nil || len(text) != 3 || min(s.R, s.F, s.M) < 1 || max(s.R, s.F, s.M) > 5 {
		return s, errs.New(errs.Invalid, "rfm.cell", "a cell is three digits from 1 to 5")
	}
	return s, nil
}

// Listed is a customer as the list shows her.
type Listed struct {
	customer.Summary
	Numbers
}

// Numbers are the figures of a customer as they are shown.
type Numbers struct {
	PaidFen      int64        `json:"paid_fen" doc:"Sales before returns."`
	RefundedFen  int64        `json:"refunded_fen"`
	OrderCount   int64        `json:"order_count"`
	PurchaseDays int64        `json:"purchase_days" doc:"Days with a purchase."`
	Units        int64        `json:"units"`
	RefundCount  int64        `json:"refund_count"`
	FirstOrderOn cal.Day      `json:"first_order_on,omitzero"`
	LastOrderOn  cal.Day      `json:"last_order_on,omitzero"`
	Stage        Stage        `json:"stage"`
	StageSinceOn cal.Day      `json:"stage_since_on"`
	Cell         string       `json:"cell,omitempty" doc:"R, F and M, such as 543."`
	RFMGroup     RFMGroup     `json:"rfm_group,omitempty"`
	ValueGroup   ValueGroup   `json:"value_group"`
	Quadrant     Quadrant     `json:"quadrant,omitempty"`
	CustomerType CustomerType `json:"customer_type,omitempty"`
	LastDays     *int64       `json:"last_days,omitempty" doc:"Days since the last purchase."`
	WindowDays   int64        `json:"window_purchase_days" doc:"Days with a purchase in the window of the thresholds."`
}

// numbers returns the profile as it is shown on a day.
func (p Profile) numbers(today cal.Day) Numbers {
	n := Numbers{
		PaidFen: p.PaidFen, RefundedFen: p.RefundedFen, OrderCount: p.OrderCount, PurchaseDays: p.PurchaseDayCount, Units: p.Units,
		RefundCount: p.RefundCount, FirstOrderOn: p.FirstOrderOn, LastOrderOn: p.LastOrderOn, Stage: p.Stage, StageSinceOn: p.StageSinceOn,
		RFMGroup: p.RFMGroup, ValueGroup: p.ValueGroup, Quadrant: p.Quadrant, CustomerType: p.CustomerType, WindowDays: p.WindowDayCount,
	}
	if p.Scores.R > 0 {
		n.Cell = p.Scores.String()
	}
	if p.PurchaseDayCount > 0 {
		n.LastDays = new(recency(p.LastOrderOn, today))
	}
	return n
}

// countLimit bounds how far a list is counted.
const countLimit = 10_000

// ListBody is a page of customers.
type ListBody struct {
	Items        []Listed `json:"items"`
	NextCursor   string   `json:"next_cursor,omitempty"`
	Total        int64    `json:"total" doc:"How many customers the filter admits; above 20 rounded down for who may not read reports."`
	TotalIsLeast bool     `json:"total_is_least" doc:"There are more than total; counting stopped."`
}

// list returns a page of the customers that a filter admits, in an order.
func (s *Service) list(ctx context.Context, tx *db.Tx, f Filter, sort string, ascending bool, page web.Page) (body ListBody, err error) {
	o, ok := orderings[sort]
	if !ok {
		return body, errs.New(errs.Invalid, "list.sort", "the list can be sorted by spend, orders, last_order and newest")
	}
	place, err := web.DecodeCursor(page.Cursor, 2)
	if err != nil {
		return body, err
	}
	c, err := s.conditions(ctx, tx, f)
	if err != nil {
		return body, err
	}
	profiles, err := listProfiles(ctx, tx, c, o, ascending, place, page.Limit+1)
	if err != nil {
		return body, err
	}
	if len(profiles) > page.Limit {
		profiles = profiles[:page.Limit]
		last := profiles[page.Limit-1]
		body.NextCursor = web.EncodeCursor(o.key(last), last.CustomerID.Int64())
	}
	if body.Items, err = s.show(ctx, tx, profiles); err != nil {
		return body, err
	}
	body.Total, body.TotalIsLeast, err = s.total(ctx, tx, f, c)
	return body, err
}

// total counts whom the filter admits, as far as the caller is told; least says that there are more.
func (s *Service) total(ctx context.Context, tx *db.Tx, f Filter, c conditions) (n int64, least bool, err error) {
	if n, err = countProfiles(ctx, tx, c, countLimit+1); err != nil {
		return 0, false, err
	}
	if n > countLimit {
		counted, ok, err := s.counted(ctx, tx, f)
		if err != nil {
			return 0, false, err
		}
		n, least = countLimit, !ok
		if ok {
			n = counted
		}
	}
	least = least || f.Query != "" && n >= searchLimit
	if !access.From(ctx).Can(access.ReportsRead) {
		n, least = roughly(n, least)
	}
	return n, least, nil
}

// exactUpTo is how far who may not read reports is told a count exactly: a page of them can be counted by hand.
const exactUpTo = 20

// roughly rounds a count down to its first digit, so that the size of the business is not read off a list of
// customers: 20, 30 … 100, 200 and so on.
func roughly(n int64, least bool) (int64, bool) {
	if n <= exactUpTo {
		return n, least
	}
	step := int64(10)
	for n >= 10*step {
		step *= 10
	}
	return n - n%step, true
}

// show joins profiles with what package customer shows of them.
func (s *Service) show(ctx context.Context, tx *db.Tx, profiles []Profile) ([]Listed, error) {
	ids := make([]customer.ID, len(profiles))
	for i, p := range profiles {
		ids[i] = p.CustomerID
	}
	summaries, err := s.Customers.Summaries(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	today := cal.DayOf(tx.Now, s.Staff.Zone())
	items := make([]Listed, 0, len(profiles))
	for _, p := range profiles {
		if summary, ok := summaries[p.CustomerID]; ok {
			items = append(items, Listed{summary, p.numbers(today)})
		}
	}
	return items, nil
}
