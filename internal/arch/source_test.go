package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"testing"
)

// modulePath begins every import of our own.
const modulePath = "github.com/shuke-crm/shuke/"

// tree is the source that the rules look at.
type tree struct {
	fset       *token.FileSet
	files      []file
	migrations map[string]string // content by path
}

// file is one Go file; path is relative to the root of the repository.
type file struct {
	path      string
	ast       *ast.File
	lines     int
	generated bool
	test      bool
}

// pkg is the folder of the file without internal/: "customer",
// "platform/db", "cmd/shuke".
func (f file) pkg() string { return packageOf(path.Dir(f.path)) }

// base is the name of the file without its folder.
func (f file) base() string { return path.Base(f.path) }

// packageOf shortens a folder, "internal/customer", to the name used here.
func packageOf(dir string) string { return strings.TrimPrefix(dir, "internal/") }

// unitOf gives the package that a sub-package belongs to: platform/db for
// platform/db/dbtest, customer for customer/x, cmd for cmd/shuke.
func unitOf(pkg string) string {
	parts := strings.Split(pkg, "/")
	if parts[0] == "platform" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// place is where a finding is: "internal/order/http.go:12".
func (t *tree) place(f file, pos token.Pos) string {
	return f.path + ":" + strconv.Itoa(t.fset.Position(pos).Line)
}

// readTree parses the Go files of cmd and internal and reads the migrations.
func readTree(tb testing.TB, root fs.FS) *tree {
	tb.Helper()
	t := &tree{fset: token.NewFileSet(), migrations: map[string]string{}}
	for _, top := range []string{"cmd", "internal"} {
		err := fs.WalkDir(root, top, func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				if name == top {
					return fs.SkipDir // Not there yet.
				}
				return err
			}
			if entry.IsDir() {
				if base := entry.Name(); base == "testdata" || base == "dist" || base[0] == '.' {
					return fs.SkipDir
				}
				return nil
			}
			return t.add(root, name)
		})
		if err != nil {
			tb.Fatalf("read %s: %v", top, err)
		}
	}
	return t
}

func (t *tree) add(root fs.FS, name string) error {
	migration := path.Dir(name) == "internal/platform/db/migrations" && path.Ext(name) == ".sql"
	if !migration && path.Ext(name) != ".go" {
		return nil
	}
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	if migration {
		t.migrations[name] = string(text)
		return nil
	}
	parsed, err := parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.files = append(t.files, file{
		path:      name,
		ast:       parsed,
		lines:     strings.Count(string(text), "\n"),
		generated: ast.IsGenerated(parsed),
		test:      strings.HasSuffix(name, "_test.go"),
	})
	return nil
}

// importPath is the path of an import without its quotes.
func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return p
}
