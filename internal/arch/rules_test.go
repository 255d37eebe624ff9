package arch

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// finding is one place where a rule is broken.
type finding struct {
	place string
	what  string
}

// rule is one law of the house: its section in doc.go, its reason, its check.
type rule struct {
	name  string
	why   string
	check func(*tree) []finding
}

// rules lists every rule; TestHouse applies them and TestRules proves them.
var rules = []rule{
	{"Layers", "A package that knows only what is below it can be read, tested and changed without the rest.", checkLayers},
	{"SQL", "All queries of a domain stand in its store.go, where they can be reviewed and made to run on both databases.", checkSQL},
	{"HTTP", "Rules of the shop that know no protocol serve the till, an import and a job alike.", checkHTTP},
	{"Clock", "The whole program runs on one clock, db.Now and tx.Now, so that a demo or a test can move it.", checkClock},
	{"Tables", "Only the owner of a table keeps its promises, so others call the owner or follow its facts.", checkTables},
	{"Names", "A package is named by its noun and is one folder, so that the list of folders is the table of contents.", checkNames},
	{"Length", "A file that fits in the head is read to its end; split it by what it is about.", checkLength},
}

// rows gives each package its layer; a package imports lower rows only.
var rows = map[string]int{
	"event": 0, "webui": 0,
	"privacy":  1,
	"staff":    2,
	"customer": 3, "catalog": 3,
	"order":   4,
	"segment": 5,
	"message": 6, "task": 6, "loyalty": 6, "promotion": 6, "recommend": 6, "predict": 6,
	"feedback": 7, "survey": 7, "community": 7,
	"campaign": 8, "journey": 8,
	"insight": 9, "intake": 9, "verify": 9,
	"demo": 10,
	"app":  11,
	"cmd":  12,
}

// below names, for the packages under the domains, what each may import.
var below = map[string][]string{
	"platform/errs":   {},
	"platform/id":     {"platform/errs"},
	"platform/cal":    {"platform/errs"},
	"platform/access": {"platform/errs"},
	"platform/config": {"platform/errs"},
	"platform/db":     {"platform/errs", "platform/id"},
	"platform/web":    {"platform/db", "platform/errs", "platform/access", "platform/id", "platform/cal"},
	"platform/job":    {"platform/db", "platform/errs", "platform/id", "platform/access"},
	"event":           {"platform/job", "platform/db", "platform/errs", "platform/id", "platform/cal", "platform/access"},
	"webui":           {"platform/errs"},
}

func checkLayers(t *tree) []finding {
	var found []finding
	for _, f := range t.files {
		from := unitOf(f.pkg())
		if f.test || from == "arch" {
			continue
		}
		if !known(from) {
			found = append(found, finding{f.path, fmt.Sprintf("package %s has no row; give it one in internal/arch, with an ADR", from)})
			continue
		}
		for _, spec := range f.ast.Imports {
			p := importPath(spec)
			if !strings.HasPrefix(p, modulePath) {
				continue
			}
			to := unitOf(packageOf(strings.TrimPrefix(p, modulePath)))
			if reason := refuse(from, to); reason != "" {
				found = append(found, finding{t.place(f, spec.Pos()), reason})
			}
		}
	}
	return found
}

func known(unit string) bool {
	_, row := rows[unit]
	_, low := below[unit]
	return row || low
}

// refuse says why from may not import to; empty when it may.
func refuse(from, to string) string {
	if from == to {
		return ""
	}
	if allowed, ok := below[from]; ok {
		if slices.Contains(allowed, to) {
			return ""
		}
		if len(allowed) == 0 {
			return fmt.Sprintf("%s imports %s, but may import nothing of ours", from, to)
		}
		return fmt.Sprintf("%s imports %s, but may import only %s", from, to, strings.Join(allowed, ", "))
	}
	if _, ok := below[to]; ok && to != "webui" {
		return ""
	}
	fromRow, toRow := rows[from], rows[to]
	if to == "webui" {
		toRow = rows["demo"] // Pages are served by the program, not by a domain.
	}
	switch {
	case !known(to):
		return fmt.Sprintf("%s imports %s, which has no row", from, to)
	case toRow == fromRow:
		return fmt.Sprintf("%s imports %s of its own row; record a fact and let the other follow it", from, to)
	case toRow > fromRow:
		return fmt.Sprintf("%s imports %s, which is above it; record a fact and let %s follow it", from, to, to)
	}
	return ""
}

