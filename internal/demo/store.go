package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// chain is the chain of a demo as it is stored.
type chain struct {
	Options
	names      names
	livedUntil time.Time
	movingTo   time.Time
	told       Told
}

// findChain returns the chain, or nil if the database has none. A transaction that writes has it alone.
func findChain(ctx context.Context, tx *db.Tx, write bool) (*chain, error) {
	query := `select options, zone, names, lived_until, moving_to, told from demo_chains where id = 1`
	if write && tx.Engine == db.Postgres {
		query += " for update"
	}
	var c chain
	var options, zone, called, told string
	err := tx.QueryRow(ctx, query).Scan(&options, &zone, &called, db.ScanTime(&c.livedUntil), db.ScanTime(&c.movingTo), &told)
	if db.NoRows(err) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(options), &c.Options)
	}
	if err == nil {
		c.Zone, err = time.LoadLocation(zone)
	}
	if err == nil {
		err = json.Unmarshal([]byte(called), &c.names)
	}
	if err == nil {
		err = json.Unmarshal([]byte(told), &c.told)
	}
	if err != nil {
		return nil, fmt.Errorf("read the chain: %w", err)
	}
	return &c, nil
}

func insertChain(ctx context.Context, tx *db.Tx, c *chain) error {
	options, err := json.Marshal(c.Options)
	if err != nil {
		return fmt.Errorf("write options: %w", err)
	}
	called, err := json.Marshal(c.names)
	if err != nil {
		return fmt.Errorf("write names: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into demo_chains (id, options, zone, names, lived_until, moving_to, told) values (1, $1, $2, $3, $4, $4, '{}')`,
		string(options), c.Zone.String(), string(called), db.Millis(c.livedUntil))
	return err
}

func updateChain(ctx context.Context, tx *db.Tx, c *chain) error {
	told, err := json.Marshal(c.told)
	if err != nil {
		return fmt.Errorf("write what happened: %w", err)
	}
	_, err = tx.Exec(ctx, `update demo_chains set lived_until = $1, moving_to = $2, told = $3 where id = 1`,
		db.Millis(c.livedUntil), db.Millis(c.movingTo), string(told))
	return err
}

// insertPeople says who the people of the chain are, from a number on; who is not known has no row.
func insertPeople(ctx context.Context, tx *db.Tx, first int, ids []customer.ID) error {
	var rows [][]any
	for i, id := range ids {
		if !id.IsZero() {
			rows = append(rows, []any{first + i, id})
		}
	}
	_, err := db.InsertRows(ctx, tx, "demo_people", "n, customer_id", rows, "")
	return err
}

// listPeople returns who the people of the chain are, by their numbers.
func listPeople(ctx context.Context, tx *db.Tx) (ids []customer.ID, err error) {
	_, err = db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var n int
		var id customer.ID
		err := scan(&n, &id)
		for len(ids) < n {
			ids = append(ids, customer.ID{})
		}
		ids = append(ids, id)
		return struct{}{}, err
	}, `select n, customer_id from demo_people order by n`)
	return ids, err
}
