package segment

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// awkward are names that look like parts of sentences, marks and each other.
var awkward = []string{
	"", "且", "订单数至少5单", "「常客」", "a」b", `\`, `\」`, `"`, `say "hi"`, `\"`, "（x）", "常客（tag_1）", "常客", "常客", "ＡＢ", "ab", "AB", "，", "或「x」", ", and", `" or "`,
	"不满足", "not", "性别", "gender", "tags", "有", "1", "30天内", " 前后 ", "微信", "微信（微信）", "wechat", "WeChat", "ＷＥＣＨＡＴ", "store", "为是", "is", "\n",
}

// awkwardGenerator makes rules of a shop all of whose names are awkward.
func awkwardGenerator(seed uint64) *generator {
	g := newGenerator(seed)
	names := map[string]map[string]string{"tag": {}, "shop": {}, "clerk": {}, "reason": {}}
	var definitions []customer.Definition
	var options []customer.Option
	kinds := []customer.AttributeKind{customer.TextAttribute, customer.NumberAttribute, customer.DayAttribute, customer.BoolAttribute, customer.ChoiceAttribute}
	for i, name := range awkward {
		code := string(rune('a'+i%26)) + string(rune('a'+i/26))
		for kind := range names {
			names[kind][kind+"_"+code] = name
		}
		options = append(options, customer.Option{Code: code, Name: name, NameEN: awkward[len(awkward)-1-i]})
		definitions = append(definitions, customer.Definition{
			Code: code, Name: name, Kind: kinds[i%len(kinds)], Multiple: i%2 == 0, Options: options, Group: "basic", Active: true,
		})
	}
	names["tag"]["tag_1"] = "常客"
	g.catalogue = newCatalogue(definitions, names)
	var texts []string
	for _, name := range awkward {
		if name != "" && name != "\n" {
			texts = append(texts, name)
		}
	}
	g.words = words{categories: texts, products: texts, styles: texts, brands: texts, scenes: texts, channels: texts, texts: texts}
	return g
}

func TestSentence_random_rules_come_back(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]func() *generator{
		"plain": func() *generator { return newGenerator(7) }, "awkward": func() *generator { return awkwardGenerator(8) },
	} {
		for _, lang := range []Lang{Chinese, English} {
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				t.Parallel()
				g := g()
				for range 2_000 {
					r := g.rule()
					text := g.catalogue.Sentence(r, lang)
					got, err := g.catalogue.Parse(text, lang)
					if err != nil {
						t.Fatalf("%s\n%v\n%s", text, err, asJSON(t, r))
					}
					if want := r.Normal(); asJSON(t, got) != asJSON(t, want) {
						t.Fatalf("%s\n got %s\nwant %s", text, asJSON(t, got), asJSON(t, want))
					}
				}
			})
		}
	}
}

// TestSentence_long shows that a long rule is read in a moment, and a longer text refused.
func TestSentence_long(t *testing.T) {
	t.Parallel()
	c := sampleCatalogue()
	var r Rule
	for range 2 {
		list := Rule{}
		for range maxRules {
			list.Any = append(list.Any, Rule{Test: &Test{Field: "tag", Op: AnyOf, Choices: []string{"tag_0000000000001", "tag_0000000000002", "tag_0000000000003"}}})
		}
		r.All = append(r.All, list)
	}
	text := c.Sentence(r, Chinese)
	if got, err := c.Parse(text, Chinese); err != nil || asJSON(t, got) != asJSON(t, r) {
		t.Errorf("100 tests do not come back: %v", err)
	}
	for _, text := range []string{
		strings.Repeat("（", 10_000), strings.Repeat("不满足", 6_000), strings.Repeat("有手机号，", 4_000), strings.Repeat("累计", 10_000), strings.Repeat("「", 20_000),
		"标签包含" + strings.Repeat("「常客」、", 4_000), strings.Repeat("年", 20_001), "有" + strings.Repeat("品类「a」、", 3_000),
	} {
		if _, err := c.Parse(text, Chinese); errs.CodeOf(err) != "segment.sentence_invalid" {
			t.Errorf("%.20s… is read: %v", text, err)
		}
	}
}

