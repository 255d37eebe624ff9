package customer

import (
	"context"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// Where an identity is sealed.
const (
	identityTable  = "customer_identities"
	identityColumn = "sealed"
)

// identityRow is a row of customer_identities.
type identityRow struct {
	Identity
	id, customer, hash int64
	short              any
	sealed             []byte
	shared             bool
	source             string
	verifiedAt         time.Time
	createdAt          time.Time
}

// newIdentity makes a row of a normalised identity.
func (s *Service) newIdentity(tx *db.Tx, customer int64, i Identity, hash int64, source string) *identityRow {
	row := &identityRow{Identity: i, id: tx.NewID(), customer: customer, hash: hash, short: i.short(s.Keys), source: source, createdAt: tx.Now}
	row.sealed = s.Keys.Seal(identityTable, identityColumn, row.id, i.Value)
	return row
}

// insertIdentities writes the rows; if one of them finds somebody already, nothing is left of ours and
// the error is errTaken.
func insertIdentities(ctx context.Context, tx *db.Tx, identities []*identityRow) error {
	caller := access.From(ctx)
	rows := make([][]any, len(identities))
	for i, r := range identities {
		var verified any
		if r.Verified {
			verified = tx.Now.UnixMilli()
		}
		rows[i] = []any{r.id, r.customer, string(r.Kind), r.Space, r.hash, r.short, r.sealed, r.shared, verified, r.source,
			orNull(caller.StaffID), db.Millis(r.createdAt), ""}
	}
	written, err := db.InsertRows(ctx, tx, "customer_identities", "id, customer_id, kind, space, index_hash, short_index, sealed, shared, "+
		"verified_at, source, added_by, created_at, ended_why", rows, "on conflict do nothing")
	if err != nil || written == int64(len(rows)) {
		return err
	}
	ids := make([]int64, len(identities))
	for i, r := range identities {
		ids[i] = r.id
	}
	err = db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		_, err := tx.Exec(ctx, "delete from customer_identities where id in "+in, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("take back identities: %w", err)
	}
	return errTaken
}

// sight is what stands under some identities.
type sight struct {
	rows   map[int64]*live   // by hash
	people map[int64]*person // by id, without proof
	stray  []*live           // stray are the rows of records that were merged away.
}

// askLive asks for the live identities with the hashes and their owners. They are there once load returns.
func askLive(ctx context.Context, tx *db.Tx, hashes []int64) (*sight, error) {
	s := &sight{rows: make(map[int64]*live, len(hashes)), people: map[int64]*person{}}
	err := db.InChunks(hashes, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		return tx.Ask(ctx, "find identities", s.add,
			`select i.id, i.customer_id, i.index_hash, i.verified_at is not null, c.name = '', c.shop_id is null, c.created_at, c.merged_into is not null
			from customer_identities i join customers c on c.id = i.customer_id
			where i.index_hash in `+in+` and i.ended_at is null and not i.shared`, args...)
	})
	return s, err
}

func (s *sight) add(scan db.Scan) error {
	l, p := &live{}, person{}
	var hash, created int64
	var merged bool
	if err := scan(&l.id, &l.customer, &hash, &l.verified, &p.nameless, &p.homeless, &created, &merged); err != nil {
		return err
	}
	s.rows[hash] = l
	if merged {
		s.stray = append(s.stray, l)
	} else if s.people[l.customer] == nil {
		p.id, p.createdAt = l.customer, time.UnixMilli(created).UTC()
		s.people[l.customer] = &p
	}
	return nil
}

// load waits for what was asked for.
func (s *sight) load(ctx context.Context, tx *db.Tx) error {
	if err := tx.Answers(ctx); err != nil {
		return err
	}
	return loadStray(ctx, tx, s.stray, s.people)
}

// loadStray gives identities to the survivor that were added to a record while another transaction merged
// it away.
func loadStray(ctx context.Context, tx *db.Tx, stray []*live, people map[int64]*person) error {
	for _, l := range stray {
		survivor, err := findSurvivor(ctx, tx, id.Of[customerKind](l.customer))
		if err != nil {
			return err
		}
		if l.customer = survivor.Int64(); people[l.customer] == nil {
			c, err := findRow(ctx, tx, survivor)
			if err != nil {
				return err
			}
			people[l.customer] = &person{id: l.customer, createdAt: c.CreatedAt, nameless: c.Name == "", homeless: c.ShopID == 0}
		}
		if err := giveRows(ctx, tx, identityTable, []int64{l.id}, survivor); err != nil {
			return err
		}
	}
	return nil
}

