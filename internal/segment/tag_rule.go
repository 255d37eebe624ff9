package segment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/staff"
)

// TagRuleID names a rule that gives a tag: "tgr_…". It has the number of the segment that holds the rule.
type TagRuleID = id.ID[tagRuleKind]

type tagRuleKind struct{}

// Prefix implements id.Kind.
func (tagRuleKind) Prefix() string { return "tgr" }

// UndoTagsJob takes off the tags that a rule has put.
const UndoTagsJob job.Kind = "segment.undo_tags"

// TagMode says what becomes of a tag when its rule no longer holds.
type TagMode string

// Modes of rules that give tags.
const (
	KeepTags TagMode = "keep" // The tag is taken off again.
	AddTags  TagMode = "add"  // The tag stays.
)

// TagDraft is a rule that gives a tag, to make.
type TagDraft struct {
	TagID      customer.TagID `json:"tag_id"`
	Rule       Rule           `json:"rule"`
	Mode       TagMode        `json:"mode" enum:"keep,add"`
	Confidence int64          `json:"confidence,omitempty" minimum:"0" maximum:"100" doc:"Percent; 100 if absent"`
}

// TagChange is what to change of a rule that gives a tag; nil leaves as it is.
type TagChange struct {
	Rule       *Rule    `json:"rule,omitempty"`
	Mode       *TagMode `json:"mode,omitempty" enum:"keep,add"`
	Confidence *int64   `json:"confidence,omitempty" minimum:"1" maximum:"100"`
	Active     *bool    `json:"active,omitempty"`
}

// TagRule is a rule that gives a tag: whoever it admits has the tag soon after.
type TagRule struct {
	ID         TagRuleID      `json:"id"`
	TagID      customer.TagID `json:"tag_id"`
	Rule       Rule           `json:"rule"`
	Sentence   string         `json:"sentence" doc:"The rule in Chinese"`
	SentenceEN string         `json:"sentence_en"`
	Mode       TagMode        `json:"mode" enum:"keep,add" doc:"keep takes the tag off again when the rule no longer holds; add leaves it"`
	Confidence int64          `json:"confidence"`
	Active     bool           `json:"active"`
	Tagged     int64          `json:"tagged" doc:"How many have the tag by the rule, among the customers that the caller sees"`
	LastRunAt  *time.Time     `json:"last_run_at,omitempty" doc:"When everybody was last judged by it"`
	Settling   bool           `json:"settling" doc:"Made or changed just now: everybody is still being judged"`
	PutAway    []PutAway      `json:"put_away,omitempty" doc:"Fields of the rule that are not in use any more; while there are any its tags stay as they are"`
	Version    int64          `json:"version"`
}

// tagging is a row of tag_rules with the rule.
type tagging struct {
	saved
	tag        customer.TagID
	mode       TagMode
	confidence int64
}

// TagRules returns the rules that give tags.
func (s *Service) TagRules(ctx context.Context, tx *db.Tx) ([]TagRule, error) {
	all, err := listTagRules(ctx, tx, "(1=1)")
	if err != nil {
		return nil, err
	}
	tags := make([]customer.TagID, len(all))
	for i, r := range all {
		tags[i] = r.tag
	}
	tagged, err := s.Customers.CountRuleTagged(ctx, tx, tags)
	if err != nil {
		return nil, err
	}
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return nil, err
	}
	rules := make([]TagRule, len(all))
	for i, r := range all {
		row := TagRule{
			ID: ofKind(TagRuleID{}, r.id.Int64()), TagID: r.tag, Rule: r.rule, Mode: r.mode, Confidence: r.confidence, Active: !r.archived,
			Tagged: tagged[r.tag], Version: r.version, PutAway: c.putAway(&r.rule), Settling: !r.archived && r.toldVersion != r.ruleVersion,
		}
		row.Sentence, row.SentenceEN = c.Sentence(r.rule, Chinese), c.Sentence(r.rule, English)
		if !r.told.countedAt.IsZero() {
			row.LastRunAt = &r.told.countedAt
		}
		rules[i] = row
	}
	return rules, nil
}

