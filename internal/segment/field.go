package segment

import (
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
)

// Field is something known of a customer that a test looks at. The editor, the sentences, the check of
// rules and the plan are all made from this catalogue, so that they cannot disagree.
type Field struct {
	Code    string    `json:"code"`
	Name    string    `json:"name"`
	NameEN  string    `json:"name_en"`
	Group   string    `json:"group" enum:"basic,attributes,tags,standing,orders,refunds,events,dates,identities,consent"`
	Kind    FieldKind `json:"kind" enum:"number,choice,set,text,day,presence,bool"`
	Unit    Unit      `json:"unit,omitempty" enum:"fen,days,times,pieces,percent,years,months,points" doc:"Of numbers"`
	Ops     []Op      `json:"ops" doc:"The comparisons that make sense"`
	Options []Option  `json:"options,omitempty" doc:"Of choices and sets that are written out"`
	Refers  string    `json:"refers,omitempty" enum:"tag,shop" doc:"The choices are identifiers of these"`
	Window  bool      `json:"window,omitempty" doc:"A span of time may be given"`
	Where   []string  `json:"where,omitempty" doc:"How it may be narrowed"`
	Without bool      `json:"without,omitempty" doc:"May be followed by what did not happen"`

	definition customer.Definition // definition is that of an attribute.
}

// FieldKind says what the values of a field are.
type FieldKind string

// Kinds of fields.
const (
	NumberField   FieldKind = "number"
	ChoiceField   FieldKind = "choice"   // One of some words.
	SetField      FieldKind = "set"      // Several words at once.
	TextField     FieldKind = "text"     // Any text.
	DayField      FieldKind = "day"      // A day of the calendar.
	PresenceField FieldKind = "presence" // There or not.
	BoolField     FieldKind = "bool"     // True or not.
)

// Unit is what a number counts.
type Unit string

// Units of numbers. Money is in fen in the tree, in yuan in sentences.
const (
	Fen     Unit = "fen"
	Days    Unit = "days"
	Times   Unit = "times"
	Pieces  Unit = "pieces"
	Percent Unit = "percent"
	Years   Unit = "years"
	Months  Unit = "months"
	Score   Unit = "points" // Of RFM and of data quality.
)

// Option is one of the choices of a field.
type Option struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
}

var kindOps = map[FieldKind][]Op{
	NumberField:   {GTE, LTE, GT, LT, EQ, NE, Between},
	ChoiceField:   {In, NotIn},
	SetField:      {AnyOf, AllOf, NoneOf},
	TextField:     {In, NotIn, Contains, Known, Unknown},
	DayField:      {Since, Until, Known, Unknown},
	PresenceField: {Known, Unknown},
	BoolField:     {Yes, No},
}

// What narrows orders, refunds, events and changes of stage, by the names of Where.
var (
	orderWhere  = []string{"categories", "products", "styles", "brands", "scenes", "shops", "channels", "clerks", "min_fen", "max_fen"}
	refundWhere = []string{"shops", "channels", "reasons", "min_fen", "max_fen"}
	eventWhere  = []string{"categories", "products"}
	moveWhere   = []string{"from_stages", "to_stages"}
)

func number(group, code, name, en string, unit Unit) Field {
	return Field{Code: code, Name: name, NameEN: en, Group: group, Kind: NumberField, Unit: unit}
}

func choice(group, code, name, en string, options ...Option) Field {
	return Field{Code: code, Name: name, NameEN: en, Group: group, Kind: ChoiceField, Options: options}
}

func flag(group string, kind FieldKind, code, name, en string) Field {
	return Field{Code: code, Name: name, NameEN: en, Group: group, Kind: kind}
}

func orders(code, name, en string, unit Unit) Field {
	f := number("orders", "orders."+code, name, en, unit)
	f.Window, f.Where = true, orderWhere
	return f
}

func refunds(code, name, en string, unit Unit) Field {
	f := number("refunds", "refunds."+code, name, en, unit)
	f.Window, f.Where = true, refundWhere
	return f
}

func events(code, name, en string) Field {
	f := number("events", "event."+code, name, en, Times)
	f.Window, f.Where, f.Without = true, eventWhere, true
	return f
}

