package segment

import (
	"context"
	"math/big"
	"strconv"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

// attribute is one value of an attribute.
type attribute struct {
	choice, text string
	number       *big.Rat
	day          cal.Day
	is           bool
}

type goods struct {
	code, category, brand, scene string
	styles                       []string
}

type bought struct {
	on                   cal.Day
	at                   time.Time
	fen, units           int64
	shop, channel, clerk string
	lines                []boughtLine
}

type boughtLine struct {
	goods         *goods
	fen, quantity int64
}

type refund struct {
	on            cal.Day
	at            time.Time
	fen           int64
	shop, channel string
	reasons       []string
}

// deed is an event, with the goods that its style code and its SKU name.
type deed struct {
	kind, category, code string
	at                   time.Time
	goods                []*goods
}

// loader reads a shop whole, table by table, into a world.
type loader struct {
	*world
	ctx    context.Context
	tx     *db.Tx
	err    error
	byID   map[int64]*person
	goods  map[int64]*goods // goods are by the number of a product.
	bySKU  map[int64]*goods
	byCode map[string]*goods // byCode has "style" and a style code, or "sku" and the code of a SKU.
}

func load(ctx context.Context, tx *db.Tx, zone *time.Location) (*world, error) {
	l := &loader{
		world: &world{now: tx.Now, zone: zone, today: cal.DayOf(tx.Now, zone)}, ctx: ctx, tx: tx, byID: map[int64]*person{},
		goods: map[int64]*goods{}, bySKU: map[int64]*goods{}, byCode: map[string]*goods{},
	}
	l.loadPeople()
	l.loadStanding()
	l.loadMoves()
	l.loadHoldings()
	l.loadGoods()
	l.loadSales()
	l.loadRefunds()
	l.loadTouches()
	return l.world, l.err
}

// each calls row for every row of a query.
func (l *loader) each(query string, row func(scan db.Scan) error) {
	if l.err == nil {
		_, l.err = db.All(l.ctx, l.tx, func(scan db.Scan) (struct{}, error) { return struct{}{}, row(scan) }, query)
	}
}

// known scans a row that begins with a customer, and returns her, or nobody.
func (l *loader) known(scan db.Scan, targets ...any) (*person, error) {
	var id int64
	err := scan(append([]any{&id}, targets...)...)
	if p := l.byID[id]; p != nil {
		return p, err
	}
	return nobody(), err
}

func nobody() *person {
	return &person{
		words: map[string]string{}, figures: map[string]int64{}, tags: map[string]bool{}, attributes: map[string][]attribute{},
		identities: map[string]bool{}, consents: map[string]bool{},
	}
}

func (l *loader) loadPeople() {
	l.each("select id, gender, preferred_channel, quality, shop_id, created_at from customers where state = 'active' order by id", func(scan db.Scan) error {
		p := nobody()
		var gender, channel string
		var quality int64
		var shop staff.ShopID
		var created time.Time
		err := scan(&p.id, &gender, &channel, &quality, &shop, db.ScanTime(&created))
		p.words = map[string]string{"gender": gender, "preferred_channel": channel, "shop": shop.String()}
		p.figures = map[string]int64{"quality": quality, "known_days": int64(l.today.Sub(cal.DayOf(created, l.zone)))}
		l.byID[p.id], l.people = p, append(l.people, p)
		return err
	})
}

// loadStanding takes from the profiles what hangs on other customers and on settings.
func (l *loader) loadStanding() {
	l.each("select customer_id, stage, stage_since_on, r, f, m, rfm_group, value_group, quadrant, customer_type from profiles", func(scan db.Scan) error {
		var since cal.Day
		var stage, group, value, quadrant, kind string
		scores := map[string]*int64{"rfm.r": new(int64), "rfm.f": new(int64), "rfm.m": new(int64)}
		p, err := l.known(scan, &stage, &since, scores["rfm.r"], scores["rfm.f"], scores["rfm.m"], &group, &value, &quadrant, &kind)
		if err != nil {
			return err
		}
		for field, word := range map[string]string{"stage": stage, "rfm_group": group, "value_group": value, "quadrant": quadrant, "customer_type": kind} {
			p.words[field] = word
		}
		p.figures["stage_days"] = int64(l.today.Sub(since))
		for field, n := range scores {
			if *n > 0 {
				p.figures[field] = *n
			}
		}
		return nil
	})
}

func (l *loader) loadMoves() {
	l.each("select customer_id, on_day, from_stage, to_stage from stage_changes", func(scan db.Scan) error {
		var m moved
		p, err := l.known(scan, &m.on, &m.from, &m.to)
		p.moves = append(p.moves, m)
		return err
	})
}

func (l *loader) loadHoldings() {
	l.each("select customer_id, tag_id, expires_at from customer_tags where removed_at is null", func(scan db.Scan) error {
		var tag customer.TagID
		var expires time.Time
		p, err := l.known(scan, &tag, db.ScanTime(&expires))
		if err == nil && (expires.IsZero() || expires.After(l.now)) {
			p.tags[tag.String()] = true
		}
		return err
	})
	l.each(`select a.customer_id, d.code, a.choice, coalesce(a.text_value, ''), coalesce(a.number_value, 0), a.day_value, coalesce(a.bool_value, false)
		from customer_attributes a join attribute_definitions d on d.id = a.definition_id where a.removed_at is null`, func(scan db.Scan) error {
		var code string
		var a attribute
		var number float64
		p, err := l.known(scan, &code, &a.choice, &a.text, &number, &a.day, &a.is)
		if err == nil {
			a.number = asWritten(number)
			p.attributes[code] = append(p.attributes[code], a)
		}
		return err
	})
	l.each("select customer_id, kind, verified_at is not null from customer_identities where ended_at is null", func(scan db.Scan) error {
		var kind string
		var verified bool
		p, err := l.known(scan, &kind, &verified)
		p.identities[kind] = p.identities[kind] || verified
		return err
	})
	l.each("select customer_id, purpose, channel, given from consent_states", func(scan db.Scan) error {
		var purpose, channel string
		var given bool
		p, err := l.known(scan, &purpose, &channel, &given)
		if channel != "" {
			purpose += "." + channel
		}
		p.consents[purpose] = given
		return err
	})
	l.each("select customer_id, kind, calendar, year, month, day, leap from life_dates where removed_at is null", func(scan db.Scan) error {
		var d customer.LifeDate
		p, err := l.known(scan, &d.Kind, &d.Calendar, &d.Year, &d.Month, &d.Day, &d.Leap)
		p.dates = append(p.dates, d)
		return err
	})
}

func (l *loader) loadGoods() {
	l.each("select id, style_code, category, brand, scene from products", func(scan db.Scan) error {
		var id int64
		g := &goods{}
		err := scan(&id, &g.code, &g.category, &g.brand, &g.scene)
		l.goods[id], l.byCode["style "+g.code] = g, g
		return err
	})
	l.each("select product_id, style from product_styles", func(scan db.Scan) error {
		var id int64
		var style string
		err := scan(&id, &style)
		l.goods[id].styles = append(l.goods[id].styles, style)
		return err
	})
	l.each("select id, product_id, code from skus", func(scan db.Scan) error {
		var id, product int64
		var code string
		err := scan(&id, &product, &code)
		l.bySKU[id], l.byCode["sku "+code] = l.goods[product], l.goods[product]
		return err
	})
}

func (l *loader) loadSales() {
	lines := map[int64][]boughtLine{}
	l.each("select order_id, sku_id, quantity, paid_fen from order_lines", func(scan db.Scan) error {
		var id, sku int64
		var line boughtLine
		err := scan(&id, &sku, &line.quantity, &line.fen)
		line.goods = l.bySKU[sku]
		lines[id] = append(lines[id], line)
		return err
	})
	l.each("select customer_id, id, on_day, paid_at, paid_fen, units, shop_id, channel, clerk_id from orders where customer_id is not null", func(scan db.Scan) error {
		var id int64
		var s bought
		var shop staff.ShopID
		var clerk staff.ID
		p, err := l.known(scan, &id, &s.on, db.ScanTime(&s.at), &s.fen, &s.units, &shop, &s.channel, &clerk)
		s.shop, s.clerk, s.lines = shop.String(), clerk.String(), lines[id]
		p.sales = append(p.sales, s)
		return err
	})
}

func (l *loader) loadRefunds() {
	reasons := map[int64][]string{}
	l.each("select refund_id, reason_code from refund_lines", func(scan db.Scan) error {
		var id int64
		var reason string
		err := scan(&id, &reason)
		reasons[id] = append(reasons[id], reason)
		return err
	})
	l.each(`select customer_id, id, on_day, refunded_at, amount_fen, shop_id, channel, reason_code
		from refunds where customer_id is not null and state = 'applied'`, func(scan db.Scan) error {
		var id int64
		var r refund
		var shop staff.ShopID
		var reason string
		p, err := l.known(scan, &id, &r.on, db.ScanTime(&r.at), &r.fen, &shop, &r.channel, &reason)
		r.shop, r.reasons = shop.String(), append(reasons[id], reason)
		p.refunds = append(p.refunds, r)
		return err
	})
}

func (l *loader) loadTouches() {
	l.each("select customer_id, kind, happened_at, category, product_code, sku from touches where customer_id is not null", func(scan db.Scan) error {
		var t deed
		var sku string
		p, err := l.known(scan, &t.kind, db.ScanTime(&t.at), &t.category, &t.code, &sku)
		for _, g := range []*goods{l.byCode["style "+t.code], l.byCode["sku "+sku]} {
			if g != nil {
				t.goods = append(t.goods, g)
			}
		}
		p.touches = append(p.touches, t)
		return err
	})
}

// asWritten is a stored number as people wrote it.
func asWritten(n float64) *big.Rat {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(n, 'g', -1, 64))
	return r
}
