// Package event is the log of facts, the spine of Shuke. A domain appends what happened in its own
// transaction; others learn of it in two ways: Apply runs inside that transaction, Follow runs soon
// after it, in the order of the log, with effects and cursor in one transaction.
//
// The log keeps facts as they were written and never changes them.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// Kind names a sort of fact, past tense: "order.paid".
type Kind string

// Fact is something that happened. Its JSON is its payload.
type Fact interface{ FactKind() Kind }

// Entry is a fact with its surroundings, to append.
type Entry struct {
	Fact       Fact
	CustomerID int64     // CustomerID is 0 when no customer is known.
	ShopID     int64     // ShopID is 0 when no shop is.
	Subject    string    // Subject is what it is about, such as "ord_…"; empty when the customer is all.
	HappenedAt time.Time // HappenedAt defaults to tx.Now.
	History    bool      // History marks imported history: it is applied but starts nothing.
}

// Record is a fact as it stands in the log.
type Record struct {
	Pos                         int64 // Pos is its place in the log; 0 inside Apply, where it has none yet.
	Kind                        Kind
	CustomerID, ShopID, StaffID int64
	Subject, Touchpoint         string
	History                     bool
	HappenedAt, RecordedAt      time.Time
	Payload                     json.RawMessage
	Fact                        Fact // Fact is the value that was appended; only inside Apply.
}

// Decode reads the payload into v.
func (r Record) Decode(v any) error {
	if err := json.Unmarshal(r.Payload, v); err != nil {
		return fmt.Errorf("decode %s at %d: %w", r.Kind, r.Pos, err)
	}
	return nil
}

// View is a fact as replies show it.
type View struct {
	Kind       Kind            `json:"kind"`
	CustomerID string          `json:"customer_id,omitempty"`
	Subject    string          `json:"subject,omitempty"`
	HappenedAt time.Time       `json:"happened_at"`
	Data       json.RawMessage `json:"data"`
}

// Doc describes a sort of fact for docs/events.md.
type Doc struct {
	Fact Fact
	Text string // Text is one sentence: what happened.
}

// Handler takes a batch of facts of the kinds it asked for, in order. An Apply handler does no I/O but
// statements on tx; a Follow handler must look at Record.History before it starts anything.
type Handler func(ctx context.Context, tx *db.Tx, records []Record) error

// Log is the log of facts. Declare, Apply and Follow are called while wiring, before the first Append.
type Log struct {
	DB *db.DB

	docs      map[Kind]string
	appliers  []listener
	followers []listener

	mu      sync.Mutex
	waiting []chan struct{} // waiting holds a wake-up channel per running follower, and the sequencer's.
}

type listener struct {
	name   string
	kinds  []Kind
	handle Handler
}

// New returns a log on the database.
func New(d *db.DB) *Log { return &Log{DB: d, docs: map[Kind]string{}} }

// Declare adds facts to the catalogue. Appending a fact that was not declared is an error.
func (l *Log) Declare(docs ...Doc) {
	for _, d := range docs {
		l.docs[d.Fact.FactKind()] = d.Text
	}
}

// Apply has handle run for facts of the kinds inside the transaction that appends them. Handlers run in
// the order they were registered, which is that of the layers.
func (l *Log) Apply(name string, handle Handler, kinds ...Kind) {
	l.appliers = append(l.appliers, listener{name, kinds, handle})
}

// Follow has handle run for facts of the kinds after their transaction, in log order. The name keeps
// the cursor and must not change.
func (l *Log) Follow(name string, handle Handler, kinds ...Kind) {
	l.followers = append(l.followers, listener{name, kinds, handle})
}

// eventColumns are the columns that Append writes.
const eventColumns = "kind, customer_id, shop_id, staff_id, subject, touchpoint, history, happened_at, recorded_at, payload"

// maxDepth bounds facts that cause facts that cause facts.
const maxDepth = 8

type (
	depthKey  struct{}
	causedKey struct{}
)

// Append writes facts to the log and applies them, all in tx. Staff and touchpoint are the caller's.
func (l *Log) Append(ctx context.Context, tx *db.Tx, entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	depth, _ := ctx.Value(depthKey{}).(int)
	if depth >= maxDepth {
		return fmt.Errorf("append %s: facts cause each other %d deep", entries[0].Fact.FactKind(), depth)
	}
	records, err := l.insert(ctx, tx, entries)
	if err != nil {
		return err
	}
	caused, _ := tx.Kept(causedKey{}).([]Record)
	tx.Keep(causedKey{}, append(caused, records...))
	if caused == nil {
		tx.OnCommit(l.Wake)
	}
	ctx = context.WithValue(ctx, depthKey{}, depth+1)
	for _, a := range l.appliers {
		batch := a.wanted(records)
		if len(batch) == 0 {
			continue
		}
		if err := a.handle(ctx, tx, batch); err != nil {
			return fmt.Errorf("apply %s to %s: %w", a.name, batch[0].Kind, err)
		}
	}
	return nil
}

func (l *Log) insert(ctx context.Context, tx *db.Tx, entries []Entry) ([]Record, error) {
	caller := access.From(ctx)
	records := make([]Record, len(entries))
	rows := make([][]any, len(entries))
	for i, e := range entries {
		kind := e.Fact.FactKind()
		if _, ok := l.docs[kind]; !ok {
			return nil, fmt.Errorf("append %s: the fact is not declared", kind)
		}
		payload, err := json.Marshal(e.Fact)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", kind, err)
		}
		if e.HappenedAt.IsZero() {
			e.HappenedAt = tx.Now
		}
		records[i] = Record{
			Kind: kind, CustomerID: e.CustomerID, ShopID: e.ShopID, StaffID: caller.StaffID, Subject: e.Subject,
			Touchpoint: caller.Touchpoint, History: e.History, HappenedAt: e.HappenedAt.UTC(), RecordedAt: tx.Now,
			Payload: payload, Fact: e.Fact,
		}
		rows[i] = []any{
			string(kind), orNull(e.CustomerID), orNull(e.ShopID), orNull(caller.StaffID), e.Subject,
			caller.Touchpoint, e.History, e.HappenedAt.UnixMilli(), tx.Now.UnixMilli(), string(payload),
		}
	}
	return records, db.InsertLater(ctx, tx, "events", eventColumns, rows, "")
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// wanted returns the records of the listener's kinds.
func (s listener) wanted(records []Record) []Record {
	var batch []Record
	for _, r := range records {
		if slices.Contains(s.kinds, r.Kind) {
			batch = append(batch, r)
		}
	}
	return batch
}

// Caused returns the facts appended in tx so far, for the reply of a write.
func Caused(tx *db.Tx) []View {
	records, _ := tx.Kept(causedKey{}).([]Record)
	views := make([]View, len(records))
	for i, r := range records {
		views[i] = r.View()
	}
	return views
}

// View returns the record as replies show it.
func (r Record) View() View {
	v := View{Kind: r.Kind, Subject: r.Subject, HappenedAt: r.HappenedAt, Data: r.Payload}
	if r.CustomerID != 0 {
		v.CustomerID = id.Text("cus", r.CustomerID)
	}
	return v
}
