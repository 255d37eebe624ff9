package staff

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

func (s *Service) ownRoutes(w *web.Server) {
	op := func(method, path, id, summary string) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Tag: "Account", Summary: summary, Permission: access.Own, NoShopScope: true}
	}
	web.Read(w, op("GET", "/v1/me", "getMe", "The account of who is signed in"), s.getMe)
	web.Write(w, op("PATCH", "/v1/me", "changeMe", "Change one's own name, e-mail or phone"), s.patchMe)
	web.Raw(w, op("POST", "/v1/me/password", "changePassword", "Change one's own password; every session ends and a new one begins"), s.postPassword)
	web.Read(w, op("GET", "/v1/me/sessions", "listSessions", "Where one is signed in"), s.getSessions)
	web.Write(w, op("DELETE", "/v1/me/sessions", "endSessions", "Sign out everywhere"), s.deleteSessions)
	web.Write(w, op("DELETE", "/v1/me/sessions/{id}", "endSession", "Sign out on one device"), s.deleteOneSession)
	web.Raw(w, op("POST", "/v1/session/totp", "beginTotp", "Make the secret of a second factor"), s.postTOTP)
	web.Raw(w, op("POST", "/v1/session/totp/confirm", "confirmTotp", "Turn the second factor on with a first code"), s.postTOTPConfirm)
	web.Raw(w, op("POST", "/v1/session/totp/disable", "disableTotp", "Turn the second factor off"), s.postTOTPDisable)
	web.Raw(w, op("POST", "/v1/session/totp/recovery_codes", "renewRecoveryCodes", "Make new recovery codes in place of the old ones"), s.postRecoveryCodes)
}

// personOutput is a person with her version.
type personOutput struct {
	ETag string `header:"ETag"`
	Body Person
}

func personOut(p Person) *personOutput { return &personOutput{web.ETag(p.Version), p} }

func (s *Service) getMe(ctx context.Context, tx *db.Tx, _ *struct{}) (*personOutput, error) {
	p, err := s.self(ctx, tx)
	return personOut(p.Person), err
}

type meInput struct {
	Edit
	Body struct {
		Name  *string `json:"name,omitempty" maxLength:"80"`
		Email *string `json:"email,omitempty" maxLength:"254"`
		Phone *string `json:"phone,omitempty" maxLength:"64"`
	}
}

func (s *Service) patchMe(ctx context.Context, tx *db.Tx, in *meInput) (*personOutput, error) {
	p, err := s.ChangeOwn(ctx, tx, in.Body.Name, in.Body.Email, in.Body.Phone, in.check)
	return personOut(p), err
}

type passwordInput struct {
	Browser
	Body struct {
		Current string `json:"current_password" maxLength:"1024"`
		New     string `json:"new_password" maxLength:"1024"`
	}
}

func (s *Service) postPassword(ctx context.Context, in *passwordInput) (*sessionAnswer, error) {
	issued, err := s.ChangePassword(ctx, in.Body.Current, in.Body.New, in.device(ctx))
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, issued)
}

type sessionsOutput struct {
	Body struct {
		Items []Session `json:"items"`
	}
}

func (s *Service) getSessions(ctx context.Context, tx *db.Tx, _ *struct{}) (*sessionsOutput, error) {
	out := &sessionsOutput{}
	var err error
	out.Body.Items, err = s.ListSessions(ctx, tx)
	return out, err
}

func (s *Service) deleteSessions(ctx context.Context, tx *db.Tx, _ *struct{}) (*signOutOutput, error) {
	return &signOutOutput{s.setCookie(ctx, Issued{})}, s.EndSessions(ctx, tx)
}

type sessionInput struct {
	ID SessionID `path:"id"`
}

func (s *Service) deleteOneSession(ctx context.Context, tx *db.Tx, in *sessionInput) (*struct{}, error) {
	return nil, s.EndSession(ctx, tx, in.ID)
}

// proofInput is a password shown once more, and a code.
type proofInput struct {
	Browser
	Body struct {
		Password string `json:"password" maxLength:"1024"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"A one-time or recovery code, where the account has a second factor"`
	}
}

type totpOutput struct {
	Body struct {
		Secret string `json:"secret" doc:"To type into a telephone, base32"`
		URL    string `json:"otpauth_url" doc:"To show as a QR code"`
	}
}

func (s *Service) postTOTP(ctx context.Context, in *proofInput) (*totpOutput, error) {
	out := &totpOutput{}
	var err error
	out.Body.Secret, out.Body.URL, err = s.BeginTOTP(ctx, in.Body.Password, in.Body.Code, in.device(ctx))
	return out, err
}

type codeInput struct {
	Browser
	Body struct {
		Code string `json:"code" minLength:"6" maxLength:"6"`
	}
}

type codesOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		RecoveryCodes []string `json:"recovery_codes" doc:"Each replaces the telephone once; they are not shown again"`
	}
}

func (s *Service) postTOTPConfirm(ctx context.Context, in *codeInput) (*codesOutput, error) {
	codes, issued, err := s.ConfirmTOTP(ctx, in.Body.Code, in.device(ctx))
	if err != nil {
		return nil, err
	}
	out := &codesOutput{SetCookie: s.setCookie(ctx, issued)}
	out.Body.RecoveryCodes = codes
	return out, nil
}

func (s *Service) postTOTPDisable(ctx context.Context, in *proofInput) (*sessionAnswer, error) {
	issued, err := s.DisableTOTP(ctx, in.Body.Password, in.Body.Code, in.device(ctx))
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, issued)
}

func (s *Service) postRecoveryCodes(ctx context.Context, in *proofInput) (*codesOutput, error) {
	codes, err := s.RenewRecoveryCodes(ctx, in.Body.Password, in.Body.Code, in.device(ctx))
	if err != nil {
		return nil, err
	}
	out := &codesOutput{}
	out.Body.RecoveryCodes = codes
	return out, nil
}
