package segment

import (
	"context"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Row is a segment as it is shown, with its figures over the customers that the caller sees.
type Row struct {
	ID            ID         `json:"id"`
	Name          string     `json:"name"`
	Description   string     `json:"description,omitempty"`
	Rule          Rule       `json:"rule"`
	Sentence      string     `json:"sentence" doc:"The rule in Chinese"`
	SentenceEN    string     `json:"sentence_en"`
	Preset        string     `json:"preset,omitempty"`
	Members       int64      `json:"members"`
	Of            int64      `json:"of" doc:"All customers"`
	PaidFen       int64      `json:"paid_fen" doc:"What the members paid in all, as of counted_at"`
	ShareOfPaidBP int64      `json:"share_of_paid_bp" doc:"Its share of what all customers paid, in hundredths of a percent"`
	Entered7D     int64      `json:"entered_7d" doc:"By what happened or by time, not because the rule is new or was changed"`
	Left7D        int64      `json:"left_7d"`
	Trend         []int64    `json:"trend" doc:"Members at the end of each of the last 30 days, today last; shorter for a segment made in these days"`
	Strategy      Strategy   `json:"strategy"`
	Version       int64      `json:"version"`
	CountedAt     *time.Time `json:"counted_at,omitempty"`
	CreatedAt     time.Time  `json:"created_at"`
	Archived      bool       `json:"archived"`
	Settling      bool       `json:"settling" doc:"Made or changed just now: its members are still being found"`
	PutAway       []PutAway  `json:"put_away,omitempty" doc:"Fields of the rule that are not in use any more; while there are any its members stay as they are"`
}

// trendDays is the number of days of a trend in the list of segments.
const trendDays = 30

// Rows returns the segments, by name, archived ones or the others.
func (s *Service) Rows(ctx context.Context, tx *db.Tx, archived bool) ([]Row, error) {
	all, err := listSegments(ctx, tx, "archived = $1 and not tagging", archived)
	if err != nil {
		return nil, err
	}
	return s.rows(ctx, tx, all)
}

// Row returns a segment. The error is segment.not_found.
func (s *Service) Row(ctx context.Context, tx *db.Tx, segment ID) (Row, error) {
	g, err := s.find(ctx, tx, segment)
	if err != nil {
		return Row{}, err
	}
	rows, err := s.rows(ctx, tx, []saved{g})
	if err != nil {
		return Row{}, err
	}
	return rows[0], nil
}

// rows adds the figures to segments.
func (s *Service) rows(ctx context.Context, tx *db.Tx, all []saved) ([]Row, error) {
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return nil, err
	}
	everybody, err := sumCustomers(ctx, tx, s.scope(ctx, tx)("profiles.customer_id"))
	if err != nil {
		return nil, err
	}
	sums := map[ID]sum{}
	for _, g := range all {
		sums[g.id] = sum{g.told.members, g.told.paidFen}
	}
	today := cal.DayOf(tx.Now, s.Staff.Zone())
	scoped := !access.From(ctx).Scope.All
	if scoped {
		if sums, err = sumMembers(ctx, tx, s.scope(ctx, tx)("profiles.customer_id")); err != nil {
			return nil, err
		}
	}
	flows, err := s.dayFlows(ctx, tx, ID{}, today.Add(1-trendDays), today)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(all))
	for i, g := range all {
		r := g.row(c)
		n := sums[g.id]
		r.Members, r.PaidFen, r.Of = n.customers, n.paidFen, everybody.customers
		r.ShareOfPaidBP = n.of(everybody.paidFen).RevenueBP
		if scoped || r.CountedAt == nil {
			r.CountedAt = &tx.Now
		}
		days := trend(flows[g.id], n.customers, s.later(today.Add(1-trendDays), g), today, today)
		for k, d := range days {
			r.Trend = append(r.Trend, d.Members)
			if k >= len(days)-7 {
				r.Entered7D += d.Entered
				r.Left7D += d.Left
			}
		}
		rows[i] = r
	}
	return rows, nil
}

// row returns what is shown of a segment without its figures.
func (g saved) row(c *Catalogue) Row {
	r := Row{
		ID: g.id, Name: g.name, Description: g.description, Rule: g.rule, Sentence: c.Sentence(g.rule, Chinese), SentenceEN: c.Sentence(g.rule, English), Preset: g.preset, Strategy: g.strategy, Version: g.version,
		CreatedAt: g.createdAt, Archived: g.archived, Settling: !g.archived && g.toldVersion != g.ruleVersion, PutAway: c.putAway(&g.rule),
	}
	if !g.told.countedAt.IsZero() {
		r.CountedAt = &g.told.countedAt
	}
	return r
}

// TrendDay is a day of a segment.
type TrendDay struct {
	On      cal.Day `json:"on"`
	Members int64   `json:"members" doc:"At the end of the day"`
	Entered int64   `json:"entered" doc:"By what happened or by time; a new or changed rule moves the members alone"`
	Left    int64   `json:"left"`
}

// dayFlow is how many entered and left a segment on a day, by what happened or by time, and by how many its
// members grew as its rule was new or was changed: they did not come that day, they were found.
type dayFlow struct{ entered, left, byRule int64 }

func (f dayFlow) net() int64 { return f.entered - f.left + f.byRule }

// dayFlows returns who entered and left from one day to another, over the customers that the caller sees: of
// one segment, or of all for the zero ID. Later days than the last are under the last.
func (s *Service) dayFlows(ctx context.Context, tx *db.Tx, segment ID, from, to cal.Day) (map[ID]map[cal.Day]dayFlow, error) {
	if access.From(ctx).Scope.All {
		return listDayFlows(ctx, tx, segment, from, to)
	}
	return countDayFlows(ctx, tx, segment, from, to, s.scope(ctx, tx)("h.customer_id"), from.Start(s.Staff.Zone()))
}

// later returns the later of a day and the day on which a segment was made: before, it had no members to count.
func (s *Service) later(day cal.Day, g saved) cal.Day {
	if made := cal.DayOf(g.createdAt, s.Staff.Zone()); day.Before(made) {
		return made
	}
	return day
}

// trend returns each day from one to another, counted back from the members of today.
func trend(flows map[cal.Day]dayFlow, members int64, from, to, today cal.Day) []TrendDay {
	days := make([]TrendDay, 0, max(0, to.Sub(from)+1))
	for day := today; !day.Before(from); day = day.Add(-1) {
		f := flows[day]
		if !to.Before(day) {
			days = append(days, TrendDay{day, members, f.entered, f.left})
		}
		members -= f.net()
	}
	for i, j := 0, len(days)-1; i < j; i, j = i+1, j-1 {
		days[i], days[j] = days[j], days[i]
	}
	return days
}
