package customer

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Summary is a customer as lists show her: the name masked unless the caller may see it, the phone always.
type Summary struct {
	ID        ID           `json:"id"`
	Name      string       `json:"name" doc:"Masked, like 张*, for callers without customers.reveal"`
	Phone     string       `json:"phone,omitempty" doc:"Masked: 138****5678"`
	Gender    Gender       `json:"gender,omitempty"`
	ShopID    staff.ShopID `json:"shop_id,omitzero"`
	State     State        `json:"state"`
	Quality   int64        `json:"quality" doc:"0 to 100: how much of what matters is known"`
	Tags      []TagRef     `json:"tags"`
	CreatedAt time.Time    `json:"created_at"`
}

// Profile is what is known of a customer, without her purchases.
type Profile struct {
	Summary
	PreferredChannel string           `json:"preferred_channel,omitempty"`
	Source           string           `json:"source,omitempty"`
	Missing          []Field          `json:"missing" doc:"What is missing for a quality of 100"`
	Version          int64            `json:"version"`
	UpdatedAt        time.Time        `json:"updated_at"`
	Identities       []IdentityView   `json:"identities"`
	TagDetails       []Tagging        `json:"tag_details"`
	Attributes       []AttributeValue `json:"attributes"`
	LifeDates        []LifeDate       `json:"life_dates"`
	Consents         privacy.States   `json:"consents"`
	Merges           []MergeView      `json:"merges" doc:"Records merged into this one, latest first"`
}

// MergeView is a merge as the profile shows it.
type MergeView struct {
	ID        MergeID   `json:"id"`
	MergedID  ID        `json:"merged_id"`
	Automatic bool      `json:"automatic"`
	Reason    string    `json:"reason"`
	MergedBy  staff.ID  `json:"merged_by,omitzero"`
	MergedAt  time.Time `json:"merged_at"`
}

// Basics are the fields of the basic record that can be edited. A nil field is left as it is.
type Basics struct {
	Name             *string       `json:"name,omitempty" maxLength:"200"`
	Gender           *Gender       `json:"gender,omitempty" enum:",female,male,other"`
	PreferredChannel *string       `json:"preferred_channel,omitempty" enum:",sms,wechat,wecom,email,phone"`
	ShopID           *staff.ShopID `json:"shop_id,omitempty" doc:"The home shop; the old one sees her for 90 more days"`
}

// showName returns the name as the caller may see it.
func showName(ctx context.Context, name string) string {
	if access.From(ctx).Can(access.CustomersReveal) {
		return name
	}
	return privacy.MaskName(name)
}

// Summaries returns summaries of the customers, by id, whatever the caller's shops: the caller of this
// method has chosen them by scope. Those that do not exist are left out.
func (s *Service) Summaries(ctx context.Context, tx *db.Tx, ids []ID) (map[ID]Summary, error) {
	rows, err := listRows(ctx, tx, ids, "(1=1)")
	if err != nil {
		return nil, err
	}
	phones, err := s.listIdentities(ctx, tx, ids, Phone)
	if err != nil {
		return nil, err
	}
	tags, err := listTagRefs(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	all := make(map[ID]Summary, len(rows))
	for _, c := range rows {
		all[c.ID] = summary(ctx, c, phones[c.ID], tags[c.ID])
	}
	return all, nil
}

func summary(ctx context.Context, c customerRow, identities []identityRow, tags []TagRef) Summary {
	return Summary{ID: c.ID, Name: showName(ctx, c.Name), Phone: maskedPhone(identities), Gender: c.Gender, ShopID: shopOf(c.ShopID),
		State: c.State, Quality: c.Quality, Tags: tags, CreatedAt: c.CreatedAt}
}

// maskedPhone returns the first phone of her own, else one that she shares.
func maskedPhone(identities []identityRow) (shown string) {
	for _, i := range identities {
		if i.Kind == Phone && (shown == "" || !i.shared) {
			shown = i.mask()
			if !i.shared {
				break
			}
		}
	}
	return shown
}

// FindProfile returns what is known of the customer that the record is part of. The error is
// customer.not_found, also for a customer whom the caller may not see.
func (s *Service) FindProfile(ctx context.Context, tx *db.Tx, customer ID) (Profile, error) {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return Profile{}, err
	}
	identities, err := s.listIdentities(ctx, tx, []ID{c.ID})
	if err != nil {
		return Profile{}, err
	}
	p := Profile{PreferredChannel: c.Channel, Source: c.Source, Missing: missingFields(c.Missing), Version: c.Version, UpdatedAt: c.UpdatedAt}
	if p.TagDetails, err = listTaggings(ctx, tx, c.ID); err != nil {
		return Profile{}, err
	}
	var tags []TagRef
	var people []staff.ID
	for _, t := range p.TagDetails {
		tags, people = append(tags, t.TagRef), append(people, t.AddedBy)
	}
	names, err := s.Staff.Names(ctx, tx, people)
	if err != nil {
		return Profile{}, err
	}
	for i := range p.TagDetails {
		p.TagDetails[i].ByName = names[p.TagDetails[i].AddedBy]
	}
	p.Summary = summary(ctx, c, identities[c.ID], tags)
	for _, i := range identities[c.ID] {
		p.Identities = append(p.Identities, i.view())
	}
	if p.Attributes, err = listAttributes(ctx, tx, c.ID); err != nil {
		return Profile{}, err
	}
	if p.LifeDates, err = s.lifeDates(ctx, tx, c.ID); err != nil {
		return Profile{}, err
	}
	if p.Consents, err = s.Consents.Current(ctx, tx, c.ID.Int64()); err != nil {
		return Profile{}, err
	}
	merges, err := listMerges(ctx, tx, c.ID, 50)
	if err != nil {
		return Profile{}, err
	}
	for _, m := range merges {
		p.Merges = append(p.Merges, MergeView{m.ID, m.Merged, m.Automatic, m.Reason, m.MergedBy, m.MergedAt})
	}
	return p, nil
}

