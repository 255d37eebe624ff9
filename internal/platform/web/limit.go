package web

import (
	"cmp"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// withDefaults returns the limits with the defaults filled in.
func (l Limits) withDefaults() Limits {
	l.KeyPerMinute = cmp.Or(l.KeyPerMinute, 600)
	l.SessionPerMinute = cmp.Or(l.SessionPerMinute, 1200)
	l.AnonymousPerMinute = cmp.Or(l.AnonymousPerMinute, 60)
	l.Underway = cmp.Or(l.Underway, 256)
	l.Timeout = cmp.Or(l.Timeout, 30*time.Second)
	return l
}

// limit returns a RateLimited error if the caller has asked too often.
func (s *Server) limit(r *http.Request, rt *route, caller access.Caller) error {
	limits := s.config.Limits
	address := network(ClientIP(r.Context()))
	who, perMinute := "address "+address, limits.AnonymousPerMinute
	if caller.KeyID != 0 {
		who, perMinute = "key "+strconv.FormatInt(caller.KeyID, 10), limits.KeyPerMinute
	} else if caller.StaffID != 0 {
		who, perMinute = "staff "+strconv.FormatInt(caller.StaffID, 10), limits.SessionPerMinute
	}
	now := db.Wall()
	wait := s.limiter.take(now, who, perMinute)
	if wait == 0 && rt.PerMinute > 0 && limits.AnonymousPerMinute > 0 {
		wait = s.limiter.take(now, rt.pattern+" "+address, rt.PerMinute)
	}
	if wait == 0 {
		return nil
	}
	e := errs.New(errs.RateLimited, "request.rate_limited", "too many requests; try again later")
	e.RetryAfter = wait
	return e
}

// network returns what counts as one address: for IPv6 the /64 that one customer of a provider has.
func network(ip netip.Addr) string {
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// limiter holds a bucket for each of those who asked lately. Its memory is bounded: when the young
// buckets are many they become the old ones, and the old ones that nobody used are dropped.
type limiter struct {
	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

// maxBuckets bounds the young buckets, and so the old ones.
const maxBuckets = 10_000

// take takes one request from the bucket of who, which holds perMinute and is refilled evenly, and
// returns 0, or how long to wait.
func (l *limiter) take(now time.Time, who string, perMinute int) time.Duration {
	if perMinute < 0 {
		return 0
	}
	r := l.bucket(who, perMinute).ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

func (l *limiter) bucket(who string, perMinute int) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.young[who]
	if b != nil {
		return b
	}
	if b = l.old[who]; b == nil {
		b = rate.NewLimiter(rate.Limit(float64(perMinute)/60), perMinute)
	}
	if len(l.young) >= maxBuckets || l.young == nil {
		l.old, l.young = l.young, map[string]*rate.Limiter{}
	}
	l.young[who] = b
	return b
}

// running is the set of what is being done now, for what must not be done twice at once.
type running struct {
	mu  sync.Mutex
	set map[string]bool
}

// enter adds name and returns the function that removes it, or false if it is in the set.
func (r *running) enter(name string) (leave func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.set[name] {
		return nil, false
	}
	if r.set == nil {
		r.set = map[string]bool{}
	}
	r.set[name] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.set, name)
	}, true
}
