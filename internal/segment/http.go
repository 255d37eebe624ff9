package segment

import (
	"context"
	"net/http"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// Routes registers the routes of the list of customers, RFM and the lifecycle.
func (s *Service) Routes(w *web.Server) {
	web.Raw(w, web.Op{Method: http.MethodGet, Path: "/v1/customers", ID: "listCustomers", Summary: "List customers",
		Tag: "Customers", Permission: access.CustomersRead}, s.listCustomers)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/customers/{id}/profile", ID: "getCustomerProfile", Summary: "Show the numbers of a customer",
		Tag: "Customers", Permission: access.CustomersRead}, s.getProfile)

	s.segmentRoutes(w)
	s.tagRuleRoutes(w)
	const tag = "Segments"
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/rfm", ID: "getRFM", Summary: "Show RFM, groups, thresholds and proposals",
		Tag: tag, Permission: access.CustomersRead}, s.getRFM)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/rfm/report", ID: "reportRFM", Summary: "Compute RFM as of a day",
		Tag: tag, Permission: access.ReportsRead}, s.reportRFM)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/rfm/customers", ID: "listRFMCustomers", Summary: "List the customers of a cell, highest spend first",
		Tag: tag, Permission: access.CustomersRead}, s.listCell)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/rfm/settings", ID: "getRFMSettings", Summary: "Show the thresholds in force",
		Tag: tag, Permission: access.CustomersRead, NoShopScope: true}, s.getSettings)
	web.Write(w, web.Op{Method: http.MethodPut, Path: "/v1/rfm/settings", ID: "setRFMSettings", Summary: "Put thresholds in force",
		Tag: tag, Permission: access.SegmentsManage, NoShopScope: true}, s.setSettings)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/rfm/packs", ID: "listPackThresholds", Summary: "Show the thresholds proper to each trade",
		Tag: tag, Permission: access.CustomersRead, NoShopScope: true}, s.getPackThresholds)
	web.Write(w, web.Op{Method: http.MethodPost, Path: "/v1/rfm/packs/{code}/adopt", ID: "adoptPackThresholds",
		Summary: "Put the thresholds of a trade in force, until the shop's own sales are enough or its pack is switched off",
		Tag:     tag, Permission: access.SegmentsManage, NoShopScope: true}, s.postAdoptPack)
	web.Read(w, web.Op{Method: http.MethodPost, Path: "/v1/rfm/what_if", ID: "whatIfRFM", Summary: "Say who would move by other thresholds; changes nothing",
		Tag: tag, Permission: access.CustomersRead}, s.postWhatIf)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/lifecycle", ID: "getLifecycle", Summary: "Show the stages and the moves between them",
		Tag: tag, Permission: access.CustomersRead}, s.getLifecycle)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/lifecycle/customers", ID: "listLifecycleCustomers", Summary: "List who went from one stage to another, latest first",
		Tag: tag, Permission: access.CustomersRead}, s.listMoved)
}

type listCustomersInput struct {
	web.Page
	Filter
	Sort  string `query:"sort" enum:"spend,orders,last_order,newest" default:"newest"`
	Order string `query:"order" enum:"desc,asc" default:"desc"`
}

type listCustomersOutput struct{ Body ListBody }

func (s *Service) listCustomers(ctx context.Context, in *listCustomersInput) (*listCustomersOutput, error) {
	var body ListBody
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		body, err = s.list(ctx, tx, in.Filter, in.Sort, in.Order == "asc", in.Page)
		return err
	})
	if err != nil {
		return nil, err
	}
	found := make([]customer.ID, len(body.Items))
	for i, one := range body.Items {
		found[i] = one.ID
	}
	return &listCustomersOutput{body}, s.Customers.AuditSearch(ctx, in.Query, found)
}

type listCellInput struct {
	web.Page
	Cell string `query:"cell" required:"true" pattern:"^[1-5]{3}$" doc:"A cell of the RFM map, such as 543."`
}

func (s *Service) listCell(ctx context.Context, tx *db.Tx, in *listCellInput) (*listCustomersOutput, error) {
	body, err := s.list(ctx, tx, Filter{Cell: in.Cell}, "spend", false, in.Page)
	if err != nil {
		return nil, err
	}
	return &listCustomersOutput{body}, nil
}

type customerPath struct {
	ID customer.ID `path:"id"`
}

type profileOutput struct{ Body Figures }

