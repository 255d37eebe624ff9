package segment

import (
	"slices"
	"strings"
)

// english returns the phrases of English sentences.
func english() *phrases {
	p := englishWords()
	for op, list := range p.ops {
		for _, phrase := range slices.Clone(list) {
			if rest, ok := strings.CutPrefix(phrase, p.copulas[0]); ok { // "are" for "is", or no verb.
				list = append(list, p.copulas[1]+rest)
				if rest != "" {
					list = append(list, rest[1:])
				}
			}
		}
		p.ops[op] = list
	}
	return p
}

func englishWords() *phrases {
	return &phrases{
		spaced: true, quotes: [2]string{`"`, `"`}, brackets: [2]string{"(", ")"}, comma: ",",
		and: []string{"and", "&", "&&"}, or: []string{"or", "||"}, not: []string{"not", "not the case that"},
		listAnd: []string{"and", "&"}, listOr: []string{"or", "and", "/"},
		ops: map[Op][]string{
			GTE: {"is at least", "at least", "is no less than", "is not less than", "is no fewer than", "is not fewer than", "is not below", ">=", "≥"},
			LTE: {"is at most", "is no more than", "is not more than", "is up to", "is within", "is not above", "is not over", "<=", "≤"},
			GT:  {"is more than", "is over", "is above", "is greater than", "is larger than", "exceeds", "exceed", ">"},
			LT:  {"is less than", "is under", "is below", "is fewer than", "is smaller than", "<"},
			EQ:  {"is exactly", "is equal to", "is", "equals", "equal", "=", "=="}, NE: {"is not", "is not equal to", "is not exactly", "!=", "≠", "<>"},
			Between: {"is between", "is from", "ranges from"},
			In:      {"is", "is one of", "is any of", "is in", "equals", "="}, NotIn: {"is not", "is none of", "is not one of", "is not in", "!=", "≠"},
			Contains: {"contains", "contain", "includes", "include"},
			AnyOf:    {"includes", "include", "include any of", "includes any of", "contains", "contain", "is", "has", "have"},
			AllOf:    {"includes all of", "include all of", "contains all of", "contain all of", "has all of", "have all of"},
			NoneOf:   {"includes none of", "include none of", "does not include", "do not include", "does not contain", "do not contain", "is not", "has none of"},
			Known:    {"is known", "is given", "is filled in"}, Unknown: {"is not known", "is unknown", "is not given", "is empty"},
			Yes: {"is yes", "is true"}, No: {"is no", "is not yes", "is false"},
			Since: {"is on or after", "is since", "is from", ">=", "≥"}, Until: {"is on or before", "is until", "is up to", "<=", "≤"},
		},
		copulas: []string{"is", "are"}, betweenAnd: []string{"and", "to", "-", "–", "~"},
		orMore: []string{"or more", "and more", "or over", "+"}, orLess: []string{"or less", "or fewer", "or under"},
		has: []string{"has", "have", "had", "has had"}, hasNo: []string{"has no", "have no", "had no", "has had no", "has not", "has never", "has never had", "no"},
		articles: []string{"a", "an", "any", "some", "the"}, ever: []string{"total", "all-time", "overall", "lifetime"},
		last: []string{"in the last", "in the past", "within the last", "within the past", "over the last", "during the last", "in last", "within", "last"},
		next: []string{"in the next", "within the next", "in next"}, butNot: []string{"but not the last", "except the last", "excluding the last", "without the last"},
		today: []string{"today"},
		from:  []string{"from", "between"}, to: []string{"to", "until", "till", "and", "-"}, since: []string{"since", "from"}, until: []string{"until", "till", "up to"},
		spans: []spanWord{{"days", 1, 0}, {"day", 1, 0}, {"hours", 0, 1}, {"hour", 0, 1}, {"weeks", 7, 0}, {"week", 7, 0}, {"months", 30, 0}, {"month", 30, 0},
			{"years", 365, 0}, {"year", 365, 0}},
		named: []spanWord{{"half-year", 180, 0}, {"half a year", 180, 0}, {"half year", 180, 0}, {"week", 7, 0}, {"month", 30, 0}, {"year", 365, 0}, {"hour", 0, 1}, {"day", 1, 0}},
		with:  []string{"with", "of", "in", "from", "for", "at", "by"}, alsoWith: []string{"and", ",", "with"},
		labels: map[string][]string{
			"categories": {"category", "categories"}, "products": {"product", "products"}, "styles": {"style", "styles"}, "brands": {"brand", "brands"},
			"scenes": {"scene", "scenes", "occasion"}, "shops": {"shop", "shops"}, "channels": {"channel", "channels"}, "clerks": {"clerk", "clerks"},
			"reasons": {"reason", "reasons"}, "from_stages": {"former stage", "former stages"}, "to_stages": {"new stage", "new stages"}, "amount": {"amount", "an amount"},
		},
		after: []string{"within"}, unless: []string{"not followed by", "and not followed by", "but not followed by", "followed by no"},
		units: map[Unit][]unitWord{
			Fen:  {{" yuan", 1}, {"rmb", 1}, {"cny", 1}, {"k yuan", 1000}, {"thousand yuan", 1000}},
			Days: {{"", 1}, {"days", 1}, {"day", 1}, {"weeks", 7}, {"week", 7}, {"months", 30}, {"years", 365}, {"year", 365}}, Times: {{"", 1}, {"times", 1}, {"time", 1}, {"orders", 1}},
			Pieces: {{"", 1}, {"pieces", 1}, {"piece", 1}}, Percent: {{"%", 1}, {"percent", 1}, {"per cent", 1}}, Years: {{"", 1}, {"years", 1}, {"year", 1}, {"years old", 1}},
			Months: {{" months", 1}, {"month", 1}}, Score: {{"", 1}, {"points", 1}, {"point", 1}},
		},
		aliases: map[string][]string{
			"orders.count": {"number of orders", "order count"}, "orders.sum": {"amount spent", "spending", "spent"}, "orders.average": {"average order", "AOV", "basket value"},
			"orders.last_days": {"days since last purchase", "days since the last order"}, "orders.first_days": {"days since first purchase"},
			"orders.interval": {"repurchase interval", "days between purchases"}, "stage": {"stage"}, "refunds.rate": {"return rate"}, "tag": {"tag"},
		},
		things: map[string][]string{
			"orders.count": {"orders", "order", "purchases", "bought", "ordered"}, "refunds.count": {"refunds", "refund"}, "event.product_viewed": {"product view"},
			"event.cart_added": {"cart addition"}, "event.checked_in": {"check-in", "checked in"}, stageMoves: {"changes of stage", "change of stage"},
		},
		occasions: map[string][]string{"birthday.days": {"birthday"}, "wedding.days": {"wedding anniversary"}, "child_birthday.days": {"child's birthday"}},
		channels:  map[string]string{"store": "store", "online": "online", "mini_program": "mini-program", "wechat": "WeChat", "live": "live stream"},
		finish:    []string{".", ";"},
		wanted: map[want]string{
			wantField: "a field such as orders", wantOp: "a comparison", wantNumber: "a number", wantUnit: "a unit", wantName: "a name", wantQuote: `a "name"`,
			wantDay: "a day such as 2026-11-24", wantSpan: "a time such as 30 days", wantJoin: "and, or", wantClose: ")", wantNoun: "an act such as orders",
			wantEnd: "the end", wantOccasion: "an occasion such as birthday",
		},
	}
}
