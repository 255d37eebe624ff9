package customer

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Suggestion is two records that may be one person, for somebody to decide.
type Suggestion struct {
	ID        SuggestionID `json:"id"`
	A         Summary      `json:"a" doc:"The record that was there first"`
	B         Summary      `json:"b"`
	Reason    Reason       `json:"reason"`
	Score     int64        `json:"score" doc:"How likely they are one, in percent"`
	CreatedAt time.Time    `json:"created_at"`
}

// ListSuggestions returns open suggestions about records the caller may see, the likeliest first, after
// the place given.
func (s *Service) ListSuggestions(ctx context.Context, tx *db.Tx, beforeScore int64, before SuggestionID, limit int) ([]Suggestion, error) {
	rows, err := listSuggestions(ctx, tx, s.ScopeSQL(ctx, tx, "g.customer_a"), s.ScopeSQL(ctx, tx, "g.customer_b"), beforeScore, before, limit)
	if err != nil {
		return nil, err
	}
	var ids []ID
	for _, r := range rows {
		ids = append(ids, r.A, r.B)
	}
	people, err := s.Summaries(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]Suggestion, len(rows))
	for i, r := range rows {
		all[i] = Suggestion{ID: r.ID, A: people[r.A], B: people[r.B], Reason: r.Reason, Score: r.Score, CreatedAt: time.UnixMilli(r.CreatedAt).UTC()}
	}
	return all, nil
}

// AcceptSuggestion merges the two records. The survivor is the one named, else the one that was there
// first. The errors are those of Merge and suggestion.not_found, suggestion.other_survivor.
func (s *Service) AcceptSuggestion(ctx context.Context, tx *db.Tx, suggestion SuggestionID, survivor ID, reason string) (MergeID, error) {
	g, err := s.findSuggestion(ctx, tx, suggestion)
	if err != nil {
		return MergeID{}, err
	}
	if survivor.IsZero() {
		survivor = g.A
		a, err := findRow(ctx, tx, g.A)
		if err != nil {
			return MergeID{}, err
		}
		b, err := findRow(ctx, tx, g.B)
		if err != nil {
			return MergeID{}, err
		}
		if b.CreatedAt.Before(a.CreatedAt) {
			survivor = g.B
		}
	}
	switch survivor {
	case g.A:
		return s.Merge(ctx, tx, g.A, g.B, reason)
	case g.B:
		return s.Merge(ctx, tx, g.B, g.A, reason)
	}
	return MergeID{}, errs.New(errs.Invalid, "suggestion.other_survivor", "the survivor is one of the two records")
}

// DismissSuggestion says that the two are not one person. They are not suggested again, nor merged by
// themselves. The error is suggestion.not_found.
func (s *Service) DismissSuggestion(ctx context.Context, tx *db.Tx, suggestion SuggestionID) error {
	g, err := s.findSuggestion(ctx, tx, suggestion)
	if err != nil {
		return err
	}
	return decidePair(ctx, tx, g.A, g.B, "dismissed", MergeID{})
}

// findSuggestion returns an open suggestion if the caller may see both records.
func (s *Service) findSuggestion(ctx context.Context, tx *db.Tx, suggestion SuggestionID) (suggestionRow, error) {
	return findSuggestion(ctx, tx, s.ScopeSQL(ctx, tx, "g.customer_a"), s.ScopeSQL(ctx, tx, "g.customer_b"), suggestion)
}

// suggestInstead leaves suggestions that a customer and others are one, though the transaction is about to
// be rolled back: what was typed is refused, and yet somebody should look at it.
func suggestInstead(tx *db.Tx, customer int64, others ...int64) {
	others = slices.DeleteFunc(slices.Clone(others), func(other int64) bool { return other == customer })
	if len(others) == 0 {
		return
	}
	tx.Instead(func(ctx context.Context, tx *db.Tx) error {
		rows := make([]suggestionRow, len(others))
		for i, other := range others {
			rows[i] = newSuggestion(tx, customer, suspicion{other, SameTyped, scores[SameTyped]})
		}
		return insertSuggestions(ctx, tx, rows)
	})
}

// suspectNamesakes suggests records of the same name and birthday.
func (s *Service) suspectNamesakes(ctx context.Context, tx *db.Tx, customer ID) error {
	const most = 10
	others, err := listNamesakes(ctx, tx, customer, most)
	if err != nil {
		return err
	}
	var rows []suggestionRow
	for _, other := range others {
		rows = append(rows, newSuggestion(tx, customer.Int64(), suspicion{other.Int64(), SameName, scores[SameName]}))
	}
	return insertSuggestions(ctx, tx, rows)
}
