package staff

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// signInsPerMinute bounds what one address may try; a whole shop may sit behind it.
const signInsPerMinute = 20

func (s *Service) sessionRoutes(w *web.Server) {
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/setup", ID: "getSetup", Tag: "Session", NoShopScope: true,
		Summary: "Whether the shop is still to be set up; 404 afterwards", Permission: access.Public,
	}, s.getSetup)
	web.Raw(w, web.Op{
		Method: "POST", Path: "/v1/setup", ID: "setUp", Tag: "Session", NoShopScope: true, Status: 201, PerMinute: signInsPerMinute,
		Summary: "Set the shop up with the token that the program printed; 404 afterwards", Permission: access.Public,
	}, s.postSetup)
	web.Raw(w, web.Op{
		Method: "POST", Path: "/v1/session", ID: "signIn", Tag: "Session", NoShopScope: true, Status: 201, PerMinute: signInsPerMinute,
		Summary: "Sign in with login and password", Permission: access.Public,
	}, s.postSession)
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/session", ID: "getSession", Tag: "Session", NoShopScope: true,
		Summary: "Who is signed in, and what she may do", Permission: access.Own,
	}, s.getSession)
	web.Write(w, web.Op{
		Method: "DELETE", Path: "/v1/session", ID: "signOut", Tag: "Session", NoShopScope: true,
		Summary: "Sign out", Permission: access.Own,
	}, s.deleteSessionHere)
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/demo/session", ID: "getDemo", Tag: "Session", NoShopScope: true,
		Summary: "The roles that a demo lets you sign in as; 404 outside a demo", Permission: access.Public,
	}, s.getDemo)
	web.Raw(w, web.Op{
		Method: "POST", Path: "/v1/demo/session", ID: "signInToDemo", Tag: "Session", NoShopScope: true, Status: 201,
		Summary: "Sign in to a demo without a password; 404 outside a demo", Permission: access.Public,
	}, s.postDemo)
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/roles", ID: "listRoles", Tag: "Staff", NoShopScope: true,
		Summary: "What each role may do, and what an API key can be given", Permission: access.SignedIn,
	}, s.getRoles)
}

type setupState struct {
	Body struct {
		Open     bool   `json:"open"`
		TimeZone string `json:"time_zone" doc:"What to propose"`
		Currency string `json:"currency"`
		Locale   string `json:"locale"`
	}
}

func (s *Service) getSetup(ctx context.Context, tx *db.Tx, _ *struct{}) (*setupState, error) {
	open, err := s.SetupOpen(ctx, tx)
	if err != nil {
		return nil, err
	}
	if !open {
		return nil, errSetupDone()
	}
	o := defaultOrganisation()
	out := &setupState{}
	out.Body.Open, out.Body.TimeZone, out.Body.Currency, out.Body.Locale = true, o.TimeZone, o.Currency, o.Locale
	return out, nil
}

type setupInput struct {
	Browser
	Body struct {
		Token     string `json:"token" maxLength:"100" doc:"The token that the program printed when it started"`
		ShopName  string `json:"shop_name" minLength:"1" maxLength:"80"`
		ShopCode  string `json:"shop_code,omitempty" maxLength:"64" doc:"What the till calls the shop; 001 if absent"`
		TimeZone  string `json:"time_zone" maxLength:"64" example:"Asia/Shanghai"`
		Currency  string `json:"currency" maxLength:"3" example:"CNY"`
		Locale    string `json:"locale,omitempty" enum:"zh-CN,en"`
		OwnerName string `json:"owner_name" minLength:"1" maxLength:"80"`
		Login     string `json:"login" minLength:"1" maxLength:"64"`
		Password  string `json:"password" maxLength:"1024"`
	}
}

func (s *Service) postSetup(ctx context.Context, in *setupInput) (*sessionAnswer, error) {
	b := in.Body
	issued, err := s.SetUp(ctx, Setup{
		Token: b.Token, ShopName: b.ShopName, ShopCode: b.ShopCode, TimeZone: b.TimeZone, Currency: b.Currency, Locale: b.Locale,
		OwnerName: b.OwnerName, Login: b.Login, Password: b.Password, Device: in.device(ctx),
	})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, issued)
}

type signInInput struct {
	Browser
	Cookies
	Body struct {
		Login    string `json:"login" maxLength:"64"`
		Password string `json:"password" maxLength:"1024"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"A one-time or recovery code, where the account has a second factor"`
	}
}

func (s *Service) postSession(ctx context.Context, in *signInInput) (*sessionAnswer, error) {
	issued, err := s.SignIn(ctx, SignIn{
		Login: in.Body.Login, Password: in.Body.Password, Code: in.Body.Code, Device: in.device(ctx), Replaces: in.token(ctx),
	})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, issued)
}

type sessionOutput struct{ Body SessionView }

func (s *Service) getSession(ctx context.Context, tx *db.Tx, _ *struct{}) (*sessionOutput, error) {
	v, err := s.describe(ctx, tx)
	return &sessionOutput{v}, err
}

type signOutOutput struct {
	SetCookie string `header:"Set-Cookie"`
}

func (s *Service) deleteSessionHere(ctx context.Context, tx *db.Tx, _ *struct{}) (*signOutOutput, error) {
	return &signOutOutput{s.setCookie(ctx, Issued{})}, s.SignOut(ctx, tx)
}

// demoRoles are the roles that a demo offers.
var demoRoles = []Role{Owner, Manager, Marketer, Agent, Clerk, Auditor}

type demoState struct {
	Body struct {
		Roles []Role `json:"roles"`
	}
}

func (s *Service) getDemo(ctx context.Context, tx *db.Tx, _ *struct{}) (*demoState, error) {
	if !s.DB.Movable() {
		return nil, errNoDemo()
	}
	out := &demoState{}
	for _, role := range demoRoles {
		if _, err := s.DemoPerson(ctx, tx, role); err == nil {
			out.Body.Roles = append(out.Body.Roles, role)
		}
	}
	return out, nil
}

type demoInput struct {
	Browser
	Body struct {
		Role Role `json:"role" enum:"owner,manager,marketer,agent,clerk,auditor"`
	}
}

func (s *Service) postDemo(ctx context.Context, in *demoInput) (*sessionAnswer, error) {
	var issued Issued
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		person, err := s.DemoPerson(ctx, tx, in.Body.Role)
		if err != nil {
			return err
		}
		issued, err = s.SignInDemo(ctx, tx, person, in.device(ctx))
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, issued)
}

// RoleView is a role as the page of roles shows it.
type RoleView struct {
	Role        Role                `json:"role"`
	AllShops    bool                `json:"all_shops" doc:"Whether the role sees every shop"`
	Permissions []access.Permission `json:"permissions"`
	Manages     []Role              `json:"manages" doc:"The roles whose accounts it may create and change"`
}

type rolesOutput struct {
	Body struct {
		Roles          []RoleView          `json:"roles"`
		KeyPermissions []access.Permission `json:"key_permissions" doc:"What an API key can be given"`
	}
}

func (s *Service) getRoles(context.Context, *db.Tx, *struct{}) (*rolesOutput, error) {
	out := &rolesOutput{}
	for _, role := range Roles {
		out.Body.Roles = append(out.Body.Roles, RoleView{role, allShops[role], sorted(permissions[role]), manages[role]})
	}
	out.Body.KeyPermissions = keyPermissions()
	return out, nil
}
