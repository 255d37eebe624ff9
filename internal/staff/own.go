package staff

import (
	"context"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// self returns the account of the person who calls. An API key has none: access.denied.
func (s *Service) self(ctx context.Context, tx *db.Tx) (account, error) {
	person := access.From(ctx).StaffID
	if person == 0 {
		return account{}, errs.New(errs.Forbidden, "access.denied", "this is for people, not for API keys")
	}
	return s.openAccount(ctx, tx, id.Of[personKind](person))
}

// ChangeOwn changes name, e-mail and phone of the caller.
func (s *Service) ChangeOwn(ctx context.Context, tx *db.Tx, name, email, phone *string, check func(version int64) error) (Person, error) {
	before, err := s.self(ctx, tx)
	if err != nil {
		return Person{}, err
	}
	if err := check(before.Version); err != nil {
		return Person{}, err
	}
	after := before
	if after.Person, err = (PersonChange{Name: name, Email: email, Phone: phone}).apply(before.Person); err != nil {
		return Person{}, err
	}
	if err := s.save(ctx, tx, &after); err != nil {
		return Person{}, err
	}
	return after.Person, s.Audit(ctx, tx, AuditEntry{
		Action: "staff.changed", Subject: after.ID.String(), ShopID: firstShop(after.Shops), Before: before.masked(), After: after.masked(),
	})
}

// prove has the caller show her password once more, for what a stranger at her screen must not do.
// Errors: password.wrong, session.too_many, session.busy, access.denied.
func (s *Service) prove(ctx context.Context, password string, device Device) (account, error) {
	var p account
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if p, err = s.self(ctx, tx); err != nil {
			return err
		}
		return s.admit(ctx, tx, guess{p.Login, device.IP})
	})
	if err != nil {
		return account{}, err
	}
	ok, _, err := s.verifyPassword(ctx, p.passwordHash, password)
	if err != nil {
		return account{}, err
	}
	if !ok {
		wrong := errs.InvalidFields("password.wrong", []errs.Field{{Path: "password", Code: "wrong", Message: "this is not your password"}})
		return account{}, s.noteRefusal(ctx, p.ID, wrong)
	}
	return p, nil
}

// proveBoth is prove for what changes the second factor: where there is one, it asks for a code of it or a recovery code
// as well, or a telephone would be worth no more than the password. The code counts once. Errors: also
// session.code_required and session.code_wrong.
func (s *Service) proveBoth(ctx context.Context, password, code string, device Device) (account, error) {
	p, err := s.prove(ctx, password, device)
	if err != nil {
		return account{}, err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.checkCode(ctx, tx, p, code) })
	switch name := errs.CodeOf(err); name { // Not Unauthenticated as at sign-in: her session goes on.
	case "session.code_required":
		err = errs.InvalidFields(name, []errs.Field{{Path: "code", Code: name, Message: "a code of the second factor is needed as well"}})
	case "session.code_wrong":
		wrong := errs.InvalidFields(name, []errs.Field{{Path: "code", Code: name, Message: "the code is wrong or was used already"}})
		err = s.noteRefusal(ctx, p.ID, wrong)
	}
	return p, err
}

// renew writes the account, ends all of its sessions and begins another in their place.
func (s *Service) renew(ctx context.Context, tx *db.Tx, p account, device Device, action string) (Issued, error) {
	current, err := findAccount(ctx, tx, p.ID)
	if err != nil {
		return Issued{}, err
	}
	if current.Version != p.Version {
		return Issued{}, errStale()
	}
	if err := s.succeeded(ctx, tx, guess{p.Login, device.IP}); err != nil {
		return Issued{}, err
	}
	if err := s.save(ctx, tx, &p); err != nil {
		return Issued{}, err
	}
	if err := s.endSessions(ctx, tx, p.ID); err != nil {
		return Issued{}, err
	}
	if err := s.Audit(ctx, tx, AuditEntry{Action: action, Subject: p.ID.String(), ShopID: firstShop(p.Shops)}); err != nil {
		return Issued{}, err
	}
	return s.begin(ctx, tx, p, device, "", "")
}

// ChangePassword gives the caller another password, ends all of her sessions, and begins one anew.
// Errors: password.wrong for the present one, password.invalid for the new one, and those of prove.
func (s *Service) ChangePassword(ctx context.Context, present, next string, device Device) (Issued, error) {
	p, err := s.prove(ctx, present, device)
	if err != nil {
		return Issued{}, err
	}
	var o Organisation
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = findOrganisation(ctx, tx)
		return err
	})
	if err != nil {
		return Issued{}, err
	}
	if err := checkPassword(next, p.Name, p.Login, o.Name); err != nil {
		return Issued{}, err
	}
	if next == present {
		return Issued{}, errs.InvalidFields("password.invalid", []errs.Field{{Path: "password", Code: "same", Message: "this is the password you have"}})
	}
	if p.passwordHash, err = s.HashPassword(ctx, next); err != nil {
		return Issued{}, err
	}
	p.mustChange, p.passwordUntil = false, time.Time{}
	return s.renewed(ctx, p, device, "staff.password_changed")
}

