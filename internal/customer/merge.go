package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Merging links two records of one person. The rows of the merged record move to the survivor, the
// record itself stays and points to the survivor, and the merge remembers which rows moved and what it
// filled in. Where both have the same thing (a tag, an attribute, a birthday), the survivor's holds and
// the other's stays where it is, unseen.
//
// Unmerging puts the merged record back as it was at the merge, also what was removed since; what the
// survivor got from elsewhere since stays with her. Merges into one record are undone last first.

// moved is what a merge did, for its undoing. It is kept as JSON.
type moved struct {
	Identities []int64    `json:"identities,omitempty"`
	Tags       []int64    `json:"tags,omitempty"`
	Notes      []int64    `json:"notes,omitempty"`
	Attributes []int64    `json:"attributes,omitempty"`
	LifeDates  []int64    `json:"life_dates,omitempty"`
	Touches    []int64    `json:"touches,omitempty"`
	Name       *swap      `json:"name,omitempty"`
	Gender     *swap      `json:"gender,omitempty"`
	Channel    *swap      `json:"preferred_channel,omitempty"`
	HomeShop   int64      `json:"home_shop,omitempty"` // HomeShop was filled in from the merged record.
	Shops      []shopSwap `json:"shops,omitempty"`
	Asked      bool       `json:"asked,omitempty"` // Asked for consent was known of the merged record only.
}

// swap is a text field of the survivor before and after the merge.
type swap struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// shopSwap is the sight that a shop had from merges before this one.
type shopSwap struct {
	ShopID int64   `json:"shop_id"`
	Before cal.Day `json:"before,omitzero"`
}

// mergeRow is a row of merges.
type mergeRow struct {
	ID        MergeID
	Survivor  ID
	Merged    ID
	Active    bool
	Automatic bool
	Reason    string
	MergedBy  staff.ID
	MergedAt  time.Time
	moved     moved
}

type mergeRequest struct {
	survivor, merged ID
	automatic        bool
	reason           string
	history          bool
}

// Merge makes two records one person. Of the two the survivor is the one named. The errors are
// customer.not_found, customer.merge_self, customer.merged (one of them was merged before).
func (s *Service) Merge(ctx context.Context, tx *db.Tx, survivor, merged ID, reason string) (MergeID, error) {
	if survivor == merged {
		return MergeID{}, errs.New(errs.Invalid, "customer.merge_self", "these are one record already")
	}
	for _, customer := range []ID{survivor, merged} {
		c, err := s.findInScope(ctx, tx, customer)
		if err != nil {
			return MergeID{}, err
		}
		if c.State != StateActive {
			return MergeID{}, errs.New(errs.Conflict, "customer.merged", "one of these records was merged before")
		}
	}
	m, err := s.merge(ctx, tx, mergeRequest{survivor: survivor, merged: merged, reason: reason})
	if err != nil {
		return MergeID{}, err
	}
	return m, s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "customer.merged", Subject: survivor.String(), Reason: reason,
		After: map[string]any{"merged_id": merged, "merge_id": m}})
}

// merge moves the rows and records the merge.
func (s *Service) merge(ctx context.Context, tx *db.Tx, q mergeRequest) (MergeID, error) {
	if err := lockCustomers(ctx, tx, q.survivor, q.merged); err != nil {
		return MergeID{}, err
	}
	into, err := findRow(ctx, tx, q.survivor)
	if err != nil {
		return MergeID{}, err
	}
	from, err := findRow(ctx, tx, q.merged)
	if err != nil {
		return MergeID{}, err
	}
	if into.State != StateActive || from.State != StateActive {
		return MergeID{}, errs.New(errs.Conflict, "customer.merged", "one of these records was merged before")
	}
	mergeID := id.Of[mergeKind](tx.NewID())
	m, err := moveRows(ctx, tx, q.survivor, q.merged)
	if err != nil {
		return MergeID{}, err
	}
	if m.Shops, err = joinShops(ctx, tx, q.survivor, q.merged, s.today(tx)); err != nil {
		return MergeID{}, err
	}
	s.fillFrom(&m, into, from)
	if err := writeFilled(ctx, tx, into, m); err != nil {
		return MergeID{}, err
	}
	if err := markMerged(ctx, tx, q.merged, q.survivor); err != nil {
		return MergeID{}, err
	}
	if err := insertMerge(ctx, tx, mergeID, q, m); err != nil {
		return MergeID{}, err
	}
	if err := decidePair(ctx, tx, q.survivor, q.merged, "accepted", mergeID); err != nil {
		return MergeID{}, err
	}
	if err := refreshQuality(ctx, tx, []int64{q.survivor.Int64()}); err != nil {
		return MergeID{}, err
	}
	return mergeID, s.Log.Append(ctx, tx, event.Entry{
		Fact:       Merged{SurvivorID: q.survivor, MergedID: q.merged, MergeID: mergeID, Automatic: q.automatic},
		CustomerID: q.survivor.Int64(), Subject: mergeID.String(), History: q.history,
	})
}

// MergeRecord is a merge that stands, with both records.
type MergeRecord struct {
	ID        MergeID   `json:"id"`
	Survivor  Summary   `json:"survivor"`
	Merged    Summary   `json:"merged"`
	Automatic bool      `json:"automatic"`
	Reason    string    `json:"reason"`
	MergedBy  staff.ID  `json:"merged_by,omitzero"`
	ByName    string    `json:"merged_by_name,omitempty"`
	MergedAt  time.Time `json:"merged_at"`
}

