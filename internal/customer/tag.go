package customer

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Axis is one of the three axes of the tag library.
type Axis string

// Axes.
const (
	Demography Axis = "demography"
	Preference Axis = "preference"
	Lifecycle  Axis = "lifecycle"
)

var axes = []Axis{Demography, Preference, Lifecycle}

// TagSource says who put a tag on a customer.
type TagSource string

// Sources of tags.
const (
	ByRule   TagSource = "rule"
	ByClerk  TagSource = "clerk"
	BySurvey TagSource = "survey"
	ByImport TagSource = "import"
	ByModel  TagSource = "model"
)

var tagSources = []TagSource{ByRule, ByClerk, BySurvey, ByImport, ByModel}

// Tag is a word of the library.
type Tag struct {
	ID          TagID     `json:"id"`
	Name        string    `json:"name"`
	NameEN      string    `json:"name_en,omitempty"`
	Axis        Axis      `json:"axis"`
	Description string    `json:"description,omitempty"`
	Pack        string    `json:"pack,omitempty" doc:"The attribute pack it came with"`
	Archived    bool      `json:"archived" doc:"No longer offered; those who have it keep it"`
	Customers   int64     `json:"customers" doc:"How many in the caller's scope have it; 0 unless counts are asked for"`
	Sources     []Sourced `json:"sources,omitempty" doc:"Where those have it from, if counts are asked for"`
	Version     int64     `json:"version"`
	CreatedAt   time.Time `json:"created_at"`
}

// Sourced is how many customers have a tag from a source, and how surely and how long.
type Sourced struct {
	Source     TagSource  `json:"source" enum:"rule,clerk,survey,import,model"`
	Customers  int64      `json:"customers"`
	Confidence int64      `json:"confidence" doc:"Percent, on average"`
	Ending     int64      `json:"ending" doc:"How many of them lose it on a day that is set"`
	EndsAt     *time.Time `json:"ends_at,omitempty" doc:"When the first of them loses it"`
}

// TagRef is a tag as lists of customers show it.
type TagRef struct {
	TagID  TagID  `json:"tag_id"`
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
	Axis   Axis   `json:"axis"`
}

