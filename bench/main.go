// Command bench measures what tracing costs, beside other tools, and how fast a
// trace is read. See README.md in its directory.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// own is what the benchmark copies into its scratch area.
//
//go:embed drive.py requirements.txt tiny/*.py
var own embed.FS

// The exit statuses. A missed target is a result, no failure.
const (
	exitMeasured = 0
	exitFailed   = 1
	exitUsage    = 2
)

func main() {
	// What is running is ended, and what was written is deleted.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitMeasured
	}
	if err != nil {
		return exitUsage
	}
	switch {
	case o.self.wanted():
		err = o.self.do(o.events, stdout)
	case o.page:
		err = rewrite(o, stdout)
	default:
		err = measure(ctx, o, stdout, stderr)
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return exitFailed
	}
	return exitMeasured
}

// measure does what the options ask for and writes the result.
func measure(ctx context.Context, o options, stdout, stderr io.Writer) error {
	b, err := prepare(ctx, o, stderr)
	if err != nil {
		return err
	}
	err = b.measure(ctx)
	b.result.SetTargets()
	return errors.Join(b.write(stdout), err)
}
