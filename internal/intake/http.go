package intake

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// Routes registers the routes of imports.
func (s *Service) Routes(w *web.Server) {
	op := func(method, path, id, summary string) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Summary: summary, Tag: "Imports", Permission: access.ImportsRun, NoShopScope: true}
	}
	upload := op(http.MethodPost, "/v1/imports", "createImport", "Send a file to take in")
	upload.Status, upload.MaxBody, upload.Timeout = http.StatusCreated, MaxUploadBytes+1<<20, 30*time.Minute
	web.Raw(w, upload, s.upload)
	web.Read(w, op(http.MethodGet, "/v1/imports", "listImports", "List imports"), s.listRoute)
	web.Read(w, op(http.MethodGet, "/v1/imports/{id}", "getImport", "Show an import and how far it is"), s.getRoute)
	web.Read(w, op(http.MethodGet, "/v1/imports/{id}/preview", "previewImport", "Show the first rows as they will be understood"), s.previewRoute)
	web.Write(w, op(http.MethodPut, "/v1/imports/{id}/mapping", "setImportMapping", "Say what the columns mean"), s.mappingRoute)
	run := op(http.MethodPost, "/v1/imports/{id}/run", "runImport", "Run an import, or try it without writing anything")
	run.Status = http.StatusAccepted
	web.Write(w, run, s.runRoute)
	web.Write(w, op(http.MethodPost, "/v1/imports/{id}/cancel", "cancelImport", "Cancel an import"), s.cancelRoute)
	undo := op(http.MethodPost, "/v1/imports/{id}/undo", "undoImport", "Take back what an import recorded")
	undo.Status = http.StatusAccepted
	web.Write(w, undo, s.undoRoute)
	web.Read(w, op(http.MethodGet, "/v1/imports/{id}/errors", "listImportErrors", "List what is wrong with the rows"), s.errorsRoute)
	download := op(http.MethodGet, "/v1/imports/{id}/errors.csv", "downloadImportErrors", "Download what is wrong with the rows")
	download.Produces, download.OneAtATime = "text/csv", true
	web.Raw(w, download, s.downloadErrors)
	web.Read(w, op(http.MethodGet, "/v1/import-fields", "listImportFields", "List what columns can mean, and the presets"), s.fieldsRoute)
}

type ImportPath struct {
	ID ID `path:"id"`
}

// importBody is an import as answers show it.
type importBody struct {
	Import
	Progress Progress `json:"progress"`
	SameFile ID       `json:"same_file,omitzero" doc:"An import of the same file that is done."`
}

type importOutput struct {
	ETag string `header:"ETag"`
	Body importBody
}

func showImport(i Import) *importOutput {
	out := &importOutput{ETag: web.ETag(i.Version), Body: importBody{Import: i}}
	p := &out.Body.Progress
	*p = Progress{State: i.State, RowsDone: i.Counts.Rows, RowsTotal: i.TotalRows, Counts: i.Counts}
	if i.State == Running && !i.StartedAt.IsZero() {
		p.rate(p.RowsDone, i.UpdatedAt.Sub(i.StartedAt))
	}
	return out
}

// uploadForm is the form of an upload. The parts may come in any order.
type uploadForm struct {
	File   huma.FormFile `form:"file" required:"true"`
	Kind   Kind          `form:"kind" required:"true" enum:"orders,customers,products"`
	Preset string        `form:"preset" required:"false" maxLength:"40" doc:"How the columns are named; recognised without it."`
}

type uploadInput struct {
	RawBody huma.MultipartFormFiles[uploadForm]
}

func (s *Service) upload(ctx context.Context, in *uploadInput) (*importOutput, error) {
	form := in.RawBody.Data()
	if fieldsOf[form.Kind] == nil {
		return nil, errs.InvalidFields("import.invalid", []errs.Field{{Path: "kind", Code: "enum", Message: "the kind is orders, customers or products"}})
	}
	i, err := s.Accept(ctx, Upload{Kind: form.Kind, Name: form.File.Filename, Preset: form.Preset, Body: form.File})
	if err != nil {
		return nil, err
	}
	out := showImport(i)
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		out.Body.SameFile, err = findSameFile(ctx, tx, i.Kind, i.SHA256, i.ID)
		return err
	})
	return out, err
}

type listImportsOutput struct{ Body web.List[Import] }