// fixedFields are the fields that every shop has, in the order in which the editor shows them.
func fixedFields() []Field {
	ordered := orders("count", "订单数", "orders", Times)
	ordered.Without = true
	fields := []Field{
		choice("basic", "gender", "性别", "gender", Option{"female", "女", "female"}, Option{"male", "男", "male"}, Option{"other", "其他", "other"}),
		number("basic", "age", "年龄", "age", Years),
		{Code: "shop", Name: "所属门店", NameEN: "home shop", Group: "basic", Kind: ChoiceField, Refers: "shop"},
		choice("basic", "preferred_channel", "偏好渠道", "preferred channel", channelOptions...),
		number("basic", "known_days", "建档天数", "days since she became known", Days),
		number("basic", "quality", "资料完整度", "data quality", Score),
		{Code: "tag", Name: "标签", NameEN: "tags", Group: "tags", Kind: SetField, Refers: "tag"},

		choice("standing", "stage", "生命周期阶段", "lifecycle stage", stageOptions...),
		number("standing", "stage_days", "处于该阶段天数", "days in this stage", Days),
		{Code: stageMoves, Name: "阶段变动", NameEN: "changes of stage", Group: "standing", Kind: NumberField, Unit: Times, Window: true, Where: moveWhere},
		number("standing", "rfm.r", "R 分", "R score", Score),
		number("standing", "rfm.f", "F 分", "F score", Score),
		number("standing", "rfm.m", "M 分", "M score", Score),
		choice("standing", "rfm_group", "RFM 分组", "RFM group", rfmGroupOptions...),
		choice("standing", "value_group", "价值分组", "value group", valueGroupOptions...),
		choice("standing", "quadrant", "价值象限", "value quadrant", Option{"high_frequency_high_value", "高频高值", "frequent and valuable"},
			Option{"growth_potential", "成长潜力", "growth potential"}, Option{"low_frequency_high_value", "低频高值", "rare but valuable"},
			Option{"ordinary", "普通", "ordinary"}),
		choice("standing", "customer_type", "顾客类型", "customer type", Option{"high_value_loyal", "高价值忠诚", "valuable and loyal"},
			Option{"potential_to_cultivate", "潜力待培养", "potential to cultivate"}, Option{"dormant_to_wake", "沉睡待唤醒", "dormant to wake"}),

		ordered,
		orders("days", "购买天数", "purchase days", Days),
		orders("sum", "消费金额", "spend", Fen),
		orders("average", "客单价", "average order value", Fen),
		orders("min", "最小单笔金额", "smallest order", Fen),
		orders("max", "最大单笔金额", "largest order", Fen),
		orders("units", "购买件数", "pieces bought", Pieces),
		orders("last_days", "距上次购买天数", "days since the last purchase", Days),
		orders("first_days", "距首次购买天数", "days since the first purchase", Days),
		number("orders", "orders.interval", "平均购买间隔", "average days between purchases", Days),

		refunds("count", "退款次数", "refunds", Times),
		refunds("sum", "退款金额", "refunded amount", Fen),
		refunds("last_days", "距上次退款天数", "days since the last refund", Days),
		number("refunds", "refunds.rate", "退款率", "refund rate", Percent),

		events("any", "任意行为", "events of any kind"),
		events("product_viewed", "浏览商品", "product views"),
		events("searched", "搜索", "searches"),
		events("cart_added", "加入购物车", "cart additions"),
		events("cart_removed", "移出购物车", "cart removals"),
		events("checkout_started", "开始结账", "checkouts started"),
		events("checked_in", "签到", "check-ins"),
		events("live_viewed", "观看直播", "live-stream views"),

		number("dates", "birthday.days", "距下次生日天数", "days until her birthday", Days),
		number("dates", "wedding.days", "距结婚纪念日天数", "days until her wedding anniversary", Days),
		number("dates", "child_birthday.days", "距孩子生日天数", "days until a child's birthday", Days),
		number("dates", "child.months", "孩子月龄", "age of a child", Months),
		number("dates", "due.days", "距预产期天数", "days until the due date", Days),
		flag("dates", PresenceField, "birthday", "生日", "birthday"),
	}
	for _, i := range []Option{{"phone", "手机号", "phone number"}, {"openid", "微信 OpenID", "WeChat openid"}, {"unionid", "微信 UnionID", "WeChat unionid"},
		{"external_userid", "企业微信", "WeCom contact"}, {"card", "会员卡", "card"}, {"email", "邮箱", "e-mail address"}} {
		fields = append(fields, flag("identities", PresenceField, "identity."+i.Code, i.Name, i.NameEN),
			flag("identities", BoolField, "verified."+i.Code, "已验证"+i.Name, "verified "+i.NameEN))
	}
	for _, p := range []Option{{"marketing", "营销", "marketing"}, {"service", "服务", "service"}} {
		for _, c := range channelOptions {
			fields = append(fields, flag("consent", BoolField, "consent."+p.Code+"."+c.Code, "同意"+c.Name+p.Name, "consent to "+p.NameEN+" by "+c.NameEN))
		}
	}
	return append(fields, flag("consent", BoolField, "consent.membership", "同意入会", "consent to membership"),
		flag("consent", BoolField, "consent.profiling", "同意个性化分析", "consent to profiling"))
}

