package privacy_test

import (
	"context"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// merged and unmerged stand for the facts of the package customer.
type merged struct {
	SurvivorID string `json:"survivor_id"`
	MergedID   string `json:"merged_id"`
	MergeID    string `json:"merge_id"`
}

func (merged) FactKind() event.Kind { return "customer.merged" }

type unmerged merged

func (unmerged) FactKind() event.Kind { return "customer.unmerged" }

// ledger is the subject of these tests: the ledger of consent and one text for each purpose.
type ledger struct {
	*privacy.Consents
	d     *db.DB
	texts map[privacy.Purpose]privacy.TextID
}

func newLedger(t *testing.T, d *db.DB) *ledger {
	t.Helper()
	log := event.New(d)
	l := &ledger{&privacy.Consents{Log: log}, d, map[privacy.Purpose]privacy.TextID{}}
	l.Register(log)
	log.Declare(event.Doc{Fact: merged{}}, event.Doc{Fact: unmerged{}})
	l.update(t, func(ctx context.Context, tx *db.Tx) error {
		for _, p := range privacy.Purposes {
			text, err := l.PublishText(ctx, tx, p, privacy.AnyChannel, "I agree to "+string(p))
			if err != nil {
				return err
			}
			l.texts[p] = text.ID
		}
		return nil
	})
	return l
}

func (l *ledger) update(t *testing.T, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := l.d.Update(access.With(t.Context(), access.Caller{StaffID: 9, Touchpoint: "till"}), fn); err != nil {
		t.Fatal(err)
	}
}

// act returns a valid act on marketing by SMS, for tests to change in one place.
func (l *ledger) act(customer int64, given bool) privacy.Act {
	return privacy.Act{
		CustomerID: customer, Channel: privacy.SMS, Purpose: privacy.Marketing, Given: given,
		TextID: l.texts[privacy.Marketing], Evidence: privacy.Evidence{How: "till"},
	}
}

func (l *ledger) record(t *testing.T, acts ...privacy.Act) {
	t.Helper()
	l.update(t, func(ctx context.Context, tx *db.Tx) error { return l.Record(ctx, tx, acts...) })
}

// merge puts the customer merged together with the survivor, or apart again.
func (l *ledger) merge(t *testing.T, survivor, other int64, name string, apart bool) {
	t.Helper()
	m := merged{id.Text("cus", survivor), id.Text("cus", other), name}
	l.update(t, func(ctx context.Context, tx *db.Tx) error {
		if apart {
			return l.Log.Append(ctx, tx, event.Entry{Fact: unmerged(m), CustomerID: survivor})
		}
		return l.Log.Append(ctx, tx, event.Entry{Fact: m, CustomerID: survivor})
	})
}

// says returns where marketing by SMS of the customer stands: yes, no, or silence.
func (l *ledger) says(t *testing.T, customer int64) string {
	t.Helper()
	var states privacy.States
	err := l.d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		states, err = l.Current(ctx, tx, customer)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range states {
		if s.Channel == privacy.SMS && s.Purpose == privacy.Marketing {
			if s.Given != states.Allows(privacy.SMS, privacy.Marketing) {
				t.Errorf("Allows differs from the state %+v", s)
			}
			return map[bool]string{true: "yes", false: "no"}[s.Given]
		}
	}
	return "silence"
}

func (l *ledger) history(t *testing.T, customer int64) (entries []privacy.Consent) {
	t.Helper()
	err := l.d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		entries, err = l.History(ctx, tx, customer, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func (l *ledger) facts(t *testing.T) (kinds []event.Kind) {
	t.Helper()
	if err := l.Log.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := l.d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		records, err := event.ListFrom(ctx, tx, 0, 100)
		for _, r := range records {
			kinds = append(kinds, r.Kind)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func TestRecord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d)
		if got := l.says(t, 1); got != "silence" {
			t.Errorf("before anything was said: %s, want silence", got)
		}
		l.record(t, l.act(1, true))
		if got := l.says(t, 1); got != "yes" {
			t.Errorf("after she agreed: %s, want yes", got)
		}
		l.record(t, l.act(1, true), l.act(1, true))
		l.record(t, privacy.Act{CustomerID: 1, Channel: privacy.SMS, Purpose: privacy.Marketing, Evidence: privacy.Evidence{How: "sms_reply"}})
		if got := l.says(t, 1); got != "no" {
			t.Errorf("after she withdrew: %s, want no", got)
		}
		entries := l.history(t, 1)
		if len(entries) != 2 || entries[0].Given || entries[0].Evidence.How != "sms_reply" || entries[1].StaffID != 9 {
			t.Errorf("history = %+v, want the withdrawal and the consent: what was said twice is kept once", entries)
		}
		if got := l.facts(t); len(got) != 2 || got[0] != "consent.given" || got[1] != "consent.withdrawn" {
			t.Errorf("facts = %v, want one given and one withdrawn", got)
		}
	})
}

func TestRecord_refuses(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	l := newLedger(t, d)
	tests := []struct {
		name   string
		change func(*privacy.Act)
		want   string
	}{
		{"consent without a text", func(a *privacy.Act) { a.TextID = privacy.TextID{} }, "consent.invalid"},
		{"consent without evidence", func(a *privacy.Act) { a.Evidence = privacy.Evidence{Note: "she said so"} }, "consent.invalid"},
		{"withdrawal without evidence", func(a *privacy.Act) { a.Given, a.Evidence = false, privacy.Evidence{} }, "consent.invalid"},
		{"nobody", func(a *privacy.Act) { a.CustomerID = 0 }, "consent.invalid"},
		{"an unknown purpose", func(a *privacy.Act) { a.Purpose = "everything" }, "consent.invalid"},
		{"an unknown channel", func(a *privacy.Act) { a.Channel = "pigeon" }, "consent.invalid"},
		{"marketing by no channel", func(a *privacy.Act) { a.Channel = privacy.AnyChannel }, "consent.invalid"},
		{"membership by a channel", func(a *privacy.Act) { a.Purpose = privacy.Membership }, "consent.invalid"},
		{"a text that does not exist", func(a *privacy.Act) { a.TextID.UnmarshalText([]byte("cnt_0000000000009")) }, "consent_text.not_found"},
		{"the text of another purpose", func(a *privacy.Act) { a.TextID = l.texts[privacy.Service] }, "consent_text.other_purpose"},
	}
	for _, tt := range tests {
		a := l.act(1, true)
		tt.change(&a)
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return l.Record(ctx, tx, a) })
		if errs.CodeOf(err) != tt.want {
			t.Errorf("%s: Record = %v, want %s", tt.name, err, tt.want)
		}
	}
	if got := l.says(t, 1); got != "silence" {
		t.Errorf("after refusals: %s, want silence", got)
	}
}

