package staff

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// PersonChange is what to change of a person; nil leaves as it is.
type PersonChange struct {
	Name  *string   `json:"name,omitempty" maxLength:"80"`
	Login *string   `json:"login,omitempty" maxLength:"64"`
	Email *string   `json:"email,omitempty" maxLength:"254"`
	Phone *string   `json:"phone,omitempty" maxLength:"64"`
	Role  *Role     `json:"role,omitempty" enum:"owner,manager,marketer,agent,clerk,auditor"`
	Shops *[]ShopID `json:"shops,omitempty" maxItems:"500"`
}

// apply returns the person as she will be.
func (c PersonChange) apply(p Person) (Person, error) {
	put(&p.Name, c.Name)
	put(&p.Email, c.Email)
	put(&p.Role, c.Role)
	p.Name, p.Email = strings.TrimSpace(p.Name), strings.TrimSpace(p.Email)
	if c.Login != nil {
		p.Login = foldLogin(*c.Login)
	}
	if c.Shops != nil {
		p.Shops = uniqueShops(*c.Shops)
	}
	if c.Phone != nil {
		phone, err := normalPhone(*c.Phone)
		if err != nil {
			return Person{}, err
		}
		p.Phone = phone
	}
	return p, p.Validate()
}

// ChangePerson changes a person. Another role or other shops end her sessions. The check is called with
// the version that stands. Errors: staff.not_found, staff.invalid, staff.login_taken, staff.self for
// one's own role and shops, staff.last_owner, shop.not_found, access.denied, and those of check.
func (s *Service) ChangePerson(ctx context.Context, tx *db.Tx, person ID, change PersonChange, check func(version int64) error) (Person, error) {
	before, err := s.findManaged(ctx, tx, person)
	if err != nil {
		return Person{}, err
	}
	if err := check(before.Version); err != nil {
		return Person{}, err
	}
	after := before
	if after.Person, err = change.apply(before.Person); err != nil {
		return Person{}, err
	}
	moved := after.Role != before.Role || !slices.Equal(after.Shops, before.Shops)
	if moved {
		if access.From(ctx).StaffID == person.Int64() {
			return Person{}, errSelf()
		}
		if err := mayManage(ctx, after.Role, after.Shops); err != nil {
			return Person{}, err
		}
		if err := s.checkShops(ctx, tx, before.Shops, after.Shops); err != nil {
			return Person{}, err
		}
		if err := setShops(ctx, tx, person, after.Shops); err != nil {
			return Person{}, err
		}
		if err := s.endSessions(ctx, tx, person); err != nil {
			return Person{}, err
		}
	}
	if err := s.save(ctx, tx, &after); err != nil {
		return Person{}, err
	}
	err = s.Audit(ctx, tx, AuditEntry{
		Action: "staff.changed", Subject: person.String(), ShopID: firstShop(before.Shops), Before: before.masked(), After: after.masked(),
	})
	if err != nil {
		return Person{}, err
	}
	return after.Person, s.keepAnOwner(ctx, tx, before.Person, after.Person)
}

// save writes an account that was read before in this transaction, and counts its version up.
func (s *Service) save(ctx context.Context, tx *db.Tx, p *account) error {
	p.Version++
	tx.OnCommit(s.callers.clear)
	return updateAccount(ctx, tx, s.Keys, *p)
}

func errSelf() error {
	return errs.New(errs.Conflict, "staff.self", "ask somebody else to do this to your own account")
}

// findManaged returns the account of a person whom the caller may change.
func (s *Service) findManaged(ctx context.Context, tx *db.Tx, person ID) (account, error) {
	p, err := s.findVisible(ctx, tx, person)
	if err != nil {
		return account{}, err
	}
	if err := mayManage(ctx, p.Role, p.Shops); err != nil {
		return account{}, errs.New(errs.Forbidden, "access.denied", "you may not manage this person")
	}
	return p, nil
}

// keepAnOwner refuses a change that leaves nobody to run the shop. It is called after the audit entry,
// which has put this transaction in line with others that change people.
func (s *Service) keepAnOwner(ctx context.Context, tx *db.Tx, before, after Person) error {
	if before.Role != Owner || !before.Active || after.Role == Owner && after.Active {
		return nil
	}
	left, err := ownersLeft(ctx, tx)
	if err == nil && !left {
		return errs.New(errs.Conflict, "staff.last_owner", "somebody must stay owner")
	}
	return err
}

