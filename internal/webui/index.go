package webui

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"io/fs"
	"net/http"
	"strings"
)

// placeholder stands in index.html where the nonce of each answer goes.
const placeholder = "__NONCE__"

//go:embed nobuild.html
var noBuild []byte

// index answers the page with a fresh nonce.
type index struct {
	html   []byte
	status int
}

func newIndex(files fs.FS) index {
	html, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return index{html: noBuild, status: http.StatusServiceUnavailable}
	}
	return index{html: html, status: http.StatusOK}
}

func (i index) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !page(r.URL.Path) {
		http.NotFound(w, r)
		return
	}
	nonce := rand.Text()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", policy(nonce))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	w.WriteHeader(i.status)
	if r.Method == http.MethodHead {
		return
	}
	// The only error is that the reader has gone.
	_, _ = w.Write(bytes.ReplaceAll(i.html, []byte(placeholder), []byte(nonce)))
}

// policy lets the page run its own scripts and nothing else. Components write style elements, which carry the nonce,
// and style attributes, which cannot.
func policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'self'",
		"script-src 'self'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"style-src-attr 'unsafe-inline'",
		"img-src 'self' data:",
		"connect-src 'self'",
		"object-src 'none'",
		"frame-ancestors 'none'",
		"base-uri 'none'",
		"form-action 'self'",
	}, "; ")
}
