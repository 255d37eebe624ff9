package segment

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

func TestPack_thresholds_are_sound(t *testing.T) {
	t.Parallel()
	packs, err := customer.Packs()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		one, err := tradeOf(p.Code)
		if err != nil {
			t.Fatal(err)
		}
		if err := one.Thresholds.Validate(); err != nil || one.Thresholds == handbook {
			t.Errorf("the thresholds of %s are %+v: %v", p.Code, one.Thresholds, err)
		}
		for _, why := range []string{one.Why, one.WhyEN} {
			if !strings.Contains(why, strconv.FormatInt(one.Thresholds.DormantDays, 10)) {
				t.Errorf("pack %s does not say why dormant is after %d days: %q", p.Code, one.Thresholds.DormantDays, why)
			}
		}
	}
}

// switchPack switches a pack on or off.
func (a *api) switchPack(code string, on bool) {
	a.t.Helper()
	a.do(func(ctx context.Context, tx *db.Tx) error {
		if on {
			return a.Customers.EnablePack(ctx, tx, code)
		}
		return a.Customers.DisablePack(ctx, tx, code)
	})
	a.catchUp()
}

// inForce returns the source of the thresholds in force, with the pack, the days until dormant, and their ETag.
func (a *api) inForce() (what, etag string) {
	a.t.Helper()
	var s Settings
	_, etag = a.call("owner", http.MethodGet, "/v1/rfm/settings", nil, &s)
	return strings.TrimSpace(s.Source + " " + s.Pack + " " + strconv.FormatInt(s.Thresholds.DormantDays, 10)), etag
}

func (a *api) adopt(code, etag string) (status int) {
	a.t.Helper()
	status, _ = a.call("owner", http.MethodPost, "/v1/rfm/packs/"+code+"/adopt", nil, nil, "If-Match", etag)
	a.catchUp()
	return status
}

// TestPack_thresholds_hold_until_changed: they come with the confirmation of a person, go with their pack, and give
// way to what a person decides.
func TestPack_thresholds_hold_until_changed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.sell(sold{customer: 0, daysAgo: 40, fen: 100, history: true})
		a.refreshNow()
		expect := func(when, want, stage string) string {
			t.Helper()
			got, etag := a.inForce()
			if got != want {
				t.Errorf("%s: %s is in force, want %s", when, got, want)
			}
			if who, _ := a.list("owner", "/v1/customers?stage="+stage+"&"); who != "0" {
				t.Errorf("%s: %q are %s, want 0", when, who, stage)
			}
			return etag
		}
		etag := expect("at first", "handbook  90", "new")
		if status := a.adopt("coffee", etag); status != http.StatusConflict {
			t.Errorf("to adopt a pack that is off gives %d, want 409", status)
		}
		if status := a.adopt("bakery", etag); status != http.StatusNotFound {
			t.Errorf("to adopt a pack that is none gives %d, want 404", status)
		}
		a.switchPack("coffee", true)
		expect("with the pack alone", "handbook  90", "new")
		if status := a.adopt("coffee", etag); status != http.StatusOK {
			t.Errorf("to adopt gives %d, want 200", status)
		}
		if status := a.adopt("coffee", etag); status != http.StatusPreconditionFailed {
			t.Errorf("to adopt by thresholds that were changed gives %d, want 412", status)
		}
		etag = expect("adopted", "pack coffee 28", "dormant")
		a.switchPack("clothing", true)
		a.adopt("clothing", etag)
		expect("another adopted", "pack clothing 120", "new")
		a.switchPack("clothing", false)
		expect("the other off", "pack coffee 28", "dormant")
		a.switchPack("coffee", false)
		etag = expect("both off", "handbook  90", "new")

		a.switchPack("coffee", true)
		a.adopt("coffee", etag)
		var all AllPackThresholds
		a.call("owner", http.MethodGet, "/v1/rfm/packs", nil, &all)
		for _, p := range all.Items {
			if p.InForce != (p.Pack == "coffee") || p.Offered == p.InForce {
				t.Errorf("pack %s is in force: %t, offered: %t", p.Pack, p.InForce, p.Offered)
			}
		}
		own := all.Settings.Thresholds
		own.DormantDays = 35
		_, etag = a.inForce()
		a.call("owner", http.MethodPut, "/v1/rfm/settings", own, &Settings{}, "If-Match", etag)
		if status := a.adopt("coffee", `"`+strconv.FormatInt(all.Settings.Version+1, 10)+`"`); status != http.StatusConflict {
			t.Errorf("to adopt where a person decided gives %d, want 409", status)
		}
		a.switchPack("coffee", false)
		expect("a person decided", "staff  35", "dormant")
	})
}

// TestPack_thresholds_give_way_to_sales: once the shop has sold enough, what can be proposed from that is.
func TestPack_thresholds_give_way_to_sales(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		a.switchPack("coffee", true)
		_, etag := a.inForce()
		a.adopt("coffee", etag)
		a.sell(regulars()...)
		a.refreshNow()
		var o Overview
		a.call("owner", http.MethodGet, "/v1/rfm", nil, &o)
		coffee, err := tradeOf("coffee")
		if err != nil {
			t.Fatal(err)
		}
		if want := coffee.Thresholds.fill(o.Proposal.Thresholds); o.Settings.Source != "proposal" || o.Settings.Thresholds != want {
			t.Errorf("in force are %+v from %s, want %+v", o.Settings.Thresholds, o.Settings.Source, want)
		}
		a.switchPack("coffee", false)
		if got, _ := a.inForce(); !strings.HasPrefix(got, "proposal") {
			t.Errorf("with the pack off %s is in force, want what the sales propose", got)
		}
		if status := a.adopt("coffee", ""); status != http.StatusConflict {
			t.Errorf("to adopt where the sales say more gives %d, want 409", status)
		}
	})
}
