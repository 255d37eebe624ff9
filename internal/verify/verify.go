// Package verify tells whether the data of a shop is sound: it reads the tables, derives again what other
// packages have derived, and compares. It knows the tables and the promises but calls none of the code that
// writes, so that a fault of that code is not made twice; only the rules of segments are judged by their own
// code. It changes nothing and may be run by anyone at any time; of the shop it keeps in memory no more than
// the numbers of the members of one segment.
package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// maxFaults bounds the faults that are told of one check: after some, the rest is no news.
const maxFaults = 20

// Report is what a run found.
type Report struct {
	Checks []Check `json:"checks"`
}

// Check is one promise and what became of it.
type Check struct {
	Name    string  `json:"name"`
	What    string  `json:"what"`    // What says the promise.
	Checked int64   `json:"checked"` // Checked counts the things looked at.
	Faults  []Fault `json:"faults"`
	More    bool    `json:"more,omitempty"` // More is true if there are more faults than these.
}

// Fault is a thing that is not as it must be.
type Fault struct {
	Where string `json:"where"`
	Want  string `json:"want"`
	Got   string `json:"got"`
}

// Sound reports whether no check found a fault.
func (r Report) Sound() bool {
	for _, c := range r.Checks {
		if len(c.Faults) > 0 {
			return false
		}
	}
	return true
}

// Write writes the report for people to read.
func (r Report) Write(w io.Writer) error {
	var b strings.Builder
	faulty := 0
	for _, c := range r.Checks {
		mark := "ok   "
		if len(c.Faults) > 0 {
			faulty++
			mark = "FAULT"
		}
		fmt.Fprintf(&b, "%s  %-14s %12s  %s\n", mark, c.Name, grouped(c.Checked), c.What)
		for _, f := range c.Faults {
			fmt.Fprintf(&b, "       %s: want %s, got %s\n", f.Where, f.Want, f.Got)
		}
		if c.More {
			fmt.Fprintf(&b, "       and more\n")
		}
	}
	if faulty == 0 {
		fmt.Fprintf(&b, "%d checks, all sound\n", len(r.Checks))
	} else {
		fmt.Fprintf(&b, "%d checks, %d with faults\n", len(r.Checks), faulty)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// JSON writes the report for programs to read.
func (r Report) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// grouped writes a number with a comma after each three digits.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Run makes every check, all on one state of the database. The error is a fault of the database itself.
func Run(ctx context.Context, d *db.DB) (Report, error) {
	var r Report
	err := d.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = run(ctx, tx)
		return err
	})
	return r, err
}

func run(ctx context.Context, tx *db.Tx) (r Report, err error) {
	for _, c := range checks() {
		if err := c.run(ctx, tx); err != nil {
			return r, fmt.Errorf("check %s: %w", c.Name, err)
		}
		r.Checks = append(r.Checks, c.Check)
	}
	return r, nil
}

// checks returns all checks, from the ground up.
func checks() []*check {
	var all []*check
	for _, of := range [][]*check{platformChecks(), staffChecks(), privacyChecks(), customerChecks(), orderChecks(), segmentChecks(), insightChecks()} {
		all = append(all, of...)
	}
	return all
}