// Update edits the basic record. Version is the one the caller has read; 0 is any. The errors are
// customer.not_found, customer.invalid, version.stale.
func (s *Service) Update(ctx context.Context, tx *db.Tx, customer ID, version int64, b Basics) (ID, error) {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return ID{}, err
	}
	if version != 0 && version != c.Version {
		return ID{}, stale()
	}
	next, fields, err := s.edit(ctx, tx, c, b)
	if err != nil || len(fields) == 0 {
		return c.ID, err
	}
	if err := updateBasics(ctx, tx, next); err != nil {
		return ID{}, err
	}
	if next.Name != c.Name {
		if err := renameCustomer(ctx, tx, rename{c.ID.Int64(), next.Name}); err != nil {
			return ID{}, err
		}
	}
	fact := Updated{Fields: fields}
	if next.ShopID != c.ShopID {
		fact.ShopID = shopText(next.ShopID)
		if err := moveHome(ctx, tx, c.ID, c.ShopID, next.ShopID, s.today(tx), access.From(ctx).StaffID); err != nil {
			return ID{}, err
		}
	}
	if err := refreshQuality(ctx, tx, []int64{c.ID.Int64()}); err != nil {
		return ID{}, err
	}
	if next.Name != c.Name {
		if err := s.suspectNamesakes(ctx, tx, c.ID); err != nil {
			return ID{}, err
		}
	}
	return c.ID, s.Log.Append(ctx, tx, event.Entry{Fact: fact, CustomerID: c.ID.Int64(), ShopID: next.ShopID})
}

// edit applies the edits to c and names the fields that changed.
func (s *Service) edit(ctx context.Context, tx *db.Tx, c customerRow, b Basics) (next customerRow, fields []string, err error) {
	next = c
	var faults []errs.Field
	if b.Name != nil {
		var wrong []errs.Field
		next.Name, wrong = cleanName(*b.Name, "name")
		faults = append(faults, wrong...)
		if next.Name == privacy.MaskName(c.Name) {
			next.Name = c.Name // A form sent back what it was shown.
		}
	}
	if b.Gender != nil {
		next.Gender = *b.Gender
		if !slices.Contains([]Gender{"", Female, Male, Other}, next.Gender) {
			faults = append(faults, errs.Field{Path: "gender", Code: "enum", Message: "the gender is female, male, other or empty"})
		}
	}
	if b.PreferredChannel != nil {
		next.Channel = *b.PreferredChannel
		if next.Channel != "" && !slices.Contains(privacy.Channels, privacy.Channel(next.Channel)) {
			faults = append(faults, errs.Field{Path: "preferred_channel", Code: "enum", Message: "there is no such channel"})
		}
	}
	if b.ShopID != nil {
		next.ShopID = b.ShopID.Int64()
		if fault, err := s.checkShop(ctx, tx, next.ShopID, c.ShopID); err != nil {
			return c, nil, err
		} else if fault {
			faults = append(faults, errs.Field{Path: "shop_id", Code: "shop.not_found", Message: "there is no such shop"})
		}
	}
	for _, f := range []struct {
		name    string
		changed bool
	}{
		{"name", next.Name != c.Name}, {"gender", next.Gender != c.Gender},
		{"preferred_channel", next.Channel != c.Channel}, {"shop_id", next.ShopID != c.ShopID},
	} {
		if f.changed {
			fields = append(fields, f.name)
		}
	}
	return next, fields, errs.InvalidFields("customer.invalid", faults)
}

// checkShop reports a fault unless the shop exists and the caller may put customers there. The shop they
// are in is always right.
func (s *Service) checkShop(ctx context.Context, tx *db.Tx, shop, present int64) (fault bool, err error) {
	if shop == present {
		return false, nil
	}
	scope := access.From(ctx).Scope
	if shop == 0 {
		return !scope.All, nil
	}
	if !scope.Has(shop) {
		return true, nil
	}
	_, err = s.Staff.FindShop(ctx, tx, shopOf(shop))
	if errs.KindOf(err) == errs.NotFound {
		return true, nil
	}
	return false, err
}

func stale() error {
	return errs.New(errs.Stale, "version.stale", "this was changed by someone else since you read it")
}

// shopOf returns the typed identifier of a shop.
func shopOf(n int64) (shop staff.ShopID) {
	if n != 0 {
		_ = shop.Scan(n) // A number always scans.
	}
	return shop
}

// PoorProfile is a profile to complete.
type PoorProfile struct {
	Customer Summary `json:"customer"`
	Quality  int64   `json:"quality"`
	Missing  []Field `json:"missing" doc:"What is missing for 100"`
}

// ListPoorProfiles returns customers that the caller may see and whose profile lacks something, or the one
// field given, the poorest first, from the place after: quality and number of the last one, or nil.
func (s *Service) ListPoorProfiles(ctx context.Context, tx *db.Tx, missing Field, after []int64, limit int) ([]PoorProfile, error) {
	if len(after) != 2 {
		after = []int64{-1, 0}
	}
	items, err := listPoor(ctx, tx, s.ScopeSQL(ctx, tx, "customers.id"), bitOf(missing), after[0], after[1], limit)
	if err != nil {
		return nil, err
	}
	ids := make([]ID, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	people, err := s.Summaries(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]PoorProfile, len(items))
	for i, item := range items {
		all[i] = PoorProfile{people[item.ID], item.Quality, missingFields(item.Missing)}
	}
	return all, nil
}
