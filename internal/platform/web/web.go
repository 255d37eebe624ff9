// Package web is the HTTP face of Shuke: it turns a typed function into a route with its permission,
// its transaction, its idempotency and its page in the OpenAPI document, and gives every request the
// same treatment: identity, limits, headers, log and one form of error.
//
// A domain registers its routes with Read, Write and Raw and returns *errs.Error for what the caller
// can act on. What a route means is the domain's; who the caller is, is asked of Config.Authenticate.
package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Config is what a Server needs.
type Config struct {
	DB *db.DB
	// Authenticate tells who sent a request: the zero Caller if it bears no credential, an
	// Unauthenticated error if it bears a wrong one. It may read RequestID and ClientIP.
	Authenticate func(*http.Request) (access.Caller, error)
	// Version is shown to those who are signed in.
	Version string
	// TrustedProxies are the networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
	TrustedProxies []netip.Prefix
	Limits         Limits
	Log            *slog.Logger // Log is slog.Default() if nil.
}

// Limits bound what a client can ask for. Zero means the default, a negative rate none.
type Limits struct {
	KeyPerMinute       int           // KeyPerMinute bounds the requests of an API key; default 600.
	SessionPerMinute   int           // SessionPerMinute bounds those of a person signed in; default 1200.
	AnonymousPerMinute int           // AnonymousPerMinute bounds those of an address; default 60; if negative, Op.PerMinute is off too.
	Underway           int           // Underway bounds the requests served at once, and so the memory; default 256.
	Timeout            time.Duration // Timeout is the deadline of a request; default 30 s.
}

// Server holds the routes of the program. Make one with New, register routes, then take its Handler.
type Server struct {
	// Registry collects the metrics that /metrics shows; others may register theirs.
	Registry *prometheus.Registry

	config   Config
	log      *slog.Logger
	mux      *http.ServeMux
	api      huma.API
	metrics  metrics
	limiter  limiter
	running  running
	underway atomic.Int64 // underway counts the requests to the API being served.
	// crossOrigin refuses what a browser sends from another site: the cookie goes with it.
	crossOrigin *http.CrossOriginProtection

	routes  []*route
	byPlace map[string]*route // byPlace finds a route by its pattern, such as "POST /v1/orders".
	byID    map[string]bool
	naming  naming
}

// New returns a server with /healthz, /metrics and /openapi.json.
func New(c Config) *Server {
	s := &Server{
		Registry:    prometheus.NewRegistry(),
		config:      c,
		log:         cmp.Or(c.Log, slog.Default()),
		mux:         http.NewServeMux(),
		crossOrigin: http.NewCrossOriginProtection(),
		byPlace:     map[string]*route{},
		byID:        map[string]bool{},
	}
	s.config.Limits = c.Limits.withDefaults()
	s.metrics = newMetrics(s.Registry)
	s.api = s.newAPI()
	s.addStanding()
	return s
}

// Handler returns the handler of everything. Register all routes before it serves.
func (s *Server) Handler() http.Handler { return s }

// Routes returns every route, in the order of registration.
func (s *Server) Routes() []Op {
	ops := make([]Op, len(s.routes))
	for i, r := range s.routes {
		ops[i] = r.Op
	}
	return ops
}

// OpenAPI returns the OpenAPI 3.1 document of all routes registered so far.
func (s *Server) OpenAPI() ([]byte, error) {
	doc, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write OpenAPI document: %w", err)
	}
	return doc, nil
}
