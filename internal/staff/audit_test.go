package staff_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// note writes an audit entry as a person of the staff.
func (w *world) note(t testing.TB, e staff.AuditEntry) {
	t.Helper()
	ctx := access.With(t.Context(), access.Caller{StaffID: 7, Name: "Mei", Role: "clerk", Touchpoint: "console", Session: "ses_1"})
	if err := w.d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return w.Audit(ctx, tx, e) }); err != nil {
		t.Fatal(err)
	}
}

func (w *world) check(t testing.TB) (r staff.ChainReport) {
	t.Helper()
	w.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = w.CheckAudit(ctx, tx)
		return err
	})
	return r
}

func (w *world) entries(t testing.TB, f staff.AuditFilter) (list []staff.StoredAudit) {
	t.Helper()
	if f.Limit == 0 {
		f.Limit = 100
	}
	w.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = w.ListAudit(ctx, tx, f)
		return err
	})
	return list
}

func TestAudit_keeps_what_differs_and_hides_what_is_personal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.note(t, staff.AuditEntry{
			Action: "customer.revealed", Subject: "cus_1", Reason: "she called from 13812345678, write to mei@example.com",
			Before: object{"name": "same", "tier": "gold", "phone": "+8613812345678", "days": 3},
			After: object{
				"name": "same", "tier": "silver", "phone": "+14155550123", "days": 4, "new_password": "letmein", "totp_secret": "JBSWY3DP",
				"notes": []string{"or 139 1234 5678", "13912345678/13912345679"}, "password_set": true,
			},
		})
		e := w.entries(t, staff.AuditFilter{})[0]
		if want := `{"days":3,"phone":"138****5678","tier":"gold"}`; e.Before != want {
			t.Errorf("before = %s, want %s", e.Before, want)
		}
		want := `{"days":4,"new_password":"****","notes":["or 139 1234 5678","139****5678/139****5679"],"password_set":true,"phone":"+14****0123","tier":"silver","totp_secret":"****"}`
		if e.After != want {
			t.Errorf("after = %s, want %s", e.After, want)
		}
		if want := "she called from 138****5678, write to m***@example.com"; e.Reason != want {
			t.Errorf("reason = %q, want %q", e.Reason, want)
		}
		if e.StaffID != 7 || e.Actor != "Mei" || e.Role != "clerk" || e.Session != "ses_1" || e.Seq != 1 {
			t.Errorf("entry = %+v, want Mei's first", e)
		}
	})
}

func TestAudit_that_cannot_be_written_undoes_the_action(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.open(t)
		key := c.want(201, "POST", "/v1/api_keys", object{"name": "Till", "permissions": []string{"shops.read"}, "all_shops": true})
		id, _ := w.hire(t, "eve", staff.Clerk, firstShop(c))
		// Somebody sits on the next place of the log.
		w.exec(t, `insert into audit_entries (seq, at, actor, role, touchpoint, session, ip, request, action, subject, reason, before, after, prev_hash, hash)
			select seq + 1, 0, '', '', '', '', '', '', '', '', '', '', '', '', '' from audit_heads`)
		before := [3]int{w.count(t, "shops"), w.count(t, "staff"), w.count(t, "api_keys")}
		for _, act := range []struct {
			method, path string
			body         any
		}{
			{"POST", "/v1/shops", object{"code": "002", "name": "Two"}},
			{"PATCH", "/v1/organisation", object{"name": "Other"}},
			{"POST", "/v1/staff", object{"name": "X", "login": "xx", "role": "clerk", "shops": []string{firstShop(c)}}},
			{"PATCH", "/v1/staff/" + id, object{"role": "agent"}},
			{"POST", "/v1/staff/" + id + "/disable", object{}},
			{"POST", "/v1/staff/" + id + "/password", object{"reason": "forgot it"}},
			{"POST", "/v1/api_keys", object{"name": "Two", "permissions": []string{"shops.read"}, "all_shops": true}},
			{"DELETE", "/v1/api_keys/" + key.text("id"), nil},
			{"POST", "/v1/session", object{"login": ownerLogin, "password": ownerPassword}},
		} {
			if a := c.do(act.method, act.path, act.body); a.status != 500 {
				t.Errorf("%s %s = %d, want 500 as there is no audit", act.method, act.path, a.status)
			}
		}
		if after := [3]int{w.count(t, "shops"), w.count(t, "staff"), w.count(t, "api_keys")}; after != before {
			t.Errorf("shops, staff, keys = %v, want %v as before", after, before)
		}
		if p := c.want(200, "GET", "/v1/staff/"+id, nil); p.text("role") != "clerk" || p.body["active"] != true {
			t.Errorf("the person became %v", p.body)
		}
		w.program(t, key.text("secret")).want(200, "GET", "/v1/shops", nil)
		if o := c.want(200, "GET", "/v1/organisation", nil); o.text("name") != "Silk Road" {
			t.Errorf("the organisation became %v", o.body)
		}
	})
}

