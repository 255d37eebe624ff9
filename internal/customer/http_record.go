package customer

import (
	"context"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// recordRoutes registers what is kept of one customer.
func (s *Service) recordRoutes(w *web.Server) {
	op := func(method, path, id, summary string, permission access.Permission) web.Op {
		return web.Op{Method: method, Path: "/v1/customers/{id}/" + path, ID: id, Tag: "Customers", Summary: summary, Permission: permission}
	}
	web.Write(w, op("POST", "identities", "addIdentity", "Add a key by which the customer is found", access.CustomersWrite), s.postIdentity)
	web.Write(w, op("DELETE", "identities/{identity_id}", "removeIdentity", "Take away a key", access.CustomersWrite), s.deleteIdentity)
	web.Write(w, op("PATCH", "attributes", "setAttributes", "Set or clear attributes", access.CustomersWrite), s.patchAttributes)
	web.Write(w, op("POST", "tags", "putTag", "Put a tag on the customer", access.CustomersWrite), s.postTag)
	web.Write(w, op("DELETE", "tags/{tag_id}", "removeTag", "Take a tag off the customer", access.CustomersWrite), s.deleteTag)
	web.Write(w, op("POST", "tags/{tag_id}/undo", "undoTag", "Take back the last thing done with a tag", access.CustomersWrite), s.postTagUndo)
	web.Read(w, op("GET", "notes", "listNotes", "Notes, latest first", access.CustomersRead), s.getNotes)
	web.Write(w, op("POST", "notes", "addNote", "Write a note", access.CustomersWrite), s.postNote)
	web.Write(w, op("DELETE", "notes/{note_id}", "removeNote", "Take a note away", access.CustomersWrite), s.deleteNote)
	web.Write(w, op("POST", "life_dates", "setLifeDate", "Add a date of life, or change the birthday", access.CustomersWrite), s.postLifeDate)
	web.Write(w, op("DELETE", "life_dates/{date_id}", "removeLifeDate", "Take a date of life away", access.CustomersWrite), s.deleteLifeDate)
	web.Read(w, op("GET", "consents", "getConsents", "Where the customer stands on consent, and how she came there", access.CustomersRead), s.getConsents)
	web.Write(w, op("POST", "consents", "recordConsent", "Record a consent or a withdrawal", access.ConsentWrite), s.postConsent)
}

func (s *Service) postIdentity(ctx context.Context, tx *db.Tx, in *struct {
	ID   ID `path:"id"`
	Body struct {
		Identity
		Shared bool `json:"shared,omitempty" doc:"A number shared in the household: shown here, but it finds its owner only"`
	}
}) (*changedOutput, error) {
	_, err := s.AddIdentity(ctx, tx, in.ID, in.Body.Identity, in.Body.Shared, access.From(ctx).Touchpoint)
	if err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, in.ID)
}

func (s *Service) deleteIdentity(ctx context.Context, tx *db.Tx, in *struct {
	ID       ID         `path:"id"`
	Identity IdentityID `path:"identity_id"`
	Reason   string     `query:"reason" maxLength:"500" doc:"Kept in the audit log"`
}) (*changedOutput, error) {
	if err := s.RemoveIdentity(ctx, tx, in.ID, in.Identity, in.Reason); err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, in.ID)
}

func (s *Service) patchAttributes(ctx context.Context, tx *db.Tx, in *struct {
	ID   ID `path:"id"`
	Body struct {
		Attributes []AttributeSetting `json:"attributes" minItems:"1" maxItems:"100"`
		Source     string             `json:"source,omitempty" enum:"clerk,survey,import,self,model" default:"clerk"`
	}
}) (*changedOutput, error) {
	source := in.Body.Source
	if source == "" {
		source = "clerk"
	}
	if err := s.SetAttributes(ctx, tx, in.ID, in.Body.Attributes, source); err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, in.ID)
}

