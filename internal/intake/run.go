package intake

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

// A run goes through the file in batches, one transaction each. The place in the file, the counts and the
// faults are written in the transaction of the batch, so a run that was killed goes on with the next one.
//
// Beside a shop that is open the batches are small, since all others wait for SQLite's one writer meanwhile;
// the command line, which has the database for itself, takes larger ones.
var (
	besideOthers = batchSize{units: 500, rows: 10_000}
	alone        = batchSize{units: 2_000, rows: 50_000}
)

// batchSize bounds a batch.
type batchSize struct{ units, rows int }

// Why a run ends before its end.
var (
	errCancelled = errors.New("the import was cancelled")
	errRollback  = errors.New("a dry run writes nothing")
)

// batch is a number of orders, customers or products on their way.
type batch struct {
	units, rows int
	sales       []sale
	people      []personRow
	goods       []goods
}

func (b *batch) full(size batchSize) bool { return b.units >= size.units || b.rows >= size.rows }

// result is what became of a batch.
type result struct {
	counts    Counts
	faults    []Fault
	customers []int64  // customers were made known by it.
	strangers []string // strangers are the keys of those, by which a dry run knows them again.
}

// run carries out one import.
type run struct {
	*Service
	imp    Import
	path   string
	layout Layout
	size   batchSize
	tell   func(Progress) error
	began  time.Duration // began is when the run started.
	first  int64         // first is how many rows were behind then.

	reader reader
	shops  shopBook
	clerks map[string]staff.ID
	dry    dryRun
}

// dryRun is what a run that writes nothing keeps in memory instead.
type dryRun struct {
	faults []Fault
	met    map[uint64]bool // met are customers that the database does not know, by hash.
	noted  time.Duration   // noted is when progress was last written down.
}

// carryOut runs an import that is in the state running, from where it was left; path is where its file
// is. Errors are errCancelled, an *errs.Error when the file is at fault, and others after which it can be
// gone on with.
func (s *Service) carryOut(ctx context.Context, id ID, path string, size batchSize, tell func(Progress) error) (Import, error) {
	r := &run{Service: s, path: path, size: size, tell: tell, clerks: map[string]staff.ID{}}
	r.dry.met = map[uint64]bool{}
	err := s.DB.Update(access.With(ctx, access.Program("import")), r.load(id))
	if err != nil {
		return r.imp, err
	}
	ctx = access.With(ctx, r.imp.caller())
	if err := s.DB.View(ctx, r.prepare); err != nil {
		return r.imp, err
	}
	if r.layout.Format == XLSX {
		if r.path, r.layout, err = spool(r.path, r.layout); err != nil {
			return r.imp, err
		}
		defer os.Remove(r.path)
	}
	if err := r.through(ctx); err != nil {
		return r.imp, err
	}
	return r.imp, s.DB.Update(ctx, r.end)
}

// load reads the import. A dry run that was broken off starts anew.
func (r *run) load(id ID) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) (err error) {
		if r.imp, err = findImport(ctx, tx, id); err != nil {
			return err
		}
		if r.imp.State != Running {
			return errCancelled
		}
		r.layout = r.imp.Layout
		if r.imp.DryRun && r.imp.taken > 0 {
			r.imp.taken, r.imp.Counts = 0, Counts{}
			err = startRun(ctx, tx, r.imp)
		}
		r.first = r.imp.Counts.Rows
		return err
	}
}

// caller is on whose behalf the import writes: the program, for the person who started it, in her shops.
func (i Import) caller() access.Caller {
	c := access.Program("import")
	c.StaffID = i.CreatedBy.Int64()
	if i.scope != nil {
		c.Scope = *i.scope
	}
	return c
}

// prepare reads what rows are understood by.
func (r *run) prepare(ctx context.Context, tx *db.Tx) error {
	o, err := r.Staff.Organisation(ctx, tx)
	if err != nil {
		return fmt.Errorf("read organisation: %w", err)
	}
	if r.reader, err = newReader(r.imp, o.Zone); err != nil {
		return err
	}
	r.shops, err = r.listShops(ctx, tx, r.imp.Mapping.Options)
	return err
}

// through reads the file twice and takes all of its groups.
func (r *run) through(ctx context.Context) error {
	rows, err := r.layout.open(r.path)
	if err != nil {
		return err
	}
	p, err := scan(ctx, rows, r.reader.key())
	if err = errors.Join(err, rows.Close()); err != nil {
		return err
	}
	if r.imp.TotalRows != p.rows {
		r.imp.TotalRows = p.rows
		err := r.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return setTotal(ctx, tx, r.imp.ID, p.rows) })
		if err != nil {
			return err
		}
	}
	if rows, err = r.layout.open(r.path); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	r.began = db.Uptime() // Counting rows, and writing out a workbook, say nothing of the speed to come.
	batches := make(chan *batch, 1)
	read := make(chan error, 1)
	go func() {
		defer close(batches)
		read <- errors.Join(r.read(ctx, rows, p, batches), rows.Close())
	}()
	for b := range batches {
		if err == nil {
			if err = r.commit(ctx, b); err != nil {
				cancel(err) // Then the reader ends, and closes the channel.
			}
		}
	}
	cancel(nil)
	if readErr := <-read; err == nil {
		err = readErr
	}
	return err
}

