package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/shuke-crm/shuke/internal/demo"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func (c Command) demo(ctx context.Context, args []string) error {
	o := Options{Demo: true, Import: true} // What a power cut takes from a demo is no loss.
	f := c.flags("demo", &o)
	f.Lookup("db").DefValue = "a new file that is gone when the demo ends"
	listen := f.String("listen", c.env("SHUKE_LISTEN", "127.0.0.1:8420"), "address to listen on")
	customers := f.Int("customers", 8000, "how many customers the chain has")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if *customers < 1 || *customers > 1_000_000 {
		return errs.New(errs.Invalid, "command.usage", "--customers: want 1 to 1,000,000")
	}
	if !given(f, "db") {
		folder, err := os.MkdirTemp("", "shuke-demo")
		if err != nil {
			return fmt.Errorf("make demo folder: %w", err)
		}
		defer os.RemoveAll(folder) //nolint:errcheck // It is temporary; the system clears it in the end.
		o.Target = filepath.Join(folder, "demo.db")
	}
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer closeApp(a)
	if err := c.fillDemo(ctx, a, *customers); err != nil {
		return err
	}
	return a.Serve(ctx, *listen, func(address string) error {
		fmt.Fprintf(c.Out, "\nThe demo shop is open: %s\nSign in with one click as owner, marketer or clerk. Press Ctrl+C to close it.\n\n", address)
		return nil
	})
}

// fillDemo makes the chain, unless the database has shops already.
func (c Command) fillDemo(ctx context.Context, a *App, customers int) error {
	var filled bool
	err := a.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		shops, err := a.Staff.ListShops(access.With(ctx, access.Program("demo")), tx, "", 1)
		filled = len(shops) > 0
		return err
	})
	if err != nil || filled {
		return err
	}
	o := demo.Default(a.DB.Now(), a.Staff.Zone())
	o.Customers = customers
	start := db.Uptime()
	err = demo.Fill(ctx, a.demoServices(), o, func(done, total int) { c.printf("\rMaking a chain of shops: %d of %d sales", done, total) })
	if err != nil {
		return err
	}
	if err := a.CatchUp(ctx); err != nil {
		return err
	}
	c.printf("\rMade a chain of 5 shops with %d customers in %s.      \n", customers, (db.Uptime() - start).Round(100*time.Millisecond))
	return nil
}

// demoServices are what a chain is told to.
func (a *App) demoServices() demo.Services {
	return demo.Services{DB: a.DB, Staff: a.Staff, Consents: a.Consents, Customers: a.Customers, Catalog: a.Catalog, Orders: a.Orders}
}

// CatchUp brings the followers, and the jobs that are due, to their end, for commands that do not serve.
func (a *App) CatchUp(ctx context.Context) error {
	if err := a.Log.CatchUp(ctx); err != nil {
		return fmt.Errorf("follow the log: %w", err)
	}
	return a.Segments.Refresh(ctx)
}
