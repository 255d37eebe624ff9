package customer

import (
	"context"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// Routes registers the routes of customers. The list of customers is package segment's.
func (s *Service) Routes(w *web.Server) {
	web.Write(w, web.Op{
		Method: "POST", Path: "/v1/customers", ID: "createCustomer", Tag: "Customers", Summary: "Add a customer by hand",
		Permission: access.CustomersWrite, Status: 201,
	}, s.postCustomer)
	web.Raw(w, web.Op{
		Method: "GET", Path: "/v1/customers/search", ID: "searchCustomers", Tag: "Customers",
		Summary: "Find a person by phone, last four digits, name, pinyin, initials, card or id", Permission: access.CustomersRead,
	}, s.getSearch)
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/customers/{id}", ID: "getCustomer", Tag: "Customers", Summary: "What is known of a customer",
		Permission: access.CustomersRead,
	}, s.getCustomer)
	web.Write(w, web.Op{
		Method: "PATCH", Path: "/v1/customers/{id}", ID: "changeCustomer", Tag: "Customers", Summary: "Change the basic record",
		Permission: access.CustomersWrite,
	}, s.patchCustomer)
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/customers/{id}/timeline", ID: "getTimeline", Tag: "Customers", Summary: "What happened with a customer, latest first",
		Permission: access.CustomersRead,
	}, s.getTimeline)
	web.Write(w, web.Op{
		Method: "POST", Path: "/v1/customers/{id}/reveal", ID: "revealCustomer", Tag: "Customers", Summary: "See a personal value, for a reason",
		Permission: access.CustomersReveal,
	}, s.postReveal)
	web.Read(w, web.Op{
		Method: "GET", Path: "/v1/data_quality", ID: "listPoorProfiles", Tag: "Customers", Summary: "Profiles to complete, the poorest first",
		Permission: access.CustomersRead,
	}, s.getQuality)
	web.Write(w, web.Op{
		Method: "POST", Path: "/v1/events", ID: "recordEvents", Tag: "Events", Summary: "Record behaviour: views, searches, carts, check-ins, live streams",
		Permission: access.EventsWrite, MaxBody: 4 << 20,
	}, s.postEvents)
	s.recordRoutes(w)
	s.mergeRoutes(w)
	s.tagLibraryRoutes(w)
}

// Changed is a profile after a write, with the facts that the write caused.
type Changed struct {
	Profile
	Facts []event.View `json:"facts"`
}

type changedOutput struct {
	ETag string `header:"ETag"`
	Body Changed
}

// changed returns the profile after a write.
func (s *Service) changed(ctx context.Context, tx *db.Tx, customer ID) (*changedOutput, error) {
	p, err := s.FindProfile(ctx, tx, customer)
	return &changedOutput{web.ETag(p.Version), Changed{p, event.Caused(tx)}}, err
}

type createInput struct {
	Body struct {
		Basics
		Identities []Identity `json:"identities,omitempty" maxItems:"10"`
		Source     string     `json:"source,omitempty" maxLength:"64" doc:"Where the customer came from; the touchpoint if absent"`
	}
}

func (s *Service) postCustomer(ctx context.Context, tx *db.Tx, in *createInput) (*changedOutput, error) {
	source := in.Body.Source
	if source == "" {
		source = access.From(ctx).Touchpoint
	}
	customer, err := s.Create(ctx, tx, NewCustomer{Identities: in.Body.Identities, Basics: in.Body.Basics, Source: source})
	if err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, customer)
}

func (s *Service) getSearch(ctx context.Context, in *struct {
	Q string `query:"q" required:"true" minLength:"1" maxLength:"128" doc:"A whole phone number or its last four digits, an e-mail address, a card or shop number, an id, or the start of a name, its pinyin or its initials"`
}) (*struct{ Body SearchResult }, error) {
	var found SearchResult
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = s.SearchSummaries(ctx, tx, in.Q)
		return err
	})
	if err != nil {
		return nil, err
	}
	ids := make([]ID, len(found.Items))
	for i, one := range found.Items {
		ids[i] = one.ID
	}
	return &struct{ Body SearchResult }{found}, s.AuditSearch(ctx, in.Q, ids)
}

