package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// maxIn bounds the values in one "in (…)".
const maxIn = 500

// Check makes sure that the database was written with these keys, and leaves their mark in one that has
// none; the caller opens an Update. Other keys are keys.mismatch: with them nobody would be found, and
// what they seal would be lost with the right ones.
func (k *Keys) Check(ctx context.Context, tx *db.Tx) error {
	mark := k.Index("mark", "shuke")
	_, err := tx.Exec(ctx, "insert into key_marks (id, index_mark, made_at) values (1, $1, $2) on conflict (id) do nothing", mark, tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("mark keys: %w", err)
	}
	var known int64
	if err := tx.QueryRow(ctx, "select index_mark from key_marks where id = 1").Scan(&known); err != nil {
		return fmt.Errorf("read mark of the keys: %w", err)
	}
	if known != mark {
		return errs.New(errs.Unavailable, "keys.mismatch", "this database was written with other keys: bring back its key file")
	}
	return nil
}

const textColumns = "id, purpose, channel, version, body, body_hash, created_at"

func scanText(scan db.Scan) (t Text, err error) {
	err = scan(&t.ID, &t.Purpose, &t.Channel, &t.Version, &t.Body, &t.BodyHash, db.ScanTime(&t.CreatedAt))
	return t, err
}

func findLatestText(ctx context.Context, tx *db.Tx, purpose Purpose, channel Channel) (Text, error) {
	row := tx.QueryRow(ctx, "select "+textColumns+" from consent_texts where purpose = $1 and channel = $2 order by version desc limit 1", purpose, channel)
	t, err := scanText(row.Scan)
	if db.NoRows(err) {
		return Text{}, errs.New(errs.NotFound, "consent_text.not_found", "there is no text yet for %s by %q", purpose, channel)
	}
	return t, err
}

// listTexts returns texts, latest first, those made before the id before.
func listTexts(ctx context.Context, tx *db.Tx, before int64, limit int) ([]Text, error) {
	return db.All(ctx, tx, scanText, "select "+textColumns+" from consent_texts where id < $1 order by id desc limit $2", before, limit)
}

func insertText(ctx context.Context, tx *db.Tx, t Text, staffID int64) error {
	_, err := tx.Exec(ctx, "insert into consent_texts ("+textColumns+", created_by) values ($1,$2,$3,$4,$5,$6,$7,$8)",
		t.ID, t.Purpose, t.Channel, t.Version, t.Body, t.BodyHash, db.Millis(t.CreatedAt), orNull(staffID))
	if db.UniqueViolation(err) {
		return errs.New(errs.Conflict, "consent_text.published", "somebody published another version just now")
	}
	if err != nil {
		return fmt.Errorf("insert consent text: %w", err)
	}
	return nil
}

// checkTexts makes sure that each text that was agreed to exists and is about what was agreed to.
func checkTexts(ctx context.Context, tx *db.Tx, acts []Act) error {
	known := map[TextID]Text{}
	for i, a := range acts {
		if !a.Given {
			continue
		}
		t, ok := known[a.TextID]
		if !ok {
			var err error
			t, err = scanText(tx.QueryRow(ctx, "select "+textColumns+" from consent_texts where id = $1", a.TextID).Scan)
			if db.NoRows(err) {
				return errs.New(errs.NotFound, "consent_text.not_found", "act %d: there is no text %s", i, a.TextID)
			}
			if err != nil {
				return fmt.Errorf("find consent text: %w", err)
			}
			known[a.TextID] = t
		}
		if t.Purpose != a.Purpose || t.Channel != AnyChannel && t.Channel != a.Channel {
			return errs.New(errs.Invalid, "consent_text.other_purpose", "act %d: the text %s is about something else", i, a.TextID)
		}
	}
	return nil
}

const consentColumns = "id, customer_id, channel, purpose, given, text_id, evidence, shop_id, staff_id, happened_at, recorded_at"

