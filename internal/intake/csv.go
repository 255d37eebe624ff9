package intake

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Row is a row of a file. Cells are valid until the next row is read.
type Row struct {
	Line  int
	Cells []string
	Fault *Fault // Fault is why the row as such cannot be read; its cells are what could be.
}

// rowReader gives the rows of a file in order, then io.EOF. Blank rows are left out.
type rowReader interface {
	Next() (Row, error)
	Close() error
}

const (
	maxLineBytes   = 1 << 20
	maxRecordLines = 50 // maxRecordLines bounds the lines of one record, so that a lost quote swallows no more.
	maxUnclosed    = 1_000
)

// csvReader reads delimited text: RFC 4180, and what else is found. A quote that is never closed costs
// its own line, not the rest of the file.
type csvReader struct {
	in      *bufio.Reader
	close   io.Closer
	comma   byte
	newline byte
	width   int // width is the number of columns, once the header is known.

	line     int    // line is the number of the last line that was read.
	buffer   []byte // buffer holds a line longer than that of in.
	ahead    []textLine
	cells    []string
	unclosed int
	ended    bool
}

type textLine struct {
	number int
	text   string
	last   bool // last is a line without a line end after it: the file may have been cut off here.
	fault  *problem
}

var (
	errLineTooLong    = &problem{"row.too_long", "the line is longer than 1 MiB"}
	errUnclosed       = &problem{"row.unclosed_quote", "a quotation mark on this line is never closed"}
	errCutOff         = &problem{"row.cut_off", "the file ends in the middle of this line"}
	errTooManyCells   = &problem{"row.too_many_cells", "the line has more cells than the header: a value with a separator in it needs quotation marks"}
	errTooManyColumns = &problem{"row.too_many_columns", "the line has more than 1000 columns"}
	errBroken         = &problem{"file.broken", "the file cannot be read beyond this line: it was damaged or cut off"}
)

func newCSVReader(r io.Reader, closer io.Closer, comma, newline byte) *csvReader {
	return &csvReader{in: bufio.NewReaderSize(r, 256<<10), close: closer, comma: comma, newline: newline}
}

// Close closes the file.
func (c *csvReader) Close() error { return c.close.Close() }

// Next returns the next row.
func (c *csvReader) Next() (Row, error) {
	for {
		l, err := c.readLine()
		if err != nil {
			return Row{}, err
		}
		row := c.record(l)
		if row.Fault != nil || !blank(row.Cells) {
			return row, nil
		}
	}
}

// record makes a row of a line, and of those that follow as long as a quote is open.
func (c *csvReader) record(l textLine) Row {
	row := Row{Line: l.number}
	fault := func(p *problem) Row {
		f := p.at(l.number, "")
		row.Fault = &f
		return row
	}
	if l.fault != nil {
		return fault(l.fault)
	}
	if strings.Trim(l.text, "\x00") == "" && l.text != "" {
		return fault(errCutOff) // A file that was allocated and never written.
	}
	cells, open := split(c.cells[:0], l.text, c.comma)
	last := l.last
	if open {
		cells, last, open = c.extend(l, cells)
	}
	c.cells, row.Cells = cells, cells
	switch {
	case open:
		c.unclosed++
		return fault(errUnclosed)
	case len(cells) > MaxColumns:
		return fault(errTooManyColumns)
	case c.width > 0 && len(cells) > c.width && !blank(cells[c.width:]):
		return fault(errTooManyCells)
	case c.width > 0 && last && len(cells) < c.width && !blank(cells):
		return fault(errCutOff)
	}
	return row
}

// extend reads on while a quote is open. It reports open if the quote is not closed within a reasonable
// number of lines; then those lines are read again, each for itself.
func (c *csvReader) extend(first textLine, cells []string) (_ []string, last, open bool) {
	var more []textLine
	text := first.text
	open = true
	for open && c.unclosed < maxUnclosed && len(more) < maxRecordLines && len(text) < maxLineBytes && !first.last {
		l, err := c.readLine()
		if err != nil || l.fault != nil {
			break
		}
		more = append(more, l)
		text += "\n" + l.text
		if strings.IndexByte(l.text, '"') >= 0 {
			cells, open = split(cells[:0], text, c.comma)
		}
	}
	if !open && !(c.width > 0 && len(cells) != c.width) {
		return cells, len(more) > 0 && more[len(more)-1].last, false
	}
	loose := splitLoose(nil, first.text, c.comma)
	if !open && len(loose) != c.width {
		return cells, len(more) > 0 && more[len(more)-1].last, false
	}
	// The quote was a stray one: take its line alone and go back.
	c.ahead = append(more, c.ahead...)
	return loose, first.last, true
}

