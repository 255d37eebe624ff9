package app

import (
	"context"
	"time"

	"github.com/shuke-crm/shuke/internal/demo"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

// systemRoutes serves what no domain owns: jobs, followers of the log, and the clock.
func (a *App) systemRoutes(w *web.Server) {
	op := func(method, path, id, summary string, p access.Permission) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Summary: summary, Tag: "System", Permission: p, NoShopScope: true}
	}
	web.Read(w, op("GET", "/v1/jobs", "listJobs", "List jobs, newest first", access.JobsManage), a.listJobs)
	web.Write(w, op("POST", "/v1/jobs/{id}/retry", "retryJob", "Run a failed job again", access.JobsManage), a.jobAct("job.retried", a.Jobs.Retry))
	web.Write(w, op("POST", "/v1/jobs/{id}/cancel", "cancelJob", "Cancel a job", access.JobsManage), a.jobAct("job.cancelled", a.Jobs.Cancel))
	web.Write(w, op("POST", "/v1/jobs/{id}/discard", "discardJob", "Give a failed job up", access.JobsManage), a.jobAct("job.discarded", a.Jobs.Discard))
	web.Read(w, op("GET", "/v1/followers", "listFollowers", "Show who follows the log, and the facts they could not take", access.JobsManage), a.listFollowers)
	web.Write(w, op("POST", "/v1/followers/{name}/parked/{pos}/retry", "retryParkedFact", "Give a parked fact to its follower again", access.JobsManage), a.retryParked)
	web.Read(w, op("GET", "/v1/clock", "getClock", "Tell the time Shuke lives in", access.SignedIn), a.getClock)
	web.Raw(w, op("POST", "/v1/clock/move", "moveClock", "Move the clock of a demo forward; its customers live on meanwhile", access.ClockMove), a.moveClock)
}

type listJobsInput struct {
	web.Page
	State string `query:"state" enum:"ready,running,waiting,retrying,dead" doc:"Only jobs in this state."`
	Kind  string `query:"kind" maxLength:"100" doc:"Only jobs of this kind."`
}

type listJobsOutput struct {
	Body struct {
		web.List[job.Info]
		Counts []job.Counts `json:"counts"`
	}
}

func (a *App) listJobs(ctx context.Context, tx *db.Tx, in *listJobsInput) (*listJobsOutput, error) {
	filter := job.Filter{Kind: job.Kind(in.Kind)}
	if in.State != "" {
		var s job.State
		if err := s.UnmarshalText([]byte(in.State)); err != nil {
			return nil, err
		}
		filter.States = []job.State{s}
	}
	cursor, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	var before job.ID
	if cursor != nil {
		before = jobID(cursor[0])
	}
	out := &listJobsOutput{}
	if out.Body.Items, err = a.Jobs.List(ctx, tx, filter, before, in.Limit); err != nil {
		return nil, err
	}
	if n := len(out.Body.Items); n == in.Limit {
		out.Body.NextCursor = web.EncodeCursor(out.Body.Items[n-1].ID.Int64())
	}
	out.Body.Counts, err = a.Jobs.Counts(ctx, tx)
	return out, err
}

// jobID makes the identifier of the job with the number n.
func jobID(n int64) (j job.ID) {
	_ = j.Scan(n) // An int64 is always taken.
	return j
}

type jobInput struct {
	ID job.ID `path:"id"`
}

type nothing struct{}

// jobAct returns a handler that does something to one job and leaves a line in the audit.
func (a *App) jobAct(action string, act func(context.Context, *db.Tx, job.ID) error) func(context.Context, *db.Tx, *jobInput) (*nothing, error) {
	return func(ctx context.Context, tx *db.Tx, in *jobInput) (*nothing, error) {
		if err := act(ctx, tx, in.ID); err != nil {
			return nil, err
		}
		return nil, a.Staff.Audit(ctx, tx, staff.AuditEntry{Action: action, Subject: in.ID.String()})
	}
}

type followersOutput struct {
	Body struct {
		Items  []event.FollowerState `json:"items"`
		Parked []event.Parked        `json:"parked"`
	}
}

func (a *App) listFollowers(ctx context.Context, tx *db.Tx, _ *struct{}) (*followersOutput, error) {
	out := &followersOutput{}
	var err error
	if out.Body.Items, err = a.Log.States(ctx, tx); err != nil {
		return nil, err
	}
	out.Body.Parked, err = a.Log.ListParked(ctx, tx, 200)
	return out, err
}

type retryParkedInput struct {
	Name string `path:"name" maxLength:"100"`
	Pos  int64  `path:"pos" minimum:"1"`
}

func (a *App) retryParked(ctx context.Context, tx *db.Tx, in *retryParkedInput) (*nothing, error) {
	if err := a.Log.RetryParked(ctx, tx, in.Name, in.Pos); err != nil {
		return nil, err
	}
	return nil, a.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "fact.retried", Subject: id.Text("fact", in.Pos)})
}

type clockOutput struct {
	Body struct {
		Now           time.Time `json:"now"`
		Movable       bool      `json:"movable" doc:"True in a demo."`
		OffsetSeconds int64     `json:"offset_seconds" doc:"How far Shuke is ahead of the machine."`

		Life *demo.Life `json:"life,omitempty" doc:"How the customers of a demo live on; absent elsewhere."`
	}
}

func (a *App) getClock(ctx context.Context, tx *db.Tx, _ *struct{}) (*clockOutput, error) {
	out := &clockOutput{}
	out.Body.Now, out.Body.Movable, out.Body.OffsetSeconds = a.DB.Now(), a.DB.Movable(), int64(a.DB.Offset().Seconds())
	var err error
	out.Body.Life, err = a.Demo.Find(ctx, tx)
	return out, err
}

type moveClockInput struct {
	Body struct {
		Hours int `json:"hours" minimum:"1" maximum:"8784" doc:"How many hours to move forward."`
	}
}

func (a *App) moveClock(ctx context.Context, in *moveClockInput) (out *clockOutput, err error) {
	if err := a.Demo.Move(ctx, time.Duration(in.Body.Hours)*time.Hour); err != nil {
		return nil, err
	}
	a.Jobs.Wake()
	a.Log.Wake()
	err = a.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = a.getClock(ctx, tx, nil)
		return err
	})
	return out, err
}
