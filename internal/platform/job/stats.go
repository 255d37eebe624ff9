package job

import (
	"maps"
	"math/rand/v2"
	"time"
)

// Stats counts what this process has done with jobs of a kind since it started.
type Stats struct {
	Started   int64 // Started counts attempts; those not in another counter are running.
	Done      int64
	Failed    int64 // Failed counts attempts that failed, also the last of a job.
	Dead      int64 // Dead counts jobs that failed for the last time.
	Snoozed   int64
	Cancelled int64
	Released  int64 // Released counts attempts that a stop of the program ended.
	Took      time.Duration
}

// Stats returns the counts of each kind that has run in this process, for metrics.
func (r *Runner) Stats() map[Kind]Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.stats)
}

// count changes the counts of a kind; r.mu is held.
func (r *Runner) count(kind Kind, change func(s *Stats)) {
	s := r.stats[kind]
	change(&s)
	r.stats[kind] = s
}

func jitter() float64 { return rand.Float64() }
