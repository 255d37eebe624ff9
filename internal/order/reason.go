package order

import (
	"context"
	"regexp"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Reason is why goods come back: a node of a tree of two levels.
type Reason struct {
	Code     string `json:"code"`
	Parent   string `json:"parent,omitempty" doc:"The code of the reason above; empty at the root."`
	Name     string `json:"name"`
	Position int64  `json:"position" doc:"Reasons are shown by rising position."`
	Retired  bool   `json:"retired" doc:"No longer offered; refunds of the past keep it."`
	Version  int64  `json:"version"`
}

// maxReasons bounds the list of reasons.
const maxReasons = 500

var reasonCode = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)

// ListReasons returns all reasons, by position.
func (s *Service) ListReasons(ctx context.Context, tx *db.Tx) ([]Reason, error) {
	return listReasons(ctx, tx)
}

// SaveReason adds a reason, or changes it if check agrees to its version, which is 0 for a new one. Wrong
// fields are reason.invalid; the list is bounded (reason.too_many).
func (s *Service) SaveReason(ctx context.Context, tx *db.Tx, r Reason, check func(version int64) error) (Reason, error) {
	all, err := listReasons(ctx, tx)
	if err != nil {
		return Reason{}, err
	}
	var old, parent Reason
	isParent := false
	for _, other := range all {
		switch {
		case other.Code == r.Code:
			old = other
		case other.Code == r.Parent:
			parent = other
		}
		isParent = isParent || other.Parent == r.Code
	}
	if err := check(old.Version); err != nil {
		return Reason{}, err
	}
	var f faults
	f.text("name", r.Name, 1, maxCode)
	f.check("code", len(r.Code) <= maxCode && reasonCode.MatchString(r.Code), "form", "has lower-case letters, digits and single dots")
	f.check("position", r.Position >= 0 && r.Position <= MaxQuantity, "out_of_range", "must be between 0 and 1000000")
	f.check("parent", r.Parent == "" || parent.Code != "" && parent.Parent == "", "not_found", "must be a reason at the root")
	f.check("parent", r.Parent == "" || !isParent, "nested", "has reasons below it, so it must stay at the root")
	if err := errs.InvalidFields("reason.invalid", f.fields); err != nil {
		return Reason{}, err
	}
	if old.Version == 0 && len(all) >= maxReasons {
		return Reason{}, errs.New(errs.Conflict, "reason.too_many", "there are 500 reasons already")
	}
	r.Version = old.Version + 1
	return r, saveReason(ctx, tx, r)
}

// reasonCodes returns the codes of all reasons, retired ones too: a refund may have been entered before.
func reasonCodes(ctx context.Context, tx *db.Tx) (map[string]bool, error) {
	all, err := listReasons(ctx, tx)
	codes := make(map[string]bool, len(all))
	for _, r := range all {
		codes[r.Code] = true
	}
	return codes, err
}
