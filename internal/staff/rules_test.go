package staff

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	tests := []struct{ password, want string }{
		{"correct horse battery", ""},
		{"gU7#kd92", ""},
		{"83920174", ""}, // No rule about its composition.
		{"lantern festival", ""},
		{"长长的一句话也可以", ""},
		{strings.Repeat("long and longer ", 16), ""},
		{"short7!", "too_short"},
		{"一二三四五六七", "too_short"},
		{strings.Repeat("x y z ", 43), "too_long"},
		{"password", "common"},
		{"Password123!", "common"},
		{"P@ssw0rd", "common"},
		{"admin@123456", "common"},
		{"woaini1314", "common"},
		{"Woaini520!!", "common"},
		{"12345678", "common"},
		{"87654321", "common"},
		{"88888888", "common"},
		{"abababab", "common"},
		{"qwertyui", "common"},
		{"1qaz2wsx", "common"},
		{"19900307", "common"}, // A birthday.
		{"13812345678", "common"},
		{"ｐａｓｓｗｏｒｄ１", "common"},
		{"lanchen2026", "own_name"},
		{"Lan12345", "own_name"},
		{"silkroad1", "own_name"},
	}
	for _, tt := range tests {
		got := ""
		if err := checkPassword(tt.password, "Lan Chen", "lan", "silkroad"); err != nil {
			got = fieldCode(t, err)
		}
		if got != tt.want {
			t.Errorf("checkPassword(%q) = %q, want %q", tt.password, got, tt.want)
		}
	}
}

func fieldCode(t *testing.T, err error) string {
	t.Helper()
	e, ok := err.(*errs.Error)
	if !ok || len(e.Fields) != 1 {
		t.Fatalf("error %v, want one with one field", err)
	}
	return e.Fields[0].Code
}

func TestHashPassword(t *testing.T) {
	t.Parallel()
	s := &Service{}
	hash, err := s.HashPassword(t.Context(), "correct horse battery")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("HashPassword = %q (%v)", hash, err)
	}
	weak := encodeHash(argonCost{64, 1, 1}, []byte("0123456789abcdef"), argon(argonCost{64, 1, 1}, []byte("0123456789abcdef"), "old", 32))
	tests := []struct {
		name, hash, password string
		ok, stale            bool
	}{
		{"the password", hash, "correct horse battery", true, false},
		{"the password in full width", hash, "ｃｏｒｒｅｃｔ horse battery", true, false},
		{"another", hash, "incorrect horse battery", false, false},
		{"nothing", hash, "", false, false},
		{"an old hash", weak, "old", true, true},
		{"no hash", "", "correct horse battery", false, false},
		{"no hash and no password", "", "", false, false},
		{"a broken hash", hash[:40], "correct horse battery", false, false},
		{"a hash that would eat all memory", strings.Replace(hash, "m=19456", "m=99999999", 1), "correct horse battery", false, false},
	}
	for _, tt := range tests {
		ok, stale, err := s.verifyPassword(t.Context(), tt.hash, tt.password)
		if err != nil || ok != tt.ok || stale != tt.stale {
			t.Errorf("%s: %v, stale %v (%v); want %v, stale %v", tt.name, ok, stale, err, tt.ok, tt.stale)
		}
	}
}

func TestHashing_turns_away_a_crowd(t *testing.T) {
	t.Parallel()
	h := &hashing{}
	if err := h.do(t.Context(), func() {}); err != nil {
		t.Fatal(err)
	}
	for range maxHashWaiting {
		h.waiting <- struct{}{}
	}
	if err := h.do(t.Context(), func() {}); errs.CodeOf(err) != "session.busy" {
		t.Errorf("one more than may wait: %v, want session.busy", err)
	}
}

func TestTOTPCode(t *testing.T) {
	t.Parallel()
	// The vectors of RFC 6238, appendix B, for SHA-1; of their eight digits the last six.
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got, err := totpCode(secret, totpStepAt(time.Unix(at, 0))); got != want || err != nil {
			t.Errorf("code at %d = %s (%v), want %s", at, got, err, want)
		}
	}
	if one, other := newTOTPSecret(), newTOTPSecret(); len(one) != 32 || one == other {
		t.Error("secrets are not 160 random bits")
	}
}

func TestRecoveryHash_forgives_how_a_code_is_typed(t *testing.T) {
	t.Parallel()
	code := newRecoveryCode()
	typed := " " + strings.ToLower(strings.ReplaceAll(code, "-", " "))
	if !slices.Equal(recoveryHash(code), recoveryHash(typed)) {
		t.Errorf("%q is not taken for %q", typed, code)
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	l := limit{free: 3, window: time.Minute, first: time.Second, most: 4 * time.Second}
	now := time.Unix(1000, 0)
	var a attempts
	for n, want := range []time.Duration{0, 0, 0, 1 * time.Second, 2 * time.Second, 4 * time.Second, 4 * time.Second} {
		a = l.after(a, now)
		if got := max(0, a.waitUntil.Sub(now)); got != want {
			t.Errorf("wait after %d attempts = %v, want %v", n+1, got, want)
		}
	}
	for range 100 {
		a = l.after(a, now)
	}
	if got := a.waitUntil.Sub(now); got != 4*time.Second {
		t.Errorf("wait after many = %v, want no more than the most", got)
	}
	if b := l.after(a, now.Add(-time.Second)); b.failures != a.failures+1 {
		t.Errorf("one that began before the bucket leaves %d attempts, want %d", b.failures, a.failures+1)
	}
	for name, at := range map[string]time.Time{"later": now.Add(time.Minute), "after the clock went back": now.Add(-time.Hour)} {
		if b := l.after(a, at); b.failures != 1 || at.Before(b.waitUntil) && name == "later" {
			t.Errorf("%s: %+v, want it to begin anew", name, b)
		}
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"203.0.113.9": "203.0.113.9", "::ffff:203.0.113.9": "203.0.113.9", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
	} {
		if got := network(netip.MustParseAddr(text)); got != want {
			t.Errorf("network(%s) = %s, want %s", text, got, want)
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for _, role := range Roles {
		for p := range permissions[role] {
			if !permissions[Owner][p] {
				t.Errorf("%s may %s, which the owner may not", role, p)
			}
		}
		for _, managed := range manages[role] {
			if allShops[managed] && !allShops[role] {
				t.Errorf("%s makes %s, who sees more shops", role, managed)
			}
			for p := range permissions[managed] {
				if !permissions[role][p] {
					t.Errorf("%s makes %s, who may %s", role, managed, p)
				}
			}
		}
	}
	for p := range permissions[Auditor] {
		if !strings.HasSuffix(string(p), ".read") {
			t.Errorf("the auditor may %s", p)
		}
	}
	for _, p := range []access.Permission{access.StaffManage, access.KeysManage, access.SettingsManage} {
		if slices.Contains(keyPermissions(), p) {
			t.Errorf("an API key may %s", p)
		}
	}
}

// TestRoles_that_export_need_the_second_factor (SEC-08): the owner, and whoever can take data out of the house.
func TestRoles_that_export_need_the_second_factor(t *testing.T) {
	t.Parallel()
	for _, r := range Roles {
		exports := r.Can(access.CustomersExport) || r.Can(access.ReportsExport)
		if want := r == Owner || exports; r.needsTOTP() != want {
			t.Errorf("%s must have a second factor: %t, want %t", r, !want, want)
		}
	}
}
