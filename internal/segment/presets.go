package segment

// Preset is a rule to begin with. Where the thresholds of the shop define a group, its numbers are theirs.
type Preset struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
	Text   string `json:"text" doc:"What it is for"`
	TextEN string `json:"text_en"`
	Rule   Rule   `json:"rule"`
}

// Presets returns the presets for the thresholds in force. They name no tag, shop or attribute, so they are valid in
// every shop.
func Presets(t Thresholds) []Preset {
	presets := valuePresets(t)
	presets = append(presets, quadrantPresets(t)...)
	presets = append(presets, stagePresets()...)
	return append(presets, momentPresets(t)...)
}

// valuePresets are the value groups of the handbook.
func valuePresets(t Thresholds) []Preset {
	return []Preset{
		{"vip", "VIP", "VIP", "近期常来、消费高的顾客，贡献大部分收入。", "Came lately, often, and spent much; they bring most of the revenue.", vip(t)},
		{"active", "活跃客户", "Active", "近期来过，半年内买过几次。", "Came lately and bought some times in half a year.",
			all(boughtWithin(t.ActiveDays), rangeRule("orders.days", t.ActivePurchases, t.VIPPurchases-1, t.WindowDays))},
		{"potential", "潜力客户", "Potential", "近期来过，次数不多，消费中等。", "Came lately, but seldom, and spent a medium amount.",
			all(boughtWithin(t.ActiveDays), rangeRule("orders.days", 1, t.ActivePurchases-1, t.WindowDays), rangeRule("orders.sum", t.PotentialFen, t.VIPFen, 0))},
		{"dormant", "沉睡客户", "Dormant", "半年没来，以前买过一两次。", "Did not come for half a year, and bought once or twice before.",
			all(boughtNotWithin(t.WindowDays), rangeRule("orders.days", 1, t.ActivePurchases-1, 0))},
	}
}

func vip(t Thresholds) Rule {
	return all(boughtWithin(t.VIPDays), numberRule("orders.days", GTE, t.VIPPurchases, t.WindowDays), numberRule("orders.sum", GT, t.VIPFen, 0))
}

// quadrantPresets are the value quadrants and the three types made of them.
func quadrantPresets(t Thresholds) []Preset {
	often, seldom := numberRule("orders.days", GTE, t.ValuePurchases, t.WindowDays), numberRule("orders.days", LT, t.ValuePurchases, t.WindowDays)
	much, little := numberRule("orders.sum", GT, t.ValueFen, 0), numberRule("orders.sum", LTE, t.ValueFen, 0)
	buyer, lately := numberRule("orders.count", GTE, 1, 0), boughtWithin(t.WindowDays)
	loyal := either(vip(t), all(often, much))
	return []Preset{
		{"high_frequency_high_value", "高频高值", "Frequent and valuable", "买得勤、花得多，重点维护。", "Buy often and spend much; keep them.", all(often, much)},
		{"growth_potential", "成长潜力", "Growth potential", "买得勤、花得还不多，适合提升客单。", "Buy often and spend little yet; raise the value of an order.", all(often, little)},
		{"low_frequency_high_value", "低频高值", "Rare but valuable", "花得多、来得少，适合提醒再来。", "Spend much and come seldom; remind them.", all(seldom, much)},
		{"ordinary", "普通", "Ordinary", "买过，来得少、花得也少。", "Bought, but seldom and little.", all(buyer, seldom, little)},
		{"high_value_loyal", "高价值忠诚", "Valuable and loyal", "VIP 或高频高值，且半年内买过。", "VIP, or frequent and valuable, and bought in half a year.", all(lately, loyal)},
		{"potential_to_cultivate", "潜力待培养", "Potential to cultivate", "半年内买过的其他顾客。", "The others who bought in half a year.", all(lately, Rule{Not: &loyal})},
		{"dormant_to_wake", "沉睡待唤醒", "Dormant to wake", "买过，但半年没来。", "Bought, but not in half a year.", all(buyer, boughtNotWithin(t.WindowDays))},
	}
}

// stagePresets are the stages of a customer's life with the shop.
func stagePresets() []Preset {
	stage := func(s Stage) Rule { return Rule{Test: &Test{Field: "stage", Op: In, Choices: []string{string(s)}}} }
	return []Preset{
		{"stage_lead", "潜客", "Leads", "留下资料、还没买过，适合内容种草和首单礼。", "Known, but never bought; for content and a first-order benefit.", stage(Lead)},
		{"stage_new", "新客", "New customers", "刚买过第一次，适合新手礼和专属顾问。", "Bought for the first time lately; for a starter pack and an adviser.", stage(New)},
		{"stage_active", "活跃", "Active customers", "近期又买过。", "Bought again lately.", stage(Active)},
		{"stage_dormant", "沉睡", "Dormant customers", "很久没买，轻打扰唤醒。", "Have not bought for long; wake them gently.", stage(Dormant)},
		{"stage_lost", "流失", "Lost customers", "太久没买，适合回归礼包或问卷。", "Have not bought for too long; for a return pack or a survey.", stage(Lost)},
	}
}