// Disabled says what ended with a person.
type Disabled struct {
	Person      Person
	KeysRevoked int64
}

// Disable ends what a person may do here, at once: her sessions, and the keys she has made and seen. Her
// name stays on what she did. Errors: staff.not_found, staff.self, staff.last_owner, access.denied.
func (s *Service) Disable(ctx context.Context, tx *db.Tx, person ID, reason string) (Disabled, error) {
	before, err := s.findManaged(ctx, tx, person)
	if err != nil {
		return Disabled{}, err
	}
	if access.From(ctx).StaffID == person.Int64() {
		return Disabled{}, errSelf()
	}
	if !before.Active {
		return Disabled{Person: before.Person}, nil
	}
	after := before
	after.Active, after.DisabledAt = false, tx.Now
	if err := s.save(ctx, tx, &after); err != nil {
		return Disabled{}, err
	}
	if err := s.endSessions(ctx, tx, person); err != nil {
		return Disabled{}, err
	}
	revoked, err := revokeKeysOf(ctx, tx, person)
	if err != nil {
		return Disabled{}, err
	}
	err = s.Audit(ctx, tx, AuditEntry{
		Action: "staff.disabled", Subject: person.String(), ShopID: firstShop(before.Shops), Reason: reason,
		After: map[string]int64{"keys_revoked": revoked},
	})
	if err != nil {
		return Disabled{}, err
	}
	if err := s.keepAnOwner(ctx, tx, before.Person, after.Person); err != nil {
		return Disabled{}, err
	}
	return Disabled{after.Person, revoked}, s.Log.Append(ctx, tx, event.Entry{Fact: PersonDisabled{person}, Subject: person.String()})
}

// Enable lets a person sign in again, with the password she had. Errors: staff.not_found, access.denied.
func (s *Service) Enable(ctx context.Context, tx *db.Tx, person ID) (Person, error) {
	p, err := s.findManaged(ctx, tx, person)
	if err != nil || p.Active {
		return p.Person, err
	}
	p.Active, p.DisabledAt = true, time.Time{}
	if err := s.save(ctx, tx, &p); err != nil {
		return Person{}, err
	}
	return p.Person, s.Audit(ctx, tx, AuditEntry{Action: "staff.enabled", Subject: person.String(), ShopID: firstShop(p.Shops)})
}

// CreateWithPassword creates a person with a password to be read out once, which is returned. Without a
// login she has none. Errors are those of Create, and session.busy.
func (s *Service) CreateWithPassword(ctx context.Context, n NewPerson) (p Person, oneTime string, err error) {
	if foldLogin(n.Login) != "" {
		oneTime, n.OneTime = newOneTimePassword(), true
		if n.PasswordHash, err = s.HashPassword(ctx, oneTime); err != nil {
			return Person{}, "", err
		}
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = s.Create(ctx, tx, n)
		return err
	})
	return p, oneTime, err
}

// ResetPassword gives a person another password to be read out once, and ends her sessions. With totp,
// her second factor is taken away too: she has lost her telephone. Errors: reason.required,
// staff.not_found, staff.no_login, staff.self, access.denied, session.busy.
func (s *Service) ResetPassword(ctx context.Context, person ID, totp bool, reason string) (oneTime string, err error) {
	if err := needReason(reason); err != nil {
		return "", err
	}
	oneTime = newOneTimePassword()
	hash, err := s.HashPassword(ctx, oneTime)
	if err != nil {
		return "", err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.findManaged(ctx, tx, person)
		if err != nil {
			return err
		}
		if access.From(ctx).StaffID == person.Int64() {
			return errSelf()
		}
		if p.Login == "" {
			return errs.New(errs.Conflict, "staff.no_login", "give this person a login first")
		}
		p.passwordHash, p.mustChange, p.passwordUntil = hash, true, s.wall(tx).Add(oneTimePassword)
		if totp {
			if err := s.dropTOTP(ctx, tx, &p); err != nil {
				return err
			}
		}
		if err := s.save(ctx, tx, &p); err != nil {
			return err
		}
		if err := s.endSessions(ctx, tx, person); err != nil {
			return err
		}
		return s.Audit(ctx, tx, AuditEntry{
			Action: "staff.password_reset", Subject: person.String(), ShopID: firstShop(p.Shops), Reason: reason,
			After: map[string]bool{"totp_removed": totp},
		})
	})
	return oneTime, err
}