// readLine returns the next line without its end.
func (c *csvReader) readLine() (textLine, error) {
	if len(c.ahead) > 0 {
		l := c.ahead[0]
		c.ahead = c.ahead[1:]
		return l, nil
	}
	if c.ended {
		return textLine{}, io.EOF
	}
	c.buffer = c.buffer[:0]
	tooLong := false
	for {
		part, err := c.in.ReadSlice(c.newline)
		switch {
		case err == nil && len(c.buffer) == 0 && !tooLong:
			c.line++
			return c.text(part[:len(part)-1], false), nil
		case len(c.buffer)+len(part) > maxLineBytes:
			tooLong, c.buffer = true, c.buffer[:0]
		default:
			c.buffer = append(c.buffer, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return c.endLine(tooLong, err)
	}
}

// endLine makes a line of the buffer, when the line was long, or the last one, or the file broke.
func (c *csvReader) endLine(tooLong bool, err error) (textLine, error) {
	c.line++
	if err != nil && err != io.EOF {
		c.ended = true
		return textLine{number: c.line, fault: errBroken}, nil
	}
	c.ended = err == io.EOF
	switch {
	case tooLong:
		return textLine{number: c.line, fault: errLineTooLong}, nil
	case c.ended && len(c.buffer) == 0:
		return textLine{}, io.EOF
	case c.ended:
		return c.text(c.buffer, true), nil
	}
	return c.text(c.buffer[:len(c.buffer)-1], false), nil
}

func (c *csvReader) text(line []byte, last bool) textLine {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if len(line) == 1 && line[0] == 0x1A { // The end of file of old systems.
		line = nil
	}
	return textLine{number: c.line, text: string(line), last: last}
}

// split cuts a line into cells. It reports open if it ends within a quoted cell.
func split(cells []string, line string, comma byte) (_ []string, open bool) {
	if strings.IndexByte(line, '"') < 0 {
		return splitLoose(cells, line, comma), false
	}
	for len(cells) <= MaxColumns {
		start := 0
		if strings.HasPrefix(line, `="`) {
			start = 1 // ="0123" is how a spreadsheet is told that digits are text.
		}
		if !strings.HasPrefix(line[start:], `"`) {
			at := strings.IndexByte(line, comma)
			if at < 0 {
				return append(cells, line), false
			}
			cells, line = append(cells, line[:at]), line[at+1:]
			continue
		}
		cell, rest, closed := quoted(line[start+1:], comma)
		cells = append(cells, cell)
		if !closed {
			return cells, true
		}
		if rest == "" {
			return cells, false
		}
		line = rest[1:]
	}
	return cells, false
}

// quoted reads a cell after its first quote. Rest starts with the separator, or is empty at the end. A
// quote within, that neither is doubled nor ends the cell, is taken as it stands.
func quoted(text string, comma byte) (cell, rest string, closed bool) {
	var b strings.Builder
	for from := 0; ; {
		at := strings.IndexByte(text[from:], '"')
		if at < 0 {
			return b.String() + text[from:], "", false
		}
		at += from
		after := text[at+1:]
		switch {
		case strings.HasPrefix(after, `"`):
			b.WriteString(text[from : at+1])
			from = at + 2
		case after == "" || after[0] == comma:
			if b.Len() == 0 && from == 0 {
				return text[:at], after, true
			}
			return b.String() + text[from:at], after, true
		case strings.TrimLeft(after, " ") == "":
			return b.String() + text[from:at], "", true
		default:
			b.WriteString(text[from : at+1])
			from = at + 1
		}
	}
}

// splitLoose cuts at every separator, whatever quotes there are.
func splitLoose(cells []string, line string, comma byte) []string {
	for len(cells) <= MaxColumns {
		at := strings.IndexByte(line, comma)
		if at < 0 {
			return append(cells, line)
		}
		cells, line = append(cells, line[:at]), line[at+1:]
	}
	return cells
}

// blank reports whether no cell holds anything.
func blank(cells []string) bool {
	for _, cell := range cells {
		if cell != "" && (cell[0] > ' ' && cell[0] < utf8.RuneSelf && cell != `""` || trim(cell) != "") {
			return false
		}
	}
	return true
}