// momentPresets are moments at which something is to be done.
func momentPresets(t Thresholds) []Preset {
	cart := Rule{Test: &Test{
		Field: "event.cart_added", Op: GTE, Number: new(NumberOf(1)), Within: &Window{Days: 7}, Without: &Without{Field: "orders.count", Hours: 24},
	}}
	viewed := Rule{Test: &Test{
		Field: "event.product_viewed", Op: GTE, Number: new(NumberOf(1)), Within: &Window{Hours: 48}, Without: &Without{Field: "orders.count", Hours: 24},
	}}
	faded := Rule{Test: &Test{Field: "orders.days", Op: GTE, Number: new(NumberOf(3)), Within: &Window{Days: 180, Before: 90}}}
	return []Preset{
		{"birthday_7_days", "7 天内生日", "Birthday within 7 days", "提前一周发生日礼。", "A gift a week ahead.", numberRule("birthday.days", LTE, 7, 0)},
		{"birthday_today", "今天生日", "Birthday today", "当天发祝福和券。", "Greetings and a coupon on the day.", numberRule("birthday.days", EQ, 0, 0)},
		{"cart_abandoned", "加购未买", "Cart abandoned", "加入购物车后 24 小时没买，发满减券。", "Filled a cart and did not buy within 24 hours; for a spend-and-save coupon.", cart},
		{"viewed_not_bought", "看了没买", "Viewed and not bought", "看过商品后 24 小时没买，发系列券。", "Viewed goods and did not buy within 24 hours; for a coupon of the series.", viewed},
		{"first_purchase_30_days", "30 天内首购", "First purchase within 30 days", "第一次买，趁热请她再来。", "Bought for the first time; invite her again.",
			all(numberRule("orders.first_days", LTE, 30, 0), numberRule("orders.days", EQ, 1, 0))},
		{"bought_30_days_ago", "满 30 天没买", "30 days since the last purchase", "上次购买正好 30 天，发无门槛券。", "The last purchase was 30 days ago; for a coupon without threshold.",
			numberRule("orders.last_days", EQ, 30, 0)},
		{"repurchase_due", "复购节点前 3 天", "3 days before the repurchase", "平均 45 天复购的顾客，第 42 天提醒。", "Of those who come every 45 days, on day 42.", numberRule("orders.last_days", EQ, 42, 0)},
		{"lapsing_vip", "将流失的 VIP", "Lapsing VIP", "消费达到 VIP，但已过 VIP 天数没来。", "Spent as a VIP, but stays away longer than one.",
			all(numberRule("orders.sum", GT, t.VIPFen, 0), rangeRule("orders.last_days", t.VIPDays+1, max(t.VIPDays+1, t.WindowDays), 0))},
		{"falling_frequency", "来得变少", "Falling frequency", "前 90 天买过三次以上，近 90 天至多一次。", "Bought on three days or more in the 90 days before, and on at most one in the last 90.",
			all(faded, numberRule("orders.days", LTE, 1, 90))},
		{"high_refund_rate", "退款率高", "High refund rate", "买过多次，退款超过三成。", "Bought several times and had over 30% refunded.",
			all(numberRule("orders.count", GTE, 3, 0), numberRule("refunds.rate", GT, 30, 0))},
		{"reachable", "可营销触达", "Can be reached", "同意短信、微信或企业微信营销。", "Agreed to marketing by SMS, WeChat or WeCom.",
			either(agrees("sms"), agrees("wechat"), agrees("wecom"))},
	}
}

func all(rules ...Rule) Rule { return Rule{All: rules} }

func either(rules ...Rule) Rule { return Rule{Any: rules} }

func agrees(channel string) Rule {
	return Rule{Test: &Test{Field: "consent.marketing." + channel, Op: Yes}}
}

func boughtWithin(days int64) Rule { return numberRule("orders.count", GTE, 1, days) }

func boughtNotWithin(days int64) Rule { return numberRule("orders.count", EQ, 0, days) }

// numberRule numberRule a number, of the last so many days unless they are 0.
func numberRule(field string, op Op, n, days int64) Rule {
	t := &Test{Field: field, Op: op, Number: new(NumberOf(n))}
	if days > 0 {
		t.Within = &Window{Days: days}
	}
	return Rule{Test: t}
}

// rangeRule is that a number is between two, of the last so many days unless they are 0.
func rangeRule(field string, least, most, days int64) Rule {
	r := numberRule(field, Between, least, days)
	r.UpTo = new(NumberOf(most))
	return r
}
