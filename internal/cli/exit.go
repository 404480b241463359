package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tracer/internal/render"
)

// The exit statuses of every command but run, which ends as the program did.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// ExitError makes the command end with Code. Err, if there is one, is said
// on stderr first.
type ExitError struct {
	Code int
	Err  error
}

func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Code)
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// usageError is a wrong use of the command line.
func usageError(cmd *cobra.Command, format string, args ...any) error {
	return &ExitError{exitUsage, fmt.Errorf(format+" (see %s --help)", append(args, cmd.CommandPath())...)}
}

// flagError gives the errors of the flag parser the project's form.
func flagError(cmd *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok && errors.Is(err, strconv.ErrSyntax) {
		return usageError(cmd, "invalid argument %q for %q flag: expected a number", e.GetValue(), "--"+e.GetFlag().Name)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok && e.GetFlag().Value.Type() == "duration" {
		return usageError(cmd, "invalid argument %q for %q flag: expected a time like 1.5s or 200ms", e.GetValue(), "--"+e.GetFlag().Name)
	}
	return usageError(cmd, "%w", err)
}

// finish says err, in one line, and returns the exit status.
func finish(w io.Writer, err error) int {
	if err == nil || brokenPipe(err) {
		return exitDone
	}
	code := exitFailed
	if e, ok := errors.AsType[*ExitError](err); ok {
		code = e.Code
		if e.Err == nil {
			return code
		}
	}
	fmt.Fprintln(w, "tracer:", oneLine(err.Error()))
	return code
}

// oneLine makes a line of a message: of joined errors the first, and how many
// there are more.
func oneLine(message string) string {
	first, rest, more := strings.Cut(message, "\n")
	if more {
		first += fmt.Sprintf(" (and %d more)", strings.Count(rest, "\n")+1)
	}
	return render.Clean(first)
}

// brokenPipe reports whether the reader of the output has gone away, which is
// how `tracer events | head` ends.
func brokenPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}
