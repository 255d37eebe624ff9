package segment

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// Rule is a condition on a customer: all of some rules, any of some, not a rule, or one test. It is the
// tree of the condition language; docs/segments.md is its reference.
type Rule struct {
	All []Rule `json:"all,omitempty" maxItems:"50"`
	Any []Rule `json:"any,omitempty" maxItems:"50"`
	Not *Rule  `json:"not,omitempty"`
	*Test
}

// Limits of a rule.
const (
	maxRuleDepth = 8   // maxRuleDepth is how deep all, any and not may be nested.
	maxRuleTests = 100 // maxRuleTests is how many tests a rule may have.
	maxChoices   = 200 // maxChoices is how many choices a test may name.
)

// Test compares one thing known of a customer. Which fields of it may be given says the catalogue.
type Test struct {
	Field string `json:"field,omitempty" maxLength:"80" doc:"What is looked at, from the catalogue, such as orders.count"`
	Op    Op     `json:"op,omitempty" enum:"gt,gte,lt,lte,eq,ne,between,in,not_in,contains,all,any,none,known,unknown,yes,no,since,until" doc:"How it is compared"`

	Number  *Number  `json:"number,omitempty" doc:"What a number is compared with: fen, days, percent …, as the field says"`
	UpTo    *Number  `json:"up_to,omitempty" doc:"The upper end of between, which is within"`
	Choices []string `json:"choices,omitempty" maxItems:"200" doc:"Codes, identifiers, words or a day, as the field says"`

	Within  *Window  `json:"within,omitempty" doc:"When it happened; without, ever"`
	Where   *Where   `json:"where,omitempty" doc:"Which orders, refunds or events count"`
	Without *Without `json:"without,omitempty" doc:"Count only events that were not followed by this"`
}

// Op is a comparison.
type Op string

// The comparisons. Of something unknown every one is false, but for the opposites ne, not_in, none, unknown
// and no, each of which is exactly not its counterpart.
const (
	GT       Op = "gt"
	GTE      Op = "gte"
	LT       Op = "lt"
	LTE      Op = "lte"
	EQ       Op = "eq"
	NE       Op = "ne"
	Between  Op = "between"  // From number to up_to, both within.
	In       Op = "in"       // One of the choices.
	NotIn    Op = "not_in"   // None of the choices, or unknown.
	Contains Op = "contains" // A text that contains one of the choices.
	AnyOf    Op = "any"      // Has at least one of the choices.
	AllOf    Op = "all"      // Has every one of the choices.
	NoneOf   Op = "none"     // Has none of the choices.
	Known    Op = "known"
	Unknown  Op = "unknown"
	Yes      Op = "yes"
	No       Op = "no"    // Also when unknown.
	Since    Op = "since" // On a day or later.
	Until    Op = "until" // On a day or earlier.
)

// opposites are the comparisons that are exactly not another.
var opposites = map[Op]Op{NE: EQ, NotIn: In, NoneOf: AnyOf, Unknown: Known, No: Yes}

// Window is a span of time. One of days, hours, and from and to is given.
type Window struct {
	Days   int64   `json:"days,omitempty" minimum:"0" maximum:"36500" doc:"The last so many days and today, in the shop's time zone"`
	Before int64   `json:"before,omitempty" minimum:"0" maximum:"36500" doc:"With days: but not the last so many days"`
	Hours  int64   `json:"hours,omitempty" minimum:"0" maximum:"8760" doc:"The last so many hours, to the minute"`
	From   cal.Day `json:"from,omitzero" doc:"From this day"`
	To     cal.Day `json:"to,omitzero" doc:"To this day, which is within"`
}

