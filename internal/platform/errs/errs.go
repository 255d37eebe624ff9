// Package errs holds the one error type that a caller of Shuke can act on. Everything else is an
// ordinary wrapped error: internal, logged at the edge, never shown.
package errs

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what a caller can do about an error. The HTTP status of each kind stands in
// platform/web, in one table.
type Kind int

// Kinds of errors. Internal is the kind of every error that is not an *Error.
const (
	Internal        Kind = iota // A fault of ours; details are logged, not shown.
	Invalid                     // The input breaks a rule; Fields says which.
	Unauthenticated             // Nobody is signed in, or the credential is wrong.
	Forbidden                   // The caller may not do this.
	NotFound                    // There is no such thing within the caller's scope.
	Conflict                    // The state of the shop forbids it now.
	Stale                       // The thing was changed since the caller read it (If-Match).
	Unprocessable               // An idempotency key was reused with another body.
	TooLarge                    // The body or list is over its limit.
	RateLimited                 // Too many requests; see RetryAfter.
	Unavailable                 // The server cannot do it now; see RetryAfter.
)

// Field is a fault of one field of the input.
type Field struct {
	Path    string `json:"path"`           // Path names the field, for example "lines[2].quantity".
	Code    string `json:"code"`           // Code is stable, for example "required"; the UI translates it.
	Message string `json:"message"`        // Message explains it in English and never repeats the value.
	Line    int    `json:"line,omitempty"` // Line is the line of an imported file, from 1.

	// Of a text that has a grammar: the character, from 0, at which it cannot be read, what could stand there, and
	// names that are like what does.
	Offset   int      `json:"offset,omitempty"`
	Expected []string `json:"expected,omitempty"`
	Near     []string `json:"near,omitempty"`
}

// Error is a failure that the caller can act on.
type Error struct {
	Kind       Kind
	Code       string // Code is "domain.reason" and stable.
	Message    string // Message may be shown.
	Fields     []Field
	Subject    string // Subject is the identifier of what stands in the way, if the caller may see it.
	RetryAfter time.Duration
}

// New returns an Error with a formatted message.
func New(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// InvalidFields returns an Invalid error for the fields, or nil if there are none.
func InvalidFields(code string, fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: code, Message: "some fields are not valid", Fields: fields}
}

func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Code + ": " + e.Message
	}
	return fmt.Sprintf("%s: %s (%s: %s)", e.Code, e.Message, e.Fields[0].Path, e.Fields[0].Message)
}

// KindOf returns the kind of err: that of the first *Error in its chain, else Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the code of the first *Error in the chain of err, else "".
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}
