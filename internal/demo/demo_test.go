package demo

import (
	"reflect"
	"testing"
	"time"
)

func sample(t *testing.T, customers int) (Options, []person, history) {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	o := Default(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC), zone)
	o.Customers = customers
	people := make([]person, customers)
	for i := range people {
		people[i] = o.person(i)
	}
	return o, people, o.live(people, o.styles())
}

func TestLive_same_seed_same_history(t *testing.T) {
	t.Parallel()
	_, _, a := sample(t, 50)
	_, _, b := sample(t, 50)
	if !reflect.DeepEqual(a, b) {
		t.Error("two histories from one seed differ")
	}
}

func TestLive_looks_like_a_shop(t *testing.T) {
	t.Parallel()
	o, people, h := sample(t, 2000)
	phones := map[string]bool{}
	for _, p := range people {
		phones[p.phone] = true
	}
	if len(phones) != len(people) {
		t.Errorf("%d phone numbers for %d people", len(phones), len(people))
	}
	perPerson, named := map[int]int{}, 0
	var last time.Time
	for _, s := range h.sales {
		if s.at.Before(last) || s.at.After(o.Until) {
			t.Fatalf("sale %s at %v is out of order or in the future", s.no, s.at)
		}
		last = s.at
		for _, p := range s.pieces {
			if p.paidFen() <= 0 {
				t.Fatalf("sale %s has a line of %d fen", s.no, p.paidFen())
			}
		}
		if s.person >= 0 {
			perPerson[s.person]++
			named++
		}
	}
	often := 0
	for _, n := range perPerson {
		if n >= 2 {
			often++
		}
	}
	repeat := float64(often) / float64(len(perPerson))
	if repeat < .45 || repeat > .85 {
		t.Errorf("%.0f %% of buyers came back, want 45 to 85", 100*repeat)
	}
	if share := float64(len(h.sales)-named) / float64(len(h.sales)); share < .1 || share > .2 {
		t.Errorf("%.0f %% of sales have no name, want 10 to 20", 100*share)
	}
	if back := float64(len(h.returns)) / float64(len(h.sales)); back < .03 || back > .15 {
		t.Errorf("%.2f returns per sale, want 0.03 to 0.15", back)
	}
	t.Logf("%d sales, %d returns, %d remarks, %.0f %% of buyers came back", len(h.sales), len(h.returns), len(h.remarks), 100*repeat)
}
