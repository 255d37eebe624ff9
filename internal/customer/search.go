package customer

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// maxFound bounds what a search returns: more is a list, not a person.
const maxFound = 20

// SearchResult is who was found.
type SearchResult struct {
	Items []Summary `json:"items"`
	More  bool      `json:"more" doc:"There may be more; add letters or digits"`
}

// Search returns customers that the caller may see, at most 20 and at most limit, the closest first. The
// text is a whole phone number or its last four digits, an e-mail address, a card or shop number, an id,
// or the start of a name, of a given name, of its pinyin or of its initials.
func (s *Service) Search(ctx context.Context, tx *db.Tx, text string, limit int) ([]ID, error) {
	found, _, err := s.search(ctx, tx, text, limit)
	return found, err
}

// SearchSummaries is Search with what lists show of those found.
func (s *Service) SearchSummaries(ctx context.Context, tx *db.Tx, text string) (SearchResult, error) {
	found, more, err := s.search(ctx, tx, text, maxFound)
	if err != nil {
		return SearchResult{}, err
	}
	people, err := s.Summaries(ctx, tx, found)
	if err != nil {
		return SearchResult{}, err
	}
	result := SearchResult{More: more}
	for _, customer := range found {
		result.Items = append(result.Items, people[customer])
	}
	return result, nil
}

// finder collects who was found, each once.
type finder struct {
	*Service
	tx    *db.Tx
	scope string
	wide  bool // wide is set for a caller who sees all shops.
	limit int
	found []ID
	more  bool
}

func (f *finder) add(customers ...ID) {
	for _, c := range customers {
		switch {
		case slices.Contains(f.found, c):
		case len(f.found) == f.limit:
			f.more = true
		default:
			f.found = append(f.found, c)
		}
	}
}

func (s *Service) search(ctx context.Context, tx *db.Tx, text string, limit int) ([]ID, bool, error) {
	text = foldName(text)
	if utf8.RuneCountInString(text) > 128 {
		return nil, false, errs.New(errs.Invalid, "search.too_long", "search for at most 128 characters")
	}
	f := &finder{Service: s, tx: tx, scope: s.ScopeSQL(ctx, tx, "found.id"), wide: access.From(ctx).Scope.All, limit: min(limit, maxFound)}
	if text == "" || f.limit < 1 {
		return nil, false, nil
	}
	if customer, err := id.Parse[customerKind](text); err == nil {
		c, err := s.find(ctx, tx, customer)
		if err == nil {
			f.add(c.ID)
		} else if errs.KindOf(err) != errs.NotFound {
			return nil, false, err
		}
		return f.found, false, nil
	}
	if err := f.byIdentity(ctx, text); err != nil {
		return nil, false, err
	}
	if strings.ContainsFunc(text, unicode.IsLetter) && !strings.Contains(text, "@") {
		if err := f.byName(ctx, text); err != nil {
			return nil, false, err
		}
	}
	return f.found, f.more, nil
}

// byIdentity finds by whole identities, and by the last four digits of a phone.
func (f *finder) byIdentity(ctx context.Context, text string) error {
	for _, kind := range []IdentityKind{Phone, Email} {
		identity, err := Identity{Kind: kind, Value: text}.Normalize()
		if err != nil {
			continue
		}
		customers, err := findByHash(ctx, f.tx, f.scope, identity.key(f.Keys), f.limit+1)
		if err != nil {
			return err
		}
		f.add(customers...)
	}
	if !strings.ContainsFunc(text, unicode.IsDigit) {
		return nil
	}
	upper := strings.ToUpper(text)
	for _, value := range slices.Compact([]string{text, upper}) {
		number := f.Keys.ShortIndex("number", value)
		err := f.byShort(ctx, number, func(i identityRow) bool { return i.Kind != Phone && strings.EqualFold(i.Value, text) })
		if err != nil {
			return err
		}
	}
	if len(text) == 4 && strings.Trim(text, "0123456789") == "" {
		return f.byShort(ctx, f.Keys.ShortIndex("phone_last4", text), func(i identityRow) bool {
			return i.Kind == Phone && strings.HasSuffix(i.Value, text)
		})
	}
	return nil
}

// maxOpened bounds the sealed values that a search opens: the short index finds some that do not match.
const maxOpened = 500

// byShort finds by the short index; is opens each candidate and compares.
func (f *finder) byShort(ctx context.Context, short int64, is func(identityRow) bool) error {
	rows, err := f.listByShort(ctx, f.tx, f.scope, short, maxOpened)
	if err != nil {
		return err
	}
	f.more = f.more || len(rows) == maxOpened
	for _, r := range rows {
		if is(r) {
			f.add(id.Of[customerKind](r.customer))
		}
	}
	return nil
}

// maxSeen bounds the names that are looked through for those that a caller with few shops may see.
const maxSeen = 2000

// byName finds by the start of a name. Chinese characters are looked for as they are, other letters also
// as pinyin and initials.
func (f *finder) byName(ctx context.Context, text string) error {
	keys := []string{"search_name", "search_given"}
	latinOnly := !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	joined := strings.ReplaceAll(text, " ", "")
	for _, key := range keys {
		if err := f.byKey(ctx, key, text); err != nil {
			return err
		}
	}
	if !latinOnly {
		return nil
	}
	for _, key := range []string{"search_initials", "search_pinyin"} {
		if err := f.byKey(ctx, key, joined); err != nil {
			return err
		}
	}
	return nil
}

func (f *finder) byKey(ctx context.Context, column, prefix string) error {
	if len(f.found) > f.limit || f.more && len(f.found) == f.limit {
		return nil
	}
	seen := maxSeen
	if f.wide {
		seen = f.limit + 1
	}
	customers, full, err := findByKey(ctx, f.tx, f.scope, column, []byte(prefix), seen, f.limit+1)
	if err != nil {
		return err
	}
	f.add(customers...)
	f.more = f.more || full && !f.wide
	return nil
}
