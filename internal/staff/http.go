package staff

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// plainCookie holds the session where there is no TLS, which is on the machine itself: a browser takes
// the name that starts with __Host- over TLS only.
const plainCookie = "shuke"

// Routes registers the routes of the staff.
func (s *Service) Routes(w *web.Server) {
	s.sessionRoutes(w)
	s.ownRoutes(w)
	s.shopRoutes(w)
	s.peopleRoutes(w)
	s.keyRoutes(w)
	s.auditRoutes(w)
}

// Authenticate returns who sent a request, by the session in its cookie or its API key: the zero Caller if
// it bears neither, and an Unauthenticated error if what it bears is not valid.
func (s *Service) Authenticate(r *http.Request) (access.Caller, error) {
	if bearer := r.Header.Get("Authorization"); bearer != "" {
		token, _ := strings.CutPrefix(bearer, "Bearer ")
		return s.CallerOfKey(r.Context(), token)
	}
	cookie, err := r.Cookie(cookieName(r.Context()))
	if err != nil || cookie.Value == "" {
		return access.Caller{}, nil
	}
	return s.CallerOfSession(r.Context(), cookie.Value)
}

func cookieName(ctx context.Context) string {
	if web.Secure(ctx) {
		return web.SessionCookie
	}
	return plainCookie
}

// setCookie returns the header that gives a browser its session; of nothing issued, one that takes it away.
func (s *Service) setCookie(ctx context.Context, issued Issued) string {
	c := http.Cookie{
		Name: cookieName(ctx), Value: issued.Token, Path: "/", HttpOnly: true, Secure: web.Secure(ctx), SameSite: http.SameSiteLaxMode,
		MaxAge: int(sessionLasts / time.Second),
	}
	if issued.Token == "" {
		c.MaxAge = -1
	}
	return c.String()
}

// Browser is what requests say of where they come from.
type Browser struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
}

func (b Browser) device(ctx context.Context) Device { return Device{b.UserAgent, web.ClientIP(ctx)} }

// Cookies are the sessions that a browser may hold already.
type Cookies struct {
	Host  string `cookie:"__Host-shuke" hidden:"true"`
	Plain string `cookie:"shuke" hidden:"true"`
}

// token returns the session that Authenticate would look at.
func (c Cookies) token(ctx context.Context) string {
	if web.Secure(ctx) {
		return c.Host
	}
	return c.Plain
}

// Edit is the part of a change that says which version it is made on.
type Edit struct {
	IfMatch string `header:"If-Match" doc:"The ETag of what was read; without it any version is changed"`
}

func (e Edit) check(version int64) error { return web.CheckIfMatch(e.IfMatch, version) }

// sessionAnswer is an answer that begins a session.
type sessionAnswer struct {
	SetCookie string `header:"Set-Cookie"`
	Body      SessionView
}

// SessionView says who is signed in, what she may do, and how the shop writes money and time.
type SessionView struct {
	Staff       *SignedIn           `json:"staff,omitempty" doc:"Absent for an API key"`
	Permissions []access.Permission `json:"permissions"`
	AllShops    bool                `json:"all_shops"`
	Shops       []ShopView          `json:"shops" doc:"The shops the caller sees, at most 500"`
	Name        string              `json:"organisation" doc:"The name of the organisation"`
	TimeZone    string              `json:"time_zone"`
	Currency    string              `json:"currency"`
	Locale      string              `json:"locale"`
	Due         Due                 `json:"due,omitempty" enum:"password,totp" doc:"What must be done before anything else is permitted"`
	Demo        bool                `json:"demo" doc:"Whether this is a demo, whose clock can be moved"`
	Now         time.Time           `json:"now" doc:"The time the program lives in"`
}

// SignedIn is the person of a session.
type SignedIn struct {
	ID       ID     `json:"id"`
	Name     string `json:"name"`
	Login    string `json:"login"`
	Role     Role   `json:"role"`
	TOTP     bool   `json:"totp" doc:"Whether she has a second factor"`
	MustTOTP bool   `json:"must_totp" doc:"Whether she may not be without one"`
}

// ShopView is a shop as menus show it.
type ShopView struct {
	ID   ShopID `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
	Open bool   `json:"open"`
}

// describe returns what the caller of ctx is told about herself.
func (s *Service) describe(ctx context.Context, tx *db.Tx) (SessionView, error) {
	c := access.From(ctx)
	o, err := s.Organisation(ctx, tx)
	if err != nil {
		return SessionView{}, err
	}
	shops, err := s.ListShops(ctx, tx, "", maxList)
	if err != nil {
		return SessionView{}, err
	}
	v := SessionView{
		Permissions: sorted(c.Permissions), AllShops: c.Scope.All, Name: o.Name, TimeZone: o.TimeZone, Currency: o.Currency,
		Locale: o.Locale, Demo: s.DB.Movable(), Now: tx.Now,
	}
	for _, shop := range shops {
		v.Shops = append(v.Shops, ShopView{shop.ID, shop.Code, shop.Name, shop.Open})
	}
	if c.StaffID == 0 {
		return v, nil
	}
	p, err := s.self(ctx, tx)
	if err != nil {
		return SessionView{}, err
	}
	must := s.mustTOTP(p, o.RequireTOTP)
	v.Staff, v.Due = &SignedIn{p.ID, p.Name, p.Login, p.Role, p.TOTP, must}, p.due(must)
	return v, nil
}

// answer describes a session that has just begun and gives the browser its cookie.
func (s *Service) answer(ctx context.Context, issued Issued) (*sessionAnswer, error) {
	out := &sessionAnswer{SetCookie: s.setCookie(ctx, issued)}
	err := s.DB.View(access.With(ctx, issued.Caller), func(ctx context.Context, tx *db.Tx) (err error) {
		out.Body, err = s.describe(ctx, tx)
		return err
	})
	return out, err
}
