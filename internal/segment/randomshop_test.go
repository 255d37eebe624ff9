package segment

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// randomShop fills a shop with everything that rules ask for, and with what makes it hard: sales that come
// late, cost nothing or are nobody's yet, refunds before their sale, records that are merged and parted.
type randomShop struct {
	*shop
	rng    *rand.Rand
	words  words
	people []customer.ID
	clerks []staff.ID
	tags   []customer.TagID
	texts  map[string]privacy.TextID
	sold   []string // sold holds the numbers of orders.
}

// fillAtRandom makes a shop of so many customers in two rounds, with some weeks between.
func fillAtRandom(s *shop, rng *rand.Rand, customers int) *randomShop {
	r := &randomShop{shop: s, rng: rng, words: sampleWords(), texts: map[string]privacy.TextID{}}
	s.do(r.furnish)
	for range 2 {
		s.do(func(ctx context.Context, tx *db.Tx) error { return r.welcome(ctx, tx, customers/2) })
		s.do(r.sellAtRandom)
		s.do(r.takeBack)
		s.do(r.behave)
		s.do(r.merge)
		s.later(3 + rng.IntN(40))
	}
	s.refreshNow()
	return r
}

// furnish makes shops, clerks, goods, tags, attributes and texts of consent.
func (r *randomShop) furnish(ctx context.Context, tx *db.Tx) error {
	if _, err := r.Staff.EnsureShops(ctx, tx, []staff.ShopRef{{Code: "S1", Name: "One"}, {Code: "S2", Name: "Two"}}); err != nil {
		return err
	}
	refs, err := r.Staff.EnsureStaffRefs(ctx, tx, []string{"Lin", "Wang", "Zhao"}, 0)
	if err != nil {
		return err
	}
	r.clerks = []staff.ID{{}, refs["Lin"], refs["Wang"], refs["Zhao"]}
	var drafts []catalog.Draft
	for i, code := range []string{"A1", "B2", "C3", "D4", "E5", "F6", "it's"} {
		drafts = append(drafts, catalog.Draft{
			StyleCode: code, Name: "Dress", Brand: pick(r.rng, []string{"", "Muse", "云上"}), Category: pick(r.rng, append([]string{"女装外", ""}, r.words.categories[:5]...)),
			Scene: pick(r.rng, []string{"", "office", "leisure"}), Styles: [][]string{nil, {"法式"}, {"法式", "简约"}, {"简约"}}[r.rng.IntN(4)],
			SKUs: []catalog.SKUDraft{{Code: fmt.Sprint("K", i, "S")}, {Code: fmt.Sprint("K", i, "M")}},
		})
	}
	if _, err := r.Orders.Catalog.SaveMany(ctx, tx, drafts); err != nil {
		return err
	}
	for _, name := range []string{"常客", "上班族", "宝妈", "黑名单"} {
		tag, err := r.Customers.SaveTag(ctx, tx, customer.Tag{Name: name, Axis: customer.Preference})
		if err != nil {
			return err
		}
		r.tags = append(r.tags, tag.ID)
	}
	for i := range r.definitions() {
		if _, err := r.Customers.AddDefinition(ctx, tx, r.definitions()[i]); err != nil {
			return err
		}
	}
	for _, p := range privacy.Purposes {
		text, err := r.Customers.Consents.PublishText(ctx, tx, p, privacy.AnyChannel, "I agree.")
		if err != nil {
			return err
		}
		r.texts[string(p)] = text.ID
	}
	return nil
}

func (r *randomShop) definitions() []customer.Definition {
	var definitions []customer.Definition
	for _, f := range sampleCatalogue().Fields {
		if f.definition.Code != "" {
			definitions = append(definitions, f.definition)
		}
	}
	return definitions
}

