package order

import (
	"context"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/job"
)

// MatchRefunds is the kind of the job that looks after refunds that wait.
const MatchRefunds job.Kind = "order.match_refunds"

// overdueAfter is how long a refund may wait for its order before somebody should look.
const overdueAfter = 24 * time.Hour

// Work registers the jobs of this package.
func (s *Service) Work(r *job.Runner) {
	r.Handle(MatchRefunds, job.Options{}, func(ctx context.Context, _ job.Job) error {
		for {
			n := 0
			err := r.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = s.MatchWaiting(ctx, tx)
				return err
			})
			if err != nil {
				return fmt.Errorf("match waiting refunds: %w", err)
			}
			if n < chunk {
				return nil
			}
		}
	})
	r.Every("order.match_refunds", 5*time.Minute, MatchRefunds)
}

// MatchWaiting gives the refunds their effect whose orders are here all the same: on PostgreSQL a refund
// and its order that are recorded in the same moment do not see each other. It also tells, once, of those
// that have waited for a day. It returns how many it dealt with, at most 500 of each sort.
func (s *Service) MatchWaiting(ctx context.Context, tx *db.Tx) (int, error) {
	matched, err := listMatched(ctx, tx, chunk)
	if err != nil {
		return 0, err
	}
	if err := s.settleOrders(ctx, tx, matched, nil); err != nil {
		return 0, err
	}
	overdue, err := listOverdue(ctx, tx, tx.Now.Add(-overdueAfter), chunk)
	if err != nil {
		return 0, err
	}
	entries := make([]event.Entry, len(overdue))
	for i, r := range overdue {
		entries[i] = r.entry(Overdue{r.ID, r.OrderSource, r.OrderNo})
	}
	return max(len(matched), len(overdue)), s.Log.Append(ctx, tx, entries...)
}