func scanConsent(scan db.Scan) (c Consent, err error) {
	var evidence string
	var shop, staff *int64
	err = scan(&c.ID, &c.CustomerID, &c.Channel, &c.Purpose, &c.Given, &c.TextID, &evidence, &shop, &staff,
		db.ScanTime(&c.HappenedAt), db.ScanTime(&c.RecordedAt))
	if err != nil {
		return c, err
	}
	c.ShopID, c.StaffID = orZero(shop), orZero(staff)
	return c, json.Unmarshal([]byte(evidence), &c.Evidence)
}

func insertConsents(ctx context.Context, tx *db.Tx, entries []Consent) error {
	rows := make([][]any, len(entries))
	for i, c := range entries {
		evidence, err := json.Marshal(c.Evidence)
		if err != nil {
			return fmt.Errorf("encode evidence: %w", err)
		}
		rows[i] = []any{c.ID, c.CustomerID, string(c.Channel), string(c.Purpose), c.Given, c.TextID, string(evidence),
			orNull(c.ShopID), orNull(c.StaffID), db.Millis(c.HappenedAt), db.Millis(c.RecordedAt)}
	}
	_, err := db.InsertRows(ctx, tx, "consents", consentColumns, rows, "")
	return err
}

// listConsents returns the whole ledger of the customers.
func listConsents(ctx context.Context, tx *db.Tx, customers []int64) ([]Consent, error) {
	in, args := db.In(0, customers)
	return db.All(ctx, tx, scanConsent, "select "+consentColumns+" from consents where customer_id in "+in+" order by id", args...)
}

// deleteConsents removes ledger, states and merges of at most 500 customers.
func deleteConsents(ctx context.Context, tx *db.Tx, customers []int64) error {
	in, args := db.In(0, customers)
	for _, statement := range []string{
		"delete from consents where customer_id in " + in,
		"delete from consent_states where customer_id in " + in,
		"delete from consent_merges where survivor_id in " + in,
	} {
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return fmt.Errorf("delete consents: %w", err)
		}
	}
	return nil
}

// stateKey is the primary key of a state.
type stateKey struct {
	customer int64
	topic
}

// stateRow is a state with its customer.
type stateRow struct {
	customer int64
	State
}

const stateColumns = "customer_id, channel, purpose, given, consent_id, text_id, since_at"

func scanState(scan db.Scan) (s stateRow, err error) {
	err = scan(&s.customer, &s.Channel, &s.Purpose, &s.Given, &s.ConsentID, &s.TextID, db.ScanTime(&s.SinceAt))
	return s, err
}

// listStates returns the states of at most 500 customers.
func listStates(ctx context.Context, tx *db.Tx, customers []int64) ([]stateRow, error) {
	in, args := db.In(0, customers)
	return db.All(ctx, tx, scanState, "select "+stateColumns+" from consent_states where customer_id in "+in+" order by customer_id, purpose, channel", args...)
}

// statesOf returns the states of all customers of the acts.
func statesOf(ctx context.Context, tx *db.Tx, acts []Act) (map[stateKey]State, error) {
	var customers []int64
	for _, a := range acts {
		customers = append(customers, a.CustomerID)
	}
	slices.Sort(customers)
	found := map[stateKey]State{}
	for chunk := range slices.Chunk(slices.Compact(customers), maxIn) {
		states, err := listStates(ctx, tx, chunk)
		if err != nil {
			return nil, fmt.Errorf("list states of consent: %w", err)
		}
		for _, s := range states {
			found[stateKey{s.customer, topic{s.Channel, s.Purpose}}] = s.State
		}
	}
	return found, nil
}

// upsertStates writes states that are not older than those that stand: of a consent and a withdrawal at
// the same time, the later one decides, whichever commits last.
func upsertStates(ctx context.Context, tx *db.Tx, states map[stateKey]State) error {
	rows := make([][]any, 0, len(states))
	for key, s := range states {
		rows = append(rows, []any{key.customer, string(s.Channel), string(s.Purpose), s.Given, s.ConsentID, s.TextID, db.Millis(s.SinceAt)})
	}
	_, err := db.InsertRows(ctx, tx, "consent_states", stateColumns, rows, `on conflict (customer_id, channel, purpose) do update set
		given = excluded.given, consent_id = excluded.consent_id, text_id = excluded.text_id, since_at = excluded.since_at
		where consent_states.since_at <= excluded.since_at`)
	return err
}

