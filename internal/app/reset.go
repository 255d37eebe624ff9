package app

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/access"
)

// reset lets somebody in again who can ask nobody in the shop: the only owner, without password or telephone.
func (c Command) reset(ctx context.Context, args []string) error {
	var o Options
	words, err := parse(c.flags("reset", &o), args, 1)
	if err != nil {
		return err
	}
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer closeApp(a)
	ctx = access.With(ctx, access.Program("reset"))
	person, err := a.Staff.FindByLogin(ctx, words[0])
	if err != nil {
		return err
	}
	password, err := a.Staff.ResetPassword(ctx, person, true, "by the command line")
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%s signs in once with the password %s, and chooses another.\nThe second factor is taken away.\n", words[0], password)
	return nil
}
