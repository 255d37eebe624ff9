// Package access says who is calling and what they may do. Every entry point of a domain reads the
// caller from its context; without one nothing is allowed.
package access

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Permission is the right to do one kind of thing. Every route names one.
type Permission string

// Permissions. Public, Own and SignedIn are for routes that need no right of their own; Own is for those of one's
// own account, which stay open while something is due.
const (
	Public          Permission = "public"
	Own             Permission = "own"
	SignedIn        Permission = "signed_in"
	CustomersRead   Permission = "customers.read"
	CustomersWrite  Permission = "customers.write"
	CustomersReveal Permission = "customers.reveal"
	CustomersMerge  Permission = "customers.merge"
	CustomersExport Permission = "customers.export"
	ConsentWrite    Permission = "consent.write"
	TagsManage      Permission = "tags.manage"
	ProductsRead    Permission = "products.read"
	ProductsWrite   Permission = "products.write"
	CostRead        Permission = "cost.read"
	OrdersRead      Permission = "orders.read"
	OrdersWrite     Permission = "orders.write"
	EventsWrite     Permission = "events.write"
	ImportsRun      Permission = "imports.run"
	ReportsRead     Permission = "reports.read"
	ReportsExport   Permission = "reports.export"
	SegmentsManage  Permission = "segments.manage"
	ShopsRead       Permission = "shops.read"
	ShopsManage     Permission = "shops.manage"
	StaffRead       Permission = "staff.read"
	StaffManage     Permission = "staff.manage"
	KeysManage      Permission = "keys.manage"
	AuditRead       Permission = "audit.read"
	JobsManage      Permission = "jobs.manage"
	SettingsRead    Permission = "settings.read"
	SettingsManage  Permission = "settings.manage"
	ClockMove       Permission = "clock.move"
	MetricsRead     Permission = "metrics.read"
)

// Scope is the set of shops whose rows a caller may see. The zero Scope sees none.
type Scope struct {
	All   bool
	Shops []int64
}

// Has reports whether the scope holds the shop.
func (s Scope) Has(shop int64) bool { return s.All || slices.Contains(s.Shops, shop) }

// SQL returns a condition on the column of a shop id, for a where clause: "(1=1)", or
// "(column in (…))". The numbers are written in, since they are int64 and can carry no text.
func (s Scope) SQL(column string) string {
	if s.All {
		return "(1=1)"
	}
	if len(s.Shops) == 0 {
		return "(1=0)"
	}
	var b strings.Builder
	b.WriteString("(" + column + " in (")
	for i, shop := range s.Shops {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(strconv.FormatInt(shop, 10))
	}
	b.WriteString("))")
	return b.String()
}

// Caller is a person of the staff, an API key, or the program itself.
type Caller struct {
	StaffID     int64 // StaffID is 0 for an API key and for the program.
	KeyID       int64 // KeyID is 0 for a person and for the program.
	Name        string
	Role        string
	Permissions map[Permission]bool
	Scope       Scope
	Due         string // Due is the code of what must be done before anything but Own is permitted, or "".
	Session     string // Session names the session for audit; it is not the secret.
	Touchpoint  string // Touchpoint is where the facts of this caller come from: console, api, import, job …
	Program     bool   // Program is true for work the program does by itself; it may do everything.
}

// Can reports whether the caller has the permission.
func (c Caller) Can(p Permission) bool {
	switch {
	case p == Public || c.Program:
		return true
	case p == Own:
		return c.StaffID != 0 || c.KeyID != 0
	case c.Due != "":
		return false
	case p == SignedIn:
		return c.StaffID != 0 || c.KeyID != 0
	default:
		return c.Permissions[p]
	}
}

// Program returns the caller for the program's own work, such as jobs and the command line.
func Program(touchpoint string) Caller {
	return Caller{Name: "Shuke", Role: "program", Scope: Scope{All: true}, Touchpoint: touchpoint, Program: true}
}

type key struct{}

// With returns a context in which c is the caller.
func With(ctx context.Context, c Caller) context.Context { return context.WithValue(ctx, key{}, c) }

// From returns the caller of ctx: without one, a caller who may do nothing.
func From(ctx context.Context) Caller {
	c, _ := ctx.Value(key{}).(Caller)
	return c
}

// Require returns a Forbidden error unless the caller has the permission: the code of what is due first, else
// access.denied.
func (c Caller) Require(p Permission) error {
	switch {
	case c.Can(p):
		return nil
	case c.Due != "":
		return errs.New(errs.Forbidden, c.Due, "your account needs something first, see due of the session")
	}
	return errs.New(errs.Forbidden, "access.denied", "this needs the permission %s", p)
}

// Require is Require of the caller of ctx.
func Require(ctx context.Context, p Permission) error { return From(ctx).Require(p) }
