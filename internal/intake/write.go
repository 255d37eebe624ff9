package intake

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// writeSales records the orders and refunds of a batch.
func (r *run) writeSales(ctx context.Context, tx *db.Tx, sales []sale) (result, error) {
	var res result
	kept := make([]*sale, 0, len(sales))
	for i := range sales {
		s := &sales[i]
		res.counts.Rows += int64(s.rows)
		if s.skipped {
			res.counts.Skipped++
		}
		res.faults = append(res.faults, s.faults...)
		if len(s.faults) == 0 && !s.skipped {
			kept = append(kept, s)
		}
	}
	kept, err := r.locate(ctx, tx, kept, &res)
	if err != nil {
		return res, err
	}
	if kept, err = r.recordOrders(ctx, tx, kept, &res); err != nil {
		return res, err
	}
	if err := r.recordRefunds(ctx, tx, kept, &res); err != nil {
		return res, err
	}
	r.countCustomers(tx, &res)
	if r.imp.DryRun {
		res.strangers = strangers(kept, res.customers)
	}
	res.counts.Errors = int64(len(res.faults))
	return res, nil
}

// recordOrders records orders and returns the sales that are not at fault.
func (r *run) recordOrders(ctx context.Context, tx *db.Tx, sales []*sale, res *result) ([]*sale, error) {
	drafts := make([]order.Draft, 0, len(sales))
	for _, s := range sales {
		if s.order != nil {
			s.order.ImportID = r.imp.ID.Int64()
			drafts = append(drafts, *s.order)
		}
	}
	if len(drafts) == 0 {
		return sales, nil
	}
	recorded, err := r.Orders.RecordMany(ctx, tx, drafts, true)
	if err != nil {
		return nil, fmt.Errorf("record orders: %w", err)
	}
	kept := sales[:0:0]
	for _, s := range sales {
		if s.order == nil {
			kept = append(kept, s)
			continue
		}
		done := recorded[0]
		recorded = recorded[1:]
		switch {
		case done.Err != nil:
			res.faults = append(res.faults, faultsOf(done.Err, s)...)
			continue
		case done.Unchanged:
			res.counts.Unchanged++
		default:
			res.counts.Orders++
			if s.anonymous() {
				res.counts.AnonymousOrders++
			}
		}
		s.customer = done.CustomerID
		kept = append(kept, s)
	}
	return kept, nil
}

