package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

func TestRun_finds_no_fault_in_a_sound_shop(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for what, fill := range map[string]func(*testing.T, *db.DB){"empty": func(*testing.T, *db.DB) {}, "filled": sound} {
			fill(t, d)
			report, err := Run(t.Context(), d)
			var text bytes.Buffer
			if werr := report.Write(&text); err != nil || werr != nil || !report.Sound() {
				t.Fatalf("%s: %v %v\n%s", what, err, werr, text.String())
			}
			if !strings.Contains(text.String(), "all sound") {
				t.Errorf("%s: the report does not say so:\n%s", what, text.String())
			}
		}
	})
}

// tampered is a change behind the back of the program, and the fault that must be named.
type tampered struct{ statement, check, where string }

func TestRun_names_what_was_tampered_with(t *testing.T) {
	t.Parallel()
	cases := map[string]tampered{
		"audit entry changed":        {`update audit_entries set reason = '没有' where seq = 2`, "audit", "entry 2"},
		"audit entry rehashed":       {`update audit_entries set hash = 'x' where seq = 2`, "audit", "entry 3"},
		"audit entry taken out":      {`delete from audit_entries where seq = 2`, "audit", "entry 3"},
		"audit log cut off":          {`delete from audit_entries where seq = 3`, "audit", "end of the log"},
		"audit entry of another":     {`update audit_entries set staff_id = null where seq = 1`, "audit", "entry 1"},
		"session of a disabled":      {`update staff set active = false`, "sessions", of("stf")(clerk)},
		"fact taken out":             {`delete from events where pos = 2`, "log", "fact 3"},
		"follower ahead":             {`update followers set pos = 9 where name = 'segment'`, "followers", "segment"},
		"follower behind":            {`update followers set pos = 1 where name = 'segment'`, "followers", "segment"},
		"fact parked":                {`insert into parked_facts (follower, pos, error, attempts, parked_at) values ('segment', 2, 'broken', 1, 1)`, "parked", "fact 2 for segment"},
		"consent in spite of a no":   {`update consent_states set given = true, text_id = 20 where customer_id = 100 and channel = 'sms'`, "consents", of("cus")(ann) + " marketing sms"},
		"older consent decides":      {`update consent_states set given = true, consent_id = 21, text_id = 20, since_at = 1000 where customer_id = 100 and channel = 'sms'`, "consents", of("cus")(ann) + " marketing sms"},
		"state lost":                 {`delete from consent_states where customer_id = 100 and channel = 'email'`, "consents", of("cus")(ann) + " marketing email"},
		"state without words":        {`delete from consents where id = 23`, "consents", of("cus")(ann) + " marketing email"},
		"laxer word at a merge":      {`update consent_states set given = true, consent_id = 25, text_id = 20, since_at = 2000 where customer_id = 101 and channel = 'sms'`, "consents", of("cus")(bea) + " marketing sms"},
		"survivor's state lost":      {`delete from consent_states where customer_id = 101 and channel = 'email'`, "consents", of("cus")(bea) + " marketing email"},
		"consent to another text":    {`update consent_texts set purpose = 'service'`, "consents", of("cus")(ann) + " marketing email"},
		"text changed":               {`update consent_texts set body = '我什么都同意'`, "consent_texts", "text 20"},
		"identity of a merged":       {`update customer_identities set customer_id = 102 where id = 112`, "identities", of("cus")(cho) + " card"},
		"merge not told":             {`update customers set state = 'active', merged_into = null where id = 102`, "merges", of("cus")(cho)},
		"merged into another":        {`update customers set merged_into = 100 where id = 102`, "merges", of("cus")(cho)},
		"merged in a circle":         {`update customers set merged_into = 102, state = 'merged' where id = 101`, "merges", of("cus")(bea)},
		"merged keeps an order":      {`update orders set customer_id = 102 where id = 202`, "merges", of("cus")(cho) + " orders"},
		"merged keeps a refund":      {`update refunds set customer_id = 102 where id = 301`, "merges", of("cus")(cho) + " refunds"},
		"merged keeps a profile":     {`update profiles set customer_id = 102 where customer_id = 101`, "merges", of("cus")(cho) + " profiles"},
		"merged keeps a day":         {`update purchase_days set customer_id = 102 where customer_id = 101`, "merges", of("cus")(cho) + " purchase_days"},
		"merged keeps a note":        {`update notes set customer_id = 102`, "merges", of("cus")(cho) + " notes"},
		"home does not see":          {`update customer_shops set home = false where customer_id = 100`, "homes", of("cus")(ann)},
		"another home":               {`update customers set shop_id = null where id = 103`, "homes", of("cus")(dan)},
		"order of nobody":            {`update orders set customer_id = 5 where id = 202`, "references", of("ord")(202) + " orders customer_id"},
		"line of nothing":            {`update order_lines set sku_id = 5 where order_id = 202`, "references", of("ord")(202) + " order_lines sku_id"},
		"shop gone":                  {`delete from shops`, "references", of("ord")(200) + " orders shop_id"},
		"order paid more":            {`update orders set paid_fen = 1300 where id = 200`, "orders", of("ord")(200) + " paid_fen"},
		"order of more pieces":       {`update orders set units = 4 where id = 200`, "orders", of("ord")(200) + " units"},
		"order discounted":           {`update orders set discount_fen = 0 where id = 200`, "orders", of("ord")(200) + " discount_fen"},
		"line gone":                  {`delete from order_lines where order_id = 200 and id = 2`, "orders", of("ord")(200) + " line_count"},
		"all lines gone":             {`delete from order_lines where order_id = 201`, "orders", of("ord")(201) + " lines"},
		"line priced":                {`update order_lines set unit_price_fen = 1 where order_id = 201`, "orders", of("ord")(201) + " line 1 paid_fen"},
		"more back than paid":        {`update order_lines set refunded_fen = 901 where order_id = 200 and id = 1`, "orders", of("ord")(200) + " line 1 refunded"},
		"more back than sold":        {`update order_lines set refunded_quantity = 3 where order_id = 200 and id = 1`, "orders", of("ord")(200) + " line 1 refunded"},
		"order refunded more":        {`update orders set refunded_fen = 451 where id = 200`, "refunds", of("ord")(200) + " refunded_fen"},
		"refund lost":                {`delete from refunds where id = 300`, "refunds", of("ord")(200) + " refunded_fen"},
		"refund changed":             {`update refunds set amount_fen = 1 where id = 300`, "refunds", of("ord")(200) + " refunded_fen"},
		"refund line changed":        {`update refund_lines set quantity = 2 where refund_id = 300`, "refunds", of("ord")(200) + " line 1 refunded_quantity"},
		"refund of another":          {`update refunds set customer_id = 101 where id = 300`, "refunds", of("rfd")(300) + " customer"},
		"refund waits in vain":       {`update refunds set order_no = '203' where id = 302`, "refunds", of("rfd")(302) + " state"},
		"profile richer":             {`update profiles set paid_fen = 1501 where customer_id = 100`, "profiles", of("cus")(ann) + " paid_fen"},
		"profile counts refunds":     {`update profiles set refunded_fen = 1 where customer_id = 100`, "profiles", of("cus")(ann) + " refunded_fen"},
		"profile of no sale":         {`update profiles set order_count = 1 where customer_id = 103`, "profiles", of("cus")(dan) + " order_count"},
		"profile of no refund":       {`update profiles set refund_count = 1 where customer_id = 103`, "profiles", of("cus")(dan) + " refund_count"},
		"profile lost":               {`delete from profiles where customer_id = 103`, "profiles", of("cus")(dan) + " profile"},
		"profile of nobody":          {`delete from customers where id = 103`, "profiles", of("cus")(dan) + " customer"},
		"profile of another day":     {`update profiles set last_order_on = 1 where customer_id = 100`, "profiles", of("cus")(ann) + " last_order_on"},
		"profile of another shop":    {`update profiles set shop_id = 9 where customer_id = 100`, "profiles", of("cus")(ann) + " shop_id"},
		"order lost":                 {`delete from orders where id = 201`, "profiles", of("cus")(ann) + " order_count"},
		"day lost":                   {`delete from purchase_days where customer_id = 101`, "purchase_days", of("cus")(bea)},
		"day changed":                {`update purchase_days set units = 9 where customer_id = 101`, "purchase_days", of("cus")(bea)},
		"day of no sale":             {`insert into purchase_days (customer_id, on_day, orders, units, paid_fen) values (103, 9, 1, 1, 1)`, "purchase_days", of("cus")(dan) + " day 9"},
		"cell fuller":                {`update rfm_cells set customers = 2 where stage = 'new'`, "rfm_cells", "cell 5-5-5 new core"},
		"cell lost":                  {`delete from rfm_cells where stage = 'active'`, "rfm_cells", "cell 5-5-5 active core"},
		"cell of nobody":             {`update rfm_cells set customers = 1 where r = 1`, "rfm_cells", "cell 1-0-0"},
		"stage out of line":          {`update stage_changes set from_stage = 'lost' where to_stage = 'active'`, "stages", of("cus")(ann)},
		"stage not told":             {`update profiles set stage = 'lost' where customer_id = 100`, "stages", of("cus")(ann) + " stage"},
		"stage of nobody":            {`update stage_changes set customer_id = 5 where customer_id = 101`, "stages", of("cus")(5) + " stage"},
		"member lost":                {`delete from segment_members where customer_id = 100`, "segments", of("cus")(ann) + " in segment 50"},
		"member of no change":        {`insert into segment_members (segment_id, customer_id, since_at) values (51, 103, 1)`, "segments", of("cus")(dan) + " in segment 51"},
		"members counted wrong":      {`update segments set members = 5`, "segments", of("seg")(50) + " members"},
		"day of members changed":     {`update segment_days set entered_count = 4 where left_count = 0`, "segments", of("seg")(50)},
		"member of nobody":           {`delete from profiles where customer_id = 101`, "segments", of("cus")(bea) + " customer"},
		"member against the rule":    {`update profiles set order_count = 0 where customer_id = 101`, "members", of("cus")(bea) + " in " + of("seg")(50)},
		"no member against the rule": {`update profiles set order_count = 1 where customer_id = 103`, "members", of("cus")(dan) + " in " + of("seg")(50)},
		"day's figures changed":      {`update kpi_days set paid_fen = 1 where orders = 3`, "kpi_days", of("shp")(shop)},
		"day's figures lost":         {`delete from kpi_days where refunds = 2`, "kpi_days", of("shp")(shop)},
		"day's refunds changed":      {`update kpi_days set refund_fen = 1 where refunds = 2`, "kpi_days", of("shp")(shop)},
		"figures of no sale":         {`update kpi_days set orders = 1 where orders = 0`, "kpi_days", of("shp")(shop)},
		"figures of no refund":       {`update kpi_days set refunds = 1 where orders = 3`, "kpi_days", of("shp")(shop)},
		"customer's sales changed":   {`update sales_days set paid_fen = 9 where customer_id = 101`, "sales_days", of("cus")(bea)},
		"customer's sales lost":      {`delete from sales_days where customer_id = 101`, "sales_days", of("cus")(bea)},
		"customer's sales elsewhere": {`update sales_days set channel = 'online' where customer_id = 101`, "sales_days", of("cus")(bea)},
		"buyer without number":       {`delete from buyers where number = 1`, "day_buyers", of("cus")(bea) + " number"},
		"number left out":            {`update buyers set number = 7 where number = 1`, "day_buyers", "buyer 7"},
		"buyers changed":             {`update day_buyers set buyers = (select buyers from day_buyers order by on_day limit 1)`, "day_buyers", of("shp")(shop) + fmt.Sprint(" store day ", day2)},
		"buyers lost":                {`delete from day_buyers`, "day_buyers", of("shp")(shop) + fmt.Sprint(" store day ", day1)},
		"buyers of no day":           {fmt.Sprintf(`update day_buyers set on_day = 9 where on_day = %d`, day1), "day_buyers", of("shp")(shop) + " store day 9"},
		"cohort cell changed":        {`update cohort_cells set customers = 9 where customers = 2`, "cohorts", "cell 24312 in 24312"},
		"cohort cell of nobody":      {`update cohort_cells set customers = 9 where customers = 0`, "cohorts", "cell 24313 in 24313"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sound(t, d)
		dbtest.Unguard(t, d)
		found := map[string]bool{}
		for name, c := range cases {
			report := after(t, d, c.statement)
			if !names(report, c.check, c.where) {
				var text bytes.Buffer
				_ = report.Write(&text) // A buffer takes everything.
				t.Errorf("%s: no fault of %s at %q:\n%s", name, c.check, c.where, text.String())
			}
			found[c.check] = true
		}
		for _, c := range checks() {
			if !found[c.Name] && c.Name != "database" {
				t.Errorf("nothing is tampered with that %s would find", c.Name)
			}
		}
	})
}

