// Package webui serves the pages of Shuke, which the front end's build leaves in dist and the binary embeds.
//
// Files live under a base of their own (/_a/ for the console) and may be kept for ever when their name holds a hash.
// Every other path that is not the API's answers the console's index, whose router knows the page; each answer has a
// fresh nonce, in the page and in its Content-Security-Policy. A binary that was built without the pages says so.
package webui

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
)

// "all:" because a folder without a build holds only .gitkeep, whose name begins with a dot.
//
//go:embed all:dist
var embedded embed.FS

// base is the path under which the console's files are served, as in web/vite.config.ts.
const base = "/_a/"

// Files returns the embedded build; it is empty when there was none.
func Files() fs.FS {
	files, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic(err) // "dist" is a valid name, and nothing else fails.
	}
	return files
}

// Register adds the pages of a build to mux: its files under /_a/, its index for every path that no other route takes.
func Register(mux *http.ServeMux, files fs.FS) {
	console, err := fs.Sub(files, "admin")
	if err != nil {
		panic(err) // "admin" is a valid name, and nothing else fails.
	}
	mux.Handle(base, http.StripPrefix(base, readOnly(assets{files: console})))
	mux.Handle("/", readOnly(newIndex(console)))
}

// readOnly refuses what pages and files do not know: to be written.
func readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// page tells the path of a page from that of a mistyped route or file.
func page(path string) bool {
	return path != "/v1" && !strings.HasPrefix(path, "/v1/") && !strings.Contains(path, ".")
}
