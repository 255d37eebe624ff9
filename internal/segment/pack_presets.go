package segment

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
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

// ListPresets returns the presets of this shop: those that every shop has and those of its packs.
func (s *Service) ListPresets(ctx context.Context, tx *db.Tx) ([]Preset, error) {
	present, err := findSettings(ctx, tx)
	if err != nil {
		return nil, err
	}
	enabled, err := s.Customers.EnabledPacks(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := Presets(present.thresholds)
	for _, pack := range enabled {
		presets, err := presetsOf(pack.Code)
		if err != nil {
			return nil, err
		}
		all = append(all, presets...)
	}
	return all, nil
}

// PackPreset is a preset of a pack with its rule in words.
type PackPreset struct {
	Preset
	Pack       string `json:"pack"`
	Sentence   string `json:"sentence"`
	SentenceEN string `json:"sentence_en"`
}

// ListPackPresets returns the presets of all packs, also of those that are switched off.
func ListPackPresets() (all []PackPreset, err error) {
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
			all = append(all, PackPreset{one, p.Code, c.Sentence(one.Rule, Chinese), c.Sentence(one.Rule, English)})
		}
	}
	return all, nil
}
