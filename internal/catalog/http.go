package catalog

import (
	"context"
	"net/http"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Routes registers the routes of products and stocks.
func (s *Service) Routes(w *web.Server) {
	const tag = "Products"
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/products", ID: "listProducts", Summary: "List products",
		Tag: tag, Permission: access.ProductsRead, NoShopScope: true}, s.listProducts)
	web.Write(w, web.Op{Method: http.MethodPost, Path: "/v1/products", ID: "createProduct", Summary: "Enter a product",
		Tag: tag, Permission: access.ProductsWrite, NoShopScope: true, Status: http.StatusCreated}, s.createProduct)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/products/{id}", ID: "getProduct", Summary: "Show a product",
		Tag: tag, Permission: access.ProductsRead, NoShopScope: true}, s.getProduct)
	web.Write(w, web.Op{Method: http.MethodPatch, Path: "/v1/products/{id}", ID: "updateProduct", Summary: "Change a product",
		Tag: tag, Permission: access.ProductsWrite, NoShopScope: true}, s.updateProduct)
	web.Write(w, web.Op{Method: http.MethodDelete, Path: "/v1/products/{id}", ID: "retireProduct", Summary: "Retire a product",
		Tag: tag, Permission: access.ProductsWrite, NoShopScope: true}, s.retireProduct)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/skus/{code}/stock", ID: "listStock", Summary: "List what the shops have of a SKU",
		Tag: tag, Permission: access.ProductsRead}, s.listStock)
	web.Write(w, web.Op{Method: http.MethodPut, Path: "/v1/skus/{code}/stock", ID: "setStock", Summary: "Set what a shop has of a SKU",
		Tag: tag, Permission: access.ProductsWrite}, s.setStock)
	web.Write(w, web.Op{Method: http.MethodPost, Path: "/v1/skus/{code}/stock/adjustments", ID: "adjustStock", Summary: "Add to the stock of a shop, or take from it",
		Tag: tag, Permission: access.ProductsWrite}, s.adjustStock)
}

type listProductsInput struct {
	web.Page
	Text       string  `query:"q" maxLength:"100" doc:"Part of a name, style code or brand, or a whole SKU code."`
	Category   string  `query:"category" maxLength:"200" doc:"A path; what lies below it counts."`
	Brand      string  `query:"brand" maxLength:"200"`
	Scene      string  `query:"scene" maxLength:"64"`
	Style      string  `query:"style" maxLength:"64" doc:"A style tag."`
	State      State   `query:"state" enum:"stub,active,retired"`
	LaunchFrom cal.Day `query:"launch_from"`
	LaunchTo   cal.Day `query:"launch_to"`
}

type listProductsOutput struct{ Body web.List[Product] }

func (s *Service) listProducts(ctx context.Context, tx *db.Tx, in *listProductsInput) (*listProductsOutput, error) {
	after, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	f := Filter{
		Text: in.Text, Category: in.Category, Brand: in.Brand, Scene: in.Scene, Style: in.Style, State: in.State,
		LaunchFrom: in.LaunchFrom, LaunchTo: in.LaunchTo, Limit: in.Limit + 1,
	}
	if after != nil {
		f.Before = productID(after[0])
	}
	found, err := s.List(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	out := &listProductsOutput{}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(found[in.Limit-1].ID.Int64())
	}
	out.Body.Items = found
	return out, nil
}

type ProductPath struct {
	ID ID `path:"id"`
}

type productOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Product
		Facts []event.View `json:"facts,omitempty" doc:"What the write caused."`
	}
}

func showProduct(tx *db.Tx, p Product) *productOutput {
	out := &productOutput{ETag: web.ETag(p.Version)}
	out.Body.Product = p
	out.Body.Facts = event.Caused(tx)
	return out
}

func (s *Service) getProduct(ctx context.Context, tx *db.Tx, in *ProductPath) (*productOutput, error) {
	p, err := s.Find(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	return showProduct(tx, p), nil
}

type createProductInput struct{ Body Draft }

func (s *Service) createProduct(ctx context.Context, tx *db.Tx, in *createProductInput) (*productOutput, error) {
	p, err := s.Create(ctx, tx, in.Body)
	if err != nil {
		return nil, err
	}
	return showProduct(tx, p), nil
}

type updateProductInput struct {
	ProductPath
	IfMatch string `header:"If-Match"`
	Body    Edit
}

func (s *Service) updateProduct(ctx context.Context, tx *db.Tx, in *updateProductInput) (*productOutput, error) {
	p, err := s.Update(ctx, tx, in.ID, matches(in.IfMatch), in.Body)
	if err != nil {
		return nil, err
	}
	return showProduct(tx, p), nil
}

type retireProductInput struct {
	ProductPath
	IfMatch string `header:"If-Match"`
}

func (s *Service) retireProduct(ctx context.Context, tx *db.Tx, in *retireProductInput) (*productOutput, error) {
	p, err := s.Update(ctx, tx, in.ID, matches(in.IfMatch), Edit{State: new(Retired)})
	if err != nil {
		return nil, err
	}
	return showProduct(tx, p), nil
}

// matches checks the version of a row against an If-Match header.
func matches(header string) func(int64) error {
	return func(version int64) error { return web.CheckIfMatch(header, version) }
}

type SkuPathInput struct {
	Code string `path:"code" maxLength:"64" doc:"The code of the SKU."`
}

type listStockOutput struct{ Body web.List[Stock] }

func (s *Service) listStock(ctx context.Context, tx *db.Tx, in *SkuPathInput) (*listStockOutput, error) {
	stocks, err := s.ListStocks(ctx, tx, in.Code)
	if err != nil {
		return nil, err
	}
	out := &listStockOutput{}
	out.Body.Items = stocks
	return out, nil
}

type setStockInput struct {
	SkuPathInput
	IfMatch string `header:"If-Match"`
	Body    struct {
		ShopID   staff.ShopID `json:"shop_id"`
		Quantity int64        `json:"quantity"`
		PriceFen *int64       `json:"price_fen,omitempty" doc:"The price in this shop, when it differs."`
		CostFen  *int64       `json:"cost_fen,omitempty" doc:"Needs the permission cost.read."`
	}
}

type stockOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Stock
		Facts []event.View `json:"facts,omitempty" doc:"What the write caused."`
	}
}

func showStock(tx *db.Tx, stock Stock) *stockOutput {
	out := &stockOutput{ETag: web.ETag(stock.Version)}
	out.Body.Stock = stock
	out.Body.Facts = event.Caused(tx)
	return out
}

func (s *Service) setStock(ctx context.Context, tx *db.Tx, in *setStockInput) (*stockOutput, error) {
	b := in.Body
	stock, err := s.SetStock(ctx, tx, StockDraft{b.ShopID, in.Code, b.Quantity, b.PriceFen, b.CostFen}, matches(in.IfMatch))
	if err != nil {
		return nil, err
	}
	return showStock(tx, stock), nil
}

type adjustStockInput struct {
	SkuPathInput
	Body struct {
		ShopID staff.ShopID `json:"shop_id"`
		By     int64        `json:"by" doc:"How many come, or go if negative."`
	}
}

func (s *Service) adjustStock(ctx context.Context, tx *db.Tx, in *adjustStockInput) (*stockOutput, error) {
	stock, err := s.AdjustStock(ctx, tx, in.Code, in.Body.ShopID, in.Body.By)
	if err != nil {
		return nil, err
	}
	return showStock(tx, stock), nil
}