// Tagging is a tag on a customer, with where it came from.
type Tagging struct {
	TagRef
	ID         TaggingID  `json:"id"`
	Source     TagSource  `json:"source"`
	Confidence int64      `json:"confidence" doc:"Percent"`
	Reason     string     `json:"reason,omitempty"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	AddedBy    staff.ID   `json:"added_by,omitzero"`
	ByName     string     `json:"added_by_name,omitempty"`
	AddedAt    time.Time  `json:"added_at"`
}

// TagPut is a tag to put on a customer.
type TagPut struct {
	CustomerID ID
	TagID      TagID
	Source     TagSource
	Confidence int64 // Confidence is 1 to 100; 0 means 100.
	Reason     string
	ExpiresAt  time.Time // ExpiresAt is zero for a tag that stays.
	AddedAt    time.Time // AddedAt defaults to tx.Now.
	History    bool
}

const (
	maxTagName = 40
	maxTags    = 2000 // of the library
)

// ListTags returns the tag library; with counts, which take time in a large shop, also how many of the
// customers the caller sees have each tag, and where from.
func (s *Service) ListTags(ctx context.Context, tx *db.Tx, counts bool) ([]Tag, error) {
	tags, err := listTags(ctx, tx)
	if err != nil || !counts {
		return tags, err
	}
	sources, err := countTagged(ctx, tx, s.ScopeSQL(ctx, tx, "t.customer_id"))
	if err != nil {
		return nil, err
	}
	for i := range tags {
		t := &tags[i]
		t.Sources = sources[t.ID]
		for _, one := range t.Sources {
			t.Customers += one.Customers
		}
	}
	return tags, nil
}

// clean trims the texts of a tag and returns tag.invalid with its faults.
func (t *Tag) clean() error {
	var faults, wrong []errs.Field
	if t.Name, wrong = cleanText(t.Name, "name", maxTagName); t.Name == "" && len(wrong) == 0 {
		wrong = []errs.Field{{Path: "name", Code: "required", Message: "a tag needs a name"}}
	}
	faults = append(faults, wrong...)
	t.NameEN, wrong = cleanText(t.NameEN, "name_en", maxTagName)
	faults = append(faults, wrong...)
	t.Description, wrong = cleanText(t.Description, "description", 500)
	faults = append(faults, wrong...)
	if !slices.Contains(axes, t.Axis) {
		faults = append(faults, errs.Field{Path: "axis", Code: "enum", Message: "the axis is demography, preference or lifecycle"})
	}
	return errs.InvalidFields("tag.invalid", faults)
}

// SaveTag adds a tag to the library. The errors are tag.invalid, tag.exists, tag.too_many.
func (s *Service) SaveTag(ctx context.Context, tx *db.Tx, t Tag) (Tag, error) {
	if err := t.clean(); err != nil {
		return Tag{}, err
	}
	n, err := countTags(ctx, tx)
	if err != nil {
		return Tag{}, err
	}
	if n >= maxTags {
		return Tag{}, errs.New(errs.Conflict, "tag.too_many", "the library holds at most %d tags", maxTags)
	}
	t.ID, t.Version, t.CreatedAt = id.Of[tagKind](tx.NewID()), 1, tx.Now
	return t, insertTag(ctx, tx, t, access.From(ctx).StaffID)
}

func (t Tag) audited() map[string]any {
	return map[string]any{"name": t.Name, "name_en": t.NameEN, "axis": t.Axis, "description": t.Description, "archived": t.Archived}
}

// TagChange is what to change of a tag of the library; nil leaves as it is.
type TagChange struct {
	Name        *string `json:"name,omitempty" maxLength:"40"`
	NameEN      *string `json:"name_en,omitempty" maxLength:"40"`
	Axis        *Axis   `json:"axis,omitempty" enum:"demography,preference,lifecycle"`
	Description *string `json:"description,omitempty" maxLength:"500"`
	Archived    *bool   `json:"archived,omitempty"`
}

// ChangeTag changes a tag of the library. The check is called with the version that stands. The errors are
// tag.not_found, tag.invalid, tag.exists, version.stale and those of check.
func (s *Service) ChangeTag(ctx context.Context, tx *db.Tx, tag TagID, change TagChange, check func(version int64) error) (Tag, error) {
	t, err := findTag(ctx, tx, tag)
	if err != nil {
		return Tag{}, err
	}
	if err := check(t.Version); err != nil {
		return Tag{}, err
	}
	before := t.audited()
	if change.Name != nil {
		t.Name = *change.Name
	}
	if change.NameEN != nil {
		t.NameEN = *change.NameEN
	}
	if change.Axis != nil {
		t.Axis = *change.Axis
	}
	if change.Description != nil {
		t.Description = *change.Description
	}
	if change.Archived != nil {
		t.Archived = *change.Archived
	}
	if err := t.clean(); err != nil {
		return Tag{}, err
	}
	if err := updateTag(ctx, tx, t); err != nil {
		return Tag{}, err
	}
	t.Version++
	return t, s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "tag.changed", Subject: t.ID.String(), Before: before, After: t.audited()})
}

// TagMany puts tags on customers. A tag that is there with the same source, confidence and end is left;
// else the new one takes its place. It returns how many were put.
func (s *Service) TagMany(ctx context.Context, tx *db.Tx, puts []TagPut) (int, error) {
	seen := map[[2]int64]bool{}
	var clean []TagPut
	for _, p := range puts {
		if p.Confidence == 0 {
			p.Confidence = 100
		}
		if p.AddedAt.IsZero() {
			p.AddedAt = tx.Now
		}
		if p.Confidence < 1 || p.Confidence > 100 || !slices.Contains(tagSources, p.Source) {
			return 0, errs.New(errs.Invalid, "tag.invalid", "a tag has a source and a confidence of 1 to 100")
		}
		if !p.ExpiresAt.IsZero() && !p.ExpiresAt.After(tx.Now) {
			return 0, errs.New(errs.Invalid, "tag.expired", "a tag ends later than now")
		}
		if key := [2]int64{p.CustomerID.Int64(), p.TagID.Int64()}; !seen[key] {
			seen[key] = true
			clean = append(clean, p)
		}
	}
	library, err := findTags(ctx, tx, clean)
	if err != nil {
		return 0, err
	}
	present, err := listLiveTaggings(ctx, tx, clean)
	if err != nil {
		return 0, err
	}
	var rows []taggingRow
	var ended []int64
	var facts []event.Entry
	for _, p := range clean {
		tag, ok := library[p.TagID]
		if !ok {
			return 0, errs.New(errs.NotFound, "tag.not_found", "there is no such tag")
		}
		row := taggingRow{id: tx.NewID(), put: p}
		if old, ok := present[[2]int64{p.CustomerID.Int64(), p.TagID.Int64()}]; ok {
			if old.same(p) {
				continue
			}
			ended, row.replaces = append(ended, old.id), old.id
		}
		rows = append(rows, row)
		facts = append(facts, event.Entry{CustomerID: p.CustomerID.Int64(), HappenedAt: p.AddedAt, History: p.History, Fact: Tagged{
			TagID: p.TagID, Name: tag.Name, Axis: tag.Axis, Source: p.Source, Confidence: p.Confidence, ExpiresAt: timeOrNil(p.ExpiresAt)}})
	}
	if err := endTaggings(ctx, tx, ended, access.From(ctx).StaffID); err != nil {
		return 0, err
	}
	if err := insertTaggings(ctx, tx, rows, access.From(ctx).StaffID); err != nil {
		return 0, err
	}
	return len(rows), s.Log.Append(ctx, tx, facts...)
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// PutTag is TagMany for one customer whom the caller may see.
func (s *Service) PutTag(ctx context.Context, tx *db.Tx, p TagPut) error {
	c, err := s.find(ctx, tx, p.CustomerID)
	if err != nil {
		return err
	}
	var wrong []errs.Field
	if p.Reason, wrong = cleanText(p.Reason, "reason", 500); len(wrong) > 0 {
		return errs.InvalidFields("tag.invalid", wrong)
	}
	p.CustomerID = c.ID
	present, err := listTaggings(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if len(present) >= maxTagsOf {
		return errs.New(errs.Conflict, "tag.too_many", "a customer has at most %d tags", maxTagsOf)
	}
	_, err = s.TagMany(ctx, tx, []TagPut{p})
	return err
}

// RemoveTag takes a tag off a customer. The errors are customer.not_found, tag.not_found.
func (s *Service) RemoveTag(ctx context.Context, tx *db.Tx, customer ID, tag TagID) error {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return err
	}
	present, err := listTaggings(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, t := range present {
		if t.TagID == tag {
			if err := endTaggings(ctx, tx, []int64{t.ID.Int64()}, access.From(ctx).StaffID); err != nil {
				return err
			}
			return s.untagged(ctx, tx, c.ID, t)
		}
	}
	return errs.New(errs.NotFound, "tag.not_found", "the customer does not have this tag")
}

func (s *Service) untagged(ctx context.Context, tx *db.Tx, customer ID, t Tagging) error {
	return s.Log.Append(ctx, tx, event.Entry{CustomerID: customer.Int64(), Fact: Untagged{TagID: t.TagID, Name: t.Name, Axis: t.Axis, Source: t.Source}})
}

// UndoTag takes back the last thing that was done with a tag on a customer: a tag that was put goes, and
// the one whose place it took comes back; one that was removed comes back. The error is tag.nothing_to_undo.
func (s *Service) UndoTag(ctx context.Context, tx *db.Tx, customer ID, tag TagID) error {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return err
	}
	last, err := findLastTagging(ctx, tx, c.ID, tag)
	if err != nil {
		return err
	}
	if last.id == 0 {
		return errs.New(errs.Conflict, "tag.nothing_to_undo", "nothing was done with this tag")
	}
	revive := last.id
	if !last.ended {
		if err := endTaggings(ctx, tx, []int64{last.id}, access.From(ctx).StaffID); err != nil {
			return err
		}
		if err := s.untagged(ctx, tx, c.ID, last.view); err != nil {
			return err
		}
		revive = last.replaces
	}
	if revive == 0 {
		return nil
	}
	return s.reviveTag(ctx, tx, c.ID, revive)
}

func (s *Service) reviveTag(ctx context.Context, tx *db.Tx, customer ID, tagging int64) error {
	t, ok, err := reviveTagging(ctx, tx, customer, tagging)
	if err != nil || !ok {
		return err
	}
	if t.ExpiresAt != nil && !t.ExpiresAt.After(tx.Now) {
		return nil // It would have ended by now.
	}
	return s.Log.Append(ctx, tx, event.Entry{CustomerID: customer.Int64(), Fact: Tagged{
		TagID: t.TagID, Name: t.Name, Axis: t.Axis, Source: t.Source, Confidence: t.Confidence, ExpiresAt: t.ExpiresAt}})
}
