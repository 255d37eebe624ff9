package staff

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

func (s *Service) shopRoutes(w *web.Server) {
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/organisation", ID: "getOrganisation", Tag: "Settings", Summary: "The settings of the organisation",
		Permission: access.SettingsRead, NoShopScope: true,
	}, s.getOrganisation)
	web.Write(w, web.Op{
		Method: "PATCH", Path: "/v1/organisation", ID: "changeOrganisation", Tag: "Settings", Summary: "Change the settings of the organisation",
		Permission: access.SettingsManage, NoShopScope: true,
	}, s.patchOrganisation)
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/shops", ID: "listShops", Tag: "Shops", Summary: "The shops one sees, by code", Permission: access.ShopsRead,
	}, s.getShops)
	web.Write(w, web.Op{
		Method: "POST", Path: "/v1/shops", ID: "createShop", Tag: "Shops", Summary: "Open a shop", Permission: access.ShopsManage, Status: 201,
	}, s.postShop)
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/shops/{id}", ID: "getShop", Tag: "Shops", Summary: "One shop", Permission: access.ShopsRead,
	}, s.getShop)
	web.Write(w, web.Op{
		Method: "PATCH", Path: "/v1/shops/{id}", ID: "changeShop", Tag: "Shops", Summary: "Change, close or reopen a shop", Permission: access.ShopsManage,
	}, s.patchShop)
}

type organisationOutput struct {
	ETag string `header:"ETag"`
	Body Organisation
}

func (s *Service) getOrganisation(ctx context.Context, tx *db.Tx, _ *struct{}) (*organisationOutput, error) {
	o, err := s.Organisation(ctx, tx)
	return &organisationOutput{web.ETag(o.Version), o}, err
}

type organisationInput struct {
	Edit
	Body OrganisationChange
}

func (s *Service) patchOrganisation(ctx context.Context, tx *db.Tx, in *organisationInput) (*organisationOutput, error) {
	o, err := s.ChangeOrganisation(ctx, tx, in.Body, in.check)
	return &organisationOutput{web.ETag(o.Version), o}, err
}

type shopsOutput struct{ Body web.List[Shop] }

// getShops pages by the id of the last shop, from which its code is found again.
func (s *Service) getShops(ctx context.Context, tx *db.Tx, in *struct{ web.Page }) (*shopsOutput, error) {
	after := ""
	at, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	if at != nil {
		last, err := findShop(ctx, tx, id.Of[shopKind](at[0]))
		if err != nil {
			return nil, err
		}
		after = codeKey(last.Code)
	}
	shops, err := s.ListShops(ctx, tx, after, in.Limit+1)
	out := &shopsOutput{}
	out.Body.Items = shops
	if len(shops) > in.Limit {
		out.Body.Items = shops[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(shops[in.Limit-1].ID.Int64())
	}
	return out, err
}

type shopOutput struct {
	ETag string `header:"ETag"`
	Body Shop
}

func (s *Service) postShop(ctx context.Context, tx *db.Tx, in *struct{ Body NewShop }) (*shopOutput, error) {
	shop, err := s.CreateShop(ctx, tx, in.Body)
	return &shopOutput{web.ETag(shop.Version), shop}, err
}

func (s *Service) getShop(ctx context.Context, tx *db.Tx, in *struct {
	ID ShopID `path:"id"`
}) (*shopOutput, error) {
	shop, err := s.FindShop(ctx, tx, in.ID)
	return &shopOutput{web.ETag(shop.Version), shop}, err
}

type shopInput struct {
	Edit
	ID   ShopID `path:"id"`
	Body ShopChange
}

func (s *Service) patchShop(ctx context.Context, tx *db.Tx, in *shopInput) (*shopOutput, error) {
	shop, err := s.ChangeShop(ctx, tx, in.ID, in.Body, in.check)
	return &shopOutput{web.ETag(shop.Version), shop}, err
}
