package synth

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
)

// events is enough for some summaries of each thread, and for all that is rare in the
// program.
const events = 2_000_001

func generate(t *testing.T, events, seed uint64) (string, *Totals) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "synthetic.trace")
	totals, err := Generate(path, events, seed)
	if err != nil {
		t.Fatal(err)
	}
	return path, totals
}

func open(t *testing.T, path string) *trace.Process {
	t.Helper()
	tr, err := trace.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tr.Close() })
	if info := tr.Info(); !info.Complete || len(info.Problems) > 0 || len(tr.Processes()) != 1 {
		t.Fatalf("unexpected trace %+v", info)
	}
	return tr.Processes()[0]
}

// TestTotalsAreThoseOfTheEvents counts the decoded events anew, one by one.
func TestTotalsAreThoseOfTheEvents(t *testing.T) {
	path, want := generate(t, events, 1)
	process := open(t, path)
	sum := &adder{process: process, calls: map[place]uint64{}, hits: map[place]uint64{}, kinds: map[wire.Kind]uint64{}}
	var recorded uint64
	for _, th := range process.Threads {
		if err := th.Replay(sum); err != nil {
			t.Fatal(err)
		}
		recorded += th.Events()
	}
	if want.Events != events || recorded != events || sum.events != events {
		t.Errorf("%d events visited of %d, expected %d", sum.events, recorded, events)
	}
	for _, f := range want.Functions {
		if got := sum.calls[place{f.Module, f.Name, f.Line}]; got != f.Calls {
			t.Errorf("%s.%s: %d calls, expected %d", f.Module, f.Name, got, f.Calls)
		}
		delete(sum.calls, place{f.Module, f.Name, f.Line})
	}
	for _, l := range want.Lines {
		if got := sum.hits[place{l.Module, l.Function, l.Line}]; got != l.Hits {
			t.Errorf("line %d of %s.%s: %d hits, expected %d", l.Line, l.Module, l.Function, got, l.Hits)
		}
		delete(sum.hits, place{l.Module, l.Function, l.Line})
	}
	if len(sum.calls)+len(sum.hits) > 0 {
		t.Errorf("not in the totals: %v, %v", sum.calls, sum.hits)
	}
	for _, k := range []wire.Kind{wire.Line, wire.Call, wire.Return, wire.Yield, wire.Unwind, wire.Resume} {
		if sum.kinds[k] < 100 {
			t.Errorf("%d events of kind %s", sum.kinds[k], k)
		}
	}
	if sum.deepest < leastDepth || sum.deepest > mostDepth+3 || sum.gaps > 0 {
		t.Errorf("%d frames at most, %d gaps", sum.deepest, sum.gaps)
	}
}

// TestTotalsAreThoseOfTheSummaries compares the self times too, to the tick.
func TestTotalsAreThoseOfTheSummaries(t *testing.T) {
	path, want := generate(t, events, 2)
	process := open(t, path)
	got := map[place]Line{}
	var outside uint64
	for _, th := range process.Threads {
		s, err := th.Sum(trace.Window{})
		if err != nil {
			t.Fatal(err)
		}
		outside += s.Outside
		for _, l := range s.Lines {
			c := process.Code(l.Of)
			key := place{c.Module, c.Qualname, int(l.Line)}
			sum := got[key]
			sum.Module, sum.Function, sum.Line = key.module, key.function, key.line
			sum.Hits += l.Hits
			sum.Self += l.Self
			got[key] = sum
		}
	}
	for _, l := range want.Lines {
		if key := (place{l.Module, l.Function, l.Line}); got[key] != l {
			t.Errorf("%+v, expected %+v", got[key], l)
		}
	}
	if len(got) != len(want.Lines) || outside != want.Outside {
		t.Errorf("%d lines, %d ticks outside; expected %d, %d", len(got), outside, len(want.Lines), want.Outside)
	}
}

func TestTheSeedDecides(t *testing.T) {
	_, first := generate(t, 100_000, 7)
	_, same := generate(t, 100_000, 7)
	_, other := generate(t, 100_000, 8)
	if !reflect.DeepEqual(first, same) {
		t.Error("two traces of a seed have other totals")
	}
	if reflect.DeepEqual(first, other) {
		t.Error("two seeds have the same totals")
	}
}

func TestAThreadMayHaveNoEvents(t *testing.T) {
	path, totals := generate(t, 2, 1)
	process := open(t, path)
	if totals.Events != 2 || process.Threads[0].Events() != 1 || process.Threads[1].Events() != 1 || process.Threads[3].Events() != 0 {
		t.Errorf("unexpected %+v", totals)
	}
}

func TestTotalsSurviveTheFile(t *testing.T) {
	path, want := generate(t, 10_000, 1)
	if got, err := Read(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; expected %+v", got, err, want)
	}
	if err := Remove(path); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if got, err := Read(path); got != nil || err != nil {
		t.Errorf("read %+v, %v of a trace without totals", got, err)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	path, _ := generate(t, 10, 1)
	if _, err := Generate(path, 10, 1); err == nil {
		t.Error("a trace was generated over another")
	}
}

type place struct {
	module, function string
	line             int
}

// adder counts what it is told.
type adder struct {
	process              *trace.Process
	calls, hits          map[place]uint64
	kinds                map[wire.Kind]uint64
	events               uint64
	depth, deepest, gaps int
}

func (a *adder) Begin(int64) { a.depth = 0 }
func (a *adder) End(int64)   {}

func (a *adder) Gap(int64, uint64) { a.gaps++ }

func (a *adder) Open(_ int64, c *trace.Code, _ wire.Location, k wire.Kind) {
	a.met(k, k.Opens())
	a.depth++
	a.deepest = max(a.deepest, a.depth)
	if k == wire.Call {
		a.calls[place{c.Module, c.Qualname, c.FirstLine}]++
		a.hits[place{c.Module, c.Qualname, c.FirstLine}] += 0
	}
}

func (a *adder) Line(_ int64, loc wire.Location) {
	a.met(wire.Line, true)
	c := a.process.Code(loc)
	a.hits[place{c.Module, c.Qualname, c.FirstLine + int(loc-c.Base)}]++
}

func (a *adder) Close(_ int64, k wire.Kind) {
	a.met(k, k.Closes())
	a.depth--
}

func (a *adder) met(k wire.Kind, event bool) {
	if event {
		a.events++
		a.kinds[k]++
	}
}
