package staff

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// AuditEntry is something that somebody did, to be kept for good.
type AuditEntry struct {
	Action  string // Action is what was done, "subject.verb" in the past tense: "customer.revealed".
	Subject string // Subject is what it was done to, such as "cus_…".
	ShopID  int64  // ShopID is the shop it belongs to; its manager sees the entry. 0 if to none.
	Before  any    // Before and After are written as JSON; of two objects only what differs is kept.
	After   any
	Reason  string // Reason is why, in the words of who did it.
}

// maxReason bounds a reason, in characters.
const maxReason = 500

// Audit writes an entry about the caller of ctx, in the transaction of what was done: if it cannot be
// written, nothing is done. Personal values are masked by the caller; mobile numbers, e-mail addresses
// and values named as secrets are masked here once more. An entry takes the end of the chain until the
// transaction ends, so audit what is sensitive and not what is daily.
func (s *Service) Audit(ctx context.Context, tx *db.Tx, e AuditEntry) error {
	if e.Action == "" {
		return fmt.Errorf("write audit entry: it names no action")
	}
	before, after, err := redactedPair(e.Before, e.After)
	if err != nil {
		return fmt.Errorf("write audit entry %s: %w", e.Action, err)
	}
	c := access.From(ctx)
	stored := StoredAudit{
		At: tx.Now, StaffID: c.StaffID, KeyID: c.KeyID, Actor: c.Name, Role: c.Role, Touchpoint: c.Touchpoint, Session: c.Session,
		Request: web.RequestID(ctx), Action: e.Action, Subject: e.Subject, ShopID: e.ShopID, Reason: redactedText(cut(e.Reason, maxReason)),
		Before: before, After: after,
	}
	if ip := web.ClientIP(ctx); ip.IsValid() {
		stored.IP = ip.String()
	}
	if stored.Seq, stored.PrevHash, err = takeChain(ctx, tx); err != nil {
		return err
	}
	stored.Hash = chainHash(stored)
	return insertAudit(ctx, tx, stored)
}

// cut returns at most n characters of text.
func cut(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// AuditFilter says which entries to list. Zero fields let everything pass.
type AuditFilter struct {
	StaffID ID
	KeyID   KeyID
	Action  string // Action is a whole action, or its beginning up to a dot: "customer.".
	Subject string
	From    int64 // From and To bound the time, in milliseconds: From <= at < To.
	To      int64
	Before  int64 // Before is the seq of the last entry of the page before.
	Limit   int
}

// ListAudit returns entries within the caller's scope, latest first. Who sees all shops sees all entries;
// others see those of their shops.
func (s *Service) ListAudit(ctx context.Context, tx *db.Tx, f AuditFilter) ([]StoredAudit, error) {
	return listAudit(ctx, tx, access.From(ctx).Scope, f)
}

// ChainReport is what a check of the audit log found.
type ChainReport struct {
	Entries int64
	Head    string // Head is the hash of the last entry, to note elsewhere.
	Faults  []ChainFault
}

// CheckAudit reads the whole audit log and reports every entry that was changed, is missing or was put
// in, at most 100 of them.
func (s *Service) CheckAudit(ctx context.Context, tx *db.Tx) (ChainReport, error) {
	var c chainChecker
	var entries int64
	for {
		page, err := listAuditFrom(ctx, tx, c.last)
		if err != nil {
			return ChainReport{}, err
		}
		for _, e := range page {
			c.add(e)
		}
		entries += int64(len(page))
		if len(page) < auditPage {
			break
		}
	}
	seq, hash, err := findChainEnd(ctx, tx)
	if err != nil {
		return ChainReport{}, err
	}
	c.end(seq, hash)
	return ChainReport{entries, c.hash, c.faults}, nil
}

// needReason returns reason.required unless the text says something.
func needReason(reason string) error {
	if len([]rune(reason)) < 3 {
		return errs.New(errs.Invalid, "reason.required", "say why, in a few words")
	}
	return nil
}
