package segment

import (
	"context"
	"encoding/json"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// listAdmitted returns which of the customers a prepared rule admits.
func listAdmitted(ctx context.Context, tx *db.Tx, p prepared, ids []int64) (map[int64]bool, error) {
	admitted := map[int64]bool{}
	err := db.InChunks(ids, func(chunk []int64) error {
		w := p.writer(nil, true)
		from := w.from(p.plan)
		if w.err != nil {
			return w.err
		}
		in, args := db.In(len(w.args), chunk)
		return each(ctx, tx, func(scan db.Scan) error {
			var one int64
			err := scan(&one)
			admitted[one] = true
			return err
		}, "select "+w.key+" "+from+" and "+w.key+" in "+in, append(w.args, args...)...)
	})
	return admitted, wrap("judge customers", err)
}

// listValues returns what a test compares of each of the customers, where it is a number or a word.
func listValues(ctx context.Context, tx *db.Tx, p *planner, t *Test, ids []int64) (map[int64]string, error) {
	values := map[int64]string{}
	err := db.InChunks(ids, func(chunk []int64) error {
		w := p.writer(nil, true)
		expression, from := w.value(p.test(t))
		if expression == "" {
			return nil
		}
		in, args := db.In(len(w.args), chunk)
		return each(ctx, tx, func(scan db.Scan) error {
			var one int64
			var value string
			err := scan(&one, &value)
			values[one] = value
			return err
		}, "select "+w.key+", coalesce(cast("+expression+" as text), '') "+from+" and "+w.key+" in "+in, append(w.args, args...)...)
	})
	return values, wrap("find the values of a test", err)
}

// listAllAdmitted returns everybody whom a prepared rule admits.
func listAllAdmitted(ctx context.Context, tx *db.Tx, p prepared) ([]int64, error) {
	w, from := p.members(nil)
	if w.err != nil {
		return nil, w.err
	}
	all, err := db.All(ctx, tx, scanInt, "select "+w.key+" "+from, w.args...)
	return all, wrap("judge everybody", err)
}

// listMembers returns the members of a segment.
func listMembers(ctx context.Context, tx *db.Tx, segment ID) ([]int64, error) {
	all, err := db.All(ctx, tx, scanInt, "select customer_id from segment_members where segment_id = $1", segment)
	return all, wrap("list members", err)
}

// listMembersAmong returns which of the customers are members of a segment.
func listMembersAmong(ctx context.Context, tx *db.Tx, segment ID, ids []int64) (map[int64]bool, error) {
	return listAmong(ctx, tx, "select customer_id from segment_members where segment_id = $1 and customer_id in ", ids, segment)
}

// listTurnedSince returns which of the customers have entered or left a segment at an instant or later.
func listTurnedSince(ctx context.Context, tx *db.Tx, segment ID, ids []int64, at time.Time) (map[int64]bool, error) {
	return listAmong(ctx, tx, "select customer_id from segment_changes where segment_id = $1 and at >= $2 and customer_id in ", ids, segment, at.UnixMilli())
}

// listAmong returns which of the customers a query finds, which ends in "in".
func listAmong(ctx context.Context, tx *db.Tx, query string, ids []int64, args ...any) (map[int64]bool, error) {
	found := map[int64]bool{}
	err := db.InChunks(ids, func(chunk []int64) error {
		in, more := db.In(len(args), chunk)
		return each(ctx, tx, func(scan db.Scan) error {
			var one int64
			err := scan(&one)
			found[one] = true
			return err
		}, query+in, append(append([]any{}, args...), more...)...)
	})
	return found, wrap("find members", err)
}

// writeTurned writes who enters and leaves: the members, the log, the sums by day, and how many there are.
func writeTurned(ctx context.Context, tx *db.Tx, segment ID, all []turned, t turn, on cal.Day) error {
	var entering, log [][]any
	var leaving []int64
	for _, x := range all {
		tests := "[]"
		if x.tests != nil {
			text, err := json.Marshal(x.tests)
			if err != nil {
				return err
			}
			tests = string(text)
		}
		log = append(log, []any{segment, x.customer, tx.NewID(), x.entered, t.at.UnixMilli(), on, string(t.cause), orNull(t.facts[x.customer].Pos), tests})
		if x.entered {
			entering = append(entering, []any{segment, x.customer, t.at.UnixMilli()})
		} else {
			leaving = append(leaving, x.customer)
		}
	}
	if _, err := db.InsertRows(ctx, tx, "segment_members", "segment_id, customer_id, since_at", entering, ""); err != nil {
		return err
	}
	err := db.InChunks(leaving, func(chunk []int64) error {
		in, args := db.In(1, chunk)
		_, err := tx.Exec(ctx, "delete from segment_members where segment_id = $1 and customer_id in "+in, append([]any{segment}, args...)...)
		return err
	})
	if err != nil {
		return wrap("delete members", err)
	}
	if _, err := db.InsertRows(ctx, tx, "segment_changes", "segment_id, customer_id, id, entered, at, on_day, cause, cause_pos, tests", log, ""); err != nil {
		return err
	}
	return addTurned(ctx, tx, segment, on, t.flow(len(entering), len(leaving)))
}

// addTurned adds to the sums of a segment.
func addTurned(ctx context.Context, tx *db.Tx, segment ID, on cal.Day, f dayFlow) error {
	_, err := tx.Exec(ctx, `insert into segment_days (segment_id, on_day, entered_count, left_count, by_rule_count) values ($1, $2, $3, $4, $5)
		on conflict (segment_id, on_day) do update set entered_count = segment_days.entered_count + excluded.entered_count,
			left_count = segment_days.left_count + excluded.left_count, by_rule_count = segment_days.by_rule_count + excluded.by_rule_count`,
		segment, on, f.entered, f.left, f.byRule)
	if err != nil {
		return wrap("add to the days of a segment", err)
	}
	_, err = tx.Exec(ctx, "update segments set members = members + $1 where id = $2", f.net(), segment)
	return wrap("count members", err)
}

// endTelling notes that everybody was judged by a version of the rule, as of a day, and adds up what the
// members paid. It says whether that version is still the one in force.
func endTelling(ctx context.Context, tx *db.Tx, g saved, on cal.Day) (current bool, err error) {
	n, err := tx.Exec(ctx, `update segments set told_version = $1, told_on = $2, counted_at = $3, paid_fen = coalesce((
			select cast(sum(p.paid_fen) as bigint) from segment_members m join profiles p on p.customer_id = m.customer_id where m.segment_id = segments.id), 0)
		where id = $4 and rule_version = $1`, g.ruleVersion, on, tx.Now.UnixMilli(), g.id)
	return n > 0, wrap("end telling members", err)
}

// addBacklog notes that history came which no pass has seen, and returns how often that happened.
func addBacklog(ctx context.Context, tx *db.Tx) (batches int64, err error) {
	err = tx.QueryRow(ctx, `insert into segment_backlog (id, batches) values (1, 1)
		on conflict (id) do update set batches = segment_backlog.batches + 1 returning batches`).Scan(&batches)
	return batches, wrap("note history", err)
}

func findBacklog(ctx context.Context, tx *db.Tx) (batches int64, err error) {
	err = tx.QueryRow(ctx, "select coalesce(max(batches), 0) from segment_backlog").Scan(&batches)
	return batches, wrap("find history", err)
}

// endBacklog notes that a pass has seen all history, unless more has come.
func endBacklog(ctx context.Context, tx *db.Tx, batches int64) (ended bool, err error) {
	n, err := tx.Exec(ctx, "update segment_backlog set batches = 0 where batches = $1", batches)
	return n > 0, wrap("end history", err)
}

// replayMembers writes the members of a segment and its sums by day anew, from the log.
func replayMembers(ctx context.Context, tx *db.Tx, segment ID) error {
	for _, statement := range []string{
		"delete from segment_members where segment_id = $1",
		`insert into segment_members (segment_id, customer_id, since_at) select segment_id, customer_id, max(case when entered then at end)
			from segment_changes where segment_id = $1 group by segment_id, customer_id having sum(case when entered then 1 else -1 end) > 0`,
		"delete from segment_days where segment_id = $1",
		`insert into segment_days (segment_id, on_day, entered_count, left_count, by_rule_count)
			select h.segment_id, h.on_day, ` + flowSums + ` from segment_changes h where h.segment_id = $1 group by h.segment_id, h.on_day`,
		"update segments set members = (select count(*) from segment_members m where m.segment_id = segments.id) where id = $1",
	} {
		if _, err := tx.Exec(ctx, statement, segment); err != nil {
			return wrap("replay members", err)
		}
	}
	return nil
}
