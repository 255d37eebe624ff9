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
	people := o.people()
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
	phones, twins := map[string]bool{}, map[twin]int{}
	for _, p := range people {
		phones[p.phone] = true
		twins[p.twin]++
	}
	if want := len(people) - twins[typed] - twins[partner]; len(phones) != want {
		t.Errorf("%d phone numbers for %d people, want %d", len(phones), len(people), want)
	}
	if len(people) != o.Customers || twins[typed] == 0 || twins[partner] == 0 || twins[namesake] == 0 {
		t.Errorf("of %d people %v look like another, want some of each kind", len(people), twins)
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

func TestAcquaintance_is_what_a_clerk_could_know(t *testing.T) {
	t.Parallel()
	o, people, _ := sample(t, 2000)
	dressed, tagged := 0, 0
	for _, p := range people {
		a := o.acquaintance(p)
		if again := o.acquaintance(p); !reflect.DeepEqual(a, again) {
			t.Fatalf("what is known of person %d differs from one time to the next", p.n)
		}
		if len(a.attributes) > 0 {
			dressed++
		}
		if len(a.tags) > 0 {
			tagged++
		}
	}
	if dressed < 700 || dressed > 1100 || tagged < 1300 || tagged > 1900 {
		t.Errorf("of 2,000 people %d have sizes and %d tags, want 700 to 1,100 and 1,300 to 1,900", dressed, tagged)
	}
}
