package staff

import (
	"context"
	"encoding/json"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

func (s *Service) auditRoutes(w *web.Server) {
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/audit", ID: "listAudit", Tag: "Audit", Summary: "What was done by whom, the latest first", Permission: access.AuditRead,
	}, s.getAudit)
}

type auditInput struct {
	web.Page
	StaffID ID        `query:"staff_id"`
	KeyID   KeyID     `query:"key_id"`
	Action  string    `query:"action" maxLength:"80" doc:"An action such as customer.revealed, or its beginning with a dot: customer."`
	Subject string    `query:"subject" maxLength:"80" doc:"What it was done to, such as cus_…"`
	From    time.Time `query:"from" doc:"The first instant"`
	To      time.Time `query:"to" doc:"The instant after the last"`
}

// AuditView is an entry of the audit log as lists show it.
type AuditView struct {
	Seq        int64           `json:"seq"`
	At         time.Time       `json:"at"`
	StaffID    ID              `json:"staff_id,omitzero"`
	KeyID      KeyID           `json:"key_id,omitzero"`
	Actor      string          `json:"actor"`
	Role       string          `json:"role"`
	Touchpoint string          `json:"touchpoint"`
	Session    string          `json:"session,omitempty"`
	IP         string          `json:"ip,omitempty"`
	RequestID  string          `json:"request_id,omitempty"`
	Action     string          `json:"action"`
	Subject    string          `json:"subject,omitempty"`
	ShopID     ShopID          `json:"shop_id,omitzero"`
	Reason     string          `json:"reason,omitempty"`
	Before     json.RawMessage `json:"before,omitempty" doc:"What differs, as it was"`
	After      json.RawMessage `json:"after,omitempty" doc:"What differs, as it became"`
	Hash       string          `json:"hash" doc:"Its link in the chain"`
}

type auditOutput struct{ Body web.List[AuditView] }

func (s *Service) getAudit(ctx context.Context, tx *db.Tx, in *auditInput) (*auditOutput, error) {
	at, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	f := AuditFilter{StaffID: in.StaffID, KeyID: in.KeyID, Action: in.Action, Subject: in.Subject, Limit: in.Limit + 1}
	if !in.From.IsZero() {
		f.From = in.From.UnixMilli()
	}
	if !in.To.IsZero() {
		f.To = in.To.UnixMilli()
	}
	if at != nil {
		f.Before = at[0]
	}
	entries, err := s.ListAudit(ctx, tx, f)
	out := &auditOutput{}
	for i, e := range entries {
		if i == in.Limit {
			out.Body.NextCursor = web.EncodeCursor(entries[i-1].Seq)
			break
		}
		out.Body.Items = append(out.Body.Items, e.view())
	}
	return out, err
}

func (e StoredAudit) view() AuditView {
	return AuditView{
		Seq: e.Seq, At: e.At, StaffID: id.Of[personKind](e.StaffID), KeyID: id.Of[keyKind](e.KeyID), Actor: e.Actor, Role: e.Role,
		Touchpoint: e.Touchpoint, Session: e.Session, IP: e.IP, RequestID: e.Request, Action: e.Action, Subject: e.Subject,
		ShopID: id.Of[shopKind](e.ShopID), Reason: e.Reason, Before: json.RawMessage(e.Before), After: json.RawMessage(e.After), Hash: e.Hash,
	}
}
