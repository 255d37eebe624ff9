package staff

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// chainForm is the version of the canonical form of an audit entry.
const chainForm = "shuke-audit-1"

// chainHash returns the hash of an audit entry: SHA-256, hexadecimal, of its fields as netstrings
// (length in bytes, ":", the bytes, ",") in this order:
//
//	"shuke-audit-1", prev_hash, seq, at, staff_id, key_id, actor, role, touchpoint, session, ip, request,
//	action, subject, shop_id, reason, before, after
//
// Numbers are decimal, NULL is 0, at is in milliseconds; prev_hash is that of the entry before, "" for
// the first. Anyone who can read the table can check the chain with these lines and no key: what the
// chain shows is that entries were changed, taken out or put in; that the last ones were cut off shows
// only against a hash noted elsewhere.
func chainHash(e StoredAudit) string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	fields := []string{
		chainForm, e.PrevHash, number(e.Seq), number(e.At.UnixMilli()), number(e.StaffID), number(e.KeyID), e.Actor, e.Role,
		e.Touchpoint, e.Session, e.IP, e.Request, e.Action, e.Subject, number(e.ShopID), e.Reason, e.Before, e.After,
	}
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(number(int64(len(f))) + ":" + f + ",")
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// StoredAudit is an entry of the audit log as it is kept.
type StoredAudit struct {
	Seq             int64
	At              time.Time
	StaffID, KeyID  int64
	Actor, Role     string
	Touchpoint      string
	Session         string
	IP, Request     string
	Action, Subject string
	ShopID          int64
	Reason          string
	Before, After   string // Before and After are JSON, or "".
	PrevHash, Hash  string
}

// ChainFault is a place where the audit log is not what was written.
type ChainFault struct {
	Seq  int64
	What string
}

// chainChecker reads entries in order and notes what does not fit.
type chainChecker struct {
	last   int64
	hash   string
	faults []ChainFault
}

// maxChainFaults bounds what a check reports: after some, the rest is no news.
const maxChainFaults = 100

func (c *chainChecker) fault(seq int64, what string) {
	if len(c.faults) < maxChainFaults {
		c.faults = append(c.faults, ChainFault{seq, what})
	}
}

func (c *chainChecker) add(e StoredAudit) {
	if e.Seq != c.last+1 {
		c.fault(e.Seq, "entries before it are missing")
	} else if e.PrevHash != c.hash {
		c.fault(e.Seq, "it does not follow the entry before it")
	}
	if chainHash(e) != e.Hash {
		c.fault(e.Seq, "it was changed")
	}
	c.last, c.hash = e.Seq, e.Hash
}

// end compares the last entry with the kept end of the chain.
func (c *chainChecker) end(seq int64, hash string) {
	if seq != c.last || hash != c.hash {
		c.fault(seq, "the log does not end where it should")
	}
}
