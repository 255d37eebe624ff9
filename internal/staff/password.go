package staff

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Bounds of a password, in characters. There is no rule about its composition and no rotation.
const (
	minPassword = 8
	maxPassword = 256
)

// commonPasswords are words that many people use, one to a line; a word with digits and signs around it
// is as common as the word.
//
//go:embed common_passwords.txt
var commonPasswords string

var commonWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(commonPasswords) {
		words[word] = true
	}
	return words
})

// checkPassword returns password.invalid unless the password is long enough and not among those that are
// tried first: common ones, keys in a row, and names of the person or her shop.
func checkPassword(password string, names ...string) error {
	fault := func(code, message string) error {
		return errs.InvalidFields("password.invalid", []errs.Field{{Path: "password", Code: code, Message: message}})
	}
	n := utf8.RuneCountInString(password)
	switch {
	case n < minPassword:
		return fault("too_short", "a password has at least 8 characters; 15 and more are better")
	case n > maxPassword || len(password) > 4*maxPassword:
		return fault("too_long", "a password has at most 256 characters")
	}
	folded := strings.ToLower(norm.NFKC.String(password))
	core := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	words, around := commonWords(), len(folded)-len(core)
	if words[folded] || around <= 8 && (words[core] || words[unleet(core)]) || monotone(folded) || dateOrMobile.MatchString(folded) {
		return fault("common", "this password is one of the first that are tried")
	}
	rest := folded
	for _, part := range partsOfNames(names) {
		rest = strings.ReplaceAll(rest, part, "")
	}
	if rest != folded && utf8.RuneCountInString(rest) < minPassword-2 {
		return fault("own_name", "this password is made of a name that others know")
	}
	return nil
}

// partsOfNames returns the words of names, folded, the longest first.
func partsOfNames(names []string) []string {
	var parts []string
	for _, name := range names {
		for _, part := range strings.FieldsFunc(strings.ToLower(norm.NFKC.String(name)), func(r rune) bool { return unicode.IsSpace(r) || r == '@' || r == '.' }) {
			if utf8.RuneCountInString(part) >= 2 {
				parts = append(parts, part)
			}
		}
	}
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	return parts
}

// unleet turns the signs that stand for letters back into them: p@ssw0rd.
func unleet(word string) string {
	return strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(word)
}

// rowsOfKeys are characters in the order in which fingers find them.
const rowsOfKeys = "01234567890 9876543210 abcdefghijklmnopqrstuvwxyz zyxwvutsrqponmlkjihgfedcba " +
	"qwertyuiop poiuytrewq asdfghjkl lkjhgfdsa zxcvbnm mnbvcxz 1qaz2wsx3edc4rfv5tgb6yhn7ujm 1q2w3e4r5t6y7u8i9o0p qazwsxedcrfvtgbyhnujm"

// monotone tells whether the password is one short piece again and again, or keys in a row.
func monotone(password string) bool {
	for n := 1; n <= 4 && 2*n <= len(password); n++ {
		if strings.HasPrefix(strings.Repeat(password[:n], len(password)), password) {
			return true
		}
	}
	return strings.Contains(rowsOfKeys, password)
}

// dateOrMobile are numbers that are known of a person.
var dateOrMobile = regexp.MustCompile(`^(?:(?:19|20)\d\d[01]\d[0-3]\d|[0-3]\d[01]\d(?:19|20)\d\d|(?:\+?86)?1[3-9]\d{9})$`)

// argonCost is what a hash costs. It stands in the hash, so that it can grow.
type argonCost struct {
	kibibytes, passes uint32
	lanes             uint8
}

// cost is that of new hashes: OWASP's 19 MiB, two passes, one lane.
var cost = argonCost{19 * 1024, 2, 1}

const (
	argonSaltBytes = 16
	argonHashBytes = 32
)

// hashing bounds how many passwords are hashed at once, and how many wait.
type hashing struct {
	once    sync.Once
	slots   chan struct{}
	waiting chan struct{}
}

// maxHashWaiting bounds those who wait; at some tens of milliseconds each, the last waits seconds.
const maxHashWaiting = 100

// do runs hash when a place is free. Errors: session.busy (Unavailable) when too many wait.
func (h *hashing) do(ctx context.Context, hash func()) error {
	h.once.Do(func() {
		h.slots = make(chan struct{}, min(4, runtime.GOMAXPROCS(0)))
		h.waiting = make(chan struct{}, maxHashWaiting)
	})
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		e := errs.New(errs.Unavailable, "session.busy", "too many people are signing in; try again in a moment")
		e.RetryAfter = 2 * time.Second
		return e
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	hash()
	return nil
}

// HashPassword returns what is kept of a password: Argon2id with its cost and salt in the text.
func (s *Service) HashPassword(ctx context.Context, password string) (encoded string, err error) {
	var salt [argonSaltBytes]byte
	rand.Read(salt[:]) //nolint:errcheck // It never returns an error; without randomness the program ends.
	err = s.hashing.do(ctx, func() { encoded = encodeHash(cost, salt[:], argon(cost, salt[:], password, argonHashBytes)) })
	return encoded, err
}

// verifyPassword reports whether the password is the one that was hashed, and whether it should be hashed
// anew at the present cost. Without a hash it takes as long, and says no.
func (s *Service) verifyPassword(ctx context.Context, encoded, password string) (ok, stale bool, err error) {
	c, salt, hash, valid := decodeHash(encoded)
	if !valid {
		c, salt, hash = cost, make([]byte, argonSaltBytes), make([]byte, argonHashBytes)
	}
	err = s.hashing.do(ctx, func() {
		ok = subtle.ConstantTimeCompare(argon(c, salt, password, len(hash)), hash) == 1 && valid
	})
	return ok, c != cost, err
}

func argon(c argonCost, salt []byte, password string, size int) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(cut(password, maxPassword))), salt, c.passes, c.kibibytes, c.lanes, uint32(size))
}

func encodeHash(c argonCost, salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.kibibytes, c.passes, c.lanes, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

func decodeHash(encoded string) (c argonCost, salt, hash []byte, ok bool) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.kibibytes, &c.passes, &c.lanes); err != nil {
		return c, nil, nil, false
	}
	const mostKibibytes, mostPasses = 1 << 20, 16 // A row that was tampered with must not eat all memory.
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	hash, hashErr := base64.RawStdEncoding.DecodeString(parts[5])
	ok = saltErr == nil && hashErr == nil && len(hash) >= 16 && c.lanes > 0 && c.passes > 0 && c.passes <= mostPasses && c.kibibytes <= mostKibibytes
	return c, salt, hash, ok
}

// newOneTimePassword returns a password to be read out once: 60 random bits.
func newOneTimePassword() string {
	var b [8]byte
	rand.Read(b[:]) //nolint:errcheck // It never returns an error; without randomness the program ends.
	text := strings.ToLower(base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").EncodeToString(b[:]))
	return text[:4] + "-" + text[4:8] + "-" + text[8:12]
}