var channelOptions = []Option{{"sms", "短信", "SMS"}, {"wechat", "微信", "WeChat"}, {"wecom", "企业微信", "WeCom"}, {"email", "邮件", "e-mail"}, {"phone", "电话", "phone"}}

// stageMoves counts how often a customer went from one stage to another. The log of stages has days, not hours.
const stageMoves = "stage_moves"

var stageOptions = []Option{{"lead", "潜客", "lead"}, {"new", "新客", "new"}, {"active", "活跃", "active"}, {"dormant", "沉睡", "dormant"}, {"lost", "流失", "lost"}}

var rfmGroupOptions = []Option{
	{string(ImportantValue), "重要价值", "champions"}, {string(ImportantGrowth), "重要发展", "big spenders, rare"},
	{string(ImportantKeep), "重要保持", "slipping regulars"}, {string(ImportantWinBack), "重要挽留", "win back"},
	{string(GeneralValue), "一般价值", "frequent, small"}, {string(GeneralGrowth), "一般发展", "recent, small"},
	{string(GeneralKeep), "一般保持", "slipping, small"}, {string(GeneralWinBack), "一般挽留", "gone, small"},
}

var valueGroupOptions = []Option{
	{string(GroupVIP), "VIP", "VIP"}, {string(GroupFrequent), "常客", "frequent"}, {string(GroupActive), "活跃客户", "active"},
	{string(GroupPotential), "潜力客户", "potential"}, {string(GroupNew), "新客户", "new"}, {string(GroupOther), "其他", "other"},
	{string(GroupDormant), "沉睡客户", "dormant"}, {string(GroupLapsed), "流失常客", "lapsed"}, {string(GroupLead), "潜客", "lead"},
}

// attributeField returns the field of an attribute of the shop.
func attributeField(d customer.Definition) Field {
	f := Field{Code: "attr." + d.Code, Name: d.Name, NameEN: d.NameEN, Group: "attributes", definition: d}
	if f.NameEN == "" {
		f.NameEN = d.Name
	}
	switch d.Kind {
	case customer.TextAttribute:
		f.Kind = TextField
	case customer.NumberAttribute:
		f.Kind = NumberField
	case customer.DayAttribute:
		f.Kind = DayField
	case customer.BoolAttribute:
		f.Kind = BoolField
	case customer.ChoiceAttribute:
		f.Kind = ChoiceField
		if d.Multiple {
			f.Kind = SetField
		}
		for _, o := range d.Options {
			f.Options = append(f.Options, Option{o.Code, o.Name, o.NameEN})
		}
	}
	return f
}

// Catalogue is the fields a shop has, with the names of what their choices refer to.
type Catalogue struct {
	Fields []Field
	Names  map[string]map[string]string // Names gives the name of each tag, shop, clerk and reason, by its identifier.

	tagsEN           map[string]string // tagsEN gives the English names of the tags that have one.
	byCode           map[string]*Field
	away             map[string]*Field // away are attributes that are not active: rules that name them are kept and not judged.
	chinese, english func() *speech
}

func newCatalogue(definitions []customer.Definition, names map[string]map[string]string) *Catalogue {
	c := &Catalogue{Fields: fixedFields(), Names: names, byCode: map[string]*Field{}, away: map[string]*Field{}}
	for _, d := range definitions {
		if f := attributeField(d); d.Active {
			c.Fields = append(c.Fields, f)
		} else {
			c.away[f.Code] = &f
		}
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		f.Ops = f.ops()
		c.byCode[f.Code] = f
	}
	c.listen()
	return c
}

// Field returns the field of a code, or nil.
func (c *Catalogue) Field(code string) *Field { return c.byCode[code] }

// PutAway is a field of a rule that cannot be used any more.
type PutAway struct {
	Field  string `json:"field"`
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
	Pack   string `json:"pack,omitempty" doc:"The pack that is switched off"`
}

// putAway returns the fields of a rule that cannot be used, each once.
func (c *Catalogue) putAway(r *Rule) (all []PutAway) {
	_ = r.walk("", func(_ string, t *Test) error { // The function fails never.
		if c.Field(t.Field) != nil || slices.ContainsFunc(all, func(p PutAway) bool { return p.Field == t.Field }) {
			return nil
		}
		p := PutAway{Field: t.Field, Name: t.Field, NameEN: t.Field}
		if f := c.away[t.Field]; f != nil {
			p.Name, p.NameEN, p.Pack = f.Name, f.NameEN, f.definition.Pack
		}
		all = append(all, p)
		return nil
	})
	return all
}

func (f *Field) ops() []Op {
	ops := kindOps[f.Kind]
	if f.definition.Code != "" && f.Kind != BoolField && f.Kind != TextField && f.Kind != DayField {
		return append(slices.Clone(ops), Known, Unknown)
	}
	return ops
}
