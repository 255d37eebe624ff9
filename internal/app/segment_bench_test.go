package app_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/segment"
)

// twelve are the rules that segments are measured by, in the words of the demo's chain, each with the best
// query by hand that was found for it. In a query {30} is the business day 30 days ago, {30 ms} the instant,
// {now} this instant, {tag x}, {attr x} are numbers, {year} and {month-day …} parts of dates.
var twelve = []struct{ name, sentence, byHand string }{
	{"S01", "性别是「女」，且「场景」包含「通勤」，且「风格」包含「优雅」",
		`select count(*) from customer_attributes a join customer_attributes b on b.customer_id = a.customer_id join customers c on c.id = a.customer_id
		where a.definition_id = {attr clothing.style} and a.choice = 'elegant' and a.removed_at is null
		and b.definition_id = {attr clothing.scene} and b.choice = 'office' and b.removed_at is null and c.gender = 'female' and c.state = 'active'`},
	{"S02", "（价值分组是「VIP」或「常客」，或（价值分组是「活跃客户」，且最近180天内订单数至少8单）），且标签不包含「学生」，且（同意短信营销，或同意微信营销）",
		`select count(*) from profiles p where (p.value_group in ('vip', 'frequent') or p.value_group = 'active'
		and (select count(*) from orders o where o.customer_id = p.customer_id and o.on_day >= {180} and o.paid_fen > 0) >= 8)
		and not exists (select 1 from customer_tags t where t.customer_id = p.customer_id and t.tag_id = {tag 学生} and t.removed_at is null and (t.expires_at is null or t.expires_at > {now}))
		and (exists (select 1 from consent_states s where s.customer_id = p.customer_id and s.purpose = 'marketing' and s.channel = 'sms' and s.given)
		or exists (select 1 from consent_states s where s.customer_id = p.customer_id and s.purpose = 'marketing' and s.channel = 'wechat' and s.given))`},
	{"S03", "距上次购买天数至多30天，且最近180天内订单数至少5单，且消费金额超过5000元",
		`select count(*) from profiles p where coalesce(p.last_order_on, -719162) >= {30} and p.paid_fen > 500000
		and (select count(*) from orders o where o.customer_id = p.customer_id and o.on_day >= {180} and o.paid_fen > 0) >= 5`},
	{"S04", "标签同时包含「法式风」和「通勤」，且标签不包含「换季必买」",
		`select count(*) from customer_tags a join customer_tags b on b.customer_id = a.customer_id and b.tag_id = {tag 通勤} and b.removed_at is null
		and (b.expires_at is null or b.expires_at > {now}) join profiles p on p.customer_id = a.customer_id
		where a.tag_id = {tag 法式风} and a.removed_at is null and (a.expires_at is null or a.expires_at > {now})
		and not exists (select 1 from customer_tags t where t.customer_id = a.customer_id and t.tag_id = {tag 换季必买} and t.removed_at is null
		and (t.expires_at is null or t.expires_at > {now}))`},
	{"S05", "标签包含「法式风」或「简约风」或「复古风」或「街头风」或「通勤」，且标签不包含「学生」或「宝妈」或「小个子」，且价值分组是「VIP」或「常客」或「活跃客户」",
		`select count(*) from profiles p where p.value_group in ('vip', 'frequent', 'active')
		and exists (select 1 from customer_tags t where t.customer_id = p.customer_id and t.removed_at is null and (t.expires_at is null or t.expires_at > {now})
		and t.tag_id in ({tag 法式风}, {tag 简约风}, {tag 复古风}, {tag 街头风}, {tag 通勤}))
		and not exists (select 1 from customer_tags t where t.customer_id = p.customer_id and t.removed_at is null and (t.expires_at is null or t.expires_at > {now})
		and t.tag_id in ({tag 学生}, {tag 宝妈}, {tag 小个子}))`},
	{"S06", "最近90天内有品类「女装/连衣裙」的购买",
		`select count(distinct o.customer_id) from orders o join order_lines l on l.order_id = o.id where o.on_day >= {90} and l.paid_fen > 0
		and l.sku_id in (select s.id from skus s join products g on g.id = s.product_id where g.category = '女装/连衣裙' or g.category like '女装/连衣裙/%')`},
	{"S07", "最近90天内有品类「女装/连衣裙」的购买，且不满足（最近180天内有品类「女装/外套」或「配饰」的购买）",
		`select count(*) from (select distinct o.customer_id from orders o join order_lines l on l.order_id = o.id where o.on_day >= {90} and l.paid_fen > 0
		and l.sku_id in (select s.id from skus s join products g on g.id = s.product_id where g.category = '女装/连衣裙' or g.category like '女装/连衣裙/%')) found
		where found.customer_id is not null and not exists (select 1 from orders o join order_lines l on l.order_id = o.id
		where o.customer_id = found.customer_id and o.on_day >= {180} and l.paid_fen > 0 and l.sku_id in (select s.id from skus s join products g on g.id = s.product_id where g.category = '女装/外套' or g.category like '女装/外套/%'
		or g.category = '配饰' or g.category like '配饰/%'))`},
	{"S08", "最近180天内品类「女装」或「男装」或「配饰」的订单数至少2单，且最近180天内品类「女装」或「男装」或「配饰」的消费金额至少1000元",
		`select count(*) from (select customer_id from (select o.customer_id, sum(l.paid_fen) as fen from orders o join order_lines l on l.order_id = o.id
		where o.on_day >= {180} and l.paid_fen > 0 and +o.customer_id is not null
		and l.sku_id in (select s.id from skus s join products g on g.id = s.product_id where g.category in ('女装', '男装', '配饰')
		or g.category like '女装/%' or g.category like '男装/%' or g.category like '配饰/%')
		group by o.id) bought group by customer_id having count(*) >= 2 and sum(fen) >= 100000) found`},
	{"S09", "最近3天内有加入购物车，且不满足（距上次购买天数至多3天），且同意短信营销",
		`select count(*) from profiles p where p.customer_id in (select t.customer_id from touches t where t.kind = 'cart_added' and t.happened_at >= {3 ms} and t.customer_id is not null)
		and not (coalesce(p.last_order_on, -719162) >= {3})
		and exists (select 1 from consent_states s where s.customer_id = p.customer_id and s.purpose = 'marketing' and s.channel = 'sms' and s.given)`},
	{"S10", "距下次生日天数至多7天，且价值分组是「VIP」或「常客」或「活跃客户」，且同意微信营销",
		`select count(*) from profiles p where p.value_group in ('vip', 'frequent', 'active')
		and exists (select 1 from consent_states s where s.customer_id = p.customer_id and s.purpose = 'marketing' and s.channel = 'wechat' and s.given)
		and p.customer_id in (select d.customer_id from life_dates d where d.removed_at is null and d.kind = 'birthday' and {kept})`},
	{"S11", "距上次购买天数在180到365天之间，且平均购买间隔至多60天，且「促销敏感度」是「高」，且退款次数等于0，且标签包含「法式风」或「简约风」",
		`select count(*) from customer_attributes a join profiles p on p.customer_id = a.customer_id
		where a.definition_id = {attr clothing.promotion_sensitivity} and a.choice = 'high' and a.removed_at is null
		and p.last_order_on >= {365} and p.last_order_on <= {180} and p.purchase_day_count > 1 and p.last_order_on - p.first_order_on <= 60 * (p.purchase_day_count - 1)
		and not exists (select 1 from refunds r where r.customer_id = p.customer_id and r.state = 'applied')
		and exists (select 1 from customer_tags t where t.customer_id = p.customer_id and t.removed_at is null and (t.expires_at is null or t.expires_at > {now})
		and t.tag_id in ({tag 法式风}, {tag 简约风}))`},
	{"S12", "（（性别是「女」，且年龄在25到41岁之间，且「场景」包含「通勤」或「休闲」），或（同意入会，且标签包含「宝妈」）），且R 分至少3，且（F 分至少3，或M 分至少4），" +
		"且不满足（标签包含「学生」，或退款率超过30%），且最近60天内有品类「女装」或「男装」或「配饰」的购买，且最近30天内有品类「女装」或「男装」或「鞋履」的浏览商品",
		`select count(*) from profiles p join customers c on c.id = p.customer_id where p.r >= 3 and (p.f >= 3 or p.m >= 4) and c.state = 'active'
		and not (p.paid_fen > 0 and p.refunded_fen * 100 > 30 * p.paid_fen)
		and p.customer_id in (select t.customer_id from touches t where t.kind = 'product_viewed' and t.happened_at >= {30 ms} and t.customer_id is not null
			and (t.category in ('女装', '男装', '鞋履') or t.category like '女装/%' or t.category like '男装/%' or t.category like '鞋履/%'
			or t.product_code in (select g.style_code from products g where g.category in ('女装', '男装', '鞋履')
				or g.category like '女装/%' or g.category like '男装/%' or g.category like '鞋履/%')
			or t.sku in (select s.code from skus s join products g on g.id = s.product_id where g.category in ('女装', '男装', '鞋履')
				or g.category like '女装/%' or g.category like '男装/%' or g.category like '鞋履/%')))
		and (c.gender = 'female' and exists (select 1 from life_dates d where d.customer_id = c.id and d.removed_at is null and d.kind = 'birthday' and d.on_day >= {born 42} and d.on_day <= {born 25})
			and exists (select 1 from customer_attributes a where a.customer_id = c.id and a.definition_id = {attr clothing.scene} and a.choice in ('office', 'leisure') and a.removed_at is null)
			or exists (select 1 from consent_states s where s.customer_id = c.id and s.purpose = 'membership' and s.channel = '' and s.given)
			and exists (select 1 from customer_tags t where t.customer_id = c.id and t.tag_id = {tag 宝妈} and t.removed_at is null and (t.expires_at is null or t.expires_at > {now})))
		and not exists (select 1 from customer_tags t where t.customer_id = c.id and t.tag_id = {tag 学生} and t.removed_at is null and (t.expires_at is null or t.expires_at > {now}))
		and exists (select 1 from orders o join order_lines l on l.order_id = o.id where o.customer_id = c.id and o.on_day >= {60} and l.paid_fen > 0
			and l.sku_id in (select s.id from skus s join products g on g.id = s.product_id where g.category in ('女装', '男装', '配饰')
			or g.category like '女装/%' or g.category like '男装/%' or g.category like '配饰/%'))`},
}

