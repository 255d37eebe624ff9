package customer

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// suggestionRow is a row of merge_suggestions.
type suggestionRow struct {
	ID        SuggestionID
	A, B      ID
	Reason    Reason
	Score     int64
	CreatedAt int64
}

func newSuggestion(tx *db.Tx, customer int64, other suspicion) suggestionRow {
	return suggestionRow{id.Of[suggestionKind](tx.NewID()), id.Of[customerKind](min(customer, other.customer)),
		id.Of[customerKind](max(customer, other.customer)), other.reason, other.score, tx.Now.UnixMilli()}
}

// insertSuggestions adds pairs that were not suggested before.
func insertSuggestions(ctx context.Context, tx *db.Tx, suggestions []suggestionRow) error {
	rows := make([][]any, len(suggestions))
	for i, s := range suggestions {
		rows[i] = []any{s.ID, s.A, s.B, string(s.Reason), s.Score, "open", s.CreatedAt}
	}
	_, err := db.InsertRows(ctx, tx, "merge_suggestions", "id, customer_a, customer_b, reason, score, state, created_at", rows, "on conflict do nothing")
	return err
}

// keptApart reports whether a person decided that two records are not one.
func keptApart(ctx context.Context, tx *db.Tx, a, b int64) (bool, error) {
	apart, err := db.Exists(ctx, tx, "select 1 from merge_suggestions where customer_a = $1 and customer_b = $2 and state = 'dismissed'", min(a, b), max(a, b))
	return apart, wrap("look for a decision", err)
}

// decidePair notes what was decided about two records, whether or not it was suggested.
func decidePair(ctx context.Context, tx *db.Tx, a, b ID, state string, mergeID MergeID) error {
	if a.Int64() > b.Int64() {
		a, b = b, a
	}
	_, err := tx.Exec(ctx, `insert into merge_suggestions (id, customer_a, customer_b, reason, score, state, merge_id, created_at, decided_by, decided_at)
		values ($1,$2,$3,'by_hand',0,$4,$5,$6,$7,$6) on conflict (customer_a, customer_b) do update set
		state = excluded.state, merge_id = excluded.merge_id, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
		tx.NewID(), a, b, state, mergeID, tx.Now.UnixMilli(), orNull(access.From(ctx).StaffID))
	return wrap("note decision", err)
}

const suggestionColumns = "g.id, g.customer_a, g.customer_b, g.reason, g.score, g.created_at"

// suggestionOpen is the condition for a suggestion that can be decided: both records are live.
const suggestionOpen = ` from merge_suggestions g join customers a on a.id = g.customer_a and a.state = 'active'
	join customers b on b.id = g.customer_b and b.state = 'active' where g.state = 'open' and `

func scanSuggestion(scan db.Scan) (g suggestionRow, err error) {
	err = scan(&g.ID, &g.A, &g.B, &g.Reason, &g.Score, &g.CreatedAt)
	return g, err
}

func listSuggestions(ctx context.Context, tx *db.Tx, scopeA, scopeB string, beforeScore int64, before SuggestionID, limit int) ([]suggestionRow, error) {
	if before.IsZero() {
		beforeScore, before = 1000, id.Of[suggestionKind](1)
	}
	all, err := db.All(ctx, tx, scanSuggestion, "select "+suggestionColumns+suggestionOpen+scopeA+" and "+scopeB+
		" and (g.score < $1 or (g.score = $1 and g.id < $2)) order by g.score desc, g.id desc limit $3", beforeScore, before, limit)
	return all, wrap("list suggestions", err)
}

func findSuggestion(ctx context.Context, tx *db.Tx, scopeA, scopeB string, suggestion SuggestionID) (suggestionRow, error) {
	g, err := scanSuggestion(tx.QueryRow(ctx, "select "+suggestionColumns+suggestionOpen+scopeA+" and "+scopeB+" and g.id = $1", suggestion).Scan)
	if db.NoRows(err) {
		return g, errs.New(errs.NotFound, "suggestion.not_found", "there is no such open suggestion")
	}
	return g, wrap("find suggestion", err)
}

// listNamesakes returns live records with the same name and the same birthday. The added text keeps SQLite from
// reading all birthdays first: the way leads from hers to those of the same day.
func listNamesakes(ctx context.Context, tx *db.Tx, customer ID, limit int) ([]ID, error) {
	all, err := db.All(ctx, tx, func(scan db.Scan) (c ID, err error) {
		err = scan(&c)
		return c, err
	}, `select o.id from customers c join life_dates l on l.customer_id = c.id and l.kind || '' = 'birthday' and l.removed_at is null
		join life_dates k on k.kind = l.kind and k.calendar = l.calendar and k.month = l.month and k.day = l.day and k.removed_at is null
		join customers o on o.id = k.customer_id and o.search_name = c.search_name and o.id <> c.id
		where c.id = $1 order by o.id limit $2`, customer, limit)
	return all, wrap("list namesakes", err)
}
