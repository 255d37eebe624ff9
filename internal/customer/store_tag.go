package customer

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// tagLive is the condition on customer_tags t for a tag that holds at $1.
const tagLive = "t.removed_at is null and (t.expires_at is null or t.expires_at > $1)"

// notMerged is the condition on customer_tags t for a tag that shows: those of a merged record that the survivor
// has as well stay with it. To list the few merged records costs a quarter of looking at every customer.
const notMerged = "t.customer_id not in (select id from customers where merged_into is not null)"

const tagColumns = "id, name, name_en, axis, description, pack, archived, version, created_at"

func scanTag(scan db.Scan) (t Tag, err error) {
	err = scan(&t.ID, &t.Name, &t.NameEN, &t.Axis, &t.Description, &t.Pack, &t.Archived, &t.Version, db.ScanTime(&t.CreatedAt))
	return t, err
}

// listTags returns the library by axis and name.
func listTags(ctx context.Context, tx *db.Tx) ([]Tag, error) {
	all, err := db.All(ctx, tx, scanTag, "select "+tagColumns+" from tags order by axis, name_key limit $1", maxTags)
	return all, wrap("list tags", err)
}

// countTagged counts the customers in a scope who have each tag now, by where they have it from.
func countTagged(ctx context.Context, tx *db.Tx, scope string) (map[TagID][]Sourced, error) {
	counts := map[TagID][]Sourced{}
	_, err := db.All(ctx, tx, func(scan db.Scan) (none struct{}, err error) {
		var tag TagID
		var one Sourced
		var sum int64
		var ends time.Time
		if err := scan(&tag, &one.Source, &one.Customers, &sum, &one.Ending, db.ScanTime(&ends)); err != nil {
			return none, err
		}
		one.Confidence, one.EndsAt = (sum+one.Customers/2)/one.Customers, timeOrNil(ends)
		counts[tag] = append(counts[tag], one)
		return none, nil
	}, `select t.tag_id, t.source, count(*), sum(t.confidence), count(t.expires_at), min(t.expires_at)
		from customer_tags t where `+tagLive+" and "+notMerged+" and "+scope+" group by t.tag_id, t.source order by t.tag_id, t.source", tx.Now.UnixMilli())
	return counts, wrap("count customers with tags", err)
}

func countTags(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, "select count(*) from tags").Scan(&n)
	return n, wrap("count tags", err)
}

func insertTag(ctx context.Context, tx *db.Tx, t Tag, staffID int64) error {
	n, err := tx.Exec(ctx, `insert into tags (id, name, name_key, name_en, axis, description, pack, archived, version, created_by, created_at)
		values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) on conflict do nothing`,
		t.ID, t.Name, foldName(t.Name), t.NameEN, string(t.Axis), t.Description, t.Pack, t.Archived, t.Version, orNull(staffID), db.Millis(t.CreatedAt))
	if err == nil && n == 0 {
		return tagExists()
	}
	return wrap("insert tag", err)
}

func tagExists() error {
	return errs.New(errs.Conflict, "tag.exists", "there is a tag of this name")
}

// findTag returns a tag of the library, without its count.
func findTag(ctx context.Context, tx *db.Tx, tag TagID) (Tag, error) {
	t, err := scanTag(tx.QueryRow(ctx, "select "+tagColumns+" from tags where id = $1", tag).Scan)
	if db.NoRows(err) {
		return t, errs.New(errs.NotFound, "tag.not_found", "there is no such tag")
	}
	return t, wrap("find tag", err)
}

// updateTag writes the tag if its version is still the one that was read.
func updateTag(ctx context.Context, tx *db.Tx, t Tag) error {
	taken, err := db.Exists(ctx, tx, "select 1 from tags where name_key = $1 and id <> $2", foldName(t.Name), t.ID)
	if err != nil {
		return fmt.Errorf("find tag: %w", err)
	}
	if taken {
		return tagExists()
	}
	n, err := tx.Exec(ctx, "update tags set name = $1, name_key = $2, name_en = $3, axis = $4, description = $5, archived = $6, version = version + 1 where id = $7 and version = $8",
		t.Name, foldName(t.Name), t.NameEN, string(t.Axis), t.Description, t.Archived, t.ID, t.Version)
	if err == nil && n == 0 {
		return stale()
	}
	return wrap("update tag", err)
}

