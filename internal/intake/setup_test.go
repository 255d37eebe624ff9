package intake

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/segment"
	"github.com/shuke-crm/shuke/internal/staff"
)

// house is the program around an import, on an empty database.
type house struct {
	*Service
	log     *event.Log
	keyFile string
}

// wire puts the program together on a database, as package app does.
func wire(t testing.TB, d *db.DB, keyFile string) house {
	t.Helper()
	keys, err := privacy.LoadKeys(keyFile, true)
	if err != nil {
		t.Fatalf("load keys: %v", err)
	}
	l, jobs := event.New(d), job.NewRunner(d)
	consents := &privacy.Consents{Log: l}
	people := &staff.Service{DB: d, Log: l, Keys: keys}
	goods := &catalog.Service{Log: l, Staff: people}
	customers := &customer.Service{DB: d, Log: l, Keys: keys, Consents: consents, Staff: people}
	orders := &order.Service{Log: l, Staff: people, Customers: customers, Catalog: goods}
	segments := &segment.Service{DB: d, Log: l, Jobs: jobs, Staff: people, Customers: customers, Orders: orders}
	for _, domain := range []interface{ Register(*event.Log) }{consents, people, customers, goods, orders, segments} {
		domain.Register(l)
	}
	s := &Service{DB: d, Jobs: jobs, Staff: people, Customers: customers, Catalog: goods, Orders: orders, Folder: filepath.Join(t.TempDir(), "imports")}
	s.Work(jobs)
	return house{s, l, keyFile}
}

// open wires the program with keys of its own.
func open(t testing.TB, d *db.DB) house {
	t.Helper()
	return wire(t, d, filepath.Join(t.TempDir(), "key"))
}

// write makes a file of the test.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func writeIn(t interface{ Fatalf(string, ...any) }, dir, name, text string) string {
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatalf("write: %v", err)
	}
	return path
}
