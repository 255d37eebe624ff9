package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Version is the version of the program; the build sets it.
var Version = "dev"

// Command is the command line.
type Command struct {
	Out, Err io.Writer
	Env      func(string) string
}

// subcommand is one word of the command line with what it does.
type subcommand struct {
	name, args, text string
	run              func(c Command, ctx context.Context, args []string) error
}

func subcommands() []subcommand {
	return []subcommand{
		{"serve", "", "run the server", Command.serve},
		{"demo", "", "run a generated shop to try things on", Command.demo},

		{"import", "orders|customers|products FILE", "take in a file", Command.importFile},
		{"undo", "IMPORT", "take an import back, such as imp_…", Command.undo},
		{"reset", "LOGIN", "give a new first password, without second factor", Command.reset},
		{"report", "kpis|rfm|cohorts", "print what the pages show", Command.report},
		{"verify", "", "check the whole database; the exit status tells", Command.verify},
		{"rebuild", "", "derive the projections again from orders and facts", Command.rebuild},
		{"backup", "FILE", "write a consistent copy while the shop goes on", Command.backup},
		{"copy", "TARGET", "copy everything to another database, SQLite or PostgreSQL", Command.copy},
		{"version", "", "print the version", Command.version},
	}
}

// Run does what the arguments ask for. Usage errors are Invalid (command.usage).
func (c Command) Run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		c.usage()
		return errs.New(errs.Invalid, "command.usage", "name a command")
	}
	for _, s := range subcommands() {
		if s.name == args[0] {
			err := s.run(c, ctx, args[1:])
			if errors.Is(err, flag.ErrHelp) {
				return nil
			}
			return err
		}
	}
	c.usage()
	if args[0] == "help" || strings.TrimLeft(args[0], "-") == "help" {
		return nil
	}
	return errs.New(errs.Invalid, "command.usage", "there is no command %q", args[0])
}

func (c Command) usage() {
	fmt.Fprint(c.Err, "Shuke turns passers-by into regulars.\n\nUsage: shuke COMMAND [flags]\n\n")
	for _, s := range subcommands() {
		fmt.Fprintf(c.Err, "  %-8s %-32s %s\n", s.name, s.args, s.text)
	}
	fmt.Fprint(c.Err, "\nEvery command takes --db FILE or --db postgres://… (or SHUKE_DB), and --help.\n")
}

func (c Command) version(context.Context, []string) error {
	fmt.Fprintln(c.Out, "shuke", Version)
	return nil
}

// flags returns a flag set with the flags every command has.
func (c Command) flags(name string, o *Options) *flag.FlagSet {
	f := flag.NewFlagSet("shuke "+name, flag.ContinueOnError)
	f.SetOutput(c.Err)
	f.StringVar(&o.Target, "db", c.env("SHUKE_DB", "shuke.db"), "database: a file, or postgres://…")
	f.StringVar(&o.KeyFile, "key-file", c.Env("SHUKE_KEY_FILE"), "file of the keys that seal personal data (default: beside the database)")
	return f
}

func (c Command) env(name, otherwise string) string {
	if v := c.Env(name); v != "" {
		return v
	}
	return otherwise
}

// parse reads flags that may stand before, between and after the words, and returns the words.
func parse(f *flag.FlagSet, args []string, words int) ([]string, error) {
	var found []string
	for {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, errs.New(errs.Invalid, "command.usage", "%s", err)
		}
		if f.NArg() == 0 {
			break
		}
		found, args = append(found, f.Arg(0)), f.Args()[1:]
	}
	if len(found) != words {
		f.Usage()
		return nil, errs.New(errs.Invalid, "command.usage", "want %d arguments besides flags, have %d", words, len(found))
	}
	return found, nil
}

// given reports whether a flag was given on the command line.
func given(f *flag.FlagSet, name string) (found bool) {
	f.Visit(func(g *flag.Flag) { found = found || g.Name == name })
	return found
}

// Explain returns err as a person at a terminal should read it.
func Explain(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err.Error()
	}
	var b strings.Builder
	b.WriteString(e.Message)
	for _, f := range e.Fields {
		b.WriteString("\n  ")
		if f.Line > 0 {
			fmt.Fprintf(&b, "line %d, ", f.Line)
		}
		fmt.Fprintf(&b, "%s: %s", f.Path, f.Message)
	}
	return b.String()
}