func (s *Service) postTag(ctx context.Context, tx *db.Tx, in *struct {
	ID   ID `path:"id"`
	Body struct {
		TagID      TagID     `json:"tag_id"`
		Source     TagSource `json:"source,omitempty" enum:"clerk,survey,import,model" default:"clerk" doc:"Only a tag rule gives tags as such"`
		Confidence int64     `json:"confidence,omitempty" minimum:"1" maximum:"100" default:"100"`
		ExpiresAt  time.Time `json:"expires_at,omitzero"`
		Reason     string    `json:"reason,omitempty" maxLength:"500"`
	}
}) (*changedOutput, error) {
	source := in.Body.Source
	if source == "" {
		source = ByClerk
	}
	err := s.PutTag(ctx, tx, TagPut{CustomerID: in.ID, TagID: in.Body.TagID, Source: source, Confidence: in.Body.Confidence,
		ExpiresAt: in.Body.ExpiresAt, Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, in.ID)
}

type tagInput struct {
	ID    ID    `path:"id"`
	TagID TagID `path:"tag_id"`
}

func (s *Service) deleteTag(ctx context.Context, tx *db.Tx, in *tagInput) (*changedOutput, error) {
	if err := s.RemoveTag(ctx, tx, in.ID, in.TagID); err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, in.ID)
}

func (s *Service) postTagUndo(ctx context.Context, tx *db.Tx, in *tagInput) (*changedOutput, error) {
	if err := s.UndoTag(ctx, tx, in.ID, in.TagID); err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, in.ID)
}

func (s *Service) getNotes(ctx context.Context, tx *db.Tx, in *struct {
	web.Page
	ID ID `path:"id"`
}) (*struct{ Body web.List[Note] }, error) {
	at, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	before := NoteID{}
	if at != nil {
		before = id.Of[noteKind](at[0])
	}
	notes, err := s.ListNotes(ctx, tx, in.ID, before, in.Limit+1)
	out := &struct{ Body web.List[Note] }{}
	if len(notes) > in.Limit {
		notes = notes[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(notes[in.Limit-1].ID.Int64())
	}
	out.Body.Items = notes
	return out, err
}

// NoteAdded is a note that was written, with the facts it caused.
type NoteAdded struct {
	Note
	Facts []event.View `json:"facts"`
}

func (s *Service) postNote(ctx context.Context, tx *db.Tx, in *struct {
	ID   ID `path:"id"`
	Body struct {
		Kind      NoteKind     `json:"kind" enum:"talk,need,habit,interest,try_on,life_event,other"`
		Body      string       `json:"body" minLength:"1" maxLength:"4000"`
		Sensitive bool         `json:"sensitive,omitempty"`
		ShopID    staff.ShopID `json:"shop_id,omitzero"`
	}
}) (*struct{ Body NoteAdded }, error) {
	b := in.Body
	n, err := s.AddNote(ctx, tx, in.ID, Note{Kind: b.Kind, Body: b.Body, Sensitive: b.Sensitive, ShopID: b.ShopID})
	return &struct{ Body NoteAdded }{NoteAdded{n, event.Caused(tx)}}, err
}

func (s *Service) deleteNote(ctx context.Context, tx *db.Tx, in *struct {
	ID     ID     `path:"id"`
	NoteID NoteID `path:"note_id"`
}) (*struct{}, error) {
	return nil, s.RemoveNote(ctx, tx, in.ID, in.NoteID)
}

func (s *Service) postLifeDate(ctx context.Context, tx *db.Tx, in *struct {
	ID   ID `path:"id"`
	Body struct {
		Kind     LifeDateKind `json:"kind" enum:"birthday,wedding,child_birthday,due_date,other"`
		Calendar Calendar     `json:"calendar" enum:"solar,lunar"`
		Year     int          `json:"year,omitempty" doc:"0 or absent when unknown"`
		Month    int          `json:"month" minimum:"1" maximum:"12"`
		Day      int          `json:"day" minimum:"1" maximum:"31"`
		Leap     bool         `json:"leap,omitempty" doc:"Of a lunar leap month"`
		Label    string       `json:"label,omitempty" maxLength:"100"`
		BySelf   bool         `json:"by_self,omitempty" doc:"Told by the customer herself: once in 12 months"`
		Reason   string       `json:"reason,omitempty" maxLength:"500" doc:"Needed to change a birthday"`
	}
}) (*changedOutput, error) {
	b := in.Body
	_, err := s.SetLifeDate(ctx, tx, in.ID, LifeDate{Kind: b.Kind, Calendar: b.Calendar, Year: b.Year, Month: b.Month, Day: b.Day, Leap: b.Leap,
		Label: b.Label, BySelf: b.BySelf}, b.Reason)
	if err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, in.ID)
}

