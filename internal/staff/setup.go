package staff

import (
	"context"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// SetupToken returns a token for the first set-up, to be printed where only who started the program sees
// it. Once somebody can sign in there is none: "". A new token does not undo those printed before, since
// several processes may start at once; all end with the set-up.
func (s *Service) SetupToken(ctx context.Context) (string, error) {
	token := ""
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		open, err := s.SetupOpen(ctx, tx)
		if err != nil || !open {
			return err
		}
		token = newToken()
		return insertSetupToken(ctx, tx, tokenHash(token))
	})
	return token, err
}

// SetupOpen reports whether nobody can sign in yet, so that the shop is still to be set up.
func (s *Service) SetupOpen(ctx context.Context, tx *db.Tx) (bool, error) {
	some, err := someoneSignsIn(ctx, tx)
	return !some, err
}

// Setup is what the first person says of herself and her shop.
type Setup struct {
	Token     string
	ShopName  string
	ShopCode  string // ShopCode is what the till calls the shop; "001" if empty.
	TimeZone  string
	Currency  string
	Locale    string
	OwnerName string
	Login     string
	Password  string
	Device    Device
}

// SetUp writes the settings, the first shop and its owner, and begins her session. It works once.
// Errors: setup.done (NotFound), setup.token_wrong, session.too_many, password.invalid,
// organisation.invalid, shop.invalid, staff.invalid.
func (s *Service) SetUp(ctx context.Context, in Setup) (Issued, error) {
	g := guess{"setup", in.Device.IP}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		open, err := s.SetupOpen(ctx, tx)
		if err != nil {
			return err
		}
		if !open {
			return errSetupDone()
		}
		return s.admit(ctx, tx, g)
	})
	if err != nil {
		return Issued{}, err
	}
	// The token comes before all else, so that a stranger learns nothing from the other answers.
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		known, err := findSetupToken(ctx, tx, tokenHash(in.Token))
		if err == nil && !known {
			return errTokenWrong()
		}
		return err
	})
	if err != nil {
		return Issued{}, err
	}
	if err := checkPassword(in.Password, in.OwnerName, in.Login, in.ShopName); err != nil {
		return Issued{}, err
	}
	hash, err := s.HashPassword(ctx, in.Password)
	if err != nil {
		return Issued{}, err
	}
	owner := access.Caller{Name: strings.TrimSpace(in.OwnerName), Role: string(Owner), Scope: access.Scope{All: true}, Touchpoint: "setup"}
	var issued Issued
	err = s.DB.Update(access.With(ctx, owner), func(ctx context.Context, tx *db.Tx) (err error) {
		if err := s.succeeded(ctx, tx, g); err != nil {
			return err
		}
		issued, err = s.setUp(ctx, tx, in, hash)
		return err
	})
	return issued, err
}

func errSetupDone() error {
	return errs.New(errs.NotFound, "setup.done", "the shop is set up already")
}

func errTokenWrong() error {
	return errs.New(errs.Unauthenticated, "setup.token_wrong", "this is not the token that the program printed when it started")
}

func (s *Service) setUp(ctx context.Context, tx *db.Tx, in Setup, hash string) (Issued, error) {
	if err := holdChain(ctx, tx); err != nil { // Two set-ups at once: the second sees the first.
		return Issued{}, err
	}
	open, err := s.SetupOpen(ctx, tx)
	if err != nil {
		return Issued{}, err
	}
	if !open {
		return Issued{}, errSetupDone()
	}
	if err := deleteSetupTokens(ctx, tx); err != nil {
		return Issued{}, err
	}
	name := strings.TrimSpace(in.ShopName)
	locale := in.Locale
	if locale == "" {
		locale = defaultOrganisation().Locale
	}
	anyVersion := func(int64) error { return nil }
	change := OrganisationChange{Name: &name, TimeZone: &in.TimeZone, Currency: &in.Currency, Locale: &locale}
	if _, err := s.ChangeOrganisation(ctx, tx, change, anyVersion); err != nil {
		return Issued{}, err
	}
	code := in.ShopCode
	if code == "" {
		code = "001"
	}
	shop, err := s.EnsureShop(ctx, tx, code, name)
	if err != nil {
		return Issued{}, err
	}
	p, err := s.Create(ctx, tx, NewPerson{Name: in.OwnerName, Login: in.Login, Role: Owner, Shops: []ShopID{shop}, PasswordHash: hash})
	if err != nil {
		return Issued{}, err
	}
	if p.Login == "" {
		return Issued{}, errs.InvalidFields("staff.invalid", []errs.Field{{Path: "login", Code: "required", Message: "choose a login"}})
	}
	return s.begin(ctx, tx, account{Person: p, passwordHash: hash}, in.Device, "", "")
}
