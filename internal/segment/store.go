package segment

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// state is how fresh the projections are.
type state struct {
	edges       Edges
	edgesOn     cal.Day // edgesOn is zero until edges are drawn.
	shape       shape
	buyers      int64
	changed     int64
	settledOn   cal.Day // settledOn is zero until the first pass.
	version     int64
	refreshedAt time.Time
}

func findState(ctx context.Context, tx *db.Tx) (s state, err error) {
	var edges, shape string
	err = tx.QueryRow(ctx, `select edges, edges_on, shape, buyers, changed, settled_on, version, refreshed_at from rfm_state where id = 1`).
		Scan(&edges, &s.edgesOn, &shape, &s.buyers, &s.changed, &s.settledOn, &s.version, db.ScanTime(&s.refreshedAt))
	if db.NoRows(err) {
		return state{}, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(edges), &s.edges)
	}
	if err == nil {
		err = json.Unmarshal([]byte(shape), &s.shape)
	}
	if err != nil {
		return s, fmt.Errorf("read state of rfm: %w", err)
	}
	return s, nil
}

// drawEdges stores new edges, from which on changes are counted anew.
func drawEdges(ctx context.Context, tx *db.Tx, s state) error {
	edges, err := json.Marshal(s.edges)
	if err != nil {
		return err
	}
	shape, err := json.Marshal(s.shape)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into rfm_state (id, edges, edges_on, shape, buyers, changed, version) values (1, $1, $2, $3, $4, 0, 0)
		on conflict (id) do update set edges = excluded.edges, edges_on = excluded.edges_on, shape = excluded.shape,
			buyers = excluded.buyers, changed = 0`, string(edges), s.edgesOn, string(shape), s.buyers)
	if err != nil {
		return fmt.Errorf("store edges: %w", err)
	}
	return nil
}

// addChanged counts profiles that facts changed and returns how many those are since the last edges.
func addChanged(ctx context.Context, tx *db.Tx, n int64) (changed int64, err error) {
	err = tx.QueryRow(ctx, `insert into rfm_state (id, edges, shape, buyers, changed, version) values (1, '{}', '{}', 0, $1, 0)
		on conflict (id) do update set changed = rfm_state.changed + excluded.changed returning changed`, n).Scan(&changed)
	if err != nil {
		return 0, fmt.Errorf("count changed profiles: %w", err)
	}
	return changed, nil
}

// endPass notes that every profile was judged by the thresholds of the version, on the day.
func endPass(ctx context.Context, tx *db.Tx, version int64, on cal.Day) error {
	_, err := tx.Exec(ctx, `update rfm_state set version = $1, settled_on = $2, refreshed_at = $3 where id = 1`, version, on, tx.Now.UnixMilli())
	if err == nil {
		_, err = tx.Exec(ctx, `delete from rfm_cells where customers = 0`)
	}
	if err != nil {
		return fmt.Errorf("end pass over profiles: %w", err)
	}
	return nil
}

// settings is a version of the thresholds.
type settings struct {
	version    int64
	thresholds Thresholds
	source     source
	pack       string // pack is whose they are, if they are those of a pack.
	staffID    int64
	createdAt  time.Time
}

// source says who set thresholds.
type source string

const (
	fromHandbook source = "handbook" // Nobody; the numbers of the handbook hold.
	fromPack     source = "pack"     // Those of a trade, put in force with its pack.
	fromProposal source = "proposal" // What the handbook leaves open was taken from the shop's own sales.
	fromStaff    source = "staff"
)

// findSettings returns the thresholds in force.
func findSettings(ctx context.Context, tx *db.Tx) (s settings, err error) {
	return scanSettings(tx.QueryRow(ctx, "select "+settingsColumns+" from rfm_settings order by version desc limit 1").Scan)
}

// findSettingsBefore returns the thresholds that were in force before those of a version, leaving out those of packs
// that are not among the enabled.
func findSettingsBefore(ctx context.Context, tx *db.Tx, version int64, enabled []string) (settings, error) {
	in, args := db.In(1, enabled)
	return scanSettings(tx.QueryRow(ctx, "select "+settingsColumns+" from rfm_settings where version < $1 and (pack = '' or pack in "+in+
		") order by version desc limit 1", append([]any{version}, args...)...).Scan)
}

const settingsColumns = "version, thresholds, source, pack, coalesce(staff_id, 0), created_at"

// scanSettings reads a version of the thresholds; of none the handbook holds.
func scanSettings(scan db.Scan) (s settings, err error) {
	var text string
	err = scan(&s.version, &text, &s.source, &s.pack, &s.staffID, db.ScanTime(&s.createdAt))
	if db.NoRows(err) {
		return settings{thresholds: handbook, source: fromHandbook}, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &s.thresholds)
	}
	if err != nil {
		return s, fmt.Errorf("read thresholds: %w", err)
	}
	return s, nil
}

// insertSettings stores the version after; it fails as a unique violation if another was faster.
func insertSettings(ctx context.Context, tx *db.Tx, s settings) error {
	text, err := json.Marshal(s.thresholds)
	if err != nil {
		return err
	}
	var staffID any
	if s.staffID != 0 {
		staffID = s.staffID
	}
	_, err = tx.Exec(ctx, `insert into rfm_settings (version, thresholds, source, pack, staff_id, created_at) values ($1, $2, $3, $4, $5, $6)`,
		s.version, string(text), string(s.source), s.pack, staffID, tx.Now.UnixMilli())
	return err
}

// cell is what a profile is counted under in the sums.
type cell struct {
	scores       Scores
	stage        Stage
	valueGroup   ValueGroup
	quadrant     Quadrant
	customerType CustomerType
}

// sum is customers and what they paid.
type sum struct{ customers, paidFen int64 }

func (s *sum) add(o sum) {
	s.customers += o.customers
	s.paidFen += o.paidFen
}

// addCells adds to the sums.
func addCells(ctx context.Context, tx *db.Tx, sums map[cell]sum) error {
	var rows [][]any
	for c, s := range sums {
		if s != (sum{}) {
			rows = append(rows, []any{c.scores.R, c.scores.F, c.scores.M, string(c.stage), string(c.valueGroup), string(c.quadrant),
				string(c.customerType), s.customers, s.paidFen})
		}
	}
	slices.SortFunc(rows, func(a, b []any) int { return strings.Compare(fmt.Sprint(a...), fmt.Sprint(b...)) }) // Alike everywhere, against deadlocks.
	_, err := db.InsertRows(ctx, tx, "rfm_cells", cellColumns+", customers, paid_fen", rows,
		"on conflict ("+cellColumns+`) do update set
			customers = rfm_cells.customers + excluded.customers, paid_fen = rfm_cells.paid_fen + excluded.paid_fen`)
	return err
}

const cellColumns = "r, f, m, stage, value_group, quadrant, customer_type"

type cellRow struct {
	cell
	sum
}

func scanCell(scan db.Scan) (c cellRow, err error) {
	err = scan(&c.scores.R, &c.scores.F, &c.scores.M, &c.stage, &c.valueGroup, &c.quadrant, &c.customerType, &c.customers, &c.paidFen)
	return c, err
}

// maxCells bounds the sums: there are 5³ scores with a stage, group, quadrant and type each, and most
// combinations cannot be.
const maxCells = 20_000

// listCells returns the sums over all customers.
func listCells(ctx context.Context, tx *db.Tx) ([]cellRow, error) {
	return db.All(ctx, tx, scanCell, "select "+cellColumns+", customers, paid_fen from rfm_cells where customers <> 0 limit "+strconv.Itoa(maxCells))
}

// sumCells adds up the sums over the customers that the condition admits.
func sumCells(ctx context.Context, tx *db.Tx, condition string) ([]cellRow, error) {
	return db.All(ctx, tx, scanCell, "select "+cellColumns+", count(*), cast(sum(paid_fen) as bigint) from profiles where "+condition+
		" group by "+cellColumns+" limit "+strconv.Itoa(maxCells))
}
