package staff

import (
	"context"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

func (s *Service) peopleRoutes(w *web.Server) {
	op := func(method, path, id, summary string, permission access.Permission) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Tag: "Staff", Summary: summary, Permission: permission}
	}
	create := op("POST", "/v1/staff", "createPerson", "Add a person; her first password is shown once", access.StaffManage)
	create.Status = 201
	web.Read(w, op("GET", "/v1/staff", "listStaff", "The people of the shops one sees", access.StaffRead), s.getPeople)
	web.Raw(w, create, s.postPerson)
	web.Read(w, op("GET", "/v1/staff/{id}", "getPerson", "One person", access.StaffRead), s.getPerson)
	web.Write(w, op("PATCH", "/v1/staff/{id}", "changePerson", "Change a person; another role or other shops sign her out", access.StaffManage), s.patchPerson)
	web.Write(w, op("POST", "/v1/staff/{id}/disable", "disablePerson", "End what a person may do here, at once", access.StaffManage), s.postDisable)
	web.Write(w, op("POST", "/v1/staff/{id}/enable", "enablePerson", "Let a person sign in again", access.StaffManage), s.postEnable)
	web.Raw(w, op("POST", "/v1/staff/{id}/password", "resetPassword", "Give a person another first password, shown once", access.StaffManage), s.postReset)
}

func (s *Service) keyRoutes(w *web.Server) {
	op := func(method, path, id, summary string) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Tag: "API keys", Summary: summary, Permission: access.KeysManage, NoShopScope: true}
	}
	create := op("POST", "/v1/api_keys", "createApiKey", "Make an API key; its secret is shown once")
	create.Status = 201
	web.Read(w, op("GET", "/v1/api_keys", "listApiKeys", "The API keys, the latest first"), s.getKeys)
	// Raw, since the answer to a Write may be kept for a repeated request, and the secret with it.
	web.Raw(w, create, s.postKey)
	web.Write(w, op("DELETE", "/v1/api_keys/{id}", "revokeApiKey", "Revoke an API key, at once"), s.deleteKey)
}

type peopleInput struct {
	web.Page
	Role   Role   `query:"role" enum:"owner,manager,marketer,agent,clerk,auditor"`
	ShopID ShopID `query:"shop_id"`
	State  string `query:"state" enum:"active,disabled"`
}

type peopleOutput struct{ Body web.List[Person] }

func (s *Service) getPeople(ctx context.Context, tx *db.Tx, in *peopleInput) (*peopleOutput, error) {
	at, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	f := PeopleFilter{Role: in.Role, Shop: in.ShopID, Limit: in.Limit + 1}
	if at != nil {
		f.After = id.Of[personKind](at[0])
	}
	if in.State != "" {
		f.Active = new(in.State == "active")
	}
	people, err := s.ListPeople(ctx, tx, f)
	out := &peopleOutput{}
	out.Body.Items = people
	if len(people) > in.Limit {
		out.Body.Items = people[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(people[in.Limit-1].ID.Int64())
	}
	return out, err
}

type createdPersonOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Person
		Password string `json:"one_time_password,omitempty" doc:"To read out to her: it is shown once, lasts seven days and must be changed"`
	}
}

func (s *Service) postPerson(ctx context.Context, in *struct{ Body NewPerson }) (*createdPersonOutput, error) {
	p, password, err := s.CreateWithPassword(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	out := &createdPersonOutput{ETag: web.ETag(p.Version)}
	out.Body.Person, out.Body.Password = p, password
	return out, nil
}

type personInput struct {
	ID ID `path:"id"`
}

func (s *Service) getPerson(ctx context.Context, tx *db.Tx, in *personInput) (*personOutput, error) {
	p, err := s.FindPerson(ctx, tx, in.ID)
	return personOut(p), err
}

type personChangeInput struct {
	Edit
	ID   ID `path:"id"`
	Body PersonChange
}

func (s *Service) patchPerson(ctx context.Context, tx *db.Tx, in *personChangeInput) (*personOutput, error) {
	p, err := s.ChangePerson(ctx, tx, in.ID, in.Body, in.check)
	return personOut(p), err
}

type disableInput struct {
	ID   ID `path:"id"`
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

type disableOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Person
		KeysRevoked int64        `json:"api_keys_revoked" doc:"How many API keys that she had made ended with her"`
		Facts       []event.View `json:"facts"`
	}
}

func (s *Service) postDisable(ctx context.Context, tx *db.Tx, in *disableInput) (*disableOutput, error) {
	done, err := s.Disable(ctx, tx, in.ID, in.Body.Reason)
	out := &disableOutput{ETag: web.ETag(done.Person.Version)}
	out.Body.Person, out.Body.KeysRevoked, out.Body.Facts = done.Person, done.KeysRevoked, event.Caused(tx)
	return out, err
}

func (s *Service) postEnable(ctx context.Context, tx *db.Tx, in *personInput) (*personOutput, error) {
	p, err := s.Enable(ctx, tx, in.ID)
	return personOut(p), err
}

type resetInput struct {
	ID   ID `path:"id"`
	Body struct {
		TOTP   bool   `json:"remove_totp,omitempty" doc:"Take her second factor away too: she has lost her telephone"`
		Reason string `json:"reason" minLength:"3" maxLength:"500"`
	}
}

type resetOutput struct {
	Body struct {
		Password string `json:"one_time_password" doc:"To read out to her: it is shown once, lasts seven days and must be changed"`
	}
}

func (s *Service) postReset(ctx context.Context, in *resetInput) (*resetOutput, error) {
	password, err := s.ResetPassword(ctx, in.ID, in.Body.TOTP, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := &resetOutput{}
	out.Body.Password = password
	return out, nil
}

type keysOutput struct{ Body web.List[APIKey] }

func (s *Service) getKeys(ctx context.Context, tx *db.Tx, in *struct{ web.Page }) (*keysOutput, error) {
	at, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	var before KeyID
	if at != nil {
		before = id.Of[keyKind](at[0])
	}
	keys, err := s.ListKeys(ctx, tx, before, in.Limit+1)
	out := &keysOutput{}
	out.Body.Items = keys
	if len(keys) > in.Limit {
		out.Body.Items = keys[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(keys[in.Limit-1].ID.Int64())
	}
	return out, err
}

type keyOutput struct{ Body APIKey }

type newKeyOutput struct {
	Body struct {
		APIKey
		Secret string `json:"secret" doc:"The key itself, to put into the other program: it is shown once"`
	}
}

func (s *Service) postKey(ctx context.Context, in *struct{ Body NewKey }) (*newKeyOutput, error) {
	out := &newKeyOutput{}
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		out.Body.APIKey, out.Body.Secret, err = s.CreateKey(ctx, tx, in.Body)
		return err
	})
	return out, err
}

func (s *Service) deleteKey(ctx context.Context, tx *db.Tx, in *struct {
	ID KeyID `path:"id"`
}) (*keyOutput, error) {
	k, err := s.RevokeKey(ctx, tx, in.ID)
	return &keyOutput{k}, err
}
