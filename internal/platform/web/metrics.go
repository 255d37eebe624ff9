package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// metrics counts requests by route and status.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMetrics(r *prometheus.Registry) metrics {
	m := metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shuke_http_requests_total", Help: "Requests answered, by route and status."},
			[]string{"route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "shuke_http_request_duration_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30}},
			[]string{"route"}),
	}
	r.MustRegister(m.requests, m.duration, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m metrics) count(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

// addStanding registers the routes every server has.
func (s *Server) addStanding() {
	s.HandleFunc("GET /healthz", access.Public, s.health)
	s.HandleFunc("GET /openapi.json", access.SignedIn, s.document)
	s.HandleFunc("GET /metrics", access.MetricsRead,
		promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{DisableCompression: true}).ServeHTTP)
}

// health is the answer of /healthz.
type health struct {
	Status  string `json:"status"`            // ok or degraded
	Version string `json:"version,omitempty"` // for those signed in
}

// health says whether the database can be read. A load balancer takes the node out at 503.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	h, status := health{Status: "ok"}, http.StatusOK
	err := s.config.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := db.Exists(ctx, tx, "select 1")
		return err
	})
	if err != nil {
		h.Status, status = "degraded", http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "5")
	} else if caller, err := s.authenticate(r); err == nil && caller.Can(access.SignedIn) {
		h.Version = s.config.Version
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = writeJSON(w, h) // The client is gone.
}

// document serves /openapi.json.
func (s *Server) document(w http.ResponseWriter, r *http.Request) {
	doc, err := s.OpenAPI()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(doc) // The client is gone.
}
