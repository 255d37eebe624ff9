package web

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// newHumaProblem replaces the errors of huma, which repeat the value that was refused, and for an
// unknown field the whole body: names and numbers of people.
func newHumaProblem(c huma.Context, status int, message string, list ...error) huma.StatusError {
	p := humaProblem(c.Context(), status, message, list)
	p.header(c.SetHeader)
	return p
}

// unreadable is the message of huma for a body that cannot be read to its end.
const unreadable = "cannot read request body"

func humaProblem(ctx context.Context, status int, message string, list []error) *Problem {
	var p *Problem
	switch {
	case exchangeOf(ctx).tooLarge:
		p = newProblem(http.StatusRequestEntityTooLarge, "request.too_large", "the body is larger than this route takes")
	case message == unreadable:
		p = newProblem(http.StatusBadRequest, "request.unreadable", "the body broke off")
	case status == http.StatusInternalServerError && len(list) == 1: // The handler returned it.
		return ProblemOf(ctx, list[0])
	case status == http.StatusRequestTimeout:
		p = newProblem(status, "request.too_slow", "the body took too long to arrive")
	case status == http.StatusUnsupportedMediaType:
		p = newProblem(status, "request.media_type", "the body is of a type this route does not take")
	case status == http.StatusBadRequest && len(list) == 0:
		p = newProblem(status, "request.body_required", "a body is required")
	default:
		p = newProblem(http.StatusBadRequest, "request.invalid", "some fields are not valid")
		p.Errors = fieldsOf(list)
	}
	return ProblemOf(ctx, p)
}

// maxFields bounds the faults that one answer lists.
const maxFields = 100

func fieldsOf(list []error) []errs.Field {
	fields := make([]errs.Field, 0, min(len(list), maxFields))
	for _, err := range list[:min(len(list), maxFields)] {
		fields = append(fields, fieldOf(err))
	}
	// Huma walks maps, so that the order of faults differs from run to run.
	slices.SortStableFunc(fields, func(a, b errs.Field) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Code, b.Code))
	})
	return fields
}

// fieldOf turns one fault found by huma into ours.
func fieldOf(err error) errs.Field {
	detailer, ok := err.(huma.ErrorDetailer)
	if !ok {
		return errs.Field{Code: "invalid", Message: "not valid"}
	}
	d := detailer.ErrorDetail()
	place, text := strings.TrimPrefix(d.Location, "body."), d.Message
	if place == "body" {
		place = ""
	}
	for _, f := range faults {
		rest, ok := strings.CutPrefix(text, f.text)
		if !ok {
			continue
		}
		switch {
		case f.code == "required" && strings.HasSuffix(rest, " to be present"):
			name, _, _ := strings.Cut(rest, " ")
			return errs.Field{Path: safePath(strings.TrimPrefix(place+"."+name, ".")), Code: f.code, Message: "is required"}
		case f.code == "type" && f.text == wrongType:
			return errs.Field{Path: safePath(rest), Code: f.code, Message: f.message}
		case f.message == "": // The text holds nothing but the limits of the schema.
			return errs.Field{Path: safePath(place), Code: f.code, Message: text}
		default:
			return errs.Field{Path: safePath(place), Code: f.code, Message: f.message}
		}
	}
	return errs.Field{Path: safePath(place), Code: "format", Message: "has the wrong form"}
}

// fault is a kind of fault: how its text starts, its stable code, and the message to show instead of
// the text if that may hold the value.
type fault struct{ text, code, message string }

// faults are tried in order; the first whose text fits is taken.
var faults = []fault{
	{validation.MsgUnexpectedProperty, "unknown", "there is no such field"},
	{"unknown query parameter", "unknown", "there is no such parameter"},
	{"expected required property ", "required", ""},
	{"required ", "required", "is required"},
	{"expected property ", "required", ""},
	{"expected at most one value", "format", "takes one value"},
	{"expected number >= ", "min", ""},
	{"expected number > ", "min", ""},
	{"expected length >= ", "min_length", ""},
	{"expected array length >= ", "min_items", ""},
	{"expected object with at least ", "min_items", ""},
	{"expected number <= ", "max", ""},
	{"expected number < ", "max", ""},
	{"expected length <= ", "max_length", ""},
	{"expected array length <= ", "max_items", ""},
	{"expected object with at most ", "max_items", ""},
	{"expected number to be a multiple of ", "multiple", ""},
	{"expected value to be one of ", "enum", ""},
	{validation.MsgExpectedArrayItemsUnique, "unique", ""},
	{"expected string to be RFC 3339 date-time", "format", "is no instant such as 2026-11-24T08:00:00Z"},
	{"expected string to be RFC 3339 date", "format", "is no day such as 2026-11-24"},
	{"expected string to match pattern ", "pattern", "has the wrong form"},
	{"expected string to be ", "format", "has the wrong form"},
	{validation.MsgExpectedBoolean, "type", "must be true or false"},
	{validation.MsgExpectedInteger, "type", "must be a whole number"},
	{validation.MsgExpectedNumber, "type", "must be a number"},
	{validation.MsgExpectedString, "type", "must be text"},
	{validation.MsgExpectedArray, "type", "must be a list"},
	{validation.MsgExpectedObject, "type", "must be an object"},
	{"invalid integer", "type", "must be a whole number"},
	{"invalid float", "type", "must be a number"},
	{"invalid boolean", "type", "must be true or false"},
	{"invalid date/time", "format", "is no instant such as 2026-11-24T08:00:00Z"},
	{wrongType, "type", "is of the wrong type"},
	{notUTF8, "text", notUTF8},
	{holdsNUL, "text", holdsNUL},
	{halfRune, "text", halfRune},
	{namedTwice, "duplicate", namedTwice},
	{tooDeep, "depth", tooDeep},
	{notJSON, "json", notJSON},
	{"cannot read multipart form", "format", "is not a complete form"},
}

// segment is a part of a path that is surely the name of a field, not something a client put there.
var segment = regexp.MustCompile(`^[A-Za-z_-][A-Za-z_-]*[0-9]{0,3}(\[\d{1,6}\])*$`)

// safePath replaces the parts of a path that do not look like names of fields.
func safePath(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		if part != "" && (len(part) > 48 || !segment.MatchString(part)) {
			parts[i] = "*"
		}
	}
	if len(parts) > maxDepth {
		parts = parts[:maxDepth]
	}
	return strings.Join(parts, ".")
}
