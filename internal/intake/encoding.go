package intake

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is how the text of a file is written.
type Encoding string

// Encodings that are recognised. GB18030 includes GBK and GB2312.
const (
	UTF8    Encoding = "utf-8"
	UTF8BOM Encoding = "utf-8-bom"
	UTF16LE Encoding = "utf-16le"
	UTF16BE Encoding = "utf-16be"
	GB18030 Encoding = "gb18030"
)

var encodings = []Encoding{UTF8, UTF8BOM, UTF16LE, UTF16BE, GB18030}

// decode returns r as UTF-8 without a byte order mark. What is no text becomes U+FFFD.
func (e Encoding) decode(r io.Reader) io.Reader {
	switch e {
	case UTF8BOM:
		return &skipper{r: r, n: 3}
	case UTF16LE:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case UTF16BE:
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
	case GB18030:
		return transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder())
	}
	return r
}

// skipper drops the first n bytes.
type skipper struct {
	r io.Reader
	n int64
}

func (s *skipper) Read(p []byte) (int, error) {
	if s.n > 0 {
		n, err := io.CopyN(io.Discard, s.r, s.n)
		s.n -= n
		if err != nil {
			return 0, err
		}
	}
	return s.r.Read(p)
}

// detectEncoding reads as much of a text as it takes to tell: its mark or, without one, up to enough
// after the first character beyond ASCII, which may stand far behind.
func detectEncoding(r io.Reader) (Encoding, error) {
	const enough = 256 << 10
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return UTF8BOM, nil
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return UTF16LE, nil
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return UTF16BE, nil
	}
	if e := utf16WithoutMark(head); e != "" {
		return e, nil
	}
	var votes ballot
	votes.count(head)
	for votes.seen < enough {
		n, err := io.ReadFull(r, head[:cap(head)])
		votes.count(head[:cap(head)][:n])
		if err != nil {
			break // The end, or a fault that the reading of rows will tell.
		}
	}
	if votes.bad == 0 || votes.good > 9*votes.bad {
		return UTF8, nil
	}
	return GB18030, nil
}

// ballot counts what UTF-8 would make of the text: characters beyond ASCII that are right and wrong.
type ballot struct {
	rest      []byte // rest is a character that the last piece broke off.
	good, bad int
	seen      int // seen counts the bytes since the first beyond ASCII.
}

func (b *ballot) count(p []byte) {
	p = append(b.rest, p...)
	b.rest = nil
	if b.seen == 0 {
		at := bytes.IndexFunc(p, func(r rune) bool { return r >= utf8.RuneSelf })
		if at < 0 {
			return
		}
		p = p[at:]
	}
	b.seen += len(p)
	for len(p) > 0 {
		if p[0] < utf8.RuneSelf {
			p = p[1:]
			continue
		}
		if !utf8.FullRune(p) {
			b.rest = bytes.Clone(p)
			return
		}
		r, size := utf8.DecodeRune(p)
		if r == utf8.RuneError && size == 1 {
			b.bad++
		} else {
			b.good++
		}
		p = p[size:]
	}
}

// utf16WithoutMark recognises UTF-16 by the zeros that ASCII has in it.
func utf16WithoutMark(head []byte) Encoding {
	head = head[:min(len(head), 4096)]
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	most := len(head) / 4
	switch {
	case len(head) < 8 || zeros[0]+zeros[1] == 0:
		return ""
	case zeros[1] > most && zeros[0] < most/8:
		return UTF16LE
	case zeros[0] > most && zeros[1] < most/8:
		return UTF16BE
	}
	return ""
}
