package advise

import (
	"context"
	"errors"
	"strings"

	"tracer/internal/analyze/distribution"
	"tracer/internal/analyze/query"
	"tracer/internal/analyze/tree"
	"tracer/trace"
)

// Facts are what findings are told by.
type Facts struct {
	whole     int64 // ns of all traced code
	functions []distribution.Row
	lines     []distribution.Row
	tree      *tree.Tree
	events    *events
	trace     *trace.Trace
	sources   map[string][]string
	waits     map[Place]*wait

	shown        map[string]bool // made when asked for, as the next
	hiddenShares map[functionKey]float64

	byFunction map[functionKey]*distribution.Row
	byPlace    map[Place]*distribution.Row
}

// functionKey is what functions are known by in all analyses.
type functionKey struct {
	module, name, file string
	line               int
}

// Gather reads what findings are told by. The facts are usable with an error that says
// that not all could be read; they are nil with any other.
func Gather(ctx context.Context, t *trace.Trace, q *query.Query, progress func(done, all uint64)) (*Facts, error) {
	const passes = 3
	step := func(pass uint64) func(done, all uint64) {
		return func(done, all uint64) {
			if progress != nil {
				progress(pass*all+done, passes*all)
			}
		}
	}
	f := &Facts{trace: t, sources: map[string][]string{}}
	var errs []error
	d, err := distribution.Build(ctx, t, q, distribution.Options{}, step(0))
	if errs = append(errs, err); d == nil || ctx.Err() != nil {
		return nil, errors.Join(errs...)
	}
	f.functions, f.lines = d.Functions, d.Lines
	f.tree, err = tree.Build(ctx, t, q, tree.Options{FoldRecursion: true, Functions: true}, step(1))
	if errs = append(errs, err); f.tree == nil || ctx.Err() != nil {
		return nil, errors.Join(errs...)
	}
	f.events, err = gather(ctx, t, q, step(2))
	if errs = append(errs, err); f.events == nil || ctx.Err() != nil {
		return nil, errors.Join(errs...)
	}
	f.index()
	f.waits = f.events.waits()
	return f, errors.Join(errs...)
}

func (f *Facts) index() {
	f.byFunction, f.byPlace = map[functionKey]*distribution.Row{}, map[Place]*distribution.Row{}
	for i := range f.functions {
		r := &f.functions[i]
		f.byFunction[functionKey{r.Module, r.Function, r.File, r.Line}] = r
		f.whole += r.SelfNS
	}
	for i := range f.lines {
		r := &f.lines[i]
		f.byPlace[Place{r.Module, r.Function, r.File, r.Line}] = r
	}
}

// ofWhole returns a share of the whole as a time.
func (f *Facts) ofWhole(share float64) int64 { return int64(share * float64(f.whole)) }

// source is the text of a line, without indentation, "" if it is not known.
func (f *Facts) source(p Place) string {
	lines, ok := f.sources[p.File]
	if !ok {
		for _, process := range f.trace.Processes() {
			for _, file := range process.Files {
				if file.Label() != p.File || file.Source == nil || lines != nil {
					continue
				}
				if b, err := f.trace.Source(file); err == nil {
					lines = strings.Split(string(b), "\n")
				}
			}
		}
		f.sources[p.File] = lines
	}
	if p.Line < 1 || p.Line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[p.Line-1])
}

// function is the place of a function, and of a line of it.
func placeOf(fn *tree.Function, line int) Place {
	return Place{fn.Module, fn.Name, fn.File, line}
}

// lineWindow is the stretch in which a line took the longest, if that is some part of its
// time, else the one in which it ran.
func (f *Facts) lineWindow(p Place) Window {
	const part = 20
	r := f.byPlace[p]
	if s, known := f.events.longest[p]; known && (r == nil || (s.ToNS-s.FromNS)*part >= r.SelfNS) {
		return s
	}
	if r != nil {
		return Window{r.FirstNS, r.LastNS}
	}
	return Window{}
}

// WholeNS is the time in traced code that shares are of.
func (f *Facts) WholeNS() int64 { return f.whole }

// Counted reports whether there are counters of some process, by which waiting is told.
func (f *Facts) Counted() bool {
	for _, c := range f.events.cpus {
		if len(c.at) > 1 {
			return true
		}
	}
	return false
}
