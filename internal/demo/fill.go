package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Services are what the chain is told to.
type Services struct {
	DB        *db.DB
	Staff     *staff.Service
	Consents  *privacy.Consents
	Customers *customer.Service
	Catalog   *catalog.Service
	Orders    *order.Service
}

// source is the till system that numbers the sales of the chain.
const source = "demo-till"

// Fill fills an empty database with the chain. Progress is called with the sales done and all sales.
func Fill(ctx context.Context, s Services, o Options, progress func(done, total int)) error {
	f := filler{Services: s, Options: o}
	ctx = access.With(ctx, access.Program("demo"))
	f.goods = o.styles()
	f.people = o.people()
	f.history = o.live(f.people, f.goods)
	for _, part := range []struct {
		what string
		fill func(context.Context) error
	}{
		{"shops and staff", f.openShops}, {"goods", f.stockUp}, {"customers", f.welcome},
		{"sales", func(ctx context.Context) error { return f.sell(ctx, progress) }}, {"returns", f.takeBack},
		{"attributes", f.getToKnow}, {"tags", f.tag}, {"notes", f.writeDown}, {"records that may be one", f.sortOut},
		{"browsing", f.watch}, {"the chain itself", f.remember}, {"today", f.open},
	} {
		if err := part.fill(ctx); err != nil {
			return fmt.Errorf("fill in %s: %w", part.what, err)
		}
	}
	return nil
}

// filler tells the services of the chain, and remembers what they called things.
type filler struct {
	Services
	Options
	goods   []style
	people  []person
	history history

	names
	customerIDs []customer.ID // by the number of the person; zero when she is not known
}

// names are what the services called the things of the chain.
type names struct {
	ShopIDs      []staff.ShopID   `json:"shops"`
	ColleagueIDs []staff.ID       `json:"colleagues"`
	Agreed       []privacy.TextID `json:"texts"` // as in texts
}

// inBatches calls fill with each run of at most size things, in a transaction of its own.
func inBatches[T any](ctx context.Context, d *db.DB, all []T, size int, fill func(ctx context.Context, tx *db.Tx, batch []T) error) error {
	for batch := range slices.Chunk(all, size) {
		err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return fill(ctx, tx, batch) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) openShops(ctx context.Context) error {
	return f.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := f.Staff.ChangeOrganisation(ctx, tx, staff.OrganisationChange{Name: new("木棉里 MUMIAN")}, func(int64) error { return nil })
		if err != nil {
			return err
		}
		for _, s := range shops {
			opened, err := f.Staff.CreateShop(ctx, tx, staff.NewShop{Code: s.code, Name: s.name})
			if err != nil {
				return err
			}
			f.ShopIDs = append(f.ShopIDs, opened.ID)
		}
		for _, c := range colleagues {
			n := staff.NewPerson{Name: c.name, Login: c.login, Role: staff.Role(c.role)}
			if c.shop >= 0 {
				n.Shops = []staff.ShopID{f.ShopIDs[c.shop]}
			}
			p, err := f.Staff.Create(ctx, tx, n)
			if err != nil {
				return err
			}
			f.ColleagueIDs = append(f.ColleagueIDs, p.ID)
		}
		return f.Services.Customers.EnablePack(ctx, tx, "clothing")
	})
}

