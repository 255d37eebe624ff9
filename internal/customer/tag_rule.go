package customer

import (
	"context"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// PutRuleTag puts the tag of a rule on those of the customers who do not have it. A tag that somebody has put
// stays as it is.
func (s *Service) PutRuleTag(ctx context.Context, tx *db.Tx, p TagPut, customers []ID) error {
	p.Source = ByRule
	puts := make([]TagPut, len(customers))
	for i, one := range customers {
		puts[i] = p
		puts[i].CustomerID = one
	}
	present, err := listLiveTaggings(ctx, tx, puts)
	if err != nil {
		return err
	}
	var missing []TagPut
	for _, put := range puts {
		old, ok := present[[2]int64{put.CustomerID.Int64(), put.TagID.Int64()}]
		if !ok || !old.put.ExpiresAt.IsZero() && !old.put.ExpiresAt.After(tx.Now) {
			missing = append(missing, put)
		}
	}
	_, err = s.TagMany(ctx, tx, missing)
	return err
}

// TakeRuleTag takes a tag off those of the customers on whom a rule has put it. Of others it stays.
func (s *Service) TakeRuleTag(ctx context.Context, tx *db.Tx, tag TagID, customers []ID, history bool) error {
	puts := make([]TagPut, len(customers))
	for i, one := range customers {
		puts[i] = TagPut{CustomerID: one, TagID: tag}
	}
	library, err := findTags(ctx, tx, puts)
	if err != nil {
		return err
	}
	present, err := listLiveTaggings(ctx, tx, puts)
	if err != nil {
		return err
	}
	var ended []int64
	var facts []event.Entry
	for _, one := range customers {
		old, ok := present[[2]int64{one.Int64(), tag.Int64()}]
		if !ok || old.put.Source != ByRule {
			continue
		}
		ended = append(ended, old.id)
		facts = append(facts, event.Entry{CustomerID: one.Int64(), History: history,
			Fact: Untagged{TagID: tag, Name: library[tag].Name, Axis: library[tag].Axis, Source: ByRule}})
	}
	if err := endTaggings(ctx, tx, ended, access.From(ctx).StaffID); err != nil {
		return err
	}
	return s.Log.Append(ctx, tx, facts...)
}

// ListRuleTagged returns some of the customers on whom a rule has put a tag.
func (s *Service) ListRuleTagged(ctx context.Context, tx *db.Tx, tag TagID, limit int) ([]ID, error) {
	return listRuleTagged(ctx, tx, tag, limit)
}

// CountRuleTagged returns how many of the customers that the caller sees have each of the tags by a rule.
func (s *Service) CountRuleTagged(ctx context.Context, tx *db.Tx, tags []TagID) (map[TagID]int64, error) {
	return countRuleTagged(ctx, tx, tags, s.ScopeSQL(ctx, tx, "t.customer_id"))
}
