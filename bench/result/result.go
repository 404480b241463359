// Package result is what the benchmark found: the data that are kept, what they
// say about the targets, and the page that shows them.
package result

import (
	"encoding/json"
	"fmt"
	"os"

	"tracer/bench/stats"
)

// The clocks to compare loops by. Processor time is for a machine with other
// work: it is right for tools that work in the process, as all here do but for
// tracer's controller, whose work on another core is not in it.
const (
	Wall = "wall"
	CPU  = "cpu"
)

// Result is a whole run of the benchmark.
type Result struct {
	Date     string            `json:"date"`
	Machine  Machine           `json:"machine"`
	Versions map[string]string `json:"versions"` // of tracer and of the tools beside it
	Rounds   int               `json:"rounds"`
	Clock    string            `json:"clock"`
	Cases    []*Case           `json:"cases"`
	Starts   []Start           `json:"starts,omitempty"`
	Reading  *Reading          `json:"reading,omitempty"`
	Saving   []Saving          `json:"saving,omitempty"`
	Drains   []Drain           `json:"drains,omitempty"`
	Large    *Large            `json:"large,omitempty"`
	Memory   *Memory           `json:"memory,omitempty"`
	Forks    []Fork            `json:"forks,omitempty"`
	Export   *Export           `json:"export,omitempty"`
	Analysis *Analysis         `json:"analysis,omitempty"`
	// What corrected times are worth.
	Corrected []Corrected `json:"corrected,omitempty"`
	Known     []Known     `json:"known,omitempty"`
	Orders    []Order     `json:"orders,omitempty"`
	// What it costs on other kinds of interpreters.
	Older    []*Case    `json:"older,omitempty"`
	Parallel []Parallel `json:"parallel,omitempty"`
	Counted  []Counted  `json:"counted,omitempty"`

	Targets  []Target `json:"targets"`
	Failures []string `json:"failures,omitempty"`

	anywhere int // targets that have a figure on any machine, see SetTargets
}

// Case is one program on one interpreter.
type Case struct {
	Python  string             `json:"python"` // version
	Program string             `json:"program"`
	Loops   int                `json:"loops"`
	Modes   map[string]*Series `json:"modes"`
	Clock   string             `json:"-"` // that of the result
}

// String names the case: raytrace on 3.14.6.
func (c *Case) String() string { return c.Program + " on " + c.Python }

// Series is what a mode took, round by round, in seconds. A round of several runs
// counts its fastest.
type Series struct {
	Loops  []float64 `json:"loops_s"` // the benchmark's own loops, within the process
	CPU    []float64 `json:"cpu_s"`   // the same by the process's processor time
	Wall   []float64 `json:"wall_s"`  // the whole command
	After  []float64 `json:"after_s"` // from the loops' end to the command's
	Min    float64   `json:"min_s"`   // of the loops
	Median float64   `json:"median_s"`
	Events uint64    `json:"events,omitempty"` // recorded
	Lost   uint64    `json:"lost,omitempty"`
	Bytes  int64     `json:"bytes,omitempty"` // on the disk
}

// Add takes down a round.
func (s *Series) Add(loops, cpu, wall, after float64) {
	s.Loops = append(s.Loops, loops)
	s.CPU = append(s.CPU, cpu)
	s.Wall = append(s.Wall, wall)
	s.After = append(s.After, after)
	s.Min, s.Median = stats.Min(s.Loops), stats.Median(s.Loops)
}

// Start is the time of an empty program, alone and under tracer, in seconds.
type Start struct {
	Python string    `json:"python"`
	Bare   []float64 `json:"bare_s"`
	Traced []float64 `json:"traced_s"`
}

// Reading is tracer report on a small and a large trace.
type Reading struct {
	Python  string  `json:"python"`
	Program string  `json:"program"`
	Small   Reports `json:"small"`
	Large   Reports `json:"large"`
}

// Reports is what tracer report took on one trace, run by run.
type Reports struct {
	Events  uint64    `json:"events"`
	Bytes   int64     `json:"bytes"`
	Seconds []float64 `json:"report_s"`
	PeakRSS []float64 `json:"peak_rss_bytes"`
}

// Saving is what a tool does after the program's end, on few calls.
type Saving struct {
	Tool    string  `json:"tool"`
	Python  string  `json:"python"`
	Program string  `json:"program"`
	Records uint64  `json:"records"` // calls of VizTracer, events of tracer
	Seconds float64 `json:"seconds"`
	Bytes   int64   `json:"bytes"`
}

// Write writes the data as JSON.
func (r *Result) Write(path string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(b, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// Read reads data that Write has written.
func Read(path string) (*Result, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	r := new(Result)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("read results: %s: %w", path, err)
	}
	for _, c := range r.allCases() {
		c.Clock = r.Clock
	}
	return r, nil
}
