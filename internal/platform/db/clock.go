package db

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// start is what Uptime counts from; its monotonic reading is not moved by anyone.
var start = time.Now()

// Wall returns the time of the machine. Only identifiers use it: they must not go back when the
// clock of a demo is moved.
func Wall() time.Time { return time.Now() }

// Uptime returns how long the process has run, for measuring durations: it never jumps.
func Uptime() time.Duration { return time.Since(start) }

// Clock is the time the program lives in: the machine's, moved by an offset in a demo.
type Clock struct {
	movable bool
	offset  atomic.Int64 // nanoseconds
}

// Now returns the instant, UTC, in whole milliseconds as the database stores it.
func (c *Clock) Now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load())).UTC().Truncate(time.Millisecond)
}

// Offset returns how far the clock is ahead of the machine's.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

// Movable reports whether this is a demo, in which the clock can be moved.
func (c *Clock) Movable() bool { return c.movable }

// MoveClock moves the clock forward by a positive duration and remembers it in the database. Outside of a demo it
// returns clock.not_movable.
func (d *DB) MoveClock(ctx context.Context, by time.Duration) error {
	if !d.movable {
		return errs.New(errs.Forbidden, "clock.not_movable", "the clock can be moved in a demo only")
	}
	if by <= 0 || by > 366*24*time.Hour {
		return errs.New(errs.Invalid, "clock.step", "the clock moves forward by at most a year at a time")
	}
	offset := d.Offset() + by
	err := d.Update(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `insert into clock (id, offset_ms) values (1, $1)
			on conflict (id) do update set offset_ms = excluded.offset_ms`, offset.Milliseconds())
		return err
	})
	if err != nil {
		return fmt.Errorf("store clock offset: %w", err)
	}
	d.offset.Store(int64(offset))
	return nil
}

func (d *DB) loadOffset(ctx context.Context) error {
	if !d.movable {
		return nil
	}
	var ms int64
	err := d.View(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.QueryRow(ctx, `select offset_ms from clock where id = 1`).Scan(&ms)
	})
	if err != nil && !NoRows(err) {
		return fmt.Errorf("read clock offset: %w", err)
	}
	d.offset.Store(ms * int64(time.Millisecond))
	return nil
}

// Millis is an instant as the database stores it: UTC milliseconds. Use it to scan and to pass times.
func Millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// ScanTime returns a target for rows.Scan that reads UTC milliseconds, or NULL as the zero time.
func ScanTime(t *time.Time) any { return (*millis)(t) }

type millis time.Time

func (m *millis) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = millis{}
	case int64:
		*m = millis(time.UnixMilli(v).UTC())
	default:
		return fmt.Errorf("scan %T into an instant", src)
	}
	return nil
}