// loadProof completes people with what they have proven, their names and when they were last seen.
func loadProof(ctx context.Context, tx *db.Tx, customers []int64, people map[int64]*person, zone *time.Location) error {
	err := db.InChunks(customers, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		_, err := db.All(ctx, tx, func(scan db.Scan) (none struct{}, err error) {
			var customer, hash int64
			var at slot
			if err := scan(&customer, &at.kind, &at.space, &hash); err != nil {
				return none, err
			}
			people[customer].prove(at, hash)
			return none, nil
		}, `select customer_id, kind, space, index_hash from customer_identities
			where customer_id in `+in+` and ended_at is null and verified_at is not null and not shared`, args...)
		if err != nil {
			return err
		}
		_, err = db.All(ctx, tx, func(scan db.Scan) (none struct{}, err error) {
			var customer int64
			var name string
			var served cal.Day
			if err := scan(&customer, &name, &served); err != nil {
				return none, err
			}
			p := people[customer]
			p.name, p.activeOn = name, cal.DayOf(p.createdAt, zone)
			if p.activeOn.Before(served) {
				p.activeOn = served
			}
			return none, nil
		}, `select c.id, c.name, (select max(v.last_served_on) from customer_shops v where v.customer_id = c.id)
			from customers c where c.id in `+in, args...)
		return err
	})
	return wrap("load what was proven", err)
}

func verifyIdentities(ctx context.Context, tx *db.Tx, ids []int64) error {
	err := db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(1, chunk)
		_, err := tx.Exec(ctx, "update customer_identities set verified_at = $1 where verified_at is null and id in "+in,
			append([]any{tx.Now.UnixMilli()}, args...)...)
		return err
	})
	return wrap("verify identities", err)
}

// endRow ends an identity of a customer and reports whether there was one.
func endRow(ctx context.Context, tx *db.Tx, customer ID, identity IdentityID, why string) (bool, error) {
	n, err := tx.Exec(ctx, "update customer_identities set ended_at = $1, ended_why = $2 where id = $3 and customer_id = $4 and ended_at is null",
		tx.Now.UnixMilli(), why, identity, customer)
	return n == 1, wrap("end identity", err)
}

// listIdentities returns the live identities of the customers of the kinds, oldest first.
func (s *Service) listIdentities(ctx context.Context, tx *db.Tx, customers []ID, kinds ...IdentityKind) (map[ID][]identityRow, error) {
	all := map[ID][]identityRow{}
	err := db.InChunks(customers, func(chunk []ID) error {
		in, args := db.In(0, chunk)
		where := "customer_id in " + in + " and ended_at is null"
		if len(kinds) > 0 {
			in, more := db.In(len(args), kinds)
			where, args = where+" and kind in "+in, append(args, more...)
		}
		rows, err := db.All(ctx, tx, s.scanIdentity, "select "+identityColumns+" from customer_identities where "+where+" order by id", args...)
		for _, r := range rows {
			customer := id.Of[customerKind](r.customer)
			if len(all[customer]) < maxIdentities {
				all[customer] = append(all[customer], r)
			}
		}
		return err
	})
	return all, wrap("list identities", err)
}

const identityColumns = "id, customer_id, kind, space, index_hash, short_index, sealed, shared, source, verified_at, created_at"

// scanIdentity reads a row and opens its value.
func (s *Service) scanIdentity(scan db.Scan) (r identityRow, err error) {
	var short *int64
	err = scan(&r.id, &r.customer, &r.Kind, &r.Space, &r.hash, &short, &r.sealed, &r.shared, &r.source, db.ScanTime(&r.verifiedAt), db.ScanTime(&r.createdAt))
	if err != nil {
		return r, err
	}
	if short != nil {
		r.short = *short
	}
	r.Verified = !r.verifiedAt.IsZero()
	r.Value, err = s.Keys.Open(identityTable, identityColumn, r.id, r.sealed)
	return r, err
}

// view is the row as answers show it.
func (r identityRow) view() IdentityView {
	return IdentityView{ID: id.Of[identityKind](r.id), Kind: r.Kind, Space: r.Space, Masked: r.mask(), Verified: r.Verified,
		Shared: r.shared, Source: r.source, AddedAt: r.createdAt}
}
