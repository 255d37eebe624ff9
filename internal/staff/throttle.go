package staff

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// limit is how often something may fail: free times within a window, then with a delay that doubles up
// to the most. Nobody is ever shut out for good, or a stranger could shut out the owner.
type limit struct {
	free        int64
	window      time.Duration
	first, most time.Duration
}

// The limits of signing in. Guessing from one address at one account is slowed first; an owner elsewhere
// still gets in while a stranger guesses. The address stands for a whole shop behind one line.
var (
	pairLimit    = limit{5, time.Hour, time.Second, 15 * time.Minute}
	accountLimit = limit{50, time.Hour, time.Second, time.Minute}
	addressLimit = limit{100, 10 * time.Minute, time.Second, 5 * time.Minute}
	totalLimit   = limit{1000, 10 * time.Minute, time.Second, time.Second}
)

// attempts is what is kept of a bucket.
type attempts struct {
	failures  int64
	sinceAt   time.Time
	waitUntil time.Time
}

// after returns the bucket after one more attempt, which counts as failed until it has not. Attempts that ran
// side by side may come in another order than they began, so one from before the bucket does not empty it; one
// from a window before it does, for then the clock was set back.
func (l limit) after(a attempts, now time.Time) attempts {
	if a.failures <= 0 || now.Sub(a.sinceAt).Abs() >= l.window {
		a = attempts{sinceAt: now}
	}
	a.failures++
	if over := a.failures - l.free; over > 0 {
		wait := l.most
		if over < 32 {
			wait = min(l.most, l.first<<(over-1))
		}
		a.waitUntil = now.Add(wait)
	}
	return a
}

// guess is one attempt to prove who one is: for which account, from where.
type guess struct {
	login   string
	address netip.Addr
}

// bucket is a counter with its limit; forgive says that a success wipes it out.
type bucket struct {
	name    string
	limit   limit
	forgive bool
}

func (s *Service) buckets(g guess) []bucket {
	address := network(g.address)
	account := fmt.Sprint("account:", s.Keys.Index("login", g.login)) // Logins that do not exist may be passwords.
	return []bucket{
		{account + " " + address, pairLimit, true},
		{account, accountLimit, true},
		{"address:" + address, addressLimit, false},
		{"all", totalLimit, false},
	}
}

// network returns what counts as one address: of IPv6 the /64 that one line has.
func network(ip netip.Addr) string {
	if ip.Is6() && !ip.Is4In6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.Unmap().String()
}

// admit counts an attempt before it is looked at, so that many at once are counted too. Too many are
// session.too_many (RateLimited), and not counted.
func (s *Service) admit(ctx context.Context, tx *db.Tx, g guess) error {
	now := s.wall(tx)
	for _, b := range s.buckets(g) {
		a, err := lockAttempts(ctx, tx, b.name)
		if err != nil {
			return err
		}
		if now.Before(a.waitUntil) {
			return errTooMany(a.waitUntil.Sub(now))
		}
		if err := updateAttempts(ctx, tx, b.name, b.limit.after(a, now)); err != nil {
			return err
		}
	}
	return nil
}

// refused is admit without counting, for a quick answer that takes no place among the writers.
func (s *Service) refused(ctx context.Context, tx *db.Tx, g guess) error {
	now := s.wall(tx)
	for _, b := range s.buckets(g) {
		a, err := findAttempts(ctx, tx, b.name)
		if err != nil {
			return err
		}
		if now.Before(a.waitUntil) {
			return errTooMany(a.waitUntil.Sub(now))
		}
	}
	return nil
}

// succeeded takes back what admit counted.
func (s *Service) succeeded(ctx context.Context, tx *db.Tx, g guess) error {
	for _, b := range s.buckets(g) {
		var err error
		if b.forgive {
			err = deleteAttempts(ctx, tx, b.name)
		} else {
			err = lessenAttempts(ctx, tx, b.name)
		}
		if err != nil {
			return err
		}
	}
	return deleteOldAttempts(ctx, tx, s.wall(tx).Add(-2*pairLimit.window))
}

func errTooMany(wait time.Duration) error {
	e := errs.New(errs.RateLimited, "session.too_many", "too many attempts; try again later")
	e.RetryAfter = wait
	return e
}
