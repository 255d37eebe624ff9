package customer

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// Draft is a customer of an import. She is found by her identities or made; what is known of her stays,
// what is not is filled in.
type Draft struct {
	Identities []Identity
	Name       string
	Gender     Gender
	ShopID     int64
	Birthday   DraftDate
	Tags       []string // Tags are made when the library lacks them.
	CreatedAt  time.Time
	Source     string
}

// DraftDate is a birthday of an import; Month 0 is none, Year 0 an unknown year.
type DraftDate struct {
	Calendar   Calendar
	Year       int
	Month, Day int
	Leap       bool
}

// Saved is the answer for one draft.
type Saved struct {
	ID        ID
	Created   bool
	Unchanged bool // Unchanged says that everything was known already.
	Err       error
}

// SaveMany saves the customers of an import as history, in few statements. An error of its own is a fault
// of the database; what is wrong with a draft stands in its answer.
func (s *Service) SaveMany(ctx context.Context, tx *db.Tx, drafts []Draft) ([]Saved, error) {
	saved := make([]Saved, len(drafts))
	var requests []Resolve
	var places []int
	for i, d := range drafts {
		if saved[i].Err = s.checkDraft(tx, d); saved[i].Err == nil {
			places = append(places, i)
			requests = append(requests, Resolve{Identities: d.Identities, Name: d.Name, ShopID: d.ShopID, Source: d.Source, HappenedAt: d.CreatedAt, History: true})
		}
	}
	claims, err := s.claims(requests)
	if err != nil {
		return nil, err
	}
	ids, r, err := s.resolve(ctx, tx, requests, claims, nil)
	if err != nil {
		return nil, err
	}
	filled := map[int64]bool{}
	var drafted []draftOf
	for j, i := range places {
		saved[i].ID, saved[i].Created = ids[j], r.made[ids[j].Int64()]
		delete(r.made, ids[j].Int64()) // A second row of the same person makes nobody.
		drafted = append(drafted, draftOf{ids[j], drafts[i]})
	}
	if err := s.fillIn(ctx, tx, drafted, filled); err != nil {
		return nil, err
	}
	for _, i := range places {
		n := saved[i].ID.Int64()
		saved[i].Unchanged = !saved[i].Created && !filled[n] && !r.touched[n]
	}
	return saved, refreshQuality(ctx, tx, idNumbers(ids))
}

// draftOf is a draft with the customer it is of.
type draftOf struct {
	customer ID
	Draft
}

func (s *Service) checkDraft(tx *db.Tx, d Draft) error {
	var faults []errs.Field
	if len(d.Identities) == 0 || len(d.Identities) > maxResolveIdentities {
		faults = append(faults, errs.Field{Path: "identities", Code: "customer.no_identity", Message: "a customer is found by 1 to 10 identities"})
	}
	for _, i := range d.Identities {
		if _, err := i.Normalize(); err != nil {
			faults = append(faults, errs.Field{Path: string(i.Kind), Code: errs.CodeOf(err), Message: messageOf(err)})
		}
	}
	_, wrong := cleanName(d.Name, "name")
	faults = append(faults, wrong...)
	if !slices.Contains([]Gender{"", Female, Male, Other}, d.Gender) {
		faults = append(faults, errs.Field{Path: "gender", Code: "enum", Message: "the gender is female, male, other or empty"})
	}
	if d.Birthday.Month != 0 {
		for _, f := range d.Birthday.date().validate(s.today(tx)) {
			f.Path = "birthday"
			faults = append(faults, f)
		}
	}
	if !d.CreatedAt.IsZero() && s.today(tx).Before(cal.DayOf(d.CreatedAt, s.Staff.Zone())) {
		faults = append(faults, errs.Field{Path: "created_on", Code: "date.future", Message: "this day has not come yet"})
	}
	for _, name := range d.Tags {
		_, wrong := cleanText(name, "tags", maxTagName)
		faults = append(faults, wrong...)
	}
	return errs.InvalidFields("customer.invalid", faults)
}

func (d DraftDate) date() LifeDate {
	return LifeDate{Kind: Birthday, Calendar: d.Calendar, Year: d.Year, Month: d.Month, Day: d.Day, Leap: d.Leap}
}

