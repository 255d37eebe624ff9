package order

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// digest writes the content of an order or refund in one form, to tell whether two are the same.
type digest struct{ bytes []byte }

func (d *digest) text(texts ...string) {
	for _, text := range texts {
		d.bytes = binary.AppendUvarint(d.bytes, uint64(len(text)))
		d.bytes = append(d.bytes, text...)
	}
}

func (d *digest) number(numbers ...int64) {
	for _, n := range numbers {
		d.bytes = binary.AppendVarint(d.bytes, n)
	}
}

func (d *digest) time(at time.Time) {
	if at.IsZero() {
		d.number(0)
		return
	}
	d.number(at.UnixMilli())
}

func (d *digest) person(known customer.ID, identities []customer.Identity) {
	d.number(known.Int64(), int64(len(identities)))
	for _, identity := range identities {
		d.text(string(identity.Kind), identity.Space, identity.Value)
	}
}

// lines writes n lines by their content, whatever their order: a file sorted in another way says the same.
func (d *digest) lines(n int, write func(i int)) {
	d.number(int64(n))
	start := len(d.bytes)
	ends := make([]int, n)
	for i := range n {
		write(i)
		ends[i] = len(d.bytes)
	}
	if n < 2 {
		return
	}
	parts := make([][]byte, n)
	unsorted := slices.Clone(d.bytes[start:])
	for i, from := 0, 0; i < n; i++ {
		parts[i] = unsorted[from : ends[i]-start]
		from = ends[i] - start
	}
	slices.SortFunc(parts, bytes.Compare)
	d.bytes = d.bytes[:start]
	for _, part := range parts {
		d.bytes = append(d.bytes, part...)
	}
}

// hash is keyed, since whoever reads an unkeyed one could try all phone numbers on it.
func (d *digest) hash(keys *privacy.Keys, purpose string) int64 {
	return keys.Index(purpose, string(d.bytes))
}

// hash returns the hash of what a settled draft says, in the buffer of the digest. The name of the
// customer is left out: it is nothing of the order.
func (d *Draft) hash(keys *privacy.Keys, into *digest) int64 {
	into.bytes = into.bytes[:0]
	into.time(d.PaidAt)
	into.text(d.Channel, d.ExchangeOf)
	into.number(d.ShopID.Int64(), d.Clerk.Int64(), d.Adviser.Int64(), d.PaidFen, d.OrderDiscountFen)
	into.person(d.CustomerID, d.Identities)
	into.lines(len(d.Lines), func(i int) {
		l := &d.Lines[i]
		into.text(l.SKU, l.Name)
		into.number(l.Quantity, l.UnitPriceFen, l.DiscountFen-l.spread, l.PaidFen+l.spread)
	})
	return into.hash(keys, "order_content")
}
