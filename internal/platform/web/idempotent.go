package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// keepAnswers is how long an answer is given again: a till may be off line for more than a week.
const keepAnswers = 30 * 24 * time.Hour

// answerKey names the answer to a write: who asked, what, and with which Idempotency-Key.
type answerKey struct{ caller, route, key, hash string }

// answer is the stored answer to a write. Returned as an error of a handler, it is what huma writes,
// byte for byte.
type answer struct {
	status int
	body   []byte
}

// Error implements error.
func (a *answer) Error() string { return "answered before" }

// GetStatus implements huma.StatusError.
func (a *answer) GetStatus() int { return a.status }

// GetHeaders implements huma.HeadersError.
func (a *answer) GetHeaders() http.Header { return http.Header{"Idempotent-Replayed": {"true"}} }

// MarshalJSON implements json.Marshaler.
func (a *answer) MarshalJSON() ([]byte, error) { return a.body, nil }

// readKey reads the Idempotency-Key of a write, and its body for the hash. It returns nil without a key.
func readKey(w http.ResponseWriter, r *http.Request, x *exchange) (*answerKey, error) {
	keys := r.Header.Values("Idempotency-Key")
	if len(keys) == 0 && !x.route.KeyRequired {
		return nil, nil
	}
	if len(keys) == 0 {
		return nil, errs.New(errs.Invalid, "idempotency.key_required", "this needs an Idempotency-Key")
	}
	if len(keys) > 1 || !printable(keys[0]) {
		return nil, errs.New(errs.Invalid, "idempotency.key_invalid", "an Idempotency-Key is 1 to 255 printable ASCII characters")
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(db.Wall().Add(x.server.timeout(x.route))) // Not every writer of tests can.
	body, err := io.ReadAll(r.Body)
	_ = control.SetReadDeadline(time.Time{})
	if err != nil {
		return nil, humaProblem(r.Context(), http.StatusInternalServerError, unreadable, nil)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(r.Method), []byte(r.URL.Path), canonical(body)} {
		fmt.Fprintf(sum, "%d:", len(part))
		sum.Write(part)
	}
	return &answerKey{x.caller, x.route.pattern, keys[0], hex.EncodeToString(sum.Sum(nil))}, nil
}

func printable(key string) bool {
	for _, c := range []byte(key) {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return len(key) >= 1 && len(key) <= 255
}

// once runs do in one transaction with its answer. If the answer to k is known, it returns that and
// does nothing.
func (s *Server) once(ctx context.Context, k *answerKey, do func(context.Context, *db.Tx) (answer, error)) (*answer, error) {
	leave, ok := s.running.enter(k.caller + "\n" + k.route + "\n" + k.key)
	if !ok {
		return nil, busy("idempotency.in_flight", "a request with this Idempotency-Key is still running")
	}
	defer leave()
	var before *answer
	err := s.config.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if before, err = claimAnswer(ctx, tx, k); err != nil || before != nil {
			return err
		}
		a, err := do(ctx, tx)
		if err != nil {
			return err
		}
		return storeAnswer(ctx, tx, k, a)
	})
	return before, err
}

// claimAnswer returns the answer to k, or nil if it is for this transaction to give. On PostgreSQL it
// waits for another process that is giving it.
func claimAnswer(ctx context.Context, tx *db.Tx, k *answerKey) (*answer, error) {
	claimed, err := tx.Exec(ctx, `insert into idempotent_answers
		(caller, route, idem_key, request_hash, status, body, created_at) values ($1, $2, $3, $4, 0, $5, $6)
		on conflict do nothing`, k.caller, k.route, k.key, k.hash, []byte{}, db.Millis(tx.Now))
	if err != nil {
		return nil, fmt.Errorf("claim idempotency key: %w", err)
	}
	if claimed == 1 {
		return nil, nil
	}
	var a answer
	var hash string
	err = tx.QueryRow(ctx, `select request_hash, status, body from idempotent_answers
		where caller = $1 and route = $2 and idem_key = $3`, k.caller, k.route, k.key).Scan(&hash, &a.status, &a.body)
	if err != nil {
		return nil, fmt.Errorf("read idempotent answer: %w", err)
	}
	if hash != k.hash {
		return nil, errs.New(errs.Unprocessable, "idempotency.key_reused", "this Idempotency-Key was used with other content")
	}
	return &a, nil
}

func storeAnswer(ctx context.Context, tx *db.Tx, k *answerKey, a answer) error {
	return tx.Later(ctx, "store idempotent answer", `update idempotent_answers set status = $1, body = $2
		where caller = $3 and route = $4 and idem_key = $5`, a.status, a.body, k.caller, k.route, k.key)
}

// PurgeAnswers deletes the answers that are older than 30 days.
func PurgeAnswers(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `delete from idempotent_answers where created_at < $1`, db.Millis(tx.Now.Add(-keepAnswers)))
	if err != nil {
		return fmt.Errorf("purge idempotent answers: %w", err)
	}
	return nil
}

// answerOf writes the output of a handler as huma will write it.
func answerOf(rt *route, out any) (answer, error) {
	a := answer{status: rt.Status}
	v := reflect.Indirect(reflect.ValueOf(out))
	var body reflect.Value
	if v.IsValid() {
		body = v.FieldByName("Body")
		if status := v.FieldByName("Status"); status.IsValid() {
			a.status = int(status.Int())
		}
	}
	if !body.IsValid() {
		a.status = http.StatusNoContent
		a.body = []byte{}
		return a, nil
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	var b bytes.Buffer
	if err := writeJSON(&b, body.Interface()); err != nil {
		return a, fmt.Errorf("write answer: %w", err)
	}
	a.body = b.Bytes()
	return a, nil
}
