package segment

import (
	"context"
	"strconv"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func scanTagRule(scan db.Scan) (r tagging, err error) {
	r.saved, err = scanSegment(func(targets ...any) error { return scan(append(targets, &r.tag, &r.mode, &r.confidence)...) })
	return r, err
}

// tagRuleColumns are the columns of a segment and of the tag it gives. The names of both tables differ.
const tagRuleColumns = "s." + segmentColumns + ", tag_id, mode, confidence"

// listTagRules returns the rules that give tags, whose segments s a condition admits.
func listTagRules(ctx context.Context, tx *db.Tx, condition string, args ...any) ([]tagging, error) {
	all, err := db.All(ctx, tx, scanTagRule, "select "+tagRuleColumns+" from segments s join (select id as rule_id, tag_id, mode, confidence from tag_rules) r"+
		" on r.rule_id = s.id where "+condition+" order by s.id limit "+strconv.Itoa(maxSegments), args...)
	return all, wrap("list rules of tags", err)
}

// findTagRule returns the rule that a segment holds: tag_rule.not_found else.
func findTagRule(ctx context.Context, tx *db.Tx, segment ID) (tagging, error) {
	all, err := listTagRules(ctx, tx, "s.id = $1", segment)
	if err == nil && len(all) == 0 {
		return tagging{}, errs.New(errs.NotFound, "tag_rule.not_found", "there is no such rule")
	}
	if err != nil {
		return tagging{}, err
	}
	return all[0], nil
}

func insertTagRule(ctx context.Context, tx *db.Tx, r tagging) error {
	_, err := tx.Exec(ctx, "insert into tag_rules (id, tag_id, mode, confidence) values ($1, $2, $3, $4)", r.id, r.tag, string(r.mode), r.confidence)
	return wrap("insert rule of a tag", err)
}

func updateTagRule(ctx context.Context, tx *db.Tx, r tagging) error {
	_, err := tx.Exec(ctx, "update tag_rules set mode = $1, confidence = $2 where id = $3", string(r.mode), r.confidence, r.id)
	return wrap("update rule of a tag", err)
}

// forgetMembers deletes the members of a segment with their log, as if it were new.
func forgetMembers(ctx context.Context, tx *db.Tx, segment ID) error {
	for _, table := range []string{"segment_members", "segment_changes", "segment_days"} {
		if _, err := tx.Exec(ctx, "delete from "+table+" where segment_id = $1", segment); err != nil {
			return wrap("forget members", err)
		}
	}
	_, err := tx.Exec(ctx, "update segments set members = 0, told_version = 0 where id = $1", segment)
	return wrap("forget members", err)
}
