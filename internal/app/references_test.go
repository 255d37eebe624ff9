package app_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/insight"
	"github.com/shuke-crm/shuke/internal/intake"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/verify"
)

// reference holds what others computed from Online Retail (Chen, Sain and Guo 2012).
type reference struct {
	RFM map[string]struct {
		Counts map[string]map[string]int64
		Cells  struct{ Top10 map[string]int64 }
	}
	Cohorts    map[string]map[string][]int64 `json:"cohort_retention"`
	Repurchase map[string]struct {
		ByMonth map[string]referenceMonth `json:"by_month"`
		Second  map[string]struct {
			Eligible int64
			Within   int64 `json:"second_purchase_within"`
		} `json:"first_to_second_within_days"`
	}
}

type referenceMonth struct {
	Buyers, New, Returning int64
	Share                  *float64 `json:"returning_share"`
	Again                  *float64 `json:"bought_again_next_month"`
	Twice                  *float64 `json:"two_or_more_days_in_month"`
	Days                   int64    `json:"purchase_days"`
	Revenue                float64
}

// TestReferences takes in the Online Retail file on both engines and compares RFM, cohorts, months and
// revenue with the reference values; a second import changes nothing, and the undo leaves nothing.
func TestReferences(t *testing.T) {
	folder := os.Getenv("SHUKE_SHARED")
	if folder == "" {
		folder = "../../../shared"
	}
	files, err := filepath.Glob(filepath.Join(folder, "data/online_retail/*.csv.gz"))
	text, readErr := os.ReadFile(filepath.Join(folder, "data/references.json"))
	if err != nil || len(files) == 0 || readErr != nil {
		t.Skipf("the reference data are not at %s (name their folder with SHUKE_SHARED)", folder)
	}
	var want reference
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			a := open(t, engine)
			counts := takeIn(t, a, files[0])
			if diff := cmp.Diff(intake.Counts{Rows: 370931, Orders: 15899, Refunds: 2887, Customers: 3658, AnonymousOrders: 2728}, counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
			compareReports(t, a, want)
			if again := takeIn(t, a, files[0]); again.Unchanged != 18786 || again.Orders+again.Refunds+again.Customers != 0 {
				t.Errorf("the second import changed something: %+v", again)
			}
			report, err := verify.Run(context.Background(), a.DB)
			if err != nil || !report.Sound() {
				_ = report.Write(t.Output())
				t.Errorf("the database is not sound (%v)", err)
			}
			takeBackAll(t, a)
		})
	}
}

func takeIn(t *testing.T, a *app.App, file string) intake.Counts {
	t.Helper()
	counts, err := a.Intake.RunFile(context.Background(), intake.RunOptions{Kind: intake.Orders, Path: file, Preset: "online-retail"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	return counts
}

func compareReports(t *testing.T, a *app.App, want reference) {
	t.Helper()
	err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) error {
		rfm, err := a.Segments.Report(ctx, tx, cal.Date(2011, 10, 1))
		if err != nil {
			return err
		}
		var got struct {
			Counts map[string]map[string]int64
			Cells  map[string]int64
		}
		text, err := json.Marshal(rfm)
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want.RFM["online_retail_shared"].Counts, got.Counts); diff != "" {
			t.Errorf("RFM counts (-want +got):\n%s", diff)
		}
		for cell, n := range want.RFM["online_retail_shared"].Cells.Top10 {
			if got.Cells[cell] != n {
				t.Errorf("RFM cell %s has %d customers, want %d", cell, got.Cells[cell], n)
			}
		}
		cohorts, err := a.Insight.ReportCohorts(ctx, tx, cal.Date(2011, 9, 30))
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want.Cohorts["online_retail_shared"], cohorts); diff != "" {
			t.Errorf("cohorts (-want +got):\n%s", diff)
		}
		kpis, err := a.Insight.ReportKPIs(ctx, tx, cal.Date(2011, 9, 30))
		if err == nil {
			compareMonths(t, want, kpis.Repurchase)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func compareMonths(t *testing.T, want reference, got insight.Repurchase) {
	t.Helper()
	months := map[string]referenceMonth{}
	var revenue int64
	for _, m := range got.Months {
		revenue += m.SalesFen
		months[m.Month] = referenceMonth{m.Buyers, m.New, m.Returning, m.ReturningShare, m.AgainNextMonth, m.TwoOrMoreDays, m.PurchaseDays, float64(m.SalesFen) / 100}
	}
	if diff := cmp.Diff(want.Repurchase["online_retail_shared"].ByMonth, months); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}
	if revenue != 6192078_94 {
		t.Errorf("revenue of known customers %d, want 619207894", revenue)
	}
	second := want.Repurchase["online_retail_shared"].Second
	for _, s := range got.Second {
		if w, ok := second[strconv.Itoa(s.Days)]; ok && (w.Eligible != s.Eligible || w.Within != s.Within) {
			t.Errorf("second purchase within %d days: %d of %d, want %d of %d", s.Days, s.Within, s.Eligible, w.Within, w.Eligible)
		}
	}
}

// takeBackAll undoes the imports, the last first, and looks for what is left.
func takeBackAll(t *testing.T, a *app.App) {
	t.Helper()
	var imports []intake.ID
	err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) (err error) {
		imports, err = db.All(ctx, tx, func(scan db.Scan) (i intake.ID, err error) { return i, scan(&i) }, "select id from imports order by id desc")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range imports {
		if _, err := a.Intake.UndoImport(as(), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	err = a.DB.View(as(), func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"orders", "order_lines", "refunds", "refund_lines", "customers", "customer_identities", "products", "skus", "shops", "staff",
			"profiles", "purchase_days", "rfm_cells", "kpi_days", "sales_days", "day_buyers", "cohort_cells"} {
			var n int64
			if err := tx.QueryRow(ctx, "select count(*) from "+table).Scan(&n); err != nil {
				return err
			}
			if n != 0 {
				t.Errorf("the undo left %d rows in %s", n, table)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
