package staff

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// ListImported returns the shops and the people that an import made and of whom nobody has made more since:
// unchanged, without a sign-in, not put together, of no API key. There are ten thousand of each at most.
func (s *Service) ListImported(ctx context.Context, tx *db.Tx, importID int64) ([]ShopID, []ID, error) {
	shops, err := listImportedShops(ctx, tx, importID)
	if err != nil {
		return nil, nil, err
	}
	people, err := listImportedPeople(ctx, tx, importID)
	return shops, people, err
}

// RemoveImported takes back shops and people as if they had never been. The caller knows that nothing
// names them any more.
func (s *Service) RemoveImported(ctx context.Context, tx *db.Tx, shops []ShopID, people []ID) error {
	if err := deleteImported(ctx, tx, shops, people); err != nil {
		return err
	}
	if len(shops) > 0 {
		s.calendars.changed(tx)
	}
	for _, shop := range shops {
		if err := s.Audit(ctx, tx, AuditEntry{Action: "shop.removed", Subject: shop.String(), ShopID: shop.Int64()}); err != nil {
			return err
		}
	}
	for _, person := range people {
		if err := s.Audit(ctx, tx, AuditEntry{Action: "staff.removed", Subject: person.String()}); err != nil {
			return err
		}
	}
	return nil
}
