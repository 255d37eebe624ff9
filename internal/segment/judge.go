package segment

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/job"
)

// The jobs that judge everybody.
const (
	JudgeJob   job.Kind = "segment.judge"         // After a segment was made or its rule changed.
	HourJob    job.Kind = "segment.judge_hour"    // What hours decide.
	HistoryJob job.Kind = "segment.judge_history" // After history was taken in.
)

// judging says whose members a job finds.
type judging struct {
	Segment int64 `json:"segment"`
}

// perJudging is the number of customers that one transaction of a pass judges.
const perJudging = 500

// mostDays is the number of past days that are judged one by one when the clock has jumped.
const mostDays = 90

// historyRest is the time between two passes while history still comes in.
const historyRest = 15 * time.Second

// enqueueTelling has the members of a segment found by the present version of its rule.
func (s *Service) enqueueTelling(ctx context.Context, tx *db.Tx, g saved) error {
	_, err := s.Jobs.Enqueue(ctx, tx, job.New{Kind: JudgeJob, Args: judging{g.id.Int64()}, UniqueKey: fmt.Sprintf("%s:%d", g.id, g.ruleVersion)})
	return err
}

// fields returns the catalogue without names, which is enough to judge by rules that were checked.
func (s *Service) fields(ctx context.Context, tx *db.Tx) (*Catalogue, error) {
	definitions, err := s.Customers.Definitions(ctx, tx)
	return newCatalogue(definitions, nil), err
}

// progress is told how much of a pass is done.
type progress func(done, all int64) error

func (s *Service) workMembers(r *job.Runner) {
	tell := func(ctx context.Context, j job.Job) progress {
		return func(done, all int64) error { return j.Progress(ctx, map[string]int64{"done": done, "all": all}) }
	}
	r.Handle(JudgeJob, job.Options{}, func(ctx context.Context, j job.Job) error {
		var args judging
		if err := j.Args(&args); err != nil {
			return err
		}
		return s.judge(ctx, segmentID(args.Segment), turn{cause: byRule}, tell(ctx, j))
	})
	r.Handle(UndoTagsJob, job.Options{}, func(ctx context.Context, j job.Job) error {
		var args judging
		if err := j.Args(&args); err != nil {
			return err
		}
		return s.undoTags(ctx, segmentID(args.Segment), tell(ctx, j))
	})
	r.Handle(HourJob, job.Options{}, func(ctx context.Context, j job.Job) error {
		return s.judgeHour(ctx, tell(ctx, j))
	})
	r.Every("segment.hour", time.Hour, HourJob)
	r.Handle(HistoryJob, job.Options{}, func(ctx context.Context, j job.Job) error {
		more, err := s.judgeHistory(ctx, tell(ctx, j))
		if err == nil && more {
			err = job.Snooze(historyRest)
		}
		return err
	})
}

// judge judges everybody by the rule of a segment and settles those who enter or leave, a few at a time. The
// zero instant of the turn is now.
func (s *Service) judge(ctx context.Context, segment ID, t turn, progress progress) error {
	for range maxPasses {
		if err := s.DB.Analyze(ctx); err != nil { // Customers, orders or the members of other segments may have come in bulk.
			return err
		}
		g, asOf, ids, err := s.candidates(ctx, segment, t.at)
		if err != nil || g.archived {
			return err
		}
		switch {
		case g.toldVersion == 0:
			t = turn{cause: byStart}
		case g.toldVersion != g.ruleVersion:
			t = turn{cause: byRule}
		}
		done := int64(0)
		for chunk := range slices.Chunk(ids, perJudging) {
			if err := s.judgeSome(ctx, segment, chunk, t); err != nil {
				return fmt.Errorf("judge the members of %s: %w", segment, err)
			}
			done += int64(len(chunk))
			if err := progress(done, int64(len(ids))); err != nil {
				return err
			}
		}
		var current bool
		err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			current, err = endTelling(ctx, tx, g, asOf)
			return err
		})
		if err != nil || current {
			return err
		}
	} // The rule was changed meanwhile.
	return nil // Whoever changes it so often has enqueued another pass.
}