// read makes batches of the groups of the file that are not behind yet. It runs beside the writing.
func (r *run) read(ctx context.Context, rows rowReader, p plan, batches chan<- *batch) error {
	b, behind := &batch{}, r.imp.taken
	send := func() error {
		select {
		case batches <- b:
			b = &batch{}
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	err := groups(ctx, rows, p, r.reader.key(), func(g group) error {
		if behind > 0 {
			behind--
			return nil
		}
		r.reader.take(b, g)
		b.units++
		b.rows += len(g.rows)
		if b.full(r.size) {
			return send()
		}
		return nil
	})
	if err == nil && b.units > 0 {
		err = send()
	}
	return err
}

// commit writes a batch, and how far we are, in one transaction.
func (r *run) commit(ctx context.Context, b *batch) error {
	taken := r.imp.taken + int64(b.units)
	var res result
	var counts Counts
	err := r.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if res, err = r.write(ctx, tx, b); err != nil {
			return err
		}
		if r.imp.DryRun {
			return errRollback
		}
		counts = r.imp.Counts
		counts.add(res.counts)
		running, err := advance(ctx, tx, r.imp, taken, counts)
		if err == nil && !running {
			err = errCancelled
		}
		if err != nil {
			return err
		}
		if err := insertCustomers(ctx, tx, r.imp.ID, res.customers); err != nil {
			return err
		}
		return insertErrors(ctx, tx, r.imp.ID, res.faults[:min(len(res.faults), room(r.imp.Counts.Errors))])
	})
	if errors.Is(err, errRollback) {
		counts, err = r.dry.note(r.imp.Counts, res), r.noteDry(ctx)
	}
	if err != nil {
		return err
	}
	r.imp.Counts, r.imp.taken = counts, taken
	return r.tell(r.progress())
}

// room is how many more faults are stored after so many.
func room(faults int64) int { return int(max(maxStoredFaults-faults, 0)) }

// note adds a batch of a dry run. A customer that two batches would make known is counted once.
func (d *dryRun) note(counts Counts, res result) Counts {
	d.faults = append(d.faults, res.faults[:min(len(res.faults), room(counts.Errors))]...)
	counts.add(res.counts)
	for _, s := range res.strangers {
		h := fnv.New64a()
		h.Write([]byte(s))
		if d.met[h.Sum64()] {
			counts.Customers--
		}
		d.met[h.Sum64()] = true
	}
	return counts
}

// noteDry writes down, about once a second, how far a dry run is, and learns whether it was cancelled.
func (r *run) noteDry(ctx context.Context) error {
	if db.Uptime()-r.dry.noted < time.Second {
		return nil
	}
	r.dry.noted = db.Uptime()
	return r.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		i := r.imp
		i.taken = 0 // A dry run has no place to go on from.
		running, err := advance(ctx, tx, i, 0, r.imp.Counts)
		if err == nil && !running {
			err = errCancelled
		}
		return err
	})
}

// end marks the import as done.
func (r *run) end(ctx context.Context, tx *db.Tx) error {
	to := Done
	if r.imp.DryRun {
		to = Previewed
		r.imp.taken = 0
		if err := insertErrors(ctx, tx, r.imp.ID, r.dry.faults); err != nil {
			return err
		}
	}
	r.imp.State = to
	return finish(ctx, tx, r.imp, to, "")
}

// progress tells how far the run is and how long the rest will take.
func (r *run) progress() Progress {
	p := Progress{State: r.imp.State, RowsDone: r.imp.Counts.Rows, RowsTotal: r.imp.TotalRows, Counts: r.imp.Counts}
	p.rate(p.RowsDone-r.first, db.Uptime()-r.began)
	return p
}

// rate works out the speed, given the rows that were done in a time.
func (p *Progress) rate(rows int64, took time.Duration) {
	if rows <= 0 || took < time.Millisecond {
		return
	}
	p.RowsPerSecond = int64(float64(rows) / took.Seconds())
	p.RemainingMS = max(p.RowsTotal-p.RowsDone, 0) * took.Milliseconds() / rows
}

// write takes a batch to the domains.
func (r *run) write(ctx context.Context, tx *db.Tx, b *batch) (result, error) {
	switch r.imp.Kind {
	case Customers:
		return r.writePeople(ctx, tx, b.people)
	case Products:
		return r.writeGoods(ctx, tx, b.goods)
	default:
		return r.writeSales(ctx, tx, b.sales)
	}
}
