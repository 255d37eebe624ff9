// Package app puts Shuke together: it opens the database, wires the domains in the order of their
// layers, serves their routes and runs their work. It is the only package that knows them all, and
// holds no rule of the trade.
package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/demo"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/insight"
	"github.com/shuke-crm/shuke/internal/intake"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/segment"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Options of Open.
type Options struct {
	Target   string // Target is the database: a file, or postgres://….
	KeyFile  string // KeyFile holds the keys of personal data; by default it lies beside a SQLite file.
	Folder   string // Folder keeps the files of imports; by default it lies beside a SQLite file.
	Demo     bool   // Demo lets the clock be moved and people sign in with one click.
	ReadOnly bool   // ReadOnly opens the database beside a server that runs; nothing can be written.
	Import   bool   // Import is for the command line's import into a file of its own; see db.Options.

	Limits         web.Limits     // Limits bound what clients can ask for.
	TrustedProxies []netip.Prefix // TrustedProxies are believed about the address of a client.
}

// App is Shuke, put together.
type App struct {
	DB        *db.DB
	Log       *event.Log
	Jobs      *job.Runner
	Keys      *privacy.Keys
	Consents  *privacy.Consents
	Staff     *staff.Service
	Customers *customer.Service
	Catalog   *catalog.Service
	Orders    *order.Service
	Segments  *segment.Service
	Insight   *insight.Service
	Intake    *intake.Service
	Demo      *demo.Living
	Web       *web.Server
}

// Open opens the database and wires the program on it. Close it when done.
func Open(ctx context.Context, o Options) (*App, error) {
	d, err := db.Open(ctx, db.Options{Target: o.Target, Demo: o.Demo, Import: o.Import, ReadOnly: o.ReadOnly})
	if err != nil {
		return nil, err
	}
	keys, err := loadKeys(ctx, d, o)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	a := &App{DB: d, Log: event.New(d), Jobs: job.NewRunner(d), Keys: keys}
	a.wire(o)
	return a, nil
}

// loadKeys reads the keys of personal data. A new SQLite file gets new keys beside it; a database that
// has data but no keys is refused, since new keys could not read it.
func loadKeys(ctx context.Context, d *db.DB, o Options) (*privacy.Keys, error) {
	path := o.KeyFile
	if path == "" && os.Getenv(privacy.KeyVariable) == "" {
		if d.Engine != db.SQLite {
			return nil, errs.New(errs.Invalid, "key.missing", "with PostgreSQL, name the key file with --key-file, or set %s", privacy.KeyVariable)
		}
		path = d.Name + ".key"
	}
	keys, err := privacy.LoadKeys(path, true)
	if err != nil {
		return nil, err
	}
	if o.ReadOnly {
		return keys, nil
	}
	return keys, d.Update(ctx, keys.Check)
}

// wire makes the domains and tells the log and the runner of them, lowest layer first: that is the
// order in which they apply facts.
func (a *App) wire(o Options) {
	a.Consents = &privacy.Consents{Log: a.Log}
	a.Staff = &staff.Service{DB: a.DB, Log: a.Log, Keys: a.Keys}
	a.Catalog = &catalog.Service{Log: a.Log, Staff: a.Staff}
	a.Customers = &customer.Service{DB: a.DB, Log: a.Log, Keys: a.Keys, Consents: a.Consents, Staff: a.Staff}
	a.Orders = &order.Service{Log: a.Log, Staff: a.Staff, Customers: a.Customers, Catalog: a.Catalog}
	a.Segments = &segment.Service{DB: a.DB, Log: a.Log, Jobs: a.Jobs, Staff: a.Staff, Customers: a.Customers, Orders: a.Orders}
	a.Insight = &insight.Service{DB: a.DB, Log: a.Log, Staff: a.Staff, Customers: a.Customers}
	a.Intake = &intake.Service{DB: a.DB, Jobs: a.Jobs, Staff: a.Staff, Customers: a.Customers, Catalog: a.Catalog, Orders: a.Orders, Folder: o.Folder}

	a.Demo = &demo.Living{Services: a.demoServices(), Log: a.Log, Jobs: a.Jobs}

	a.Web = web.New(web.Config{DB: a.DB, Authenticate: a.Staff.Authenticate, Version: Version, Limits: o.Limits, TrustedProxies: o.TrustedProxies})
	for _, domain := range []interface{ Register(*event.Log) }{
		a.Consents, a.Staff, a.Customers, a.Catalog, a.Orders, a.Segments, a.Insight,
	} {
		domain.Register(a.Log)
	}
	for _, domain := range []interface{ Routes(*web.Server) }{
		a.Consents, a.Staff, a.Customers, a.Catalog, a.Orders, a.Segments, a.Insight, a.Intake,
	} {
		domain.Routes(a.Web)
	}
	a.systemRoutes(a.Web)
	a.Segments.Work(a.Jobs)
	a.Orders.Work(a.Jobs)
	a.Intake.Work(a.Jobs)
	a.Demo.Work(a.Jobs)
	a.schedule()
}

// schedule tells the runner what comes round by itself.
func (a *App) schedule() {
	a.Jobs.Handle("web.purge_answers", job.Options{}, func(ctx context.Context, _ job.Job) error {
		return a.DB.Update(ctx, web.PurgeAnswers)
	})
	a.Jobs.Daily("purge idempotent answers", 4, a.Staff.Zone, "web.purge_answers")
}

// Close closes the database.
func (a *App) Close() error { return a.DB.Close() }

// Work runs the followers of the log and the jobs until ctx ends, then waits for what is under way.
func (a *App) Work(ctx context.Context) error {
	following := make(chan struct{})
	go func() {
		defer close(following)
		a.Log.Run(ctx)
	}()
	err := a.Jobs.Run(ctx)
	<-following
	if err != nil {
		return fmt.Errorf("run jobs: %w", err)
	}
	return nil
}
