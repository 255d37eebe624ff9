package segment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Share is a part of the customers and what it brings.
type Share struct {
	Customers int64 `json:"customers"`
	PaidFen   int64 `json:"paid_fen"`
	RevenueBP int64 `json:"revenue_bp" doc:"Its share of what all customers paid, in hundredths of a percent."`
}

// NamedShare is the share of a group.
type NamedShare struct {
	Name string `json:"name"`
	Share
}

// CellShare is the share of a cell of the map.
type CellShare struct {
	Cell  string   `json:"cell" doc:"R, F and M, such as 543."`
	Group RFMGroup `json:"group"`
	Share
}

// Overview is RFM and the groups over the customers that the caller may see.
type Overview struct {
	AsOf          cal.Day      `json:"as_of,omitzero" doc:"The day of the edges; absent before the first purchase was scored."`
	RefreshedAt   *time.Time   `json:"refreshed_at,omitempty" doc:"When every customer was last gone through; those with new facts are newer."`
	Customers     int64        `json:"customers" doc:"All customers, also those who never bought."`
	Buyers        int64        `json:"buyers"`
	PaidFen       int64        `json:"paid_fen"`
	Edges         EdgesView    `json:"edges"`
	Cells         []CellShare  `json:"cells"`
	RFMGroups     []NamedShare `json:"rfm_groups"`
	ValueGroups   []NamedShare `json:"value_groups"`
	Quadrants     []NamedShare `json:"quadrants"`
	CustomerTypes []NamedShare `json:"customer_types"`
	Settings      Settings     `json:"settings"`
	Handbook      Thresholds   `json:"handbook" doc:"What the handbook says."`
	Proposal      *Proposal    `json:"proposal,omitempty" doc:"What the shop's own sales say; absent while there are too few."`
}

// Settings are the thresholds in force.
type Settings struct {
	Version    int64      `json:"version"`
	Source     string     `json:"source" enum:"handbook,pack,proposal,staff" doc:"handbook: nobody changed them. pack: those of a trade. proposal: what was left open was filled from the shop's own sales. staff: a person decided."`
	Pack       string     `json:"pack,omitempty" doc:"Whose they are, if they are those of a pack"`
	StaffID    staff.ID   `json:"staff_id,omitzero"`
	CreatedAt  *time.Time `json:"created_at,omitempty"`
	Thresholds Thresholds `json:"thresholds"`
}

func (s settings) view() Settings {
	v := Settings{Version: s.version, Source: string(s.source), Pack: s.pack, StaffID: ofKind(staff.ID{}, s.staffID), Thresholds: s.thresholds}
	if !s.createdAt.IsZero() {
		v.CreatedAt = &s.createdAt
	}
	return v
}

// cells returns the sums over the customers that the caller may see: kept for who sees all, else counted.
func (s *Service) cells(ctx context.Context, tx *db.Tx) ([]cellRow, error) {
	if access.From(ctx).Scope.All {
		return listCells(ctx, tx)
	}
	return sumCells(ctx, tx, s.Customers.ScopeSQL(ctx, tx, "profiles.customer_id"))
}

// Overview returns RFM, groups, thresholds and what the sales propose.
func (s *Service) Overview(ctx context.Context, tx *db.Tx) (Overview, error) {
	b, err := s.basis(ctx, tx)
	if err != nil {
		return Overview{}, err
	}
	cells, err := s.cells(ctx, tx)
	if err != nil {
		return Overview{}, fmt.Errorf("read rfm cells: %w", err)
	}
	o := Overview{AsOf: b.edgesOn, Edges: b.edges.View(), Settings: b.settings.view(), Handbook: handbook}
	if !b.refreshedAt.IsZero() {
		o.RefreshedAt = &b.refreshedAt
	}
	if b.shape.enough() {
		p := b.shape.propose()
		o.Proposal = &p
	}
	byCell := map[Scores]sum{}
	groups, values, quadrants, types := map[string]sum{}, map[string]sum{}, map[string]sum{}, map[string]sum{}
	for _, c := range cells {
		o.Customers += c.customers
		o.PaidFen += c.paidFen
		if c.valueGroup != GroupLead {
			o.Buyers += c.customers
		}
		tot(byCell, c.scores, c.sum)
		tot(groups, string(c.scores.Group()), c.sum)
		tot(values, string(c.valueGroup), c.sum)
		tot(quadrants, string(c.quadrant), c.sum)
		tot(types, string(c.customerType), c.sum)
	}
	for scores, n := range byCell {
		if scores.R > 0 && n.customers > 0 {
			o.Cells = append(o.Cells, CellShare{scores.String(), scores.Group(), n.of(o.PaidFen)})
		}
	}
	slices.SortFunc(o.Cells, func(a, b CellShare) int { return cmp.Compare(b.Cell, a.Cell) })
	o.RFMGroups = namedShares(RFMGroups, groups, o.PaidFen)
	o.ValueGroups = namedShares(ValueGroups, values, o.PaidFen)
	o.Quadrants = namedShares(Quadrants, quadrants, o.PaidFen)
	o.CustomerTypes = namedShares(CustomerTypes, types, o.PaidFen)
	return o, nil
}

