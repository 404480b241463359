package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"tracer/bench/result"
	"tracer/bench/scratch"
)

// The parts of a run.
const (
	partPrograms = "programs"
	partStart    = "start"
	partReading  = "reading"
	partSaving   = "saving"
	partDrain    = "drain"
	partMemory   = "memory"
	partFork     = "fork"
	partLarge    = "large"
	partAccuracy = "accuracy"
	partOlder    = "older"
	partParallel = "parallel"
	partExport   = "export"
	partAnalysis = "analysis"
)

var allParts = []string{partPrograms, partStart, partReading, partSaving, partDrain, partMemory, partFork, partLarge, partAccuracy, partOlder, partParallel, partExport, partAnalysis}

// How many events the large trace has, and in a quick run.
const wholeEvents, quickEvents = 1_000_000_000, 2_000_000

type options struct {
	root, scratch, out, clock       string
	pythons, programs, modes, parts []string
	rounds                          int
	quick, page                     bool
	large                           string
	events                          uint64
	self                            selfOptions
}

// list is a flag of words separated by commas.
type list struct{ to *[]string }

func (l list) String() string {
	if l.to == nil {
		return ""
	}
	return strings.Join(*l.to, ",")
}

func (l list) Set(text string) error {
	*l.to = strings.Split(text, ",")
	return nil
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.root, "root", ".", "the repository's `directory`, in which make has run")
	flags.StringVar(&o.scratch, "scratch", "", "`directory` for tools and traces (default: tracer/bench in the user's cache)")
	flags.StringVar(&o.out, "out", "", "`directory` for results.json (default: bench for a whole run, else the scratch one)")
	flags.Var(list{&o.pythons}, "python", "`interpreters` to measure on, in place of those found of the same kind: current, older, free-threaded")
	flags.Var(list{&o.programs}, "programs", "only these `programs`")
	flags.Var(list{&o.modes}, "modes", "only these `modes`")
	flags.Var(list{&o.parts}, "parts", "only these `parts` of "+strings.Join(allParts, ", "))
	flags.IntVar(&o.rounds, "rounds", 5, "how often everything is run")
	flags.StringVar(&o.clock, "clock", result.Wall, "compare by this `clock`: wall, or cpu where the machine has other work")
	flags.BoolVar(&o.quick, "quick", false, "show that it works: one short round, without the network; what is missing is skipped")
	flags.BoolVar(&o.page, "page", false, "measure nothing, write the tables anew from results.json")
	flags.Uint64Var(&o.events, "events", wholeEvents, "how many `events` the large trace has")
	flags.StringVar(&o.large, "large", "", "take this `trace` of -generate for the large one, and leave it there")
	o.self.add(flags)
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	err := o.check(flags.Args())
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return o, err
	}
	if o.scratch == "" {
		o.scratch, err = scratch.Default()
	}
	if o.quick {
		o.rounds, o.events = 1, min(o.events, quickEvents)
	}
	return o, err
}

func (o *options) check(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if o.rounds < 1 {
		return fmt.Errorf("-rounds %d: expected at least one", o.rounds)
	}
	if o.clock != result.Wall && o.clock != result.CPU {
		return fmt.Errorf("-clock %s: expected %s or %s", o.clock, result.Wall, result.CPU)
	}
	if o.large != "" && !filepath.IsAbs(o.large) {
		var err error
		if o.large, err = filepath.Abs(o.large); err != nil {
			return err
		}
	}
	for _, part := range o.parts {
		if !slices.Contains(allParts, part) {
			return fmt.Errorf("-parts %s: expected %s", part, strings.Join(allParts, ", "))
		}
	}
	return nil
}

// has reports whether the part is wanted.
func (o *options) has(part string) bool {
	return len(o.parts) == 0 || slices.Contains(o.parts, part)
}

// whole reports whether this is the run whose results the repository keeps.
func (o *options) whole() bool {
	return !o.quick && o.clock == result.Wall && o.large == "" && o.events == wholeEvents && len(o.pythons)+len(o.programs)+len(o.modes)+len(o.parts) == 0
}
