package segment

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// FuzzRule decodes, checks and asks whatever comes as the JSON of a rule. What Check passes must run, must
// say the same when it is written and read again, and whatever Check refuses must be refused as such.
func FuzzRule(f *testing.F) {
	for seed := range uint64(100) {
		f.Add([]byte(written(newGenerator(seed).tree(1+int(seed%3), 1))))
	}
	for _, text := range []string{
		`{}`, `{"all":[]}`, `{"not":{}}`, `{"all":[{"field":"age","op":"eq","number":1}],"field":"age"}`, `{"field":"nobody","op":"drop table"}`,
		`{"field":"age","op":"eq","number":1e999}`, `{"field":"age","op":"eq","number":-0.0}`, `{"field":"age","op":"eq","number":9223372036854775807}`,
		`{"field":"refunds.rate","op":"eq","number":999999999999.999}`, `{"field":"due.days","op":"between","number":-1000000000000,"up_to":1000000000000}`,
		`{"field":"orders.sum","op":"gte","number":1,"within":{"from":"0001-01-01","to":"9999-12-31"},"where":{"min_fen":9223372036854775807}}`,
		`{"field":"attr.joined","op":"since","choices":["0000-01-01"]}`, `{"field":"attr.nickname","op":"contains","choices":["\u0000'\"$1--"]}`,
		`{"field":"event.any","op":"eq","number":0,"without":{"field":"event.any","hours":9223372036854775807}}`,
		`{"field":"stage_moves","op":"gte","number":1,"within":{"days":30},"where":{"from_stages":["active"],"to_stages":["dormant","lost"]}}`,
		`{"field":"stage_moves","op":"gte","number":1,"within":{"hours":24},"where":{"from_stages":["none"]}}`,
		nested(`{"not":`, 20, `}`), nested(`{"all":[`, 9, `]}`),
	} {
		f.Add([]byte(text))
	}
	c := sampleCatalogue()
	s := setup(f, dbtest.Open(f, db.SQLite))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r Rule
		if len(data) > 16<<10 || json.Unmarshal(data, &r) != nil {
			return
		}
		if err := c.Check(r); err != nil {
			if errs.CodeOf(err) != "segment.rule_invalid" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		var again Rule
		if err := json.Unmarshal([]byte(written(r)), &again); err != nil || written(again) != written(r) {
			t.Fatalf("%s is read again as %s: %v", written(r), written(again), err)
		}
		if err := s.DB.View(s.ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Count(ctx, tx, c, r)
			return err
		}); err != nil {
			t.Fatalf("%s: %v", written(r), err)
		}
	})
}

// nested repeats the two ends of a rule around a test.
func nested(open string, times int, end string) string {
	return strings.Repeat(open, times) + `{"field":"age","op":"eq","number":1}` + strings.Repeat(end, times)
}

// TestCheck_bombs shows that rules made to be costly are refused before they cost.
func TestCheck_bombs(t *testing.T) {
	t.Parallel()
	one := `{"field":"age","op":"eq","number":1}`
	for name, text := range map[string]string{
		"deep": nested(`{"not":`, 9_000, `}`), "too deep for JSON": nested(`{"not":`, 20_000, `}`), "deep lists": nested(`{"all":[`, 8, `]}`),
		"wide": `{"any":[` + strings.Repeat(one+`,`, maxRuleTests) + one + `]}`, "wide and empty": `{"any":[` + strings.Repeat(`{},`, 100_000) + `{}]}`,
		"wide at each level": `{"all":[` + strings.Repeat(`{"any":[`+strings.Repeat(one+`,`, 40)+one+`]},`, 40) + one + `]}`,
		"many choices":       `{"field":"gender","op":"in","choices":[` + strings.Repeat(`"female",`, maxChoices) + `"male"]}`,
		"many digits":        `{"field":"age","op":"eq","number":` + strings.Repeat("9", 100_000) + `}`,
	} {
		var r Rule
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			continue
		}
		if err := sampleCatalogue().Check(r); errs.CodeOf(err) != "segment.rule_invalid" {
			t.Errorf("%s: got %v, want segment.rule_invalid", name, err)
		}
	}
}