func tot[K comparable](sums map[K]sum, key K, n sum) {
	s := sums[key]
	s.add(n)
	sums[key] = s
}

// of returns the sum as a share of what all paid.
func (s sum) of(paidFen int64) Share {
	share := Share{Customers: s.customers, PaidFen: s.paidFen}
	if paidFen > 0 {
		share.RevenueBP = 10_000 * s.paidFen / paidFen
	}
	return share
}

func namedShares[N ~string](names []N, sums map[string]sum, paidFen int64) []NamedShare {
	shares := make([]NamedShare, len(names))
	for i, n := range names {
		shares[i] = NamedShare{string(n), sums[string(n)].of(paidFen)}
	}
	return shares
}

// Decide puts thresholds in force, as a new version that follows on one: thresholds that contradict each
// other are Invalid (segment.thresholds), another version in between makes it Stale (version.stale).
// Every customer is gone through again soon; stages that change so start nothing.
func (s *Service) Decide(ctx context.Context, tx *db.Tx, t Thresholds, follows func(version int64) error) (Settings, error) {
	if err := t.Validate(); err != nil {
		return Settings{}, err
	}
	old, err := findSettings(ctx, tx)
	if err != nil {
		return Settings{}, err
	}
	if err := follows(old.version); err != nil {
		return Settings{}, err
	}
	return s.replace(ctx, tx, old, settings{thresholds: t, source: fromStaff})
}

// replace puts thresholds in force in the place of the old.
func (s *Service) replace(ctx context.Context, tx *db.Tx, old, next settings) (Settings, error) {
	next.version, next.staffID, next.createdAt = old.version+1, access.From(ctx).StaffID, tx.Now
	switch err := insertSettings(ctx, tx, next); {
	case db.UniqueViolation(err):
		return Settings{}, errs.New(errs.Stale, "version.stale", "this was changed by someone else since you read it")
	case err != nil:
		return Settings{}, fmt.Errorf("store thresholds: %w", err)
	}
	err := s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "segment.thresholds_changed", Subject: fmt.Sprint(next.version), Before: old.thresholds, After: next.thresholds})
	if err != nil {
		return Settings{}, err
	}
	return next.view(), s.enqueueNow(ctx, tx, next.version)
}

// counted returns how many customers a filter admits, from the sums, if they can tell.
func (s *Service) counted(ctx context.Context, tx *db.Tx, f Filter) (total int64, ok bool, err error) {
	bare := Filter{Stage: f.Stage, Cell: f.Cell, RFMGroup: f.RFMGroup, ValueGroup: f.ValueGroup, Quadrant: f.Quadrant, CustomerType: f.CustomerType}
	if !access.From(ctx).Scope.All || f != bare {
		return 0, false, nil
	}
	cells, err := listCells(ctx, tx)
	for _, c := range cells {
		if (f.Stage == "" || f.Stage == c.stage) && (f.Cell == "" || f.Cell == c.scores.String()) &&
			(f.RFMGroup == "" || f.RFMGroup == c.scores.Group()) && (f.ValueGroup == "" || f.ValueGroup == c.valueGroup) &&
			(f.Quadrant == "" || f.Quadrant == c.quadrant) && (f.CustomerType == "" || f.CustomerType == c.customerType) {
			total += c.customers
		}
	}
	return total, true, err
}
