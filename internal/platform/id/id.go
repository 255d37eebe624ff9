// Package id gives identifiers: 63-bit numbers, time-ordered, made by the program. In the database
// they are BIGINT; outside they are opaque text with a prefix, such as "cus_0G7V2M4Q8XKTS".
package id

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Kind is the kind of thing an identifier names. A domain declares
//
//	type ID = id.ID[kind]
//	type kind struct{}
//	func (kind) Prefix() string { return "cus" }
type Kind interface{ Prefix() string }

// ID is an identifier of one kind. The zero ID names nothing; in the database it is NULL.
type ID[K Kind] struct{ n int64 }

// Of returns the identifier with the number n.
func Of[K Kind](n int64) ID[K] { return ID[K]{n} }

// Parse reads an identifier such as "cus_0G7V2M4Q8XKTS". Case does not matter.
func Parse[K Kind](text string) (ID[K], error) {
	var i ID[K]
	return i, i.UnmarshalText([]byte(text))
}

// Int64 returns the number of the identifier, as it stands in the database.
func (i ID[K]) Int64() int64 { return i.n }

// IsZero reports whether the identifier names nothing.
func (i ID[K]) IsZero() bool { return i.n == 0 }

// String returns the identifier as text, or "" for the zero ID.
func (i ID[K]) String() string {
	if i.n == 0 {
		return ""
	}
	var k K
	return Text(k.Prefix(), i.n)
}

// MarshalText implements encoding.TextMarshaler.
func (i ID[K]) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. The empty text is the zero ID.
func (i *ID[K]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		i.n = 0
		return nil
	}
	var k K
	digits, ok := strings.CutPrefix(string(text), k.Prefix()+"_")
	if !ok {
		return fmt.Errorf("identifier does not start with %q", k.Prefix()+"_")
	}
	n, err := decode(digits)
	if err != nil {
		return err
	}
	i.n = n
	return nil
}

// Value implements driver.Valuer; the zero ID is NULL.
func (i ID[K]) Value() (driver.Value, error) {
	if i.n == 0 {
		return nil, nil
	}
	return i.n, nil
}

// Scan implements sql.Scanner.
func (i *ID[K]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		i.n = 0
	case int64:
		i.n = v
	default:
		return fmt.Errorf("scan %T into an identifier", src)
	}
	return nil
}

// Schema implements huma.SchemaProvider: outside, an identifier is a string.
func (i ID[K]) Schema(huma.Registry) *huma.Schema {
	var k K
	return &huma.Schema{
		Type:        huma.TypeString,
		Description: "Opaque identifier starting with " + k.Prefix() + "_",
		MaxLength:   new(24),
		Examples:    []any{Text(k.Prefix(), 1)},
	}
}

// Text returns the number n as text with a prefix, for things whose kind is only known at run time.
func Text(prefix string, n int64) string { return prefix + "_" + encode(n) }

// crockford is the alphabet of Crockford's base32: no I, L, O, U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// digits is the length of the text of a 63-bit number: 13 groups of 5 bits.
const digits = 13

func encode(n int64) string {
	var b [digits]byte
	for i := digits - 1; i >= 0; i-- {
		b[i] = crockford[n&31]
		n >>= 5
	}
	return string(b[:])
}

func decode(text string) (int64, error) {
	if len(text) != digits {
		return 0, fmt.Errorf("identifier has %d digits, want %d", len(text), digits)
	}
	var n uint64
	for _, c := range strings.ToUpper(text) {
		d := strings.IndexRune(crockford, c)
		if d < 0 {
			return 0, fmt.Errorf("identifier has the character %q", c)
		}
		n = n<<5 | uint64(d)
	}
	if n > 1<<63-1 {
		return 0, fmt.Errorf("identifier is too large")
	}
	return int64(n), nil
}
