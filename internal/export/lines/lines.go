// Package lines is what the formats of coverage have in common: the statements of the traced
// files, and how often each ran. Statements that never ran are found in the copies of the
// sources that the trace has (see package statements); of a file without one, only what
// ran is known.
//
// A statement that takes several lines is at its first one, and ran as often as that: or, if
// it has no code there, as often as the line of it that ran most. Files are named as seen
// from where the program was started.
package lines

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"tracer/internal/analyze/query"
	"tracer/internal/export/statements"
	"tracer/internal/wire"
	"tracer/trace"
)

// Options choose what is counted.
type Options struct {
	Query    query.Query
	Creator  string // for who writes: the program's name and version
	Progress func(done, all uint64)
}

// File is a traced file.
type File struct {
	Name      string
	Lines     []Line
	Functions []Function
}

// Line is a statement.
type Line struct {
	Line     int
	Hits     uint64
	Excluded bool // a comment says not to count it
}

// Function is a function of a file, or a class.
type Function struct {
	statements.Function
	Calls uint64
}

// Count returns how many statements there are, without those that are excluded, how many
// of them ran, and how many are excluded.
func (f *File) Count() (all, ran, excluded int) { return Count(f.Lines) }

// Count returns how many statements there are, without those that are excluded, how many
// of them ran, and how many are excluded.
func Count(lines []Line) (all, ran, excluded int) {
	for _, l := range lines {
		switch {
		case l.Excluded:
			excluded++
		case l.Hits > 0:
			ran++
		}
	}
	return len(lines) - excluded, ran, excluded
}

// Within returns the statements from one line to another.
func (f *File) Within(from, to int) []Line {
	place := func(l Line, line int) int { return cmp.Compare(l.Line, line) }
	a, _ := slices.BinarySearchFunc(f.Lines, from, place)
	b, _ := slices.BinarySearchFunc(f.Lines, to+1, place)
	return f.Lines[a:max(a, b)]
}

// Each calls f with each traced file that the query's modules are in, by their names. What could
// not be read is an error that is a *wire.CorruptError; f was called with all the rest.
func Each(ctx context.Context, t *trace.Trace, o Options, f func(*File) error) error {
	counts, failed := count(ctx, t, o)
	if failed != nil && !Corrupt(failed) {
		return failed
	}
	for _, of := range files(t, &o.Query) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(read(t, of, counts)); err != nil {
			return err
		}
	}
	return failed
}

// Corrupt reports whether an error says what could not be read, and there is all the rest.
func Corrupt(err error) bool {
	var c *wire.CorruptError
	return errors.As(err, &c)
}

// files returns the files with code of the modules that are asked for, each once, by name.
func files(t *trace.Trace, q *query.Query) (list []*trace.File) {
	known := map[string]int{}
	for _, p := range t.Processes() {
		if !q.WantsProcess(p) {
			continue
		}
		for _, c := range p.Codes {
			if !q.Filter.Match(c.Module) || c.File.Source == nil && strings.HasPrefix(c.File.Label(), "<") {
				continue
			}
			at, ok := known[c.File.Label()]
			switch {
			case !ok:
				known[c.File.Label()] = len(list)
				list = append(list, c.File)
			case list[at].Source == nil:
				list[at] = c.File
			}
		}
	}
	slices.SortFunc(list, func(a, b *trace.File) int { return strings.Compare(a.Label(), b.Label()) })
	return list
}

// read puts the statements of a file and what was counted together.
func read(t *trace.Trace, of *trace.File, c *counts) *File {
	found := &statements.File{}
	if text, err := t.Source(of); err == nil {
		found = statements.Find(string(text))
	}
	label := of.Label()
	f := &File{Name: Relative(t.Info().Cwd, label)}
	ran := c.statements(label, found)
	for _, s := range found.Statements {
		f.Lines = append(f.Lines, Line{s.Line, ran[s.Line], s.Excluded})
		delete(ran, s.Line)
	}
	if len(found.Statements) == 0 {
		for line, hits := range ran {
			f.Lines = append(f.Lines, Line{Line: line, Hits: hits})
		}
		slices.SortFunc(f.Lines, func(a, b Line) int { return a.Line - b.Line })
	}
	for _, fn := range found.Functions {
		calls := c.calls[label][fn.First]
		if fn.First != fn.Line {
			calls += c.calls[label][fn.Line] // before Python 3.8
		}
		f.Functions = append(f.Functions, Function{fn, calls})
	}
	return f
}

// Relative is a path as seen from a folder, if it is in it.
func Relative(folder, path string) string {
	if folder == "" {
		return path
	}
	rel, ok := strings.CutPrefix(path, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
	if !ok {
		return path
	}
	return filepath.ToSlash(rel)
}
