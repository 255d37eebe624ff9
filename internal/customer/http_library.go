package customer

import (
	"context"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

// mergeRoutes registers merging and its review queue.
func (s *Service) mergeRoutes(w *web.Server) {
	op := func(method, path, id, summary string) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Tag: "Merges", Summary: summary, Permission: access.CustomersMerge}
	}
	web.Write(w, op("POST", "/v1/customers/{id}/merge", "mergeCustomer", "Merge another record into this one"), s.postMerge)
	web.Read(w, op("GET", "/v1/merges", "listMergeSuggestions", "Records that may be one person, the likeliest first"), s.getMerges)
	web.Read(w, op("GET", "/v1/merges/done", "listMerges", "Merges that stand, the latest first"), s.getDone)
	web.Write(w, op("POST", "/v1/merges/{id}/accept", "acceptMergeSuggestion", "Merge the two records of a suggestion"), s.postAccept)
	web.Write(w, op("POST", "/v1/merges/{id}/dismiss", "dismissMergeSuggestion", "Say that the two are not one person"), s.postDismiss)
	web.Write(w, op("POST", "/v1/merges/{id}/unmerge", "unmerge", "Undo a merge: both records are as they were"), s.postUnmerge)
}

// MergeDone is a merge that was made or undone, with the facts it caused.
type MergeDone struct {
	MergeID MergeID      `json:"merge_id"`
	Facts   []event.View `json:"facts"`
}

type mergeOutput struct{ Body MergeDone }

func (s *Service) postMerge(ctx context.Context, tx *db.Tx, in *struct {
	ID   ID `path:"id"`
	Body struct {
		MergedID ID     `json:"merged_id" doc:"The record that goes into this one"`
		Reason   string `json:"reason" minLength:"2" maxLength:"500"`
	}
}) (*mergeOutput, error) {
	m, err := s.Merge(ctx, tx, in.ID, in.Body.MergedID, in.Body.Reason)
	return &mergeOutput{MergeDone{m, event.Caused(tx)}}, err
}