func (w *world) count(t testing.TB, table string) (n int) {
	t.Helper()
	w.update(t, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, "select count(*) from "+table).Scan(&n)
	})
	return n
}

func TestCheckAudit_names_what_was_tampered_with(t *testing.T) {
	t.Parallel()
	tests := []struct {
		statement string
		seq       int64
		what      string
	}{
		{"update audit_entries set actor = 'Somebody' where seq = 3", 3, "changed"},
		{"update audit_entries set at = at + 1 where seq = 3", 3, "changed"},
		{"update audit_entries set staff_id = 8 where seq = 3", 3, "changed"},
		{"update audit_entries set staff_id = null where seq = 3", 3, "changed"},
		{"update audit_entries set key_id = 8 where seq = 3", 3, "changed"},
		{"update audit_entries set role = 'owner' where seq = 3", 3, "changed"},
		{"update audit_entries set touchpoint = 'till' where seq = 3", 3, "changed"},
		{"update audit_entries set session = '' where seq = 3", 3, "changed"},
		{"update audit_entries set ip = '10.0.0.1' where seq = 3", 3, "changed"},
		{"update audit_entries set request = 'x' where seq = 3", 3, "changed"},
		{"update audit_entries set action = 'test.other' where seq = 3", 3, "changed"},
		{"update audit_entries set subject = 'cus_2' where seq = 3", 3, "changed"},
		{"update audit_entries set shop_id = 2 where seq = 3", 3, "changed"},
		{"update audit_entries set reason = '' where seq = 3", 3, "changed"},
		{"update audit_entries set before = '{}' where seq = 3", 3, "changed"},
		{"update audit_entries set after = '{}' where seq = 3", 3, "changed"},
		{"update audit_entries set hash = prev_hash where seq = 3", 3, "changed"},
		{"update audit_entries set prev_hash = hash where seq = 3", 3, "follow"},
		{"delete from audit_entries where seq = 3", 4, "missing"},
		{"delete from audit_entries where seq = 1", 2, "missing"},
		{"delete from audit_entries where seq = 5", 5, "end"},
		{"delete from audit_entries", 5, "end"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for n := range 5 {
			w.note(t, staff.AuditEntry{Action: "test.noted", Subject: "cus_1", Reason: "why", After: object{"n": n}})
		}
		if r := w.check(t); r.Entries != 5 || len(r.Faults) != 0 || len(r.Head) != 64 {
			t.Fatalf("an honest log: %+v, want 5 entries and no fault", r)
		}
		dbtest.Unguard(t, d)
		for _, tt := range tests {
			found := staff.ChainReport{}
			undo := errors.New("undo")
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				if _, err := tx.Exec(ctx, tt.statement); err != nil {
					return err
				}
				if found, err = w.CheckAudit(ctx, tx); err != nil {
					return err
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
			named := false
			for _, f := range found.Faults {
				named = named || f.Seq == tt.seq && strings.Contains(f.What, tt.what)
			}
			if !named {
				t.Errorf("%s: faults %v, want %d with %q", tt.statement, found.Faults, tt.seq, tt.what)
			}
		}
	})
}

// TestAudit_chain_can_be_checked_by_anyone computes the chain from the description alone.
func TestAudit_chain_can_be_checked_by_anyone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open(t)
		w.note(t, staff.AuditEntry{Action: "test.noted", Subject: "顾客", Reason: "原因", Before: 1, After: []int{2}})
		previous, seen := "", 0
		w.update(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := db.All(ctx, tx, func(scan db.Scan) (int, error) {
				// Every column as text, in the order that the description gives.
				fields, targets := make([]string, 17), []any{}
				for i := range fields {
					targets = append(targets, &fields[i])
				}
				var hash string
				if err := scan(append(targets, &hash)...); err != nil {
					return 0, err
				}
				var b strings.Builder
				for _, f := range append([]string{"shuke-audit-1"}, fields...) {
					fmt.Fprintf(&b, "%d:%s,", len(f), f)
				}
				sum := sha256.Sum256([]byte(b.String()))
				if got := hex.EncodeToString(sum[:]); got != hash || fields[0] != previous {
					t.Errorf("entry %s: hash %s after %q, kept %s after %q", fields[1], got, previous, hash, fields[0])
				}
				previous = hash
				seen++
				return 0, nil
			}, `select prev_hash, cast(seq as text), cast(at as text), cast(coalesce(staff_id, 0) as text), cast(coalesce(key_id, 0) as text), actor, role,
				touchpoint, session, ip, request, action, subject, cast(coalesce(shop_id, 0) as text), reason, before, after, hash
				from audit_entries order by seq`)
			return err
		})
		if seen < 4 {
			t.Errorf("%d entries, want those of the set-up and one more", seen)
		}
	})
}

