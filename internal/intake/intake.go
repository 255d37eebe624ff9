// Package intake takes in files of orders, customers and products: it reads CSV and XLSX as shops really
// have them, proposes what each column means, shows what would come of it, and records it through the
// services of the domains, so that an imported order is an order like any other. An import can be run
// again, broken off, gone on with after a kill, and undone.
//
// What a row means is decided here; what becomes of an order, a customer or a product is decided by
// their own packages.
package intake

import (
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// ID names an import.
type ID = id.ID[importKind]

type importKind struct{}

func (importKind) Prefix() string { return "imp" }

// Kind is what a file holds.
type Kind string

// Kinds of imports.
const (
	Orders    Kind = "orders"
	Customers Kind = "customers"
	Products  Kind = "products"
)

// State is how far an import is.
type State string

// States of an import. Running and Undoing are left by a job; from the others a person goes on.
const (
	Uploaded  State = "uploaded"  // The file is here and its columns have a proposal.
	Previewed State = "previewed" // A dry run went through all of it and wrote nothing.
	Running   State = "running"
	Done      State = "done"
	Cancelled State = "cancelled"
	Failed    State = "failed"
	Undoing   State = "undoing"
	Undone    State = "undone"
)

// startable are the states in which a run may start: from the beginning, or where one was broken off.
var startable = []State{Uploaded, Previewed, Cancelled, Failed, Undone}

func (s State) canStart() bool { return slices.Contains(startable, s) }

// Limits of a file and of what is kept of an import.
const (
	MaxUploadBytes = 512 << 20 // MaxUploadBytes bounds a file as it is sent.
	MaxRows        = 10_000_000
	MaxColumns     = 1_000

	maxPlainBytes   = 4 << 30 // maxPlainBytes bounds a file after it is unpacked.
	maxXLSXBytes    = 128 << 20
	maxStoredFaults = 10_000
	maxCellBytes    = 32_768 // maxCellBytes is what a cell of a spreadsheet can hold.
	keepFiles       = 30 * 24 * time.Hour
)

// Counts say what became of the rows. Of a dry run they say what would.
type Counts struct {
	Rows            int64 `json:"rows" doc:"Rows read, without title, header, blank and total rows."`
	Orders          int64 `json:"orders" doc:"Orders recorded."`
	Refunds         int64 `json:"refunds" doc:"Refunds recorded."`
	Customers       int64 `json:"customers" doc:"Customers made by this import."`
	AnonymousOrders int64 `json:"anonymous_orders" doc:"Orders recorded that name no customer."`
	Products        int64 `json:"products,omitempty" doc:"Products made by an import of products."`
	Updated         int64 `json:"updated,omitempty" doc:"Customers or products that were there and were completed."`
	Unchanged       int64 `json:"unchanged" doc:"Orders, refunds, customers or products that were there already."`
	Skipped         int64 `json:"skipped,omitempty" doc:"Orders that were never paid, such as closed ones."`
	Errors          int64 `json:"errors" doc:"Faults found; a row can have several."`
}

func (c *Counts) add(o Counts) {
	c.Rows += o.Rows
	c.Orders += o.Orders
	c.Refunds += o.Refunds
	c.Customers += o.Customers
	c.AnonymousOrders += o.AnonymousOrders
	c.Products += o.Products
	c.Updated += o.Updated
	c.Unchanged += o.Unchanged
	c.Skipped += o.Skipped
	c.Errors += o.Errors
}

// Fault is what is wrong with a row. Its message never repeats the value, which may be personal.
type Fault struct {
	Line    int    `json:"line" doc:"Line of the file, from 1; of a spreadsheet, the row."`
	Field   string `json:"field,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Import is a file that is taken in, or was.
type Import struct {
	ID         ID        `json:"id"`
	Kind       Kind      `json:"kind" enum:"orders,customers,products"`
	Preset     string    `json:"preset"`
	State      State     `json:"state" enum:"uploaded,previewed,running,done,cancelled,failed,undoing,undone"`
	FileName   string    `json:"file_name"`
	FileBytes  int64     `json:"file_bytes"`
	FileKept   bool      `json:"file_kept" doc:"The file is still here; it is kept for 30 days."`
	SHA256     string    `json:"sha256"`
	Layout     Layout    `json:"layout"`
	Mapping    Mapping   `json:"mapping"`
	Counts     Counts    `json:"counts"`
	DryRun     bool      `json:"dry_run" doc:"The counts are those of a dry run: nothing was written."`
	TotalRows  int64     `json:"total_rows,omitempty" doc:"Absent until the rows have been counted."`
	Failure    string    `json:"failure,omitempty" doc:"The code of the error that ended it."`
	CreatedBy  staff.ID  `json:"created_by,omitzero"`
	CreatedAt  time.Time `json:"created_at"`
	StartedAt  time.Time `json:"started_at,omitzero"`
	UpdatedAt  time.Time `json:"updated_at"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	Version    int64     `json:"version"`

	path  string // path is where the file is, in the folder of imports.
	taken int64  // taken is how many orders or rows are behind.
	scope *access.Scope
}

// Progress tells how far a run is.
type Progress struct {
	State         State  `json:"state"`
	RowsDone      int64  `json:"rows_done"`
	RowsTotal     int64  `json:"rows_total" doc:"0 while the rows are being counted."`
	RowsPerSecond int64  `json:"rows_per_second"`
	RemainingMS   int64  `json:"remaining_ms" doc:"How long the rest will take at this rate."`
	Counts        Counts `json:"counts"`
}
