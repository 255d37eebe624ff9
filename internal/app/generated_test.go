package app_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

//go:generate go test -run TestGenerated -count=1 . -update

var update = flag.Bool("update", false, "write the generated files instead of comparing them")

// TestGenerated fails when a file that is made from the code is not what the code would make.
func TestGenerated(t *testing.T) {
	a := open(t, db.SQLite)
	openAPI, err := a.Web.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]byte{
		"../../docs/openapi.json": append(openAPI, '\n'),
		"../../docs/events.md":    catalogue(a.Log.Catalogue()),
	} {
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the code makes (%v): run make generate", path, err)
		}
	}
}

// catalogue writes docs/events.md, and prints who applies and follows what.
func catalogue(facts []event.Listing) []byte {
	var b strings.Builder
	b.WriteString("# Facts\n\nMade from the code by `make generate`. Every fact of the log, who applies it inside the transaction that records it,\n" +
		"and who follows it afterwards. See [architecture.md](architecture.md).\n\n| Fact | What happened | Applied by | Followed by |\n|---|---|---|---|\n")
	for _, f := range facts {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Kind, f.Text, strings.Join(f.AppliedBy, ", "), strings.Join(f.Followers, ", "))
	}
	return []byte(b.String())
}
