package intake

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Layout is how the rows of a file are found. It is recognised, and may be put right by a person.
type Layout struct {
	Format     Format   `json:"format" enum:"csv,xlsx"`
	Gzip       bool     `json:"gzip,omitempty"`
	Encoding   Encoding `json:"encoding,omitempty" enum:",utf-8,utf-8-bom,utf-16le,utf-16be,gb18030"`
	Delimiter  string   `json:"delimiter,omitempty" maxLength:"1"`
	OldMac     bool     `json:"old_mac,omitempty" doc:"Lines end with a carriage return alone."`
	Sheet      string   `json:"sheet,omitempty" maxLength:"64"`
	Sheets     []string `json:"sheets,omitempty" maxItems:"100"`
	Date1904   bool     `json:"date_1904,omitempty" doc:"The workbook counts days from 1904."`
	HeaderLine int      `json:"header_line" minimum:"1" doc:"The line that holds the column names."`

	spooled bool // spooled is a workbook written out as CSV, with the row number first.
}

// delimiters that are tried, the most usual first.
var delimiters = []string{",", "\t", ";", "|"}

const (
	maxTitleRows = 30 // maxTitleRows bounds the rows of title above a header.
	sampleRows   = 60
)

// Titles of a till's export may look like this; none of them is a row of the table.
//
//	销售明细表
//	门店：南京西路  日期：2026-01-01 至 2026-01-31
//	流水号, 日期, 商品名称, …

// inspect recognises the layout of a file that holds the kind, and returns the column names.
func inspect(path string, kind Kind) (Layout, []string, error) {
	format, zipped, err := detectFormat(path)
	if err != nil {
		return Layout{}, nil, err
	}
	l := Layout{Format: format, Gzip: zipped}
	if format == XLSX {
		return inspectWorkbook(path, l, kind)
	}
	head, err := l.detectText(path)
	if err != nil {
		return l, nil, err
	}
	best := -1
	var rows []Row
	for _, d := range delimiters {
		sample := sampleText(head, d, l.newline())
		at, score := findHeader(kind, sample)
		if score > best {
			best, rows, l.Delimiter, l.HeaderLine = score, sample, d, at
		}
	}
	headers := headersOf(rows, l.HeaderLine)
	if len(headers) == 0 {
		return l, nil, errs.New(errs.Invalid, "file.no_header", "no row of column names was found at the start of the file")
	}
	return l, headers, nil
}

// detectText recognises encoding and line ends, and returns the start of the text.
func (l *Layout) detectText(path string) ([]byte, error) {
	f, err := openPlain(path, l.Gzip)
	if err != nil {
		return nil, err
	}
	l.Encoding, err = detectEncoding(f)
	f.Close()
	if err != nil {
		return nil, errs.New(errs.Invalid, "file.broken", "the file cannot be unpacked: it was damaged or cut off on its way")
	}
	if f, err = openPlain(path, l.Gzip); err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 256<<10)
	n, err := io.ReadFull(l.Encoding.decode(f), head)
	if n == 0 {
		return nil, errs.New(errs.Invalid, "file.empty", "the file holds no text")
	}
	head = head[:n]
	l.OldMac = bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0
	if err == nil { // There is more: the last line is not whole.
		if at := bytes.LastIndexByte(head, l.newline()); at > 0 {
			head = head[:at+1]
		}
	}
	return head, nil
}

func (l *Layout) newline() byte {
	if l.OldMac {
		return '\r'
	}
	return '\n'
}

// sampleText reads the first rows of a text with the delimiter.
func sampleText(head []byte, delimiter string, newline byte) []Row {
	r := newCSVReader(bytes.NewReader(head), io.NopCloser(nil), delimiter[0], newline)
	return sample(r)
}

func sample(r rowReader) []Row {
	var rows []Row
	for len(rows) < sampleRows {
		row, err := r.Next()
		if err != nil {
			break
		}
		row.Cells = slices.Clone(row.Cells)
		rows = append(rows, row)
	}
	return rows
}

// findHeader returns the line of the column names, and how well the rows fit: names that are known count
// most, then rows that are as wide as the header.
func findHeader(kind Kind, rows []Row) (line, score int) {
	for i, row := range rows[:min(len(rows), maxTitleRows)] {
		known, filled := knownNames(kind, row.Cells), filledCells(row.Cells)
		if filled == 0 || known == 0 && (filled < 2 || looksLikeData(row.Cells)) {
			continue
		}
		fits := 0
		for _, next := range rows[i+1:] {
			if n := len(next.Cells); n == len(row.Cells) || n > 1 && n >= filled && n <= len(row.Cells) {
				fits++
			}
		}
		s := known*1000 + min(filled, 9)*10 + fits
		if filled == 1 && len(row.Cells) == 1 {
			s -= 500 // A table of one column is one cut with the wrong delimiter.
		}
		if s > score {
			line, score = row.Line, s
		}
	}
	return line, score
}

