package segment

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// ID names a segment: "seg_…".
type ID = id.ID[segmentKind]

type segmentKind struct{}

// Prefix implements id.Kind.
func (segmentKind) Prefix() string { return "seg" }

func segmentID(n int64) ID { return ofKind(ID{}, n) }

// maxSegments bounds the segments of a shop, with the archived ones.
const maxSegments = 500

// Strategy is how the shop wants to deal with the members of a segment.
type Strategy struct {
	Goal               string   `json:"goal,omitempty" maxLength:"500"`
	MaxMessagesPer30D  *int64   `json:"max_messages_per_30d,omitempty" minimum:"0" maximum:"100" doc:"Messages to one member within 30 days, at most"`
	MaxDiscountPercent *int64   `json:"max_discount_percent,omitempty" minimum:"0" maximum:"100"`
	BudgetFen          *int64   `json:"budget_fen,omitempty" minimum:"0"`
	OwnerID            staff.ID `json:"owner_id,omitzero" doc:"Who answers for it"`
}

// Draft is a segment to make.
type Draft struct {
	Name        string   `json:"name" minLength:"1" maxLength:"60"`
	Description string   `json:"description,omitempty" maxLength:"500"`
	Preset      string   `json:"preset,omitempty" maxLength:"60" doc:"The preset it was made from"`
	Rule        Rule     `json:"rule"`
	Strategy    Strategy `json:"strategy,omitzero"`
}

// Change is what to change of a segment; nil leaves as it is.
type Change struct {
	Name        *string   `json:"name,omitempty" maxLength:"60"`
	Description *string   `json:"description,omitempty" maxLength:"500"`
	Rule        *Rule     `json:"rule,omitempty"`
	Strategy    *Strategy `json:"strategy,omitempty"`
}

// saved is a segment as it stands.
type saved struct {
	id          ID
	name        string
	description string
	preset      string
	rule        Rule
	strategy    Strategy
	tagging     bool // tagging says that it is the rule of a tag and not shown.
	archived    bool
	version     int64
	ruleVersion int64
	toldVersion int64 // toldVersion is the ruleVersion by which everybody was last judged; 0 is nobody yet.
	told        told
	createdAt   time.Time
}

// clean trims the texts of a segment and returns segment.invalid with its faults.
func (g *saved) clean(ctx context.Context, tx *db.Tx, s *Service) error {
	var faults []errs.Field
	fault := func(path, code, message string) {
		faults = append(faults, errs.Field{Path: path, Code: code, Message: message})
	}
	g.name = strings.Join(strings.Fields(norm.NFC.String(g.name)), " ")
	if g.name == "" {
		fault("name", "required", "a segment needs a name")
	}
	for path, text := range map[string]*string{"name": &g.name, "description": &g.description, "strategy.goal": &g.strategy.Goal} {
		*text = strings.TrimSpace(*text)
		most := 500
		if path == "name" {
			most = 60
		}
		switch {
		case utf8.RuneCountInString(*text) > most:
			fault(path, "text.too_long", "this is too long")
		case strings.ContainsFunc(*text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
			fault(path, "text.control", "this holds characters that cannot be shown")
		}
	}
	if owner := g.strategy.OwnerID; !owner.IsZero() {
		names, err := s.Staff.Names(ctx, tx, []staff.ID{owner})
		if err != nil {
			return err
		}
		if names[owner] == "" {
			fault("strategy.owner_id", "staff.not_found", "there is no such person")
		}
	}
	return errs.InvalidFields("segment.invalid", faults)
}

// nameKey returns the form in which names are compared.
func nameKey(name string) string { return strings.ToLower(norm.NFKC.String(name)) }

// Create makes a segment, whose members are found soon after. The errors are segment.invalid,
// segment.rule_invalid, segment.exists and segment.too_many.
func (s *Service) Create(ctx context.Context, tx *db.Tx, d Draft) (ID, error) {
	g := saved{name: d.Name, description: d.Description, preset: d.Preset, rule: d.Rule, strategy: d.Strategy}
	if err := g.clean(ctx, tx, s); err != nil {
		return ID{}, err
	}
	err := s.insert(ctx, tx, &g)
	return g.id, err
}

// insert checks the rule of a new segment, stores it and has its members found.
func (s *Service) insert(ctx context.Context, tx *db.Tx, g *saved) error {
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return err
	}
	if err := c.Check(g.rule); err != nil {
		return err
	}
	n, err := countSegments(ctx, tx)
	if err != nil {
		return err
	}
	if n >= maxSegments {
		return errs.New(errs.Conflict, "segment.too_many", "a shop has at most %d segments and rules of tags", maxSegments)
	}
	g.id, g.version, g.ruleVersion, g.createdAt = segmentID(tx.NewID()), 1, 1, tx.Now
	if err := insertSegment(ctx, tx, *g, access.From(ctx).StaffID); err != nil {
		return err
	}
	if !g.tagging {
		err := s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "segment.created", Subject: g.id.String(), After: g.audited()})
		if err != nil {
			return err
		}
	}
	return s.enqueueTelling(ctx, tx, *g)
}

