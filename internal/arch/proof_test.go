package arch

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestRules proves each rule on small examples: what it must find, and what it
// must let pass. A rule that cannot fail is worth nothing.
func TestRules(t *testing.T) {
	t.Parallel()
	const up = `import _ "github.com/shuke-crm/shuke/internal/`
	customers := map[string]string{"internal/platform/db/migrations/00030_customer.sql": "-- create table no\ncreate table customers (id bigint);"}
	cases := []struct {
		rule, name string
		files      map[string]string
		want       []string // a piece of each finding, in order; none when empty
	}{
		{"Layers", "lower row", map[string]string{"internal/order/order.go": up + `customer"`}, nil},
		{"Layers", "platform", map[string]string{"internal/order/order.go": up + `platform/db"`}, nil},
		{"Layers", "event", map[string]string{"internal/privacy/privacy.go": up + `event"`}, nil},
		{"Layers", "higher row", map[string]string{"internal/customer/customer.go": up + `order"`}, []string{"internal/customer/customer.go:2: customer imports order, which is above"}},
		{"Layers", "own row", map[string]string{"internal/customer/customer.go": up + `catalog"`}, []string{"of its own row"}},
		{"Layers", "intake and insight", map[string]string{"internal/intake/intake.go": up + `insight"`}, []string{"of its own row"}},
		{"Layers", "verify and insight", map[string]string{"internal/verify/verify.go": up + `insight"`}, []string{"of its own row"}},
		{"Layers", "app knows all", map[string]string{"internal/app/app.go": up + `demo"` + "\n" + up + `webui"` + "\n" + up + `insight"`}, nil},
		{"Layers", "demo does not know app", map[string]string{"internal/demo/demo.go": up + `app"`}, []string{"demo imports app"}},
		{"Layers", "main knows app", map[string]string{"cmd/shuke/main.go": up + `app"`}, nil},
		{"Layers", "nobody knows main", map[string]string{"internal/app/app.go": `import _ "github.com/shuke-crm/shuke/cmd/shuke"`}, []string{"app imports cmd"}},
		{"Layers", "pages are for the program", map[string]string{"internal/order/order.go": up + `webui"`}, []string{"order imports webui"}},
		{"Layers", "db knows id", map[string]string{"internal/platform/db/db.go": up + `platform/id"`}, nil},
		{"Layers", "its own sub-package", map[string]string{"internal/platform/db/dbtest/dbtest.go": up + `platform/db"`}, nil},
		{"Layers", "id does not know db", map[string]string{"internal/platform/id/id.go": up + `platform/db"`}, []string{"platform/id imports platform/db, but may import only platform/errs"}},
		{"Layers", "errs knows nobody", map[string]string{"internal/platform/errs/errs.go": up + `platform/id"`}, []string{"may import nothing of ours"}},
		{"Layers", "platform does not know event", map[string]string{"internal/platform/job/job.go": up + `event"`}, []string{"platform/job imports event"}},
		{"Layers", "event does not know web", map[string]string{"internal/event/event.go": up + `platform/web"`}, []string{"event imports platform/web"}},
		{"Layers", "a package without a row", map[string]string{"internal/gift/gift.go": ""}, []string{"package gift has no row"}},
		{"Layers", "an import without a row", map[string]string{"internal/order/order.go": up + `gift"`}, []string{"which has no row"}},
		{"Layers", "a platform package without a row", map[string]string{"internal/platform/cache/cache.go": ""}, []string{"platform/cache has no row"}},
		{"Layers", "tests are free", map[string]string{"internal/customer/customer_test.go": up + `order"`}, nil},

		{"SQL", "in the store", map[string]string{"internal/order/store.go": `import "database/sql"`, "internal/order/store_lines.go": `import "database/sql"`}, nil},
		{"SQL", "in platform", map[string]string{"internal/platform/job/job.go": `import "database/sql"`}, nil},
		{"SQL", "in a test", map[string]string{"internal/order/order_test.go": `import "database/sql"`}, nil},
		{"SQL", "in the service", map[string]string{"internal/order/service.go": `import "database/sql"`}, []string{"internal/order/service.go:2: imports database/sql"}},
		{"SQL", "a word like store", map[string]string{"internal/order/storefront.go": `import "database/sql"`}, []string{"imports database/sql"}},
		{"SQL", "a driver in the store", map[string]string{"internal/order/store.go": `import _ "modernc.org/sqlite"`}, []string{"knows a database driver"}},
		{"SQL", "a driver in db", map[string]string{"internal/platform/db/pg.go": `import _ "github.com/jackc/pgx/v5/stdlib"`}, nil},

		{"HTTP", "in its places", map[string]string{
			"internal/order/http.go": `import "net/http"`, "internal/order/http_refund.go": `import "net/http"`, "internal/app/app.go": `import "net/http"`,
			"internal/webui/webui.go": `import "net/http"`, "internal/platform/web/web.go": `import "net/http"`, "internal/order/x_test.go": `import "net/http/httptest"`,
		}, nil},
		{"HTTP", "in the service", map[string]string{"internal/order/service.go": `import "net/http"`}, []string{"imports net/http"}},
		{"HTTP", "in another platform package", map[string]string{"internal/platform/job/job.go": `import "net/http/pprof"`}, []string{"imports net/http/pprof"}},

		{"Clock", "in db and in tests", map[string]string{"internal/platform/db/clock.go": clock("time"), "internal/order/order_test.go": clock("time")}, nil},
		{"Clock", "durations are free", map[string]string{"internal/order/order.go": "import \"time\"\nvar d = time.Second"}, nil},
		{"Clock", "in a domain", map[string]string{"internal/order/order.go": clock("time")}, []string{"internal/order/order.go:3: uses time.Now", "time.Since", "time.Until"}},
		{"Clock", "under another name", map[string]string{"internal/order/order.go": strings.Replace(clock("hour"), `"time"`, `hour "time"`, 1)}, []string{"time.Now", "time.Since", "time.Until"}},
		{"Clock", "without a name", map[string]string{"internal/order/order.go": "import . \"time\"\nvar now = Now()"}, []string{"imports time into its own names"}},
		{"Clock", "a field of that name", map[string]string{"internal/order/order.go": "type c struct{ Now int }\nvar tx c\nvar now = tx.Now"}, nil},

		{"Tables", "the owner", with(customers, "internal/customer/store.go", query("select id from customers")), nil},
		{"Tables", "a stranger reads", with(customers, "internal/order/store.go", query("select id from orders o\n join customers c on c.id = o.customer_id")), []string{"internal/order/store.go:2: order names table customers of customer"}},
		{"Tables", "a stranger inserts", with(customers, "internal/order/store.go", query("insert into customers (id) values ($1)")), []string{"order names table customers"}},
		{"Tables", "a stranger updates", with(customers, "internal/order/store.go", query("UPDATE customers SET name = $1")), []string{"order names table customers"}},
		{"Tables", "a stranger deletes", with(customers, "internal/order/store.go", query("delete from customers")), []string{"order names table customers"}},
		{"Tables", "a piece of a query", with(customers, "internal/order/store.go", query(" left join customers c on true")), []string{"order names table customers"}},
		{"Tables", "a query in pieces", with(customers, "internal/order/store.go", "var n = 1\nvar q = `select ` + cols(n) + ` from ` + `customers`\nfunc cols(int) string"), []string{"order names table customers"}},
		{"Tables", "a query inside a call inside a sum", with(customers, "internal/order/store.go", "var q = `x` + f(`select 1 from customers`)\nfunc f(string) string"), []string{"order names table customers"}},
		{"Tables", "English", with(customers, "internal/order/order.go", query("import orders from customers of last year")+"\nvar r = `update customers by hand`"), nil},
		{"Tables", "a comment in SQL", with(customers, "internal/order/store.go", query("select 1 from orders -- from customers")), nil},
		{"Tables", "a test", with(customers, "internal/order/store_test.go", query("select id from customers")), nil},
		{"Tables", "insight reads", with(customers, "internal/insight/store.go", query("select id from customers")), nil},
		{"Tables", "verify reads", with(customers, "internal/verify/store.go", query("select id from customers")), nil},
		{"Tables", "segment reads below", with(customers, "internal/segment/store.go", query("select id from customers")), nil},
		{"Tables", "segment writes", with(customers, "internal/segment/store.go", query("delete from customers")), []string{"segment writes table customers of customer"}},
		{"Tables", "insight writes", with(customers, "internal/insight/store.go", query("insert into customers (id) values (1)")), []string{"insight writes table customers of customer"}},
		{"Tables", "insight deletes", with(customers, "internal/insight/store.go", query("delete from customers")), []string{"insight writes table customers"}},
		{"Tables", "intake reads", with(customers, "internal/intake/store.go", query("select id from customers")), []string{"intake names table customers"}},
		{"Tables", "platform and event share", map[string]string{
			"internal/platform/db/migrations/00001_platform.sql": "create table if not exists jobs (id {{PK}});\nCREATE TABLE event_log (id bigint);",
			"internal/platform/job/store.go":                     query("delete from jobs where id = $1"), "internal/event/store.go": query("insert into event_log (id) values (1)"),
			"internal/order/store.go": query("select id from event_log"),
		}, []string{"order names table event_log of platform"}},
		{"Tables", "a migration of nobody", map[string]string{"internal/platform/db/migrations/00031_gift.sql": ""}, []string{"is not named"}},
		{"Tables", "a migration in two parts", with(customers, "internal/platform/db/migrations/00032_customer_tags.sql", "alter table customers add x int;"), nil},
		{"Tables", "a migration of others' tables", with(customers, "internal/platform/db/migrations/00040_order.sql", "alter table customers add x int;"), []string{"changes table customers of customer"}},

		{"Names", "a noun", map[string]string{"internal/order/order.go": "", "internal/platform/db/dbtest/dbtest.go": "", "internal/app/route/route.go": ""}, nil},
		{"Names", "a word that says nothing", map[string]string{"internal/platform/util/x.go": "", "internal/common/x.go": ""}, []string{"package common says nothing", "package util says nothing"}},
		{"Names", "only the package clause", map[string]string{"internal/order/x.go": "//package models"}, []string{"package models says nothing"}},
		{"Names", "a domain in two folders", map[string]string{"internal/order/refund/refund.go": ""}, []string{"a domain is one flat package"}},

		{"Length", "long enough", map[string]string{"internal/order/order.go": strings.Repeat("\n", 599)}, nil},
		{"Length", "too long", map[string]string{"internal/order/order.go": strings.Repeat("\n", 601)}, []string{"has 602 lines, more than 600"}},
		{"Length", "tests and generated files", map[string]string{"internal/order/order_test.go": strings.Repeat("\n", 700), "internal/order/gen.go": "//generated" + strings.Repeat("\n", 700)}, nil},
	}
	proved := map[string]int{}
	for _, c := range cases {
		if len(c.want) > 0 {
			proved[c.rule]++
		}
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range ruleNamed(t, c.rule).check(readTree(t, memory(c.files))) {
				got = append(got, f.place+": "+f.what)
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %d findings %q, want %d %q", len(got), got, len(c.want), c.want)
			}
			for i, want := range c.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("got %q, want it to contain %q", got[i], want)
				}
			}
		})
	}
	for _, r := range rules {
		if proved[r.name] == 0 {
			t.Errorf("rule %s has no example that breaks it", r.name)
		}
	}
}

