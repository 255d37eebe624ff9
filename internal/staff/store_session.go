package staff

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// touchAccount writes that somebody signed in, and her password hashed anew if that was done. It reports
// false if the account was disabled or given another password since it was read.
func touchAccount(ctx context.Context, tx *db.Tx, p account, rehashed string) (bool, error) {
	if rehashed == "" {
		rehashed = p.passwordHash
	}
	n, err := tx.Exec(ctx, "update staff set last_sign_in_at = $1, password_hash = $2 where id = $3 and active and password_hash = $4",
		db.Millis(tx.Now), rehashed, p.ID, p.passwordHash)
	if err != nil {
		return false, fmt.Errorf("note sign-in: %w", err)
	}
	return n == 1, nil
}

func insertSession(ctx context.Context, tx *db.Tx, s Session, person ID, hash []byte) error {
	_, err := tx.Exec(ctx, "insert into sessions (id, token_hash, staff_id, device, ip, created_at, last_seen_at, expires_at) values ($1,$2,$3,$4,$5,$6,$7,$8)",
		s.ID, hash, person, s.Device, s.IP, db.Millis(s.CreatedAt), db.Millis(s.LastSeenAt), db.Millis(s.ExpiresAt))
	if err != nil {
		return fmt.Errorf("insert session: %w", err)
	}
	return nil
}

// liveSession is a session with the account it belongs to.
type liveSession struct {
	id          SessionID
	lastSeenAt  time.Time
	expiresAt   time.Time
	requireTOTP bool
	account     account
}

// findLiveSession returns the session of an active person by the hash of its token, in one query, a row
// for each of her shops. Errors: session.ended.
func findLiveSession(ctx context.Context, tx *db.Tx, hash []byte) (liveSession, error) {
	var live liveSession
	_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var login *string
		var required *bool
		var shop ShopID
		targets := append([]any{&live.id, db.ScanTime(&live.lastSeenAt), db.ScanTime(&live.expiresAt), &required, &shop}, live.account.targets(&login)...)
		if err := scan(targets...); err != nil {
			return struct{}{}, err
		}
		live.account.finish(login)
		live.requireTOTP = required != nil && *required
		if !shop.IsZero() {
			live.account.Shops = append(live.account.Shops, shop)
		}
		return struct{}{}, nil
	}, `select e.id, e.last_seen_at, e.expires_at, o.require_totp, m.shop_id, `+accountColumns+`
		from sessions e join staff s on s.id = e.staff_id and s.active
			left join staff_shops m on m.staff_id = s.id left join organisations o on o.id = 1
		where e.token_hash = $1 order by m.shop_id limit $2`, hash, maxShopsOfPerson)
	if err != nil {
		return liveSession{}, fmt.Errorf("find session: %w", err)
	}
	if live.id.IsZero() {
		return liveSession{}, errEnded()
	}
	return live, nil
}

func touchSession(ctx context.Context, tx *db.Tx, session SessionID, now time.Time) error {
	if _, err := tx.Exec(ctx, "update sessions set last_seen_at = $1 where id = $2 and last_seen_at < $1", db.Millis(now), session); err != nil {
		return fmt.Errorf("note use of session: %w", err)
	}
	return nil
}

// listSessions returns the sessions of a person that have not run out.
func listSessions(ctx context.Context, tx *db.Tx, person ID, now, seenAfter time.Time) ([]Session, error) {
	list, err := db.All(ctx, tx, func(scan db.Scan) (s Session, err error) {
		err = scan(&s.ID, &s.Device, &s.IP, db.ScanTime(&s.CreatedAt), db.ScanTime(&s.LastSeenAt), db.ScanTime(&s.ExpiresAt))
		return s, err
	}, `select id, device, ip, created_at, last_seen_at, expires_at from sessions where staff_id = $1 and expires_at > $2 and last_seen_at > $3
		order by last_seen_at desc, id desc limit $4`, person, db.Millis(now), db.Millis(seenAfter), maxList)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return list, nil
}

func deleteSession(ctx context.Context, tx *db.Tx, person ID, session SessionID) (bool, error) {
	n, err := tx.Exec(ctx, "delete from sessions where id = $1 and staff_id = $2", session, person)
	if err != nil {
		return false, fmt.Errorf("delete session: %w", err)
	}
	return n == 1, nil
}

