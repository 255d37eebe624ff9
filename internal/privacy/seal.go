package privacy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// A sealed value is: the version of this form, the id of its key, then nonce, ciphertext and tag of
// AES-256-GCM.
const (
	sealVersion = 1
	sealHead    = 1 + 4
)

// Seal encrypts a personal value for one place: a column of a row of a table. Moved to another place it
// cannot be opened. The empty text is nil, which is NULL.
func (k *Keys) Seal(table, column string, row int64, plain string) []byte {
	if plain == "" {
		return nil
	}
	sealed := make([]byte, sealHead, sealHead+len(plain)+k.seal.aead.Overhead())
	sealed[0] = sealVersion
	copy(sealed[1:], k.seal.id[:])
	return k.seal.aead.Seal(sealed, nil, []byte(plain), place(table, column, row))
}

// Open returns the value that Seal made of it in the same place; of nil, the empty text. A value that a
// key we do not have has sealed is keys.unknown; one that was changed or moved is keys.broken_seal.
func (k *Keys) Open(table, column string, row int64, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	if len(sealed) < sealHead || sealed[0] != sealVersion {
		return "", errs.New(errs.Unavailable, "keys.broken_seal", "%s.%s holds something that is not sealed", table, column)
	}
	for _, key := range k.open {
		if [4]byte(sealed[1:sealHead]) != key.id {
			continue
		}
		plain, err := key.aead.Open(nil, nil, sealed[sealHead:], place(table, column, row))
		if err != nil {
			return "", errs.New(errs.Unavailable, "keys.broken_seal", "a value of %s.%s was changed or moved", table, column)
		}
		return string(plain), nil
	}
	return "", errs.New(errs.Unavailable, "keys.unknown", "%s.%s was sealed with a key that is not in the key file", table, column)
}

// place is the additional data of the cipher: where the value stands.
func place(table, column string, row int64) []byte {
	b := make([]byte, 0, len(table)+len(column)+10)
	b = append(append(b, table...), 0)
	b = append(append(b, column...), 0)
	return binary.BigEndian.AppendUint64(b, uint64(row))
}

// Index returns the number under which a value is found without being read: 63 bits of an HMAC with the
// index key. The purpose keeps equal values of different kinds apart, such as "phone", "email",
// "openid:wx…". The value is normalised by its caller, else it is not found again.
func (k *Keys) Index(purpose, normal string) int64 {
	return int64(k.mac(purpose, normal) >> 1)
}

// ShortIndex returns 16 bits of an HMAC, for a part of a value such as the last four digits: many
// values share each number, so that it gives away little; what is found is opened and compared.
func (k *Keys) ShortIndex(purpose, normal string) int64 {
	return int64(k.mac("short:"+purpose, normal) >> 48)
}

func (k *Keys) mac(purpose, normal string) uint64 {
	h := hmac.New(sha256.New, k.index)
	fmt.Fprintf(h, "%s\x00%s", purpose, normal) //nolint:errcheck // A hash does not fail.
	var sum [sha256.Size]byte
	return binary.BigEndian.Uint64(h.Sum(sum[:0]))
}