// welcome makes customers known, with all that can be said of them.
func (r *randomShop) welcome(ctx context.Context, tx *db.Tx, n int) error {
	for range n {
		known := phone(len(r.people))
		for _, i := range []customer.Identity{{Kind: customer.OpenID, Space: "app"}, {Kind: customer.Card}, {Kind: customer.Email}} {
			if r.rng.IntN(3) == 0 {
				i.Value, i.Verified = fmt.Sprintf("x%d@example.com", len(r.people)), r.rng.IntN(2) == 0
				known = append(known, i)
			}
		}
		id, err := r.Customers.Resolve(ctx, tx, customer.Resolve{
			Identities: known, Source: "test", HappenedAt: tx.Now.Add(-r.ago(90)), History: r.rng.IntN(5) == 0,
		})
		if err != nil {
			return err
		}
		r.people = append(r.people, id)
		if err := r.describe(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// ago returns a random time of at most so many days, on the hour for half of them.
func (r *randomShop) ago(days int) time.Duration {
	d := time.Duration(r.rng.Int64N(int64(days) * int64(24*time.Hour)))
	if r.rng.IntN(2) == 0 {
		d = d.Truncate(time.Hour)
	}
	return d
}

func (r *randomShop) describe(ctx context.Context, tx *db.Tx, id customer.ID) error {
	version := int64(0)
	if err := tx.QueryRow(ctx, "select version from customers where id = $1", id).Scan(&version); err != nil {
		return err
	}
	if _, err := r.Customers.Update(ctx, tx, id, version, customer.Basics{
		Gender: new(pick(r.rng, []customer.Gender{"", "female", "male", "other"})), PreferredChannel: new(pick(r.rng, []string{"", "sms", "wechat"})),
	}); err != nil {
		return err
	}
	for _, tag := range r.tags {
		if r.rng.IntN(3) == 0 {
			put := customer.TagPut{CustomerID: id, TagID: tag, Source: customer.ByClerk}
			if r.rng.IntN(2) == 0 {
				put.ExpiresAt = tx.Now.Add(time.Hour + r.ago(80))
			}
			if err := r.Customers.PutTag(ctx, tx, put); err != nil {
				return err
			}
			if r.rng.IntN(5) == 0 {
				if err := r.Customers.RemoveTag(ctx, tx, id, tag); err != nil {
					return err
				}
			}
		}
	}
	for range 1 + r.rng.IntN(2) { // The second time replaces or clears.
		if err := r.Customers.SetAttributes(ctx, tx, id, r.settings(tx), "clerk"); err != nil {
			return err
		}
	}
	if err := r.date(ctx, tx, id); err != nil {
		return err
	}
	return r.agree(ctx, tx, id)
}

func (r *randomShop) settings(tx *db.Tx) (all []customer.AttributeSetting) {
	for _, d := range r.definitions() {
		set := customer.AttributeSetting{Code: d.Code}
		switch {
		case r.rng.IntN(3) == 0: // Cleared.
		case d.Kind == customer.TextAttribute:
			set.Text = new(pick(r.rng, r.words.texts) + pick(r.rng, []string{"", "b", "%"}))
		case d.Kind == customer.NumberAttribute:
			set.Number = new(pick(r.rng, []float64{0, -1.5, 0.1, 0.3, 62, 62.5, 1e12, 0.0004}))
		case d.Kind == customer.DayAttribute:
			set.Day = new(cal.DayOf(tx.Now, r.Staff.Zone()).Add(-r.rng.IntN(400)))
		case d.Kind == customer.BoolAttribute:
			set.Bool = new(r.rng.IntN(2) == 0)
		default:
			set.Choices = []string{pick(r.rng, []string{"x", "y", "z"})}
			if d.Multiple {
				set.Choices = some(r.rng, []string{"x", "y", "z"}, 3)
			}
		}
		all = append(all, set)
	}
	return all
}

// date gives dates of life of both calendars, 29 February and leap months among them.
func (r *randomShop) date(ctx context.Context, tx *db.Tx, id customer.ID) error {
	today := cal.DayOf(tx.Now, r.Staff.Zone())
	for _, kind := range []customer.LifeDateKind{customer.Birthday, customer.Wedding, customer.ChildBirthday, customer.ChildBirthday, customer.DueDate} {
		if r.rng.IntN(2) == 0 {
			continue
		}
		back := r.rng.IntN(15_000)
		if kind == customer.ChildBirthday {
			back = r.rng.IntN(1_000)
		}
		on := today.Add(-back)
		y, m, d := on.Date()
		l := customer.LifeDate{Kind: kind, Calendar: customer.Solar, Year: y, Month: int(m), Day: d}
		lunar, err := cal.LunarOf(on)
		switch {
		case kind == customer.DueDate:
			y, m, d = today.Add(r.rng.IntN(280) - 30).Date()
			l.Year, l.Month, l.Day = y, int(m), d
		case r.rng.IntN(8) == 0:
			l.Year, l.Month, l.Day = 1996, 2, 29
		case r.rng.IntN(8) == 0:
			l = customer.LifeDate{Kind: kind, Calendar: customer.Lunar, Month: 6, Day: 1 + r.rng.IntN(29), Leap: true, Year: pick(r.rng, []int{0, 2017, 1987})}
		case r.rng.IntN(3) == 0 && err == nil:
			l = customer.LifeDate{Kind: kind, Calendar: customer.Lunar, Year: lunar.Year, Month: lunar.Month, Day: lunar.Day, Leap: lunar.Leap}
		}
		if kind != customer.DueDate && r.rng.IntN(4) == 0 {
			l.Year = 0
		}
		set, err := r.Customers.SetLifeDate(ctx, tx, id, l, "test")
		if err == nil && r.rng.IntN(8) == 0 {
			err = r.Customers.RemoveLifeDate(ctx, tx, id, set.ID, "test")
		}
		if err != nil && errs.CodeOf(err) != "life_date.too_many" {
			return fmt.Errorf("set %+v: %w", l, err)
		}
	}
	return nil
}

func (r *randomShop) agree(ctx context.Context, tx *db.Tx, id customer.ID) error {
	var acts []privacy.Act
	for range r.rng.IntN(12) {
		a := privacy.Act{CustomerID: id.Int64(), Purpose: pick(r.rng, privacy.Purposes), Given: r.rng.IntN(3) > 0,
			Evidence: privacy.Evidence{How: "till"}, HappenedAt: tx.Now.Add(-r.ago(60))}
		if a.Purpose.ByChannel() {
			a.Channel = pick(r.rng, privacy.Channels)
		}
		if a.Given {
			a.TextID = r.texts[string(a.Purpose)]
		}
		acts = append(acts, a)
	}
	return r.Customers.Consents.Record(ctx, tx, acts...)
}

// sellAtRandom records sales as they come and as history, which may be old: free ones, gifts, some that
// nobody has claimed yet.
func (r *randomShop) sellAtRandom(ctx context.Context, tx *db.Tx) error {
	for _, history := range []bool{false, true} {
		drafts := make([]order.Draft, 2*len(r.people))
		for i := range drafts {
			drafts[i] = r.sale(tx, history)
			r.sold = append(r.sold, drafts[i].OrderNo)
		}
		all, err := r.Orders.RecordMany(ctx, tx, drafts, history)
		if err != nil {
			return err
		}
		for i, o := range all {
			if o.Err != nil {
				return fmt.Errorf("record order: %w", o.Err)
			}
			if drafts[i].CustomerID.IsZero() && r.rng.IntN(3) == 0 {
				if _, _, err := r.Orders.Claim(ctx, tx, o.ID, order.Claimer{CustomerID: pick(r.rng, r.people)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *randomShop) sale(tx *db.Tx, history bool) order.Draft {
	r.no++
	d := order.Draft{
		Source: "till", OrderNo: fmt.Sprint("N", r.no), ShopCode: pick(r.rng, []string{"S1", "S1", "S2"}), Channel: pick(r.rng, r.words.channels),
		PaidAt: tx.Now.Add(-r.ago(6)), Clerk: pick(r.rng, r.clerks),
	}
	if history {
		d.PaidAt = tx.Now.Add(-r.ago(pick(r.rng, []int{2, 30, 300})))
	}
	if r.rng.IntN(10) > 0 {
		d.CustomerID = r.people[r.rng.IntN(1+r.rng.IntN(len(r.people)))] // Few buy often.
	}
	for range 1 + r.rng.IntN(3) {
		d.Lines = append(d.Lines, order.DraftLine{SKU: fmt.Sprint("K", r.rng.IntN(8), pick(r.rng, []string{"S", "M"})), Name: "Dress",
			Quantity: 1 + r.rng.Int64N(3), UnitPriceFen: pick(r.rng, []int64{0, 99_00, 100_00, 12_345, 500_00})})
	}
	return d
}

// takeBack refunds sales, of which some have not come, in part or whole.
func (r *randomShop) takeBack(ctx context.Context, tx *db.Tx) error {
	reasons := []string{"", "size", "size.too_small", "quality.defect", "quality"}
	var drafts []order.RefundDraft
	for range len(r.people) {
		r.no++
		d := order.RefundDraft{Source: "till", RefundNo: fmt.Sprint("R", r.no), OrderNo: pick(r.rng, r.sold), At: tx.Now.Add(-r.ago(40)), ReasonCode: pick(r.rng, reasons)}
		switch r.rng.IntN(5) {
		case 0:
			d.OrderNo = fmt.Sprint("N", r.no+r.rng.IntN(40)) // To come, perhaps.
		case 1:
			d.OrderNo, d.CustomerID, d.AmountFen, d.ShopCode = "", pick(r.rng, r.people), 1+r.rng.Int64N(20_000), "S2"
		case 2:
			d.Lines = []order.RefundLine{{LineNo: 1, Quantity: 1, ReasonCode: pick(r.rng, reasons)}}
		case 3:
			d.AmountFen = 1 + r.rng.Int64N(9_000)
		}
		drafts = append(drafts, d)
	}
	all, err := r.Orders.RefundMany(ctx, tx, drafts, false)
	for i, x := range all {
		if x.Err != nil && err == nil {
			err = fmt.Errorf("refund %+v: %w", drafts[i], x.Err)
		}
	}
	return err
}

// behave records events of customers, and of sessions of which some get known.
func (r *randomShop) behave(ctx context.Context, tx *db.Tx) error {
	var drafts []customer.TouchDraft
	for range 8 * len(r.people) {
		r.no++
		d := customer.TouchDraft{Kind: pick(r.rng, []string{"product_viewed", "searched", "cart_added", "cart_added", "cart_removed", "checkout_started", "checked_in", "live_viewed"}),
			HappenedAt: tx.Now.Add(-r.ago(pick(r.rng, []int{2, 10, 60})))}
		d.Source, d.EventID = "shop", fmt.Sprint("E", r.no)
		if r.rng.IntN(10) == 0 {
			d.SessionID = fmt.Sprint("s", r.rng.IntN(5))
		} else {
			d.CustomerID = pick(r.rng, r.people)
		}
		switch r.rng.IntN(5) {
		case 0:
			d.Category = pick(r.rng, r.words.categories)
		case 1:
			d.ProductCode = pick(r.rng, append([]string{"never seen"}, r.words.products...))
		case 2:
			d.SKU = fmt.Sprint("K", r.rng.IntN(9), "S")
		case 3:
			d.Category, d.ProductCode, d.SKU = pick(r.rng, r.words.categories), pick(r.rng, r.words.products), fmt.Sprint("K", r.rng.IntN(7), "M")
		}
		drafts = append(drafts, d)
	}
	for len(drafts) > 0 {
		n := min(len(drafts), 500)
		if _, err := r.Customers.RecordTouches(ctx, tx, drafts[:n], false); err != nil {
			return err
		}
		drafts = drafts[n:]
	}
	return nil
}

// merge makes three pairs one person each, and parts one again.
func (r *randomShop) merge(ctx context.Context, tx *db.Tx) error {
	for i := range 3 {
		n := len(r.people) - 2
		merge, err := r.Customers.Merge(ctx, tx, r.people[n], r.people[n+1], "test")
		if err != nil {
			return err
		}
		if i == 0 {
			if err := r.Customers.Unmerge(ctx, tx, merge, "test"); err != nil {
				return err
			}
			r.people[0], r.people[n] = r.people[n], r.people[0]
			r.people[1], r.people[n+1] = r.people[n+1], r.people[1]
			continue
		}
		r.people = r.people[:n+1]
	}
	return nil
}
