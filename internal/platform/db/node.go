package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// nodeLock is the class of the advisory locks that give each process its node number.
const nodeLock = 727002

const (
	nodeNumbers = 1024
	nodeCheck   = time.Second     // nodeCheck is how often the connection that holds the number is asked.
	nodeAnswer  = 5 * time.Second // nodeAnswer is how long its answer may take.
	nodeWait    = 5 * time.Second // nodeWait is how long a write waits for a number that was lost.
)

// node keeps a number that no other process has, so that the identifiers of two processes on one
// PostgreSQL differ. The number is an advisory lock: the server frees it when the connection breaks.
// Then writes wait until there is another. Each search for a free number begins anywhere, so that a
// process that starts before we notice does hardly ever take just that one.
type node struct {
	server *pgx.ConnConfig
	ids    *id.Maker
	conn   *pgx.Conn
	stop   context.CancelFunc
	done   chan struct{}

	mu   sync.Mutex
	held chan struct{} // held is closed while the number is ours.
}

// takeNode takes a number and keeps it until the database is closed.
func (d *DB) takeNode(ctx context.Context, server *pgx.ConnConfig) error {
	n := &node{server: server, ids: &d.ids, done: make(chan struct{}), held: make(chan struct{})}
	if err := n.take(ctx); err != nil {
		return err
	}
	// It lives as long as the database is open, not as long as the opening.
	ctx, n.stop = context.WithCancel(context.WithoutCancel(ctx))
	go n.keep(ctx)
	d.node = n
	d.release = append(d.release, n.close)
	return nil
}

// take connects and takes any number that is free.
func (n *node) take(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, n.server)
	if err != nil {
		return fmt.Errorf("take a node number: %w", err)
	}
	first := rand.Int64N(nodeNumbers)
	for i := range int64(nodeNumbers) {
		number, taken := (first+i)%nodeNumbers, false
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1, $2)", nodeLock, number).Scan(&taken); err != nil {
			return errors.Join(fmt.Errorf("take a node number: %w", err), conn.Close(ctx))
		}
		if taken {
			n.ids.SetNode(number)
			n.conn = conn
			n.mu.Lock()
			close(n.held)
			n.mu.Unlock()
			return nil
		}
	}
	return errors.Join(fmt.Errorf("%d processes are connected already", nodeNumbers), conn.Close(ctx))
}

// keep looks after the number until it is told to stop.
func (n *node) keep(ctx context.Context) {
	defer close(n.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(nodeCheck):
		}
		if n.conn != nil {
			if n.answers(ctx) || ctx.Err() != nil {
				continue
			}
			n.lose(ctx)
		}
		if err := n.take(ctx); err != nil {
			slog.Warn("writes wait for a node number", "error", err)
			continue
		}
		slog.Info("took another node number")
	}
}

// answers reports whether the connection that holds the number lives.
func (n *node) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, nodeAnswer)
	defer cancel()
	return n.conn.Ping(ctx) == nil
}

// lose has writes wait.
func (n *node) lose(ctx context.Context) {
	n.mu.Lock()
	n.held = make(chan struct{})
	n.mu.Unlock()
	_ = n.conn.Close(ctx) // It is broken.
	n.conn = nil
}

// wait returns once the number is ours. The error is db.no_node.
func (n *node) wait(ctx context.Context) error {
	n.mu.Lock()
	held := n.held
	n.mu.Unlock()
	select {
	case <-held:
		return nil
	default:
	}
	select {
	case <-held:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(nodeWait):
		return errs.New(errs.Unavailable, "db.no_node", "the connection to the database is lost; nothing can be written until it is back")
	}
}

func (n *node) close() error {
	n.stop()
	<-n.done
	if n.conn == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), nodeAnswer)
	defer cancel()
	return n.conn.Close(ctx)
}
