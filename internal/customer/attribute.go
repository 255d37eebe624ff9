package customer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// AttributeKind is the type of the values of an attribute.
type AttributeKind string

// Kinds of attributes.
const (
	TextAttribute   AttributeKind = "text"
	NumberAttribute AttributeKind = "number"
	DayAttribute    AttributeKind = "day"
	BoolAttribute   AttributeKind = "bool"
	ChoiceAttribute AttributeKind = "choice"
)

var attributeKinds = []AttributeKind{TextAttribute, NumberAttribute, DayAttribute, BoolAttribute, ChoiceAttribute}

// Option is one of the choices of an attribute.
type Option struct {
	Code   string `json:"code" maxLength:"40"`
	Name   string `json:"name" maxLength:"60"`
	NameEN string `json:"name_en,omitempty" maxLength:"60"`
}

// Definition is an attribute that customers can have.
type Definition struct {
	ID       DefinitionID  `json:"id"`
	Code     string        `json:"code"`
	Name     string        `json:"name"`
	NameEN   string        `json:"name_en,omitempty"`
	Kind     AttributeKind `json:"kind"`
	Multiple bool          `json:"multiple,omitempty" doc:"Whether more than one choice can hold"`
	Group    string        `json:"group" enum:"basic,preferences" doc:"The record group it is shown in"`
	Options  []Option      `json:"options"`
	Pack     string        `json:"pack,omitempty" doc:"The pack it came with"`
	Active   bool          `json:"active" doc:"Attributes that are not active keep their values and are not shown"`
	Position int64         `json:"position"`
	Version  int64         `json:"version"`

	createdAt time.Time
}

// AttributeValue is an attribute of a customer. One of the values is set, by the kind.
type AttributeValue struct {
	Code    string        `json:"code"`
	Name    string        `json:"name"`
	NameEN  string        `json:"name_en,omitempty"`
	Kind    AttributeKind `json:"kind"`
	Group   string        `json:"group"`
	Text    string        `json:"text,omitempty"`
	Number  *float64      `json:"number,omitempty"`
	Day     cal.Day       `json:"day,omitzero"`
	Bool    *bool         `json:"bool,omitempty"`
	Choices []Option      `json:"choices,omitempty"`
	Source  string        `json:"source"`
	SetBy   staff.ID      `json:"set_by,omitzero"`
	SetAt   time.Time     `json:"set_at"`

	definition DefinitionID
}

// AttributeSetting is a new value of an attribute; with none of the values it is cleared.
type AttributeSetting struct {
	Code    string   `json:"code" maxLength:"60"`
	Text    *string  `json:"text,omitempty" maxLength:"500"`
	Number  *float64 `json:"number,omitempty"`
	Day     *cal.Day `json:"day,omitempty"`
	Bool    *bool    `json:"bool,omitempty"`
	Choices []string `json:"choices,omitempty" maxItems:"20" doc:"Codes of options"`
}

// attributeSources are who can tell a value.
var attributeSources = []string{"clerk", "survey", "import", "self", "model"}

const maxDefinitions = 300

// validate returns the faults of a definition.
func (d Definition) validate() []errs.Field {
	var faults []errs.Field
	fault := func(path, code, message string) {
		faults = append(faults, errs.Field{Path: path, Code: code, Message: message})
	}
	if d.Code == "" || len(d.Code) > 60 || strings.Trim(d.Code, "abcdefghijklmnopqrstuvwxyz0123456789_.") != "" {
		fault("code", "attribute.code", "a code is made of a to z, 0 to 9, _ and .")
	}
	if d.Name == "" {
		fault("name", "required", "an attribute needs a name")
	}
	if !slices.Contains(attributeKinds, d.Kind) {
		fault("kind", "enum", "the kind is text, number, day, bool or choice")
	}
	if d.Group != "basic" && d.Group != "preferences" {
		fault("group", "enum", "the group is basic or preferences")
	}
	if (d.Kind == ChoiceAttribute) != (len(d.Options) > 0) || len(d.Options) > 100 {
		fault("options", "attribute.options", "a choice has 1 to 100 options, other kinds none")
	}
	seen := map[string]bool{}
	for _, o := range d.Options {
		if o.Code == "" || o.Name == "" || seen[o.Code] {
			fault("options", "attribute.option", "each option has a code of its own and a name")
			break
		}
		seen[o.Code] = true
	}
	return faults
}

// Definitions returns the attributes in the order in which they are shown, also those that are not active.
func (s *Service) Definitions(ctx context.Context, tx *db.Tx) ([]Definition, error) {
	return listDefinitions(ctx, tx, false)
}

// AddDefinition adds an attribute of the shop's own. The errors are attribute.invalid, attribute.exists,
// attribute.too_many.
func (s *Service) AddDefinition(ctx context.Context, tx *db.Tx, d Definition) (Definition, error) {
	if err := errs.InvalidFields("attribute.invalid", d.validate()); err != nil {
		return d, err
	}
	n, err := countDefinitions(ctx, tx)
	if err != nil {
		return d, err
	}
	if n >= maxDefinitions {
		return d, errs.New(errs.Conflict, "attribute.too_many", "there are at most %d attributes", maxDefinitions)
	}
	d.ID, d.Active, d.Version, d.createdAt = id.Of[definitionKind](tx.NewID()), true, 1, tx.Now
	added, err := insertDefinitions(ctx, tx, []Definition{d})
	if err == nil && added == 0 {
		return d, errs.New(errs.Conflict, "attribute.exists", "there is an attribute with this code")
	}
	return d, err
}