func (s *Service) renewed(ctx context.Context, p account, device Device, action string) (issued Issued, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		issued, err = s.renew(ctx, tx, p, device, action)
		return err
	})
	return issued, err
}

// BeginTOTP makes the secret of a second factor, which counts, in place of the one before, once ConfirmTOTP has
// seen a code of it. Errors are those of proveBoth.
func (s *Service) BeginTOTP(ctx context.Context, password, code string, device Device) (secret, url string, err error) {
	p, err := s.proveBoth(ctx, password, code, device)
	if err != nil {
		return "", "", err
	}
	secret = newTOTPSecret()
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.succeeded(ctx, tx, guess{p.Login, device.IP}); err != nil {
			return err
		}
		o, err := findOrganisation(ctx, tx)
		if err != nil {
			return err
		}
		p := p // The transaction may run more than once.
		url = totpURL(secret, p.Login, "Shuke "+o.Name)
		p.totpPending = s.Keys.Seal("staff", "totp_pending", p.ID.Int64(), secret)
		if err := s.save(ctx, tx, &p); err != nil {
			return err
		}
		return s.Audit(ctx, tx, AuditEntry{Action: "totp.begun", Subject: p.ID.String()})
	})
	return secret, url, err
}

// ConfirmTOTP turns the second factor on, or replaces it, with a first code. It returns the recovery codes, which are not
// shown again, and ends all sessions of the caller but for a new one. Errors: totp.not_begun,
// session.code_wrong.
func (s *Service) ConfirmTOTP(ctx context.Context, code string, device Device) (codes []string, issued Issued, err error) {
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.self(ctx, tx)
		if err != nil {
			return err
		}
		secret, err := s.Keys.Open("staff", "totp_pending", p.ID.Int64(), p.totpPending)
		if err != nil {
			return err
		}
		if secret == "" {
			return errs.New(errs.Conflict, "totp.not_begun", "make a secret first")
		}
		step := totpStepAt(s.wall(tx))
		matches, err := totpMatches(secret, code, step)
		if err != nil {
			return err
		}
		if !matches {
			return errs.InvalidFields("session.code_wrong", []errs.Field{{Path: "code", Code: "session.code_wrong", Message: "the code is not the one of this moment"}})
		}
		action := "totp.enabled"
		if p.TOTP {
			action = "totp.replaced"
		}
		p.TOTP, p.totpPending = true, nil
		p.totpSecret = s.Keys.Seal("staff", "totp_secret", p.ID.Int64(), secret)
		if err := setTOTPStep(ctx, tx, p.ID, step); err != nil {
			return err
		}
		if codes, err = replaceRecoveryCodes(ctx, tx, p.ID); err != nil {
			return err
		}
		issued, err = s.renew(ctx, tx, p, device, action)
		return err
	})
	return codes, issued, err
}

// DisableTOTP turns the second factor off, ends all sessions of the caller and begins one anew. Errors:
// totp.required for who may not be without it, and those of proveBoth.
func (s *Service) DisableTOTP(ctx context.Context, password, code string, device Device) (issued Issued, err error) {
	p, err := s.proveBoth(ctx, password, code, device)
	if err != nil {
		return Issued{}, err
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := findOrganisation(ctx, tx)
		if err != nil {
			return err
		}
		if s.mustTOTP(p, o.RequireTOTP) {
			return errs.New(errs.Conflict, "totp.required", "you may not be without a second factor, only replace it")
		}
		if err := s.dropTOTP(ctx, tx, &p); err != nil {
			return err
		}
		issued, err = s.renew(ctx, tx, p, device, "totp.disabled")
		return err
	})
	return issued, err
}

// dropTOTP takes the second factor away; the account is still to be saved.
func (s *Service) dropTOTP(ctx context.Context, tx *db.Tx, p *account) error {
	p.TOTP, p.totpSecret, p.totpPending = false, nil, nil
	return deleteRecoveryCodes(ctx, tx, p.ID)
}

// RenewRecoveryCodes makes new recovery codes; the old ones no longer count. Errors: totp.off, and those
// of proveBoth.
func (s *Service) RenewRecoveryCodes(ctx context.Context, password, code string, device Device) (codes []string, err error) {
	p, err := s.proveBoth(ctx, password, code, device)
	if err != nil {
		return nil, err
	}
	if !p.TOTP {
		return nil, errs.New(errs.Conflict, "totp.off", "there is no second factor to recover")
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.succeeded(ctx, tx, guess{p.Login, device.IP}); err != nil {
			return err
		}
		if codes, err = replaceRecoveryCodes(ctx, tx, p.ID); err != nil {
			return err
		}
		return s.Audit(ctx, tx, AuditEntry{Action: "totp.recovery_codes_renewed", Subject: p.ID.String()})
	})
	return codes, err
}
