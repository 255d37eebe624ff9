package web

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// maxBody is the default bound of a body.
const maxBody = 1 << 20

// guard stands before every route: it asks who calls, whether they may and how often, and bounds the
// time and the body of the request.
func (s *Server) guard(rt *route, next http.Handler) http.Handler {
	limit := cmp.Or(rt.MaxBody, maxBody)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		x.route = rt
		if rt.api {
			if s.underway.Add(1) > int64(s.config.Limits.Underway) {
				s.underway.Add(-1)
				s.fail(w, r, errs.New(errs.Unavailable, "server.busy", "too many requests are under way; try again soon"))
				return
			}
			defer s.underway.Add(-1)
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.timeout(rt))
		defer cancel()
		caller, err := s.admit(r.WithContext(ctx), rt)
		x.caller = callerName(caller)
		if err != nil {
			s.fail(w, r.WithContext(ctx), err)
			return
		}
		if rt.OneAtATime {
			leave, ok := s.running.enter(rt.pattern + " " + x.caller)
			if !ok {
				s.fail(w, r, busy("request.one_at_a_time", "the same request of yours is still running"))
				return
			}
			defer leave()
		}
		r = r.WithContext(access.With(ctx, caller))
		r.Body = &boundedBody{http.MaxBytesReader(w, r.Body, limit), x}
		if rt.write {
			if x.key, err = readKey(w, r, x); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		defer func() {
			if r.MultipartForm != nil { // The server removes the files only of the request it made itself.
				_ = r.MultipartForm.RemoveAll() // What stays is in the temporary folder.
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// admit returns who calls if they may use the route now.
func (s *Server) admit(r *http.Request, rt *route) (access.Caller, error) {
	if !rt.api && rt.Permission == access.Public {
		return access.Caller{}, nil // Pages ask nobody, so that they cost nothing.
	}
	caller, err := s.authenticate(r)
	if err != nil && rt.Permission == access.Public {
		caller, err = access.Caller{}, nil // A session that has ended must not keep anyone from signing in.
	}
	if err := s.limit(r, rt, caller); err != nil {
		return caller, err
	}
	switch {
	case err != nil:
		return caller, err
	case !caller.Can(rt.Permission) && !caller.Can(access.Own):
		return caller, errs.New(errs.Unauthenticated, "access.unauthenticated", "this needs somebody signed in, or an API key")
	default:
		return caller, caller.Require(rt.Permission)
	}
}

func (s *Server) authenticate(r *http.Request) (access.Caller, error) {
	if s.config.Authenticate == nil {
		return access.Caller{}, nil
	}
	return s.config.Authenticate(r)
}

func (s *Server) timeout(rt *route) time.Duration {
	return cmp.Or(rt.Timeout, s.config.Limits.Timeout)
}

func callerName(c access.Caller) string {
	switch {
	case c.KeyID != 0:
		return "key:" + strconv.FormatInt(c.KeyID, 10)
	case c.StaffID != 0:
		return "staff:" + strconv.FormatInt(c.StaffID, 10)
	default:
		return "anonymous"
	}
}

// busy is a conflict that passes.
func busy(code, message string) error {
	e := errs.New(errs.Conflict, code, "%s", message)
	e.RetryAfter = time.Second
	return e
}

// boundedBody notes that a body went over its limit, since huma passes on only a text.
type boundedBody struct {
	io.ReadCloser
	x *exchange
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		b.x.tooLarge = true
	}
	return n, err
}