type profileOutput struct {
	ETag string `header:"ETag"`
	Body Profile
}

func (s *Service) getCustomer(ctx context.Context, tx *db.Tx, in *struct {
	ID ID `path:"id"`
}) (*profileOutput, error) {
	p, err := s.FindProfile(ctx, tx, in.ID)
	return &profileOutput{web.ETag(p.Version), p}, err
}

func (s *Service) patchCustomer(ctx context.Context, tx *db.Tx, in *struct {
	ID      ID     `path:"id"`
	IfMatch string `header:"If-Match" doc:"The ETag that was read; the change is refused if somebody else was faster"`
	Body    Basics
}) (*changedOutput, error) {
	c, err := s.find(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := web.CheckIfMatch(in.IfMatch, c.Version); err != nil {
		return nil, err
	}
	if _, err := s.Update(ctx, tx, c.ID, c.Version, in.Body); err != nil {
		return nil, err
	}
	return s.changed(ctx, tx, c.ID)
}

func (s *Service) getTimeline(ctx context.Context, tx *db.Tx, in *struct {
	web.Page
	ID    ID    `path:"id"`
	Group Group `query:"group" enum:"basic,purchases,preferences,interactions" doc:"One of the four record groups; all if absent"`
}) (*struct{ Body web.List[TimelineItem] }, error) {
	at, err := web.DecodeCursor(in.Cursor, 2)
	if err != nil {
		return nil, err
	}
	items, err := s.Timeline(ctx, tx, in.ID, in.Group, cursorOf(at), in.Limit+1)
	out := &struct{ Body web.List[TimelineItem] }{}
	if len(items) > in.Limit {
		items = items[:in.Limit]
		last := items[in.Limit-1]
		out.Body.NextCursor = web.EncodeCursor(last.HappenedAt.UnixMilli(), last.pos)
	}
	out.Body.Items = items
	return out, err
}

// RevealedValue is a personal value in clear.
type RevealedValue struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

func (s *Service) postReveal(ctx context.Context, tx *db.Tx, in *struct {
	ID   ID `path:"id"`
	Body Reveal
}) (*struct{ Body RevealedValue }, error) {
	value, err := s.Reveal(ctx, tx, in.ID, in.Body)
	return &struct{ Body RevealedValue }{RevealedValue{in.Body.Field, value}}, err
}

func (s *Service) getQuality(ctx context.Context, tx *db.Tx, in *struct {
	web.Page
	Missing Field `query:"missing" enum:"name,phone,phone_verified,gender,birthday,shop,wechat,consent,preferences" doc:"Only profiles that lack this"`
}) (*struct{ Body web.List[PoorProfile] }, error) {
	at, err := web.DecodeCursor(in.Cursor, 2)
	if err != nil {
		return nil, err
	}
	items, err := s.ListPoorProfiles(ctx, tx, in.Missing, at, in.Limit+1)
	out := &struct{ Body web.List[PoorProfile] }{}
	if len(items) > in.Limit {
		items = items[:in.Limit]
		last := items[in.Limit-1]
		out.Body.NextCursor = web.EncodeCursor(last.Quality, last.Customer.ID.Int64())
	}
	out.Body.Items = items
	return out, err
}

// EventsRecorded is the answer for a batch of behaviour.
type EventsRecorded struct {
	Results []TouchResult `json:"results" doc:"One for each event, in order"`
	Facts   []event.View  `json:"facts"`
}

func (s *Service) postEvents(ctx context.Context, tx *db.Tx, in *struct {
	Body struct {
		Events []TouchDraft `json:"events" minItems:"1" maxItems:"500"`
	}
}) (*struct{ Body EventsRecorded }, error) {
	results, err := s.RecordTouches(ctx, tx, in.Body.Events, false)
	return &struct{ Body EventsRecorded }{EventsRecorded{results, event.Caused(tx)}}, err
}