// TestParse shows what people write, and what is made of it.
func TestParse(t *testing.T) {
	t.Parallel()
	c := sampleCatalogue()
	for _, x := range []struct {
		lang     Lang
		in, want string // want is the sentence of the rule.
	}{
		{Chinese, "最近30天内有购买，且最近半年（180天）订单数至少5，且累计消费金额超过5000元", "最近30天内有购买，且最近半年（180天）内订单数至少5单，且累计消费金额超过5000元"},
		{Chinese, "近30天有购买 且 近半年订单数大于等于5单 并且 消费金额大于5千元。", "最近30天内有购买，且最近半年（180天）内订单数至少5单，且累计消费金额超过5000元"},
		{Chinese, "30天内购买过，最近180天内下单不少于五次，总消费超过0.5万元", "最近30天内有购买，且最近半年（180天）内订单数至少5单，且累计消费金额超过5000元"},
		{Chinese, "性别是女 且 年龄25到30岁 且 标签包含常客、上班族", "性别是「女」，且年龄在25到30岁之间，且标签包含「常客」或「上班族」"},
		{Chinese, "性别是女，且(「有孩子」是 或 年龄３０岁以上)", "性别是「女」，且（「有孩子」为是，或年龄至少30岁）"},
		{Chinese, "性别是女或年龄大于5", "性别是「女」，或年龄超过5岁"},
		{Chinese, "性别是「女」或「男」且「昵称」是「猫」", "性别是「女」或「男」，且「昵称」是「猫」"},
		{Chinese, "风格包含「艾克斯」或尺码是「歪」", "「风格」包含「艾克斯」，或「尺码」是「歪」"},
		{Chinese, "7天内过生日", "未来7天内过生日"},
		{Chinese, "近30天有原阶段「活跃」、新阶段「沉睡」或「流失」的阶段变动", "最近30天内有原阶段「活跃」、新阶段「沉睡」或「流失」的阶段变动"},
		{English, `has a change of stage with former stage "active", new stage "dormant" in the last 30 days`,
			`has changes of stage with former stage "active" and new stage "dormant" in the last 30 days`},
		{Chinese, "当天生日", "今天过生日"},
		{Chinese, "距上次购买30天内", "距上次购买天数至多30天"},
		{Chinese, "有已验证手机号，同意短信营销，未同意邮件营销", "有已验证手机号，且同意短信营销，且没有同意邮件营销"},
		{Chinese, "3天内加购过，之后24小时内没有下单", "最近3天内有加入购物车且之后24小时内没有购买"},
		{Chinese, "最近90天内品类「女装」、「配饰」、门店「旗舰店」的订单数>=2单", "最近90天内品类「女装」或「配饰」、门店「旗舰店」的订单数至少2单"},
		{Chinese, "最近一年内（不含最近半年）有购买", "最近一年（365天）内但不含最近180天有购买"},
		{Chinese, "最近两周有签到", "最近14天内有签到"},
		{Chinese, "消费金额1到2万元", "累计消费金额在10000到20000元之间"},
		{Chinese, "２０２６年１月１日至2026年2月1日期间消费额不低于￥1,500", "从2026-01-01到2026-02-01消费金额至少1500元"},
		{Chinese, "不满足性别是男", "不满足（性别是「男」）"},
		{Chinese, "门店是「旗舰店」", "所属门店是「旗舰店」"},
		{Chinese, "渠道「实体店」的消费金额超过100块", "渠道「实体店」的累计消费金额超过100元"},
		{English, "Bought in the last 30 days and spend > 5,000 yuan", "has orders in the last 30 days, and total spend is more than 5000 yuan"},
		{English, `gender is female and tags include 上班族 or "常客" and age between 25 and 30`, `gender is "female", and tags include "上班族" or "常客", and age is between 25 and 30`},
		{English, `gender is "female", "male", or "other" or "nickname" is "x"`, `gender is "female" or "male" or "other", or "nickname" is "x"`},
		{English, "age 30 or more", "age is at least 30"},
		{English, "has birthday within the next week", "has a birthday in the next 7 days"},
		{English, "birthday today", "has a birthday today"},
		{English, "has cart additions in the last 3 days, not followed by orders within 24 hours", "has cart additions in the last 3 days not followed by orders within 24 hours"},
		{English, "not no card", "not (has no card)"},
		{English, "days since the last purchase within 30 days", "days since the last purchase are at most 30"},
		{English, "orders from 2026-01-01 to 2026-02-01 are 3 to 5", "orders from 2026-01-01 to 2026-02-01 are between 3 and 5"},
		{English, "days since the last purchase are at most 2 weeks", "days since the last purchase are at most 14"},
	} {
		r, err := c.Parse(x.in, x.lang)
		if err != nil {
			t.Errorf("%s: %v", x.in, err)
			continue
		}
		if got := c.Sentence(r, x.lang); got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.in, got, x.want)
		}
	}
}