// AddTagRule makes a rule that gives a tag. The errors are tag.not_found, tag.archived, tag_rule.exists,
// tag_rule.circular, segment.rule_invalid and segment.too_many.
func (s *Service) AddTagRule(ctx context.Context, tx *db.Tx, d TagDraft) (TagRuleID, error) {
	tags, err := s.Customers.ListTags(ctx, tx, false)
	if err != nil {
		return TagRuleID{}, err
	}
	i := slices.IndexFunc(tags, func(t customer.Tag) bool { return t.ID == d.TagID })
	if i < 0 {
		return TagRuleID{}, errs.New(errs.NotFound, "tag.not_found", "there is no such tag")
	}
	if tags[i].Archived {
		return TagRuleID{}, errs.New(errs.Conflict, "tag.archived", "the tag is archived")
	}
	r := tagging{saved: saved{name: tags[i].Name, rule: d.Rule, tagging: true}, tag: d.TagID, mode: d.Mode, confidence: d.Confidence}
	if r.confidence == 0 {
		r.confidence = 100
	}
	if err := s.checkTagRule(ctx, tx, r); err != nil {
		return TagRuleID{}, err
	}
	if err := s.insert(ctx, tx, &r.saved); err != nil {
		return TagRuleID{}, err
	}
	rule := ofKind(TagRuleID{}, r.id.Int64())
	if err := insertTagRule(ctx, tx, r); err != nil {
		return rule, err
	}
	return rule, s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "tag_rule.created", Subject: rule.String(), After: r.audited()})
}

func (r tagging) audited() map[string]any {
	return map[string]any{"tag_id": r.tag, "rule": r.rule, "mode": r.mode, "confidence": r.confidence, "in_use": !r.archived}
}

// checkTagRule makes sure that a tag has one rule, and that no rule hangs on a tag that rules give: they
// could chase each other for ever.
func (s *Service) checkTagRule(ctx context.Context, tx *db.Tx, r tagging) error {
	all, err := listTagRules(ctx, tx, "not s.archived")
	if err != nil {
		return err
	}
	given := map[string]bool{r.tag.String(): true}
	for _, other := range all {
		if other.id == r.id {
			continue
		}
		if other.tag == r.tag {
			return errs.New(errs.Conflict, "tag_rule.exists", "the tag has a rule; join the two by any")
		}
		given[other.tag.String()] = true
		if names(other.rule, map[string]bool{r.tag.String(): true}) {
			return errCircular()
		}
	}
	if names(r.rule, given) {
		return errCircular()
	}
	return nil
}

func errCircular() error {
	return errs.New(errs.Invalid, "tag_rule.circular", "a rule that gives a tag cannot look at a tag that a rule gives")
}

// names says whether a rule looks at one of the tags.
func names(r Rule, tags map[string]bool) bool {
	found := false
	_ = r.walk("", func(_ string, t *Test) error { // The function fails never.
		found = found || t.Field == "tag" && slices.ContainsFunc(t.Choices, func(tag string) bool { return tags[tag] })
		return nil
	})
	return found
}

// ChangeTagRule changes a rule that gives a tag. The check is called with the version that stands. The errors
// are those of AddTagRule, tag_rule.not_found, version.stale and those of check.
func (s *Service) ChangeTagRule(ctx context.Context, tx *db.Tx, rule TagRuleID, change TagChange, check func(version int64) error) error {
	r, err := findTagRule(ctx, tx, segmentID(rule.Int64()))
	if err != nil {
		return err
	}
	if err := check(r.version); err != nil {
		return err
	}
	before := r.audited()
	if change.Rule != nil {
		c, err := s.Catalogue(ctx, tx)
		if err != nil {
			return err
		}
		if err := c.Check(*change.Rule); err != nil {
			return err
		}
		r.rule = *change.Rule
		r.ruleVersion++
	}
	if change.Active != nil && r.archived == *change.Active {
		r.archived = !*change.Active
		r.ruleVersion++
	}
	if change.Mode != nil {
		r.mode = *change.Mode
	}
	if change.Confidence != nil {
		r.confidence = *change.Confidence
	}
	if !r.archived {
		if err := s.checkTagRule(ctx, tx, r); err != nil {
			return err
		}
	}
	return s.writeTagRule(ctx, tx, r, "tag_rule.changed", before)
}

func (s *Service) writeTagRule(ctx context.Context, tx *db.Tx, r tagging, action string, before map[string]any) error {
	if err := updateTagRule(ctx, tx, r); err != nil {
		return err
	}
	subject := ofKind(TagRuleID{}, r.id.Int64()).String()
	if err := updateSegment(ctx, tx, r.saved); err != nil {
		return err
	}
	if !r.archived && r.ruleVersion != r.toldVersion {
		if err := s.enqueueTelling(ctx, tx, r.saved); err != nil {
			return err
		}
	}
	return s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: action, Subject: subject, Before: before, After: r.audited()})
}

