// Package job does work later, outside of the request that asked for it: whatever leaves the process,
// waits, or takes long. A job is a row, written in the transaction of the one who wants it, and runs at
// least once: a handler must bear being called again with the same arguments.
//
// # Two clocks
//
// When a job is to run, and when a schedule comes round, is a matter of the shop: it is told by the
// shop's clock (db.Now), so that moving the clock of a demo makes due what would be due by then. How long
// a worker may be silent, how long a failed job rests and how long a handler may take are matters of the
// machine: moving the shop's clock by a week must neither take running jobs from their workers nor hurry
// a provider that has just refused. A failed job rests until an instant of the machine's clock, and a
// lease knows no instant at all: its worker makes the beat of its rows grow twice per lease, and another
// worker takes a row over when it has itself, by its monotonic clock, seen the same beat for a whole lease.
// So neither a jump of a machine's clock nor a difference between machines ends a lease.
//
// # After a kill
//
// An attempt is counted when a job starts, so a job that kills the process runs out of attempts. On SQLite
// no second process can hold the file: what another process left running is taken over at once. On
// PostgreSQL the others wait out the lease, and a worker that cannot reach the database for a lease tells
// its handlers to stop, since by then others may run their jobs.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/id"
)

// Kind names what is to be done, for example "message.send".
type Kind string

// ID names a job.
type ID = id.ID[prefix]

type prefix struct{}

func (prefix) Prefix() string { return "job" }

// State says where a job is. A job that is done is no more.
type State int

// The states of a job, as stored.
const (
	Ready    State = 0 // It runs as soon as a worker is free.
	Running  State = 1 // A worker runs it.
	Dead     State = 2 // It failed too often; a person looks at it.
	Waiting  State = 3 // Its time has not come.
	Retrying State = 4 // It failed and rests before it runs again.
)

var stateNames = map[State]string{Ready: "ready", Running: "running", Dead: "dead", Waiting: "waiting", Retrying: "retrying"}

// String returns the name of the state, for example "waiting".
func (s State) String() string { return stateNames[s] }

// MarshalText implements encoding.TextMarshaler.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *State) UnmarshalText(text []byte) error {
	for state, name := range stateNames {
		if name == string(text) {
			*s = state
			return nil
		}
	}
	return fmt.Errorf("a job has no state %q", text)
}

// Options of a kind. The zero value of each means its default.
type Options struct {
	Limit       int           // Limit is how many run at once, over all processes; 1 by default.
	MaxAttempts int           // MaxAttempts is how often a job is tried before it is dead; 8 by default.
	Timeout     time.Duration // Timeout ends the context of one attempt; an hour by default.
}

// Job is one attempt of a job, as its handler sees it.
type Job struct {
	ID          ID
	Kind        Kind
	Attempt     int // Attempt counts from 1.
	MaxAttempts int

	args []byte
	run  *run
}

// Args reads the arguments the job was enqueued with into v.
func (j Job) Args(v any) error {
	if err := json.Unmarshal(j.args, v); err != nil {
		return fmt.Errorf("read arguments of %s: %w", j.Kind, err)
	}
	return nil
}

// ErrCancelled is why the context of a job ends when somebody cancels the job.
var ErrCancelled = errors.New("the job was cancelled")

// Progress shows v, as JSON, on the page of jobs. It is stored within a second and costs nothing, so a
// handler may call it often, also inside a transaction. It returns ErrCancelled after a cancel, and another
// error if the handler should stop for another reason.
func (j Job) Progress(ctx context.Context, v any) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write progress of %s: %w", j.Kind, err)
	}
	j.run.progress.Store(new(string(text)))
	return nil
}

// Snooze is returned by a handler that wants its job to be run again after d, by the shop's clock. The
// attempt does not count.
func Snooze(d time.Duration) error { return snooze(d) }

type snooze time.Duration

func (s snooze) Error() string { return "run again in " + time.Duration(s).String() }

// backoff returns how long a job rests after its n-th failure: 4 s, 16 s, about a minute, 4 minutes, 17
// minutes, then an hour at most; eight attempts last some two and a half hours. Jitter is from 0 to 1 and
// moves the rest by a quarter either way, so that what failed together does not come back together.
func backoff(n int, jitter float64) time.Duration {
	rest := maxBackoff
	if n < 6 {
		rest = min(rest, time.Second<<(2*max(n, 1)))
	}
	return time.Duration(float64(rest) * (0.75 + jitter/2))
}

const maxBackoff = time.Hour
