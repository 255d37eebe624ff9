package segment

import (
	"context"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Preview is whom a rule admits, among the customers that the caller sees.
type Preview struct {
	Count         int64    `json:"count"`
	Of            int64    `json:"of" doc:"All customers"`
	Reach         Reach    `json:"reach"`
	PaidFen       int64    `json:"paid_fen" doc:"What those counted paid in all"`
	ShareOfPaidBP int64    `json:"share_of_paid_bp" doc:"Its share of what all customers paid, in hundredths of a percent"`
	Sample        []Listed `json:"sample" doc:"Some of them, highest spend first"`
	Sentence      string   `json:"sentence" doc:"The rule in Chinese"`
	SentenceEN    string   `json:"sentence_en"`
}

// sampleSize is the number of customers that a preview shows.
const sampleSize = 8

// Preview says whom a rule admits and changes nothing. The error is segment.rule_invalid.
func (s *Service) Preview(ctx context.Context, tx *db.Tx, r Rule) (Preview, error) {
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return Preview{}, err
	}
	p, err := s.prepare(tx, c, r)
	if err != nil {
		return Preview{}, err
	}
	scope := s.scope(ctx, tx)
	v := Preview{Sentence: c.Sentence(r, Chinese), SentenceEN: c.Sentence(r, English)}
	found, err := findAdmitted(ctx, tx, p, scope, sampleSize)
	if err != nil {
		return v, err
	}
	all, err := sumCustomers(ctx, tx, scope("profiles.customer_id"))
	if err != nil {
		return v, err
	}
	v.Count, v.PaidFen, v.Of, v.ShareOfPaidBP, v.Reach = found.customers, found.paidFen, all.customers, found.of(all.paidFen).RevenueBP, found.reach
	profiles, err := findProfiles(ctx, tx, found.most)
	if err != nil {
		return v, err
	}
	v.Sample, err = s.show(ctx, tx, profiles)
	return v, err
}

// Fields are the fields that rules can use, with the names and words that choices can be taken from.
type Fields struct {
	Fields     []Field                      `json:"fields"`
	Names      map[string]map[string]string `json:"names" doc:"By tag, shop, clerk and reason: names by identifier. Shops and clerks are those of the caller's scope"`
	Categories []string                     `json:"categories" doc:"Those that goods have, with all above them"`
	Brands     []string                     `json:"brands"`
	Styles     []string                     `json:"styles"`
	Scenes     []string                     `json:"scenes"`
	Channels   []string                     `json:"channels" doc:"Those of the latest orders"`
}

// Fields returns what the editor of rules offers.
func (s *Service) Fields(ctx context.Context, tx *db.Tx) (Fields, error) {
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return Fields{}, err
	}
	f := Fields{Fields: c.Fields, Names: c.Names}
	if !access.From(ctx).Scope.All {
		if err := s.narrowNames(ctx, tx, f.Names); err != nil {
			return f, err
		}
	}
	for _, w := range []struct {
		into  *[]string
		query string
	}{{&f.Categories, categoryWords}, {&f.Brands, brandWords}, {&f.Styles, styleWords}, {&f.Scenes, sceneWords}, {&f.Channels, channelWords}} {
		if *w.into, err = listWords(ctx, tx, w.query); err != nil {
			return f, err
		}
	}
	f.Categories = withParents(f.Categories)
	return f, nil
}

// narrowNames leaves the names of shops and clerks that the caller sees.
func (s *Service) narrowNames(ctx context.Context, tx *db.Tx, names map[string]map[string]string) error {
	names["shop"], names["clerk"] = map[string]string{}, map[string]string{}
	shops, err := s.Staff.ListShops(ctx, tx, "", 10_000)
	if err != nil {
		return err
	}
	for _, shop := range shops {
		names["shop"][shop.ID.String()] = shop.Name
	}
	people, err := s.Staff.ListPeople(ctx, tx, staff.PeopleFilter{Limit: 10_000})
	for _, p := range people {
		names["clerk"][p.ID.String()] = p.Name
	}
	return err
}

// withParents adds to paths of categories those above them.
func withParents(paths []string) []string {
	all := slices.Clone(paths)
	for _, p := range paths {
		for i, r := range p {
			if r == '/' && i > 0 {
				all = append(all, p[:i])
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
