package segment

import (
	"context"
	"net/http"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// segmentRoutes registers the routes of segments.
func (s *Service) segmentRoutes(w *web.Server) {
	op := func(method, path, id, summary string, permission access.Permission) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Summary: summary, Tag: "Segments", Permission: permission}
	}
	read := func(path, id, summary string) web.Op {
		return op(http.MethodGet, path, id, summary, access.CustomersRead)
	}
	web.Read(w, read("/v1/segments/fields", "listSegmentFields", "The fields that rules can use"), s.getFields)
	web.Read(w, op(http.MethodPost, "/v1/segments/preview", "previewSegment", "Say whom a rule admits; changes nothing", access.CustomersRead), s.postPreview)
	web.Read(w, op(http.MethodPost, "/v1/segments/parse", "parseSegment", "Read a sentence as a rule; changes nothing", access.CustomersRead), s.postParse)
	presets := read("/v1/segments/presets", "listSegmentPresets", "Rules to start from, by the thresholds in force")
	presets.NoShopScope = true
	web.Read(w, presets, s.getPresets)
	web.Read(w, read("/v1/segments/presets/counts", "countSegmentPresets", "How many each of the presets admits now"), s.getPresetCounts)
	packPresets := read("/v1/segments/pack_presets", "listPackPresets", "Rules that the packs of trades bring, also of those that are switched off")
	packPresets.NoShopScope = true
	web.Read(w, packPresets, s.getPackPresets)
	web.Read(w, read("/v1/segments", "listSegments", "List segments by name"), s.getSegments)
	web.Read(w, read("/v1/segments/compare", "compareSegments", "Set two segments side by side"), s.getComparison)
	web.Read(w, read("/v1/segments/{id}", "getSegment", "Show a segment"), s.getSegment)
	web.Read(w, read("/v1/segments/{id}/members", "listSegmentMembers", "List the members, now or as of a day"), s.getMembers)
	web.Read(w, read("/v1/segments/{id}/changes", "listSegmentChanges", "Who entered and left, latest first, and why"), s.getChanges)
	web.Read(w, read("/v1/segments/{id}/trend", "getSegmentTrend", "The members day after day"), s.getTrend)
	web.Read(w, read("/v1/segments/{id}/why", "explainSegment", "Say why a customer is or is not in a segment"), s.getWhy)
	joined := read("/v1/customers/{id}/segments", "listCustomerSegments", "The segments that a customer is in")
	joined.Tag = "Customers"
	web.Read(w, joined, s.getJoined)

	create := op(http.MethodPost, "/v1/segments", "createSegment", "Make a segment", access.SegmentsManage)
	create.Status = http.StatusCreated
	web.Write(w, create, s.postSegment)
	web.Write(w, op(http.MethodPatch, "/v1/segments/{id}", "changeSegment", "Change a segment", access.SegmentsManage), s.patchSegment)
	web.Write(w, op(http.MethodPost, "/v1/segments/{id}/archive", "archiveSegment", "Put a segment away; nobody enters or leaves any more", access.SegmentsManage), s.postArchive)
	web.Write(w, op(http.MethodPost, "/v1/segments/{id}/restore", "restoreSegment", "Bring a segment back; its members are found anew", access.SegmentsManage), s.postRestore)
}

type fieldsOutput struct{ Body Fields }

func (s *Service) getFields(ctx context.Context, tx *db.Tx, _ *struct{}) (*fieldsOutput, error) {
	f, err := s.Fields(ctx, tx)
	return &fieldsOutput{f}, err
}

type previewInput struct {
	Body struct {
		Rule Rule `json:"rule"`
	}
}

type previewOutput struct{ Body Preview }

func (s *Service) postPreview(ctx context.Context, tx *db.Tx, in *previewInput) (*previewOutput, error) {
	p, err := s.Preview(ctx, tx, in.Body.Rule)
	return &previewOutput{p}, err
}