func TestRequirement(t *testing.T) {
	t.Parallel()
	const gomod = "module x\n\nrequire a.example/one v1.2.3\n\nrequire (\n\ta.example/two v0.1.0 // indirect\n\ta.example/two/more v9.0.0\n)\n"
	for name, want := range map[string]string{"a.example/one": "v1.2.3", "a.example/two": "v0.1.0", "a.example/three": ""} {
		if got := requirement(gomod, name); got != want {
			t.Errorf("requirement(%s) = %q, want %q", name, got, want)
		}
	}
}

func ruleNamed(t *testing.T, name string) rule {
	t.Helper()
	for _, r := range rules {
		if r.name == name {
			return r
		}
	}
	t.Fatalf("there is no rule %q", name)
	return rule{}
}

// memory makes a file system of examples and writes their package clauses; an
// example may begin with //package NAME or //generated.
func memory(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		switch rest, named := strings.CutPrefix(text, "//package "); {
		case strings.HasSuffix(name, ".sql"):
		case named:
			text = "package " + rest + "\n"
		case strings.HasPrefix(text, "//generated"):
			text = "// Code generated by a test. DO NOT EDIT.\n\npackage x\n" + strings.TrimPrefix(text, "//generated")
		default:
			text = "package x\n" + text
		}
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func query(sql string) string { return "var q = `" + sql + "`" }

func clock(name string) string {
	return "import \"time\"\nvar a = " + name + ".Now()\nvar b = " + name + ".Since(a)\nvar c = " + name + ".Until(a)"
}

func with(files map[string]string, name, text string) map[string]string {
	all := map[string]string{name: text}
	for k, v := range files {
		all[k] = v
	}
	return all
}
