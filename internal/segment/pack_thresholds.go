package segment

import (
	"context"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// PackThresholds are the thresholds proper to a trade. They stand in for the shop's own sales while these are few:
// until then they can be put in force with the pack, and later they are filled from the sales as those of the
// handbook are.
type PackThresholds struct {
	Pack       string     `json:"pack"`
	Thresholds Thresholds `json:"thresholds"`
	Why        string     `json:"why" doc:"In Chinese"`
	WhyEN      string     `json:"why_en"`
	InForce    bool       `json:"in_force"`
	Offered    bool       `json:"offered" doc:"They can be put in force, once the pack is on: no person decided on thresholds, and the shop's own sales propose none yet"`
}

// AllPackThresholds are the thresholds of all packs, beside those in force.
type AllPackThresholds struct {
	Items    []PackThresholds `json:"items"`
	Settings Settings         `json:"settings" doc:"The thresholds in force"`
}

// ListPackThresholds returns the thresholds of all packs, also of those that are switched off.
func (s *Service) ListPackThresholds(ctx context.Context, tx *db.Tx) (AllPackThresholds, error) {
	b, err := s.basis(ctx, tx)
	if err != nil {
		return AllPackThresholds{}, err
	}
	all := AllPackThresholds{Settings: b.settings.view()}
	packs, err := customer.Packs()
	if err != nil {
		return all, err
	}
	for _, p := range packs {
		t, err := tradeOf(p.Code)
		if err != nil {
			return all, err
		}
		inForce := b.source == fromPack && b.pack == p.Code
		all.Items = append(all.Items, PackThresholds{p.Code, t.Thresholds, t.Why, t.WhyEN, inForce, !inForce && b.takesPacks()})
	}
	return all, nil
}

// takesPacks says whether thresholds of packs can be put in force.
func (b basis) takesPacks() bool { return b.source != fromStaff && !b.shape.enough() }

// AdoptPack puts the thresholds of a pack that is on in force, as a new version that follows on one. The errors are
// pack.not_found, pack.off, segment.thresholds_own and those of follows.
func (s *Service) AdoptPack(ctx context.Context, tx *db.Tx, pack string, follows func(version int64) error) (Settings, error) {
	on, err := s.enabledPack(ctx, tx, pack)
	if err != nil {
		return Settings{}, err
	}
	if !on {
		return Settings{}, errs.New(errs.Conflict, "pack.off", "the pack is switched off; switch it on first")
	}
	b, err := s.basis(ctx, tx)
	if err != nil {
		return Settings{}, err
	}
	if err := follows(b.settings.version); err != nil {
		return Settings{}, err
	}
	if !b.takesPacks() {
		return Settings{}, errs.New(errs.Conflict, "segment.thresholds_own", "the shop has thresholds of its own, by a person or by its sales")
	}
	t, err := tradeOf(pack)
	if err != nil {
		return Settings{}, err
	}
	return s.replace(ctx, tx, b.settings, settings{thresholds: t.Thresholds, source: fromPack, pack: pack})
}

// enabledPack says whether a pack is on. The error is pack.not_found.
func (s *Service) enabledPack(ctx context.Context, tx *db.Tx, code string) (bool, error) {
	packs, err := s.Customers.ListPacks(ctx, tx)
	if err != nil {
		return false, err
	}
	for _, p := range packs {
		if p.Code == code {
			return p.Enabled, nil
		}
	}
	return false, errs.New(errs.NotFound, "pack.not_found", "there is no such pack")
}

// leavePacks puts the thresholds from before in force when a pack is switched off whose own still are.
func (s *Service) leavePacks(ctx context.Context, tx *db.Tx, records []event.Record) error {
	for _, r := range records {
		var f customer.PackSwitched
		if err := r.Decode(&f); err != nil {
			return err
		}
		present, err := findSettings(ctx, tx)
		if err != nil {
			return err
		}
		if f.Enabled || present.source != fromPack || present.pack != f.Pack {
			continue
		}
		enabled, err := s.Customers.EnabledPacks(ctx, tx)
		if err != nil {
			return err
		}
		codes := make([]string, len(enabled))
		for i, p := range enabled {
			codes[i] = p.Code
		}
		before, err := findSettingsBefore(ctx, tx, present.version, codes)
		if err != nil {
			return err
		}
		if _, err := s.replace(ctx, tx, present, settings{thresholds: before.thresholds, source: before.source, pack: before.pack}); err != nil {
			return err
		}
	}
	return nil
}
