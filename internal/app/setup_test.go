package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

// unlimited are the limits of tests, which come from one address.
var unlimited = web.Limits{KeyPerMinute: -1, SessionPerMinute: -1, AnonymousPerMinute: -1}

// open opens the program on an empty database of the engine.
func open(t testing.TB, engine db.Engine) *app.App {
	t.Helper()
	return openTarget(t, dbtest.Target(t, engine), t.TempDir()+"/keys")
}

func openTarget(t testing.TB, target, keys string) *app.App {
	t.Helper()
	a, err := app.Open(context.Background(), app.Options{Target: target, KeyFile: keys, Folder: t.TempDir(), Demo: true, Limits: unlimited})
	if err != nil {
		t.Fatalf("open the program: %v", err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("close the program: %v", err)
		}
	})
	return a
}

// as returns a context of the program itself.
func as() context.Context { return access.With(context.Background(), access.Program("test")) }

// chain is two shops with people and customers of their own, to see who sees whom.
type chain struct {
	*app.App
	server   *httptest.Server
	shops    [2]shopFixture
	sessions map[string][]*http.Cookie
}

// shopFixture is a shop and what is in it.
type shopFixture struct {
	id       staff.ShopID
	people   map[staff.Role]staff.ID
	customer customer.ID
	order    order.ID
}

func newChain(t testing.TB, engine db.Engine) *chain {
	t.Helper()
	c := &chain{App: open(t, engine)}
	for i, code := range []string{"A", "B"} {
		err := c.DB.Update(as(), func(ctx context.Context, tx *db.Tx) (err error) {
			c.shops[i], err = c.fillShop(ctx, tx, code)
			return err
		})
		if err != nil {
			t.Fatalf("fill shop %s: %v", code, err)
		}
	}
	if err := c.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.server = httptest.NewServer(c.Handler())
	t.Cleanup(c.server.Close)
	return c
}

func (c *chain) fillShop(ctx context.Context, tx *db.Tx, code string) (s shopFixture, err error) {
	opened, err := c.Staff.CreateShop(ctx, tx, staff.NewShop{Code: code, Name: "店" + code})
	if err != nil {
		return s, err
	}
	s.id, s.people = opened.ID, map[staff.Role]staff.ID{}
	for _, role := range staff.Roles {
		p, err := c.Staff.Create(ctx, tx, staff.NewPerson{
			Name: string(role) + " of " + code, Login: string(role) + "." + code, Role: role, Shops: []staff.ShopID{s.id},
		})
		if err != nil {
			return s, err
		}
		s.people[role] = p.ID
	}
	recorded, err := c.Orders.Record(ctx, tx, order.Draft{
		Source: "till", OrderNo: code + "1", ShopID: s.id, CustomerName: "顾客" + code,
		Identities: []customer.Identity{{Kind: customer.Phone, Value: "1380013800" + map[string]string{"A": "1", "B": "2"}[code], Verified: true}},
		Lines:      []order.DraftLine{{SKU: "SKU" + code, Quantity: 1, UnitPriceFen: map[string]int64{"A": 100_00, "B": 7_77}[code]}},
	})
	s.customer, s.order = recorded.CustomerID, recorded.ID
	return s, err
}

// signIn returns the cookies of the person in a session of her own.
func (c *chain) signIn(t testing.TB, person staff.ID) []*http.Cookie {
	t.Helper()
	var cookies []*http.Cookie
	err := c.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		issued, err := c.Staff.SignInDemo(ctx, tx, person, staff.Device{})
		cookies = []*http.Cookie{{Name: "shuke", Value: issued.Token}}
		return err
	})
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	return cookies
}

// answer is what the server said.
type answer struct {
	status int
	body   []byte
}

func (a answer) json(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Fatalf("answer %d is not JSON: %v\n%s", a.status, err, a.body)
	}
}

// client bounds the time of every request of a test.
var client = &http.Client{Timeout: 30 * time.Second}

// ask sends a request; a body that is not nil is sent as JSON.
func ask(t testing.TB, method, url string, body any, sign func(*http.Request)) answer {
	t.Helper()
	a, err := try(method, url, body, sign)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return a
}

func try(method, url string, body any, sign func(*http.Request)) (answer, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, url, content)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if sign != nil {
		sign(r)
	}
	response, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, text}, err
}

// withCookies signs requests with a session.
func withCookies(cookies []*http.Cookie) func(*http.Request) {
	return func(r *http.Request) {
		for _, c := range cookies {
			r.AddCookie(c)
		}
	}
}

// withKey signs requests with an API key.
func withKey(secret string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
}