// candidates returns those who should enter or leave a segment, as far as can be seen now, and the day as of
// which that is so.
func (s *Service) candidates(ctx context.Context, segment ID, at time.Time) (g saved, asOf cal.Day, ids []int64, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err = findSegment(ctx, tx, segment, false)
		if errs.KindOf(err) == errs.NotFound {
			g.archived = true
			return nil
		}
		if err != nil || g.archived {
			return err
		}
		c, err := s.fields(ctx, tx)
		if err != nil {
			return err
		}
		if !c.knows(&g.rule) {
			slog.Warn("a rule names an attribute that is not in use; its members stay", "segment", g.id)
			g.archived = true
			return nil
		}
		if at.IsZero() {
			at = tx.Now
		}
		p := s.planner(tx, c, at)
		asOf = p.today
		admitted, err := listAllAdmitted(ctx, tx, prepared{p.plan(&g.rule), p})
		if err != nil {
			return err
		}
		present, err := listMembers(ctx, tx, g.id)
		ids = differing(admitted, present)
		return err
	})
	return g, asOf, ids, err
}

// differing returns what is in one of the lists, sorted.
func differing(a, b []int64) (all []int64) {
	slices.Sort(a)
	slices.Sort(b)
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			all, a = append(all, a[0]), a[1:]
		case a[0] > b[0]:
			all, b = append(all, b[0]), b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// judgeSome settles some customers in a transaction of its own, by the rule as it is then.
func (s *Service) judgeSome(ctx context.Context, segment ID, ids []int64, t turn) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := findSegment(ctx, tx, segment, true)
		if err != nil || g.archived {
			return err
		}
		c, err := s.fields(ctx, tx)
		if err != nil || !c.knows(&g.rule) {
			return err
		}
		if t.at.IsZero() {
			t.at = tx.Now
		}
		return s.settleMembers(ctx, tx, c, g, ids, t)
	})
}

// judgeDays judges everybody by what the days have decided since they were last judged, day after day, and
// by the scores and groups of now. It follows a refresh, which brings stages and groups up to date.
func (s *Service) judgeDays(ctx context.Context, progress progress) error {
	if _, err := s.judgeHistory(ctx, progress); err != nil { // In case its own job has failed for good.
		return err
	}
	all, today, err := s.paced(ctx, func(p pace) bool { return p.daily || p.relative })
	if err != nil {
		return err
	}
	for i, g := range all {
		p := g.rule.pace()
		if g.told.on == today && !p.relative {
			continue
		}
		from := g.told.on.Add(1)
		if p.relative || today.Sub(from) > mostDays {
			from = today
		}
		for day := from; day.Before(today); day = day.Add(1) {
			err := s.judge(ctx, g.id, turn{cause: byTime, at: day.Start(s.Staff.Zone())}, func(int64, int64) error { return progress(int64(i), int64(len(all))) })
			if err != nil {
				return err
			}
		}
		if err := s.judge(ctx, g.id, turn{cause: byTime}, func(int64, int64) error { return progress(int64(i), int64(len(all))) }); err != nil {
			return err
		}
	}
	return nil
}

// judgeHour judges everybody by what hours decide.
func (s *Service) judgeHour(ctx context.Context, progress progress) error {
	all, _, err := s.paced(ctx, func(p pace) bool { return p.hourly })
	if err != nil {
		return err
	}
	for i, g := range all {
		if err := s.judge(ctx, g.id, turn{cause: byTime}, func(int64, int64) error { return progress(int64(i), int64(len(all))) }); err != nil {
			return err
		}
	}
	return nil
}

// paced returns the segments that time changes and whose members are known by the present rule; of others
// the members are about to be found.
func (s *Service) paced(ctx context.Context, wanted func(p pace) bool) (all []saved, today cal.Day, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		today = cal.DayOf(tx.Now, s.Staff.Zone())
		all, err = listSegments(ctx, tx, "not archived and told_version = rule_version")
		return err
	})
	return slices.DeleteFunc(all, func(g saved) bool { return !wanted(g.rule.pace()) }), today, err
}
