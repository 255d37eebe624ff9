package segment

import (
	"bytes"
	"encoding/json"
	flags "flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
)

//go:generate go test -run TestReference -count=1 . -update

var update = flags.Bool("update", false, "write docs/segments.md instead of comparing it")

// example is a rule as people would say it.
type example struct{ row, why, sentence string }

// benchmark are the twelve rules of the benchmark.
var benchmark = []example{
	{"S01", "profile", "性别是「女」，且「城市」是「上海」，且「风格偏好」是「法式」"},
	{"S02", "groups, nested, and reach", "（价值分组是「VIP」或「常客」，或（价值分组是「活跃客户」，且最近180天内订单数至少3单）），且标签不包含「黑名单」，且（同意短信营销，或同意微信营销）"},
	{"S03", "RFM VIP", "距上次购买天数至多30天，且最近180天内订单数至少5单，且消费金额超过5000元"},
	{"S04", "two tags and not a third", "标签同时包含「法式」和「上班族」，且标签不包含「黑名单」"},
	{"S05", "one of five tags and none of three", "标签包含「法式」或「简约」或「复古」或「街头」或「上班族」，且标签不包含「黑名单」或「熬夜」或「敏感肌」，且价值分组是「VIP」或「常客」或「活跃客户」"},
	{"S06", "bought of a category", "最近90天内有品类「女装/连衣裙」的购买"},
	{"S07", "bought A and not B", "最近90天内有品类「女装/连衣裙」的购买，且不满足（最近180天内有品类「女装/外套」或「配饰」的购买）"},
	{"S08", "often and much of three categories", "最近180天内品类「女装」或「男装」或「配饰」的订单数至少2单，且最近180天内品类「女装」或「男装」或「配饰」的消费金额至少1000元"},
	{"S09", "cart left", "最近3天内有加入购物车，且不满足（距上次购买天数至多3天），且同意短信营销"},
	{"S10", "birthday within a week", "未来7天内过生日，且价值分组是「VIP」或「常客」或「活跃客户」，且同意微信营销"},
	{"S11", "asleep", "距上次购买天数在180到365天之间，且平均购买间隔至多60天，且「券敏感度」超过0.5，且「投诉次数」等于0，且标签包含「上班族」或「宝妈」"},
	{"S12", "twelve conditions", "（（性别是「女」，且年龄在25到41岁之间，且「城市」是「上海」或「北京」或「广州」或「深圳」或「杭州」或「成都」），或（「有孩子」为是，且标签包含「宝妈」）），且R 分至少3，" +
		"且（F 分至少3，或M 分至少4），且不满足（标签包含「黑名单」，或退款率超过30%），且最近60天内有品类「女装」或「男装」或「配饰」的购买，且最近30天内有品类「女装」或「男装」或「配饰」或「童装」的浏览商品"},
}

