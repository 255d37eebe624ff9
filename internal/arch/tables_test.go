package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	createTable   = regexp.MustCompile(`(?i)\bcreate\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?"?([a-z_][a-z0-9_]*)`)
	dropTable     = regexp.MustCompile(`(?i)\b(?:drop\s+table\s+(?:if\s+exists\s+)?|alter\s+table\s+)"?([a-z_][a-z0-9_]*)`)
	sqlComment    = regexp.MustCompile(`--[^\n]*`)
	migrationName = regexp.MustCompile(`^\d+_([a-z0-9_]+)\.sql$`)

	// A text is SQL when it has the frame of a statement or begins like a
	// piece of one; "update customers by file" is English.
	statement = regexp.MustCompile(`(?is)\bselect\b.*\bfrom\b|\binsert\s+into\b|\bdelete\s+from\b|\bupdate\s+\w+\s+(?:as\s+\w+\s+)?set\b`)
	fragment  = regexp.MustCompile(`(?i)^[\s,()]*(?:from|(?:left |inner |cross )?join|where|and|or|on|union|with|exists|not exists|as)\b`)
	mention   = regexp.MustCompile(`(?i)\b(delete\s+from|from|join|insert\s+into|into|update)\s+"?([a-z_][a-z0-9_]*)`)
)

// readers may read the tables of all others, lowerReaders those of lower rows.
var (
	readers      = []string{"insight", "verify"}
	lowerReaders = []string{"segment"}
)

// owners gives the package of each table, from the names of the migrations.
func owners(t *tree) (map[string]string, []finding) {
	owner := map[string]string{}
	var found []finding
	for _, name := range slices.Sorted(maps.Keys(t.migrations)) {
		who, ok := migrationOwner(path.Base(name))
		if !ok {
			found = append(found, finding{name, "is not named NNNNN_<package>.sql or NNNNN_<package>_<what>.sql after a known package"})
			continue
		}
		text := sqlComment.ReplaceAllString(t.migrations[name], "")
		for _, m := range createTable.FindAllStringSubmatch(text, -1) {
			owner[strings.ToLower(m[1])] = who
		}
		for _, m := range dropTable.FindAllStringSubmatch(text, -1) {
			if is, ok := owner[strings.ToLower(m[1])]; ok && is != who {
				found = append(found, finding{name, fmt.Sprintf("changes table %s of %s", m[1], is)})
			}
		}
	}
	return owner, found
}

func migrationOwner(base string) (string, bool) {
	m := migrationName.FindStringSubmatch(base)
	if m == nil {
		return "", false
	}
	who, _, _ := strings.Cut(m[1], "_")
	if _, ok := rows[who]; ok || who == "platform" {
		return who, true
	}
	return "", false
}

func checkTables(t *tree) []finding {
	owner, found := owners(t)
	for _, f := range t.files {
		unit := unitOf(f.pkg())
		if f.test || unit == "arch" {
			continue
		}
		literals(f.ast, func(pos token.Pos, text string) {
			text = sqlComment.ReplaceAllString(text, "")
			if !statement.MatchString(text) && !fragment.MatchString(text) {
				return
			}
			for _, m := range mention.FindAllStringSubmatch(text, -1) {
				verb, table := strings.ToLower(m[1]), strings.ToLower(m[2])
				who, ok := owner[table]
				if !ok || owns(unit, who) {
					continue
				}
				reads := verb == "from" || verb == "join"
				switch {
				case reads && slices.Contains(readers, unit):
				case reads && slices.Contains(lowerReaders, unit) && rows[who] < rows[unit]:
				case slices.Contains(readers, unit) || slices.Contains(lowerReaders, unit):
					found = append(found, finding{t.place(f, pos), fmt.Sprintf("%s writes table %s of %s; it may only read it", unit, table, who)})
				default:
					found = append(found, finding{t.place(f, pos), fmt.Sprintf("%s names table %s of %s", unit, table, who)})
				}
			}
		})
	}
	return found
}

// owns tells whether the package may name the tables of owner.
func owns(unit, owner string) bool {
	shared := func(name string) bool { return strings.HasPrefix(name, "platform") || name == "event" }
	return unit == owner || shared(unit) && shared(owner)
}

// literals calls visit for each text in the file; a sum of texts counts as
// one, with a blank for each part that is not a literal.
func literals(n ast.Node, visit func(token.Pos, string)) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch e := n.(type) {
		case *ast.BinaryExpr:
			if e.Op != token.ADD {
				return true
			}
			text, ok := join(e, visit)
			if ok {
				visit(e.Pos(), text)
			}
			return !ok
		case *ast.BasicLit:
			if text, ok := unquote(e); ok {
				visit(e.Pos(), text)
			}
		case *ast.Field:
			// The tag of a field is not SQL.
			literals(e.Type, visit)
			return false
		}
		return true
	})
}

// join adds up a sum of texts; ok is false when no part is a text. Parts that
// are not texts may hold texts of their own, which go to visit.
func join(e ast.Expr, visit func(token.Pos, string)) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return unquote(e)
	case *ast.ParenExpr:
		return join(e.X, visit)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			// Texts inside parts are visited only when the sum is one.
			if !anyText(e) {
				return "", false
			}
			left, _ := join(e.X, visit)
			right, _ := join(e.Y, visit)
			return left + right, true
		}
	}
	literals(e, visit)
	return " ? ", false
}

// anyText tells whether a literal text is among the summands.
func anyText(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return e.Kind == token.STRING
	case *ast.ParenExpr:
		return anyText(e.X)
	case *ast.BinaryExpr:
		return e.Op == token.ADD && (anyText(e.X) || anyText(e.Y))
	}
	return false
}

func unquote(e *ast.BasicLit) (string, bool) {
	if e.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(e.Value)
	return text, err == nil
}
