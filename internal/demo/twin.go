package demo

import (
	"context"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// twin says how the second record of a customer, or one that looks so, came to be.
type twin int

const (
	single   twin = iota
	typed         // She came back with another WeChat account and typed her phone number, which nobody checked.
	partner       // Two people of one household have proven one phone number, each with a WeChat account.
	namesake      // A new number, and the same name and birthday.
)

// oneTwinIn is how many customers there are for one that looks like another.
const oneTwinIn = 200

// twins returns records that look like those of the people given, numbered from len(people) on.
func (o Options) twins(people []person, count int) []person {
	r := o.source(partTwin, 0)
	var all []person
	for tries := 0; len(all) < count && tries < 100*count; tries++ {
		p := people[r.IntN(len(people))]
		kind := []twin{typed, typed, partner, namesake}[len(all)%4]
		left := o.today().Sub(p.joined)
		if left < 60 || kind == partner && !p.wechat || kind == namesake && p.birthDay == 0 {
			continue
		}
		t := o.person(len(people) + len(all))
		t.twin, t.joined, t.home, t.city = kind, p.joined.Add(30+r.IntN(left-30)), p.home, p.city
		switch kind {
		case typed:
			t.phone, t.wechat, t.birthDay = p.phone, true, 0
		case partner:
			t.phone, t.wechat, t.woman = p.phone, true, !p.woman
		case namesake:
			t.birthYear, t.birthMonth, t.birthDay, t.lunar = p.birthYear, p.birthMonth, p.birthDay, p.lunar
			t.joined = o.today().Add(-1 - r.IntN(20))
		}
		if kind != partner {
			t.name, t.woman, t.manner, t.scene, t.size = p.name, p.woman, p.manner, p.scene, p.size
		}
		all = append(all, t)
	}
	return all
}

// sortOut has the namesakes noticed, and the manager of the first shop decide about some of the pairs.
func (f *filler) sortOut(ctx context.Context) error {
	return f.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, p := range f.people {
			if p.twin != namesake {
				continue
			}
			if _, err := f.Services.Customers.SetLifeDate(ctx, tx, f.customerIDs[p.n], p.birthday(), ""); err != nil {
				return err
			}
		}
		pairs, err := f.Services.Customers.ListSuggestions(ctx, tx, 0, customer.SuggestionID{}, 1000)
		if err != nil {
			return err
		}
		ctx = f.as(ctx, managerOf(0))
		for i, pair := range pairs {
			switch {
			case i%5 == 0 && pair.Reason == customer.SameTyped:
				_, err = f.Services.Customers.AcceptSuggestion(ctx, tx, pair.ID, customer.ID{}, "打电话核实过，是同一位顾客")
			case i%5 == 0 && pair.Reason == customer.SharedPhone:
				err = f.Services.Customers.DismissSuggestion(ctx, tx, pair.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// birthday is the date of life that she told.
func (p person) birthday() customer.LifeDate {
	d := customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Year: p.birthYear, Month: p.birthMonth, Day: p.birthDay}
	if p.lunar {
		d.Calendar = customer.Lunar
	}
	return d
}

func managerOf(shop int) int {
	for i, c := range colleagues {
		if c.shop == shop && c.role == "manager" {
			return i
		}
	}
	return -1
}
