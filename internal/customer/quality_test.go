package customer

import (
	"fmt"
	"testing"
)

func TestQuality(t *testing.T) {
	t.Parallel()
	var sum int64
	for _, w := range weights {
		sum += w.weight
	}
	if sum != 100 {
		t.Errorf("the weights make %d, want 100", sum)
	}
	for _, c := range []struct {
		name    string
		known   known
		score   int64
		missing string
	}{
		{"nothing", known{}, 0, "[name phone phone_verified gender birthday shop wechat consent preferences]"},
		{"reachable by name", known{name: true, phone: true, phoneVerified: true, consent: true, shop: true}, 60, "[gender birthday wechat preferences]"},
		{"two attributes are few", known{attributes: 2}, 0, "[name phone phone_verified gender birthday shop wechat consent preferences]"},
		{"three will do", known{attributes: 3}, 10, "[name phone phone_verified gender birthday shop wechat consent]"},
		{"all", known{name: true, phone: true, phoneVerified: true, gender: true, birthday: true, shop: true, wechat: true, consent: true, attributes: 3}, 100, "[]"},
	} {
		bits := c.known.missing()
		if got := qualityOf(bits); got != c.score {
			t.Errorf("%s: score %d, want %d", c.name, got, c.score)
		}
		if got := fmt.Sprint(missingFields(bits)); got != c.missing {
			t.Errorf("%s: missing %s, want %s", c.name, got, c.missing)
		}
	}
	for _, w := range weights {
		if got := missingFields(bitOf(w.field)); len(got) != 1 || got[0] != w.field {
			t.Errorf("the bit of %s names %v", w.field, got)
		}
	}
}
