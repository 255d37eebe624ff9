package segment

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// packPresets hold the presets of trades; they name attributes of the pack of the same name.
//
//go:embed packs/*.json
var packPresets embed.FS

// presetsOf returns the presets of a pack.
func presetsOf(pack string) (presets []Preset, err error) {
	text, err := packPresets.ReadFile("packs/" + pack + ".json")
	if err != nil {
		return nil, fmt.Errorf("read presets of a pack: %w", err)
	}
	if err := json.Unmarshal(text, &presets); err != nil {
		return nil, fmt.Errorf("read presets of pack %s: %w", pack, err)
	}
	return presets, nil
}

// ShownPreset is a preset with its rule in words.
type ShownPreset struct {
	Preset
	Pack       string `json:"pack,omitempty" doc:"The pack that brings it; absent of those that every shop has"`
	Sentence   string `json:"sentence" doc:"The rule in Chinese"`
	SentenceEN string `json:"sentence_en"`
}

func (c *Catalogue) shown(p Preset, pack string) ShownPreset {
	return ShownPreset{p, pack, c.Sentence(p.Rule, Chinese), c.Sentence(p.Rule, English)}
}

// ListPresets returns the presets of this shop: those that every shop has and those of its packs.
func (s *Service) ListPresets(ctx context.Context, tx *db.Tx) ([]ShownPreset, error) {
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return nil, err
	}
	return s.listPresets(ctx, tx, c)
}

func (s *Service) listPresets(ctx context.Context, tx *db.Tx, c *Catalogue) (all []ShownPreset, err error) {
	present, err := findSettings(ctx, tx)
	if err != nil {
		return nil, err
	}
	enabled, err := s.Customers.EnabledPacks(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, one := range Presets(present.thresholds) {
		all = append(all, c.shown(one, ""))
	}
	for _, pack := range enabled {
		presets, err := presetsOf(pack.Code)
		if err != nil {
			return nil, err
		}
		for _, one := range presets {
			all = append(all, c.shown(one, pack.Code))
		}
	}
	return all, nil
}

// PresetCount is how many a preset admits.
type PresetCount struct {
	Code  string `json:"code"`
	Count int64  `json:"count"`
}

// CountPresets returns how many of the customers that the caller sees each preset of this shop admits now, without
// those whose rule does not fit an attribute of the shop's own that has the code of the pack's.
func (s *Service) CountPresets(ctx context.Context, tx *db.Tx) ([]PresetCount, error) {
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return nil, err
	}
	presets, err := s.listPresets(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	counts := make([]PresetCount, 0, len(presets))
	for _, p := range presets {
		n, err := s.Count(ctx, tx, c, p.Rule)
		if errs.CodeOf(err) == "segment.rule_invalid" {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("count preset %s: %w", p.Code, err)
		}
		counts = append(counts, PresetCount{p.Code, n})
	}
	return counts, nil
}

// ListPackPresets returns the presets of all packs, also of those that are switched off.
func ListPackPresets() (all []ShownPreset, err error) {
	packs, err := customer.Packs()
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		for i := range p.Attributes {
			p.Attributes[i].Active = true
		}
		c := newCatalogue(p.Attributes, nil)
		presets, err := presetsOf(p.Code)
		if err != nil {
			return nil, err
		}
		for _, one := range presets {
			all = append(all, c.shown(one, p.Code))
		}
	}
	return all, nil
}
