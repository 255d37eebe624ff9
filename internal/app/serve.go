package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/webui"
)

// stopTime is how long requests under way may take when the server stops.
const stopTime = 15 * time.Second

func (c Command) serve(ctx context.Context, args []string) error {
	var o Options
	f := c.flags("serve", &o)
	listen := f.String("listen", c.env("SHUKE_LISTEN", "127.0.0.1:8420"), "address to listen on")
	f.StringVar(&o.Folder, "folder", c.Env("SHUKE_FOLDER"), "folder for the files of imports; nodes that share a database share it too (default: beside a SQLite file)")
	f.Func("trusted-proxy", "network whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be repeated", func(text string) error {
		network, err := netip.ParsePrefix(text)
		o.TrustedProxies = append(o.TrustedProxies, network)
		return err
	})
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer closeApp(a)
	return a.Serve(ctx, *listen, func(address string) error {
		token, err := a.Staff.SetupToken(ctx)
		if err != nil || token == "" {
			return err
		}
		fmt.Fprintf(c.Out, "\nShuke is new here. Set it up in the browser; this address works once:\n\n  %s/setup?token=%s\n\n", address, token)
		return nil
	})
}

// Serve answers requests and works until ctx ends. It calls ready with its address once it listens.
func (a *App) Serve(ctx context.Context, listen string, ready func(address string) error) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return errs.New(errs.Conflict, "serve.listen", "cannot listen on %s: %s", listen, err)
	}
	server := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	address := "http://" + listener.Addr().String()
	slog.Info("listening", "address", address, "database", a.DB.Engine)

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	working, serving := make(chan error, 1), make(chan error, 1)
	go func() { working <- a.Work(ctx) }()
	go func() { serving <- server.Serve(listener) }()
	err = ready(address)
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-serving:
		}
	}
	// Requests first, then the work they may have started.
	stop, done := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer done()
	err = errors.Join(err, server.Shutdown(stop))
	cancel()
	return errors.Join(err, <-working)
}

// Handler serves the API and the pages. It chooses by itself, since a second http.ServeMux would
// redirect paths before the API can answer for them.
func (a *App) Handler() http.Handler {
	pages := http.NewServeMux()
	webui.Register(pages, webui.Files())
	api := a.Web.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/v1/"), path == "/openapi.json", path == "/healthz", path == "/metrics":
			api.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

// closeApp closes at the end of a command, where nobody is left to take the error.
func closeApp(a *App) {
	if err := a.Close(); err != nil {
		slog.Error("closing the database failed", "error", err)
	}
}