// UndoTagRule ends a rule and takes off the tags that it has put; those that people put stay. The error is
// tag_rule.not_found.
func (s *Service) UndoTagRule(ctx context.Context, tx *db.Tx, rule TagRuleID) error {
	r, err := findTagRule(ctx, tx, segmentID(rule.Int64()))
	if err != nil {
		return err
	}
	before := r.audited()
	r.archived = true
	if err := s.writeTagRule(ctx, tx, r, "tag_rule.undone", before); err != nil {
		return err
	}
	if err := forgetMembers(ctx, tx, r.id); err != nil {
		return err
	}
	_, err = s.Jobs.Enqueue(ctx, tx, job.New{Kind: UndoTagsJob, Args: judging{r.id.Int64()}, UniqueKey: fmt.Sprintf("%s:%d", rule, r.version+1)})
	return err
}

// perUndo is the number of customers whose tag one transaction of an undo takes off.
const perUndo = 1_000

// undoTags takes off the tags that a rule has put, unless it is at work again.
func (s *Service) undoTags(ctx context.Context, segment ID, progress progress) error {
	for done := int64(0); ; {
		n := 0
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			r, err := findTagRule(ctx, tx, segment)
			if err != nil || !r.archived {
				return err
			}
			tagged, err := s.Customers.ListRuleTagged(ctx, tx, r.tag, perUndo)
			if err != nil {
				return err
			}
			n = len(tagged)
			return s.Customers.TakeRuleTag(ctx, tx, r.tag, tagged, true)
		})
		if err != nil || n == 0 {
			return err
		}
		done += int64(n)
		if err := progress(done, done); err != nil {
			return err
		}
	}
}

// giveTags puts the tag of a rule on those who enter, and takes it off those who leave if it is to be kept.
func (s *Service) giveTags(ctx context.Context, tx *db.Tx, g saved, all []turned, t turn) error {
	r, err := findTagRule(ctx, tx, g.id)
	if err != nil {
		return err
	}
	var entered, left []customer.ID
	for _, x := range all {
		if x.entered {
			entered = append(entered, customerID(x.customer))
		} else {
			left = append(left, customerID(x.customer))
		}
	}
	return s.putAndTake(ctx, tx, r, entered, left, t.history || t.cause == byRule || t.cause == byStart) // Nobody did anything.
}

// putAndTake puts the tag of a rule on some, and takes it off others if it is to be kept.
func (s *Service) putAndTake(ctx context.Context, tx *db.Tx, r tagging, put, take []customer.ID, history bool) error {
	if len(put) > 0 {
		reason, err := s.reason(ctx, tx, r)
		if err != nil {
			return err
		}
		p := customer.TagPut{TagID: r.tag, Confidence: r.confidence, Reason: reason, History: history}
		if err := s.Customers.PutRuleTag(ctx, tx, p, put); err != nil {
			return err
		}
	}
	if r.mode != KeepTags || len(take) == 0 {
		return nil
	}
	return s.Customers.TakeRuleTag(ctx, tx, r.tag, take, history)
}

// settleTags sets the tag of a rule right on those of the people whom a merge or its undoing concerns. It moves
// tags whatever the rule says: she who is no member may have been given the tag, and she who stays a member
// may have given hers back.
func (s *Service) settleTags(ctx context.Context, tx *db.Tx, g saved, people map[int64]*about) error {
	var ids []int64
	for one, a := range people {
		if a.moved {
			ids = append(ids, one)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	r, err := findTagRule(ctx, tx, g.id)
	if err != nil {
		return err
	}
	members, err := listMembersAmong(ctx, tx, g.id, ids)
	if err != nil {
		return err
	}
	var put, take []customer.ID
	for _, one := range ids {
		switch {
		case !members[one]:
			take = append(take, customerID(one))
		case people[one].split:
			put = append(put, customerID(one))
		}
	}
	return s.putAndTake(ctx, tx, r, put, take, true)
}

// maxReason is the most characters of a reason for a tag.
const maxReason = 400

// reason says which rule puts a tag.
func (s *Service) reason(ctx context.Context, tx *db.Tx, r tagging) (string, error) {
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return "", err
	}
	text := []rune(c.Sentence(r.rule, Chinese))
	return ofKind(TagRuleID{}, r.id.Int64()).String() + " " + string(text[:min(len(text), maxReason)]), nil
}
