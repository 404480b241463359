package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/internal/store"
	"tracer/trace"
)

// openTrace opens the trace that arg means, the latest if it is empty.
func openTrace(arg string) (*trace.Trace, error) {
	path, err := store.Resolve(arg)
	if err != nil {
		return nil, err
	}
	return trace.Open(path)
}

// warn says in one line what is missing from a trace, if anything is.
func (e *env) warn(info trace.Info) {
	if info.Complete {
		return
	}
	var parts []string
	if info.Running {
		parts = append(parts, "no end was recorded: the program still runs, or the recording was cut off")
	}
	if info.Dropped > 0 {
		parts = append(parts, render.Plural(info.Dropped, "event")+" lost")
	}
	if n := len(info.Problems); n > 0 {
		first := info.Problems[0]
		if n > 1 {
			first += fmt.Sprintf(" (and %d more: tracer info)", n-1)
		}
		parts = append(parts, first)
	}
	fmt.Fprintln(e.Err, "tracer: incomplete trace:", render.Clean(strings.Join(parts, "; ")))
}

// completeTrace completes the name of a trace as argument i.
func completeTrace(i int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) != i {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		list, err := store.List()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		names := make([]string, len(list))
		for i, t := range list {
			names[i] = t.Name
		}
		return names, cobra.ShellCompDirectiveDefault // a path is right, too
	}
}