func checkSQL(t *tree) []finding {
	var found []finding
	for _, f := range t.files {
		if f.test || unitOf(f.pkg()) == "platform/db" {
			continue
		}
		for _, spec := range f.ast.Imports {
			switch p := importPath(spec); {
			case strings.HasPrefix(p, "modernc.org/sqlite"), strings.HasPrefix(p, "github.com/jackc/pgx"):
				found = append(found, finding{t.place(f, spec.Pos()), "imports " + p + "; only internal/platform/db knows a database driver"})
			case p != "database/sql" && !strings.HasPrefix(p, "database/sql/"):
			case strings.HasPrefix(f.pkg(), "platform/"), named(f.base(), "store"):
			default:
				found = append(found, finding{t.place(f, spec.Pos()), "imports " + p + "; move the query to store.go or store_*.go"})
			}
		}
	}
	return found
}

func checkHTTP(t *tree) []finding {
	var found []finding
	for _, f := range t.files {
		unit := unitOf(f.pkg())
		if f.test || unit == "platform/web" || unit == "app" || unit == "webui" || named(f.base(), "http") {
			continue
		}
		for _, spec := range f.ast.Imports {
			if p := importPath(spec); p == "net/http" || strings.HasPrefix(p, "net/http/") {
				found = append(found, finding{t.place(f, spec.Pos()), "imports " + p + "; move what speaks HTTP to http.go or http_*.go"})
			}
		}
	}
	return found
}

// named tells whether base is stem.go or stem_*.go.
func named(base, stem string) bool {
	return base == stem+".go" || strings.HasPrefix(base, stem+"_")
}

func checkClock(t *tree) []finding {
	var found []finding
	for _, f := range t.files {
		if f.test || unitOf(f.pkg()) == "platform/db" {
			continue
		}
		name := ""
		for _, spec := range f.ast.Imports {
			if importPath(spec) != "time" {
				continue
			}
			name = "time"
			if spec.Name != nil {
				name = spec.Name.Name
			}
			if name == "." {
				found = append(found, finding{t.place(f, spec.Pos()), "imports time into its own names, which hides who reads the clock"})
			}
		}
		if name == "" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
				switch sel.Sel.Name {
				case "Now", "Since", "Until":
					found = append(found, finding{t.place(f, sel.Pos()), "uses time." + sel.Sel.Name + "; read tx.Now or db.Now"})
				}
			}
			return true
		})
	}
	return found
}

func checkNames(t *tree) []finding {
	bad := []string{"util", "utils", "common", "shared", "types", "models"}
	var found []finding
	seen := map[string]bool{}
	for _, f := range t.files {
		dir, pkg := path.Dir(f.path), f.pkg()
		if seen[dir] {
			continue
		}
		seen[dir] = true
		for _, name := range []string{path.Base(dir), strings.TrimSuffix(f.ast.Name.Name, "_test")} {
			if slices.Contains(bad, name) {
				found = append(found, finding{dir, "package " + name + " says nothing about what is inside; name it by its noun"})
				break
			}
		}
		if row, ok := rows[unitOf(pkg)]; ok && row >= 1 && row <= 9 && strings.Contains(pkg, "/") {
			found = append(found, finding{dir, "is a package inside " + unitOf(pkg) + "; a domain is one flat package"})
		}
	}
	return found
}

// Lengths of a file, in lines.
const (
	aimLines  = 400
	mostLines = 600
)

func checkLength(t *tree) []finding {
	var found []finding
	for _, f := range t.files {
		if !f.test && !f.generated && f.lines > mostLines {
			found = append(found, finding{f.path, fmt.Sprintf("has %d lines, more than %d", f.lines, mostLines)})
		}
	}
	return found
}
