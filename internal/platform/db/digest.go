package db

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Digest returns a digest of the rows of a table that is the same on both engines, whatever the order of the
// rows and the spelling of JSON: their count, and the sum of a SHA-256 of each.
func Digest(ctx context.Context, tx *Tx, name string) (string, error) {
	tables, err := catalogue(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, t := range tables {
		if t.name == name {
			return t.digest(ctx, tx)
		}
	}
	return "", fmt.Errorf("there is no table %q", name)
}

func (t table) digest(ctx context.Context, tx *Tx) (string, error) {
	var d digest
	err := t.each(ctx, tx, "", func(row []any) error { return d.add(t, row) })
	if err != nil {
		return "", fmt.Errorf("digest of %s: %w", t.name, err)
	}
	return d.String(), nil
}

// each calls fn with every row, as Go values. The slice is fn's to keep.
func (t table) each(ctx context.Context, tx *Tx, suffix string, fn func(row []any) error) error {
	rows, err := tx.Query(ctx, "select "+t.list()+" from "+t.name+suffix)
	if err != nil {
		return err
	}
	defer rows.Close()
	targets := make([]any, len(t.columns))
	for rows.Next() {
		row := make([]any, len(t.columns))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i, c := range t.columns {
			if row[i], err = c.value(row[i]); err != nil {
				return err
			}
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// digest is a sum of hashes, modulo 2^256, so that the order of rows does not matter and a row twice does.
type digest struct {
	rows int64
	sum  [4]uint64
	row  []byte // row is scratch space.
}

func (d *digest) String() string {
	var b []byte
	for _, part := range d.sum {
		b = binary.LittleEndian.AppendUint64(b, part)
	}
	return strconv.FormatInt(d.rows, 10) + "-" + hex.EncodeToString(b)
}

func (d *digest) add(t table, row []any) error {
	d.row = d.row[:0]
	for i, c := range t.columns {
		var err error
		if d.row, err = c.appendTo(d.row, row[i]); err != nil {
			return err
		}
	}
	hash := sha256.Sum256(d.row)
	var carry uint64
	for i := range d.sum {
		d.sum[i], carry = bits.Add64(d.sum[i], binary.LittleEndian.Uint64(hash[8*i:]), carry)
	}
	d.rows++
	return nil
}

// appendTo writes a value so that no two values are written alike.
func (c column) appendTo(b []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case int64:
		return binary.LittleEndian.AppendUint64(append(b, 'i'), uint64(v)), nil
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, 'f'), math.Float64bits(v)), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case []byte:
		return appendText(b, 'b', string(v)), nil
	case string:
		if c.sort != document {
			return appendText(b, 's', v), nil
		}
		decoder := json.NewDecoder(strings.NewReader(v))
		decoder.UseNumber()
		var content any
		if err := decoder.Decode(&content); err != nil {
			return nil, fmt.Errorf("column %s holds no JSON: %w", c.name, err)
		}
		return appendJSON(b, content), nil
	default:
		return append(b, 'n'), nil
	}
}

func appendText(b []byte, mark byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint64(append(b, mark), uint64(len(s))), s...)
}

// appendJSON writes JSON with the keys in order and numbers by their value: PostgreSQL keeps no more of it.
func appendJSON(b []byte, content any) []byte {
	switch v := content.(type) {
	case map[string]any:
		b = binary.LittleEndian.AppendUint64(append(b, '{'), uint64(len(v)))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b = appendJSON(appendText(b, 's', key), v[key])
		}
		return b
	case []any:
		b = binary.LittleEndian.AppendUint64(append(b, '['), uint64(len(v)))
		for _, one := range v {
			b = appendJSON(b, one)
		}
		return b
	case json.Number:
		return appendText(b, '#', plain(v.String()))
	case string:
		return appendText(b, 's', v)
	case bool:
		return strconv.AppendBool(b, v)
	default:
		return append(b, '0')
	}
}

// plain writes a decimal number as its digits without zeros at either end and a power of ten, so that 1.50,
// 1.5 and 15e-1 are alike.
func plain(number string) string {
	mantissa, power, _ := strings.Cut(strings.ToLower(number), "e")
	exponent, _ := strconv.Atoi(power) // No power is zero; JSON allows no other text.
	sign := ""
	if rest, negative := strings.CutPrefix(mantissa, "-"); negative {
		sign, mantissa = "-", rest
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent -= len(fraction)
	short := strings.TrimRight(digits, "0")
	if short == "" {
		return "0"
	}
	return sign + short + "e" + strconv.Itoa(exponent+len(digits)-len(short))
}
