package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

func staffChecks() []*check {
	return []*check{
		{Check: Check{Name: "audit", What: "each audit entry follows from the one before it, and none is missing"}, by: checkAudit},
		{
			Check: Check{Name: "sessions", What: "nobody who was disabled is signed in"},
			count: `select count(*) from sessions`,
			rules: []rule{{
				thing: of("stf"), key: "s.staff_id", from: `sessions s join staff on staff.id = s.staff_id and not staff.active`,
				fields: []field{{"session", "'ended'", "'live'"}},
			}},
		},
	}
}

// checkAudit walks the chain. The hash of an entry is the SHA-256 of a version mark, the hash before it, and
// its columns in the order of the table, each written as length, colon, bytes, comma; NULL is 0.
func checkAudit(ctx context.Context, tx *db.Tx, c *check) error {
	rows, err := tx.Query(ctx, `select seq, at, coalesce(staff_id, 0), coalesce(key_id, 0), actor, role, touchpoint, session, ip, request,
		action, subject, coalesce(shop_id, 0), reason, before, after, prev_hash, hash from audit_entries order by seq`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var last int64
	var before string
	for rows.Next() && !c.full() {
		var seq, at, staff, key, shop int64
		var actor, role, touchpoint, session, ip, request, action, subject, reason, old, new, previous, hash string
		if err := rows.Scan(&seq, &at, &staff, &key, &actor, &role, &touchpoint, &session, &ip, &request,
			&action, &subject, &shop, &reason, &old, &new, &previous, &hash); err != nil {
			return err
		}
		c.Checked++
		where := "entry " + strconv.FormatInt(seq, 10)
		if seq != last+1 {
			c.fault(where, "entry "+strconv.FormatInt(last+1, 10)+" before it", "entries are missing")
		} else if previous != before {
			c.fault(where, "it follows "+before, "it follows "+previous)
		}
		want := netstringHash("shuke-audit-1", previous, seq, at, staff, key, actor, role, touchpoint, session, ip, request,
			action, subject, shop, reason, old, new)
		if hash != want {
			c.fault(where, "hash "+want, "hash "+hash)
		}
		last, before = seq, hash
	}
	if err := rows.Err(); err != nil || c.full() {
		return err
	}
	var end int64
	var endHash string
	if err := tx.QueryRow(ctx, `select seq, hash from audit_heads where id = 1`).Scan(&end, &endHash); err != nil {
		return err
	}
	if end != last || endHash != before {
		c.fault("end of the log", fmt.Sprintf("entry %d with hash %s", end, endHash), fmt.Sprintf("entry %d with hash %s", last, before))
	}
	return nil
}

func netstringHash(fields ...any) string {
	var b strings.Builder
	for _, f := range fields {
		s := fmt.Sprint(f)
		fmt.Fprintf(&b, "%d:%s,", len(s), s)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
