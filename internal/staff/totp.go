package staff

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // RFC 6238 as the apps on telephones know it.
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// One-time codes after RFC 6238: SHA-1, six digits, 30 seconds, the current step only.
const (
	totpStep        = 30 * time.Second
	totpDigits      = 1_000_000
	totpSecretBytes = 20
)

// totpSecret is the shared secret in base32, as telephones want it.
func newTOTPSecret() string {
	var b [totpSecretBytes]byte
	rand.Read(b[:]) //nolint:errcheck // It never returns an error; without randomness the program ends.
	return base32.StdEncoding.EncodeToString(b[:])
}

// totpURL is what a QR code of the secret says.
func totpURL(secret, login, issuer string) string {
	label := url.PathEscape(issuer + ":" + login)
	query := url.Values{"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + label + "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
}

// totpCode returns the code of a step.
func totpCode(secret string, step int64) (string, error) {
	key, err := base32.StdEncoding.DecodeString(secret)
	if err != nil {
		return "", fmt.Errorf("read secret of one-time codes: %w", err)
	}
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	h := hmac.New(sha1.New, key)
	h.Write(counter[:]) //nolint:errcheck // A hash does not fail.
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%totpDigits), nil
}

// totpStepAt returns the step that an instant lies in.
func totpStepAt(at time.Time) int64 { return at.Unix() / int64(totpStep/time.Second) }

// totpMatches reports whether the code is that of the step.
func totpMatches(secret, code string, step int64) (bool, error) {
	want, err := totpCode(secret, step)
	return err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1, err
}

// Recovery codes replace a lost telephone: 80 bits each, so that their hashes cannot be tried out.
const (
	recoveryCodes     = 10
	recoveryCodeBytes = 10
)

// newRecoveryCode returns a code such as "ABCD-EFGH-IJKL-MNOP".
func newRecoveryCode() string {
	var b [recoveryCodeBytes]byte
	rand.Read(b[:]) //nolint:errcheck // It never returns an error; without randomness the program ends.
	text := base32.StdEncoding.EncodeToString(b[:])
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// recoveryHash returns what is kept of a recovery code; blanks, dashes and case do not matter.
func recoveryHash(code string) []byte {
	folded := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	sum := sha256.Sum256([]byte("shuke recovery code\x00" + folded))
	return sum[:]
}