// refreshStates works out anew, from the ledger, where a customer stands.
func refreshStates(ctx context.Context, tx *db.Tx, customer int64) error {
	group, merges, err := listGroup(ctx, tx, customer)
	if err != nil {
		return err
	}
	entries, err := listConsents(ctx, tx, group)
	if err != nil {
		return fmt.Errorf("list consents: %w", err)
	}
	if _, err := tx.Exec(ctx, "delete from consent_states where customer_id = $1", customer); err != nil {
		return fmt.Errorf("delete states of consent: %w", err)
	}
	states := map[stateKey]State{}
	for t, s := range fold(customer, entries, merges) {
		states[stateKey{customer, t}] = s
	}
	return upsertStates(ctx, tx, states)
}

// refreshMerged works out anew where those customers of the entries stand into whom others were merged,
// and puts it into known: what was said before a merge and is recorded after it belongs to its time.
func refreshMerged(ctx context.Context, tx *db.Tx, entries []Consent, known map[stateKey]State) error {
	var customers []int64
	for _, e := range entries {
		customers = append(customers, e.CustomerID)
	}
	slices.Sort(customers)
	for chunk := range slices.Chunk(slices.Compact(customers), maxIn) {
		in, args := db.In(0, chunk)
		merged, err := db.All(ctx, tx, func(scan db.Scan) (customer int64, err error) {
			err = scan(&customer)
			return customer, err
		}, "select distinct survivor_id from consent_merges where survivor_id in "+in, args...)
		if err != nil {
			return fmt.Errorf("list merged customers: %w", err)
		}
		for _, customer := range merged {
			if err := refreshStates(ctx, tx, customer); err != nil {
				return err
			}
		}
		states, err := listStates(ctx, tx, merged)
		if err != nil {
			return fmt.Errorf("list states of consent: %w", err)
		}
		for _, s := range states {
			known[stateKey{s.customer, topic{s.Channel, s.Purpose}}] = s.State
		}
	}
	return nil
}

func insertMerge(ctx context.Context, tx *db.Tx, mergeID string, m merge) error {
	_, err := tx.Exec(ctx, `insert into consent_merges (merge_id, survivor_id, merged_id, merged_at) values ($1,$2,$3,$4)
		on conflict (merge_id) do nothing`, mergeID, m.survivor, m.merged, db.Millis(m.at))
	if err != nil {
		return fmt.Errorf("insert merge: %w", err)
	}
	return nil
}

func deleteMerge(ctx context.Context, tx *db.Tx, mergeID string) error {
	if _, err := tx.Exec(ctx, "delete from consent_merges where merge_id = $1", mergeID); err != nil {
		return fmt.Errorf("delete merge: %w", err)
	}
	return nil
}

// maxGroup bounds the customers that were merged into one; far fewer are ever one person.
const maxGroup = 400

// listGroup returns the customer and all that were merged into her, at any remove, and their merges.
func listGroup(ctx context.Context, tx *db.Tx, customer int64) ([]int64, []merge, error) {
	merges, err := db.All(ctx, tx, func(scan db.Scan) (m merge, err error) {
		err = scan(&m.survivor, &m.merged, db.ScanTime(&m.at))
		return m, err
	}, `with recursive members (id) as (
			select cast($1 as bigint) union select m.merged_id from consent_merges m join members on m.survivor_id = members.id
		) select m.survivor_id, m.merged_id, m.merged_at from consent_merges m join members on m.survivor_id = members.id
		order by m.merged_at limit $2`, customer, maxGroup)
	if err != nil {
		return nil, nil, fmt.Errorf("list merges of a customer: %w", err)
	}
	group := []int64{customer}
	for _, m := range merges {
		group = append(group, m.merged)
	}
	return group, merges, nil
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
