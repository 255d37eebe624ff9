package staff

import (
	"context"
	"fmt"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// maxList bounds what one statement of a list reads.
const maxList = 500

const accountColumns = `s.id, s.name, s.login, s.email, s.phone, s.role, s.active, s.password_hash, s.must_change_password, s.password_until,
	s.totp_secret, s.totp_pending, s.last_sign_in_at, s.disabled_at, s.version, s.created_at`

// targets are where the columns of an account go. E-mail and phone stay sealed until open.
func (p *account) targets(login **string) []any {
	return []any{
		&p.ID, &p.Name, login, &p.sealedEmail, &p.sealedPhone, &p.Role, &p.Active, &p.passwordHash, &p.mustChange, db.ScanTime(&p.passwordUntil),
		&p.totpSecret, &p.totpPending, db.ScanTime(&p.LastSignInAt), db.ScanTime(&p.DisabledAt), &p.Version, db.ScanTime(&p.CreatedAt),
	}
}

// finish fills in what follows from the columns.
func (p *account) finish(login *string) {
	if login != nil {
		p.Login = *login
	}
	p.TOTP = len(p.totpSecret) > 0
}

// open opens the personal values of the account.
func (p *account) open(keys *privacy.Keys) (err error) {
	if p.Email, err = keys.Open("staff", "email", p.ID.Int64(), p.sealedEmail); err != nil {
		return err
	}
	p.Phone, err = keys.Open("staff", "phone", p.ID.Int64(), p.sealedPhone)
	return err
}

func scanAccount(scan db.Scan) (p account, err error) {
	var login *string
	if err = scan(p.targets(&login)...); err == nil {
		p.finish(login)
	}
	return p, err
}

// findAccount returns an account with its shops, its personal values still sealed.
func findAccount(ctx context.Context, tx *db.Tx, person ID) (account, error) {
	p, err := scanAccount(tx.QueryRow(ctx, "select "+accountColumns+" from staff s where s.id = $1", person).Scan)
	if db.NoRows(err) {
		return account{}, errNobody()
	}
	if err != nil {
		return account{}, fmt.Errorf("find person: %w", err)
	}
	shops, err := listShopsOf(ctx, tx, []ID{person})
	p.Shops = shops[person]
	return p, err
}

// findAccountByLogin returns the account with the login, or the zero account.
func findAccountByLogin(ctx context.Context, tx *db.Tx, login string) (account, error) {
	var person ID
	err := tx.QueryRow(ctx, "select id from staff where login = $1", login).Scan(&person)
	if db.NoRows(err) {
		return account{}, nil
	}
	if err != nil {
		return account{}, fmt.Errorf("find login: %w", err)
	}
	return findAccount(ctx, tx, person)
}

func listAccounts(ctx context.Context, tx *db.Tx, scope access.Scope, f PeopleFilter) ([]account, error) {
	where, args := []string{"s.id > $1"}, []any{f.After.Int64()}
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(args))))
	}
	if !scope.All {
		where = append(where, "exists (select 1 from staff_shops m where m.staff_id = s.id and "+scope.SQL("m.shop_id")+")")
	}
	if f.Role != "" {
		add("s.role = ?", string(f.Role))
	}
	if !f.Shop.IsZero() {
		add("exists (select 1 from staff_shops o where o.staff_id = s.id and o.shop_id = ?)", f.Shop)
	}
	if f.Active != nil {
		add("s.active = ?", *f.Active)
	}
	args = append(args, f.Limit)
	list, err := db.All(ctx, tx, scanAccount, "select "+accountColumns+" from staff s where "+strings.Join(where, " and ")+
		fmt.Sprintf(" order by s.id limit $%d", len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	people := make([]ID, len(list))
	for i, p := range list {
		people[i] = p.ID
	}
	shops, err := listShopsOf(ctx, tx, people)
	for i := range list {
		list[i].Shops = shops[list[i].ID]
	}
	return list, err
}

// listShopsOf returns the shops of at most 500 people, in order of their ids.
func listShopsOf(ctx context.Context, tx *db.Tx, people []ID) (map[ID][]ShopID, error) {
	type membership struct {
		person ID
		shop   ShopID
	}
	in, args := db.In(0, people)
	rows, err := db.All(ctx, tx, func(scan db.Scan) (m membership, err error) {
		err = scan(&m.person, &m.shop)
		return m, err
	}, "select staff_id, shop_id from staff_shops where staff_id in "+in+" order by staff_id, shop_id", args...)
	if err != nil {
		return nil, fmt.Errorf("list shops of people: %w", err)
	}
	shops := map[ID][]ShopID{}
	for _, m := range rows {
		shops[m.person] = append(shops[m.person], m.shop)
	}
	return shops, nil
}

func listAllNames(ctx context.Context, tx *db.Tx) (map[ID]string, error) {
	names := map[ID]string{}
	return names, readNames(ctx, tx, names, "order by id limit 10000")
}

func listNames(ctx context.Context, tx *db.Tx, people []ID) (map[ID]string, error) {
	names := map[ID]string{}
	for len(people) > 0 {
		n := min(len(people), maxList)
		in, args := db.In(0, people[:n])
		if err := readNames(ctx, tx, names, "where id in "+in, args...); err != nil {
			return nil, err
		}
		people = people[n:]
	}
	return names, nil
}

// readNames adds the names of those whom the end of the query chooses.
func readNames(ctx context.Context, tx *db.Tx, names map[ID]string, end string, args ...any) error {
	_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var person ID
		var name string
		err := scan(&person, &name)
		names[person] = name
		return struct{}{}, err
	}, "select id, name from staff "+end, args...)
	if err != nil {
		return fmt.Errorf("list names of people: %w", err)
	}
	return nil
}

