package trace_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// stressTime is how long a test reads while a trace is written: longer by hand.
func stressTime(t *testing.T) time.Duration {
	if d, err := time.ParseDuration(os.Getenv("TRACER_STRESS")); err == nil {
		return d
	}
	if testing.Short() {
		return 200 * time.Millisecond
	}
	return 700 * time.Millisecond
}

// TestOpenWhileWritten opens a trace again and again while slots are filled, moved
// into segments and used again, and replays what was seen at once or later.
func TestOpenWhileWritten(t *testing.T) {
	for _, test := range []struct {
		name     string
		draining tracetest.Draining
		program  *program
	}{
		{"few threads, drained eagerly", tracetest.Draining{Pace: 200 * time.Microsecond}, &program{threads: 2, life: 40_000}},
		{"threads that come and go", tracetest.Draining{Pace: time.Millisecond}, &program{threads: 4, life: 3000}},
		{"parts that are closed", tracetest.Draining{Pace: time.Millisecond, PartSize: 100 << 10}, &program{threads: 3, life: 50_000}},
		{"threads that wait", tracetest.Draining{Pace: 5 * time.Millisecond}, &program{threads: 8, life: 10_000, pause: 3 * time.Millisecond}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rec := tracetest.Record(t, test.draining)
			p := test.program
			p.agent = rec.Agent()
			p.start()
			var mu sync.Mutex
			var seen []prefix
			var readers sync.WaitGroup
			end := time.Now().Add(stressTime(t))
			for i := range 2 {
				readers.Go(func() {
					r := reader{t: t, path: rec.Path(), wait: time.Duration(i) * 30 * time.Millisecond, counts: map[int]uint64{}}
					for time.Now().Before(end) && !t.Failed() {
						r.look()
					}
					mu.Lock()
					defer mu.Unlock()
					seen = append(seen, r.seen...)
				})
			}
			readers.Wait()
			p.end()
			rec.Finish()
			tr := openDir(t, rec.Path())
			if i := tr.Info(); i.Events != p.words.Load() || !i.Complete {
				t.Errorf("%d events of %d, problems %q", i.Events, p.words.Load(), i.Problems)
			}
			checkPrefixes(t, tr, seen)
		})
	}
}

// TestOpenARingWhileWritten opens a trace of which parts are deleted: there is less of
// it from time to time, but what there is can be read.
func TestOpenARingWhileWritten(t *testing.T) {
	rec := tracetest.Record(t, tracetest.Draining{Pace: 100 * time.Microsecond, PartSize: 10 << 10, Keep: 2})
	p := &program{agent: rec.Agent(), threads: 3, life: 20_000}
	p.start()
	looks := 0
	for end := time.Now().Add(stressTime(t)); time.Now().Before(end) && !t.Failed(); looks++ {
		tr := openDir(t, rec.Path())
		if problems := tr.Info().Problems; len(problems) > 0 {
			t.Errorf("problems %q", problems)
		}
		time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
		for _, th := range tr.Processes()[0].Threads {
			var v tally
			if err := th.Replay(&v); err != nil {
				t.Error(err)
			}
			if _, err := th.Sum(trace.Window{}); err != nil {
				t.Error(err)
			}
		}
	}
	p.end()
	rec.Finish()
	t.Logf("opened %d times", looks)
}

// reader opens a trace and looks whether what it sees holds together.
type reader struct {
	t      *testing.T
	path   string
	wait   time.Duration // between opening and replaying
	counts map[int]uint64
	seen   []prefix
}

func (r *reader) look() {
	tr, err := trace.Open(r.path)
	if err != nil {
		r.t.Error(err)
		return
	}
	defer tr.Close()
	if p := tr.Info().Problems; len(p) > 0 {
		r.t.Errorf("problems %q", p)
	}
	time.Sleep(r.wait)
	for _, p := range tr.Processes() {
		for _, th := range p.Threads {
			if th.Events() < r.counts[th.Number] {
				r.t.Errorf("thread %d has %d events, before it had %d", th.Number, th.Events(), r.counts[th.Number])
			}
			r.counts[th.Number] = th.Events()
		}
		// Those that are written now, and one that was.
		for _, i := range []int{len(p.Threads) - 1, len(p.Threads) - 2, rand.IntN(len(p.Threads) + 1)} {
			if i >= 0 && i < len(p.Threads) {
				r.thread(p.Threads[i])
			}
		}
	}
}

// thread replays a thread and adds it up.
func (r *reader) thread(th *trace.Thread) {
	got, err := prefixOf(th)
	if err != nil {
		r.t.Errorf("after %d events of %d: %v", got.events, th.Events(), err)
		return
	}
	if got.events != th.Events() {
		r.t.Errorf("%d events of thread %d, expected %d", got.events, th.Number, th.Events())
	}
	r.seen = append(r.seen, got)
	if rand.IntN(3) > 0 {
		return
	}
	var v tally
	if err := th.Replay(&v); err != nil {
		r.t.Error(err)
	}
	all, err := th.Sum(trace.Window{})
	if err != nil {
		r.t.Error(err)
	}
	if v.begun && (all.Events != got.events || hits(all) != v.lines || calls(all) != v.calls) {
		r.t.Errorf("the sums have %d events, %d lines, %d calls; expected %d, %d, %d", all.Events, hits(all), calls(all), got.events, v.lines, v.calls)
	}
	mid := (v.first + v.last) / 2
	var events, lines, called uint64
	for _, w := range []trace.Window{{From: -1 << 40, To: v.first + 1}, {From: v.first + 1, To: mid}, {From: mid, To: v.last + 1}} {
		s, err := th.Sum(w)
		if err != nil {
			r.t.Error(err)
			return
		}
		events, lines, called = events+s.Events, lines+hits(s), called+calls(s)
	}
	if v.begun && v.first+1 < mid && (events != got.events || lines != v.lines || called != v.calls) {
		r.t.Errorf("windows of thread %d add up to %d events, %d lines, %d calls; expected %d, %d, %d", th.Number, events, lines, called, got.events, v.lines, v.calls)
	}
}

func hits(s *trace.Sums) (n uint64) {
	for i := range s.Lines {
		n += uint64(s.Lines[i].Hits)
	}
	return n
}

func calls(s *trace.Sums) (n uint64) {
	for i := range s.Functions {
		n += uint64(s.Functions[i].Calls)
	}
	return n
}

// tally counts what it visits.
type tally struct {
	begun        bool
	first, last  int64
	lines, calls uint64
	open         []*trace.Code
}

func (v *tally) Begin(at int64) { v.begun, v.first = true, at }
func (v *tally) End(at int64)   { v.last = at }
func (v *tally) Gap(int64, uint64) {
	v.lines = 1 << 60 // nothing is lost in these tests
}

func (v *tally) Open(_ int64, c *trace.Code, _ wire.Location, k wire.Kind) {
	v.open = append(v.open, c)
	if k != trace.Adopted {
		v.calls++
	}
}

func (v *tally) Line(_ int64, loc wire.Location) {
	if c := v.open[len(v.open)-1]; loc <= c.Base || loc >= c.End {
		v.lines = 1 << 60
	}
	v.lines++
}

func (v *tally) Close(int64, wire.Kind) { v.open = slices.Delete(v.open, len(v.open)-1, len(v.open)) }
