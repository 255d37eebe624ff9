package segment

import (
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// TestEdit_moves_numbers_and_members: an edited order counts as if it had been sold so.
func TestEdit_moves_numbers_and_members(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		sold := s.sell(sold{customer: 1, fen: 60_000})[0]
		good := s.segment("good", atLeast("orders.sum", 50_000))
		for _, step := range []struct {
			fen     int64
			daysAgo int
			members string
			stage   Stage
		}{
			{60_000, 0, "1", "new"}, {40_000, 0, "", "new"}, {50_000, 3, "1", "new"}, {0, 3, "", "lead"}, {70_000, 1, "1", "new"},
		} {
			s.edit(sold.ID, step.fen, step.daysAgo)
			if p := s.profile(sold.CustomerID); p.PaidFen != step.fen || step.fen > 0 && (p.OrderCount != 1 || p.LastOrderOn != s.today().Add(-step.daysAgo)) {
				t.Errorf("edited to %d fen %d days ago: profile %+v", step.fen, step.daysAgo, p)
			}
			s.catchUp()
			if got := s.members(good); got != step.members {
				t.Errorf("edited to %d fen: members %q, want %q", step.fen, got, step.members)
			}
			if p := s.profile(sold.CustomerID); p.Stage != step.stage {
				t.Errorf("edited to %d fen: stage %s, want %s", step.fen, p.Stage, step.stage)
			}
		}
	})
}