// audited returns what the audit log keeps of a segment.
func (g saved) audited() map[string]any {
	return map[string]any{"name": g.name, "description": g.description, "rule": g.rule, "strategy": g.strategy, "archived": g.archived}
}

// Change changes a segment. The check is called with the version that stands. The errors are
// segment.not_found, segment.archived, segment.invalid, segment.rule_invalid, segment.exists, version.stale
// and those of check.
func (s *Service) Change(ctx context.Context, tx *db.Tx, segment ID, change Change, check func(version int64) error) error {
	g, err := s.find(ctx, tx, segment)
	if err != nil {
		return err
	}
	if err := check(g.version); err != nil {
		return err
	}
	if g.archived {
		return errs.New(errs.Conflict, "segment.archived", "the segment is archived; restore it first")
	}
	before := g.audited()
	if change.Name != nil {
		g.name = *change.Name
	}
	if change.Description != nil {
		g.description = *change.Description
	}
	if change.Strategy != nil {
		g.strategy = *change.Strategy
	}
	if err := g.clean(ctx, tx, s); err != nil {
		return err
	}
	if change.Rule != nil {
		c, err := s.Catalogue(ctx, tx)
		if err != nil {
			return err
		}
		if err := c.Check(*change.Rule); err != nil {
			return err
		}
		g.rule = *change.Rule
		g.ruleVersion++
	}
	return s.update(ctx, tx, g, "segment.changed", before)
}

// update writes a segment that was changed and has its members found anew if its rule was.
func (s *Service) update(ctx context.Context, tx *db.Tx, g saved, action string, before map[string]any) error {
	if err := updateSegment(ctx, tx, g); err != nil {
		return err
	}
	err := s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: action, Subject: g.id.String(), Before: before, After: g.audited()})
	if err != nil || g.archived || g.ruleVersion == g.toldVersion {
		return err
	}
	return s.enqueueTelling(ctx, tx, g)
}

// Archive puts a segment away: it keeps its members as they are, and nobody enters or leaves any more. With
// restore it comes back, and its members are found anew. Doing it twice changes nothing. The error is
// segment.not_found.
func (s *Service) Archive(ctx context.Context, tx *db.Tx, segment ID, restore bool) error {
	g, err := s.find(ctx, tx, segment)
	if err != nil || g.archived == !restore {
		return err
	}
	before := g.audited()
	g.archived = !restore
	if restore {
		g.ruleVersion++ // Everybody is judged again, by the rule as it was.
		return s.update(ctx, tx, g, "segment.restored", before)
	}
	return s.update(ctx, tx, g, "segment.archived", before)
}

// find returns a segment that is shown: segment.not_found else.
func (s *Service) find(ctx context.Context, tx *db.Tx, segment ID) (saved, error) {
	g, err := findSegment(ctx, tx, segment, false)
	if err == nil && g.tagging {
		err = errNoSegment()
	}
	return g, err
}

func errNoSegment() error {
	return errs.New(errs.NotFound, "segment.not_found", "there is no such segment")
}

// Joined is a segment that a customer is in.
type Joined struct {
	ID      ID        `json:"id"`
	Name    string    `json:"name"`
	SinceAt time.Time `json:"since_at"`
}

// JoinedBy returns the segments that a customer is in now, by name. The error is customer.not_found.
func (s *Service) JoinedBy(ctx context.Context, tx *db.Tx, one customer.ID) ([]Joined, error) {
	one, err := s.Customers.Visible(ctx, tx, one)
	if err != nil {
		return nil, err
	}
	all, err := listJoined(ctx, tx, one)
	if err != nil {
		return nil, fmt.Errorf("list segments of a customer: %w", err)
	}
	return all, nil
}