func (f *filler) stockUp(ctx context.Context) error {
	var drafts []catalog.Draft
	var stocks []catalog.StockDraft
	r := f.source(partStyles, -1)
	for _, s := range f.goods {
		d, stock := f.delivery(r, s)
		drafts, stocks = append(drafts, d), append(stocks, stock...)
	}
	err := inBatches(ctx, f.DB, drafts, 100, func(ctx context.Context, tx *db.Tx, batch []catalog.Draft) error {
		saved, err := f.Catalog.SaveMany(ctx, tx, batch)
		for _, s := range saved {
			if err == nil {
				err = s.Err
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return inBatches(ctx, f.DB, stocks, 2000, func(ctx context.Context, tx *db.Tx, batch []catalog.StockDraft) error {
		return f.Catalog.SetStocks(ctx, tx, batch)
	})
}

// delivery is a style with its SKUs, and what of it comes to each shop.
func (f *filler) delivery(r *rand.Rand, s style) (d catalog.Draft, stocks []catalog.StockDraft) {
	d = catalog.Draft{
		StyleCode: s.code, Name: s.name, Brand: s.brand, Category: categories[s.category].path, Scene: s.scene,
		Styles: []string{s.manner}, LaunchOn: s.launch,
	}
	for c, colour := range s.colours {
		for z, size := range s.sizes {
			d.SKUs = append(d.SKUs, catalog.SKUDraft{Code: s.sku(c, z), Colour: colour, Size: size, PriceFen: s.priceFen, CostFen: &s.costFen})
			for _, shop := range f.ShopIDs {
				stocks = append(stocks, catalog.StockDraft{ShopID: shop, SKU: s.sku(c, z), Quantity: int64(r.IntN(9))})
			}
		}
	}
	return d, stocks
}

// texts are what members agreed to when they joined.
var texts = []struct {
	channel privacy.Channel
	purpose privacy.Purpose
	body    string
}{
	{privacy.AnyChannel, privacy.Membership, "木棉里会员章程：我们保存您的消费记录，用于积分、等级和售后服务。您可以随时退出。"},
	{privacy.SMS, privacy.Marketing, "我同意木棉里通过短信发送新品与优惠，每月不超过 4 条，可随时回复 R 退订。"},
	{privacy.WeChat, privacy.Marketing, "我同意木棉里通过微信发送新品与优惠，可随时取消。"},
}

func (f *filler) welcome(ctx context.Context) error {
	err := f.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, t := range texts {
			text, err := f.Consents.PublishText(ctx, tx, t.purpose, t.channel, t.body)
			if err != nil {
				return err
			}
			f.Agreed = append(f.Agreed, text.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return inBatches(ctx, f.DB, f.people, 500, func(ctx context.Context, tx *db.Tx, batch []person) error {
		drafts := make([]customer.Draft, len(batch))
		for i, p := range batch {
			drafts[i] = f.draft(p)
		}
		saved, err := f.Services.Customers.SaveMany(ctx, tx, drafts)
		if err != nil {
			return err
		}
		var acts []privacy.Act
		for i, s := range saved {
			if s.Err != nil {
				return s.Err
			}
			f.customerIDs = append(f.customerIDs, s.ID)
			acts = append(acts, f.consents(batch[i], s.ID)...)
		}
		return f.Consents.Record(ctx, tx, acts...)
	})
}

func (f *filler) draft(p person) customer.Draft {
	d := customer.Draft{Name: p.name, Gender: customer.Male, ShopID: f.ShopIDs[p.home].Int64(), Source: source, CreatedAt: f.at(p.joined, 10)}
	if p.woman {
		d.Gender = customer.Female
	}
	if p.phone != "" {
		d.Identities = append(d.Identities, customer.Identity{Kind: customer.Phone, Value: p.phone, Verified: p.twin != typed})
	}
	if p.wechat {
		d.Identities = append(d.Identities, customer.Identity{Kind: customer.OpenID, Space: "wxdemo", Value: fmt.Sprintf("oDemo%08d", p.n), Verified: true})
	}
	if p.birthDay > 0 && p.twin != namesake { // Namesakes told it today, which is how they are noticed.
		d.Birthday = customer.DraftDate{Calendar: customer.Solar, Year: p.birthYear, Month: p.birthMonth, Day: p.birthDay}
		if p.lunar {
			d.Birthday.Calendar = customer.Lunar
		}
	}
	return d
}

// at is an hour of a day of the chain, or the present if that is earlier.
func (o Options) at(d cal.Day, hour int) time.Time {
	if t := d.Start(o.Zone).Add(time.Duration(hour) * time.Hour); t.Before(o.Until) {
		return t
	}
	return o.Until
}

func (f *filler) consents(p person, id customer.ID) (acts []privacy.Act) {
	at := f.at(p.joined, 11)
	for i, given := range []bool{p.member, p.sms, p.wechat} {
		if given {
			acts = append(acts, privacy.Act{
				CustomerID: id.Int64(), Channel: texts[i].channel, Purpose: texts[i].purpose, Given: true, TextID: f.Agreed[i],
				Evidence: privacy.Evidence{How: "till"}, ShopID: f.ShopIDs[p.home].Int64(), HappenedAt: at, History: true,
			})
		}
	}
	return acts
}

func (f *filler) sell(ctx context.Context, progress func(done, total int)) error {
	done := 0
	return inBatches(ctx, f.DB, f.history.sales, 500, func(ctx context.Context, tx *db.Tx, batch []sale) error {
		drafts := make([]order.Draft, len(batch))
		for i, s := range batch {
			drafts[i] = f.order(s)
		}
		recorded, err := f.Orders.RecordMany(ctx, tx, drafts, true)
		for _, r := range recorded {
			if err == nil {
				err = r.Err
			}
		}
		done += len(batch)
		progress(done, len(f.history.sales))
		return err
	})
}

func (f *filler) order(s sale) order.Draft {
	d := order.Draft{Source: source, OrderNo: s.no, PaidAt: s.at, ShopID: f.ShopIDs[s.shop], Channel: "store"}
	if shops[s.shop].online {
		d.Channel = "mini_program"
	}
	if s.clerk >= 0 {
		d.Clerk = f.ColleagueIDs[s.clerk]
	}
	if s.person >= 0 {
		d.CustomerID = f.id(s.person)
	}
	for _, p := range s.pieces {
		d.Lines = append(d.Lines, order.DraftLine{
			SKU: f.goods[p.style].sku(p.colour, p.size), Quantity: p.quantity, UnitPriceFen: p.unitFen, DiscountFen: p.discountFen,
		})
	}
	return d
}

func (f *filler) refund(g giveBack) order.RefundDraft {
	p := g.sale.pieces[g.line]
	return order.RefundDraft{
		Source: source, RefundNo: g.no, OrderNo: g.sale.no, At: g.at, ReasonCode: g.reason,
		Lines: []order.RefundLine{{SKU: f.goods[p.style].sku(p.colour, p.size), LineNo: int64(g.line + 1), Quantity: p.quantity}},
	}
}

func (f *filler) takeBack(ctx context.Context) error {
	return inBatches(ctx, f.DB, f.history.returns, 500, func(ctx context.Context, tx *db.Tx, batch []giveBack) error {
		drafts := make([]order.RefundDraft, len(batch))
		for i, g := range batch {
			drafts[i] = f.refund(g)
		}
		recorded, err := f.Orders.RefundMany(ctx, tx, drafts, true)
		for _, r := range recorded {
			if err == nil {
				err = r.Err
			}
		}
		return err
	})
}
