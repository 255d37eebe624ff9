package staff_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// world is a running program with its staff, and nobody in it yet.
type world struct {
	*staff.Service
	d        *db.DB
	url      string
	handler  http.Handler
	document []byte
}

const (
	ownerLogin    = "lan"
	ownerPassword = "correct horse battery"
	ownerPhone    = "13812345678"
)

func newService(t testing.TB, d *db.DB, keys *privacy.Keys) *staff.Service {
	t.Helper()
	log := event.New(d)
	s := &staff.Service{DB: d, Log: log, Keys: keys}
	s.Register(log)
	return s
}

func newKeys(t testing.TB) *privacy.Keys {
	t.Helper()
	keys, err := privacy.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	return serve(t, d, newService(t, d, newKeys(t)))
}

// serve puts a service behind HTTP, without the limits that a test would run into.
func serve(t testing.TB, d *db.DB, s *staff.Service) *world {
	t.Helper()
	server := web.New(web.Config{
		DB: d, Authenticate: s.Authenticate, Log: slog.New(slog.DiscardHandler),
		Limits: web.Limits{AnonymousPerMinute: -1, SessionPerMinute: -1, KeyPerMinute: -1},
	})
	s.Routes(server)
	document, err := server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(server.Handler())
	t.Cleanup(h.Close)
	return &world{s, d, h.URL, server.Handler(), document}
}

// client is a browser, or a program with a key.
type client struct {
	t    testing.TB
	url  string
	http *http.Client
	key  string
}

func (w *world) client(t testing.TB) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, url: w.url, http: &http.Client{Jar: jar}}
}

func (w *world) program(t testing.TB, key string) *client {
	return &client{t: t, url: w.url, http: &http.Client{}, key: key}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

func (a answer) code() string { return a.text("code") }

func (a answer) text(name string) string {
	s, _ := a.body[name].(string)
	return s
}

func (a answer) items() (items []map[string]any) {
	list, _ := a.body["items"].([]any)
	for _, item := range list {
		items = append(items, item.(map[string]any))
	}
	return items
}

func (c *client) do(method, path string, body any, headers ...string) answer {
	c.t.Helper()
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, content)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &a.body); err != nil {
			c.t.Fatalf("%s %s answered %q: %v", method, path, text, err)
		}
	}
	return a
}

// want makes a request that must be answered with the status.
func (c *client) want(status int, method, path string, body any, headers ...string) answer {
	c.t.Helper()
	a := c.do(method, path, body, headers...)
	if a.status != status {
		c.t.Fatalf("%s %s = %d %v, want %d", method, path, a.status, a.body, status)
	}
	return a
}

type object = map[string]any

// open sets the shop up and returns its owner, signed in.
func (w *world) open(t testing.TB) *client {
	t.Helper()
	token, err := w.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := w.client(t)
	c.want(201, "POST", "/v1/setup", object{
		"token": token, "shop_name": "Silk Road", "time_zone": "Asia/Shanghai", "currency": "CNY",
		"owner_name": "Lan Chen", "login": ownerLogin, "password": ownerPassword,
	})
	return c
}

// staffPassword is the password of everybody who was hired.
const staffPassword = "own words of the staff"

var staffHash = sync.OnceValues(func() (string, error) {
	return new(staff.Service).HashPassword(context.Background(), staffPassword)
})

// hire adds a person and returns her id and a client on which she is signed in.
func (w *world) hire(t testing.TB, login string, role staff.Role, shops ...string) (string, *client) {
	t.Helper()
	hash, err := staffHash()
	if err != nil {
		t.Fatal(err)
	}
	n := staff.NewPerson{Name: "Person " + login, Login: login, Role: role, PasswordHash: hash}
	for _, shop := range shops {
		var id staff.ShopID
		if err := id.UnmarshalText([]byte(shop)); err != nil {
			t.Fatal(err)
		}
		n.Shops = append(n.Shops, id)
	}
	var p staff.Person
	w.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = w.Create(ctx, tx, n)
		return err
	})
	c := w.client(t)
	c.want(201, "POST", "/v1/session", object{"login": login, "password": staffPassword})
	return p.ID.String(), c
}

// shop opens a shop and returns its id.
func (w *world) shop(t testing.TB, by *client, code string) string {
	t.Helper()
	return by.want(201, "POST", "/v1/shops", object{"code": code, "name": "Shop " + code}).text("id")
}

// firstShop returns the id of the shop that set-up made.
func firstShop(c *client) string {
	c.t.Helper()
	return c.want(200, "GET", "/v1/shops", nil).items()[0]["id"].(string)
}

// update runs fn in a transaction, as the program itself.
func (w *world) update(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := w.d.Update(access.With(t.Context(), access.Program("test")), fn); err != nil {
		t.Fatal(err)
	}
}

// exec runs a statement behind the back of the program.
func (w *world) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	w.update(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
}

// other returns the same program once more, as another process would run it.
func (w *world) other(t testing.TB) *world {
	t.Helper()
	return serve(t, w.d, &staff.Service{DB: w.d, Log: w.Log, Keys: w.Keys})
}

func address(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}) }
