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

// trades hold what packs of trades bring to segments: presets, which name attributes of the pack of the same name, and
// thresholds.
//
//go:embed packs/*.json
var trades embed.FS

// trade is what a pack brings to segments.
type trade struct {
	Thresholds Thresholds `json:"thresholds"`
	Why        string     `json:"why"`
	WhyEN      string     `json:"why_en"`
	Presets    []Preset   `json:"presets"`
}

func tradeOf(pack string) (t trade, err error) {
	text, err := trades.ReadFile("packs/" + pack + ".json")
	if err != nil {
		return t, fmt.Errorf("read what a pack brings: %w", err)
	}
	if err := json.Unmarshal(text, &t); err != nil {
		return t, fmt.Errorf("read what pack %s brings: %w", pack, err)
	}
	return t, nil
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
		t, err := tradeOf(pack.Code)
		if err != nil {
			return nil, err
		}
		for _, one := range t.Presets {
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
		t, err := tradeOf(p.Code)
		if err != nil {
			return nil, err
		}
		for _, one := range t.Presets {
			all = append(all, c.shown(one, p.Code))
		}
	}
	return all, nil
}
