package cli

import (
	"bufio"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tracer/internal/doctor"
	"tracer/internal/doctor/trial"
	"tracer/internal/launch"
	"tracer/internal/pyabi"
	"tracer/internal/render"
	"tracer/internal/store"
)

const doctorLong = `Doctor says whether Python programs can be traced here and how, what is in the
way, and what to do about it. It looks at the interpreters that it finds (on the
PATH, in virtual environments, of pyenv, uv, asdf, mise and conda), or at each
PYTHON that is named, and lets each record a small program. Then it looks at
the installation, the clock, the kernel, the disk and the environment.

ok        it is as it should be; --verbose shows more of these
note      programs can be traced, and there is something to know
problem   something does not work, or not as it should; → what to do about it

A LINE and A CALL are what recording one costs the program, a call with its
return, if the interpreter's trial has measured it.

It ends with the status 0 if programs can be traced, with at least one of the
interpreters, and with 1 if not.`

const doctorExample = `  tracer doctor
  tracer doctor .venv/bin/python python3.13
  tracer doctor --quick --verbose
  tracer doctor --format json`

type doctorOptions struct {
	format         string
	quick, verbose bool
}

func newDoctor(e *env) *cobra.Command {
	var o doctorOptions
	cmd := &cobra.Command{
		Use:     "doctor [PYTHON…]",
		Short:   "Can programs be traced here, and if not, why",
		Long:    doctorLong,
		Example: doctorExample,
		Args:    cobra.ArbitraryArgs,
		RunE:    func(_ *cobra.Command, args []string) error { return o.run(e, args) },
	}
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json")
	cmd.Flags().BoolVar(&o.quick, "quick", false, "try nothing: only look")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "say everything, also what is as it should be")
	return cmd
}

// newTrial is what doctor starts for each interpreter.
func newTrial() *cobra.Command {
	return &cobra.Command{
		Use:    trial.Command + " PYTHON DIR",
		Short:  "Record a program whose events are known",
		Hidden: true,
		Args:   args(2, 2, "two: PYTHON DIR"),
		RunE:   func(_ *cobra.Command, args []string) error { return trial.Record(args[0], args[1]) },
	}
}

func (o *doctorOptions) run(e *env, pythons []string) error {
	var facts *doctor.Facts
	err := interruptible(func(ctx context.Context) (err error) {
		facts, err = o.collect(ctx, e, pythons)
		return err
	})
	if err != nil {
		return err
	}
	r := doctor.Examine(facts)
	err = e.buffered(func(w *bufio.Writer) error {
		if o.format == "json" {
			return render.JSONObject(w, r)
		}
		return writeDoctor(w, e.screen(), r, facts.Home, o.verbose)
	})
	if err == nil && !r.Works {
		return &ExitError{Code: exitFailed}
	}
	return err
}

func (o *doctorOptions) collect(ctx context.Context, e *env, pythons []string) (*doctor.Facts, error) {
	lib, libErr := launch.FindLibrary()
	options := doctor.Options{Library: doctor.LibraryFacts{Agent: lib.Agent, Loader: lib.Loader, Err: libErr}}
	if libErr == nil {
		options.Library.CPU = pyabi.ReadBinary(lib.Agent).CPU
	}
	options.StateDir, options.StateErr = store.StateDir()
	if _, path, err := launch.Interpreter(""); err == nil {
		options.Default = path
	}
	for _, python := range pythons {
		_, path, err := launch.Interpreter(python)
		if err != nil {
			path = python // its own error is said of it
		}
		options.Pythons = append(options.Pythons, path)
	}
	if !o.quick {
		options.Trial = func(ctx context.Context, python pyabi.Info) *doctor.Trial { return trial.Run(ctx, lib, python) }
		bar := e.progress("trying interpreters")
		defer bar.clear()
		options.Progress = func(done, total int) { bar.count(done, total) }
	}
	return doctor.Collect(ctx, options)
}

// count is step for things instead of bytes.
func (p *progress) count(done, total int) {
	now := time.Now()
	if p.w == nil || now.Before(p.next) {
		return
	}
	p.next = now.Add(progressEvery)
	fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d", render.Clean(p.what), done, total)
}
