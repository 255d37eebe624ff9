package demo

import (
	"fmt"
	"math"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// shop is a shop of the chain; the last one sells online.
type shop struct {
	code, name, city string
	weight           float64 // its share of the customers
	online           bool
}

var shops = []shop{
	{"WKL", "武康路店", "上海", 0.26, false},
	{"JAS", "静安寺店", "上海", 0.24, false},
	{"XJH", "徐家汇店", "上海", 0.18, false},
	{"HBL", "湖滨路店", "杭州", 0.14, false},
	{"WEB", "线上商城", "上海", 0.18, true},
}

// person of the staff. Every shop has a manager and clerks; owner and marketer serve all.
type colleague struct {
	name, login, role string
	shop              int // index into shops, -1 for all
}

var colleagues = []colleague{
	{"周敏慧", "owner", "owner", -1},
	{"陆知远", "marketer", "marketer", -1},
	{"沈清源", "auditor", "auditor", -1},
	{"顾佳宁", "agent", "agent", -1},
	{"韩雪", "manager", "manager", 0},
	{"周敏", "clerk", "clerk", 0},
	{"许诺", "clerk2", "clerk", 0},
	{"方圆", "clerk3", "clerk", 0},
	{"唐静", "manager2", "manager", 1},
	{"朱琳", "clerk4", "clerk", 1},
	{"徐欣", "clerk5", "clerk", 1},
	{"林思", "clerk6", "clerk", 1},
	{"胡晨", "manager3", "manager", 2},
	{"梁欣怡", "clerk7", "clerk", 2},
	{"谢一诺", "clerk8", "clerk", 2},
	{"萧海燕", "manager4", "manager", 3},
	{"宋静雯", "clerk9", "clerk", 3},
	{"吴佳", "clerk10", "clerk", 3},
	{"高浩", "manager5", "manager", 4},
	{"林明哲", "clerk11", "clerk", 4},
}

// category is a branch of the goods with its price range and the months in which it sells.
type category struct {
	path     string
	names    []string
	low, top float64    // yuan
	months   [4]float64 // weight in spring, summer, autumn, winter
	women    float64    // weight for women; men have men
	men      float64
	sizes    []string
}

var (
	womenSizes = []string{"XS", "S", "M", "L", "XL"}
	menSizes   = []string{"M", "L", "XL", "XXL"}
	waistSizes = []string{"25", "26", "27", "28", "29", "30"}
	oneSize    = []string{"均码"}
	shoeSizes  = []string{"35", "36", "37", "38", "39", "40", "41", "42"}
)

var categories = []category{
	{"女装/连衣裙", []string{"茶歇裙", "衬衫裙", "吊带裙", "针织连衣裙"}, 299, 1099, [4]float64{1.2, 1.6, .8, .4}, 1.5, .02, womenSizes},
	{"女装/衬衫", []string{"丝质衬衫", "牛津衬衫", "泡泡袖衬衫"}, 199, 599, [4]float64{1.2, 1, 1.2, .6}, 1.2, .02, womenSizes},
	{"女装/针织", []string{"开衫", "高领毛衣", "羊绒衫"}, 259, 1299, [4]float64{.8, .2, 1.4, 1.5}, 1.1, .02, womenSizes},
	{"女装/外套", []string{"风衣", "西装外套", "羊毛大衣", "羽绒服"}, 499, 1999, [4]float64{1, .1, 1.2, 1.6}, .8, .02, womenSizes},
	{"女装/半裙", []string{"A字裙", "百褶裙", "鱼尾裙"}, 199, 599, [4]float64{1.1, 1.2, 1, .6}, .9, .01, womenSizes},
	{"女装/裤装", []string{"阔腿裤", "烟管裤", "牛仔裤"}, 239, 699, [4]float64{1, .8, 1.1, 1}, 1.1, .01, waistSizes},
	{"女装/T恤", []string{"基础T恤", "条纹T恤", "印花T恤"}, 89, 259, [4]float64{1, 2, .6, .2}, 1.1, .05, womenSizes},
	{"孕妇装/孕妇裙", []string{"哺乳裙", "孕妇连衣裙", "孕妇裤"}, 199, 499, [4]float64{1, 1, 1, 1}, .12, .01, womenSizes},
	{"男装/衬衫", []string{"商务衬衫", "亚麻衬衫"}, 199, 599, [4]float64{1.1, 1.2, 1, .7}, .08, 1.4, menSizes},
	{"男装/夹克", []string{"飞行夹克", "工装夹克", "羽绒夹克"}, 399, 1499, [4]float64{1, .1, 1.3, 1.5}, .04, 1.1, menSizes},
	{"男装/T恤", []string{"重磅T恤", "POLO衫"}, 99, 299, [4]float64{1, 2, .6, .3}, .08, 1.3, menSizes},
	{"男装/裤装", []string{"休闲裤", "西裤", "卫裤"}, 199, 599, [4]float64{1, .9, 1, 1}, .05, 1.2, menSizes},
	{"配饰/包袋", []string{"托特包", "通勤包", "水桶包"}, 299, 1599, [4]float64{1, 1, 1, 1}, .6, .3, oneSize},
	{"配饰/围巾", []string{"羊毛围巾", "丝巾"}, 99, 499, [4]float64{.6, .1, 1, 1.8}, .5, .3, oneSize},
	{"鞋履/单鞋", []string{"乐福鞋", "玛丽珍鞋", "短靴"}, 299, 999, [4]float64{1, .8, 1.1, 1}, .6, .4, shoeSizes},
}

var (
	manners = []string{"法式", "简约", "复古", "街头"}
	scenes  = []string{"通勤", "休闲", "社交", "度假"}
	colours = []string{"米白", "雾蓝", "墨绿", "焦糖", "黑", "酒红", "燕麦", "卡其"}
	brands  = []string{"木棉里", "木棉里", "木棉里", "拾光"}
)

// style is one model with its colours and sizes.
type style struct {
	code, name, brand string
	category          int
	manner, scene     string
	priceFen, costFen int64
	launch            cal.Day
	colours, sizes    []string
	charm             float64 // how well it sells
}

// sku returns the code of the style in a colour and size.
func (s style) sku(colour, size int) string {
	return fmt.Sprintf("%s-%d%02d", s.code, colour+1, size+1)
}

// styles returns the goods the chain was founded with: most are launched before the history starts or during it.
func (o Options) styles() []style {
	all := make([]style, o.Styles)
	for i := range all {
		all[i] = o.style(i)
	}
	return all
}

// stylesUntil returns the goods with those that have come since, launched as often as before.
func (o Options) stylesUntil(last cal.Day) []style {
	all := o.styles()
	for {
		s := o.style(len(all))
		s.launch = o.today().Add(1 + (len(all)-o.Styles)*(o.Days+50)/max(o.Styles, 1))
		if o.Styles == 0 || last.Before(s.launch) {
			return all
		}
		all = append(all, s)
	}
}

// style returns the style with the number n.
func (o Options) style(n int) style {
	r := o.source(partStyles, n)
	c := n % len(categories)
	cat := categories[c]
	manner := pick(r, manners)
	price := cat.low + (cat.top-cat.low)*math.Pow(r.Float64(), 1.8)
	fen := int64(math.Round(price/10)*10-1) * 100 // Prices end in 9.
	s := style{
		code: fmt.Sprintf("MM%04d", 1001+n), category: c, manner: manner, scene: pick(r, scenes), brand: pick(r, brands),
		name:     manner + pick(r, cat.names),
		priceFen: fen, costFen: fen * int64(28+r.IntN(14)) / 100,
		launch: o.today().Add(-o.Days - 60 + r.IntN(o.Days+50)),
		charm:  logNormal(r, 1, .8), sizes: cat.sizes,
	}
	for _, n := range r.Perm(len(colours))[:1+r.IntN(3)] {
		s.colours = append(s.colours, colours[n])
	}
	return s
}

// season returns the index of the season: 0 spring, 1 summer, 2 autumn, 3 winter.
func season(d cal.Day) int {
	_, m, _ := d.Date()
	return (int(m) + 9) % 12 / 3
}

// footfall returns how busy a day is against an ordinary one: weekends, and the feasts of trade.
func footfall(d cal.Day) float64 {
	busy := 1.0
	switch d.Number() % 7 { // 1970-01-01 was a Thursday.
	case 2, 3:
		busy = 1.5
	case 1:
		busy = 1.2
	}
	_, m, day := d.Date()
	switch {
	case m == 11 && day >= 9 && day <= 11:
		busy *= 2.6
	case m == 6 && day >= 16 && day <= 18:
		busy *= 1.9
	case m == 12 && day >= 10 && day <= 14:
		busy *= 1.5
	case m == 10 && day <= 7:
		busy *= 1.4
	case m == 2 && day < 20:
		busy *= .7
	}
	return busy
}
