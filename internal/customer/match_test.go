package customer_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// being is a person of flesh and blood, with what is really hers.
type being struct {
	phone, openid, unionid, card customer.Identity
}

// identities returns what she comes with to one touchpoint: sometimes proven, sometimes typed, and now and
// then a phone that a clerk mistyped for that of another.
func (b being) identities(r *rand.Rand, all []being) []customer.Identity {
	var list []customer.Identity
	switch r.IntN(4) {
	case 0: // At the till: a typed phone, sometimes another's, and perhaps her card.
		p := b.phone
		if r.IntN(20) == 0 {
			p = all[r.IntN(len(all))].phone
		}
		list = append(list, p)
		if r.IntN(2) == 0 {
			list = append(list, proven(b.card))
		}
	case 1: // In the mini-program, signed in.
		list = append(list, proven(b.openid))
		if r.IntN(2) == 0 {
			list = append(list, proven(b.unionid))
		}
	case 2: // In the mini-program, giving her phone by a code.
		list = append(list, proven(b.openid), proven(b.phone))
	default: // A new card for a proven phone.
		list = append(list, proven(b.phone), proven(b.card))
	}
	return list
}

// TestResolve_merges_precisely has 500 people come 10,000 times. Of all pairs of visits that ended up in
// one record, counted by their proven identities, 99.5 % and more are of one person (DOM-33), and nearly
// everybody ends up in one record.
func TestResolve_merges_precisely(t *testing.T) {
	t.Parallel()
	h := setup(t, dbtest.Open(t, db.SQLite))
	r := rand.New(rand.NewPCG(7, 11))
	people := make([]being, 500)
	for i := range people {
		people[i] = being{phone(i), openid(i), unionid(i), card(i)}
	}
	visits := 10_000
	if testing.Short() {
		visits = 3_000
	}
	for done := 0; done < visits; done += 500 {
		var batch []customer.Resolve
		for range 500 {
			batch = append(batch, customer.Resolve{Identities: people[r.IntN(len(people))].identities(r, people), Source: "test"})
		}
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.ResolveMany(ctx, tx, batch)
			return err
		})
	}
	owners := map[customer.ID]map[int]int{} // record → person → proven identities
	whole := 0
	for i, p := range people {
		records := map[customer.ID]bool{}
		for _, identity := range []customer.Identity{p.phone, p.openid, p.unionid, p.card} {
			c := h.met(customer.Resolve{Identities: []customer.Identity{identity}, Source: "check"})
			records[c] = true
			if owners[c] == nil {
				owners[c] = map[int]int{}
			}
			owners[c][i]++
		}
		if len(records) == 1 {
			whole++
		}
	}
	same, pairs := 0, 0
	for _, persons := range owners {
		n := 0
		for _, k := range persons {
			same += k * (k - 1) / 2
			n += k
		}
		pairs += n * (n - 1) / 2
	}
	t.Logf("%d of %d pairs are of one person, %d of %d people have one record", same, pairs, whole, len(people))
	if float64(same) < 0.995*float64(pairs) {
		t.Errorf("%d of %d pairs in one record are of one person, want 99.5 %%", same, pairs)
	}
	if !testing.Short() && whole < len(people)*9/10 {
		t.Errorf("%d of %d people have one record, want nine of ten", whole, len(people))
	}
}

func TestIdentity_Normalize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   customer.Identity
		want string
	}{
		{customer.Identity{Kind: customer.Phone, Value: "１３８ 1234 5678"}, "phone  +8613812345678"},
		{customer.Identity{Kind: customer.Phone, Space: "x", Value: "13812345678"}, "phone  +8613812345678"},
		{customer.Identity{Kind: customer.Email, Value: " A.B@Example.COM "}, "email  a.b@example.com"},
		{customer.Identity{Kind: customer.Email, Value: "a b@example.com"}, "identity.email"},
		{customer.Identity{Kind: customer.Email, Value: "a@b"}, "identity.email"},
		{customer.Identity{Kind: customer.Email, Value: "a@b.c\r\nBcc: x@y.z"}, "identity.email"},
		{customer.Identity{Kind: customer.Card, Value: " vip 001 "}, "card  VIP001"},
		{customer.Identity{Kind: customer.OpenID, Space: "wx1", Value: "oAbC"}, "openid wx1 oAbC"},
		{customer.Identity{Kind: customer.OpenID, Value: "oAbC"}, "identity.space"},
		{customer.Identity{Kind: customer.ShopRef, Space: "till", Value: "17850"}, "shop_id till 17850"},
		{customer.Identity{Kind: customer.ShopRef, Space: "till", Value: "\x00"}, "identity.value"},
		{customer.Identity{Kind: customer.UnionID, Value: ""}, "identity.value"},
		{customer.Identity{Kind: "fax", Value: "1"}, "identity.kind"},
	} {
		n, err := c.in.Normalize()
		got := fmt.Sprint(n.Kind, " ", n.Space, " ", n.Value)
		if err != nil {
			got = codeOf(err)
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c.in, got, c.want)
		}
		if err == nil {
			if again, err := n.Normalize(); err != nil || again != n {
				t.Errorf("%+v: normalised again it is %+v (%v)", n, again, err)
			}
		}
	}
}

func FuzzIdentity_Normalize(f *testing.F) {
	for kind := range 7 {
		f.Add(kind, "wx1", "13812345678")
		f.Add(kind, "", "a@b.c")
	}
	kinds := []customer.IdentityKind{customer.Phone, customer.OpenID, customer.UnionID, customer.ExternalUserID, customer.Card, customer.Email, customer.ShopRef}
	f.Fuzz(func(t *testing.T, kind int, space, value string) {
		n, err := customer.Identity{Kind: kinds[uint(kind)%7], Space: space, Value: value}.Normalize()
		if err != nil {
			return
		}
		if again, err := n.Normalize(); err != nil || again != n {
			t.Errorf("%+v: normalised again it is %+v (%v)", n, again, err)
		}
	})
}
