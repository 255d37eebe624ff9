package webui_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shuke-crm/shuke/internal/webui"
)

// build is a small build as the front end leaves it.
func build() fstest.MapFS {
	return fstest.MapFS{
		".gitkeep":                    {},
		"admin/index.html":            {Data: []byte(`<style nonce="__NONCE__"></style><script nonce="__NONCE__"></script>`)},
		"admin/mode.js":               {Data: []byte("mode")},
		"admin/assets/app-1a2b.js":    {Data: []byte("raw")},
		"admin/assets/app-1a2b.js.br": {Data: []byte("brotli")},
		"admin/assets/app-1a2b.js.gz": {Data: []byte("gzip")},
		"admin/assets/page-3c4d.js":   {Data: []byte("small")},
		"admin/.vite/manifest.json":   {Data: []byte("{}")},
	}
}

func serve(t *testing.T, mux *http.ServeMux, method, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func setup(files fstest.MapFS) *http.ServeMux {
	mux := http.NewServeMux()
	webui.Register(mux, files)
	return mux
}

func TestStatus(t *testing.T) {
	t.Parallel()
	mux := setup(build())
	mux.HandleFunc("GET /v1/shops", func(http.ResponseWriter, *http.Request) {})
	for _, c := range []struct {
		name, method, target string
		want                 int
	}{
		{"home", "GET", "/", 200},
		{"a page", "GET", "/customers/cus_0G7", 200},
		{"a page, head only", "HEAD", "/dashboard", 200},
		{"a page cannot be written", "POST", "/dashboard", 405},
		{"the API keeps its routes", "GET", "/v1/shops", 200},
		{"an unknown route is no page", "GET", "/v1/shop", 404},
		{"an unknown file at the root is no page", "GET", "/favicon.ico", 404},
		{"a file", "GET", "/_a/assets/app-1a2b.js", 200},
		{"a missing file", "GET", "/_a/assets/app-0000.js", 404},
		{"a file cannot be written", "DELETE", "/_a/mode.js", 405},
		{"notes of the build", "GET", "/_a/.vite/manifest.json", 404},
		{"the placeholder", "GET", "/_a/.gitkeep", 404},
		{"the index has no second address", "GET", "/_a/index.html", 404},
		{"a folder", "GET", "/_a/assets/", 404},
		{"a compressed twin by its name", "GET", "/_a/assets/app-1a2b.js.br", 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := serve(t, mux, c.method, c.target).Code; got != c.want {
				t.Errorf("%s %s: status %d, want %d", c.method, c.target, got, c.want)
			}
		})
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	mux := setup(build())
	first, second := serve(t, mux, "GET", "/"), serve(t, mux, "GET", "/")

	nonce := nonceOf(t, first)
	if again := nonceOf(t, second); again == nonce {
		t.Errorf("nonce %q was given twice", nonce)
	}
	body := first.Body.String()
	if strings.Contains(body, "__NONCE__") || strings.Count(body, nonce) != 2 {
		t.Errorf("nonce %q is not everywhere in %q", nonce, body)
	}
	if got := first.Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control %q, want no-cache", got)
	}
	for _, rule := range []string{"script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "style-src-attr 'unsafe-inline'"} {
		if csp := first.Header().Get("Content-Security-Policy"); !strings.Contains(csp, rule) {
			t.Errorf("policy %q lacks %q", csp, rule)
		}
	}
}

func nonceOf(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	_, after, found := strings.Cut(w.Header().Get("Content-Security-Policy"), "'nonce-")
	nonce, _, closed := strings.Cut(after, "'")
	if !found || !closed || len(nonce) < 22 {
		t.Fatalf("no nonce of 128 bits in %q", w.Header().Get("Content-Security-Policy"))
	}
	return nonce
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	mux := setup(build())
	for _, c := range []struct{ name, target, accept, encoding, body string }{
		{"the smallest of all", "/_a/assets/app-1a2b.js", "gzip, deflate, br", "br", "brotli"},
		{"gzip over plain http", "/_a/assets/app-1a2b.js", "gzip, deflate", "gzip", "gzip"},
		{"refused", "/_a/assets/app-1a2b.js", "br;q=0, gzip; q=0.0", "", "raw"},
		{"none", "/_a/assets/app-1a2b.js", "", "", "raw"},
		{"no twin", "/_a/assets/page-3c4d.js", "br", "", "small"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := serve(t, mux, "GET", c.target, "Accept-Encoding", c.accept)
			if got := w.Header().Get("Content-Encoding"); got != c.encoding || w.Body.String() != c.body {
				t.Errorf("got %q %q, want %q %q", got, w.Body, c.encoding, c.body)
			}
			if got := w.Header().Get("Content-Type"); got != "text/javascript; charset=utf-8" {
				t.Errorf("Content-Type %q", got)
			}
		})
	}
}

func TestCaching(t *testing.T) {
	t.Parallel()
	mux := setup(build())

	hashed := serve(t, mux, "GET", "/_a/assets/app-1a2b.js")
	if got := hashed.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("a name with a hash: Cache-Control %q, want immutable", got)
	}

	named := serve(t, mux, "GET", "/_a/mode.js")
	if got := named.Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("a plain name: Cache-Control %q, want no-cache", got)
	}
	again := serve(t, mux, "GET", "/_a/mode.js", "If-None-Match", named.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("unchanged file: status %d and %d bytes, want 304 and none", again.Code, again.Body.Len())
	}
}

func TestWithoutBuild(t *testing.T) {
	t.Parallel()
	mux := setup(fstest.MapFS{".gitkeep": {}})
	w := serve(t, mux, "GET", "/dashboard")
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", w.Code)
	}
	for _, words := range []string{"make build", "没有带上页面", "without its pages", nonceOf(t, w)} {
		if !strings.Contains(w.Body.String(), words) {
			t.Errorf("page lacks %q", words)
		}
	}
	if got := serve(t, mux, "GET", "/_a/assets/app.js").Code; got != http.StatusNotFound {
		t.Errorf("file: status %d, want 404", got)
	}
}

// The embedded files are a build or nothing; both must be served.
func TestFiles(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	webui.Register(mux, webui.Files())
	if got := serve(t, mux, "GET", "/").Code; got != http.StatusOK && got != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 200 with a build or 503 without", got)
	}
}