// findTags returns the tags of the library that the puts name.
func findTags(ctx context.Context, tx *db.Tx, puts []TagPut) (map[TagID]TagRef, error) {
	named := map[TagID]bool{}
	var ids []TagID
	for _, p := range puts {
		if !named[p.TagID] {
			named[p.TagID] = true
			ids = append(ids, p.TagID)
		}
	}
	found := map[TagID]TagRef{}
	err := db.InChunks(ids, func(chunk []TagID) error {
		in, args := db.In(0, chunk)
		refs, err := db.All(ctx, tx, func(scan db.Scan) (t TagRef, err error) {
			err = scan(&t.TagID, &t.Name, &t.Axis)
			return t, err
		}, "select id, name, axis from tags where id in "+in, args...)
		for _, t := range refs {
			found[t.TagID] = t
		}
		return err
	})
	return found, wrap("find tags", err)
}

// taggingRow is a row of customer_tags.
type taggingRow struct {
	id, replaces int64
	put          TagPut
	ended        bool
	view         Tagging
}

// same reports whether putting p would change nothing.
func (r taggingRow) same(p TagPut) bool {
	return r.put.Source == p.Source && r.put.Confidence == p.Confidence && r.put.ExpiresAt.Equal(p.ExpiresAt)
}

// listLiveTaggings returns the rows that have no end yet, also those run out, by customer and tag.
func listLiveTaggings(ctx context.Context, tx *db.Tx, puts []TagPut) (map[[2]int64]taggingRow, error) {
	customers := make([]ID, len(puts))
	for i, p := range puts {
		customers[i] = p.CustomerID
	}
	found := map[[2]int64]taggingRow{}
	err := db.InChunks(customers, func(chunk []ID) error {
		in, args := db.In(0, chunk)
		rows, err := db.All(ctx, tx, func(scan db.Scan) (r taggingRow, err error) {
			err = scan(&r.id, &r.put.CustomerID, &r.put.TagID, &r.put.Source, &r.put.Confidence, db.ScanTime(&r.put.ExpiresAt))
			return r, err
		}, "select id, customer_id, tag_id, source, confidence, expires_at from customer_tags where removed_at is null and customer_id in "+in, args...)
		for _, r := range rows {
			found[[2]int64{r.put.CustomerID.Int64(), r.put.TagID.Int64()}] = r
		}
		return err
	})
	return found, wrap("list tags of customers", err)
}

func insertTaggings(ctx context.Context, tx *db.Tx, taggings []taggingRow, staffID int64) error {
	rows := make([][]any, len(taggings))
	for i, r := range taggings {
		rows[i] = []any{r.id, r.put.CustomerID, r.put.TagID, string(r.put.Source), r.put.Confidence, r.put.Reason, db.Millis(r.put.ExpiresAt),
			orNull(staffID), r.put.AddedAt.UnixMilli(), orNull(r.replaces)}
	}
	_, err := db.InsertRows(ctx, tx, "customer_tags",
		"id, customer_id, tag_id, source, confidence, reason, expires_at, added_by, added_at, replaces", rows, "")
	return err
}

func endTaggings(ctx context.Context, tx *db.Tx, ids []int64, staffID int64) error {
	err := db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(2, chunk)
		_, err := tx.Exec(ctx, "update customer_tags set removed_at = $1, removed_by = $2 where removed_at is null and id in "+in,
			append([]any{tx.Now.UnixMilli(), orNull(staffID)}, args...)...)
		return err
	})
	return wrap("end tags", err)
}

const taggingColumns = "t.id, t.tag_id, l.name, l.name_en, l.axis, t.source, t.confidence, t.reason, t.expires_at, t.added_by, t.added_at"

func scanTagging(scan db.Scan) (t Tagging, err error) {
	var expires time.Time
	err = scan(&t.ID, &t.TagID, &t.Name, &t.NameEN, &t.Axis, &t.Source, &t.Confidence, &t.Reason, db.ScanTime(&expires), &t.AddedBy, db.ScanTime(&t.AddedAt))
	t.ExpiresAt = timeOrNil(expires)
	return t, err
}

// listTaggings returns the tags that a customer has now.
func listTaggings(ctx context.Context, tx *db.Tx, customer ID) ([]Tagging, error) {
	all, err := db.All(ctx, tx, scanTagging, "select "+taggingColumns+" from customer_tags t join tags l on l.id = t.tag_id where "+tagLive+
		" and t.customer_id = $2 order by l.axis, l.name_key limit $3", tx.Now.UnixMilli(), customer, maxTagsOf)
	return all, wrap("list tags of a customer", err)
}

