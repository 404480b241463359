package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/internal/session"
	"tracer/internal/store"
)

const recoverLong = `Recover finishes a trace whose recording was cut off, because the tracer was
killed or the machine stopped: what the program has recorded is compacted and
summed up as it would have been. A trace can be read without it; it is smaller
and opens faster after it.

It fails while a process of the trace still records.`

func newRecover(e *env) *cobra.Command {
	return &cobra.Command{
		Use:               "recover [TRACE]",
		Short:             "Finish a trace that was cut off",
		Long:              recoverLong,
		Example:           "  tracer recover\n  tracer recover app-20260102-150405",
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE:              func(_ *cobra.Command, args []string) error { return recoverTrace(e, arg(args, 0)) },
	}
}

func recoverTrace(e *env, arg string) error {
	path, err := store.Resolve(arg)
	if err != nil {
		return err
	}
	bar := &lateProgress{env: e, what: "compacting"}
	r, err := session.Recover(path, bar.step)
	bar.clear()
	if errors.Is(err, session.ErrAlive) {
		return fmt.Errorf("%w; recover it when that has ended", err)
	}
	if err != nil {
		return err
	}
	for _, note := range r.Notes {
		fmt.Fprintf(e.Err, "tracer: %s\n", note)
	}
	fmt.Fprintf(e.Out, "%s: %s, %s, %s\n", r.Path, render.Plural(r.Events, "event"), render.Plural(r.Processes, "process"), render.Bytes(r.Bytes))
	if len(r.Notes) > 0 {
		return &ExitError{Code: 1}
	}
	return nil
}

// newKeep is what a tracer starts for processes that outlive the program.
func newKeep() *cobra.Command {
	return &cobra.Command{
		Use:    session.KeepCommand + " DIR",
		Short:  "Go on with a recording whose program has ended",
		Hidden: true,
		Args:   args(1, 1, "one: DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := session.Keep(args[0])
			return err
		},
	}
}
