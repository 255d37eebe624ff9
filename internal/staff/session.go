package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// How long a session lives: since it was used, and since sign-in.
const (
	sessionIdle  = 12 * time.Hour
	sessionLasts = 30 * 24 * time.Hour
)

// Device is where somebody signs in.
type Device struct {
	Name string // Name is what the browser calls itself.
	IP   netip.Addr
}

// SignIn is what somebody shows to sign in.
type SignIn struct {
	Login, Password string
	Code            string // Code is a one-time or recovery code, where the account has a second factor.
	Device          Device
	Replaces        string // Replaces is the secret of the session that this one takes the place of, or "".
}

// Issued is a session that has just begun. The token is not kept anywhere else.
type Issued struct {
	Token     string
	Caller    access.Caller
	ExpiresAt time.Time
}

// Session is a live session, as its owner sees it.
type Session struct {
	ID         SessionID `json:"id"`
	Device     string    `json:"device"`
	IP         string    `json:"ip"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	Current    bool      `json:"current" doc:"Whether this request came with it"`
}

func errWrong() error {
	return errs.New(errs.Unauthenticated, "session.wrong", "login or password is wrong")
}

func errCodeWrong() error {
	return errs.New(errs.Unauthenticated, "session.code_wrong", "the code is wrong or was used already")
}

// SignIn begins a session. Errors: session.too_many (RateLimited); session.wrong, the same and as late
// for an unknown login, a disabled account and a wrong password; session.code_required and
// session.code_wrong for a second factor; session.busy.
func (s *Service) SignIn(ctx context.Context, in SignIn) (Issued, error) {
	in.Login = foldLogin(in.Login)
	g := guess{in.Login, in.Device.IP}
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error { return s.refused(ctx, tx, g) })
	if err != nil {
		return Issued{}, err
	}
	var p account
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err = s.admit(ctx, tx, g); err != nil {
			return err
		}
		p, err = findAccountByLogin(ctx, tx, in.Login)
		return err
	})
	if err != nil {
		return Issued{}, err
	}
	ok, stale, err := s.verifyPassword(ctx, p.passwordHash, in.Password)
	if err != nil {
		return Issued{}, err
	}
	var rehashed string
	if ok && stale {
		if rehashed, err = s.HashPassword(ctx, in.Password); err != nil {
			return Issued{}, err
		}
	}
	var issued Issued
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if !ok || !p.usable(s.wall(tx)) {
			return errWrong()
		}
		if err = s.checkCode(ctx, tx, p, in.Code); err != nil {
			return err
		}
		if err = s.succeeded(ctx, tx, g); err != nil {
			return err
		}
		issued, err = s.begin(ctx, tx, p, in.Device, in.Replaces, rehashed)
		return err
	})
	if code := errs.CodeOf(err); code == "session.wrong" || code == "session.code_wrong" {
		return Issued{}, s.noteRefusal(ctx, p.ID, err)
	}
	return issued, err
}

// noteRefusal keeps in the audit log that a sign-in was refused, and returns why. It says nothing about
// the login: it may be a password typed into the wrong field.
func (s *Service) noteRefusal(ctx context.Context, id ID, why error) error {
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.Audit(ctx, tx, AuditEntry{Action: "session.refused", Subject: id.String(), After: map[string]string{"code": errs.CodeOf(why)}})
	})
	if err != nil {
		return err
	}
	return why
}

// begin makes a session for the account and writes that it signed in. It holds the account's row, so that
// who is disabled or gets another password at this moment is either refused or signed out again.
func (s *Service) begin(ctx context.Context, tx *db.Tx, p account, device Device, replaces, rehashed string) (Issued, error) {
	now := s.wall(tx)
	held, err := touchAccount(ctx, tx, p, rehashed)
	if err != nil {
		return Issued{}, err
	}
	if !held {
		return Issued{}, errWrong()
	}
	if err := deleteDeadSessions(ctx, tx, now, now.Add(-sessionIdle)); err != nil {
		return Issued{}, err
	}
	if replaces != "" {
		if err := deleteSessionByToken(ctx, tx, tokenHash(replaces)); err != nil {
			return Issued{}, err
		}
	}
	token := newToken()
	row := Session{
		ID: id.Of[sessionKind](tx.NewID()), Device: deviceName(device.Name), CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(sessionLasts),
	}
	if device.IP.IsValid() {
		row.IP = device.IP.String()
	}
	if err := insertSession(ctx, tx, row, p.ID, tokenHash(token)); err != nil {
		return Issued{}, err
	}
	o, err := findOrganisation(ctx, tx)
	if err != nil {
		return Issued{}, err
	}
	caller := p.caller(row.ID, s.mustTOTP(p, o.RequireTOTP))
	tx.OnCommit(s.callers.clear)
	err = s.Audit(access.With(ctx, caller), tx, AuditEntry{Action: "session.begun", Subject: p.ID.String(), After: map[string]string{"device": row.Device}})
	return Issued{token, caller, row.ExpiresAt}, err
}

// checkCode makes sure of the second factor, if the account has one. Each code counts once.
func (s *Service) checkCode(ctx context.Context, tx *db.Tx, p account, code string) error {
	if !p.TOTP {
		return nil
	}
	code = strings.TrimSpace(code)
	if code == "" {
		return errs.New(errs.Unauthenticated, "session.code_required", "this account needs a code from the telephone as well")
	}
	if len(code) > 6 {
		used, err := deleteRecoveryCode(ctx, tx, p.ID, recoveryHash(code))
		if err == nil && !used {
			return errCodeWrong()
		}
		if err != nil {
			return err
		}
		return s.Audit(ctx, tx, AuditEntry{Action: "totp.recovered", Subject: p.ID.String()})
	}
	secret, err := s.Keys.Open("staff", "totp_secret", p.ID.Int64(), p.totpSecret)
	if err != nil {
		return err
	}
	step := totpStepAt(s.wall(tx))
	matches, err := totpMatches(secret, code, step)
	if err != nil {
		return err
	}
	if !matches {
		return errCodeWrong()
	}
	fresh, err := takeTOTPStep(ctx, tx, p.ID, step)
	if err == nil && !fresh {
		return errCodeWrong()
	}
	return err
}

// SignOut ends the caller's session.
func (s *Service) SignOut(ctx context.Context, tx *db.Tx) error {
	c := access.From(ctx)
	session, err := id.Parse[sessionKind](c.Session)
	if err != nil || session.IsZero() {
		return nil // An API key has no session.
	}
	if _, err := s.endSession(ctx, tx, id.Of[personKind](c.StaffID), session); err != nil {
		return err
	}
	return s.Audit(ctx, tx, AuditEntry{Action: "session.ended", Subject: session.String()})
}

// ListSessions returns the caller's sessions, the latest seen first.
func (s *Service) ListSessions(ctx context.Context, tx *db.Tx) ([]Session, error) {
	c, now := access.From(ctx), s.wall(tx)
	list, err := listSessions(ctx, tx, id.Of[personKind](c.StaffID), now, now.Add(-sessionIdle))
	for i := range list {
		list[i].Current = list[i].ID.String() == c.Session
	}
	return list, err
}

// EndSession ends one of the caller's sessions, else session.not_found.
func (s *Service) EndSession(ctx context.Context, tx *db.Tx, session SessionID) error {
	ended, err := s.endSession(ctx, tx, id.Of[personKind](access.From(ctx).StaffID), session)
	if err != nil {
		return err
	}
	if !ended {
		return errs.New(errs.NotFound, "session.not_found", "there is no such session")
	}
	return s.Audit(ctx, tx, AuditEntry{Action: "session.ended", Subject: session.String()})
}

// EndSessions ends every session of the caller, this one too.
func (s *Service) EndSessions(ctx context.Context, tx *db.Tx) error {
	person := id.Of[personKind](access.From(ctx).StaffID)
	if err := s.endSessions(ctx, tx, person); err != nil {
		return err
	}
	return s.Audit(ctx, tx, AuditEntry{Action: "session.ended_everywhere", Subject: person.String()})
}

func (s *Service) endSession(ctx context.Context, tx *db.Tx, person ID, session SessionID) (bool, error) {
	tx.OnCommit(s.callers.clear)
	return deleteSession(ctx, tx, person, session)
}

// endSessions ends every session of a person; at once in this process, within seconds in others.
func (s *Service) endSessions(ctx context.Context, tx *db.Tx, person ID) error {
	tx.OnCommit(s.callers.clear)
	return deleteSessionsOf(ctx, tx, person)
}

// SignInDemo begins a session for a person without asking for a password. It works in a demo only,
// else it is demo.off, as if there were no such thing.
func (s *Service) SignInDemo(ctx context.Context, tx *db.Tx, person ID, device Device) (Issued, error) {
	if !s.DB.Movable() {
		return Issued{}, errNoDemo()
	}
	p, err := findAccount(ctx, tx, person)
	if err != nil {
		return Issued{}, err
	}
	return s.begin(ctx, tx, p, device, "", "")
}

// DemoPerson returns the first active person of the role that can sign in; outside a demo, demo.off.
func (s *Service) DemoPerson(ctx context.Context, tx *db.Tx, role Role) (ID, error) {
	if !s.DB.Movable() {
		return ID{}, errNoDemo()
	}
	return findFirstOfRole(ctx, tx, role)
}

func errNoDemo() error { return errs.New(errs.NotFound, "demo.off", "this is not a demo") }

// newToken returns 256 random bits as text.
func newToken() string {
	var b [32]byte
	rand.Read(b[:]) //nolint:errcheck // It never returns an error; without randomness the program ends.
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// tokenHash is what is kept of a token. There are too many tokens to try, so a plain hash will do.
func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// deviceName cuts what a browser says of itself to what a list can show.
func deviceName(name string) string {
	return cut(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name), 200)
}
