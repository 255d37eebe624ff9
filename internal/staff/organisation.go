package staff

import (
	"context"
	"time"
	_ "time/tzdata" // Windows and small containers know no time zones of their own.

	"golang.org/x/text/currency"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Organisation is the business with its settings.
type Organisation struct {
	Name        string         `json:"name"`
	TimeZone    string         `json:"time_zone" doc:"IANA name, such as Asia/Shanghai"`
	Currency    string         `json:"currency" doc:"ISO 4217, such as CNY; every amount is in its smallest unit"`
	Locale      string         `json:"locale" enum:"zh-CN,en"`
	ReturnDays  int64          `json:"return_days" doc:"How many days goods may be brought back"`
	RequireTOTP bool           `json:"require_totp" doc:"Whether everybody needs a second factor, not only owners and who may export"`
	Version     int64          `json:"version"`
	Zone        *time.Location `json:"-"` // Zone is TimeZone, loaded.
}

// defaultOrganisation holds until set-up.
func defaultOrganisation() Organisation {
	return Organisation{TimeZone: "Asia/Shanghai", Currency: "CNY", Locale: "zh-CN", ReturnDays: 7}
}

// Validate returns organisation.invalid with every fault.
func (o Organisation) Validate() error {
	var faults []errs.Field
	if !validName(o.Name) {
		faults = append(faults, errs.Field{Path: "name", Code: "length", Message: "a name has 1 to 80 characters"})
	}
	if _, err := loadZone(o.TimeZone); err != nil {
		faults = append(faults, errs.Field{Path: "time_zone", Code: "unknown", Message: "there is no such time zone; write it like Asia/Shanghai"})
	}
	if _, err := currency.ParseISO(o.Currency); err != nil {
		faults = append(faults, errs.Field{Path: "currency", Code: "unknown", Message: "there is no such currency; write it like CNY"})
	}
	if o.Locale != "zh-CN" && o.Locale != "en" {
		faults = append(faults, errs.Field{Path: "locale", Code: "unknown", Message: "the language is zh-CN or en"})
	}
	if o.ReturnDays < 0 || o.ReturnDays > 365 {
		faults = append(faults, errs.Field{Path: "return_days", Code: "range", Message: "goods may be brought back for 0 to 365 days"})
	}
	return errs.InvalidFields("organisation.invalid", faults)
}

// loadZone loads a time zone by name. "" and "Local" are refused: they mean the zone of the server.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, errs.New(errs.Invalid, "time_zone.unknown", "there is no time zone %q", name)
	}
	return time.LoadLocation(name)
}

// Organisation returns the organisation, or the defaults before set-up.
func (s *Service) Organisation(ctx context.Context, tx *db.Tx) (Organisation, error) {
	o, err := findOrganisation(ctx, tx)
	if err != nil {
		return Organisation{}, err
	}
	o.Zone, err = s.zones.load(o.TimeZone)
	return o, err
}

// OrganisationChange is what to change of the organisation; nil leaves as it is.
type OrganisationChange struct {
	Name        *string `json:"name,omitempty" maxLength:"80"`
	TimeZone    *string `json:"time_zone,omitempty" maxLength:"64"`
	Currency    *string `json:"currency,omitempty" maxLength:"3"`
	Locale      *string `json:"locale,omitempty" enum:"zh-CN,en"`
	ReturnDays  *int64  `json:"return_days,omitempty" minimum:"0" maximum:"365"`
	RequireTOTP *bool   `json:"require_totp,omitempty"`
}

// ChangeOrganisation changes the settings and returns them. The check is called with the version that
// stands. Errors: organisation.invalid, and those of check.
func (s *Service) ChangeOrganisation(ctx context.Context, tx *db.Tx, change OrganisationChange, check func(version int64) error) (Organisation, error) {
	if err := holdChain(ctx, tx); err != nil {
		return Organisation{}, err
	}
	before, err := s.Organisation(ctx, tx)
	if err != nil {
		return Organisation{}, err
	}
	if err := check(before.Version); err != nil {
		return Organisation{}, err
	}
	o := before
	put(&o.Name, change.Name)
	put(&o.TimeZone, change.TimeZone)
	put(&o.Currency, change.Currency)
	put(&o.Locale, change.Locale)
	put(&o.ReturnDays, change.ReturnDays)
	put(&o.RequireTOTP, change.RequireTOTP)
	if err := o.Validate(); err != nil {
		return Organisation{}, err
	}
	o.Version++
	if o.Zone, err = s.zones.load(o.TimeZone); err != nil {
		return Organisation{}, err
	}
	if err := upsertOrganisation(ctx, tx, o); err != nil {
		return Organisation{}, err
	}
	s.calendars.changed(tx)
	tx.OnCommit(s.callers.clear) // Whether a second factor is due may have changed.
	return o, s.Audit(ctx, tx, AuditEntry{Action: "organisation.changed", Subject: "organisation", Before: before, After: o})
}

// put sets *to if there is a value.
func put[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}
