package intake

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Rows of an order usually stand together, but need not. A file is therefore read twice: once to learn
// which order numbers come back after others, remembering eight bytes for each run of rows; then to take
// the orders. Rows of an order that stands together go straight on. The few others are put aside in
// files by the hash of their number, small enough to be sorted in memory one by one.

// group is the rows of one order, or one row that could not be read.
type group struct {
	key  string
	rows []Row
	over int // over counts the rows beyond what an order may have.
}

// plan is what the first reading found.
type plan struct {
	rows     int64
	late     []uint64 // late are the hashes, in order, of the numbers whose rows do not stand together.
	lateRuns int
	runs     int
}

// rowsPerPart is about how many rows are sorted in memory at a time.
const (
	rowsPerPart = 20_000
	maxParts    = 128
)

// keyer returns the key of a row, "" if it has none. It may complete the row from those above it. Without
// one each row stands for itself.
type keyer func(r *Row) string

// of returns the key of a row. A row with a fault may still tell its order, which must not go on without
// it; where the file broke off, the order at hand may have had more rows.
func (k keyer) of(r *Row, last string) string {
	switch {
	case k == nil:
		return ""
	case r.Fault != nil && r.Fault.Code == errBroken.code:
		return last
	}
	return k(r)
}

// scan reads the file for the first time.
func scan(ctx context.Context, r rowReader, key keyer) (plan, error) {
	var p plan
	var runs []uint64
	last, first := "", true
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return p, err
		}
		if p.rows++; p.rows > MaxRows {
			return p, errs.New(errs.TooLarge, "file.too_many_rows", "a file may have %d rows; split it", MaxRows)
		}
		if p.rows%8192 == 0 && ctx.Err() != nil {
			return p, context.Cause(ctx)
		}
		if k := key.of(&row, last); k != "" && (first || k != last) {
			runs = append(runs, hashKey(k))
			last, first = strings.Clone(k), false
		}
	}
	p.runs = len(runs)
	slices.Sort(runs)
	for i := 1; i < len(runs); i++ {
		if runs[i] == runs[i-1] {
			p.lateRuns++
			if n := len(p.late); n == 0 || p.late[n-1] != runs[i] {
				p.late = append(p.late, runs[i])
				p.lateRuns++
			}
		}
	}
	p.late = slices.Clip(p.late)
	return p, nil
}

// hashKey is FNV-1a: the same in every process, so that an import can go on where another left it.
func hashKey(key string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 1099511628211
	}
	return h
}

// isLate reports whether the rows of the key do not stand together.
func (p plan) isLate(hash uint64) bool {
	_, found := slices.BinarySearch(p.late, hash)
	return found
}

// parts is in how many parts the late rows are sorted.
func (p plan) parts() int {
	if p.runs == 0 || p.lateRuns == 0 {
		return 0
	}
	rows := p.rows / int64(p.runs) * int64(p.lateRuns)
	return min(int(max(rows, int64(p.lateRuns))/rowsPerPart)+1, maxParts)
}

// groups reads the file for the second time and gives its groups to take, whose rows are valid until it
// returns: first those that stand together, in the order of the file, then the late ones.
func groups(ctx context.Context, r rowReader, p plan, key keyer, take func(group) error) error {
	spill, err := newSpill(p.parts())
	if err != nil {
		return err
	}
	defer spill.remove()
	g := grouper{take: take}
	for n := 0; ; n++ {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := g.row(row, p, key, spill); err != nil {
			return err
		}
	}
	if err := g.end(); err != nil {
		return err
	}
	return spill.each(take)
}

// grouper collects the rows of the order at hand.
type grouper struct {
	take  func(group) error
	at    group
	late  bool     // late says that the rows of the order at hand are put aside.
	cells []string // cells holds those of the rows at hand.
}