func deleteSessionByToken(ctx context.Context, tx *db.Tx, hash []byte) error {
	if _, err := tx.Exec(ctx, "delete from sessions where token_hash = $1", hash); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

func deleteSessionsOf(ctx context.Context, tx *db.Tx, person ID) error {
	if _, err := tx.Exec(ctx, "delete from sessions where staff_id = $1", person); err != nil {
		return fmt.Errorf("delete sessions: %w", err)
	}
	return nil
}

// deleteDeadSessions removes sessions that nobody can use any more.
func deleteDeadSessions(ctx context.Context, tx *db.Tx, now, seenBefore time.Time) error {
	if _, err := tx.Exec(ctx, "delete from sessions where last_seen_at < $1 or expires_at < $2", db.Millis(seenBefore), db.Millis(now)); err != nil {
		return fmt.Errorf("delete dead sessions: %w", err)
	}
	return nil
}

// takeTOTPStep uses up the code of a step; false if it, or a later one, was used before.
func takeTOTPStep(ctx context.Context, tx *db.Tx, person ID, step int64) (bool, error) {
	n, err := tx.Exec(ctx, "update staff set totp_last_step = $1 where id = $2 and totp_last_step < $1", step, person)
	if err != nil {
		return false, fmt.Errorf("use one-time code: %w", err)
	}
	return n == 1, nil
}

func setTOTPStep(ctx context.Context, tx *db.Tx, person ID, step int64) error {
	if _, err := tx.Exec(ctx, "update staff set totp_last_step = $1 where id = $2", step, person); err != nil {
		return fmt.Errorf("use one-time code: %w", err)
	}
	return nil
}

// replaceRecoveryCodes writes new recovery codes in place of the old ones and returns them.
func replaceRecoveryCodes(ctx context.Context, tx *db.Tx, person ID) ([]string, error) {
	if err := deleteRecoveryCodes(ctx, tx, person); err != nil {
		return nil, err
	}
	codes, rows := make([]string, recoveryCodes), make([][]any, recoveryCodes)
	for i := range codes {
		codes[i] = newRecoveryCode()
		rows[i] = []any{person, recoveryHash(codes[i])}
	}
	_, err := db.InsertRows(ctx, tx, "recovery_codes", "staff_id, code_hash", rows, "")
	return codes, err
}

func deleteRecoveryCodes(ctx context.Context, tx *db.Tx, person ID) error {
	if _, err := tx.Exec(ctx, "delete from recovery_codes where staff_id = $1", person); err != nil {
		return fmt.Errorf("delete recovery codes: %w", err)
	}
	return nil
}

// deleteRecoveryCode uses up one code; false if there is none with the hash.
func deleteRecoveryCode(ctx context.Context, tx *db.Tx, person ID, hash []byte) (bool, error) {
	n, err := tx.Exec(ctx, "delete from recovery_codes where staff_id = $1 and code_hash = $2", person, hash)
	if err != nil {
		return false, fmt.Errorf("use recovery code: %w", err)
	}
	return n == 1, nil
}

func scanAttempts(scan db.Scan) (a attempts, err error) {
	err = scan(&a.failures, db.ScanTime(&a.sinceAt), db.ScanTime(&a.waitUntil))
	return a, err
}

// findAttempts returns a bucket; one that is not there is empty.
func findAttempts(ctx context.Context, tx *db.Tx, name string) (attempts, error) {
	a, err := scanAttempts(tx.QueryRow(ctx, "select failures, since_at, wait_until from login_attempts where bucket = $1", name).Scan)
	if err != nil && !db.NoRows(err) {
		return attempts{}, fmt.Errorf("find attempts: %w", err)
	}
	return a, nil
}

// lockAttempts returns a bucket and holds it until the transaction ends, making it if it is not there.
func lockAttempts(ctx context.Context, tx *db.Tx, name string) (attempts, error) {
	a, err := scanAttempts(tx.QueryRow(ctx, `insert into login_attempts (bucket, failures, since_at, wait_until) values ($1, 0, 0, 0)
		on conflict (bucket) do update set failures = login_attempts.failures returning failures, since_at, wait_until`, name).Scan)
	if err != nil {
		return attempts{}, fmt.Errorf("lock attempts: %w", err)
	}
	return a, nil
}

func updateAttempts(ctx context.Context, tx *db.Tx, name string, a attempts) error {
	_, err := tx.Exec(ctx, "update login_attempts set failures = $1, since_at = $2, wait_until = $3 where bucket = $4",
		a.failures, a.sinceAt.UnixMilli(), a.waitUntil.UnixMilli(), name)
	if err != nil {
		return fmt.Errorf("count attempt: %w", err)
	}
	return nil
}

func lessenAttempts(ctx context.Context, tx *db.Tx, name string) error {
	if _, err := tx.Exec(ctx, "update login_attempts set failures = failures - 1 where bucket = $1 and failures > 0", name); err != nil {
		return fmt.Errorf("take back attempt: %w", err)
	}
	return nil
}

func deleteAttempts(ctx context.Context, tx *db.Tx, name string) error {
	if _, err := tx.Exec(ctx, "delete from login_attempts where bucket = $1", name); err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	return nil
}

func deleteOldAttempts(ctx context.Context, tx *db.Tx, before time.Time) error {
	if _, err := tx.Exec(ctx, "delete from login_attempts where since_at < $1", before.UnixMilli()); err != nil {
		return fmt.Errorf("delete old attempts: %w", err)
	}
	return nil
}

func insertSetupToken(ctx context.Context, tx *db.Tx, hash []byte) error {
	if _, err := tx.Exec(ctx, "insert into setup_tokens (token_hash, created_at) values ($1, $2)", hash, db.Millis(tx.Now)); err != nil {
		return fmt.Errorf("insert set-up token: %w", err)
	}
	return nil
}

func findSetupToken(ctx context.Context, tx *db.Tx, hash []byte) (bool, error) {
	known, err := db.Exists(ctx, tx, "select 1 from setup_tokens where token_hash = $1", hash)
	if err != nil {
		return false, fmt.Errorf("find set-up token: %w", err)
	}
	return known, nil
}

func deleteSetupTokens(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, "delete from setup_tokens"); err != nil {
		return fmt.Errorf("delete set-up tokens: %w", err)
	}
	return nil
}

