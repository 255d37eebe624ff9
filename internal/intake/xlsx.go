package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

const (
	maxSheets    = 50
	maxSheetRows = 1_048_576 // maxSheetRows is how many rows a sheet of Excel can have.
)

// errWorkbook tells that a workbook is none, or is damaged.
func errWorkbook() error {
	return errs.New(errs.Invalid, "file.broken", "the workbook cannot be read: it was damaged, or another program wrote it wrong")
}

// openBook opens a workbook. Its large parts are unpacked to the disk.
func openBook(path string) (book *excelize.File, err error) {
	if err := checkZip(path); err != nil {
		return nil, err
	}
	defer func() {
		if recover() != nil { // The library was not made for files that mean harm.
			book, err = nil, errWorkbook()
		}
	}()
	book, err = excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: 4 << 20, RawCellValue: true})
	if err != nil {
		return nil, errors.Join(errWorkbook(), err)
	}
	return book, nil
}

// inspectWorkbook chooses the sheet whose rows fit best.
func inspectWorkbook(path string, l Layout, kind Kind) (Layout, []string, error) {
	book, err := openBook(path)
	if err != nil {
		return l, nil, err
	}
	defer book.Close()
	l.Date1904 = date1904(book)
	l.Sheets = book.GetSheetList()
	l.Sheets = l.Sheets[:min(len(l.Sheets), maxSheets)]
	best := 0
	var headers []string
	for _, sheet := range l.Sheets {
		r, err := newSheetReader(book, sheet)
		if err != nil {
			continue // A sheet may be a chart.
		}
		rows := sample(r)
		if line, score := findHeader(kind, rows); score > best {
			best, l.Sheet, l.HeaderLine, headers = score, sheet, line, headersOf(rows, line)
		}
		if err := r.rows.Close(); err != nil {
			return l, nil, fmt.Errorf("close sheet: %w", err)
		}
	}
	if len(headers) == 0 {
		return l, nil, errs.New(errs.Invalid, "file.no_header", "no sheet of the workbook starts with a row of column names")
	}
	return l, headers, nil
}

func date1904(book *excelize.File) bool {
	props, err := book.GetWorkbookProps()
	return err == nil && props.Date1904 != nil && *props.Date1904
}

// openWorkbook returns the rows of the sheet below the header.
func openWorkbook(path string, l Layout) (rowReader, error) {
	book, err := openBook(path)
	if err != nil {
		return nil, err
	}
	r, err := newSheetReader(book, l.Sheet)
	if err != nil {
		return nil, errors.Join(errs.New(errs.Invalid, "file.no_sheet", "the workbook has no such sheet"), book.Close())
	}
	r.book = book
	for {
		row, err := r.Next()
		if err != nil || row.Line > l.HeaderLine {
			return nil, errors.Join(errs.New(errs.Invalid, "file.no_header", "the row of column names is blank"), r.Close())
		}
		if row.Line == l.HeaderLine {
			return &tableReader{rowReader: r, headers: headersOf([]Row{row}, row.Line)}, nil
		}
	}
}

// sheetReader reads the rows of a sheet.
type sheetReader struct {
	book *excelize.File // book is closed with the reader, unless it is nil.
	rows *excelize.Rows
	line int
}

func newSheetReader(book *excelize.File, sheet string) (r *sheetReader, err error) {
	defer func() {
		if recover() != nil {
			r, err = nil, errWorkbook()
		}
	}()
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, err
	}
	return &sheetReader{rows: rows}, nil
}

// Next returns the next row that is not blank.
func (r *sheetReader) Next() (row Row, err error) {
	defer func() {
		if recover() != nil {
			row, err = r.broken(), nil
		}
	}()
	for r.line < maxSheetRows && r.rows.Next() {
		r.line++
		cells, err := r.rows.Columns()
		if err != nil {
			return r.broken(), nil
		}
		if blank(cells) {
			continue
		}
		row := Row{Line: r.line, Cells: cells}
		if len(cells) > MaxColumns {
			f := errTooManyColumns.at(r.line, "")
			row.Fault = &f
		}
		return row, nil
	}
	return Row{}, io.EOF
}

// broken is the last row of a sheet that cannot be read on.
func (r *sheetReader) broken() Row {
	f := errBroken.at(r.line, "")
	row := Row{Line: r.line, Fault: &f}
	r.line = maxSheetRows
	return row
}

// Close closes the workbook.
func (r *sheetReader) Close() error {
	err := r.rows.Close()
	if r.book != nil {
		err = errors.Join(err, r.book.Close())
	}
	return err
}

// spool writes the rows of a workbook to a text file that is read fast and twice. The caller removes it.
func spool(path string, l Layout) (string, Layout, error) {
	r, err := l.open(path)
	if err != nil {
		return "", l, err
	}
	defer r.Close()
	out, err := os.CreateTemp("", "shuke-import-*.csv")
	if err != nil {
		return "", l, fmt.Errorf("make temporary file: %w", err)
	}
	if err := writeSpool(out, r); err != nil {
		return "", l, errors.Join(fmt.Errorf("write out workbook: %w", err), out.Close(), os.Remove(out.Name()))
	}
	if err := out.Close(); err != nil {
		return "", l, errors.Join(err, os.Remove(out.Name()))
	}
	l.Encoding, l.Delimiter, l.spooled = UTF8, ",", true
	return out.Name(), l, nil
}

func writeSpool(out io.Writer, r rowReader) error {
	buffered := bufio.NewWriterSize(out, 256<<10)
	w := csv.NewWriter(buffered)
	for {
		row, err := r.Next()
		if err == io.EOF {
			w.Flush()
			return errors.Join(w.Error(), buffered.Flush())
		}
		if err != nil {
			return err
		}
		code, message := "", ""
		if row.Fault != nil {
			code, message, row.Cells = row.Fault.Code, row.Fault.Message, nil
		}
		if err := w.Write(slices.Concat([]string{strconv.Itoa(row.Line), code, message}, row.Cells)); err != nil {
			return err
		}
	}
}

// spoolReader reads what spool has written.
type spoolReader struct{ *csvReader }

// Next returns the next row with its number in the workbook.
func (s *spoolReader) Next() (Row, error) {
	row, err := s.csvReader.Next()
	if err != nil || len(row.Cells) < 3 {
		return row, err
	}
	line, err := strconv.Atoi(row.Cells[0])
	if err != nil {
		return row, fmt.Errorf("read line of spooled row: %w", err)
	}
	row.Line = line
	if code := row.Cells[1]; code != "" {
		row.Fault = &Fault{Line: line, Code: code, Message: row.Cells[2]}
	}
	row.Cells = row.Cells[3:]
	return row, nil
}