func TestRecord_old_consent_does_not_undo_a_withdrawal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d)
		l.record(t, l.act(1, false))
		old := l.act(1, true)
		old.HappenedAt, old.History = d.Now().Add(-48*time.Hour), true
		l.record(t, old)
		if got := l.says(t, 1); got != "no" {
			t.Errorf("after an old file said yes: %s, want no", got)
		}
		if got := len(l.history(t, 1)); got != 2 {
			t.Errorf("entries = %d, want both kept", got)
		}
		ahead := l.act(2, true)
		ahead.HappenedAt = d.Now().Add(48 * time.Hour)
		l.record(t, ahead)
		l.record(t, l.act(2, false))
		if got := l.says(t, 2); got != "no" {
			t.Errorf("withdrawn after a consent from a clock that is ahead: %s, want no", got)
		}
	})
}

func TestWithdraw_reaches_every_channel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d)
		service := l.act(1, true)
		service.Purpose, service.TextID = privacy.Service, l.texts[privacy.Service]
		l.record(t, l.act(1, true), service)
		withdraw := func(p privacy.Purpose) (states privacy.States) {
			l.update(t, func(ctx context.Context, tx *db.Tx) error {
				return l.Withdraw(ctx, tx, privacy.Withdrawal{CustomerID: 1, Purpose: p, Evidence: privacy.Evidence{How: "call"}})
			})
			l.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
				states, err = l.Current(ctx, tx, 1)
				return err
			})
			return states
		}
		states := withdraw(privacy.Marketing)
		if len(states) != 6 || states.Allows(privacy.SMS, privacy.Marketing) || !states.Allows(privacy.SMS, privacy.Service) {
			t.Errorf("after no marketing: %+v, want five refusals of marketing and service as it was", states)
		}
		if states = withdraw(""); len(states) != 12 || states.Allows(privacy.SMS, privacy.Service) {
			t.Errorf("after no to everything: %+v, want twelve refusals", states)
		}
	})
}