// fillIn writes genders, birthdays and tags where there are none, and notes whose record grew.
func (s *Service) fillIn(ctx context.Context, tx *db.Tx, drafts []draftOf, filled map[int64]bool) error {
	ids := make([]ID, len(drafts))
	for i, d := range drafts {
		ids[i] = d.customer
	}
	rows, err := listRows(ctx, tx, ids, "gender = ''")
	if err != nil {
		return err
	}
	dated, err := listDated(ctx, tx, ids)
	if err != nil {
		return err
	}
	genderless := map[ID]bool{}
	for _, c := range rows {
		genderless[c.ID] = true
	}
	byGender := map[Gender][]int64{}
	var dates []draftOf
	var facts []event.Entry
	for _, d := range drafts {
		n := d.customer.Int64()
		if d.Gender != "" && genderless[d.customer] {
			genderless[d.customer], filled[n] = false, true
			byGender[d.Gender] = append(byGender[d.Gender], n)
			facts = append(facts, event.Entry{Fact: Updated{Fields: []string{"gender"}}, CustomerID: n, HappenedAt: d.CreatedAt, History: true})
		}
		if d.Birthday.Month != 0 && !dated[d.customer] {
			dated[d.customer], filled[n] = true, true
			dates = append(dates, d)
		}
	}
	if err := setGenders(ctx, tx, byGender); err != nil {
		return err
	}
	written, err := insertBirthdays(ctx, tx, dates)
	if err != nil {
		return err
	}
	for i, d := range dates {
		facts = append(facts, event.Entry{Fact: LifeDateSet{LifeDateID: written[i], Kind: Birthday, Calendar: d.Birthday.Calendar},
			CustomerID: d.customer.Int64(), Subject: written[i].String(), HappenedAt: d.CreatedAt, History: true})
	}
	if err := s.Log.Append(ctx, tx, facts...); err != nil {
		return err
	}
	return s.tagDrafts(ctx, tx, drafts, filled)
}

// tagDrafts puts the tags of drafts on customers who do not have them, whoever put them there.
func (s *Service) tagDrafts(ctx context.Context, tx *db.Tx, drafts []draftOf, filled map[int64]bool) error {
	var names []string
	for _, d := range drafts {
		names = append(names, d.Tags...)
	}
	if len(names) == 0 {
		return nil
	}
	tags, err := s.EnsureTags(ctx, tx, names, Preference)
	if err != nil {
		return err
	}
	var puts []TagPut
	for _, d := range drafts {
		for _, name := range d.Tags {
			if tag, ok := tags[foldName(name)]; ok {
				puts = append(puts, TagPut{CustomerID: d.customer, TagID: tag, Source: ByImport, Confidence: 100, AddedAt: d.CreatedAt, History: true})
			}
		}
	}
	present, err := listLiveTaggings(ctx, tx, puts)
	if err != nil {
		return err
	}
	puts = slices.DeleteFunc(puts, func(p TagPut) bool {
		_, has := present[[2]int64{p.CustomerID.Int64(), p.TagID.Int64()}]
		return has
	})
	for _, p := range puts {
		filled[p.CustomerID.Int64()] = true
	}
	_, err = s.TagMany(ctx, tx, puts)
	return err
}

// EnsureTags returns the tags of the names, by their folded names, and makes those that are missing on
// the axis. Empty names are left out. The error is tag.too_many.
func (s *Service) EnsureTags(ctx context.Context, tx *db.Tx, names []string, axis Axis) (map[string]TagID, error) {
	byKey := map[string]string{}
	for _, name := range names {
		if name, faults := cleanText(name, "name", maxTagName); len(faults) == 0 && name != "" {
			byKey[foldName(name)] = name
		}
	}
	found, err := findTagsByKey(ctx, tx, byKey)
	if err != nil {
		return nil, err
	}
	for key, name := range byKey {
		if _, ok := found[key]; ok {
			continue
		}
		tag, err := s.SaveTag(ctx, tx, Tag{Name: name, Axis: axis})
		if err != nil {
			return nil, err
		}
		found[key] = tag.ID
	}
	return found, nil
}

// RemoveMany takes back customers as if they had never been: for the undoing of the import that made
// them, and of nobody else. A record that was merged with another is refused: customer.merged.
func (s *Service) RemoveMany(ctx context.Context, tx *db.Tx, ids []ID) error {
	merged, err := listMergedAmong(ctx, tx, ids)
	if err != nil {
		return err
	}
	if len(merged) > 0 {
		return errs.New(errs.Conflict, "customer.merged", "%s was merged with another record: undo the merge first", merged[0])
	}
	if err := deleteCustomers(ctx, tx, ids); err != nil {
		return err
	}
	if err := s.Consents.Forget(ctx, tx, idNumbers(ids)); err != nil {
		return err
	}
	facts := make([]event.Entry, len(ids))
	for i, customer := range ids {
		facts[i] = event.Entry{Fact: Removed{}, CustomerID: customer.Int64(), History: true}
	}
	return s.Log.Append(ctx, tx, facts...)
}

func idNumbers(ids []ID) []int64 {
	numbers := make([]int64, len(ids))
	for i, customer := range ids {
		numbers[i] = customer.Int64()
	}
	return numbers
}

func newLifeDateID(tx *db.Tx) LifeDateID { return id.Of[lifeDateKind](tx.NewID()) }