func TestAudit_many_writers_make_one_chain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 10 {
					err := d.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
						return w.Audit(ctx, tx, staff.AuditEntry{Action: "test.noted"})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if r := w.check(t); r.Entries != 80 || len(r.Faults) != 0 {
			t.Errorf("%+v, want 80 entries and no fault", r)
		}
	})
}

func TestAudit_list(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		owner := w.open(t)
		east, west := firstShop(owner), w.shop(t, owner, "west")
		_, manager := w.hire(t, "maya", staff.Manager, east)
		eveID, _ := w.hire(t, "eve", staff.Clerk, east)
		owner.want(200, "PATCH", "/v1/shops/"+west, object{"name": "Westend"})
		owner.want(200, "POST", "/v1/staff/"+eveID+"/disable", object{"reason": "left on her own wish"})

		all := owner.want(200, "GET", "/v1/audit?limit=200", nil).items()
		first := owner.want(200, "GET", "/v1/audit?limit=3", nil)
		second := owner.want(200, "GET", "/v1/audit?limit=3&cursor="+first.text("next_cursor"), nil)
		for i, e := range append(first.items(), second.items()...) {
			if e["seq"] != all[i]["seq"] {
				t.Errorf("paged entry %d is %v, want %v", i, e["seq"], all[i]["seq"])
			}
		}
		only := owner.want(200, "GET", "/v1/audit?action=staff.disabled&subject="+eveID, nil).items()
		if len(only) != 1 || only[0]["reason"] != "left on her own wish" || only[0]["ip"] != "127.0.0.1" || only[0]["actor"] != "Lan Chen" {
			t.Errorf("her end in the log = %v", only)
		}
		for _, e := range owner.want(200, "GET", "/v1/audit?action=staff.", nil).items() {
			if !strings.HasPrefix(e["action"].(string), "staff.") {
				t.Errorf("asked for staff., got %v", e["action"])
			}
		}
		if later := owner.want(200, "GET", "/v1/audit?from=2999-01-01T00:00:00Z", nil).items(); len(later) != 0 {
			t.Errorf("entries of the future: %v", later)
		}
		changed := owner.want(200, "GET", "/v1/audit?action=shop.changed", nil).items()[0]
		if changed["before"].(object)["name"] != "Shop west" || changed["after"].(object)["name"] != "Westend" {
			t.Errorf("change of a shop = %v, want its names before and after", changed)
		}
		sees := manager.want(200, "GET", "/v1/audit?limit=200", nil).items()
		if len(sees) == 0 {
			t.Error("the manager sees nothing of her own shop")
		}
		for _, e := range sees {
			if e["shop_id"] != east {
				t.Errorf("the manager of another shop sees %v", e)
			}
		}
	})
}

func TestAudit_refuses_an_entry_without_action(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	err := w.d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return w.Audit(ctx, tx, staff.AuditEntry{}) })
	if err == nil || errs.KindOf(err) != errs.Internal {
		t.Errorf("Audit of nothing = %v, want a fault of the program", err)
	}
}
