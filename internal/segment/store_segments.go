package segment

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// told is how many members a segment has, and since when that is known.
type told struct {
	on        cal.Day // on is the day as of which everybody was last judged; zero is never.
	members   int64
	paidFen   int64 // paidFen is what the members had paid at countedAt.
	countedAt time.Time
}

const segmentColumns = `id, name, description, preset, rule, strategy, tagging, archived, version, rule_version, told_version, told_on,
	members, paid_fen, counted_at, created_at`

func scanSegment(scan db.Scan) (g saved, err error) {
	var rule, strategy string
	err = scan(&g.id, &g.name, &g.description, &g.preset, &rule, &strategy, &g.tagging, &g.archived, &g.version, &g.ruleVersion, &g.toldVersion,
		&g.told.on, &g.told.members, &g.told.paidFen, db.ScanTime(&g.told.countedAt), db.ScanTime(&g.createdAt))
	if err == nil {
		err = json.Unmarshal([]byte(rule), &g.rule)
	}
	if err == nil {
		err = json.Unmarshal([]byte(strategy), &g.strategy)
	}
	return g, err
}

// findSegment returns a segment: segment.not_found else. Locked, nobody else can change it or its members
// until the transaction ends.
func findSegment(ctx context.Context, tx *db.Tx, segment ID, locked bool) (saved, error) {
	lock := ""
	if locked {
		lock = forUpdate(tx)
	}
	g, err := scanSegment(tx.QueryRow(ctx, "select "+segmentColumns+" from segments where id = $1"+lock, segment).Scan)
	if db.NoRows(err) {
		return g, errNoSegment()
	}
	return g, wrap("find segment", err)
}

// listSegments returns the segments that a condition admits, by name.
func listSegments(ctx context.Context, tx *db.Tx, condition string, args ...any) ([]saved, error) {
	all, err := db.All(ctx, tx, scanSegment, "select "+segmentColumns+" from segments where "+condition+" order by name_key, id limit "+
		strconv.Itoa(maxSegments), args...)
	return all, wrap("list segments", err)
}

func countSegments(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, "select count(*) from segments").Scan(&n)
	return n, wrap("count segments", err)
}

func insertSegment(ctx context.Context, tx *db.Tx, g saved, staffID int64) error {
	rule, strategy, err := g.texts()
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `insert into segments (id, name, name_key, description, preset, rule, strategy, tagging, archived, version, rule_version,
			told_version, members, paid_fen, created_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, false, $9, $10, 0, 0, 0, $11, $12) on conflict do nothing`,
		g.id, g.name, g.key(), g.description, g.preset, rule, strategy, g.tagging, g.version, g.ruleVersion, orNull(staffID), tx.Now.UnixMilli())
	if err == nil && n == 0 {
		return errSegmentExists()
	}
	return wrap("insert segment", err)
}

func errSegmentExists() error {
	return errs.New(errs.Conflict, "segment.exists", "there is a segment of this name")
}

// key returns what is unique of the name: the rule of a tag has none.
func (g saved) key() string {
	if g.tagging {
		return g.id.String()
	}
	return nameKey(g.name)
}

func (g saved) texts() (rule, strategy string, err error) {
	r, err := json.Marshal(g.rule)
	if err != nil {
		return "", "", err
	}
	t, err := json.Marshal(g.strategy)
	return string(r), string(t), err
}

// updateSegment writes a segment if its version is still the one that was read.
func updateSegment(ctx context.Context, tx *db.Tx, g saved) error {
	rule, strategy, err := g.texts()
	if err != nil {
		return err
	}
	taken, err := db.Exists(ctx, tx, "select 1 from segments where name_key = $1 and id <> $2", g.key(), g.id)
	if err != nil {
		return wrap("find segment", err)
	}
	if taken {
		return errSegmentExists()
	}
	n, err := tx.Exec(ctx, `update segments set name = $1, name_key = $2, description = $3, rule = $4, strategy = $5, archived = $6,
		version = version + 1, rule_version = $7 where id = $8 and version = $9`,
		g.name, g.key(), g.description, rule, strategy, g.archived, g.ruleVersion, g.id, g.version)
	if err == nil && n == 0 {
		return errs.New(errs.Stale, "version.stale", "this was changed by someone else since you read it")
	}
	return wrap("update segment", err)
}

// listJoined returns the segments that a customer is in.
func listJoined(ctx context.Context, tx *db.Tx, one customer.ID) ([]Joined, error) {
	return db.All(ctx, tx, func(scan db.Scan) (j Joined, err error) {
		err = scan(&j.ID, &j.Name, db.ScanTime(&j.SinceAt))
		return j, err
	}, `select s.id, s.name, m.since_at from segment_members m join segments s on s.id = m.segment_id
		where m.customer_id = $1 and not s.archived and not s.tagging order by s.name_key limit `+strconv.Itoa(maxSegments), one)
}
