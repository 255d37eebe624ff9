package customer

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Group is one of the four record groups of a customer.
type Group string

// Record groups.
const (
	Basic        Group = "basic"
	Purchases    Group = "purchases"
	Preferences  Group = "preferences"
	Interactions Group = "interactions"
)

// groups gives facts their group by the start of their kind; what is not named is an interaction.
var groups = []struct {
	prefix string
	group  Group
}{
	{"customer.tagged", Preferences}, {"customer.untagged", Preferences}, {"customer.attribute_set", Preferences},
	{"customer.noted", Interactions}, {"customer.", Basic}, {"consent.", Basic}, {"segment.", Basic},
	{"order.", Purchases}, {"refund.", Purchases}, {"loyalty.", Purchases}, {"coupon.", Purchases},
}

func groupOf(kind event.Kind) Group {
	for _, g := range groups {
		if strings.HasPrefix(string(kind), g.prefix) {
			return g.group
		}
	}
	return Interactions
}

// TimelineItem is a fact about a customer, with where it came from and who wrote it.
type TimelineItem struct {
	Kind       event.Kind      `json:"kind"`
	Group      Group           `json:"group"`
	Subject    string          `json:"subject,omitempty"`
	CustomerID ID              `json:"customer_id" doc:"The record it was written for: she, or one merged into her"`
	Touchpoint string          `json:"touchpoint"`
	ShopID     staff.ShopID    `json:"shop_id,omitzero"`
	StaffID    staff.ID        `json:"staff_id,omitzero"`
	StaffName  string          `json:"staff_name,omitempty"`
	History    bool            `json:"history,omitempty" doc:"Imported from the past"`
	HappenedAt time.Time       `json:"happened_at"`
	RecordedAt time.Time       `json:"recorded_at"`
	Data       json.RawMessage `json:"data"`
	Note       *Note           `json:"note,omitempty" doc:"The note, while it stands"`

	pos int64
}

// Timeline returns what happened with a customer and the records merged into her, latest first, of one
// group or, with none, of all. The errors are customer.not_found and timeline.group.
func (s *Service) Timeline(ctx context.Context, tx *db.Tx, customer ID, group Group, before event.Cursor, limit int) ([]TimelineItem, error) {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return nil, err
	}
	var kinds []event.Kind
	if group != "" {
		for _, listed := range s.Log.Catalogue() {
			if groupOf(listed.Kind) == group {
				kinds = append(kinds, listed.Kind)
			}
		}
		if len(kinds) == 0 && !slices.Contains([]Group{Basic, Purchases, Preferences, Interactions}, group) {
			return nil, errs.New(errs.Invalid, "timeline.group", "the group is basic, purchases, preferences or interactions")
		}
		if len(kinds) == 0 {
			return nil, nil
		}
	}
	family, err := s.Family(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	numbers := make([]int64, len(family))
	for i, f := range family {
		numbers[i] = f.Int64()
	}
	records, err := event.ListByCustomer(ctx, tx, numbers, before, limit, kinds...)
	if err != nil {
		return nil, err
	}
	return s.items(ctx, tx, records)
}

// items completes facts with the names of the staff and the notes they are about.
func (s *Service) items(ctx context.Context, tx *db.Tx, records []event.Record) ([]TimelineItem, error) {
	items := make([]TimelineItem, len(records))
	var people []staff.ID
	var notes []NoteID
	for i, r := range records {
		items[i] = TimelineItem{Kind: r.Kind, Group: groupOf(r.Kind), Subject: r.Subject, CustomerID: id.Of[customerKind](r.CustomerID),
			Touchpoint: r.Touchpoint, ShopID: shopOf(r.ShopID), StaffID: staffOf(r.StaffID), History: r.History,
			HappenedAt: r.HappenedAt, RecordedAt: r.RecordedAt, Data: r.Payload, pos: r.Pos}
		if r.StaffID != 0 && !slices.Contains(people, items[i].StaffID) {
			people = append(people, items[i].StaffID)
		}
		if note, err := id.Parse[noteKind](r.Subject); err == nil && !note.IsZero() {
			notes = append(notes, note)
		}
	}
	names, err := s.Staff.Names(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	written, err := findNotes(ctx, tx, notes)
	if err != nil {
		return nil, err
	}
	for i := range items {
		items[i].StaffName = names[items[i].StaffID]
		if note, err := id.Parse[noteKind](items[i].Subject); err == nil {
			if n, ok := written[note]; ok {
				items[i].Note = &n
			}
		}
	}
	return items, nil
}

// staffOf returns the typed identifier of a person of the staff.
func staffOf(n int64) (person staff.ID) {
	if n != 0 {
		_ = person.Scan(n) // A number always scans.
	}
	return person
}

// cursorOf returns the place in the timeline that a cursor names; of nil, its start.
func cursorOf(parts []int64) event.Cursor {
	if len(parts) != 2 {
		return event.Cursor{}
	}
	return event.Cursor{HappenedAt: time.UnixMilli(parts[0]).UTC(), Pos: parts[1]}
}