// after returns what a run finds after a statement that is then taken back.
func after(t *testing.T, d *db.DB, statement string) (r Report) {
	t.Helper()
	back := errors.New("take it back")
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, statement)
		if err == nil && n == 0 {
			err = errors.New("no row was changed")
		}
		if err == nil {
			r, err = run(ctx, tx)
		}
		return errors.Join(err, back)
	})
	if err.Error() != back.Error() {
		t.Fatalf("%s: %v", statement, err)
	}
	return r
}

func names(r Report, check, where string) bool {
	for _, c := range r.Checks {
		for _, f := range c.Faults {
			if c.Name == check && strings.HasPrefix(f.Where, where) {
				return true
			}
		}
	}
	return false
}

// The unique index is taken away first: this is what the check is for.
func TestRun_names_an_identity_that_finds_two(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sound(t, d)
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `drop index customer_identities_live`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if r := after(t, d, `update customer_identities set index_hash = 7 where id = 111`); !names(r, "identities", of("cus")(ann)) {
			t.Errorf("an identity of two customers was not named: %+v", r)
		}
	})
}

func TestRun_does_not_compare_figures_whose_follower_is_behind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sound(t, d)
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return insert(ctx, tx, "events", []row{{"pos": 4, "kind": "order.paid", "recorded_at": tx.Now.UnixMilli()}})
		})
		if err != nil {
			t.Fatal(err)
		}
		r := after(t, d, `delete from kpi_days`)
		for _, c := range r.Checks {
			if c.Name == "kpi_days" && (len(c.Faults) > 0 || !strings.Contains(c.What, "not compared")) {
				t.Errorf("kpi_days: %+v, want it left alone, and said so", c)
			}
		}
		if names(r, "followers", "insight") {
			t.Error("a follower with a fact of just now counts as behind")
		}
	})
}

