package staff

import (
	"context"
	"fmt"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

const auditColumns = `seq, at, staff_id, key_id, actor, role, touchpoint, session, ip, request, action, subject, shop_id, reason,
	before, after, prev_hash, hash`

// takeChain moves the end of the chain on by one and holds it until the transaction ends. It returns the
// place of the next entry and the hash of the one before.
func takeChain(ctx context.Context, tx *db.Tx) (seq int64, hash string, err error) {
	err = tx.QueryRow(ctx, "update audit_heads set seq = seq + 1 where id = 1 returning seq, hash").Scan(&seq, &hash)
	if err != nil {
		return 0, "", fmt.Errorf("take the end of the audit chain: %w", err)
	}
	return seq, hash, nil
}

// holdChain has writers of the audit log wait for each other from here on, for checks that a change in
// another transaction would undo.
func holdChain(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, "update audit_heads set seq = seq where id = 1"); err != nil {
		return fmt.Errorf("hold the end of the audit chain: %w", err)
	}
	return nil
}

func findChainEnd(ctx context.Context, tx *db.Tx) (seq int64, hash string, err error) {
	err = tx.QueryRow(ctx, "select seq, hash from audit_heads where id = 1").Scan(&seq, &hash)
	if err != nil {
		return 0, "", fmt.Errorf("read the end of the audit chain: %w", err)
	}
	return seq, hash, nil
}

func insertAudit(ctx context.Context, tx *db.Tx, e StoredAudit) error {
	_, err := tx.Exec(ctx, "insert into audit_entries ("+auditColumns+") values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)",
		e.Seq, db.Millis(e.At), orNull(e.StaffID), orNull(e.KeyID), e.Actor, e.Role, e.Touchpoint, e.Session, e.IP, e.Request,
		e.Action, e.Subject, orNull(e.ShopID), e.Reason, e.Before, e.After, e.PrevHash, e.Hash)
	if err != nil {
		return fmt.Errorf("insert audit entry: %w", err)
	}
	if _, err := tx.Exec(ctx, "update audit_heads set hash = $1 where id = 1", e.Hash); err != nil {
		return fmt.Errorf("set the end of the audit chain: %w", err)
	}
	return nil
}

func scanAudit(scan db.Scan) (e StoredAudit, err error) {
	var staff, key, shop *int64
	err = scan(&e.Seq, db.ScanTime(&e.At), &staff, &key, &e.Actor, &e.Role, &e.Touchpoint, &e.Session, &e.IP, &e.Request,
		&e.Action, &e.Subject, &shop, &e.Reason, &e.Before, &e.After, &e.PrevHash, &e.Hash)
	e.StaffID, e.KeyID, e.ShopID = orZero(staff), orZero(key), orZero(shop)
	return e, err
}

// auditPage is how many entries a check reads at a time.
const auditPage = 1000

func listAuditFrom(ctx context.Context, tx *db.Tx, after int64) ([]StoredAudit, error) {
	page, err := db.All(ctx, tx, scanAudit, "select "+auditColumns+" from audit_entries where seq > $1 order by seq limit $2", after, auditPage)
	if err != nil {
		return nil, fmt.Errorf("list audit entries: %w", err)
	}
	return page, nil
}

func listAudit(ctx context.Context, tx *db.Tx, scope access.Scope, f AuditFilter) ([]StoredAudit, error) {
	where, args := []string{scope.SQL("shop_id")}, []any{}
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where = append(where, condition)
	}
	if !f.StaffID.IsZero() {
		add("staff_id = ?", f.StaffID)
	}
	if !f.KeyID.IsZero() {
		add("key_id = ?", f.KeyID)
	}
	if family, ok := strings.CutSuffix(f.Action, "."); ok {
		add("substr(action, 1, ?) = ?", len(family)+1, family+".")
	} else if f.Action != "" {
		add("action = ?", f.Action)
	}
	if f.Subject != "" {
		add("subject = ?", f.Subject)
	}
	if f.From != 0 {
		add("at >= ?", f.From)
	}
	if f.To != 0 {
		add("at < ?", f.To)
	}
	if f.Before != 0 {
		add("seq < ?", f.Before)
	}
	args = append(args, f.Limit)
	page, err := db.All(ctx, tx, scanAudit, "select "+auditColumns+" from audit_entries where "+strings.Join(where, " and ")+
		fmt.Sprintf(" order by seq desc limit $%d", len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("list audit entries: %w", err)
	}
	return page, nil
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