// founding are the rows of the founding documents that name a condition on customers.
var founding = []example{
	{"T2", "VIP", "最近30天内有购买，且最近180天内购买天数至少5天，且消费金额超过5000元"},
	{"T3", "active", "最近90天内有购买，且最近180天内购买天数在3到4天之间"},
	{"T4", "potential, a medium amount", "最近90天内有购买，且最近180天内购买天数在1到2天之间，且消费金额在500到5000元之间"},
	{"T5", "dormant", "最近180天内没有购买，且购买天数在1到2天之间"},
	{"T6", "frequent and valuable; the others likewise", "最近180天内购买天数至少3天，且消费金额超过2000元"},
	{"T7", "dormant to wake; the others likewise", "有购买，且最近180天内没有购买"},
	{"T8", "frequency, amount, category, lifecycle together", "最近180天内订单数至少3单，且客单价至少500元，且品类「女装」的购买件数至少5件，且生命周期阶段是「活跃」"},
	{"T9", "25–30, working woman, beauty once a month, natural ingredients", "年龄在25到30岁之间，且性别是「女」，且标签同时包含「上班族」和「天然成分」，且最近30天内品类「美妆」的订单数至少1单"},
	{"T10", "style, size and scene", "标签包含「法式」，且「尺码」是「大码」，且最近180天内有场合「通勤」的购买"},
	{"T11", "bought maternity wear → 宝妈, as a tag rule", "最近180天内有品类「孕妇装」的购买"},
	{"T12", "sensitive skin and late nights", "标签同时包含「敏感肌」和「熬夜」"},
	{"L1", "the stages", "生命周期阶段是「沉睡」"},
	{"L2", "prospects who read", "生命周期阶段是「潜客」，且最近30天内浏览商品至少2次"},
	{"L3", "new customers", "生命周期阶段是「新客」，且处于该阶段天数至多7天"},
	{"L4", "falling frequency and basket value", "最近180天内但不含最近90天购买天数至少3天，且最近90天内购买天数至多1天，且最近180天内但不含最近90天客单价至少500元，且最近90天内客单价少于300元"},
	{"L6", "3 days before the repurchase, 45 days for office customers", "标签包含「上班族」，且距上次购买天数等于42天"},
	{"L7", "browsed, filled a cart and left it; expecting", "最近7天内有浏览商品，且最近7天内有加入购物车且之后24小时内没有购买，且距预产期天数在0到180天之间"},
	{"A1", "cart abandoned for 24 hours", "最近7天内有加入购物车且之后24小时内没有购买"},
	{"A2", "birthday in 7 days, and on the day", "未来7天内过生日，或今天过生日"},
	{"A3", "viewed a serum within 24 hours", "最近24小时内有商品「SERUM01」的浏览商品"},
	{"A4", "ordered within the hour", "最近1小时内有购买"},
	{"A5", "30 days since the last purchase", "距上次购买天数等于30天"},
	{"A6", "3 days before the repurchase", "距上次购买天数等于42天，且平均购买间隔在40到50天之间"},
	{"A7", "dormant, liked a style that has arrived", "生命周期阶段是「沉睡」，且有风格「法式」的购买"},
	{"A9", "a baby grows: 6 months", "孩子月龄等于6个月"},
	{"A10", "bought T-shirts, for hoodies when it turns cold", "最近180天内有品类「T恤」的购买"},
	{"A11", "wedding anniversary, promotion at work", "未来7天内过结婚纪念日，或标签包含「升职」"},
	{"A13", "prospects who looked at yoga mats", "生命周期阶段是「潜客」，且最近30天内有商品「YOGA01」的浏览商品"},
	{"A14", "VIP to invite to a fitting", "价值分组是「VIP」，且所属门店是「南京路店」"},
}

// referenceCatalogue is the shop of the examples.
func referenceCatalogue() *Catalogue {
	cities := []customer.Option{{Code: "sh", Name: "上海", NameEN: "Shanghai"}, {Code: "bj", Name: "北京", NameEN: "Beijing"}, {Code: "gz", Name: "广州", NameEN: "Guangzhou"},
		{Code: "sz", Name: "深圳", NameEN: "Shenzhen"}, {Code: "hz", Name: "杭州", NameEN: "Hangzhou"}, {Code: "cd", Name: "成都", NameEN: "Chengdu"}}
	definitions := []customer.Definition{
		{Code: "city", Name: "城市", NameEN: "city", Kind: customer.ChoiceAttribute, Options: cities},
		{Code: "style_pref", Name: "风格偏好", NameEN: "liked style", Kind: customer.ChoiceAttribute, Options: []customer.Option{{Code: "french", Name: "法式", NameEN: "French"}}},
		{Code: "size", Name: "尺码", NameEN: "size", Kind: customer.ChoiceAttribute, Options: []customer.Option{{Code: "large", Name: "大码", NameEN: "large"}}},
		{Code: "coupon_affinity", Name: "券敏感度", NameEN: "coupon affinity", Kind: customer.NumberAttribute},
		{Code: "complaints", Name: "投诉次数", NameEN: "complaints", Kind: customer.NumberAttribute},
		{Code: "has_child", Name: "有孩子", NameEN: "has a child", Kind: customer.BoolAttribute},
	}
	for i := range definitions {
		definitions[i].Group, definitions[i].Active = "basic", true
	}
	tags := map[string]string{}
	for i, name := range []string{"黑名单", "法式", "简约", "复古", "街头", "上班族", "熬夜", "敏感肌", "宝妈", "天然成分", "升职"} {
		tags[fmt.Sprintf("tag_%013d", i+1)] = name
	}
	return newCatalogue(definitions, map[string]map[string]string{"tag": tags, "shop": {"shp_0000000000001": "南京路店"}, "clerk": {}, "reason": {}})
}

