package staff

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// seenEvery is how often the use of a session or key is written down, at most.
const seenEvery = time.Minute

// account is a person with what she proves herself by.
type account struct {
	Person
	passwordHash  string
	mustChange    bool
	passwordUntil time.Time
	totpSecret    []byte
	totpPending   []byte
	sealedEmail   []byte // sealedEmail and sealedPhone are what Email and Phone are opened from.
	sealedPhone   []byte
	importID      int64 // importID is that of the import that makes her.
}

// usable reports whether the account may sign in with its password.
func (p account) usable(now time.Time) bool {
	return p.Active && (p.passwordUntil.IsZero() || now.Before(p.passwordUntil))
}

// Due is what somebody must do before she may do anything else.
type Due string

// What can be due.
const (
	NothingDue  Due = ""
	DuePassword Due = "password" // DuePassword asks to replace a one-time password.
	DueTOTP     Due = "totp"     // DueTOTP asks to set up the second factor that she may not be without.
)

// code is what everything but her own account is refused with meanwhile.
func (d Due) code() string { return "session." + string(d) + "_due" }

func (p account) due(mustTOTP bool) Due {
	switch {
	case p.mustChange:
		return DuePassword
	case mustTOTP && !p.TOTP:
		return DueTOTP
	}
	return NothingDue
}

// mustTOTP reports whether the person may not be without a second factor. In a demo, whose sessions begin by one
// click, everybody may.
func (s *Service) mustTOTP(p account, everybody bool) bool {
	return !s.DB.Movable() && (everybody || p.Role.needsTOTP())
}

// caller is the person as the one who calls. While something is due she has no permissions but to do it.
func (p account) caller(session SessionID, mustTOTP bool) access.Caller {
	c := access.Caller{
		StaffID: p.ID.Int64(), Name: p.Name, Role: string(p.Role), Scope: p.scope(),
		Session: session.String(), Touchpoint: "console",
	}
	if due := p.due(mustTOTP); due != NothingDue {
		c.Due = due.code()
		return c
	}
	c.Permissions = permissions[p.Role]
	return c
}

// CallerOfSession returns the caller of a session by its token. Errors: session.ended.
func (s *Service) CallerOfSession(ctx context.Context, token string) (access.Caller, error) {
	return s.callers.of(ctx, tokenHash(token), func(ctx context.Context, hash []byte) (access.Caller, error) {
		var live liveSession
		var now time.Time
		err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			now = s.wall(tx)
			live, err = findLiveSession(ctx, tx, hash)
			return err
		})
		if err != nil {
			return access.Caller{}, err
		}
		if !now.Before(live.expiresAt) || now.Sub(live.lastSeenAt) >= sessionIdle {
			return access.Caller{}, errEnded()
		}
		if now.Sub(live.lastSeenAt) >= seenEvery {
			s.note(ctx, func(ctx context.Context, tx *db.Tx) error { return touchSession(ctx, tx, live.id, now) })
		}
		return live.account.caller(live.id, s.mustTOTP(live.account, live.requireTOTP)), nil
	})
}

func errEnded() error {
	return errs.New(errs.Unauthenticated, "session.ended", "the session has ended; sign in again")
}

// note writes that a session or key was used, if the writer is free soon: a page that only reads does not
// wait for an import. What is not written now is written with the next request.
func (s *Service) note(ctx context.Context, write func(context.Context, *db.Tx) error) {
	ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if err := s.DB.Update(ctx, write); err != nil && ctx.Err() == nil {
		slog.Warn("noting the use of a session or key failed", "error", err)
	}
}

// CallerOfKey returns the caller of an API key. Errors: api_key.wrong, for one that is unknown, revoked
// or past its end.
func (s *Service) CallerOfKey(ctx context.Context, token string) (access.Caller, error) {
	if !strings.HasPrefix(token, keyPrefix) {
		return access.Caller{}, errKeyWrong()
	}
	return s.callers.of(ctx, tokenHash(token), func(ctx context.Context, hash []byte) (access.Caller, error) {
		var key APIKey
		var now time.Time
		err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			now = tx.Now
			key, err = findKeyByToken(ctx, tx, hash)
			return err
		})
		if err != nil {
			return access.Caller{}, err
		}
		if !key.RevokedAt.IsZero() || !key.ExpiresAt.IsZero() && !now.Before(key.ExpiresAt) {
			return access.Caller{}, errKeyWrong()
		}
		if now.Sub(key.LastUsedAt) >= seenEvery {
			s.note(ctx, func(ctx context.Context, tx *db.Tx) error { return touchKey(ctx, tx, key.ID, now) })
		}
		return key.caller(), nil
	})
}

func errKeyWrong() error {
	return errs.New(errs.Unauthenticated, "api_key.wrong", "the API key is unknown, revoked or past its end")
}

// callerCache remembers for seconds who a token belongs to. It is emptied whenever anything about people,
// sessions or keys changes in this process; a change made by another process is seen when it runs out.
type callerCache struct {
	mu         sync.Mutex
	generation int
	byHash     map[string]cachedCaller
}

type cachedCaller struct {
	caller access.Caller
	until  time.Duration // until is by db.Uptime.
}

const (
	callerFresh = 5 * time.Second
	mostCallers = 10_000
)

func (c *callerCache) of(ctx context.Context, hash []byte, find func(context.Context, []byte) (access.Caller, error)) (access.Caller, error) {
	c.mu.Lock()
	found, ok := c.byHash[string(hash)]
	generation := c.generation
	c.mu.Unlock()
	if ok && db.Uptime() < found.until {
		return found.caller, nil
	}
	caller, err := find(ctx, hash)
	if err != nil {
		return access.Caller{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation == generation { // Else what was found may have ended meanwhile.
		if c.byHash == nil || len(c.byHash) >= mostCallers {
			c.byHash = map[string]cachedCaller{}
		}
		c.byHash[string(hash)] = cachedCaller{caller, db.Uptime() + callerFresh}
	}
	return caller, nil
}

func (c *callerCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	c.byHash = nil
}