func (s *Service) getMerges(ctx context.Context, tx *db.Tx, in *struct{ web.Page }) (*struct{ Body web.List[Suggestion] }, error) {
	at, err := web.DecodeCursor(in.Cursor, 2)
	if err != nil {
		return nil, err
	}
	score, before := int64(0), SuggestionID{}
	if at != nil {
		score, before = at[0], id.Of[suggestionKind](at[1])
	}
	items, err := s.ListSuggestions(ctx, tx, score, before, in.Limit+1)
	out := &struct{ Body web.List[Suggestion] }{}
	if len(items) > in.Limit {
		items = items[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(items[in.Limit-1].Score, items[in.Limit-1].ID.Int64())
	}
	out.Body.Items = items
	return out, err
}

func (s *Service) getDone(ctx context.Context, tx *db.Tx, in *struct{ web.Page }) (*struct{ Body web.List[MergeRecord] }, error) {
	at, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	before := MergeID{}
	if at != nil {
		before = id.Of[mergeKind](at[0])
	}
	items, err := s.ListDone(ctx, tx, before, in.Limit+1)
	out := &struct{ Body web.List[MergeRecord] }{}
	if len(items) > in.Limit {
		items = items[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(items[in.Limit-1].ID.Int64())
	}
	out.Body.Items = items
	return out, err
}

func (s *Service) postAccept(ctx context.Context, tx *db.Tx, in *struct {
	ID   SuggestionID `path:"id"`
	Body struct {
		SurvivorID ID     `json:"survivor_id,omitzero" doc:"The record that stays; the earlier one if absent"`
		Reason     string `json:"reason,omitempty" maxLength:"500"`
	}
}) (*mergeOutput, error) {
	m, err := s.AcceptSuggestion(ctx, tx, in.ID, in.Body.SurvivorID, in.Body.Reason)
	return &mergeOutput{MergeDone{m, event.Caused(tx)}}, err
}

func (s *Service) postDismiss(ctx context.Context, tx *db.Tx, in *struct {
	ID SuggestionID `path:"id"`
}) (*struct{}, error) {
	return nil, s.DismissSuggestion(ctx, tx, in.ID)
}

func (s *Service) postUnmerge(ctx context.Context, tx *db.Tx, in *struct {
	ID   MergeID `path:"id"`
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"500"`
	}
}) (*mergeOutput, error) {
	err := s.Unmerge(ctx, tx, in.ID, in.Body.Reason)
	return &mergeOutput{MergeDone{in.ID, event.Caused(tx)}}, err
}

// tagLibraryRoutes registers the tags and attributes that customers can have.
func (s *Service) tagLibraryRoutes(w *web.Server) {
	op := func(method, path, id, summary string, permission access.Permission) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Tag: "Tags and attributes", Summary: summary, Permission: permission, NoShopScope: true}
	}
	list := op("GET", "/v1/tags", "listTags", "The tag library", access.CustomersRead)
	list.NoShopScope = false
	web.Read(w, list, s.getTags)
	create := op("POST", "/v1/tags", "createTag", "Add a tag to the library", access.TagsManage)
	create.Status = 201
	web.Write(w, create, s.postLibraryTag)
	web.Write(w, op("PATCH", "/v1/tags/{id}", "changeTag", "Rename, move, archive or bring back a tag", access.TagsManage), s.patchLibraryTag)
	web.Read(w, op("GET", "/v1/attributes", "listAttributes", "The attributes that customers can have", access.CustomersRead), s.getDefinitions)
	define := op("POST", "/v1/attributes", "createAttribute", "Add an attribute of the shop's own", access.TagsManage)
	define.Status = 201
	web.Write(w, define, s.postDefinition)
	packs := op("GET", "/v1/attribute_packs", "listAttributePacks", "Packs of attributes and tags by trade", access.CustomersRead)
	packs.NoShopScope = false
	web.Read(w, packs, s.getPacks)
	web.Write(w, op("POST", "/v1/attribute_packs/{code}/enable", "enableAttributePack", "Use a pack", access.TagsManage), s.postPackEnable)
	web.Write(w, op("POST", "/v1/attribute_packs/{code}/disable", "disableAttributePack", "Hide a pack; no value is lost", access.TagsManage), s.postPackDisable)
}

func (s *Service) getTags(ctx context.Context, tx *db.Tx, in *struct {
	Counts bool `query:"counts" doc:"Also count the customers of each tag and where they have it from, which takes time in a large shop"`
}) (*struct{ Body web.List[Tag] }, error) {
	tags, err := s.ListTags(ctx, tx, in.Counts)
	return &struct{ Body web.List[Tag] }{web.List[Tag]{Items: tags}}, err
}

type tagOutput struct {
	ETag string `header:"ETag"`
	Body Tag
}

func (s *Service) postLibraryTag(ctx context.Context, tx *db.Tx, in *struct {
	Body struct {
		Name        string `json:"name" minLength:"1" maxLength:"40"`
		NameEN      string `json:"name_en,omitempty" maxLength:"40"`
		Axis        Axis   `json:"axis" enum:"demography,preference,lifecycle"`
		Description string `json:"description,omitempty" maxLength:"500"`
	}
}) (*tagOutput, error) {
	t, err := s.SaveTag(ctx, tx, Tag{Name: in.Body.Name, NameEN: in.Body.NameEN, Axis: in.Body.Axis, Description: in.Body.Description})
	if err != nil {
		return nil, err
	}
	err = s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "tag.created", Subject: t.ID.String(), After: t.audited()})
	return &tagOutput{web.ETag(t.Version), t}, err
}

func (s *Service) patchLibraryTag(ctx context.Context, tx *db.Tx, in *struct {
	ID      TagID  `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    TagChange
}) (*tagOutput, error) {
	t, err := s.ChangeTag(ctx, tx, in.ID, in.Body, func(version int64) error { return web.CheckIfMatch(in.IfMatch, version) })
	return &tagOutput{web.ETag(t.Version), t}, err
}

func (s *Service) getDefinitions(ctx context.Context, tx *db.Tx, in *struct {
	All bool `query:"all" doc:"Also those that are not active"`
}) (*struct{ Body web.List[Definition] }, error) {
	all, err := listDefinitions(ctx, tx, !in.All)
	return &struct{ Body web.List[Definition] }{web.List[Definition]{Items: all}}, err
}

func (s *Service) postDefinition(ctx context.Context, tx *db.Tx, in *struct {
	Body struct {
		Code     string        `json:"code" minLength:"1" maxLength:"60" pattern:"^[a-z0-9_.]+$"`
		Name     string        `json:"name" minLength:"1" maxLength:"60"`
		NameEN   string        `json:"name_en,omitempty" maxLength:"60"`
		Kind     AttributeKind `json:"kind" enum:"text,number,day,bool,choice"`
		Multiple bool          `json:"multiple,omitempty"`
		Group    string        `json:"group" enum:"basic,preferences"`
		Options  []Option      `json:"options,omitempty" maxItems:"100"`
	}
}) (*struct{ Body Definition }, error) {
	b := in.Body
	d, err := s.AddDefinition(ctx, tx, Definition{Code: b.Code, Name: b.Name, NameEN: b.NameEN, Kind: b.Kind, Multiple: b.Multiple, Group: b.Group, Options: b.Options})
	return &struct{ Body Definition }{d}, err
}

func (s *Service) getPacks(ctx context.Context, tx *db.Tx, _ *struct{}) (*struct{ Body web.List[Pack] }, error) {
	packs, err := s.ListPacks(ctx, tx)
	return &struct{ Body web.List[Pack] }{web.List[Pack]{Items: packs}}, err
}

type packInput struct {
	Code string `path:"code" maxLength:"40"`
}

func (s *Service) postPackEnable(ctx context.Context, tx *db.Tx, in *packInput) (*struct{}, error) {
	return nil, s.EnablePack(ctx, tx, in.Code)
}

func (s *Service) postPackDisable(ctx context.Context, tx *db.Tx, in *packInput) (*struct{}, error) {
	return nil, s.DisablePack(ctx, tx, in.Code)
}