func (s *Service) deleteLifeDate(ctx context.Context, tx *db.Tx, in *struct {
	ID     ID         `path:"id"`
	DateID LifeDateID `path:"date_id"`
	Reason string     `query:"reason" maxLength:"500" doc:"Kept in the audit log"`
}) (*changedOutput, error) {
	if err := s.RemoveLifeDate(ctx, tx, in.ID, in.DateID, in.Reason); err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, in.ID)
}

// ConsentEntry is an entry of the ledger of consent.
type ConsentEntry struct {
	ID         privacy.ConsentID `json:"id"`
	CustomerID ID                `json:"customer_id" doc:"The record it was said for"`
	Channel    privacy.Channel   `json:"channel,omitempty"`
	Purpose    privacy.Purpose   `json:"purpose"`
	Given      bool              `json:"given"`
	TextID     privacy.TextID    `json:"text_id,omitzero"`
	Evidence   privacy.Evidence  `json:"evidence"`
	ShopID     staff.ShopID      `json:"shop_id,omitzero"`
	StaffID    staff.ID          `json:"staff_id,omitzero"`
	HappenedAt time.Time         `json:"happened_at"`
}

// Consents is where a customer stands, and how she came there.
type Consents struct {
	Current privacy.States `json:"current"`
	History []ConsentEntry `json:"history" doc:"The last 200 entries, latest first"`
}

func (s *Service) getConsents(ctx context.Context, tx *db.Tx, in *struct {
	ID ID `path:"id"`
}) (*struct{ Body Consents }, error) {
	c, err := s.find(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body Consents }{}
	if out.Body.Current, err = s.Consents.Current(ctx, tx, c.ID.Int64()); err != nil {
		return nil, err
	}
	entries, err := s.Consents.History(ctx, tx, c.ID.Int64(), 200)
	for _, e := range entries {
		out.Body.History = append(out.Body.History, ConsentEntry{ID: e.ID, CustomerID: id.Of[customerKind](e.CustomerID), Channel: e.Channel, Purpose: e.Purpose,
			Given: e.Given, TextID: e.TextID, Evidence: e.Evidence, ShopID: shopOf(e.ShopID), StaffID: staffOf(e.StaffID), HappenedAt: e.HappenedAt})
	}
	return out, err
}

func (s *Service) postConsent(ctx context.Context, tx *db.Tx, in *struct {
	ID   ID `path:"id"`
	Body struct {
		Channel    privacy.Channel  `json:"channel,omitempty" enum:",sms,wechat,wecom,email,phone"`
		Purpose    privacy.Purpose  `json:"purpose" enum:"marketing,service,membership,profiling"`
		Given      bool             `json:"given"`
		TextID     privacy.TextID   `json:"text_id,omitzero" doc:"The text that was agreed to; needed when given"`
		Evidence   privacy.Evidence `json:"evidence"`
		ShopID     staff.ShopID     `json:"shop_id,omitzero"`
		HappenedAt time.Time        `json:"happened_at,omitzero"`
	}
}) (*changedOutput, error) {
	c, err := s.find(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	err = s.Consents.Record(ctx, tx, privacy.Act{CustomerID: c.ID.Int64(), Channel: b.Channel, Purpose: b.Purpose, Given: b.Given, TextID: b.TextID,
		Evidence: b.Evidence, ShopID: b.ShopID.Int64(), HappenedAt: b.HappenedAt})
	if err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, c.ID)
}
