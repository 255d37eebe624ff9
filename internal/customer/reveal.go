package customer

import (
	"context"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// revealQuota is how many values one person sees in clear on one day of the shop.
const revealQuota = 30

// Reveal asks to see a personal value.
type Reveal struct {
	Field      string     `json:"field" enum:"name,phone,email,card,birthday,note"`
	IdentityID IdentityID `json:"identity_id,omitzero" doc:"Which, when there are several; else the first"`
	LifeDateID LifeDateID `json:"life_date_id,omitzero" doc:"Another date of life than the birthday"`
	NoteID     NoteID     `json:"note_id,omitzero" doc:"The sensitive note"`
	Reason     string     `json:"reason" minLength:"2" maxLength:"500" doc:"Kept in the audit log"`
}

// Reveal returns a personal value in clear, once the audit log has the reason. The errors are
// customer.not_found, reveal.reason, reveal.nothing and, past the quota of the day, reveal.quota.
// Identities of WeChat are never shown.
func (s *Service) Reveal(ctx context.Context, tx *db.Tx, customer ID, r Reveal) (value string, err error) {
	if err := access.Require(ctx, access.CustomersReveal); err != nil {
		return "", err
	}
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return "", err
	}
	reason, faults := cleanText(r.Reason, "reason", 500)
	if len(faults) > 0 || utf8.RuneCountInString(reason) < 2 {
		return "", errs.New(errs.Invalid, "reveal.reason", "say why you need to see this")
	}
	if value, err = s.clear(ctx, tx, c, r); err != nil {
		return "", err
	}
	if value == "" {
		return "", errs.New(errs.NotFound, "reveal.nothing", "the customer has no such value")
	}
	if err := s.spendReveal(ctx, tx); err != nil {
		return "", err
	}
	return value, s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "customer.revealed", Subject: c.ID.String(), ShopID: c.ShopID, Reason: reason,
		After: map[string]any{"field": r.Field, "identity_id": r.IdentityID, "note_id": r.NoteID}})
}

// spendReveal takes one of the caller's values of the day.
func (s *Service) spendReveal(ctx context.Context, tx *db.Tx) error {
	caller := access.From(ctx)
	who := "program"
	switch {
	case caller.StaffID != 0:
		who = "staff:" + strconv.FormatInt(caller.StaffID, 10)
	case caller.KeyID != 0:
		who = "key:" + strconv.FormatInt(caller.KeyID, 10)
	}
	today := s.today(tx)
	taken, err := countReveal(ctx, tx, who, today, revealQuota)
	if err != nil || taken {
		return err
	}
	e := errs.New(errs.RateLimited, "reveal.quota", "you have seen %d values today, which is the most", revealQuota)
	e.RetryAfter = today.Add(1).Start(s.Staff.Zone()).Sub(tx.Now).Round(time.Second)
	return e
}

// clear returns the value that was asked for, or "".
func (s *Service) clear(ctx context.Context, tx *db.Tx, c customerRow, r Reveal) (string, error) {
	switch r.Field {
	case "name":
		return c.Name, nil
	case "phone", "email", "card":
		rows, err := s.listIdentities(ctx, tx, []ID{c.ID}, IdentityKind(r.Field))
		for _, i := range rows[c.ID] {
			if r.IdentityID.IsZero() || r.IdentityID.Int64() == i.id {
				return i.Value, err
			}
		}
		return "", err
	case "birthday":
		dates, err := listLifeDates(ctx, tx, c.ID)
		for _, l := range dates {
			if r.LifeDateID == l.ID || r.LifeDateID.IsZero() && l.Kind == Birthday {
				return l.text(), err
			}
		}
		return "", err
	case "note":
		n, err := findNote(ctx, tx, c.ID, r.NoteID)
		if err != nil || !n.Sensitive {
			return n.Body, err
		}
		return s.Keys.Open("notes", "sealed", n.ID.Int64(), n.sealed)
	}
	return "", errs.New(errs.Invalid, "reveal.field", "this cannot be revealed")
}

// text returns the date with its year, as 1990-05-20; a lunar one says so.
func (l LifeDate) text() string {
	text := fmt.Sprintf("%02d-%02d", l.Month, l.Day)
	if l.Year != 0 {
		text = fmt.Sprintf("%04d-%s", l.Year, text)
	}
	switch {
	case l.Leap:
		return "lunar leap " + text
	case l.Calendar == Lunar:
		return "lunar " + text
	}
	return text
}
