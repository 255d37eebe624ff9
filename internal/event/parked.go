package event

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// FollowerState says how far a follower has come.
type FollowerState struct {
	Name   string `json:"name"`
	Pos    int64  `json:"pos"`
	Behind int64  `json:"behind"` // Behind is the places between it and the end of the log.
	Parked int64  `json:"parked"`
}

// Parked is a fact that a follower could not take.
type Parked struct {
	Follower string    `json:"follower"`
	Pos      int64     `json:"pos"`
	Kind     Kind      `json:"kind"`
	Subject  string    `json:"subject,omitempty"`
	Error    string    `json:"error"`
	Attempts int       `json:"attempts"`
	ParkedAt time.Time `json:"parked_at"`
}

// States returns the state of every follower, in the order they were registered.
func (l *Log) States(ctx context.Context, tx *db.Tx) ([]FollowerState, error) {
	head, err := Head(ctx, tx)
	if err != nil {
		return nil, err
	}
	states := make([]FollowerState, len(l.followers))
	for i, f := range l.followers {
		s := FollowerState{Name: f.name}
		err := tx.QueryRow(ctx, `select coalesce((select pos from followers where name = $1), 0),
			(select count(*) from parked_facts where follower = $1)`, f.name).Scan(&s.Pos, &s.Parked)
		if err != nil {
			return nil, err
		}
		s.Behind = max(0, head-s.Pos)
		states[i] = s
	}
	return states, nil
}

// ListParked returns up to limit parked facts, oldest first.
func (l *Log) ListParked(ctx context.Context, tx *db.Tx, limit int) ([]Parked, error) {
	return db.All(ctx, tx, func(scan db.Scan) (p Parked, err error) {
		return p, scan(&p.Follower, &p.Pos, &p.Kind, &p.Subject, &p.Error, &p.Attempts, db.ScanTime(&p.ParkedAt))
	}, `select p.follower, p.pos, e.kind, e.subject, p.error, p.attempts, p.parked_at
		from parked_facts p join events e on e.pos = p.pos order by p.pos, p.follower limit $1`, limit)
}

// RetryParked gives the follower a parked fact again, in tx. It returns event.not_parked if there is
// none, event.not_first if an earlier fact of the same customer is parked, and otherwise what the
// follower says.
func (l *Log) RetryParked(ctx context.Context, tx *db.Tx, follower string, pos int64) error {
	i := slices.IndexFunc(l.followers, func(f listener) bool { return f.name == follower })
	if i < 0 {
		return errs.New(errs.NotFound, "event.not_parked", "there is no such follower")
	}
	records, err := ListFrom(ctx, tx, pos-1, 1)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, "delete from parked_facts where follower = $1 and pos = $2", follower, pos)
	if err != nil {
		return err
	}
	if n == 0 || len(records) == 0 {
		return errs.New(errs.NotFound, "event.not_parked", "this fact is not parked")
	}
	earlier, err := db.Exists(ctx, tx, "select 1 from parked_facts where follower = $1 and customer_id = $2 and pos < $3",
		follower, records[0].CustomerID, pos)
	if err != nil {
		return err
	}
	if earlier {
		return errs.New(errs.Conflict, "event.not_first", "an earlier fact of this customer is parked: retry that first")
	}
	if err := l.followers[i].handle(ctx, tx, records); err != nil {
		return fmt.Errorf("retry fact %d for %s: %w", pos, follower, err)
	}
	return nil
}

// Rewind sends a follower back to the start of the log; its owner empties the projection in the same tx.
func (l *Log) Rewind(ctx context.Context, tx *db.Tx, follower string) error {
	if _, err := tx.Exec(ctx, "delete from parked_facts where follower = $1", follower); err != nil {
		return err
	}
	return setCursor(ctx, tx, follower, 0)
}

// Listing says of one sort of fact who learns of it.
type Listing struct {
	Kind      Kind
	Text      string
	AppliedBy []string
	Followers []string
}

// Catalogue returns every declared sort of fact, by name, for docs/events.md.
func (l *Log) Catalogue() []Listing {
	var all []Listing
	for kind, text := range l.docs {
		all = append(all, Listing{kind, text, listening(l.appliers, kind), listening(l.followers, kind)})
	}
	slices.SortFunc(all, func(a, b Listing) int {
		if a.Kind < b.Kind {
			return -1
		}
		return 1
	})
	return all
}

func listening(all []listener, kind Kind) (names []string) {
	for _, s := range all {
		if slices.Contains(s.kinds, kind) {
			names = append(names, s.name)
		}
	}
	return names
}