type parseInput struct {
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"4000"`
		Lang Lang   `json:"lang" enum:"zh,en"`
	}
}

// Parsed is a sentence that was read, and how it is written in both languages.
type Parsed struct {
	Rule       Rule   `json:"rule"`
	Sentence   string `json:"sentence"`
	SentenceEN string `json:"sentence_en"`
}

func (s *Service) postParse(ctx context.Context, tx *db.Tx, in *parseInput) (*struct{ Body Parsed }, error) {
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return nil, err
	}
	r, err := c.Parse(in.Body.Text, in.Body.Lang)
	return &struct{ Body Parsed }{Parsed{r, c.Sentence(r, Chinese), c.Sentence(r, English)}}, err
}

func (s *Service) getPresets(ctx context.Context, tx *db.Tx, _ *struct{}) (*struct{ Body web.List[ShownPreset] }, error) {
	all, err := s.ListPresets(ctx, tx)
	return &struct{ Body web.List[ShownPreset] }{web.List[ShownPreset]{Items: all}}, err
}

func (s *Service) getPresetCounts(ctx context.Context, tx *db.Tx, _ *struct{}) (*struct{ Body web.List[PresetCount] }, error) {
	all, err := s.CountPresets(ctx, tx)
	return &struct{ Body web.List[PresetCount] }{web.List[PresetCount]{Items: all}}, err
}

func (s *Service) getPackPresets(context.Context, *db.Tx, *struct{}) (*struct{ Body web.List[ShownPreset] }, error) {
	all, err := ListPackPresets()
	return &struct{ Body web.List[ShownPreset] }{web.List[ShownPreset]{Items: all}}, err
}

type segmentsInput struct {
	Archived bool `query:"archived" doc:"Those that were put away instead."`
}

func (s *Service) getSegments(ctx context.Context, tx *db.Tx, in *segmentsInput) (*struct{ Body web.List[Row] }, error) {
	rows, err := s.Rows(ctx, tx, in.Archived)
	return &struct{ Body web.List[Row] }{web.List[Row]{Items: rows}}, err
}

type segmentPath struct {
	ID ID `path:"id"`
}

type segmentOutput struct {
	ETag string `header:"ETag"`
	Body Row
}

// shown answers with a segment as it stands.
func (s *Service) shown(ctx context.Context, tx *db.Tx, segment ID) (*segmentOutput, error) {
	r, err := s.Row(ctx, tx, segment)
	return &segmentOutput{web.ETag(r.Version), r}, err
}

func (s *Service) getSegment(ctx context.Context, tx *db.Tx, in *segmentPath) (*segmentOutput, error) {
	return s.shown(ctx, tx, in.ID)
}

func (s *Service) postSegment(ctx context.Context, tx *db.Tx, in *struct{ Body Draft }) (*segmentOutput, error) {
	segment, err := s.Create(ctx, tx, in.Body)
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, tx, segment)
}

func (s *Service) patchSegment(ctx context.Context, tx *db.Tx, in *struct {
	ID      ID     `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    Change
}) (*segmentOutput, error) {
	err := s.Change(ctx, tx, in.ID, in.Body, func(version int64) error { return web.CheckIfMatch(in.IfMatch, version) })
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, tx, in.ID)
}

func (s *Service) postArchive(ctx context.Context, tx *db.Tx, in *segmentPath) (*segmentOutput, error) {
	if err := s.Archive(ctx, tx, in.ID, false); err != nil {
		return nil, err
	}
	return s.shown(ctx, tx, in.ID)
}

func (s *Service) postRestore(ctx context.Context, tx *db.Tx, in *segmentPath) (*segmentOutput, error) {
	if err := s.Archive(ctx, tx, in.ID, true); err != nil {
		return nil, err
	}
	return s.shown(ctx, tx, in.ID)
}

type membersInput struct {
	ID ID `path:"id"`
	web.Page
	AsOf  cal.Day `query:"as_of" doc:"Those who were members at the end of this day. Default: now."`
	Sort  string  `query:"sort" enum:"spend,orders,last_order,newest" default:"spend"`
	Order string  `query:"order" enum:"desc,asc" default:"desc"`
}

func (s *Service) getMembers(ctx context.Context, tx *db.Tx, in *membersInput) (*listCustomersOutput, error) {
	if _, err := s.find(ctx, tx, in.ID); err != nil {
		return nil, err
	}
	body, err := s.list(ctx, tx, Filter{Segment: in.ID, SegmentAsOf: in.AsOf}, in.Sort, in.Order == "asc", in.Page)
	return &listCustomersOutput{body}, err
}

type changesInput struct {
	ID ID `path:"id"`
	web.Page
	MovementFilter
}

func (s *Service) getChanges(ctx context.Context, tx *db.Tx, in *changesInput) (*struct{ Body web.List[Movement] }, error) {
	before, err := web.DecodeCursor(in.Cursor, 2)
	if err != nil {
		return nil, err
	}
	items, next, err := s.movements(ctx, tx, in.ID, in.MovementFilter, before, in.Limit)
	out := &struct{ Body web.List[Movement] }{web.List[Movement]{Items: items}}
	if next != nil {
		out.Body.NextCursor = web.EncodeCursor(next...)
	}
	return out, err
}

type trendInput struct {
	ID   ID      `path:"id"`
	From cal.Day `query:"from" doc:"Default: 30 days up to to. Days before the segment was made are left out."`
	To   cal.Day `query:"to" doc:"Default: today."`
}

type trendOutput struct {
	Body struct {
		Days []TrendDay `json:"days"`
	}
}

func (s *Service) getTrend(ctx context.Context, tx *db.Tx, in *trendInput) (*trendOutput, error) {
	days, err := s.Trend(ctx, tx, in.ID, in.From, in.To)
	out := &trendOutput{}
	out.Body.Days = days
	return out, err
}

func (s *Service) getWhy(ctx context.Context, tx *db.Tx, in *struct {
	ID         ID          `path:"id"`
	CustomerID customer.ID `query:"customer_id" required:"true"`
}) (*struct{ Body Why }, error) {
	w, err := s.Why(ctx, tx, in.ID, in.CustomerID)
	return &struct{ Body Why }{w}, err
}

func (s *Service) getComparison(ctx context.Context, tx *db.Tx, in *struct {
	A ID `query:"a" required:"true"`
	B ID `query:"b" required:"true"`
}) (*struct{ Body Comparison }, error) {
	c, err := s.Compare(ctx, tx, in.A, in.B)
	return &struct{ Body Comparison }{c}, err
}

func (s *Service) getJoined(ctx context.Context, tx *db.Tx, in *customerPath) (*struct{ Body web.List[Joined] }, error) {
	all, err := s.JoinedBy(ctx, tx, in.ID)
	return &struct{ Body web.List[Joined] }{web.List[Joined]{Items: all}}, err
}
