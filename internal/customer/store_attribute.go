package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

const definitionColumns = "id, code, name, name_en, kind, multiple, record_group, options, pack, active, position, version"

func scanDefinition(scan db.Scan) (d Definition, err error) {
	var options string
	err = scan(&d.ID, &d.Code, &d.Name, &d.NameEN, &d.Kind, &d.Multiple, &d.Group, &options, &d.Pack, &d.Active, &d.Position, &d.Version)
	if err == nil {
		err = json.Unmarshal([]byte(options), &d.Options)
	}
	return d, err
}

// listDefinitions returns the attributes in the order they are shown, without those that are not active
// if so asked.
func listDefinitions(ctx context.Context, tx *db.Tx, active bool) ([]Definition, error) {
	all, err := db.All(ctx, tx, scanDefinition, "select "+definitionColumns+" from attribute_definitions where active or not $1 order by pack, position, code limit $2",
		active, maxDefinitions)
	return all, wrap("list attributes", err)
}

func countDefinitions(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, "select count(*) from attribute_definitions").Scan(&n)
	return n, wrap("count attributes", err)
}

// insertDefinitions adds those whose code is new and returns how many they were.
func insertDefinitions(ctx context.Context, tx *db.Tx, definitions []Definition) (int64, error) {
	rows := make([][]any, len(definitions))
	for i, d := range definitions {
		if d.Options == nil {
			d.Options = []Option{}
		}
		options, err := json.Marshal(d.Options)
		if err != nil {
			return 0, fmt.Errorf("encode options: %w", err)
		}
		rows[i] = []any{d.ID, d.Code, d.Name, d.NameEN, string(d.Kind), d.Multiple, d.Group, string(options), d.Pack, d.Active, d.Position, d.Version, db.Millis(d.createdAt)}
	}
	return db.InsertRows(ctx, tx, "attribute_definitions", definitionColumns+", created_at", rows, "on conflict do nothing")
}

func listEnabledPacks(ctx context.Context, tx *db.Tx) (map[string]bool, error) {
	enabled := map[string]bool{}
	codes, err := db.All(ctx, tx, func(scan db.Scan) (code string, err error) {
		err = scan(&code)
		return code, err
	}, "select code from attribute_packs where enabled limit 100")
	for _, code := range codes {
		enabled[code] = true
	}
	return enabled, wrap("list packs", err)
}

// countPackValues returns how many customers that a condition on a admits have a value of each pack, also of
// those that are not enabled.
func countPackValues(ctx context.Context, tx *db.Tx, scope string) (map[string]int64, error) {
	kept := map[string]int64{}
	type row struct {
		code      string
		customers int64
	}
	all, err := db.All(ctx, tx, func(scan db.Scan) (r row, err error) {
		err = scan(&r.code, &r.customers)
		return r, err
	}, `select d.pack, count(distinct a.customer_id) from attribute_definitions d join customer_attributes a on a.definition_id = d.id
		join customers c on c.id = a.customer_id and c.state = 'active'
		where d.pack <> '' and a.removed_at is null and `+scope+` group by d.pack limit 100`)
	for _, r := range all {
		kept[r.code] = r.customers
	}
	return kept, wrap("count the values of packs", err)
}

// switchPack notes whether a pack is enabled, and shows or hides what came with it.
func switchPack(ctx context.Context, tx *db.Tx, code string, enabled bool, staffID int64) error {
	_, err := tx.Exec(ctx, `insert into attribute_packs (code, enabled, changed_by, changed_at) values ($1,$2,$3,$4)
		on conflict (code) do update set enabled = excluded.enabled, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
		code, enabled, orNull(staffID), tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("switch pack: %w", err)
	}
	if _, err := tx.Exec(ctx, "update attribute_definitions set active = $1 where pack = $2", enabled, code); err != nil {
		return fmt.Errorf("switch attributes of pack: %w", err)
	}
	_, err = tx.Exec(ctx, "update tags set archived = $1 where pack = $2", !enabled, code)
	return wrap("switch tags of pack", err)
}

// attributeRow is a value to write: one of its fields holds, by the kind.
type attributeRow struct {
	definition DefinitionID
	choice     string
	text       any
	number     any
	day        any
	is         any
}

// attributesOf is what a customer's attributes become: the values of the definitions end, the rows take
// their place.
type attributesOf struct {
	customer    ID
	definitions []DefinitionID
	rows        []attributeRow
	source      string
	at          time.Time
}

// replaceAttributes ends the values of the attributes and writes the new ones.
func replaceAttributes(ctx context.Context, tx *db.Tx, all []attributesOf) error {
	var values [][]any
	for _, of := range all {
		err := db.InChunks(of.definitions, func(chunk []DefinitionID) error {
			in, args := db.In(2, chunk)
			_, err := tx.Exec(ctx, "update customer_attributes set removed_at = $1 where customer_id = $2 and removed_at is null and definition_id in "+in,
				append([]any{tx.Now.UnixMilli(), of.customer}, args...)...)
			return err
		})
		if err != nil {
			return fmt.Errorf("end attributes: %w", err)
		}
		for _, r := range of.rows {
			values = append(values, []any{tx.NewID(), of.customer, r.definition, r.choice, r.text, r.number, r.day, r.is, of.source,
				orNull(access.From(ctx).StaffID), of.at.UnixMilli()})
		}
	}
	_, err := db.InsertRows(ctx, tx, "customer_attributes",
		"id, customer_id, definition_id, choice, text_value, number_value, day_value, bool_value, source, set_by, set_at", values, "")
	return err
}

// listAttributes returns the attributes of a customer that are active, in the order they are shown.
func listAttributes(ctx context.Context, tx *db.Tx, customer ID) ([]AttributeValue, error) {
	type row struct {
		AttributeValue
		options string
		choice  string
	}
	rows, err := db.All(ctx, tx, func(scan db.Scan) (r row, err error) {
		var text *string
		var day cal.Day
		err = scan(&r.definition, &r.Code, &r.Name, &r.NameEN, &r.Kind, &r.Group, &r.options, &r.choice, &text, &r.Number, &day, &r.Bool,
			&r.Source, &r.SetBy, db.ScanTime(&r.SetAt))
		if text != nil {
			r.Text = *text
		}
		r.Day = day
		return r, err
	}, `select d.id, d.code, d.name, d.name_en, d.kind, d.record_group, d.options, a.choice, a.text_value, a.number_value, a.day_value, a.bool_value,
			a.source, a.set_by, a.set_at
		from customer_attributes a join attribute_definitions d on d.id = a.definition_id
		where a.customer_id = $1 and a.removed_at is null and d.active order by d.pack, d.position, d.code, a.id limit $2`, customer, maxDefinitions*maxChoices)
	if err != nil {
		return nil, fmt.Errorf("list attributes of a customer: %w", err)
	}
	var all []AttributeValue
	for _, r := range rows {
		if n := len(all); n == 0 || all[n-1].definition != r.definition {
			all = append(all, r.AttributeValue)
		}
		if r.choice == "" {
			continue
		}
		last := &all[len(all)-1]
		last.Choices = append(last.Choices, optionOf(r.options, r.choice))
	}
	return all, nil
}

// optionOf returns the option with the code; one that was taken out of the definition keeps its code.
func optionOf(options, code string) Option {
	var all []Option
	if json.Unmarshal([]byte(options), &all) == nil {
		for _, o := range all {
			if o.Code == code {
				return o
			}
		}
	}
	return Option{Code: code, Name: code}
}
