package privacy

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// KeyVariable is the environment variable that, when set, holds the keys instead of the key file.
const KeyVariable = "SHUKE_KEY"

const keyBytes = 32

// Keys seals and opens personal values and makes the numbers by which they are found. The data key and
// the index key are as critical as each other: there are so few mobile numbers that whoever holds the
// index key can try them all. Make Keys with LoadKeys or NewKeys.
type Keys struct {
	seal  dataKey   // seal seals; it is open[0].
	open  []dataKey // open holds every key that still opens: the present one and those before it.
	index []byte
	text  string
}

// dataKey is one AES-256 key; its id stands in front of each value it sealed.
type dataKey struct {
	id   [4]byte
	aead cipher.AEAD
}

// LoadKeys reads the keys from the environment variable SHUKE_KEY if it is set, else from the key file
// at path. A missing file is made, readable by its owner alone, if create is true; otherwise it is
// keys.missing, since a new key cannot read what an old one sealed. A file that others may read is
// keys.file_mode; one that holds no keys is keys.unreadable.
func LoadKeys(path string, create bool) (*Keys, error) {
	if text := os.Getenv(KeyVariable); text != "" {
		return parseKeys(text, KeyVariable)
	}
	text, err := readKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, errs.New(errs.Unavailable, "keys.missing",
				"the key file %s is missing: bring it back, or set %s; without it sealed personal data cannot be read", path, KeyVariable)
		}
		return makeKeyFile(path)
	}
	if err != nil {
		return nil, err
	}
	return parseKeys(text, path)
}

// NewKeys makes keys that nobody had before.
func NewKeys() (*Keys, error) {
	var secret [2 * keyBytes]byte
	rand.Read(secret[:]) //nolint:errcheck // It never returns an error; without randomness the program ends.
	return parseKeys(base64.StdEncoding.EncodeToString(secret[:]), "new keys")
}

func readKeyFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("look at key file: %w", err)
	}
	// Windows has no such bits; there the folder of the user protects the file.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", errs.New(errs.Forbidden, "keys.file_mode",
			"others may read the key file %s (mode %04o): run chmod 600 on it", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read key file: %w", err)
	}
	return string(text), nil
}

// makeKeyFile writes new keys to path, and never over a file that is there.
func makeKeyFile(path string) (*Keys, error) {
	keys, err := NewKeys()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make folder of the key file: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make key file: %w", err)
	}
	_, err = file.WriteString("# The keys of Shuke. Without them sealed personal data cannot be read by anyone.\n" +
		"# Keep a copy in another place than the database and its backups.\n" + keys.text + "\n")
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("write key file: %w", err), os.Remove(path))
	}
	return keys, nil
}

// parseKeys reads base64 words apart from lines that start with "#". The first word holds the data key
// and the index key, 64 bytes; each further word is a data key of the past, 32 bytes, that still opens.
func parseKeys(text, where string) (*Keys, error) {
	var words []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			words = append(words, strings.Fields(line)...)
		}
	}
	unreadable := errs.New(errs.Unavailable, "keys.unreadable", "%s holds no keys of Shuke", where)
	if len(words) == 0 {
		return nil, unreadable
	}
	keys := &Keys{text: words[0]}
	for i, word := range words {
		secret, err := base64.StdEncoding.DecodeString(word)
		switch {
		case err != nil || i == 0 && len(secret) != 2*keyBytes || i > 0 && len(secret) != keyBytes:
			return nil, unreadable
		case i == 0:
			keys.index = secret[keyBytes:]
		}
		key, err := newDataKey(secret[:keyBytes])
		if err != nil {
			return nil, err
		}
		keys.open = append(keys.open, key)
	}
	keys.seal = keys.open[0]
	return keys, nil
}

func newDataKey(secret []byte) (dataKey, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return dataKey{}, fmt.Errorf("make cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return dataKey{}, fmt.Errorf("make cipher: %w", err)
	}
	sum := sha256.Sum256(append([]byte("shuke data key id\x00"), secret...))
	return dataKey{[4]byte(sum[:4]), aead}, nil
}