// ListDone returns the merges that stand of customers the caller may see, the latest first, before the one given.
func (s *Service) ListDone(ctx context.Context, tx *db.Tx, before MergeID, limit int) ([]MergeRecord, error) {
	rows, err := listDone(ctx, tx, s.ScopeSQL(ctx, tx, "survivor_id"), before, limit)
	if err != nil {
		return nil, err
	}
	var ids []ID
	var staffIDs []staff.ID
	for _, m := range rows {
		ids = append(ids, m.Survivor, m.Merged)
		staffIDs = append(staffIDs, m.MergedBy)
	}
	people, err := s.Summaries(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	names, err := s.Staff.Names(ctx, tx, staffIDs)
	all := make([]MergeRecord, len(rows))
	for i, m := range rows {
		all[i] = MergeRecord{m.ID, people[m.Survivor], people[m.Merged], m.Automatic, m.Reason, m.MergedBy, names[m.MergedBy], m.MergedAt}
	}
	return all, err
}

// fillFrom notes what the survivor lacks and the merged record has.
func (s *Service) fillFrom(m *moved, into, from customerRow) {
	if into.Name == "" && from.Name != "" {
		m.Name = &swap{"", from.Name}
	}
	if into.Gender == "" && from.Gender != "" {
		m.Gender = &swap{"", string(from.Gender)}
	}
	if into.Channel == "" && from.Channel != "" {
		m.Channel = &swap{"", from.Channel}
	}
	if into.ShopID == 0 {
		m.HomeShop = from.ShopID
	}
	asked := bitOf(FieldConsent)
	m.Asked = into.Missing&asked != 0 && from.Missing&asked == 0
}

// Unmerge takes a merge back: both records are as they were, and what happened since stays with the
// survivor. The errors are merge.not_found, merge.undone and merge.not_last, which names the merge that
// has to be undone before.
func (s *Service) Unmerge(ctx context.Context, tx *db.Tx, mergeID MergeID, reason string) error {
	m, err := findMerge(ctx, tx, mergeID)
	if err != nil {
		return err
	}
	if _, err := s.findInScope(ctx, tx, m.Survivor); errs.KindOf(err) == errs.NotFound {
		return errs.New(errs.NotFound, "merge.not_found", "there is no such merge")
	} else if err != nil {
		return err
	}
	if err := lockCustomers(ctx, tx, m.Survivor, m.Merged); err != nil {
		return err
	}
	if m, err = findMerge(ctx, tx, mergeID); err != nil { // Again, under the lock.
		return err
	}
	if !m.Active {
		return errs.New(errs.Conflict, "merge.undone", "this merge was undone before")
	}
	later, err := findLaterMerge(ctx, tx, m)
	if err != nil {
		return err
	}
	if !later.IsZero() {
		return errs.New(errs.Conflict, "merge.not_last", "undo the merge %s first: it was made later", later)
	}
	if err := s.putBack(ctx, tx, m); err != nil {
		return err
	}
	if err := s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "customer.unmerged", Subject: m.Survivor.String(), Reason: reason,
		After: map[string]any{"merged_id": m.Merged, "merge_id": m.ID}}); err != nil {
		return err
	}
	return s.Log.Append(ctx, tx, event.Entry{
		Fact:       Unmerged{SurvivorID: m.Survivor, MergedID: m.Merged, MergeID: m.ID},
		CustomerID: m.Survivor.Int64(), Subject: m.ID.String(),
	})
}

func (s *Service) putBack(ctx context.Context, tx *db.Tx, m mergeRow) error {
	if err := returnRows(ctx, tx, m); err != nil {
		return err
	}
	into, err := findRow(ctx, tx, m.Survivor)
	if err != nil {
		return err
	}
	if err := unwriteFilled(ctx, tx, into, m.moved); err != nil {
		return err
	}
	if err := splitShops(ctx, tx, m.Survivor, m.moved.Shops); err != nil {
		return err
	}
	if err := unmarkMerged(ctx, tx, m.Merged); err != nil {
		return err
	}
	if err := endMerge(ctx, tx, m.ID, access.From(ctx).StaffID); err != nil {
		return err
	}
	// A person has decided that they are two; no rule joins them again.
	if err := decidePair(ctx, tx, m.Survivor, m.Merged, "dismissed", m.ID); err != nil {
		return err
	}
	return refreshQuality(ctx, tx, []int64{m.Survivor.Int64(), m.Merged.Int64()})
}

// FindMerged returns the customer that a record is part of: itself, unless it was merged into another.
// The error is customer.not_found.
func (s *Service) FindMerged(ctx context.Context, tx *db.Tx, customer ID) (ID, error) {
	return findSurvivor(ctx, tx, customer)
}

// Family returns the customer and every record that was merged into her, at any remove, herself first.
func (s *Service) Family(ctx context.Context, tx *db.Tx, customer ID) ([]ID, error) {
	const most = 100
	family := []ID{customer}
	for next := 0; next < len(family) && len(family) < most; next++ {
		merged, err := listMergedInto(ctx, tx, family[next], most-len(family))
		if err != nil {
			return nil, err
		}
		family = append(family, merged...)
	}
	return family, nil
}

func decodeMoved(text string) (m moved, err error) {
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("decode what a merge moved: %w", err)
	}
	return m, nil
}
