package customer

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"path"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// packFiles hold the attribute packs of trades: attributes and tags that a shop of that trade can use at
// once. They are data; adding a trade is adding a file.
//
//go:embed packs/*.json
var packFiles embed.FS

// Pack is a set of attributes and tags of a trade.
type Pack struct {
	Code       string       `json:"code"`
	Name       string       `json:"name"`
	NameEN     string       `json:"name_en"`
	Enabled    bool         `json:"enabled"`
	Attributes []Definition `json:"attributes"`
	Tags       []PackTag    `json:"tags"`
}

// PackTag is a tag that comes with a pack.
type PackTag struct {
	Name string `json:"name"`
	Axis Axis   `json:"axis"`
}

// readPacks returns the packs there are, by code.
func readPacks() ([]Pack, error) {
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

// ListPacks returns the packs there are and whether each is enabled.
func (s *Service) ListPacks(ctx context.Context, tx *db.Tx) ([]Pack, error) {
	packs, err := readPacks()
	if err != nil {
		return nil, err
	}
	enabled, err := listEnabledPacks(ctx, tx)
	for i := range packs {
		packs[i].Enabled = enabled[packs[i].Code]
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
		tag := Tag{ID: id.Of[tagKind](tx.NewID()), Name: t.Name, Axis: t.Axis, Pack: code, Version: 1, CreatedAt: tx.Now}
		if err := insertTag(ctx, tx, tag, access.From(ctx).StaffID); err != nil && errs.CodeOf(err) != "tag.exists" {
			return err
		}
	}
	return switchPack(ctx, tx, code, true, access.From(ctx).StaffID)
}

// DisablePack hides the attributes and tags of a pack. No value is lost. The error is pack.not_found.
func (s *Service) DisablePack(ctx context.Context, tx *db.Tx, code string) error {
	if _, err := findPack(code); err != nil {
		return err
	}
	return switchPack(ctx, tx, code, false, access.From(ctx).StaffID)
}

func findPack(code string) (Pack, error) {
	packs, err := readPacks()
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
