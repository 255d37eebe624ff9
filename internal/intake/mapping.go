package intake

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Column is a column of a file and what it means.
type Column struct {
	Header string `json:"header" maxLength:"200"`
	Field  Field  `json:"field" maxLength:"40" doc:"What the column means; empty when it is not taken."`
}

// Mapping says how a file is understood: its layout, its columns and what its values do not say.
type Mapping struct {
	Columns []Column `json:"columns" maxItems:"1000"`
	Options Options  `json:"options"`
}

// Options say what the values of a file do not say themselves.
type Options struct {
	// Source is the system that the file is of: orders are told apart by source and number.
	Source    string    `json:"source" maxLength:"64" doc:"The system that the file comes from; orders are told apart by source and number."`
	TimeZone  string    `json:"time_zone,omitempty" maxLength:"64" doc:"Zone of the times in the file; by default the shop's."`
	DateOrder DateOrder `json:"date_order,omitempty" enum:",dmy,mdy" doc:"How 01/02/2026 is read."`
	ShopCode  string    `json:"shop_code,omitempty" maxLength:"64" doc:"Shop of rows that name none."`
	Channel   string    `json:"channel,omitempty" maxLength:"32" doc:"Channel of orders that name none; store by default."`
	// RefundPrefix starts the numbers of invoices that take back goods of no named order.
	RefundPrefix string `json:"refund_prefix,omitempty" maxLength:"16" doc:"Orders whose number starts so are refunds."`
	KeepUnsold   bool   `json:"keep_unsold,omitempty" doc:"Lines with a quantity or price of 0 or less are kept, but sold nothing."`
	FillDown     bool   `json:"fill_down,omitempty" doc:"Empty cells of an order repeat the row above, as in merged cells."`
	// ConsentText is what was agreed to, where the file says that somebody agreed.
	ConsentText string `json:"consent_text,omitempty" maxLength:"20000" doc:"The words that were agreed to; needed to take consents."`
}

// validate reports every fault of a mapping of the kind (mapping.invalid).
func (m Mapping) validate(kind Kind) error {
	var faults []errs.Field
	fault := func(path, code, message string) {
		faults = append(faults, errs.Field{Path: path, Code: code, Message: message})
	}
	has := map[Field]bool{}
	for i, c := range m.Columns {
		known := slices.ContainsFunc(fieldsOf[kind], func(f FieldInfo) bool { return f.Field == c.Field })
		switch {
		case c.Field == Ignored:
		case !known:
			fault(columnPath(i), "unknown", "a file of "+string(kind)+" has no such field")
		case has[c.Field]:
			fault(columnPath(i), "twice", "another column has this field already")
		}
		has[c.Field] = true
	}
	for _, need := range needs[kind] {
		if !slices.ContainsFunc(need.anyOf, func(f Field) bool { return has[f] }) {
			fault("columns", need.code, need.message)
		}
	}
	if _, err := m.Options.zone(time.UTC); err != nil {
		fault("options.time_zone", "unknown", "there is no such time zone")
	}
	if !slices.Contains([]DateOrder{AnyOrder, DMY, MDY}, m.Options.DateOrder) {
		fault("options.date_order", "unknown", "the order is dmy or mdy")
	}
	if kind != Products && m.Options.Source == "" {
		fault("options.source", "required", "name the system that the file comes from")
	}
	agreed := slices.ContainsFunc(consentFields, func(c consentField) bool { return has[c.field] })
	if agreed && strings.TrimSpace(m.Options.ConsentText) == "" {
		fault("options.consent_text", "required", "give the words that were agreed to: without them it is no consent")
	}
	return errs.InvalidFields("mapping.invalid", faults)
}

// needs are the fields of which a file must have one.
var needs = map[Kind][]struct {
	anyOf         []Field
	code, message string
}{
	Orders: {
		{[]Field{OrderNo}, "needs_order_no", "choose the column that holds the order number"},
		{[]Field{PaidAt, PaidOn}, "needs_paid_at", "choose the column that holds the time of the sale"},
		{[]Field{LinePaid, UnitPrice, OrderPaid}, "needs_amount", "choose a column with an amount: of the line, of the unit or of the order"},
	},
	Customers: {
		{[]Field{Phone, Card, CustomerRef, Email}, "needs_identity", "choose a column by which a customer is found: phone, card, number or e-mail"},
	},
	Products: {
		{[]Field{StyleCode, SKUCode}, "needs_code", "choose the column that holds the code of the style or of the SKU"},
		{[]Field{ProductName}, "needs_name", "choose the column that holds the name of the product"},
	},
}

// zone returns the zone of the file, or the shop's.
func (o Options) zone(shop *time.Location) (*time.Location, error) {
	switch o.TimeZone {
	case "":
		return shop, nil
	case "Local": // This would be the zone of the server.
		return nil, errs.New(errs.Invalid, "time_zone.unknown", "there is no such time zone")
	}
	return time.LoadLocation(o.TimeZone)
}

// propose returns what the columns of a file most likely mean, with the preset named or, if none is
// named, the one whose columns are there.
func propose(kind Kind, headers []string, preset string) (Mapping, string) {
	p := findPreset(kind, headers, preset)
	m := Mapping{Columns: make([]Column, len(headers)), Options: p.options}
	names := make([]string, len(headers))
	taken := map[Field]bool{}
	for i, h := range headers {
		m.Columns[i].Header = h
		names[i] = fold(h)
	}
	for i, name := range names {
		if field := p.columns[name]; field != Ignored && !taken[field] && slices.Index(names, name) == i {
			m.Columns[i].Field, taken[field] = field, true
		}
	}
	if !p.complete {
		proposeByName(kind, names, m.Columns, taken)
	}
	return m, p.Name
}

// proposeByName gives each field that is still free to the column whose name stands first in its list. A
// name that comes twice is given once: which of the two is meant, the person decides.
func proposeByName(kind Kind, names []string, columns []Column, taken map[Field]bool) {
	for _, f := range fieldsOf[kind] {
		if taken[f.Field] {
			continue
		}
		for _, synonym := range f.Names {
			at := slices.Index(names, fold(synonym))
			if at >= 0 && columns[at].Field == Ignored {
				columns[at].Field, taken[f.Field] = f.Field, true
				break
			}
		}
	}
}

// knownNames counts the cells of a row that are names of columns of the kind: the more, the likelier it
// is the header.
func knownNames(kind Kind, cells []string) int {
	n := 0
	seen := map[string]bool{}
	for _, cell := range cells {
		if name := fold(cell); name != "" && !seen[name] && synonyms(kind)[name] {
			seen[name] = true
			n++
		}
	}
	return n
}

// fold returns a column name without case, width, blanks, signs and what stands in brackets.
func fold(name string) string {
	var b strings.Builder
	depth := 0
	for _, r := range narrow(strings.ToLower(name)) {
		switch {
		case r == '(' || r == '[' || r == '【':
			depth++
		case r == ')' || r == ']' || r == '】':
			depth = max(depth-1, 0)
		case depth == 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '/'):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
