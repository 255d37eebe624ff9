package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
)

var (
	surnames   = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "欧阳", "司徒"}
	womenNames = []string{"嘉懿", "秀英", "静怡", "若溪", "欣怡", "思远", "海燕", "一诺", "佳宁", "雨桐", "梓涵", "诗涵", "可欣", "晓雯", "婉清", "慧敏", "雅琴", "丽华", "子墨", "念慈", "书瑶", "锦瑟", "敏", "静", "婷", "雪"}
	menNames   = []string{"宇轩", "晨曦", "明哲", "浩然", "子涵", "俊杰", "志强", "建国", "文博", "思齐", "一鸣", "景行", "伟", "磊", "洋", "超"}
	cities     = []string{"上海", "上海", "上海", "杭州", "苏州", "宁波", "南京", "北京"}
	habits     = []string{"喜欢纸袋包装", "要发票", "怕静电，不穿化纤", "周末上午到店", "常带孩子来", "送礼需要礼盒", "不喜欢被跟着", "喜欢先看新款"}
	reasons    = []string{"size", "fabric", "style", "quality", "other"}
)

// saying is what a clerk may note; ~ stands for the manner of dress of whom it is about.
type saying struct {
	kind      customer.NoteKind
	text      string
	sensitive bool
}

var sayings = []saying{
	{customer.TryOnNote, "试了~款，说颜色再浅一点更好，新色到了告诉她。", false},
	{customer.NeedNote, "准备参加朋友婚礼，想要一条~风格的裙子。", false},
	{customer.LifeNote, "换了工作，需要通勤的~款。", false},
	{customer.TalkNote, "上次的~款很满意，带了同事一起来。", false},
	{customer.TryOnNote, "嫌~款偏长，可推荐免费修改。", false},
	{customer.InterestNote, "在沙龙上问了~风的搭配课，下次有活动叫她。", false},
	{customer.NeedNote, "给妈妈挑生日礼物，预算五百，不要~风。", false},
	{customer.LifeNote, "刚怀孕，推荐宽松的~款，不要在人前提起。", true},
	{customer.HabitNote, "手臂做过手术，偏好长袖，~款里挑有袖的。", true},
}

// person is a customer with the traits that drive what she does.
type person struct {
	n          int
	name       string
	phone      string
	woman      bool
	city       string
	home       int // index into shops
	manner     string
	scene      string
	size       int     // index into the sizes of her goods
	interval   float64 // median days between purchases
	leaves     float64 // chance to stay away for good after a purchase
	basket     float64 // mean pieces
	thrift     float64 // 0 pays any price, 1 looks for the cheap
	joined     cal.Day
	birthYear  int
	birthMonth int
	birthDay   int // 0 when she did not tell
	lunar      bool
	sms        bool
	wechat     bool
	member     bool
	habit      string
	twin       twin
}

// people returns the customers in the order in which they came, numbered so.
func (o Options) people() []person {
	twins := o.Customers / oneTwinIn
	all := make([]person, o.Customers-twins, o.Customers)
	for i := range all {
		all[i] = o.person(i)
	}
	all = append(all, o.twins(all, twins)...)
	slices.SortStableFunc(all, func(a, b person) int { return a.joined.Sub(b.joined) })
	for i := range all {
		all[i].n = i
	}
	return all
}

// peopleUntil returns the customers with those who have come since the chain was founded, as many a day as before.
func (o Options) peopleUntil(last cal.Day) []person {
	all := o.people()
	for day, k := o.today().Add(1), 1; !last.Before(day); day, k = day.Add(1), k+1 {
		for len(all)-o.Customers < o.newcomers(k) {
			p := o.person(len(all))
			p.joined = day
			all = append(all, p)
		}
	}
	return all
}

// newcomers is how many have come within the days since the chain was founded.
func (o Options) newcomers(days int) int {
	return int((1 - veterans) * float64(o.Customers) * float64(days) / float64(o.Days))
}

// person returns the customer with the number n.
func (o Options) person(n int) person {
	r := o.source(partPerson, n)
	p := person{
		n: n, woman: r.Float64() < .78, city: pick(r, cities), home: weighted(r, shopWeights()),
		manner: pick(r, manners), scene: pick(r, scenes), size: r.IntN(4),
		interval: min(240, logNormal(r, 52, .7)) / o.Pace, leaves: (.05 + .2*r.Float64()) / o.Pace, basket: 1.2 + r.ExpFloat64()*.8, thrift: r.Float64(),
		joined: o.joined(r), sms: r.Float64() < .62, wechat: r.Float64() < .54, member: r.Float64() < .8,
		birthYear: 1962 + int(28*r.Float64()+16*r.Float64()), birthMonth: 1 + r.IntN(12),
		phone: fmt.Sprintf("+86172%08d", (int64(n)*7919+12345)%100000000),
	}
	p.name = pick(r, surnames) + pick(r, map[bool][]string{true: womenNames, false: menNames}[p.woman])
	if r.Float64() < .7 {
		p.birthDay, p.lunar = 1+r.IntN(28), r.Float64() < .12
	}
	if r.Float64() < .15 {
		p.habit = pick(r, habits)
	}
	return p
}

// veterans is the share of those who were customers when the history starts.
const veterans = .34

// joined returns the day of the first visit: a third were customers when the history starts.
func (o Options) joined(r *rand.Rand) cal.Day {
	if r.Float64() < veterans {
		return o.today().Add(-o.Days + r.IntN(45))
	}
	return o.today().Add(-r.IntN(o.Days))
}

func shopWeights() []float64 {
	weights := make([]float64, len(shops))
	for i, s := range shops {
		weights[i] = s.weight
	}
	return weights
}