func (s *Service) getProfile(ctx context.Context, tx *db.Tx, in *customerPath) (*profileOutput, error) {
	f, err := s.Figures(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	return &profileOutput{f}, nil
}

type rfmOutput struct {
	ETag string `header:"ETag" doc:"The version of the thresholds."`
	Body Overview
}

func (s *Service) getRFM(ctx context.Context, tx *db.Tx, _ *struct{}) (*rfmOutput, error) {
	o, err := s.Overview(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &rfmOutput{web.ETag(o.Settings.Version), o}, nil
}

type reportInput struct {
	AsOf cal.Day `query:"as_of" doc:"Default: today."`
}

type reportOutput struct{ Body Report }

func (s *Service) reportRFM(ctx context.Context, tx *db.Tx, in *reportInput) (*reportOutput, error) {
	asOf := in.AsOf
	if asOf.IsZero() {
		asOf = cal.DayOf(tx.Now, s.Staff.Zone())
	}
	r, err := s.Report(ctx, tx, asOf)
	if err != nil {
		return nil, err
	}
	return &reportOutput{r}, nil
}

type settingsOutput struct {
	ETag string `header:"ETag"`
	Body Settings
}

func (s *Service) getSettings(ctx context.Context, tx *db.Tx, _ *struct{}) (*settingsOutput, error) {
	present, err := findSettings(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &settingsOutput{web.ETag(present.version), present.view()}, nil
}

type setSettingsInput struct {
	IfMatch string `header:"If-Match" doc:"The ETag of the thresholds that were edited."`
	Body    Thresholds
}

func (s *Service) setSettings(ctx context.Context, tx *db.Tx, in *setSettingsInput) (*settingsOutput, error) {
	set, err := s.Decide(ctx, tx, in.Body, func(version int64) error { return web.CheckIfMatch(in.IfMatch, version) })
	if err != nil {
		return nil, err
	}
	return &settingsOutput{web.ETag(set.Version), set}, nil
}

func (s *Service) getPackThresholds(ctx context.Context, tx *db.Tx, _ *struct{}) (*struct{ Body AllPackThresholds }, error) {
	all, err := s.ListPackThresholds(ctx, tx)
	return &struct{ Body AllPackThresholds }{all}, err
}

func (s *Service) postAdoptPack(ctx context.Context, tx *db.Tx, in *struct {
	Code    string `path:"code" maxLength:"40"`
	IfMatch string `header:"If-Match" doc:"The ETag of the thresholds in force."`
}) (*settingsOutput, error) {
	set, err := s.AdoptPack(ctx, tx, in.Code, func(version int64) error { return web.CheckIfMatch(in.IfMatch, version) })
	return &settingsOutput{web.ETag(set.Version), set}, err
}

func (s *Service) postWhatIf(ctx context.Context, tx *db.Tx, in *struct {
	Body struct {
		Thresholds Thresholds `json:"thresholds"`
		By         Grouping   `json:"by,omitempty" enum:"value_group,quadrant,stage" default:"value_group" doc:"Which groups"`
	}
}) (*struct{ Body WhatIf }, error) {
	w, err := s.WhatIf(ctx, tx, in.Body.Thresholds, in.Body.By)
	return &struct{ Body WhatIf }{w}, err
}

// Period is the days of which the lifecycle is told.
type Period struct {
	From cal.Day `query:"from" doc:"Default: 90 days before to."`
	To   cal.Day `query:"to" doc:"Default: today."`
}

// fill sets what is not given. The error is lifecycle.range.
func (p *Period) fill(today cal.Day) error {
	if p.To.IsZero() {
		p.To = today
	}
	if p.From.IsZero() {
		p.From = p.To.Add(-90)
	}
	if p.To.Before(p.From) {
		return errs.New(errs.Invalid, "lifecycle.range", "from is later than to")
	}
	return nil
}

type lifecycleOutput struct{ Body Lifecycle }

func (s *Service) getLifecycle(ctx context.Context, tx *db.Tx, in *Period) (*lifecycleOutput, error) {
	if err := in.fill(cal.DayOf(tx.Now, s.Staff.Zone())); err != nil {
		return nil, err
	}
	l, err := s.Lifecycle(ctx, tx, in.From, in.To)
	if err != nil {
		return nil, err
	}
	return &lifecycleOutput{l}, nil
}

type movedInput struct {
	web.Page
	MoveFilter
}

func (s *Service) listMoved(ctx context.Context, tx *db.Tx, in *movedInput) (*struct{ Body web.List[Moved] }, error) {
	before, err := web.DecodeCursor(in.Cursor, 3)
	if err != nil {
		return nil, err
	}
	if err := in.fill(cal.DayOf(tx.Now, s.Staff.Zone())); err != nil {
		return nil, err
	}
	items, next, err := s.moved(ctx, tx, in.MoveFilter, before, in.Limit)
	out := &struct{ Body web.List[Moved] }{web.List[Moved]{Items: items}}
	if next != nil {
		out.Body.NextCursor = web.EncodeCursor(next...)
	}
	return out, err
}