func filledCells(cells []string) (n int) {
	for _, cell := range cells {
		if trim(cell) != "" {
			n++
		}
	}
	return n
}

// looksLikeData reports whether a row holds a number or a date, as column names do not.
func looksLikeData(cells []string) bool {
	return slices.ContainsFunc(cells, func(cell string) bool {
		text, p := cleanCell(cell)
		if p != nil || text == "" {
			return p != nil
		}
		if _, p := parseDecimal(text); p == nil {
			return true
		}
		_, p = parseWall(text, DMY, false)
		return p == nil
	})
}

// headersOf returns the column names of the line, without the empty ones at the end.
func headersOf(rows []Row, line int) []string {
	for _, row := range rows {
		if row.Line != line {
			continue
		}
		var headers []string
		for _, cell := range row.Cells {
			name, p := cleanCell(cell)
			if p != nil {
				name = "?"
			}
			headers = append(headers, shorten(oneLine(name), 200))
		}
		for len(headers) > 0 && headers[len(headers)-1] == "" {
			headers = headers[:len(headers)-1]
		}
		return headers
	}
	return nil
}

func shorten(text string, limit int) string {
	n := 0
	for i := range text {
		if n == limit {
			return text[:i]
		}
		n++
	}
	return text
}

// open returns the rows below the header.
func (l Layout) open(path string) (rowReader, error) {
	if l.Format == XLSX && !l.spooled {
		return openWorkbook(path, l)
	}
	f, err := openPlain(path, l.Gzip)
	if err != nil {
		return nil, err
	}
	r := newCSVReader(l.Encoding.decode(f), f, l.Delimiter[0], l.newline())
	if l.spooled {
		return &spoolReader{csvReader: r}, nil
	}
	for {
		row, err := r.Next()
		if err == io.EOF || err == nil && row.Line > l.HeaderLine {
			r.Close()
			return nil, errs.New(errs.Invalid, "file.no_header", "the line of column names is blank")
		}
		if err != nil {
			r.Close()
			return nil, err
		}
		if row.Line == l.HeaderLine {
			headers := headersOf([]Row{row}, row.Line)
			r.width = len(headers)
			return &tableReader{rowReader: r, headers: headers}, nil
		}
	}
}

// headers returns the column names that the layout finds in the file.
func (l Layout) headers(path string) ([]string, error) {
	if err := l.validate(); err != nil {
		return nil, err
	}
	r, err := l.open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	t, ok := r.(*tableReader)
	if !ok {
		return nil, errs.New(errs.Invalid, "file.no_header", "the line of column names is blank")
	}
	return t.headers, nil
}

// validate checks what a person may have put right (layout.invalid).
func (l Layout) validate() error {
	if l.Format == XLSX {
		return nil
	}
	if !slices.Contains(encodings, l.Encoding) || !slices.Contains(delimiters, l.Delimiter) {
		return errs.New(errs.Invalid, "layout.invalid", "the encoding or the delimiter is not one that is known")
	}
	return nil
}

// tableReader leaves out rows that are no rows of the table: the header again, where files were joined,
// and totals.
type tableReader struct {
	rowReader
	headers []string
}

// Next returns the next row of the table.
func (t *tableReader) Next() (Row, error) {
	for {
		row, err := t.rowReader.Next()
		if err != nil || row.Fault != nil || !t.apart(row.Cells) {
			return row, err
		}
	}
}

func (t *tableReader) apart(cells []string) bool {
	first, filled := "", 0
	for _, cell := range cells {
		if cell == "" {
			continue
		}
		if filled++; filled == 1 {
			first = cell
		}
	}
	if filled > 0 && totals[strings.TrimRight(trim(first), ":：")] {
		return true
	}
	if len(t.headers) == 0 || len(cells) < len(t.headers) || trim(cells[0]) != t.headers[0] {
		return false
	}
	for i, name := range t.headers {
		if cell, _ := cleanCell(cells[i]); oneLine(cell) != name {
			return false
		}
	}
	return true
}

// totals are the words that start a row of sums.
var totals = map[string]bool{"合计": true, "总计": true, "小计": true, "汇总": true, "本页合计": true, "Total": true, "Totals": true, "Grand Total": true, "TOTAL": true, "Subtotal": true}