// Where narrows orders, refunds, events and changes of stage. Lists are alternatives; different ones hold together.
type Where struct {
	Categories []string `json:"categories,omitempty" maxItems:"200" doc:"Paths of categories, with all below"`
	Products   []string `json:"products,omitempty" maxItems:"200" doc:"Style codes"`
	Styles     []string `json:"styles,omitempty" maxItems:"200" doc:"Words of style, such as 法式"`
	Brands     []string `json:"brands,omitempty" maxItems:"200"`
	Scenes     []string `json:"scenes,omitempty" maxItems:"200"`
	Shops      []string `json:"shops,omitempty" maxItems:"200" doc:"Identifiers"`
	Channels   []string `json:"channels,omitempty" maxItems:"20"`
	Clerks     []string `json:"clerks,omitempty" maxItems:"200" doc:"Identifiers"`
	Reasons    []string `json:"reasons,omitempty" maxItems:"100" doc:"Codes of reasons of refunds, with all below"`
	FromStages []string `json:"from_stages,omitempty" maxItems:"5" doc:"Of changes of stage: the stage that was left"`
	ToStages   []string `json:"to_stages,omitempty" maxItems:"5" doc:"Of changes of stage: the stage that was entered"`
	MinFen     int64    `json:"min_fen,omitempty" minimum:"0" doc:"Orders and refunds of this amount or more"`
	MaxFen     int64    `json:"max_fen,omitempty" minimum:"0" doc:"Orders and refunds of this amount or less"`
}

// Without is what must not have followed an event: "filled a cart and did not order within 24 hours". The
// time must be over, so that it is known.
type Without struct {
	Field string `json:"field" maxLength:"80" doc:"orders.count or an event"`
	Where *Where `json:"where,omitempty"`
	Hours int64  `json:"hours" minimum:"1" maximum:"8760" doc:"Within how many hours after the event"`
}

// Number is a number of a rule, kept in thousandths, so that comparisons are exact.
type Number int64

// NumberOf returns a whole number.
func NumberOf(n int64) Number { return Number(n * 1000) }

// maxNumber bounds numbers, so that products with them do not overflow.
const maxNumber = Number(1_000_000_000_000 * 1000)

func (n Number) whole() bool { return n%1000 == 0 }

// String returns the number with as many decimals as it needs.
func (n Number) String() string {
	sign, a := "", n
	if n < 0 {
		sign, a = "-", -n
	}
	text := fmt.Sprintf("%s%d", sign, a/1000)
	if rest := a % 1000; rest != 0 {
		text += strings.TrimRight(fmt.Sprintf(".%03d", rest), "0")
	}
	return text
}

// ParseNumber reads a number of at most three decimals.
func ParseNumber(text string) (Number, error) {
	whole, decimals, _ := strings.Cut(text, ".")
	if len(decimals) > 3 || len(whole) > 15 {
		return 0, fmt.Errorf("the number %.40q has more than three decimals or too many digits", text)
	}
	n, err := strconv.ParseInt(whole+(decimals + "000")[:3], 10, 64)
	if err != nil || Number(n) > maxNumber || Number(n) < -maxNumber {
		return 0, fmt.Errorf("%.40q is not a number between -10^12 and 10^12", text)
	}
	return Number(n), nil
}

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(data []byte) error {
	var text json.Number
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := ParseNumber(text.String())
	if err == nil {
		*n = parsed
	}
	return err
}

// Schema implements huma.SchemaProvider.
func (n Number) Schema(huma.Registry) *huma.Schema {
	most := float64(maxNumber / 1000)
	least := -most
	return &huma.Schema{Type: huma.TypeNumber, Minimum: &least, Maximum: &most, Description: "A number of at most three decimals"}
}

// walk calls f for each test of the rule with its path, in the order they are written, until one fails.
func (r *Rule) walk(path string, f func(path string, t *Test) error) error {
	if r.Test != nil {
		return f(strings.TrimPrefix(path, "."), r.Test)
	}
	for name, list := range map[string][]Rule{"all": r.All, "any": r.Any} { // One of them is empty.
		for i := range list {
			if err := list[i].walk(fmt.Sprintf("%s.%s[%d]", path, name, i), f); err != nil {
				return err
			}
		}
	}
	if r.Not != nil {
		return r.Not.walk(path+".not", f)
	}
	return nil
}
