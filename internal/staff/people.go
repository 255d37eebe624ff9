package staff

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// oneTimePassword is how long a password lasts that somebody else read out.
const oneTimePassword = 7 * 24 * time.Hour

// NewPerson is a person to create.
type NewPerson struct {
	Name  string   `json:"name" maxLength:"80"`
	Login string   `json:"login,omitempty" maxLength:"64" doc:"Absent for people who do not sign in"`
	Email string   `json:"email,omitempty" maxLength:"254"`
	Phone string   `json:"phone,omitempty" maxLength:"64"`
	Role  Role     `json:"role" enum:"owner,manager,marketer,agent,clerk,auditor"`
	Shops []ShopID `json:"shops,omitempty" maxItems:"500"`

	PasswordHash string `json:"-"` // PasswordHash comes from HashPassword; "" for no password.
	OneTime      bool   `json:"-"` // OneTime asks for another password at the first sign-in.
}

// Create creates a person. Errors: staff.invalid, staff.login_taken, shop.not_found, and access.denied
// for a role or shop that the caller may not give.
func (s *Service) Create(ctx context.Context, tx *db.Tx, n NewPerson) (Person, error) {
	p := account{Person: Person{
		ID: id.Of[personKind](tx.NewID()), Name: strings.TrimSpace(n.Name), Login: foldLogin(n.Login), Email: strings.TrimSpace(n.Email),
		Role: n.Role, Active: true, Shops: uniqueShops(n.Shops), CreatedAt: tx.Now, Version: 1,
	}, passwordHash: n.PasswordHash, mustChange: n.OneTime}
	if n.OneTime {
		p.passwordUntil = s.wall(tx).Add(oneTimePassword)
	}
	var err error
	if p.Phone, err = normalPhone(n.Phone); err != nil {
		return Person{}, err
	}
	if err := p.Validate(); err != nil {
		return Person{}, err
	}
	if err := mayManage(ctx, p.Role, p.Shops); err != nil {
		return Person{}, err
	}
	if err := s.checkShops(ctx, tx, nil, p.Shops); err != nil {
		return Person{}, err
	}
	created, err := insertAccount(ctx, tx, s.Keys, p)
	if err != nil {
		return Person{}, err
	}
	if !created {
		return Person{}, errLoginTaken()
	}
	if err := setShops(ctx, tx, p.ID, p.Shops); err != nil {
		return Person{}, err
	}
	return p.Person, s.Audit(ctx, tx, AuditEntry{Action: "staff.created", Subject: p.ID.String(), ShopID: firstShop(p.Shops), After: p.masked()})
}

func errLoginTaken() error {
	return errs.New(errs.Conflict, "staff.login_taken", "somebody else has this login")
}

// normalPhone normalises the phone of a person, which may be absent.
func normalPhone(phone string) (string, error) {
	if strings.TrimSpace(phone) == "" {
		return "", nil
	}
	e164, err := privacy.NormalizePhone(phone)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return "", errs.InvalidFields("staff.invalid", []errs.Field{{Path: "phone", Code: strings.TrimPrefix(e.Code, "phone."), Message: e.Message}})
	}
	return e164, err
}

// masked is the person as lists and the audit log show her.
func (p Person) masked() Person {
	p.Email, p.Phone = privacy.MaskEmail(p.Email), privacy.MaskPhone(p.Phone)
	return p
}

func uniqueShops(shops []ShopID) []ShopID {
	shops = slices.Clone(shops)
	slices.SortFunc(shops, func(a, b ShopID) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(shops)
}

// firstShop is the shop whose manager sees an audit entry about a person.
func firstShop(shops []ShopID) int64 {
	if len(shops) == 0 {
		return 0
	}
	return shops[0].Int64()
}

// mayManage makes sure that the caller may create or change a person of the role who works in the shops:
// nobody makes anyone who may do or see more than she does herself.
func mayManage(ctx context.Context, role Role, shops []ShopID) error {
	c := access.From(ctx)
	if c.Program {
		return nil
	}
	if !slices.Contains(manages[Role(c.Role)], role) {
		return errs.New(errs.Forbidden, "access.denied", "you may not manage people of this role")
	}
	if c.Scope.All {
		return nil
	}
	if len(shops) == 0 {
		return errs.New(errs.Forbidden, "access.denied", "name one of your shops for this person")
	}
	for _, shop := range shops {
		if !c.Scope.Has(shop.Int64()) {
			return errShopNotFound()
		}
	}
	return nil
}

// checkShops makes sure that the shops given to a person exist, and that new ones are open.
func (s *Service) checkShops(ctx context.Context, tx *db.Tx, before, after []ShopID) error {
	for _, id := range after {
		if slices.Contains(before, id) {
			continue
		}
		shop, err := findShop(ctx, tx, id)
		if err != nil {
			return err
		}
		if !shop.Open {
			return errs.New(errs.Conflict, "shop.closed", "this shop is closed")
		}
	}
	return nil
}

// FindPerson returns a person within the caller's scope, else staff.not_found. Phone and e-mail are as
// they are for the person herself and for who may change her, else masked.
func (s *Service) FindPerson(ctx context.Context, tx *db.Tx, person ID) (Person, error) {
	p, err := s.findVisible(ctx, tx, person)
	if err != nil {
		return Person{}, err
	}
	c := access.From(ctx)
	if c.StaffID == person.Int64() || c.Can(access.StaffManage) && mayManage(ctx, p.Role, p.Shops) == nil {
		return p.Person, nil
	}
	return p.masked(), nil
}

// FindByLogin returns who signs in with the login, else staff.not_found.
func (s *Service) FindByLogin(ctx context.Context, login string) (person ID, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := findAccountByLogin(ctx, tx, foldLogin(login))
		if err == nil && p.ID.IsZero() {
			err = errNobody()
		}
		person = p.ID
		return err
	})
	return person, err
}

