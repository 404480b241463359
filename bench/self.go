package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"time"

	"tracer/bench/probe"
	"tracer/bench/result"
	"tracer/bench/scratch"
	"tracer/bench/synth"
)

// selfOptions are for what the benchmark does in a process of its own, started by
// itself or by hand: one thing, whose figures it prints as JSON.
type selfOptions struct {
	generate, totals, visit, pass, spread, export, as string
	seed                                              uint64
	window                                            probe.Window
	lines                                             bool
	profile                                           string
}

func (s *selfOptions) add(flags *flag.FlagSet) {
	flags.StringVar(&s.generate, "generate", "", "only make a synthetic `trace` of -events, and its totals beside it")
	flags.Uint64Var(&s.seed, "seed", 1, "what the synthetic trace is made from")
	flags.StringVar(&s.totals, "totals", "", "only open this `trace` and add it up")
	flags.Float64Var(&s.window.From, "from", 0, "where the window of -totals begins, a `part` of the whole")
	flags.Float64Var(&s.window.To, "to", 1, "where it ends")
	flags.StringVar(&s.visit, "visit", "", "only open this `trace` and visit every event")
	flags.StringVar(&s.pass, "pass", "", "only open this `trace` and decode it in parts, as analyses do")
	flags.StringVar(&s.spread, "spread", "", "only open this `trace` and make the report with percentiles")
	flags.StringVar(&s.export, "export", "", "only open this `trace` and export it to nowhere")
	flags.StringVar(&s.as, "as", result.Perfetto, "in this `format`")
	flags.BoolVar(&s.lines, "lines", false, "with its lines")
	flags.StringVar(&s.profile, "cpuprofile", "", "write a CPU profile of the above to this `file`")
}

// wanted reports whether one thing is to be done only.
func (s *selfOptions) wanted() bool {
	return s.generate != "" || s.totals != "" || s.visit != "" || s.pass != "" || s.spread != "" || s.export != ""
}

// generated is what -generate prints.
type generated struct {
	Events  uint64  `json:"events"`
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"seconds"`
}

// do does it.
func (s *selfOptions) do(events uint64, stdout io.Writer) (err error) {
	if s.profile != "" {
		f, err := os.Create(s.profile)
		if err != nil {
			return fmt.Errorf("profile: %w", err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return fmt.Errorf("profile: %w", err)
		}
		defer pprof.StopCPUProfile()
	}
	var figures any
	switch {
	case s.generate != "":
		figures, err = generate(s.generate, events, s.seed)
	case s.totals != "":
		figures, err = probe.Sum(s.totals, s.window)
	case s.pass != "":
		figures, err = probe.Pass(s.pass)
	case s.spread != "":
		figures, err = probe.Spread(s.spread)
	case s.export != "":
		figures, err = probe.Export(s.export, s.as, s.lines)
	default:
		figures, err = probe.Visit(s.visit)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(figures)
}

func generate(path string, events, seed uint64) (*generated, error) {
	begin := time.Now()
	totals, err := synth.Generate(path, events, seed)
	if err != nil {
		return nil, err
	}
	seconds := time.Since(begin).Seconds()
	bytes, err := scratch.Size(path)
	return &generated{totals.Events, bytes, seconds}, err
}
