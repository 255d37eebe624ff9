// Package arch keeps the rules of the house. It has no code of its own, only
// tests: they read the source, never run it, and say why when a rule is broken.
//
// # Layers
//
// A package imports packages of lower rows only, never of its own row.
//
//	10  app, demo                            may import all (app may import demo)
//	 9  insight, intake, verify
//	 8  campaign, journey
//	 7  feedback, survey, community
//	 6  message, task, loyalty, promotion, recommend, predict
//	 5  segment
//	 4  order
//	 3  customer, catalog
//	 2  staff
//	 1  privacy
//	 0  event, above platform/*; webui, which only serves files
//
// Below, in internal/platform: errs is known by all and knows nobody; id, cal,
// access and config know errs; db knows errs and id; web knows db, access, cal
// and these; job knows db and these. Where two packages of one row must talk,
// the lower one records a fact and the other follows it, or the shared noun
// moves down, with an ADR. Tests may import what they like; Go forbids cycles.
//
// # SQL
//
// Package database/sql is imported in internal/platform and in files named
// store.go or store_*.go, so that whoever looks for a query knows where it is.
// Database drivers are imported in internal/platform/db alone.
//
// # HTTP
//
// Package net/http is imported in internal/platform/web, app, webui and files
// named http.go or http_*.go, so that the rules of the shop know no protocol.
//
// # Clock
//
// Functions time.Now, time.Since and time.Until are called in
// internal/platform/db alone. All else reads tx.Now or db.Now, so that a demo
// or a test can move the clock of the whole program.
//
// # Tables
//
// A table is named in SQL by its owner alone: the package named in the
// migration file that creates it (00030_customer.sql). Tables of platform
// belong to internal/platform and event. Packages insight and verify may read
// every table and write none of others; package segment those of lower rows.
//
// # Names
//
// No package is called util, common, shared, types or models: such a name says
// nothing about what is inside. A domain is one flat package.
//
// # Length
//
// A file of Go has at most 400 lines; from 600 it fails. Tests and generated
// files are free.
package arch
