// Command shuke is Shuke: the server, and the commands that look after its database. Run it without
// arguments for a list.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // The zones of the shops, also where the system has none.

	"github.com/shuke-crm/shuke/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := realMain(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "shuke:", app.Explain(err))
		stop()
		os.Exit(1)
	}
}

func realMain(ctx context.Context) error {
	return app.Command{Out: os.Stdout, Err: os.Stderr, Env: os.Getenv}.Run(ctx, os.Args[1:])
}