func (g *grouper) row(row Row, p plan, key keyer, spill *spill) error {
	k := key.of(&row, g.at.key)
	if k == "" { // It stands for itself.
		if err := g.end(); err != nil {
			return err
		}
		g.late = false
		return g.take(group{rows: []Row{row}})
	}
	if k != g.at.key {
		if err := g.end(); err != nil {
			return err
		}
		g.at.key, g.late = strings.Clone(k), p.isLate(hashKey(k))
	}
	if g.late {
		return spill.put(g.at.key, row)
	}
	if len(g.at.rows) > order.MaxLines {
		g.at.over++
		return nil
	}
	from := len(g.cells)
	g.cells = append(g.cells, row.Cells...)
	row.Cells = g.cells[from:len(g.cells):len(g.cells)]
	g.at.rows = append(g.at.rows, row)
	return nil
}

// end gives the order at hand to take.
func (g *grouper) end() error {
	var err error
	if len(g.at.rows) > 0 {
		err = g.take(g.at)
	}
	g.at, g.cells = group{rows: g.at.rows[:0]}, g.cells[:0]
	return err
}

// spill keeps rows on the disk, in parts by the hash of their key.
type spill struct {
	files  []*os.File
	out    []*bufio.Writer
	buffer []byte
}

func newSpill(parts int) (*spill, error) {
	s := &spill{}
	for range parts {
		f, err := os.CreateTemp("", "shuke-import-*.part")
		if err != nil {
			s.remove()
			return nil, fmt.Errorf("make temporary file: %w", err)
		}
		s.files = append(s.files, f)
		s.out = append(s.out, bufio.NewWriterSize(f, 32<<10))
	}
	return s, nil
}

func (s *spill) put(key string, row Row) error {
	b := binary.AppendUvarint(s.buffer[:0], uint64(row.Line))
	b = binary.AppendUvarint(b, uint64(len(row.Cells)))
	for _, text := range append([]string{key}, row.Cells...) {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	s.buffer = b
	if _, err := s.out[hashKey(key)%uint64(len(s.out))].Write(b); err != nil {
		return fmt.Errorf("put row aside: %w", err)
	}
	return nil
}

// each gives the groups of all parts to take.
func (s *spill) each(take func(group) error) error {
	for i, f := range s.files {
		if err := s.out[i].Flush(); err != nil {
			return fmt.Errorf("put rows aside: %w", err)
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		all, err := collect(bufio.NewReaderSize(f, 64<<10))
		if err != nil {
			return fmt.Errorf("read rows put aside: %w", err)
		}
		for _, g := range all {
			if err := take(*g); err != nil {
				return err
			}
		}
	}
	return nil
}

// collect puts the rows of a part together, in the order in which the keys first came.
func collect(r *bufio.Reader) ([]*group, error) {
	byKey := map[string]*group{}
	var all []*group
	for {
		key, row, err := getRow(r)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		g := byKey[key]
		if g == nil {
			g = &group{key: key}
			byKey[key] = g
			all = append(all, g)
		}
		if len(g.rows) > order.MaxLines {
			g.over++
			continue
		}
		g.rows = append(g.rows, row)
	}
}

// getRow reads what put wrote. A row that ends early is an error.
func getRow(r *bufio.Reader) (key string, row Row, err error) {
	line, err := binary.ReadUvarint(r)
	if err != nil {
		return "", row, err
	}
	row.Line = int(line)
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return "", row, errors.Join(io.ErrUnexpectedEOF, err)
	}
	texts := make([]string, n+1)
	for i := range texts {
		size, err := binary.ReadUvarint(r)
		if err != nil {
			return "", row, errors.Join(io.ErrUnexpectedEOF, err)
		}
		if size == 0 {
			continue
		}
		b := make([]byte, size)
		if _, err := io.ReadFull(r, b); err != nil {
			return "", row, errors.Join(io.ErrUnexpectedEOF, err)
		}
		texts[i] = string(b)
	}
	row.Cells = texts[1:]
	return texts[0], row, nil
}

func (s *spill) remove() {
	for _, f := range s.files {
		f.Close()
		os.Remove(f.Name())
	}
}
