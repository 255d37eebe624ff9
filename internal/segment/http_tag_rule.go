package segment

import (
	"context"
	"net/http"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// tagRuleRoutes registers the routes of rules that give tags.
func (s *Service) tagRuleRoutes(w *web.Server) {
	op := func(method, path, id, summary string) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Summary: summary, Tag: "Tags and attributes", Permission: access.SegmentsManage}
	}
	list := op(http.MethodGet, "/v1/tag_rules", "listTagRules", "List the rules that give tags")
	list.Permission = access.CustomersRead
	web.Read(w, list, s.getTagRules)
	create := op(http.MethodPost, "/v1/tag_rules", "createTagRule", "Give a tag by a rule")
	create.Status = http.StatusCreated
	web.Write(w, create, s.postTagRule)
	web.Write(w, op(http.MethodPatch, "/v1/tag_rules/{id}", "changeTagRule", "Change, stop or start a rule that gives a tag"), s.patchTagRule)
	web.Write(w, op(http.MethodPost, "/v1/tag_rules/{id}/undo", "undoTagRule", "End a rule and take off the tags that it has put; those that people put stay"), s.postTagRuleUndo)
}

func (s *Service) getTagRules(ctx context.Context, tx *db.Tx, _ *struct{}) (*struct{ Body web.List[TagRule] }, error) {
	rules, err := s.TagRules(ctx, tx)
	return &struct{ Body web.List[TagRule] }{web.List[TagRule]{Items: rules}}, err
}

type tagRuleOutput struct {
	ETag string `header:"ETag"`
	Body TagRule
}

// shownTagRule answers with a rule as it stands.
func (s *Service) shownTagRule(ctx context.Context, tx *db.Tx, rule TagRuleID) (*tagRuleOutput, error) {
	rules, err := s.TagRules(ctx, tx)
	if err != nil {
		return nil, err
	}
	r := rules[slices.IndexFunc(rules, func(r TagRule) bool { return r.ID == rule })] // It was written just now.
	return &tagRuleOutput{web.ETag(r.Version), r}, nil
}

func (s *Service) postTagRule(ctx context.Context, tx *db.Tx, in *struct{ Body TagDraft }) (*tagRuleOutput, error) {
	rule, err := s.AddTagRule(ctx, tx, in.Body)
	if err != nil {
		return nil, err
	}
	return s.shownTagRule(ctx, tx, rule)
}

func (s *Service) patchTagRule(ctx context.Context, tx *db.Tx, in *struct {
	ID      TagRuleID `path:"id"`
	IfMatch string    `header:"If-Match"`
	Body    TagChange
}) (*tagRuleOutput, error) {
	err := s.ChangeTagRule(ctx, tx, in.ID, in.Body, func(version int64) error { return web.CheckIfMatch(in.IfMatch, version) })
	if err != nil {
		return nil, err
	}
	return s.shownTagRule(ctx, tx, in.ID)
}

func (s *Service) postTagRuleUndo(ctx context.Context, tx *db.Tx, in *struct {
	ID TagRuleID `path:"id"`
}) (*tagRuleOutput, error) {
	if err := s.UndoTagRule(ctx, tx, in.ID); err != nil {
		return nil, err
	}
	return s.shownTagRule(ctx, tx, in.ID)
}
