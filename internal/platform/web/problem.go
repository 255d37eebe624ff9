package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Problem is the body of every error, after RFC 9457. Code is stable; the UI translates it.
type Problem struct {
	Type      string       `json:"type" example:"about:blank"`
	Title     string       `json:"title" example:"Bad Request"`
	Status    int          `json:"status" example:"400"`
	Code      string       `json:"code" example:"request.invalid" doc:"Stable name of the error."`
	Detail    string       `json:"detail"`
	Errors    []errs.Field `json:"errors,omitempty" doc:"What is wrong with which field."`
	Subject   string       `json:"subject,omitempty" example:"cus_0DCG1E3SQ2M01" doc:"What stands in the way, such as the customer who has this number already, if the caller may see it."`
	RequestID string       `json:"request_id" doc:"Names the request in the log of the server."`

	retryAfter time.Duration
}

// statusOf is the one table of kinds and statuses. Internal is not in it: see ProblemOf.
var statusOf = map[errs.Kind]int{
	errs.Invalid:         http.StatusBadRequest,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Stale:           http.StatusPreconditionFailed,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.Unprocessable:   http.StatusUnprocessableEntity,
	errs.RateLimited:     http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
}

// statusCancelled is noted in the log when the client went away; nobody receives it.
const statusCancelled = 499

const internalDetail = "something went wrong on our side; the request id finds it in our log"

func newProblem(status int, code, detail string) *Problem {
	return &Problem{Status: status, Code: code, Detail: detail}
}

// Error implements error.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// ProblemOf turns any error into what the client may see of it, for routes that answer item by item.
// An error that is no *errs.Error is logged here, once, and shown as a request id only.
func ProblemOf(ctx context.Context, err error) *Problem {
	x := exchangeOf(ctx)
	if x == nil {
		x = &exchange{server: &Server{log: slog.Default()}} // Work outside of a request, such as a test.
	}
	var p *Problem
	if known, ok := errors.AsType[*Problem](err); ok {
		p = known
	} else if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind != errs.Internal {
		p = newProblem(statusOf[e.Kind], e.Code, e.Message)
		p.Errors, p.Subject, p.retryAfter = e.Fields, e.Subject, e.RetryAfter
	} else if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		p = newProblem(http.StatusServiceUnavailable, "request.timeout", "this took too long and was given up")
	} else if ctx.Err() != nil {
		p = newProblem(statusCancelled, "request.cancelled", "the client went away")
	} else {
		x.server.log.LogAttrs(ctx, slog.LevelError, "request failed",
			slog.String("request", x.id), slog.String("route", x.place()), slog.String("error", scrub(err.Error())))
		p = newProblem(http.StatusInternalServerError, "internal", internalDetail)
	}
	p.Type, p.RequestID = "about:blank", x.id
	if p.Title = http.StatusText(p.Status); p.Title == "" {
		p.Title = "Client Closed Request"
	}
	if p.retryAfter == 0 && (p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable) {
		p.retryAfter = time.Second
	}
	return p
}

// header calls set for the headers that go with the problem.
func (p *Problem) header(set func(name, value string)) {
	if p.retryAfter > 0 {
		set("Retry-After", strconv.FormatInt(int64((p.retryAfter+time.Second-1)/time.Second), 10))
	}
	if p.Status == http.StatusUnauthorized {
		set("WWW-Authenticate", "Bearer")
	}
}

// fail answers with an error, outside of huma.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := ProblemOf(r.Context(), err)
	p.header(w.Header().Set)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	if err := writeJSON(w, p); err != nil {
		s.log.LogAttrs(r.Context(), slog.LevelDebug, "write answer", slog.String("error", err.Error()))
	}
}

// personal finds what may be personal in the text of an error: what is quoted, mail addresses, runs of
// digits as long as a telephone number, and Chinese, since our own texts are English.
var personal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'[^']*'|\([^()]*\)=\([^()]*\)|[^\s@]+@[^\s@]+|\+?\d[\d -]{5,}\d|\p{Han}+`)

// scrub removes what may be personal from text that goes to the log.
func scrub(text string) string { return personal.ReplaceAllString(text, "…") }