// listTagRefs returns the tags that customers have now.
func listTagRefs(ctx context.Context, tx *db.Tx, customers []ID) (map[ID][]TagRef, error) {
	found := map[ID][]TagRef{}
	err := db.InChunks(customers, func(chunk []ID) error {
		in, args := db.In(1, chunk)
		_, err := db.All(ctx, tx, func(scan db.Scan) (none struct{}, err error) {
			var customer ID
			var t TagRef
			if err := scan(&customer, &t.TagID, &t.Name, &t.NameEN, &t.Axis); err != nil {
				return none, err
			}
			found[customer] = append(found[customer], t)
			return none, nil
		}, "select t.customer_id, l.id, l.name, l.name_en, l.axis from customer_tags t join tags l on l.id = t.tag_id where "+tagLive+
			" and t.customer_id in "+in+" order by l.axis, l.name_key", append([]any{tx.Now.UnixMilli()}, args...)...)
		return err
	})
	return found, wrap("list tags of customers", err)
}

// findLastTagging returns the row of a tag on a customer that holds, else the one that ended last; its id
// is 0 if there is none.
func findLastTagging(ctx context.Context, tx *db.Tx, customer ID, tag TagID) (r taggingRow, err error) {
	scan := tx.QueryRow(ctx, "select coalesce(t.replaces,0), t.removed_at is not null, "+taggingColumns+
		` from customer_tags t join tags l on l.id = t.tag_id where t.customer_id = $1 and t.tag_id = $2
		order by case when t.removed_at is null then 0 else 1 end, t.removed_at desc, t.id desc limit 1`, customer, tag).Scan
	r.view, err = scanTagging(func(targets ...any) error { return scan(append([]any{&r.replaces, &r.ended}, targets...)...) })
	if db.NoRows(err) {
		return taggingRow{}, nil
	}
	r.id = r.view.ID.Int64()
	return r, wrap("find last tag", err)
}

// reviveTagging brings a row back and reports whether it is still the customer's: one that an unmerge has
// given back to another record is not.
func reviveTagging(ctx context.Context, tx *db.Tx, customer ID, tagging int64) (t Tagging, ok bool, err error) {
	n, err := tx.Exec(ctx, "update customer_tags set removed_at = null, removed_by = null where id = $1 and customer_id = $2", tagging, customer)
	if err != nil || n == 0 {
		return t, false, wrap("bring back tag", err)
	}
	t, err = scanTagging(tx.QueryRow(ctx, "select "+taggingColumns+" from customer_tags t join tags l on l.id = t.tag_id where t.id = $1", tagging).Scan)
	return t, true, wrap("find tag of a customer", err)
}

// TagSQL returns a condition on a column that holds the id of a customer: whether she has the tag now.
// The ids are numbers and written in.
func (s *Service) TagSQL(tx *db.Tx, column string, tag TagID) string {
	return strings.NewReplacer("$tag", fmt.Sprint(tag.Int64()), "$now", fmt.Sprint(tx.Now.UnixMilli()), "$column", column).Replace(
		"(exists (select 1 from customer_tags had where had.customer_id = $column and had.tag_id = $tag " +
			"and had.removed_at is null and (had.expires_at is null or had.expires_at > $now)))")
}

// listRuleTagged returns some of the customers on whom a rule has put a tag.
func listRuleTagged(ctx context.Context, tx *db.Tx, tag TagID, limit int) ([]ID, error) {
	all, err := db.All(ctx, tx, func(scan db.Scan) (one ID, err error) {
		err = scan(&one)
		return one, err
	}, "select distinct t.customer_id from customer_tags t where "+tagLive+" and t.tag_id = $2 and t.source = $3 limit $4",
		tx.Now.UnixMilli(), tag, string(ByRule), limit)
	return all, wrap("list customers with a tag", err)
}

// countRuleTagged counts the customers in a scope who have each of the tags by a rule.
func countRuleTagged(ctx context.Context, tx *db.Tx, tags []TagID, scope string) (map[TagID]int64, error) {
	counts := map[TagID]int64{}
	in, args := db.In(2, tags)
	_, err := db.All(ctx, tx, func(scan db.Scan) (none struct{}, err error) {
		var tag TagID
		var n int64
		err = scan(&tag, &n)
		counts[tag] = n
		return none, err
	}, "select t.tag_id, count(*) from customer_tags t where "+tagLive+" and "+notMerged+
		" and t.source = $2 and t.tag_id in "+in+" and "+scope+" group by t.tag_id",
		append([]any{tx.Now.UnixMilli(), string(ByRule)}, args...)...)
	return counts, wrap("count customers with a tag", err)
}
