package lines

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"tracer/internal/export/calls"
	"tracer/internal/export/statements"
	"tracer/trace"
)

// counts are what ran, by file and line: lines, and functions by their first line.
type counts struct{ hits, calls map[string]map[int]uint64 }

func add(to map[string]map[int]uint64, file string, line int, n uint64) {
	if to[file] == nil {
		to[file] = map[int]uint64{}
	}
	to[file][line] += n
}

// count counts what is asked for: by summaries, where they know it.
func count(ctx context.Context, t *trace.Trace, o Options) (*counts, error) {
	c := &counts{map[string]map[int]uint64{}, map[string]map[int]uint64{}}
	if o.Query.Plain() {
		return c, c.sums(ctx, t, o)
	}
	s, failed := calls.Build(ctx, t, calls.Options{Query: o.Query, Raw: true, Progress: o.Progress})
	if s == nil {
		return nil, failed
	}
	for _, f := range s.Functions {
		add(c.calls, f.File, f.FirstLine, f.Calls)
		for _, l := range f.Lines {
			add(c.hits, f.File, l.Line, l.Own.Hits)
		}
	}
	return c, failed
}

// sums counts by what the threads' events add up to.
func (c *counts) sums(ctx context.Context, t *trace.Trace, o Options) error {
	threads := o.Query.Threads(t)
	sums, errs := make([]*trace.Sums, len(threads)), make([]error, len(threads))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range max(1, min(runtime.GOMAXPROCS(0), len(threads))) {
		wait.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(threads) && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				sums[n], errs[n] = threads[n].Sum(o.Query.Window)
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, s := range sums {
		c.add(threads[i].Process, s)
	}
	return errors.Join(errs...)
}

func (c *counts) add(p *trace.Process, s *trace.Sums) {
	for _, l := range s.Lines {
		if code := p.Code(l.Of); code != nil {
			add(c.hits, code.File.Label(), int(l.Line), l.Hits)
		}
	}
	for _, f := range s.Functions {
		if code := p.Code(f.Function); code != nil {
			add(c.calls, code.File.Label(), code.FirstLine, f.Calls)
		}
	}
}

// statements returns how often the statements of a file ran that did, by their first line.
func (c *counts) statements(file string, found *statements.File) map[int]uint64 {
	ran, rest := map[int]uint64{}, map[int]uint64{}
	for line, hits := range c.hits[file] {
		switch first := found.First(line); {
		case hits == 0:
		case first == line:
			ran[first] = hits
		default:
			rest[first] = max(rest[first], hits)
		}
	}
	for line, hits := range rest {
		if ran[line] == 0 {
			ran[line] = hits
		}
	}
	return ran
}
