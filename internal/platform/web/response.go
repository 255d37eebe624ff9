package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// compressFrom is the size in bytes from which JSON is compressed: one that fits into a few packets is on its way sooner
// than it is compressed, which took a tenth of the program's time for an order.
const compressFrom = 4096

// response writes an answer: it notes status and size, compresses JSON, and holds back small JSON
// until it is complete, so that a panic in between still becomes a proper error.
type response struct {
	http.ResponseWriter
	gzip bool // gzip says that the client takes compressed answers.

	status int
	bytes  int64
	sent   bool   // sent says that the header is out.
	held   []byte // held is the start of the body while sent is false.
	zip    *gzip.Writer
}

func newResponse(w http.ResponseWriter, r *http.Request) *response {
	accepts := r.Header.Get("Accept-Encoding")
	return &response{ResponseWriter: w, gzip: strings.Contains(accepts, "gzip") && !strings.Contains(accepts, "gzip;q=0")}
}

// Unwrap serves http.ResponseController.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader notes the status; the header is sent with the first byte of the body.
func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
}

// Write implements io.Writer.
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if !w.sent {
		if w.isJSON() && len(w.held)+len(p) < compressFrom {
			w.held = append(w.held, p...)
			return len(p), nil
		}
		if err := w.send(w.gzip && w.isJSON()); err != nil {
			return 0, err
		}
	}
	return w.write(p)
}

func (w *response) write(p []byte) (int, error) {
	if w.zip != nil {
		return w.zip.Write(p)
	}
	return w.raw(p)
}

// raw writes to the client and counts.
func (w *response) raw(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// send sends the header and what is held.
func (w *response) send(compress bool) error {
	w.sent = true
	if w.isJSON() {
		w.Header().Add("Vary", "Accept-Encoding")
	}
	if compress {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Del("Content-Length")
		w.zip = zippers.Get().(*gzip.Writer)
		w.zip.Reset(writerFunc(w.raw))
	}
	w.ResponseWriter.WriteHeader(w.status)
	held := w.held
	w.held = nil
	if len(held) == 0 {
		return nil
	}
	_, err := w.write(held)
	return err
}

// Flush implements http.Flusher, for answers that are streamed.
func (w *response) Flush() {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if !w.sent && w.send(false) != nil {
		return
	}
	if w.zip != nil && w.zip.Flush() != nil {
		return
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush() // A writer that cannot flush sends at the end.
}

// reset forgets what was held, so that another answer can be given. It reports whether that is possible.
func (w *response) reset() bool {
	if w.sent {
		return false
	}
	w.status, w.held = 0, nil
	w.Header().Del("ETag")
	w.Header().Del("Set-Cookie")
	return true
}

// finish sends what is left. The client may be gone; then there is nobody to tell.
func (w *response) finish() {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if !w.sent {
		_ = w.send(false)
	}
	if w.zip != nil {
		_ = w.zip.Close()
		zippers.Put(w.zip)
		w.zip = nil
	}
}

func (w *response) isJSON() bool {
	if w.Header().Get("Content-Encoding") != "" && w.zip == nil {
		return false
	}
	return strings.HasPrefix(w.Header().Get("Content-Type"), "application/") &&
		strings.Contains(w.Header().Get("Content-Type"), "json")
}

// zippers keeps compressors for reuse; a new one takes hundreds of kilobytes.
var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // The level is valid.
	return z
}}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