func TestMerge_stricter_consent_wins_and_comes_apart_again(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d)
		tests := []struct{ survivor, merged, want string }{
			{"yes", "no", "no"}, {"no", "yes", "no"}, {"yes", "yes", "yes"}, {"no", "no", "no"},
			{"silence", "yes", "yes"}, {"yes", "silence", "yes"}, {"silence", "no", "no"}, {"silence", "silence", "silence"},
		}
		for i, tt := range tests {
			survivor, other := int64(10+2*i), int64(11+2*i)
			for customer, said := range map[int64]string{survivor: tt.survivor, other: tt.merged} {
				if said != "silence" {
					l.record(t, l.act(customer, said == "yes"))
				}
			}
			name := id.Text("mrg", survivor)
			l.merge(t, survivor, other, name, false)
			if got := l.says(t, survivor); got != tt.want {
				t.Errorf("%s merged with %s: %s, want %s", tt.survivor, tt.merged, got, tt.want)
			}
			l.record(t, l.act(survivor, tt.want != "yes"))
			if got := l.says(t, survivor); got == tt.want {
				t.Errorf("what she said after the merge does not hold: %s", got)
			}
			l.merge(t, survivor, other, name, true)
			after := map[bool]string{true: "yes", false: "no"}[tt.want != "yes"]
			if a, b := l.says(t, survivor), l.says(t, other); a != after || b != tt.merged {
				t.Errorf("apart again: %s and %s, want %s (said since) and %s", a, b, after, tt.merged)
			}
		}
	})
}

func TestMerge_of_merged_customers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d)
		l.record(t, l.act(1, true), l.act(2, true), l.act(3, false))
		l.merge(t, 2, 3, "b", false)
		l.merge(t, 1, 2, "a", false)
		if got, n := l.says(t, 1), len(l.history(t, 1)); got != "no" || n != 3 {
			t.Errorf("three in one: %s with %d entries, want no with 3", got, n)
		}
		l.merge(t, 1, 2, "a", true)
		if a, b := l.says(t, 1), l.says(t, 2); a != "yes" || b != "no" {
			t.Errorf("after the last merge came apart: %s and %s, want yes and no", a, b)
		}
	})
}

func TestPublishText(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d)
		publish := func(channel privacy.Channel, body string) (text privacy.Text) {
			l.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
				text, err = l.PublishText(ctx, tx, privacy.Marketing, channel, body)
				return err
			})
			return text
		}
		first, same, second := publish(privacy.SMS, "a"), publish(privacy.SMS, " a\n"), publish(privacy.SMS, "b")
		if first.Version != 1 || same.ID != first.ID || second.Version != 2 {
			t.Errorf("versions %d, %d, %d; want 1, the same one, 2", first.Version, same.Version, second.Version)
		}
		l.update(t, func(ctx context.Context, tx *db.Tx) error {
			sms, err := l.PresentText(ctx, tx, privacy.Marketing, privacy.SMS)
			if err != nil || sms.ID != second.ID {
				t.Errorf("present text by SMS = %+v (%v), want the second", sms, err)
			}
			mail, err := l.PresentText(ctx, tx, privacy.Marketing, privacy.Email)
			if err != nil || mail.ID != l.texts[privacy.Marketing] {
				t.Errorf("present text by e-mail = %+v (%v), want that of every channel", mail, err)
			}
			return nil
		})
	})
}

func TestForget(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d)
		l.record(t, l.act(1, true), l.act(2, true))
		l.update(t, func(ctx context.Context, tx *db.Tx) error { return l.Forget(ctx, tx, []int64{1}) })
		if a, b, n := l.says(t, 1), l.says(t, 2), len(l.history(t, 1)); a != "silence" || b != "yes" || n != 0 {
			t.Errorf("after forgetting the first: %s with %d entries, and %s; want silence with none, and yes", a, n, b)
		}
	})
}
