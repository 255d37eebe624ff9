package insight

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// name fills in who the customers are, masked as the caller may see them.
func (s *Service) name(ctx context.Context, tx *db.Tx, list []CustomerFigure) error {
	ids := make([]customer.ID, len(list))
	for i, c := range list {
		ids[i] = c.CustomerID
	}
	summaries, err := s.Customers.Summaries(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("name customers: %w", err)
	}
	for i, id := range ids {
		list[i].Name, list[i].Phone = summaries[id].Name, summaries[id].Phone
	}
	return nil
}