// findByNameOrLogin returns the first of those with the name or login, else staff.not_found.
func findByNameOrLogin(ctx context.Context, tx *db.Tx, name, login string) (person ID, err error) {
	err = tx.QueryRow(ctx, "select id from staff where login = $1 or name = $2 order by id limit 1", login, name).Scan(&person)
	if db.NoRows(err) {
		return ID{}, errNobody()
	}
	if err != nil {
		return ID{}, fmt.Errorf("find person by name: %w", err)
	}
	return person, nil
}

// findFirstOfRole returns the first active person of a role who can sign in, else staff.not_found.
func findFirstOfRole(ctx context.Context, tx *db.Tx, role Role) (person ID, err error) {
	err = tx.QueryRow(ctx, "select id from staff where role = $1 and active and login is not null order by id limit 1", string(role)).Scan(&person)
	if db.NoRows(err) {
		return ID{}, errNobody()
	}
	if err != nil {
		return ID{}, fmt.Errorf("find person by role: %w", err)
	}
	return person, nil
}

// someoneSignsIn reports whether anybody has a login.
func someoneSignsIn(ctx context.Context, tx *db.Tx) (bool, error) {
	some, err := db.Exists(ctx, tx, "select 1 from staff where login is not null")
	if err != nil {
		return false, fmt.Errorf("look for logins: %w", err)
	}
	return some, nil
}

// ownersLeft reports whether an active owner can sign in.
func ownersLeft(ctx context.Context, tx *db.Tx) (bool, error) {
	some, err := db.Exists(ctx, tx, "select 1 from staff where role = $1 and active and login is not null", string(Owner))
	if err != nil {
		return false, fmt.Errorf("look for owners: %w", err)
	}
	return some, nil
}

// insertAccount writes a new account; created is false if the login is taken.
func insertAccount(ctx context.Context, tx *db.Tx, keys *privacy.Keys, p account) (created bool, err error) {
	row := p.ID.Int64()
	n, err := tx.Exec(ctx, `insert into staff (id, name, login, email, phone, role, active, password_hash, must_change_password, password_until,
			totp_last_step, version, created_at, updated_at, import_id)
		values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,0,$11,$12,$13,$14) on conflict do nothing`,
		p.ID, p.Name, textOrNull(p.Login), bytesOrNull(keys.Seal("staff", "email", row, p.Email)), bytesOrNull(keys.Seal("staff", "phone", row, p.Phone)),
		string(p.Role), p.Active, p.passwordHash, p.mustChange, db.Millis(p.passwordUntil), p.Version, db.Millis(p.CreatedAt), db.Millis(tx.Now), numberOrNull(p.importID))
	if err != nil {
		return false, fmt.Errorf("insert person: %w", err)
	}
	return n == 1, nil
}

// updateAccount writes an account whose version was counted up by one; version.stale if another did so.
func updateAccount(ctx context.Context, tx *db.Tx, keys *privacy.Keys, p account) error {
	row := p.ID.Int64()
	n, err := tx.Exec(ctx, `update staff set name = $1, login = $2, email = $3, phone = $4, role = $5, active = $6, password_hash = $7,
			must_change_password = $8, password_until = $9, totp_secret = $10, totp_pending = $11, disabled_at = $12, version = $13, updated_at = $14
		where id = $15 and version = $16`,
		p.Name, textOrNull(p.Login), bytesOrNull(keys.Seal("staff", "email", row, p.Email)), bytesOrNull(keys.Seal("staff", "phone", row, p.Phone)), string(p.Role),
		p.Active, p.passwordHash, p.mustChange, db.Millis(p.passwordUntil), bytesOrNull(p.totpSecret), bytesOrNull(p.totpPending), db.Millis(p.DisabledAt),
		p.Version, db.Millis(tx.Now), p.ID, p.Version-1)
	switch {
	case db.UniqueViolation(err):
		return errLoginTaken()
	case err != nil:
		return fmt.Errorf("update person: %w", err)
	case n == 0:
		return errStale()
	}
	return nil
}

// setShops writes the shops of a person in place of those before.
func setShops(ctx context.Context, tx *db.Tx, person ID, shops []ShopID) error {
	if _, err := tx.Exec(ctx, "delete from staff_shops where staff_id = $1", person); err != nil {
		return fmt.Errorf("delete shops of a person: %w", err)
	}
	rows := make([][]any, len(shops))
	for i, shop := range shops {
		rows[i] = []any{person, shop}
	}
	_, err := db.InsertRows(ctx, tx, "staff_shops", "staff_id, shop_id", rows, "")
	return err
}

func numberOrNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func textOrNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// bytesOrNull keeps absent bytes NULL: SQLite would store an empty value for nil.
func bytesOrNull(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
