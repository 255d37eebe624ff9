package db

import "context"

// Column is a column as tests see it.
type Column struct {
	Name, Sort string
	Nullable   bool
}

// Catalogue gives tests the columns of each table.
func Catalogue(ctx context.Context, tx *Tx) (map[string][]Column, error) {
	tables, err := catalogue(ctx, tx)
	columns := map[string][]Column{}
	for _, t := range tables {
		for _, c := range t.columns {
			name := []string{"number", "float", "truth", "text", "document", "blob"}[c.sort]
			columns[t.name] = append(columns[t.name], Column{c.name, name, c.nullable})
		}
	}
	return columns, err
}

// BreakWriter gives the writer's connection up in the middle of a transaction, as when beginning one was
// cut off too late.
func BreakWriter(ctx context.Context, d *DB) error {
	if err := d.writer.begin(ctx); err != nil {
		return err
	}
	d.writer.drop()
	<-d.writer.turn
	return nil
}

// Seeded gives tests the tables that migrations fill.
func Seeded() (map[string]bool, error) { return seeded() }

// Plain gives tests the form of a number in a digest.
func Plain(number string) string { return plain(number) }
