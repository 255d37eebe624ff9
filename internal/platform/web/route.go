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
	Produces     string            // Produces lists the media types of a streamed answer, such as "text/csv".
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
	filler  *filler
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
	rt := &route{Op: op, write: true}
	register(s, rt, func(ctx context.Context, in *I) (out *O, err error) {
		key := exchangeOf(ctx).key
		if key == nil {
			err = s.config.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
				out, err = h(ctx, tx, in)
				return err
			})
			return out, err
		}
		before, err := s.once(ctx, key, func(ctx context.Context, tx *db.Tx) (answer, error) {
			if out, err = h(ctx, tx, in); err != nil {
				return answer{}, err
			}
			rt.filler.answer(out)
			return answerOf(rt, out)
		})
		if before != nil && err == nil {
			return nil, before
		}
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
	rt := &route{Op: Op{Method: method, Path: path, ID: pattern, Permission: permission}}
	s.add(rt)
	s.mux.Handle(rt.pattern, s.guard(rt, handler))
}

func register[I, O any](s *Server, rt *route, h func(context.Context, *I) (*O, error)) {
	rt.api = true
	s.add(rt)
	in, out := reflect.TypeFor[I](), reflect.TypeFor[O]()
	rt.filler = newFiller(out, map[reflect.Type]*filler{})
	checkShape(rt, in, map[reflect.Type]bool{})
	checkShape(rt, out, map[reflect.Type]bool{})
	s.naming.start(rt.ID, in, out)
	huma.Register(s.api, s.operation(rt), func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, err
		}
		rt.filler.answer(out)
		return out, nil
	})
}

// add notes a route. It panics on a mistake of the programmer.
func (s *Server) add(rt *route) {
	rt.pattern = rt.Method + " " + rt.Path
	switch {
	case rt.Permission == "":
		panic("route " + rt.pattern + " has no permission")
	case rt.ID == "" || s.byID[rt.ID]:
		panic("route " + rt.pattern + " has no id of its own: " + rt.ID)
	}
	s.byID[rt.ID] = true
	s.byPlace[rt.pattern] = rt
	s.routes = append(s.routes, rt)
}
