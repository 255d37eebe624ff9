package customer

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// searchesPerHour is how often somebody may search in an hour of the clock before who reads the audit log is told.
const searchesPerHour = 60

// AuditSearch writes to the audit log that the caller of ctx looked for somebody: by what, masked, and how many she
// was shown; whom, if it was one. What is typed on is one search. An API key stands for a till, which asks at every
// sale: of its searches only those by a whole phone number or e-mail address are written.
func (s *Service) AuditSearch(ctx context.Context, text string, found []ID) error {
	text = foldName(text)
	person, by := access.From(ctx).StaffID, soughtBy(text)
	switch {
	case text == "" || by == "number" && len(found) == 0: // Digits are being typed, or there is no such number.
		return nil
	case person == 0 && by != "phone" && by != "email":
		return nil
	case person != 0 && s.searches.goesOn(person, by, text):
		return nil
	}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		e := staff.AuditEntry{Action: "customer.searched", ShopID: ownShop(ctx), After: map[string]any{"by": by, "text": maskSought(by, text), "found": len(found)}}
		if len(found) == 1 {
			e.Subject = found[0].String()
		}
		if err := s.Staff.Audit(ctx, tx, e); err != nil || person == 0 {
			return err
		}
		return s.countSearch(ctx, tx, person)
	})
	if err == nil && person != 0 {
		s.searches.remember(person, by, text)
	}
	return err
}

// countSearch counts a search of a person in this hour of the clock. The first above what is usual is written to the
// audit log, once in the hour; the dashboard shows it to who may read the log.
func (s *Service) countSearch(ctx context.Context, tx *db.Tx, person int64) error {
	hour := tx.Now.Truncate(time.Hour)
	n, err := countSearch(ctx, tx, person, hour)
	if err != nil || n != searchesPerHour+1 {
		return err
	}
	return s.Staff.Audit(ctx, tx, staff.AuditEntry{
		Action: "customer.searched_often", Subject: id.Text("stf", person), ShopID: ownShop(ctx), After: map[string]any{"searches": n, "since": hour},
	})
}

// ownShop returns the first shop of who sees some, so that its manager sees the entry.
func ownShop(ctx context.Context) int64 {
	scope := access.From(ctx).Scope
	if scope.All || len(scope.Shops) == 0 {
		return 0
	}
	return scope.Shops[0]
}

// soughtBy returns by what a folded text looks for somebody.
func soughtBy(text string) string {
	if _, err := id.Parse[customerKind](text); err == nil {
		return "id"
	}
	for _, kind := range []IdentityKind{Phone, Email} {
		if _, err := (Identity{Kind: kind, Value: text}).Normalize(); err == nil {
			return string(kind)
		}
	}
	switch {
	case len(text) == 4 && strings.Trim(text, "0123456789") == "":
		return "last4"
	case strings.ContainsFunc(text, unicode.IsLetter) && !strings.Contains(text, "@"):
		return "name"
	}
	return "number"
}

// maskSought returns as much of what was sought as lists show of it.
func maskSought(by, text string) string {
	switch by {
	case "id":
		customer, _ := id.Parse[customerKind](text) // As below.
		return customer.String()
	case "phone":
		phone, _ := Identity{Kind: Phone, Value: text}.Normalize() // soughtBy has seen that it is one.
		return privacy.MaskPhone(phone.Value)
	case "email":
		return privacy.MaskEmail(text)
	case "last4":
		return "****" + text
	case "name":
		return privacy.MaskName(text)
	}
	return privacy.MaskTail(text, 4)
}

// searches remembers what each person looked for last, so that a word typed on, asked for again or turned over to
// its next page is one search. Another process does not know: there it counts once more.
type searches struct {
	mu   sync.Mutex
	last map[int64]lastSearch
}

type lastSearch struct {
	by, text string
	at       time.Duration // at is by db.Uptime.
}

const (
	searchGoesOn  = 5 * time.Minute
	mostSearchers = 10_000
)

// goesOn reports whether the text is the last of the person, or more of it.
func (s *searches) goesOn(person int64, by, text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.last[person]
	if !ok || l.by != by || !strings.HasPrefix(text, l.text) || db.Uptime()-l.at >= searchGoesOn {
		return false
	}
	s.last[person] = lastSearch{by, text, db.Uptime()}
	return true
}

func (s *searches) remember(person int64, by, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || len(s.last) >= mostSearchers {
		s.last = map[int64]lastSearch{}
	}
	s.last[person] = lastSearch{by, text, db.Uptime()}
}