// TestReference fails when docs/segments.md is not what the code makes of it between its marks.
func TestReference(t *testing.T) {
	const path = "../../docs/segments.md"
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(old)
	for name, part := range map[string]string{
		"fields": fieldTable(), "founding": examples(t, founding), "benchmark": examples(t, benchmark), "presets": presetTable(),
		"words-zh": wordTable(chinese()), "words-en": wordTable(english()),
	} {
		begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		before, rest, ok := strings.Cut(text, begin)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("%s has no marks of %s", path, name)
		}
		text = before + begin + "\n" + part + "\n" + end + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if text != string(old) {
		t.Errorf("%s is not what the code makes: run make generate", path)
	}
}

func fieldTable() string {
	var b strings.Builder
	b.WriteString("| Field | 中文 | English | Compared by | In | Time | Narrowed by |\n|---|---|---|---|---|---|---|\n")
	c := newCatalogue(nil, map[string]map[string]string{})
	for i := range c.Fields {
		f := &c.Fields[i]
		var ops []string
		for _, op := range f.Ops {
			ops = append(ops, string(op))
		}
		window := ""
		if f.Window {
			window = "yes"
		}
		where := strings.Join(f.Where, ", ")
		switch {
		case slices.Equal(f.Where, orderWhere):
			where = "orders"
		case slices.Equal(f.Where, refundWhere):
			where = "refunds"
		case slices.Equal(f.Where, eventWhere):
			where = "events"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", f.Code, f.Name, f.NameEN, strings.Join(ops, " "), f.Unit, window, where)
	}
	return b.String()
}

func examples(t *testing.T, list []example) string {
	c := referenceCatalogue()
	var b strings.Builder
	for _, x := range list {
		r, err := c.Parse(x.sentence, Chinese)
		if err != nil {
			t.Fatalf("%s: %v", x.row, err)
		}
		english := c.Sentence(r, English)
		if again, err := c.Parse(english, English); err != nil || asJSON(t, again) != asJSON(t, r) {
			t.Errorf("%s: %q does not come back: %v", x.row, english, err)
		}
		var tree bytes.Buffer
		encoder := json.NewEncoder(&tree)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(r); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "**%s** %s\n\n> %s\n>\n> %s\n\n```json\n%s```\n\n", x.row, x.why, c.Sentence(r, Chinese), english, tree.String())
	}
	return b.String()
}

func presetTable() string {
	c := newCatalogue(nil, map[string]map[string]string{})
	var b strings.Builder
	b.WriteString("| Preset | Name | Sentence by the thresholds of the handbook |\n|---|---|---|\n")
	for _, p := range Presets(handbook) {
		fmt.Fprintf(&b, "| `%s` | %s · %s | %s |\n", p.Code, p.Name, p.NameEN, c.Sentence(p.Rule, Chinese))
	}
	return b.String()
}

// wordTable lists what is written and what is read for each comparison.
func wordTable(p *phrases) string {
	var b strings.Builder
	b.WriteString("| Comparison | Written | Read too |\n|---|---|---|\n")
	for _, op := range []Op{GTE, LTE, GT, LT, EQ, NE, Between, In, NotIn, Contains, AnyOf, AllOf, NoneOf, Known, Unknown, Yes, No, Since, Until} {
		list := p.ops[op]
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", op, list[0], strings.ReplaceAll(strings.Join(list[1:], ", "), "|", `\|`))
	}
	return b.String()
}