func (s *Service) listRoute(ctx context.Context, tx *db.Tx, in *struct{ web.Page }) (*listImportsOutput, error) {
	before, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	var last ID
	if before != nil {
		if err := last.Scan(before[0]); err != nil {
			return nil, err
		}
	}
	found, err := listImports(ctx, tx, last, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listImportsOutput{}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(found[in.Limit-1].ID.Int64())
	}
	out.Body.Items = found
	return out, nil
}

func (s *Service) getRoute(ctx context.Context, tx *db.Tx, in *ImportPath) (*importOutput, error) {
	i, err := findImport(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	out := showImport(i)
	out.Body.SameFile, err = findSameFile(ctx, tx, i.Kind, i.SHA256, i.ID)
	return out, err
}

type previewOutput struct{ Body Preview }

func (s *Service) previewRoute(ctx context.Context, tx *db.Tx, in *ImportPath) (*previewOutput, error) {
	p, err := s.Preview(ctx, tx, in.ID)
	return &previewOutput{p}, err
}

type mappingInput struct {
	ImportPath
	IfMatch string `header:"If-Match"`
	Body    Change
}

func (s *Service) mappingRoute(ctx context.Context, tx *db.Tx, in *mappingInput) (*importOutput, error) {
	i, err := s.SetMapping(ctx, tx, in.ID, in.Body, func(version int64) error { return web.CheckIfMatch(in.IfMatch, version) })
	if err != nil {
		return nil, err
	}
	return showImport(i), nil
}

type runInput struct {
	ImportPath
	Body struct {
		DryRun bool `json:"dry_run,omitempty" doc:"Goes through all rows and writes nothing."`
	}
}

func (s *Service) runRoute(ctx context.Context, tx *db.Tx, in *runInput) (*importOutput, error) {
	i, err := s.Start(ctx, tx, in.ID, in.Body.DryRun)
	if err != nil {
		return nil, err
	}
	return showImport(i), nil
}

func (s *Service) cancelRoute(ctx context.Context, tx *db.Tx, in *ImportPath) (*importOutput, error) {
	i, err := s.Cancel(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	return showImport(i), nil
}

func (s *Service) undoRoute(ctx context.Context, tx *db.Tx, in *ImportPath) (*importOutput, error) {
	i, err := s.Undo(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	return showImport(i), nil
}

type errorsInput struct {
	ImportPath
	web.Page
}

type errorsOutput struct {
	Body struct {
		web.List[Fault]
		Total int64 `json:"total" doc:"All faults found; the first 10,000 of them are kept."`
	}
}

func (s *Service) errorsRoute(ctx context.Context, tx *db.Tx, in *errorsInput) (*errorsOutput, error) {
	i, err := findImport(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	cursor, err := web.DecodeCursor(in.Cursor, 1)
	if err != nil {
		return nil, err
	}
	after := int64(0)
	if cursor != nil {
		after = cursor[0]
	}
	found, err := listErrors(ctx, tx, i.ID, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &errorsOutput{}
	out.Body.Total = i.Counts.Errors
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.Body.NextCursor = web.EncodeCursor(found[in.Limit-1].id)
	}
	for _, f := range found {
		out.Body.Items = append(out.Body.Items, f.Fault)
	}
	return out, nil
}

func (s *Service) downloadErrors(ctx context.Context, in *ImportPath) (*huma.StreamResponse, error) {
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := findImport(ctx, tx, in.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "text/csv; charset=utf-8")
		c.SetHeader("Content-Disposition", `attachment; filename="import-errors.csv"`)
		w := c.BodyWriter()
		if _, err := w.Write([]byte("\uFEFF")); err != nil { // Without the mark Excel takes UTF-8 for GBK.
			return
		}
		if err := s.writeFaults(ctx, in.ID, w); err != nil {
			panic(http.ErrAbortHandler) // The answer has begun: breaking it off is the only way to say so.
		}
	}}, nil
}

type fieldsInput struct {
	Kind Kind `query:"kind" required:"true" enum:"orders,customers,products"`
}

type fieldsOutput struct {
	Body struct {
		Fields  []FieldInfo `json:"fields"`
		Presets []Preset    `json:"presets"`
	}
}

func (s *Service) fieldsRoute(_ context.Context, _ *db.Tx, in *fieldsInput) (*fieldsOutput, error) {
	out := &fieldsOutput{}
	out.Body.Fields, out.Body.Presets = Fields(in.Kind), Presets(in.Kind)
	return out, nil
}