// benchRules counts whom each of twelve rules admits, next to a query by hand for the same, and asks whether one
// customer is among them. PostgreSQL uses one processor for each, so that time is processor time on both engines; of
// five runs in turn the shortest counts.
func benchRules(b *testing.B, a *app.App) {
	for _, r := range twelve {
		b.Run(r.name, func(b *testing.B) { benchRule(b, a, r.sentence, r.byHand) })
	}
	b.Run("one_customer", func(b *testing.B) { benchOneCustomer(b, a) })
}

func inView(b *testing.B, a *app.App, fn func(ctx context.Context, tx *db.Tx) error) {
	b.Helper()
	err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) error {
		if tx.Engine == db.Postgres {
			if _, err := tx.Exec(ctx, "set local max_parallel_workers_per_gather = 0"); err != nil {
				return err
			}
		}
		return fn(ctx, tx)
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benchRule(b *testing.B, a *app.App, sentence, byHand string) {
	const runs = 5
	ours, hand := time.Hour, time.Hour
	var members int64
	for b.Loop() {
		for range runs {
			inView(b, a, func(ctx context.Context, tx *db.Tx) error {
				c, rule := readRule(ctx, b, a, tx, sentence)
				start := time.Now()
				n, err := a.Segments.Count(ctx, tx, c, rule)
				ours = min(ours, time.Since(start))
				if err != nil {
					return err
				}
				query := fillIn(ctx, b, a, tx, byHand)
				start = time.Now()
				err = tx.QueryRow(ctx, query).Scan(&members)
				hand = min(hand, time.Since(start))
				if members != n {
					return fmt.Errorf("%d by the rule, %d by hand", n, members)
				}
				return err
			})
		}
	}
	b.ReportMetric(float64(members), "members")
	b.ReportMetric(float64(ours.Microseconds())/1000, "ms")
	b.ReportMetric(float64(hand.Microseconds())/1000, "hand-ms")
	b.ReportMetric(float64(ours)/float64(hand), "x-hand")
}

func readRule(ctx context.Context, b *testing.B, a *app.App, tx *db.Tx, sentence string) (*segment.Catalogue, segment.Rule) {
	b.Helper()
	c, err := a.Segments.Catalogue(ctx, tx)
	if err != nil {
		b.Fatal(err)
	}
	rule, err := c.Parse(sentence, segment.Chinese)
	if err != nil {
		b.Fatal(err)
	}
	return c, rule
}

// fillIn puts the numbers into a query by hand.
func fillIn(ctx context.Context, b *testing.B, a *app.App, tx *db.Tx, query string) string {
	b.Helper()
	today := cal.DayOf(tx.Now, a.Staff.Zone())
	kept, err := customer.KeptSQL("d", today, 8)
	if err != nil {
		b.Fatal(err)
	}
	fill := func(mark string) string {
		word, rest, _ := strings.Cut(mark, " ")
		days, _ := strconv.Atoi(word)
		switch {
		case word == "now":
			return fmt.Sprint(tx.Now.UnixMilli())
		case word == "kept":
			return kept
		case word == "born": // The day she was born who is one day short of so many years, or has just reached them.
			years, _ := strconv.Atoi(rest)
			year, month, of := today.Date()
			day := cal.Date(year-years, month, of)
			if years == 42 {
				day = day.Add(1)
			}
			return fmt.Sprint(day.Number())
		case rest == "ms":
			return fmt.Sprint(today.Add(-days).Start(a.Staff.Zone()).UnixMilli())
		case rest == "":
			return fmt.Sprint(today.Add(-days).Number())
		}
		var id int64
		find := map[string]string{"tag": "select id from tags where name = $1", "attr": "select id from attribute_definitions where code = $1"}[word]
		if err := tx.QueryRow(ctx, find, rest).Scan(&id); err != nil {
			b.Fatalf("find %s: %v", mark, err)
		}
		return fmt.Sprint(id)
	}
	return regexp.MustCompile(`\{[^}]+\}`).ReplaceAllStringFunc(query, func(m string) string { return fill(m[1 : len(m)-1]) })
}

// benchOneCustomer asks of customers one after another whether each rule admits them, the rule and what it
// refers to read anew each time, as a page does.
func benchOneCustomer(b *testing.B, a *app.App) {
	var customers []customer.ID
	inView(b, a, func(ctx context.Context, tx *db.Tx) (err error) {
		customers, err = db.All(ctx, tx, func(scan db.Scan) (id customer.ID, err error) {
			err = scan(&id)
			return id, err
		},
			"select customer_id from profiles order by paid_fen % 1009, customer_id limit 100")
		return err
	})
	var took []time.Duration
	for b.Loop() {
		for _, one := range customers {
			for _, r := range twelve {
				inView(b, a, func(ctx context.Context, tx *db.Tx) error {
					start := time.Now()
					c, rule := readRule(ctx, b, a, tx, r.sentence)
					_, err := a.Segments.Admits(ctx, tx, c, rule, one)
					took = append(took, time.Since(start))
					return err
				})
			}
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
