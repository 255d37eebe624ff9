package segment

import (
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// RFMGroup is one of the eight classical fields of the map: each of recency, frequency and monetary is
// high with a score of 4 or 5, that is among the best two fifths.
type RFMGroup string

// The eight groups, and none before the first purchase.
const (
	NoRFMGroup       RFMGroup = ""
	ImportantValue   RFMGroup = "important_value"   // R, F and M high (重要价值).
	ImportantGrowth  RFMGroup = "important_growth"  // F low (重要发展).
	ImportantKeep    RFMGroup = "important_keep"    // R low (重要保持).
	ImportantWinBack RFMGroup = "important_winback" // R and F low (重要挽留).
	GeneralValue     RFMGroup = "general_value"     // M low (一般价值).
	GeneralGrowth    RFMGroup = "general_growth"    // F and M low (一般发展).
	GeneralKeep      RFMGroup = "general_keep"      // R and M low (一般保持).
	GeneralWinBack   RFMGroup = "general_winback"   // All low (一般挽留).
)

// RFMGroups lists the eight groups as the map shows them.
var RFMGroups = []RFMGroup{
	ImportantValue, ImportantGrowth, ImportantKeep, ImportantWinBack,
	GeneralValue, GeneralGrowth, GeneralKeep, GeneralWinBack,
}

// Group returns the classical group of the scores.
func (s Scores) Group() RFMGroup {
	if s.R == 0 {
		return NoRFMGroup
	}
	at := 0
	if s.M < 4 {
		at += 4
	}
	if s.R < 4 {
		at += 2
	}
	if s.F < 4 {
		at++
	}
	return RFMGroups[at]
}

// ValueGroup is the group of a customer by the thresholds of the shop. Every customer is in exactly one.
type ValueGroup string

// The value groups. VIP to Dormant are those of the shop's handbook; the others hold who is in none of
// these, so that nobody is lost.
const (
	GroupLead      ValueGroup = "lead"      // Never bought.
	GroupVIP       ValueGroup = "vip"       // Lately, often, and much.
	GroupActive    ValueGroup = "active"    // Lately, and some times in the window.
	GroupPotential ValueGroup = "potential" // Lately, once or twice in the window, a medium amount.
	GroupDormant   ValueGroup = "dormant"   // Not in the window, once or twice before.
	GroupFrequent  ValueGroup = "frequent"  // As often as a VIP, but not so lately or not so much.
	GroupNew       ValueGroup = "new"       // First purchase lately, a small amount.
	GroupLapsed    ValueGroup = "lapsed"    // Not in the window, but a regular before.
	GroupOther     ValueGroup = "other"     // In none of these, such as between lately and the window.
)

// ValueGroups lists the value groups as they are shown.
var ValueGroups = []ValueGroup{
	GroupVIP, GroupFrequent, GroupActive, GroupPotential, GroupNew, GroupOther, GroupDormant, GroupLapsed, GroupLead,
}

// Quadrant is the field of a buyer by how often she bought in the window and how much in all.
type Quadrant string

// The value quadrants, and none before the first purchase.
const (
	NoQuadrant      Quadrant = ""
	OftenAndMuch    Quadrant = "high_frequency_high_value"
	GrowthPotential Quadrant = "growth_potential" // Often, but not much yet.
	SeldomButMuch   Quadrant = "low_frequency_high_value"
	Ordinary        Quadrant = "ordinary"
)

// Quadrants lists the value quadrants.
var Quadrants = []Quadrant{OftenAndMuch, GrowthPotential, SeldomButMuch, Ordinary}

// CustomerType is the coarsest cut: what to do with a buyer.
type CustomerType string

// The three types, and none before the first purchase.
const (
	NoType        CustomerType = ""
	TypeLoyal     CustomerType = "high_value_loyal"       // VIP, or often and much; bought in the window.
	TypeCultivate CustomerType = "potential_to_cultivate" // Other buyers of the window.
	TypeWake      CustomerType = "dormant_to_wake"        // No purchase in the window.
)

// CustomerTypes lists the three types.
var CustomerTypes = []CustomerType{TypeLoyal, TypeCultivate, TypeWake}

// Thresholds are the numbers by which groups and stages are told apart. A purchase is a day with
// sales: two receipts of one visit are one purchase.
type Thresholds struct {
	WindowDays      int64 `json:"window_days" minimum:"7" maximum:"1095" doc:"The half year: days within which purchases are counted."`
	VIPDays         int64 `json:"vip_days" minimum:"1" maximum:"1095" doc:"VIP: the last purchase is at most so many days ago."`
	VIPPurchases    int64 `json:"vip_purchases" minimum:"2" maximum:"1000" doc:"VIP: at least so many purchases in the window."`
	VIPFen          int64 `json:"vip_fen" minimum:"0" doc:"VIP: paid more than this in all."`
	ActiveDays      int64 `json:"active_days" minimum:"1" maximum:"1095" doc:"Active and potential: the last purchase is at most so many days ago."`
	ActivePurchases int64 `json:"active_purchases" minimum:"2" maximum:"1000" doc:"Active: at least so many purchases in the window, fewer than a VIP; potential and dormant: fewer than this."`
	PotentialFen    int64 `json:"potential_fen" minimum:"0" doc:"Potential: paid from this up to vip_fen in all, a medium amount."`
	ValuePurchases  int64 `json:"value_purchases" minimum:"1" maximum:"1000" doc:"Quadrants: often is at least so many purchases in the window."`
	ValueFen        int64 `json:"value_fen" minimum:"0" doc:"Quadrants: much is more than this in all."`
	DormantDays     int64 `json:"dormant_days" minimum:"1" maximum:"1095" doc:"Stage dormant: the last purchase is more than so many days ago."`
	LostDays        int64 `json:"lost_days" minimum:"2" maximum:"2190" doc:"Stage lost: the last purchase is more than so many days ago."`
}

// handbook is what the shop's handbook says: VIP within 30 days, 5 times in half a year and over
// ¥5,000; active within 90 days, 3 or 4 times; potential within 90 days, once or twice; dormant not for
// half a year. It gives no number for the last five; these hold until the shop's own sales propose some.
var handbook = Thresholds{
	WindowDays: 180, VIPDays: 30, VIPPurchases: 5, VIPFen: 500_000, ActiveDays: 90, ActivePurchases: 3,
	PotentialFen: 50_000, ValuePurchases: 3, ValueFen: 200_000, DormantDays: 90, LostDays: 180,
}

// Validate returns an Invalid error (segment.thresholds) if the thresholds contradict each other.
func (t Thresholds) Validate() error {
	var fields []errs.Field
	above := func(path string, value int64, other string, bound int64) {
		if value <= bound {
			fields = append(fields, errs.Field{Path: path, Code: "too_low", Message: fmt.Sprintf("must be more than %s, %d", other, bound)})
		}
	}
	above("window_days", t.WindowDays, "0", 0)
	above("vip_days", t.VIPDays, "0", 0)
	above("active_days", t.ActiveDays, "0", 0)
	above("active_purchases", t.ActivePurchases, "1", 1)
	above("vip_purchases", t.VIPPurchases, "active_purchases", t.ActivePurchases)
	above("value_purchases", t.ValuePurchases, "0", 0)
	above("vip_fen", t.VIPFen, "potential_fen", t.PotentialFen)
	above("potential_fen", t.PotentialFen, "-1", -1)
	above("value_fen", t.ValueFen, "-1", -1)
	above("dormant_days", t.DormantDays, "0", 0)
	above("lost_days", t.LostDays, "dormant_days", t.DormantDays)
	if t.WindowDays < t.ActiveDays {
		fields = append(fields, errs.Field{Path: "active_days", Code: "too_high", Message: "must not be more than window_days"})
	}
	if t.ActiveDays < t.VIPDays {
		fields = append(fields, errs.Field{Path: "vip_days", Code: "too_high", Message: "must not be more than active_days"})
	}
	return errs.InvalidFields("segment.thresholds", fields)
}

// valueGroup returns the group of the customer on a day.
func (t Thresholds) valueGroup(p *Profile, today cal.Day) ValueGroup {
	if p.PurchaseDayCount == 0 {
		return GroupLead
	}
	since, times := recency(p.LastOrderOn, today), p.WindowDayCount
	lately := since <= t.ActiveDays
	few := t.ActivePurchases - 1 // "once or twice"
	switch {
	case since <= t.VIPDays && times >= t.VIPPurchases && p.PaidFen > t.VIPFen:
		return GroupVIP
	case lately && times >= t.VIPPurchases:
		return GroupFrequent
	case lately && times >= t.ActivePurchases:
		return GroupActive
	case lately && times >= 1 && p.PaidFen >= t.PotentialFen && p.PaidFen <= t.VIPFen:
		return GroupPotential
	case since > t.WindowDays && p.PurchaseDayCount <= few:
		return GroupDormant
	case since > t.WindowDays:
		return GroupLapsed
	case lately && recency(p.FirstOrderOn, today) <= t.ActiveDays && p.PaidFen < t.PotentialFen:
		return GroupNew
	default:
		return GroupOther
	}
}

// quadrant returns the value quadrant of the customer.
func (t Thresholds) quadrant(p *Profile) Quadrant {
	often, much := p.WindowDayCount >= t.ValuePurchases, p.PaidFen > t.ValueFen
	switch {
	case p.PurchaseDayCount == 0:
		return NoQuadrant
	case often && much:
		return OftenAndMuch
	case often:
		return GrowthPotential
	case much:
		return SeldomButMuch
	default:
		return Ordinary
	}
}

// customerType returns the type of the customer on a day.
func (t Thresholds) customerType(p *Profile, today cal.Day) CustomerType {
	switch {
	case p.PurchaseDayCount == 0:
		return NoType
	case recency(p.LastOrderOn, today) > t.WindowDays:
		return TypeWake
	case t.valueGroup(p, today) == GroupVIP || t.quadrant(p) == OftenAndMuch:
		return TypeLoyal
	default:
		return TypeCultivate
	}
}