func TestParse_faults(t *testing.T) {
	t.Parallel()
	c := sampleCatalogue()
	for _, x := range []struct {
		lang           Lang
		in             string
		offset         int
		code           string
		expected, near string // One of those of the fault.
	}{
		{Chinese, "", 0, "sentence.expected", "条件，如 订单数", ""},
		{Chinese, "定单数至少5", 0, "sentence.name", "条件，如 订单数", "订单数"},
		{Chinese, "性别是「女」，且标签包含「长客」", 12, "sentence.name", "", "常客"},
		{Chinese, "门店「旗舰」的订单数至少5", 2, "sentence.name", "", ""},
		{Chinese, "订单数至少", 5, "sentence.expected", "数字", ""},
		{Chinese, "性别包含「女」", 2, "sentence.expected", "是", ""},
		{Chinese, "年龄大于5 且 性别是「女」 或 有手机号", 15, "sentence.mixed", "", ""},
		{Chinese, "（有手机号", 5, "sentence.expected", "）", ""},
		{Chinese, "有手机号 abc", 5, "sentence.expected", "结尾", ""},
		{Chinese, "最近半年（100天）有购买", 5, "sentence.span", "", ""},
		{Chinese, "有手机号，年龄最近30天超过5", 5, "sentence.rule", "", ""},
		{Chinese, "未来7天内有购买", 6, "sentence.expected", "纪念日，如 过生日", ""},
		{Chinese, "「加入日」不早于2026-13-01", 8, "sentence.expected", "日期，如 2026-11-24", ""},
		{Chinese, "最近30天最近5天有购买", 5, "sentence.twice", "", ""},
		{English, "ordrs at least 3", 0, "sentence.name", "a field such as orders", "orders"},
		{English, `tags include "上班"`, 13, "sentence.name", "", "上班族"},
		{English, "spend is more than", 18, "sentence.expected", "a number", ""},
		{English, "has a card and", 14, "sentence.expected", "a field such as orders", ""},
	} {
		_, err := c.Parse(x.in, x.lang)
		fault, ok := errors.AsType[*SentenceFault](err)
		if !ok || errs.CodeOf(err) != "segment.sentence_invalid" || errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", x.in, err)
			continue
		}
		if fault.Offset != x.offset || fault.code != x.code || x.expected != "" && !slices.Contains(fault.Expected, x.expected) || x.near != "" && !slices.Contains(fault.Near, x.near) {
			t.Errorf("%s: %+v, want %+v", x.in, *fault, x)
		}
	}
}

// TestPhrases_are_folded shows that the tables can be compared as they are.
func TestPhrases_are_folded(t *testing.T) {
	t.Parallel()
	for _, p := range []*phrases{chinese(), english()} {
		lists := [][]string{
			p.and, p.or, p.not, p.listAnd, p.listOr, p.betweenAnd, p.betweenEnd, p.orMore, p.orLess, p.has, p.hasNo, p.articles, p.ever, p.last, p.lastEnd, p.butNot,
			p.next, p.nextEnd, p.today, p.from, p.to, p.toEnd, p.since, p.sinceEnd, p.until, p.with, p.of, p.alsoWith, p.after, p.afterEnd, p.unless, p.finish,
		}
		for _, list := range p.ops {
			lists = append(lists, list)
		}
		for _, list := range p.labels {
			lists = append(lists, list)
		}
		for _, w := range slices.Concat(p.spans, p.named) {
			lists = append(lists, []string{w.word})
		}
		for _, list := range p.units {
			for _, w := range list {
				lists = append(lists, []string{w.word})
			}
		}
		for _, word := range slices.Concat(lists...) {
			if folded := string(fold(word)); folded != word {
				t.Errorf("%q is compared with %q and never found", word, folded)
			}
		}
	}
}

func fuzzParse(f *testing.F, lang Lang) {
	plain, awkward := newGenerator(1), awkwardGenerator(1)
	for range 50 {
		f.Add(plain.catalogue.Sentence(plain.rule(), lang), false)
		f.Add(awkward.catalogue.Sentence(awkward.rule(), lang), true)
	}
	f.Fuzz(func(t *testing.T, text string, isAwkward bool) {
		c := plain.catalogue
		if isAwkward {
			c = awkward.catalogue
		}
		r, err := c.Parse(text, lang)
		if err != nil {
			if fault, ok := errors.AsType[*SentenceFault](err); !ok || fault.Offset < 0 || fault.Offset > len([]rune(text)) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, lang := range []Lang{Chinese, English} {
			again := c.Sentence(r, lang)
			got, err := c.Parse(again, lang)
			if len([]rune(again)) <= maxSentence && (err != nil || asJSON(t, got) != asJSON(t, r)) {
				t.Fatalf("%q becomes %q, which is %s (%v), not %s", text, again, asJSON(t, got), err, asJSON(t, r))
			}
		}
	})
}

func FuzzParse_zh(f *testing.F) { fuzzParse(f, Chinese) }
func FuzzParse_en(f *testing.F) { fuzzParse(f, English) }
