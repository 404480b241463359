package diff

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"tracer/internal/analyze/distribution"
	"tracer/internal/analyze/profile"
	"tracer/trace"
)

// Run is what is compared of a trace.
type Run struct {
	Path    string
	Program string // how it was started, one line
	Python  string

	functions []function
	byKey     map[functionKey]int
	total     sample
	recorded  string // what was to be
	measured  bool
}

// functionKey names a function among those of the runs of a side. Its folder is not
// in it: runs may have been made in different ones.
type functionKey struct {
	module, name, file string // base name
	line               int
}

// sample is what was measured of a row in a run.
type sample struct {
	self, total       int64 // ns, corrected
	rawSelf, rawTotal int64
	calls, hits       uint64
	min, max          int64
}

// cost is how much was taken off the self time, or the total.
func (s sample) selfCost() int64  { return s.rawSelf - s.self }
func (s sample) totalCost() int64 { return s.rawTotal - s.total }

// function is a function of a run, with its lines.
type function struct {
	key   functionKey
	file  string // as profile names it
	last  int    // its last line that is known to be code
	text  []string
	lines map[int]sample
	sample

	histogram      *distribution.Histogram // nil: not asked for
	lineHistograms map[int]*distribution.Histogram
}

// Read returns what is compared of a trace. p is its profile.
func Read(t *trace.Trace, p *profile.Profile) (*Run, error) {
	info := t.Info()
	r := &Run{
		Path: info.Path, Program: strings.Join(info.Argv, " "), Python: info.Python, byKey: map[functionKey]int{},
		total: sample{self: p.SelfNS, total: p.SelfNS, rawSelf: p.RawSelfNS, rawTotal: p.RawSelfNS}, measured: p.Measured,
		recorded: recorded(info.Settings.Events, info.Settings.Only, info.Settings.Skip),
	}
	for _, f := range p.Functions {
		r.total.calls += f.Calls
		r.total.hits += f.Hits
		at := r.at(functionKey{f.Module, f.Function, base(f.File), f.Line}, f.File)
		at.add(sample{f.SelfNS, f.TotalNS, f.RawSelfNS, f.RawTotalNS, f.Calls, f.Hits, f.MinNS, f.MaxNS})
	}
	r.extend(t)
	r.assign(p.Lines)
	return r, r.texts(t)
}

// recorded says what a trace was to record.
func recorded(events string, only, skip []string) string {
	if len(only) > 0 {
		events += " --only " + strings.Join(only, ",")
	}
	if len(skip) > 0 {
		events += " --skip " + strings.Join(skip, ",")
	}
	return events
}

// base is a path's last part, of whatever system it is.
func base(file string) string { return path.Base(strings.ReplaceAll(file, `\`, "/")) }

func (r *Run) at(key functionKey, file string) *function {
	i, ok := r.byKey[key]
	if !ok {
		i = len(r.functions)
		r.byKey[key] = i
		r.functions = append(r.functions, function{key: key, file: file, last: key.line, lines: map[int]sample{}})
	}
	return &r.functions[i]
}

func (s *sample) add(o sample) {
	s.self += o.self
	s.total += o.total
	s.rawSelf += o.rawSelf
	s.rawTotal += o.rawTotal
	s.calls += o.calls
	s.hits += o.hits
}

// extend finds the last lines of the functions.
func (r *Run) extend(t *trace.Trace) {
	for _, p := range t.Processes() {
		for _, c := range p.Codes {
			i, ok := r.byKey[functionKey{c.Module, c.Qualname, base(profile.FileName(c.File)), c.FirstLine}]
			if !ok {
				continue
			}
			f := &r.functions[i]
			f.last = max(f.last, lastLine(c))
		}
	}
}

// lastLine is the highest line of a code object.
func lastLine(c *trace.Code) int {
	last := c.Line(c.End - 1)
	const many = 1 << 16 // a table of lines may claim to be huge
	for loc := c.Base + 1; loc < c.End && loc < c.Base+many; loc++ {
		last = max(last, c.Line(loc))
	}
	return last
}

// assign gives the lines to their functions: of several of a name the one that begins
// last before the line.
func (r *Run) assign(lines []profile.Line) {
	type name struct{ module, function, file string }
	named := map[name][]int{}
	for i, f := range r.functions {
		n := name{f.key.module, f.key.name, f.key.file}
		named[n] = append(named[n], i)
	}
	for _, list := range named {
		slices.SortFunc(list, func(a, b int) int { return r.functions[a].key.line - r.functions[b].key.line })
	}
	for _, l := range lines {
		list := named[name{l.Module, l.Function, base(l.File)}]
		if len(list) == 0 {
			continue
		}
		at := list[0]
		for _, i := range list {
			if r.functions[i].key.line <= l.Line {
				at = i
			}
		}
		f := &r.functions[at]
		s := f.lines[l.Line]
		s.add(sample{self: l.SelfNS, total: l.TotalNS, rawSelf: l.RawSelfNS, rawTotal: l.RawTotalNS, hits: l.Hits})
		f.lines[l.Line] = s
		f.last = max(f.last, l.Line)
	}
}

// texts gives the functions their text, as far as the trace has it.
func (r *Run) texts(t *trace.Trace) error {
	files := map[string]*trace.File{}
	for _, p := range t.Processes() {
		for _, f := range p.Files {
			if name := profile.FileName(f); files[name] == nil || files[name].Source == nil {
				files[name] = f
			}
		}
	}
	read := map[string][]string{}
	var errs []error
	for i := range r.functions {
		f := &r.functions[i]
		lines, ok := read[f.file]
		if !ok {
			if file := files[f.file]; file != nil && file.Source != nil {
				b, err := t.Source(file)
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					errs = append(errs, err)
				}
				lines = split(string(b))
			}
			read[f.file] = lines
		}
		if from, to := max(f.key.line, 1)-1, min(f.last, len(lines)); from < to {
			f.text = lines[from:to]
		}
	}
	return errors.Join(errs...)
}

// split returns the lines of a source, without what is around them: code that is put
// into a block is the same code.
func split(source string) []string {
	if source == "" {
		return nil
	}
	lines := strings.Split(source, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return lines
}