// findVisible returns the account of a person in one of the caller's shops, or of herself.
func (s *Service) findVisible(ctx context.Context, tx *db.Tx, person ID) (account, error) {
	p, err := s.openAccount(ctx, tx, person)
	if err != nil {
		return account{}, err
	}
	c := access.From(ctx)
	sees := c.Scope.All || c.StaffID == person.Int64()
	for _, shop := range p.Shops {
		sees = sees || c.Scope.Has(shop.Int64())
	}
	if !sees {
		return account{}, errNobody()
	}
	return p, nil
}

// openAccount returns an account with its personal values opened.
func (s *Service) openAccount(ctx context.Context, tx *db.Tx, person ID) (account, error) {
	p, err := findAccount(ctx, tx, person)
	if err != nil {
		return account{}, err
	}
	return p, p.open(s.Keys)
}

func errNobody() error { return errs.New(errs.NotFound, "staff.not_found", "there is no such person") }

// PeopleFilter says whom to list. Zero fields let everybody pass.
type PeopleFilter struct {
	Role   Role
	Shop   ShopID
	Active *bool
	After  ID // After is the last person of the page before.
	Limit  int
}

// ListPeople returns people who work in the caller's shops, in order of their ids, masked.
func (s *Service) ListPeople(ctx context.Context, tx *db.Tx, f PeopleFilter) ([]Person, error) {
	accounts, err := listAccounts(ctx, tx, access.From(ctx).Scope, f)
	if err != nil {
		return nil, err
	}
	people := make([]Person, len(accounts))
	for i := range accounts {
		if err := accounts[i].open(s.Keys); err != nil {
			return nil, err
		}
		people[i] = accounts[i].masked()
	}
	return people, nil
}

// Names returns the names of people by their id, for lists of what they did. Those who left keep theirs.
func (s *Service) Names(ctx context.Context, tx *db.Tx, people []ID) (map[ID]string, error) {
	return listNames(ctx, tx, people)
}

// AllNames returns the names of all people, also of those who left, up to ten thousand.
func (s *Service) AllNames(ctx context.Context, tx *db.Tx) (map[ID]string, error) {
	return listAllNames(ctx, tx)
}

// EnsureStaffRefs returns people by their names or logins as a file writes them, and creates those that
// are missing: clerks who cannot sign in, marked as made by the import. A name that several people have is
// that of the first of them.
func (s *Service) EnsureStaffRefs(ctx context.Context, tx *db.Tx, names []string, importID int64) (map[string]ID, error) {
	found := map[string]ID{}
	for _, name := range names {
		clean := cut(strings.TrimSpace(name), 80)
		if _, ok := found[name]; ok || clean == "" {
			continue
		}
		person, err := findByNameOrLogin(ctx, tx, clean, foldLogin(clean))
		if errs.CodeOf(err) == "staff.not_found" {
			var p Person
			p, err = s.createRef(ctx, tx, clean, importID)
			person = p.ID
		}
		if err != nil {
			return nil, err
		}
		found[name] = person
	}
	return found, nil
}

// createRef creates a clerk who is only named, on the authority of who brings in the file.
func (s *Service) createRef(ctx context.Context, tx *db.Tx, name string, importID int64) (Person, error) {
	p := account{Person: Person{ID: id.Of[personKind](tx.NewID()), Name: name, Role: Clerk, Active: true, CreatedAt: tx.Now, Version: 1}}
	if err := p.Validate(); err != nil {
		return Person{}, err
	}
	p.importID = importID
	if _, err := insertAccount(ctx, tx, s.Keys, p); err != nil {
		return Person{}, err
	}
	return p.Person, s.Audit(ctx, tx, AuditEntry{Action: "staff.created", Subject: p.ID.String(), After: p.Person})
}

// PersonDisabled is the fact that a person may no longer work here. Her name stays on what she did.
type PersonDisabled struct {
	StaffID ID `json:"staff_id"`
}

// FactKind implements event.Fact.
func (PersonDisabled) FactKind() event.Kind { return "staff.disabled" }

// Register declares the facts of the staff.
func (s *Service) Register(l *event.Log) {
	l.Declare(event.Doc{Fact: PersonDisabled{}, Text: "A person of the staff was disabled: her sessions and keys have ended, her open work needs another."})
}
