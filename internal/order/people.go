package order

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// unknownStaff returns those of the people whom drafts name who are not of the staff. The program itself
// has looked them up.
func (s *Service) unknownStaff(ctx context.Context, tx *db.Tx, each func(yield func(staff.ID))) (map[staff.ID]bool, error) {
	caller := access.From(ctx)
	if caller.Program {
		return nil, nil
	}
	unknown := map[staff.ID]bool{}
	var ask []staff.ID
	each(func(person staff.ID) {
		if !person.IsZero() && person.Int64() != caller.StaffID && !unknown[person] {
			unknown[person] = true
			ask = append(ask, person)
		}
	})
	if len(ask) == 0 {
		return nil, nil
	}
	names, err := s.Staff.Names(ctx, tx, ask)
	if err != nil {
		return nil, fmt.Errorf("look staff up: %w", err)
	}
	for person := range names {
		delete(unknown, person)
	}
	return unknown, nil
}

// checkStaff reports who is not of the staff, under the code of an error.
func checkStaff(unknown map[staff.ID]bool, code string, clerk, adviser staff.ID) error {
	var f faults
	f.check("clerk_id", !unknown[clerk], "not_found", "there is no such person of the staff")
	f.check("adviser_id", !unknown[adviser], "not_found", "there is no such person of the staff")
	return errs.InvalidFields(code, f.fields)
}

// seller returns the clerk of a sale: the one it names, else the person who records it.
func seller(ctx context.Context, clerk staff.ID) staff.ID {
	if caller := access.From(ctx); clerk.IsZero() && caller.StaffID != 0 {
		return named(clerk, caller.StaffID)
	}
	return clerk
}
