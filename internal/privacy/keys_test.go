package privacy_test

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
)

func newKeys(t testing.TB) *privacy.Keys {
	t.Helper()
	k, err := privacy.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestLoadKeys_makes_a_file_that_opens_again(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "folder", "shop.db.key")
	first, err := privacy.LoadKeys(path, true)
	if err != nil {
		t.Fatal(err)
	}
	second, err := privacy.LoadKeys(path, true)
	if err != nil {
		t.Fatal(err)
	}
	got, err := second.Open("t", "c", 1, first.Seal("t", "c", 1, "13812345678"))
	if err != nil || got != "13812345678" {
		t.Errorf("Open = %q (%v), want the number: both are the same keys", got, err)
	}
	if first.Index("phone", "+8613812345678") != second.Index("phone", "+8613812345678") {
		t.Error("the index differs after loading again")
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("mode = %04o, want 0600", mode)
	}
}

func TestLoadKeys_refuses(t *testing.T) {
	t.Parallel()
	good := base64.StdEncoding.EncodeToString(make([]byte, 64))
	past := base64.StdEncoding.EncodeToString(make([]byte, 32))
	tests := []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"a file that all may read", good, 0o644, "keys.file_mode"},
		{"a file that the group may read", good, 0o640, "keys.file_mode"},
		{"an empty file", "", 0o600, "keys.unreadable"},
		{"comments only", "# nothing\n", 0o600, "keys.unreadable"},
		{"another kind of file", "-----BEGIN KEY-----", 0o600, "keys.unreadable"},
		{"a key that is too short", past, 0o600, "keys.unreadable"},
		{"a past key that is too long", good + "\n" + good, 0o600, "keys.unreadable"},
		{"nothing, when a past key follows", good + "\n" + past, 0o600, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.want == "keys.file_mode" && runtime.GOOS == "windows" {
				t.Skip("Windows has no such modes")
			}
			path := filepath.Join(t.TempDir(), "k")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			if _, err := privacy.LoadKeys(path, true); errs.CodeOf(err) != tt.want {
				t.Errorf("LoadKeys = %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := privacy.LoadKeys(filepath.Join(t.TempDir(), "lost"), false); errs.CodeOf(err) != "keys.missing" {
		t.Errorf("a lost file: %v, want keys.missing", err)
	}
}

func TestLoadKeys_prefers_the_environment(t *testing.T) {
	t.Setenv(privacy.KeyVariable, base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 64))))
	path := filepath.Join(t.TempDir(), "never-made")
	if _, err := privacy.LoadKeys(path, true); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the key file was made although the environment holds the keys (%v)", err)
	}
}

func TestLoadKeys_past_keys_still_open(t *testing.T) {
	t.Parallel()
	old := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("o", 32) + strings.Repeat("i", 32)))
	rotated := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("n", 32)+strings.Repeat("i", 32))) + "\n" +
		base64.StdEncoding.EncodeToString([]byte(strings.Repeat("o", 32)))
	load := func(text string) *privacy.Keys {
		path := filepath.Join(t.TempDir(), "k")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := privacy.LoadKeys(path, false)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before, after := load(old), load(rotated)
	got, err := after.Open("t", "c", 1, before.Seal("t", "c", 1, "secret"))
	if err != nil || got != "secret" {
		t.Errorf("Open with the rotated file = %q (%v), want secret", got, err)
	}
	if _, err := before.Open("t", "c", 1, after.Seal("t", "c", 1, "secret")); errs.CodeOf(err) != "keys.unknown" {
		t.Errorf("Open of the new key's value with the old file = %v, want keys.unknown", err)
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	const plain = "+8613812345678"
	sealed := k.Seal("identities", "value", 7, plain)
	if strings.Contains(string(sealed), "138") {
		t.Error("the sealed value shows digits")
	}
	if string(sealed) == string(k.Seal("identities", "value", 7, plain)) {
		t.Error("the same value sealed twice is equal, which gives away who shares it")
	}
	changed := append([]byte(nil), sealed...)
	changed[len(changed)-1] ^= 1
	tests := []struct {
		name, table, column string
		row                 int64
		sealed              []byte
		want                string
	}{
		{"in its place", "identities", "value", 7, sealed, ""},
		{"in another row", "identities", "value", 8, sealed, "keys.broken_seal"},
		{"in another column", "identities", "other", 7, sealed, "keys.broken_seal"},
		{"in another table", "staff", "value", 7, sealed, "keys.broken_seal"},
		{"with table and column run together", "identitiesv", "alue", 7, sealed, "keys.broken_seal"},
		{"changed", "identities", "value", 7, changed, "keys.broken_seal"},
		{"cut short", "identities", "value", 7, sealed[:9], "keys.broken_seal"},
		{"not sealed at all", "identities", "value", 7, []byte(plain), "keys.broken_seal"},
	}
	for _, tt := range tests {
		got, err := k.Open(tt.table, tt.column, tt.row, tt.sealed)
		if errs.CodeOf(err) != tt.want || (tt.want == "" && got != plain) {
			t.Errorf("%s: Open = %q, %v; want code %q", tt.name, got, err, tt.want)
		}
	}
	if sealed := k.Seal("t", "c", 1, ""); sealed != nil {
		t.Errorf("Seal of nothing = %v, want nil", sealed)
	}
	if got, err := k.Open("t", "c", 1, nil); got != "" || err != nil {
		t.Errorf("Open of NULL = %q, %v; want nothing", got, err)
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	if a, b := k.Index("phone", "x"), k.Index("email", "x"); a == b {
		t.Error("one value has the same index as a phone and as an e-mail")
	}
	if a, b := k.Index("phone", "x"), newKeys(t).Index("phone", "x"); a == b {
		t.Error("two keys give the same index")
	}
	for i := range 1000 {
		text := strings.Repeat("x", i)
		if n := k.Index("phone", text); n < 0 {
			t.Fatalf("Index = %d, want 63 bits", n)
		}
		if n := k.ShortIndex("last4", text); n < 0 || n > 0xffff {
			t.Fatalf("ShortIndex = %d, want 16 bits", n)
		}
	}
}

func TestCheck_refuses_the_keys_of_another_database(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		right, wrong := newKeys(t), newKeys(t)
		check := func(k *privacy.Keys) error {
			return d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return k.Check(ctx, tx) })
		}
		for range 2 {
			if err := check(right); err != nil {
				t.Fatal(err)
			}
		}
		if err := check(wrong); errs.CodeOf(err) != "keys.mismatch" {
			t.Errorf("Check with other keys = %v, want keys.mismatch", err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k := newKeys(b)
	for b.Loop() {
		k.Seal("identities", "value", 7, "+8613812345678")
	}
}

func BenchmarkIndex(b *testing.B) {
	k := newKeys(b)
	for b.Loop() {
		k.Index("phone", "+8613812345678")
	}
}