// SetAttributes gives attributes of a customer whom the caller may see new values. All are checked before
// any is set. The errors are customer.not_found and attribute.invalid.
func (s *Service) SetAttributes(ctx context.Context, tx *db.Tx, customer ID, settings []AttributeSetting, source string) error {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return err
	}
	return s.SetAttributesMany(ctx, tx, []AttributePut{{CustomerID: c.ID, Settings: settings, Source: source}})
}

// AttributePut is new values of attributes of one customer.
type AttributePut struct {
	CustomerID ID
	Settings   []AttributeSetting
	Source     string
	SetAt      time.Time // SetAt defaults to tx.Now; what was set before is history.
}

// SetAttributesMany is SetAttributes for many, in few statements. The error is attribute.invalid; then none
// is set.
func (s *Service) SetAttributesMany(ctx context.Context, tx *db.Tx, puts []AttributePut) error {
	definitions, err := listDefinitions(ctx, tx, true)
	if err != nil {
		return err
	}
	byCode := map[string]Definition{}
	for _, d := range definitions {
		byCode[d.Code] = d
	}
	var faults []errs.Field
	var facts []event.Entry
	ids, replaced := make([]int64, len(puts)), make([]attributesOf, len(puts))
	for i, p := range puts {
		if !slices.Contains(attributeSources, p.Source) {
			return errs.New(errs.Invalid, "attribute.source", "the source is clerk, survey, import, self or model")
		}
		if p.SetAt.IsZero() {
			p.SetAt = tx.Now
		}
		of, wrong := p.check(byCode)
		faults = append(faults, wrong...)
		ids[i], replaced[i] = p.CustomerID.Int64(), of
		for _, set := range p.Settings {
			cleared := !slices.ContainsFunc(of.rows, func(r attributeRow) bool { return r.definition == byCode[set.Code].ID })
			facts = append(facts, event.Entry{CustomerID: ids[i], HappenedAt: p.SetAt, History: p.SetAt.Before(tx.Now),
				Fact: AttributeSet{Attribute: set.Code, Source: p.Source, Cleared: cleared}})
		}
	}
	if err := errs.InvalidFields("attribute.invalid", faults); err != nil {
		return err
	}
	if err := replaceAttributes(ctx, tx, replaced); err != nil {
		return err
	}
	if err := refreshQuality(ctx, tx, ids); err != nil {
		return err
	}
	return s.Log.Append(ctx, tx, facts...)
}

// check returns what the put replaces and writes, or its faults.
func (p AttributePut) check(byCode map[string]Definition) (of attributesOf, faults []errs.Field) {
	fault := func(path, code, message string) {
		faults = append(faults, errs.Field{Path: path, Code: code, Message: message})
	}
	of = attributesOf{customer: p.CustomerID, source: p.Source, at: p.SetAt}
	for i, set := range p.Settings {
		d, ok := byCode[set.Code]
		if !ok { // The code may be anything that was put into the wrong field, so the answer does not repeat it.
			fault(fmt.Sprintf("attributes[%d].code", i), "attribute.not_found", "there is no such attribute")
			continue
		}
		values, wrong := set.rows(d)
		switch {
		case wrong != "":
			fault(set.Code, "attribute.value", wrong)
		case slices.Contains(of.definitions, d.ID):
			fault(set.Code, "attribute.twice", "this attribute is set twice")
		default:
			of.rows, of.definitions = append(of.rows, values...), append(of.definitions, d.ID)
		}
	}
	return of, faults
}

// rows returns the rows that hold the setting, or what is wrong with it.
func (a AttributeSetting) rows(d Definition) (rows []attributeRow, fault string) {
	given := 0
	for _, is := range []bool{a.Text != nil, a.Number != nil, a.Day != nil, a.Bool != nil, len(a.Choices) > 0} {
		if is {
			given++
		}
	}
	row := attributeRow{definition: d.ID}
	switch {
	case given == 0:
		return nil, ""
	case given > 1:
		return nil, "an attribute has one value"
	case d.Kind == TextAttribute && a.Text != nil:
		text, wrong := cleanText(*a.Text, "text", maxAttributeText)
		if len(wrong) > 0 {
			return nil, wrong[0].Message
		}
		if text == "" {
			return nil, ""
		}
		row.text = text
	case d.Kind == NumberAttribute && a.Number != nil:
		if math.IsNaN(*a.Number) || math.Abs(*a.Number) > 1e12 {
			return nil, "this number is out of range"
		}
		row.number = *a.Number
	case d.Kind == DayAttribute && a.Day != nil:
		if a.Day.IsZero() {
			return nil, ""
		}
		row.day = *a.Day
	case d.Kind == BoolAttribute && a.Bool != nil:
		row.is = *a.Bool
	case d.Kind == ChoiceAttribute && len(a.Choices) > 0:
		return a.choiceRows(d)
	default:
		return nil, "this attribute is a " + string(d.Kind)
	}
	return []attributeRow{row}, ""
}

func (a AttributeSetting) choiceRows(d Definition) (rows []attributeRow, fault string) {
	if len(a.Choices) > maxChoices || len(a.Choices) > 1 && !d.Multiple {
		return nil, "too many choices"
	}
	for i, choice := range a.Choices {
		if !slices.ContainsFunc(d.Options, func(o Option) bool { return o.Code == choice }) {
			return nil, "there is no such option"
		}
		if !slices.Contains(a.Choices[:i], choice) {
			rows = append(rows, attributeRow{definition: d.ID, choice: choice})
		}
	}
	return rows, ""
}