func TestRun_names_a_damaged_file(t *testing.T) {
	t.Parallel()
	target := dbtest.Target(t, db.SQLite)
	d, err := db.Open(t.Context(), db.Options{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	sound(t, d)
	err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, statement := range []string{
			`pragma writable_schema = on`,
			`update sqlite_master set rootpage = (select sum(rootpage) from sqlite_master o where name in ('orders_day', 'orders_customer')) - rootpage
				where name in ('orders_day', 'orders_customer')`,
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err = errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	if r, err := Run(t.Context(), dbtest.OpenTarget(t, target)); err != nil || !names(r, "database", "file") {
		t.Errorf("Run = %+v, %v; want a fault of the file", r, err)
	}
}

func TestMonthOf_is_that_of_the_calendar(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			want := map[int]int{}
			var rows [][]any
			for day := cal.Date(1999, time.December, 30); day.Before(cal.Date(2005, time.January, 3)); day = day.Add(1) {
				rows = append(rows, []any{day.Number(), day.Number(), 0, 0, 0})
				y, m, _ := day.Date()
				want[day.Number()] = y*12 + int(m) - 1
			}
			if _, err := db.InsertRows(ctx, tx, "purchase_days", "customer_id, on_day, orders, units, paid_fen", rows, ""); err != nil {
				return err
			}
			_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
				var day, month int
				err := scan(&day, &month)
				if want[day] != month {
					t.Errorf("month of %s = %d, want %d", cal.FromNumber(day), month, want[day])
				}
				delete(want, day)
				return struct{}{}, err
			}, monthOf("purchase_days"))
			if len(want) > 0 {
				err = errors.Join(err, fmt.Errorf("%d days are missing", len(want)))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestReport(t *testing.T) {
	t.Parallel()
	r := Report{Checks: []Check{
		{Name: "orders", What: "an order is the sum of its lines", Checked: 1234567, Faults: []Fault{}},
		{Name: "audit", What: "nothing is missing", Checked: 2, Faults: []Fault{{"entry 2", "hash a", "hash b"}}, More: true},
	}}
	var text, doc bytes.Buffer
	if err := errors.Join(r.Write(&text), r.JSON(&doc)); err != nil {
		t.Fatal(err)
	}
	const want = `ok     orders            1,234,567  an order is the sum of its lines
FAULT  audit                     2  nothing is missing
       entry 2: want hash a, got hash b
       and more
2 checks, 1 with faults
`
	if text.String() != want {
		t.Errorf("Write:\n%swant:\n%s", text.String(), want)
	}
	var back Report
	if err := json.Unmarshal(doc.Bytes(), &back); err != nil || len(back.Checks) != 2 || back.Checks[1].Faults[0].Want != "hash a" {
		t.Errorf("JSON = %s (%v)", doc.String(), err)
	}
}