func (r *run) recordRefunds(ctx context.Context, tx *db.Tx, sales []*sale, res *result) error {
	drafts := make([]order.RefundDraft, 0, len(sales))
	var of []*sale
	for _, s := range sales {
		if s.refund != nil {
			s.refund.ImportID = r.imp.ID.Int64()
			drafts = append(drafts, *s.refund)
			of = append(of, s)
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	recorded, err := r.Orders.RefundMany(ctx, tx, drafts, true)
	if err != nil {
		return fmt.Errorf("record refunds: %w", err)
	}
	for i, done := range recorded {
		switch {
		case done.Err != nil:
			res.faults = append(res.faults, faultsOf(done.Err, of[i])...)
		case done.Unchanged:
			res.counts.Unchanged++
		default:
			res.counts.Refunds++
		}
		if of[i].order == nil {
			of[i].customer = done.CustomerID
		}
	}
	return nil
}

// countCustomers learns from the facts of the transaction who was made known by it.
func (r *run) countCustomers(tx *db.Tx, res *result) {
	for _, fact := range event.Caused(tx) {
		if fact.Kind != customer.Created.FactKind(customer.Created{}) {
			continue
		}
		if c, err := id.Parse[customerKind](fact.CustomerID); err == nil {
			res.customers = append(res.customers, c.Int64())
		}
	}
	res.counts.Customers = int64(len(res.customers))
}

// customerKind reads the ids of customers out of facts.
type customerKind struct{}

func (customerKind) Prefix() string { return "cus" }

// strangers returns the keys of those whom a batch made known.
func strangers(sales []*sale, made []int64) []string {
	created := make(map[int64]bool, len(made))
	for _, c := range made {
		created[c] = true
	}
	var keys []string
	for _, s := range sales {
		if !created[s.customer.Int64()] {
			continue
		}
		delete(created, s.customer.Int64())
		if s.order != nil {
			keys = append(keys, personKey(s.order.Identities))
		} else {
			keys = append(keys, personKey(s.refund.Identities))
		}
	}
	return keys
}

// faultsOf tells what the domains found wrong with a sale in the words of the file: line and field.
func faultsOf(err error, s *sale) []Fault {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return []Fault{{Line: s.line, Code: "internal", Message: "this could not be recorded"}}
	}
	if len(e.Fields) == 0 {
		return []Fault{{Line: s.line, Field: string(OrderNo), Code: e.Code, Message: e.Message}}
	}
	faults := make([]Fault, len(e.Fields))
	for i, f := range e.Fields {
		line, field := s.line, f.Path
		if index, rest, ok := indexed(f.Path, "lines["); ok {
			field = strings.TrimPrefix(rest, ".")
			if s.order != nil && index < len(s.lines) {
				line = s.lines[index]
			}
		} else if index, _, ok := indexed(f.Path, "identities["); ok && s.order != nil && index < len(s.order.Identities) {
			field = string(fieldOfIdentity[s.order.Identities[index].Kind])
		}
		if name, ok := fieldNames[field]; ok {
			field = string(name)
		}
		faults[i] = Fault{Line: line, Field: field, Code: f.Code, Message: f.Message}
	}
	return faults
}

// indexed splits "lines[3].sku" into 3 and ".sku".
func indexed(path, prefix string) (index int, rest string, ok bool) {
	digits, found := strings.CutPrefix(path, prefix)
	if !found {
		return 0, "", false
	}
	digits, rest, _ = strings.Cut(digits, "]")
	index, err := strconv.Atoi(digits)
	return index, rest, err == nil && index >= 0
}

var (
	fieldNames = map[string]Field{
		"unit_price_fen": UnitPrice, "discount_fen": LineDiscount, "paid_fen": LinePaid, "order_discount_fen": OrderDiscount, "name": ProductName,
		"refund_no": OrderNo, "refunded_at": PaidAt, "amount_fen": LinePaid, "shop_id": ShopName,
	}
	fieldOfIdentity = map[customer.IdentityKind]Field{customer.Phone: Phone, customer.Card: Card, customer.Email: Email, customer.ShopRef: CustomerRef}
)

// shopBook finds the shops that a file names, by code or by name.
type shopBook struct {
	byCode, byName map[string]staff.ShopID
	usual          string // usual is the code of the shop of rows that name none; "" if they must.
}

var (
	errNoShop      = &problem{"shop.required", "this row names no shop: choose a column or a shop for all rows"}
	errUnknownShop = &problem{"shop.unknown", "there is no such shop among yours"}
)

// listShops reads the shops that the caller sees. A file that names none is of the only shop, or of a
// first one, which is then made.
func (s *Service) listShops(ctx context.Context, tx *db.Tx, o Options) (shopBook, error) {
	book := shopBook{byCode: map[string]staff.ShopID{}, byName: map[string]staff.ShopID{}, usual: o.ShopCode}
	const page = 500
	after, only := "", ""
	for {
		shops, err := s.Staff.ListShops(ctx, tx, after, page)
		if err != nil {
			return book, fmt.Errorf("list shops: %w", err)
		}
		for _, shop := range shops {
			book.byCode[foldCode(shop.Code)] = shop.ID
			book.byName[foldCode(shop.Name)] = shop.ID
			only = shop.Code
		}
		if len(shops) < page {
			break
		}
		after = shops[page-1].Code
	}
	switch {
	case book.usual != "":
	case len(book.byCode) == 1:
		book.usual = only
	case len(book.byCode) == 0 && o.Channel == "store", len(book.byCode) == 0 && o.Channel == "":
		book.usual = "main"
	case len(book.byCode) == 0:
		book.usual = "online"
	}
	return book, nil
}

func foldCode(code string) string { return strings.ToLower(narrow(strings.TrimSpace(code))) }

// find returns the shop that a row names, and else what it is to be made with.
func (b shopBook) find(p place) (shop staff.ShopID, missing staff.ShopRef) {
	ref := staff.ShopRef{Code: p.shopCode, Name: p.shopName}
	if p.shopCode == "" && p.shopName == "" {
		ref.Code = b.usual
	}
	if shop, ok := b.byCode[foldCode(ref.Code)]; ok && ref.Code != "" {
		return shop, staff.ShopRef{}
	}
	if shop, ok := b.byName[foldCode(ref.Name)]; ok && ref.Name != "" && ref.Code == "" {
		return shop, staff.ShopRef{}
	}
	if ref.Code == "" {
		ref.Code = ref.Name
		if shop, ok := b.byCode[foldCode(ref.Code)]; ok && ref.Code != "" {
			return shop, staff.ShopRef{}
		}
	}
	return shop, ref
}

// locate puts shops and clerks into the sales, makes those that are missing, and returns the sales whose
// shop is known.
func (r *run) locate(ctx context.Context, tx *db.Tx, sales []*sale, res *result) ([]*sale, error) {
	kept := sales[:0]
	for _, s := range sales {
		shop, p, err := r.shop(ctx, tx, s.place)
		if err != nil {
			return nil, err
		}
		if p != nil {
			res.faults = append(res.faults, p.at(s.line, ShopCode))
			continue
		}
		clerk, err := r.clerk(ctx, tx, s.clerk)
		if err != nil {
			return nil, err
		}
		if s.order != nil {
			s.order.ShopID, s.order.Clerk = shop, clerk
		}
		if s.refund != nil {
			s.refund.ShopID, s.refund.Clerk = shop, clerk
		}
		kept = append(kept, s)
	}
	return kept, nil
}

// shop returns the shop of a row. Whoever sees all shops may bring in new ones.
func (r *run) shop(ctx context.Context, tx *db.Tx, p place) (staff.ShopID, *problem, error) {
	shop, missing := r.shops.find(p)
	switch {
	case !shop.IsZero():
		return shop, nil, nil
	case missing.Code == "":
		return shop, errNoShop, nil
	case !access.From(ctx).Scope.All:
		return shop, errUnknownShop, nil
	}
	missing.ImportID = r.imp.ID.Int64()
	made, err := r.Staff.EnsureShops(ctx, tx, []staff.ShopRef{missing})
	if errs.KindOf(err) == errs.Invalid {
		return shop, errUnknownShop, nil
	}
	if err != nil {
		return shop, nil, fmt.Errorf("make shop: %w", err)
	}
	shop = made[missing.Code]
	if !r.imp.DryRun {
		code := foldCode(missing.Code)
		tx.OnCommit(func() { r.shops.byCode[code] = shop })
	}
	return shop, nil, nil
}

func (r *run) clerk(ctx context.Context, tx *db.Tx, name string) (staff.ID, error) {
	if clerk, ok := r.clerks[name]; ok || name == "" {
		return clerk, nil
	}
	found, err := r.Staff.EnsureStaffRefs(ctx, tx, []string{name}, r.imp.ID.Int64())
	if err != nil {
		return staff.ID{}, fmt.Errorf("find clerk: %w", err)
	}
	clerk := found[name]
	if !r.imp.DryRun {
		tx.OnCommit(func() { r.clerks[name] = clerk })
	}
	return clerk, nil
}
