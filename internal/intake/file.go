package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Format is the form of a file.
type Format string

// Formats that are read.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// extensions are the names a file may end with; what it is, its first bytes decide.
var extensions = []string{".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm", ".gz"}

// checkName refuses files whose name says that they are something else (file.kind).
func checkName(name string) error {
	if slices.Contains(extensions, strings.ToLower(filepath.Ext(name))) {
		return nil
	}
	return errs.New(errs.Invalid, "file.kind", "the file should end with .csv, .tsv, .txt, .xlsx or .csv.gz")
}

func errUnreadable(format string, args ...any) error {
	return errs.New(errs.Invalid, "file.unreadable", format, args...)
}

// foreign are the first bytes of files that are often taken for tables.
var foreign = []struct{ magic, text string }{
	{"\xD0\xCF\x11\xE0", "this is a workbook of the old Excel (.xls) or one with a password: save it as .xlsx or CSV"},
	{"%PDF", "this is a PDF; export the table as CSV or .xlsx"},
	{"\x89PNG", "this is a picture; export the table as CSV or .xlsx"},
	{"\xFF\xD8\xFF", "this is a picture; export the table as CSV or .xlsx"},
	{"Rar!", "this is an archive; unpack it first"},
	{"7z\xBC\xAF", "this is an archive; unpack it first"},
	{"\x7FELF", "this is a program"},
	{"MZ", "this is a program"},
}

// detectFormat tells from its first bytes what a file is.
func detectFormat(path string) (format Format, zipped bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", false, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	head = head[:n]
	switch {
	case err != nil && err != io.EOF && err != io.ErrUnexpectedEOF:
		return "", false, err
	case n == 0:
		return "", false, errs.New(errs.Invalid, "file.empty", "the file is empty")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return XLSX, false, nil
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		return CSV, true, nil
	}
	for _, k := range foreign {
		// "MZ" may also begin a table; a program has zeros soon after.
		if bytes.HasPrefix(head, []byte(k.magic)) && (len(k.magic) > 2 || bytes.IndexByte(head, 0) >= 0) {
			return "", false, errUnreadable("%s", k.text)
		}
	}
	if text := strings.ToLower(strings.TrimSpace(string(head))); strings.HasPrefix(text, "<") {
		return "", false, errUnreadable("this is a web page or XML, whatever its name: open it in a spreadsheet and save it as .xlsx or CSV")
	}
	return CSV, false, nil
}

var errPlainTooLarge = errors.New("the file is too large once it is unpacked")

// plainFile is a text file, unpacked.
type plainFile struct {
	io.Reader
	file *os.File
}

func (p plainFile) Close() error { return p.file.Close() }

// openPlain opens a text file and unpacks it.
func openPlain(path string, zipped bool) (plainFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return plainFile{}, err
	}
	var r io.Reader = f
	if zipped {
		r, err = gzip.NewReader(bufio.NewReaderSize(f, 128<<10))
		if err != nil {
			return plainFile{}, errors.Join(errUnreadable("the file starts like gzip and is none"), f.Close())
		}
	}
	return plainFile{&bounded{r, maxPlainBytes}, f}, nil
}

// bounded fails when more is read than is reasonable, as from a gzip made to fill the disk.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errPlainTooLarge
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}

// Limits of an .xlsx, which is a zip: it must not unpack to something else than a workbook of its size.
const (
	maxEntries      = 5_000
	maxUnzipped     = 3 << 30
	maxRatio        = 400
	ratioMattersAbv = 8 << 20
)

// checkZip refuses zips that are no workbook, or that unpack to far more than they look (SEC-21).
func checkZip(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > maxXLSXBytes {
		return errs.New(errs.TooLarge, "file.too_large", "a workbook may have 128 MiB; export larger tables as CSV")
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		return errs.New(errs.Invalid, "file.broken", "the workbook cannot be opened: it was damaged or cut off on its way")
	}
	defer z.Close()
	if len(z.File) > maxEntries {
		return errUnreadable("the workbook has too many parts")
	}
	var total uint64
	workbook := false
	for _, f := range z.File {
		total += f.UncompressedSize64
		workbook = workbook || strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), "xl/workbook.xml")
		bomb := f.UncompressedSize64 > ratioMattersAbv && f.UncompressedSize64/maxRatio > f.CompressedSize64
		if bomb || f.UncompressedSize64 > maxUnzipped || total > maxUnzipped {
			return errs.New(errs.Invalid, "file.bomb", "the workbook unpacks to far more than a table needs")
		}
	}
	if !workbook {
		return errUnreadable("this is a zip, but not an Excel workbook")
	}
	return nil
}

// cleanName returns the last part of a file name as it may be shown and stored.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, name)
	for utf8.RuneCountInString(name) > 120 {
		_, size := utf8.DecodeRuneInString(name)
		name = name[size:]
	}
	return name
}
