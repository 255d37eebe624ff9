package customer

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// packFiles hold the attribute packs of trades: attributes and tags that a shop of that trade can use at
// once. They are data; adding a trade is adding a file.
//
//go:embed packs/*.json
var packFiles embed.FS

// Pack is a set of attributes and tags of a trade.
type Pack struct {
	Code       string         `json:"code"`
	Name       string         `json:"name"`
	NameEN     string         `json:"name_en"`
	Text       string         `json:"text" doc:"What it is for"`
	TextEN     string         `json:"text_en"`
	Enabled    bool           `json:"enabled"`
	LifeDates  []LifeDateKind `json:"life_dates" doc:"The dates of life that the trade lives on; every shop has them"`
	Attributes []Definition   `json:"attributes"`
	Tags       []PackTag      `json:"tags"`
	Kept       int64          `json:"kept" doc:"How many customers have a value of one of its attributes, shown or hidden, within the caller's shops"`
}

// PackTag is a tag that comes with a pack.
type PackTag struct {
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
	Axis   Axis   `json:"axis"`
}

// Packs returns the packs there are, by code, as every shop can have them.
func Packs() ([]Pack, error) {
	entries, err := packFiles.ReadDir("packs")
	if err != nil {
		return nil, fmt.Errorf("list packs: %w", err)
	}
	packs := make([]Pack, len(entries))
	for i, e := range entries {
		text, err := packFiles.ReadFile(path.Join("packs", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read pack: %w", err)
		}
		if err := json.Unmarshal(text, &packs[i]); err != nil {
			return nil, fmt.Errorf("read pack %s: %w", e.Name(), err)
		}
		for j := range packs[i].Attributes {
			packs[i].Attributes[j].Pack, packs[i].Attributes[j].Position = packs[i].Code, int64(j)
		}
	}
	return packs, nil
}

// EnabledPacks returns the packs that the shop has switched on, by code.
func (s *Service) EnabledPacks(ctx context.Context, tx *db.Tx) ([]Pack, error) {
	packs, err := Packs()
	if err != nil {
		return nil, err
	}
	enabled, err := listEnabledPacks(ctx, tx)
	return slices.DeleteFunc(packs, func(p Pack) bool { return !enabled[p.Code] }), err
}

// ListPacks returns the packs there are, whether each is enabled, and how many customers have its values.
func (s *Service) ListPacks(ctx context.Context, tx *db.Tx) ([]Pack, error) {
	packs, err := Packs()
	if err != nil {
		return nil, err
	}
	enabled, err := listEnabledPacks(ctx, tx)
	if err != nil {
		return nil, err
	}
	kept, err := countPackValues(ctx, tx, s.ScopeSQL(ctx, tx, "a.customer_id"))
	for i := range packs {
		packs[i].Enabled, packs[i].Kept = enabled[packs[i].Code], kept[packs[i].Code]
	}
	return packs, err
}

// EnablePack makes the attributes and tags of a pack available; what was there under the same codes and
// names is kept. Enabling again brings back all values. The error is pack.not_found.
func (s *Service) EnablePack(ctx context.Context, tx *db.Tx, code string) error {
	p, err := findPack(code)
	if err != nil {
		return err
	}
	for i := range p.Attributes {
		d := &p.Attributes[i]
		d.ID, d.Active, d.Version, d.createdAt = id.Of[definitionKind](tx.NewID()), true, 1, tx.Now
	}
	if _, err := insertDefinitions(ctx, tx, p.Attributes); err != nil {
		return err
	}
	for _, t := range p.Tags {
		tag := Tag{ID: id.Of[tagKind](tx.NewID()), Name: t.Name, NameEN: t.NameEN, Axis: t.Axis, Pack: code, Version: 1, CreatedAt: tx.Now}
		if err := insertTag(ctx, tx, tag, access.From(ctx).StaffID); err != nil && errs.CodeOf(err) != "tag.exists" {
			return err
		}
	}
	return s.switchPack(ctx, tx, code, true)
}

// DisablePack hides the attributes and tags of a pack. No value is lost. The error is pack.not_found.
func (s *Service) DisablePack(ctx context.Context, tx *db.Tx, code string) error {
	if _, err := findPack(code); err != nil {
		return err
	}
	return s.switchPack(ctx, tx, code, false)
}

// switchPack switches a pack and says so, if it was not so already.
func (s *Service) switchPack(ctx context.Context, tx *db.Tx, code string, enabled bool) error {
	before, err := listEnabledPacks(ctx, tx)
	if err != nil || before[code] == enabled {
		return err
	}
	if err := switchPack(ctx, tx, code, enabled, access.From(ctx).StaffID); err != nil {
		return err
	}
	err = s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "pack.switched", Subject: code,
		Before: map[string]any{"enabled": before[code]}, After: map[string]any{"enabled": enabled}})
	if err != nil {
		return err
	}
	return s.Log.Append(ctx, tx, event.Entry{Fact: PackSwitched{code, enabled}, Subject: code})
}

func findPack(code string) (Pack, error) {
	packs, err := Packs()
	if err != nil {
		return Pack{}, err
	}
	for _, p := range packs {
		if p.Code == code {
			return p, nil
		}
	}
	return Pack{}, errs.New(errs.NotFound, "pack.not_found", "there is no such pack")
}
