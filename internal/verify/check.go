package verify

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// check is a promise, with how to look whether it is kept.
type check struct {
	Check
	count string // count is the query for how many things there are.
	rules []rule
	by    func(ctx context.Context, tx *db.Tx, c *check) error // by does what rules cannot say.
	// follower keeps what is checked; while it is behind there is nothing to compare.
	follower string
}

// rule finds rows in which what stands (got) differs from what should (want). All is done by the database, in
// one pass over the tables; the rows that come out are faults.
type rule struct {
	thing  func(n int64) string // thing names a row by its number.
	key    string               // key is the expression for that number.
	note   string               // note is an expression for a text that tells rows further apart.
	from   string               // from is what follows "from", with joins, where and group by; late stands for a moment ago.
	fields []field
}

// late stands, in the text of a rule, for the instant before which what follows must have followed.
const late = "{{late}}"

// field is one comparison; want and got are expressions. Neither is nil-safe: NULL differs from a value.
type field struct{ name, want, got string }

// of returns how to write the identifier of a kind, for example of("ord").
func of(prefix string) func(int64) string { return func(n int64) string { return id.Text(prefix, n) } }

// numbered returns how to write a number of something without an identifier.
func numbered(noun string) func(int64) string {
	return func(n int64) string { return noun + " " + strconv.FormatInt(n, 10) }
}

// named is for rows that only their note names.
func named(noun string) func(int64) string { return func(int64) string { return noun } }

// fault notes a fault, or that there are more.
func (c *check) fault(where, want, got string) {
	if len(c.Faults) == maxFaults {
		c.More = true
		return
	}
	c.Faults = append(c.Faults, Fault{where, want, got})
}

// full reports whether further faults are not told.
func (c *check) full() bool { return c.More }

func (c *check) run(ctx context.Context, tx *db.Tx) error {
	c.Faults = []Fault{}
	if c.follower != "" {
		behind, err := db.Exists(ctx, tx, `select 1 from events where pos is null or pos > coalesce((select pos from followers where name = $1), 0)`, c.follower)
		if err != nil {
			return err
		}
		if behind {
			c.What += "; not compared, since its follower is behind"
			return nil
		}
	}
	if c.count != "" {
		if err := tx.QueryRow(ctx, c.count).Scan(&c.Checked); err != nil {
			return err
		}
	}
	for _, r := range c.rules {
		if err := c.apply(ctx, tx, r); err != nil {
			return err
		}
	}
	if c.by != nil {
		return c.by(ctx, tx, c)
	}
	return nil
}

// apply runs the query of a rule.
func (c *check) apply(ctx context.Context, tx *db.Tx, r rule) error {
	if r.note == "" {
		r.note = "''"
	}
	columns := []string{r.key + " as thing", r.note + " as note"}
	var differ []string
	for i, f := range r.fields {
		columns = append(columns, fmt.Sprintf("%s as w%d, %s as g%d", f.want, i, f.got, i))
		differ = append(differ, fmt.Sprintf("w%d is distinct from g%d", i, i))
	}
	from := strings.ReplaceAll(r.from, late, strconv.FormatInt(tx.Now.Add(-maxLag).UnixMilli(), 10))
	rows, err := tx.Query(ctx, "select * from (select "+strings.Join(columns, ", ")+" from "+from+") compared where "+
		strings.Join(differ, " or ")+" order by thing, note limit "+strconv.Itoa(maxFaults+1))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var thing int64
		var note string
		values := make([]any, 2*len(r.fields))
		targets := []any{&thing, &note}
		for i := range values {
			targets = append(targets, &values[i])
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		where := strings.TrimSpace(r.thing(thing) + " " + note)
		for i, f := range r.fields {
			if want, got := text(values[2*i]), text(values[2*i+1]); want != got {
				c.fault(where+" "+f.name, want, got)
			}
		}
	}
	return rows.Err()
}

// text writes a value of the database for people.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case []byte:
		return string(v)
	default:
		return fmt.Sprint(v)
	}
}
