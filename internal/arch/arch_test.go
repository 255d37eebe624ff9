package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the root of the repository as seen from this package.
const root = "../.."

// TestHouse applies every rule to the source of Shuke.
func TestHouse(t *testing.T) {
	t.Parallel()
	source := readTree(t, os.DirFS(root))
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			found := r.check(source)
			for _, f := range found {
				t.Errorf("%s: %s", f.place, f.what)
			}
			if len(found) > 0 {
				t.Errorf("why: %s\nread: internal/arch/doc.go, %q", r.why, r.name)
			}
		})
	}
	for _, f := range source.files {
		if !f.test && !f.generated && f.lines > aimLines {
			t.Logf("%s: %d lines, aim for %d", f.path, f.lines, aimLines)
		}
	}
}

// TestLibcPin compares the libc in go.mod with the one that the SQLite driver
// was made with: modernc.org/sqlite works with exactly that version, and
// another dependency may lift it without a word.
func TestLibcPin(t *testing.T) {
	t.Parallel()
	ours, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatalf("read go.mod: %v", err)
	}
	if requirement(string(ours), "modernc.org/sqlite") == "" {
		t.Fatal("go.mod does not require modernc.org/sqlite")
	}
	sqlite := listModule(t, "modernc.org/sqlite")
	if sqlite.GoMod == "" {
		t.Fatal("the go command does not know the go.mod of modernc.org/sqlite")
	}
	theirs, err := os.ReadFile(sqlite.GoMod)
	if err != nil {
		t.Fatalf("read go.mod of modernc.org/sqlite: %v", err)
	}
	want := requirement(string(theirs), "modernc.org/libc")
	if want == "" {
		t.Fatal("modernc.org/sqlite no longer names a modernc.org/libc; this test has lost its object")
	}
	if got := listModule(t, "modernc.org/libc").Version; got != want {
		t.Errorf("modernc.org/libc is %s, but modernc.org/sqlite %s was made with %s; run go get modernc.org/libc@%s", got, sqlite.Version, want, want)
	}
}

type module struct {
	Version string
	GoMod   string
}

// listModule asks the go command which version of a module is in use.
func listModule(t *testing.T, name string) module {
	t.Helper()
	cmd := exec.Command("go", "list", "-m", "-json", name)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v\n%s", name, err, out)
	}
	var m module
	if err := json.NewDecoder(strings.NewReader(string(out))).Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("read go list -m %s: %v", name, err)
	}
	return m
}

// requirement finds the version of a module in the text of a go.mod.
func requirement(gomod, name string) string {
	m := regexp.MustCompile(`(?m)^\s*(?:require\s+)?` + regexp.QuoteMeta(name) + `\s+(v\S+)`).FindStringSubmatch(gomod)
	if m == nil {
		return ""
	}
	return m[1]
}