const keyColumns = "id, name, prefix, permissions, all_shops, shops, created_by, created_at, expires_at, last_used_at, revoked_at"

func scanKey(scan db.Scan) (k APIKey, err error) {
	var permissions, shops string
	err = scan(&k.ID, &k.Name, &k.Prefix, &permissions, &k.AllShops, &shops, &k.CreatedBy, db.ScanTime(&k.CreatedAt),
		db.ScanTime(&k.ExpiresAt), db.ScanTime(&k.LastUsedAt), db.ScanTime(&k.RevokedAt))
	if err != nil {
		return k, err
	}
	if err := json.Unmarshal([]byte(permissions), &k.Permissions); err != nil {
		return k, fmt.Errorf("read permissions of a key: %w", err)
	}
	if err := json.Unmarshal([]byte(shops), &k.Shops); err != nil {
		return k, fmt.Errorf("read shops of a key: %w", err)
	}
	return k, nil
}

func findKeyByToken(ctx context.Context, tx *db.Tx, hash []byte) (APIKey, error) {
	k, err := scanKey(tx.QueryRow(ctx, "select "+keyColumns+" from api_keys where token_hash = $1", hash).Scan)
	if db.NoRows(err) {
		return APIKey{}, errKeyWrong()
	}
	if err != nil {
		return APIKey{}, fmt.Errorf("find API key: %w", err)
	}
	return k, nil
}

func findKey(ctx context.Context, tx *db.Tx, key KeyID) (APIKey, error) {
	k, err := scanKey(tx.QueryRow(ctx, "select "+keyColumns+" from api_keys where id = $1", key).Scan)
	if db.NoRows(err) {
		return APIKey{}, errs.New(errs.NotFound, "api_key.not_found", "there is no such key")
	}
	if err != nil {
		return APIKey{}, fmt.Errorf("find API key: %w", err)
	}
	return k, nil
}

func listKeys(ctx context.Context, tx *db.Tx, before KeyID, limit int) ([]APIKey, error) {
	list, err := db.All(ctx, tx, scanKey, "select "+keyColumns+" from api_keys where id < $1 or $1 = 0 order by id desc limit $2", before.Int64(), limit)
	if err != nil {
		return nil, fmt.Errorf("list API keys: %w", err)
	}
	return list, nil
}

func insertKey(ctx context.Context, tx *db.Tx, k APIKey, hash []byte) error {
	permissions, err := json.Marshal(k.Permissions)
	if err != nil {
		return fmt.Errorf("encode permissions of a key: %w", err)
	}
	shops, err := json.Marshal(k.Shops)
	if err != nil {
		return fmt.Errorf("encode shops of a key: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into api_keys (id, name, prefix, token_hash, permissions, all_shops, shops, created_by, created_at, expires_at)
		values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
		k.ID, k.Name, k.Prefix, hash, string(permissions), k.AllShops, string(shops), k.CreatedBy, db.Millis(k.CreatedAt), db.Millis(k.ExpiresAt))
	if err != nil {
		return fmt.Errorf("insert API key: %w", err)
	}
	return nil
}

func touchKey(ctx context.Context, tx *db.Tx, key KeyID, now time.Time) error {
	if _, err := tx.Exec(ctx, "update api_keys set last_used_at = $1 where id = $2", db.Millis(now), key); err != nil {
		return fmt.Errorf("note use of API key: %w", err)
	}
	return nil
}

func revokeKey(ctx context.Context, tx *db.Tx, key KeyID) error {
	if _, err := tx.Exec(ctx, "update api_keys set revoked_at = $1 where id = $2 and revoked_at is null", db.Millis(tx.Now), key); err != nil {
		return fmt.Errorf("revoke API key: %w", err)
	}
	return nil
}

// revokeKeysOf ends the keys that a person has made, and returns how many.
func revokeKeysOf(ctx context.Context, tx *db.Tx, person ID) (int64, error) {
	n, err := tx.Exec(ctx, "update api_keys set revoked_at = $1 where created_by = $2 and revoked_at is null", db.Millis(tx.Now), person)
	if err != nil {
		return 0, fmt.Errorf("revoke API keys: %w", err)
	}
	return n, nil
}
