package customer

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// NoteKind says what a note is about.
type NoteKind string

// Kinds of notes.
const (
	TalkNote     NoteKind = "talk"
	NeedNote     NoteKind = "need"     // A need that was heard in conversation.
	HabitNote    NoteKind = "habit"    // Packaging, usual drink, nickname.
	InterestNote NoteKind = "interest" // Seen at a gathering or in the shop.
	TryOnNote    NoteKind = "try_on"
	LifeNote     NoteKind = "life_event" // A promotion at work, a move.
	OtherNote    NoteKind = "other"
)

var noteKinds = []NoteKind{TalkNote, NeedNote, HabitNote, InterestNote, TryOnNote, LifeNote, OtherNote}

// Note is something that somebody wrote down about a customer. It is not changed afterwards. The text is
// text, whatever it looks like.
type Note struct {
	ID         NoteID       `json:"id"`
	Kind       NoteKind     `json:"kind"`
	Body       string       `json:"body" doc:"Empty when sensitive: reveal it"`
	Sensitive  bool         `json:"sensitive" doc:"Sealed, and shown only to who gives a reason"`
	ShopID     staff.ShopID `json:"shop_id,omitzero"`
	AuthorID   staff.ID     `json:"author_id,omitzero"`
	AuthorName string       `json:"author_name,omitempty" doc:"In the list of notes"`
	Touchpoint string       `json:"touchpoint"`
	CreatedAt  time.Time    `json:"created_at"`

	sealed []byte
}

// AddNote writes a note. Its CreatedAt is the time of the transaction, unless the program writes down
// what was noted before. The errors are customer.not_found and note.invalid.
func (s *Service) AddNote(ctx context.Context, tx *db.Tx, customer ID, n Note) (Note, error) {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return Note{}, err
	}
	var faults []errs.Field
	if n.Body, faults = cleanText(n.Body, "body", maxNote); n.Body == "" && len(faults) == 0 {
		faults = []errs.Field{{Path: "body", Code: "required", Message: "a note needs words"}}
	}
	if !slices.Contains(noteKinds, n.Kind) {
		faults = append(faults, errs.Field{Path: "kind", Code: "enum", Message: "there is no such kind of note"})
	}
	if fault, err := s.checkShop(ctx, tx, n.ShopID.Int64(), 0); err != nil {
		return Note{}, err
	} else if fault {
		faults = append(faults, errs.Field{Path: "shop_id", Code: "shop.not_found", Message: "there is no such shop"})
	}
	if err := errs.InvalidFields("note.invalid", faults); err != nil {
		return Note{}, err
	}
	caller := access.From(ctx)
	n.ID, n.Touchpoint = id.Of[noteKind](tx.NewID()), caller.Touchpoint
	if n.CreatedAt.IsZero() || !caller.Program {
		n.CreatedAt = tx.Now
	}
	if caller.StaffID != 0 {
		_ = n.AuthorID.Scan(caller.StaffID) // A number always scans.
	}
	if n.Sensitive {
		n.sealed, n.Body = s.Keys.Seal("notes", "sealed", n.ID.Int64(), n.Body), ""
	}
	if err := insertNote(ctx, tx, c.ID, n); err != nil {
		return Note{}, err
	}
	return n, s.Log.Append(ctx, tx, event.Entry{Fact: Noted{NoteID: n.ID, Kind: n.Kind}, CustomerID: c.ID.Int64(), ShopID: n.ShopID.Int64(), Subject: n.ID.String(),
		HappenedAt: n.CreatedAt, History: n.CreatedAt.Before(tx.Now)})
}

// ListNotes returns the notes of a customer, latest first, written before the one given.
func (s *Service) ListNotes(ctx context.Context, tx *db.Tx, customer ID, before NoteID, limit int) ([]Note, error) {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return nil, err
	}
	notes, err := listNotes(ctx, tx, c.ID, before, limit)
	if err != nil {
		return nil, err
	}
	authors := make([]staff.ID, len(notes))
	for i, n := range notes {
		authors[i] = n.AuthorID
	}
	names, err := s.Staff.Names(ctx, tx, authors)
	for i := range notes {
		notes[i].AuthorName = names[notes[i].AuthorID]
	}
	return notes, err
}

// RemoveNote takes a note away. Others than its author need customers.merge, the right of those who
// answer for the records. The errors are note.not_found and note.not_yours.
func (s *Service) RemoveNote(ctx context.Context, tx *db.Tx, customer ID, note NoteID) error {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return err
	}
	n, err := findNote(ctx, tx, c.ID, note)
	if err != nil {
		return err
	}
	caller := access.From(ctx)
	if (n.AuthorID.Int64() != caller.StaffID || caller.StaffID == 0) && !caller.Can(access.CustomersMerge) {
		return errs.New(errs.Forbidden, "note.not_yours", "only its author or a manager removes a note")
	}
	if err := removeNote(ctx, tx, note, caller.StaffID); err != nil {
		return err
	}
	return s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "customer.note_removed", Subject: c.ID.String(), Before: map[string]any{"note_id": note}})
}
