package web

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Op describes one operation of the API.
type Op struct {
	Method, Path string            // "POST", "/v1/orders/{id}"
	ID           string            // ID is the operationId, such as "createOrder".
	Summary      string            // Summary says in a few words what the operation does.
	Tag          string            // Tag groups operations in the document.
	Permission   access.Permission // Permission is what the caller needs; it is required.
	NoShopScope  bool              // NoShopScope says that the rows are not bound to a shop.
	Status       int               // Status of success; default 200, or 204 without a body.
	MaxBody      int64             // MaxBody bounds the body, in bytes; default 1 MiB.
	KeyRequired  bool              // KeyRequired refuses a write without Idempotency-Key.
	Produces     string            // Produces is the media type of a streamed answer, such as "text/csv".
	Timeout      time.Duration     // Timeout is the deadline; default Limits.Timeout.
	PerMinute    int               // PerMinute bounds the requests of one address to this route, such as sign-in.
	OneAtATime   bool              // OneAtATime refuses a second request of a caller while one runs, such as an export.
}

// route is an operation as it stands in the mux.
type route struct {
	Op
	pattern string
	api     bool // api tells operations from raw handlers.
	write   bool // write tells operations that change something.
}

// Read registers an operation that reads; h runs in DB.View.
func Read[I, O any](s *Server, op Op, h func(ctx context.Context, tx *db.Tx, in *I) (*O, error)) {
	register(s, &route{Op: op}, func(ctx context.Context, in *I) (out *O, err error) {
		err = s.config.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			out, err = h(ctx, tx, in)
			return err
		})
		return out, err
	})
}

// Write registers an operation that writes; h runs in DB.Update. With an Idempotency-Key its answer
// is stored in the same transaction and given again to a request with the same key and content.
func Write[I, O any](s *Server, op Op, h func(ctx context.Context, tx *db.Tx, in *I) (*O, error)) {
	register(s, &route{Op: op, write: true}, func(ctx context.Context, in *I) (out *O, err error) {
		err = s.config.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			out, err = h(ctx, tx, in)
			return err
		})
		return out, err
	})
}

// Raw registers an operation that opens its own transactions, or none: sign-in, uploads, exports.
func Raw[I, O any](s *Server, op Op, h func(ctx context.Context, in *I) (*O, error)) {
	register(s, &route{Op: op}, h)
}

// HandleFunc registers a handler outside the API and its document, such as the pages. The pattern is
// one of http.ServeMux, with a method.
func (s *Server) HandleFunc(pattern string, permission access.Permission, handler http.HandlerFunc) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		panic(fmt.Sprintf("pattern %q has no method", pattern))
	}
	r := &route{Op: Op{Method: method, Path: path, ID: pattern, Permission: permission}}
	s.add(r)
	s.mux.Handle(pattern, s.guard(r, handler))
}

func register[I, O any](s *Server, r *route, h func(context.Context, *I) (*O, error)) {
	r.api = true
	s.add(r)
	s.naming = naming{upper(r.ID), reflect.TypeFor[I](), reflect.TypeFor[O]()}
	huma.Register(s.api, s.operation(r), h)
}

// add notes a route. It panics on a mistake of the programmer.
func (s *Server) add(r *route) {
	r.pattern = r.Method + " " + r.Path
	switch {
	case r.Permission == "":
		panic("route " + r.pattern + " has no permission")
	case r.ID == "" || s.byID[r.ID]:
		panic("route " + r.pattern + " has no id of its own: " + r.ID)
	}
	s.byID[r.ID] = true
	s.byPlace[r.pattern] = r
	s.routes = append(s.routes, r)
}

func (s *Server) operation(r *route) huma.Operation {
	return huma.Operation{
		Method:        r.Method,
		Path:          r.Path,
		OperationID:   r.ID,
		Summary:       r.Summary,
		Tags:          []string{r.Tag},
		DefaultStatus: r.Status,
		Extensions:    map[string]any{"x-permission": r.Permission},
	}
}

func (s *Server) guard(r *route, next http.Handler) http.Handler { return next }
