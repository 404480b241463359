package trace_test

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// follower keeps what Follow gives.
type follower struct {
	t      *testing.T
	tr     *trace.Trace
	events map[*trace.Thread]uint64
	hashes map[*trace.Thread]uint64
	last   int64
	late   int // events that came after a later one of another thread
	gaps   int
	lags   []time.Duration
}

func follow(t *testing.T, path string) *follower {
	return &follower{t: t, tr: openDir(t, path), events: map[*trace.Thread]uint64{}, hashes: map[*trace.Thread]uint64{}, last: math.MinInt64}
}

// run follows to the end. Each is called for each batch.
func (f *follower) run(ctx context.Context, from int64, each func([]trace.ThreadEvent)) {
	for batch, err := range f.tr.Follow(ctx, from) {
		if err != nil {
			f.t.Errorf("%+v: %v", batch, err)
			continue
		}
		for _, e := range batch {
			f.events[e.Thread]++
			f.hashes[e.Thread] = mix(f.hashes[e.Thread], e.Event)
			if e.At < f.last {
				f.late++
			}
			f.last = max(f.last, e.At)
			if e.Kind == wire.Mark {
				f.gaps++
			}
		}
		if each != nil {
			each(batch)
		}
	}
}

// seen are whole threads, to be compared with the trace in the end.
func (f *follower) seen() (seen []prefix, events uint64) {
	for th, n := range f.events {
		events += n
		seen = append(seen, prefix{th.Process.Dir, th.Number, n, f.hashes[th]})
	}
	return seen, events
}

func TestFollow(t *testing.T) {
	for _, test := range []struct {
		name      string
		draining  tracetest.Draining
		program   *program
		processes int
		each      time.Duration // what the consumer takes for a batch
	}{
		{"a few threads", tracetest.Draining{Pace: 200 * time.Microsecond}, &program{threads: 2, life: 40_000, pause: 5 * time.Millisecond}, 1, 0},
		{"threads that come and go", tracetest.Draining{Pace: time.Millisecond, PartSize: 100 << 10}, &program{threads: 4, life: 3000, pause: 3 * time.Millisecond}, 1, 0},
		{"processes", tracetest.Draining{Pace: time.Millisecond}, &program{threads: 2, life: 10_000, pause: 4 * time.Millisecond}, 3, 0},
		{"a slow consumer", tracetest.Draining{Pace: time.Millisecond}, &program{threads: 3, life: 20_000, pause: time.Millisecond}, 1, time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			rec := tracetest.Record(t, test.draining)
			f := follow(t, rec.Path())
			done := make(chan struct{})
			go func() {
				defer close(done)
				f.run(t.Context(), 0, func([]trace.ThreadEvent) { time.Sleep(test.each) })
			}()
			var programs []*program
			for range test.processes {
				p := &program{agent: rec.Agent(), threads: test.program.threads, life: test.program.life, pause: test.program.pause}
				p.start()
				programs = append(programs, p)
				time.Sleep(stressTime(t) / time.Duration(test.processes))
			}
			var words uint64
			for _, p := range programs {
				p.end()
				words += p.words.Load()
			}
			rec.Finish()
			<-done
			seen, events := f.seen()
			if i := f.tr.Info(); events != words || i.Events != words || !i.Complete || f.gaps > 0 {
				t.Errorf("%d events and %d gaps were followed, %d recorded; %+v", events, f.gaps, words, i)
			}
			// A thread that is stopped between the clock and the word is late.
			if f.late > int(words/100) {
				t.Errorf("%d of %d events came after later ones", f.late, words)
			}
			t.Logf("%d events, %d late", words, f.late)
			checkPrefixes(t, openDir(t, rec.Path()), seen)
		})
	}
}

// TestFollowIsPrompt asks that single events of an idle program are given while it goes
// on: what a look at the clock would show better.
func TestFollowIsPrompt(t *testing.T) {
	rec := tracetest.Record(t, tracetest.Draining{Pace: 25 * time.Millisecond})
	a := rec.Agent()
	th := a.Thread("main", 1)
	c := a.Code("m", "main", 4)
	ctx, cancel := context.WithCancel(t.Context())
	f := follow(t, rec.Path())
	th.Call(c)
	n := 0
	var lags []time.Duration
	f.run(ctx, 0, func(batch []trace.ThreadEvent) {
		for _, e := range batch {
			lags = append(lags, rec.Now()-time.Duration(e.At))
		}
		if n += len(batch); n == 100 {
			cancel()
		}
		th.Line(c, n%4) // only one that was given brings the next
	})
	slices.Sort(lags)
	t.Logf("lag: median %v, most %v", lags[len(lags)/2], lags[len(lags)-1])
	if n != 100 {
		t.Errorf("%d events", n)
	}
	rec.Finish()
}

func TestFollowFromATime(t *testing.T) {
	for _, compact := range []bool{false, true} {
		rec := tracetest.Record(t, tracetest.Draining{Pace: time.Millisecond})
		p := &program{agent: rec.Agent(), threads: 2, life: 30_000}
		p.start()
		time.Sleep(100 * time.Millisecond)
		p.end()
		if compact {
			rec.Finish()
		}
		tr := openDir(t, rec.Path())
		from := int64(0)
		for e := range tr.Merged() {
			from = max(from, e.At/2)
		}
		want := map[int][]trace.Event{}
		for e, err := range tr.Merged() {
			if err != nil {
				t.Fatal(err)
			}
			if e.At >= from {
				want[e.Thread.Number] = append(want[e.Thread.Number], e.Event)
			}
		}
		missing := 0
		for _, events := range want {
			missing += len(events)
		}
		ctx, cancel := context.WithCancel(t.Context())
		got := map[int][]trace.Event{}
		follow(t, rec.Path()).run(ctx, from, func(batch []trace.ThreadEvent) {
			for _, e := range batch {
				e.Code = tr.Processes()[0].Codes[e.Code.Index]
				got[e.Thread.Number] = append(got[e.Thread.Number], e.Event)
			}
			if missing -= len(batch); missing <= 0 && !compact {
				cancel() // it goes on, for what may still come
			}
		})
		cancel()
		for number := range want {
			if !slices.Equal(want[number], got[number]) {
				t.Errorf("compact %t: %d events of thread %d, expected %d", compact, len(got[number]), number, len(want[number]))
			}
		}
		if len(want) == 0 || len(got) != len(want) {
			t.Errorf("compact %t: %d threads, expected %d", compact, len(got), len(want))
		}
		if !compact {
			rec.Finish()
		}
	}
}

// TestFollowARing follows a recording of which the oldest parts are deleted: what is
// given is in order, and what is not is a gap.
func TestFollowARing(t *testing.T) {
	rec := tracetest.Record(t, tracetest.Draining{Pace: 100 * time.Microsecond, PartSize: 20 << 10, Keep: 2})
	p := &program{agent: rec.Agent(), threads: 2, life: 1 << 30, pause: time.Millisecond}
	f := follow(t, rec.Path())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.run(t.Context(), 0, func([]trace.ThreadEvent) { time.Sleep(5 * time.Millisecond) })
	}()
	p.start()
	time.Sleep(stressTime(t))
	p.end()
	rec.Finish()
	<-done
	_, events := f.seen()
	if events == 0 || events-uint64(f.gaps) > p.words.Load() {
		t.Errorf("%d events and %d gaps of %d", events, f.gaps, p.words.Load())
	}
	t.Logf("%d events and %d gaps of %d", events, f.gaps, p.words.Load())
	if i := f.tr.Info(); len(i.Problems) > 0 {
		t.Errorf("problems %q", i.Problems)
	}
}

func TestFollowEnds(t *testing.T) {
	text := names + "slot\ncall 1 +1\nline 2 +1\n"
	for _, test := range []struct {
		name  string
		state store.State
	}{{"a finished trace", store.Finished}, {"one that nobody writes", store.Recording}} {
		dir := tracetest.Write(t, tracetest.Spec{Manifest: store.Manifest{State: test.state}, Processes: []string{text}})
		f := follow(t, dir)
		f.run(t.Context(), 0, nil)
		if _, events := f.seen(); events != 2 {
			t.Errorf("%s: %d events", test.name, events)
		}
	}
}

func TestRefresh(t *testing.T) {
	dir := recording(t, names+"slot\ncall 1 +1\nline 2 +1\n")
	tr := openDir(t, dir)
	p := tr.Processes()[0]
	th, code := p.Threads[0], p.Codes[0]
	overwrite(t, dir, names+"slot\ncall 1 +1\nline 2 +1\nline 3 +1\nslot\nframe code=1 entered-ticks=1\nreturn 1 +1\nslot thread=2\ncall 7\n")
	if err := tr.Refresh(); err != nil {
		t.Fatal(err)
	}
	if i := tr.Info(); i.Events != 5 || len(i.Problems) > 0 {
		t.Errorf("%+v", i)
	}
	if p != tr.Processes()[0] || p.Threads[0] != th || p.Codes[0] != code || th.Events() != 4 || p.Threads[1].Events() != 1 {
		t.Errorf("%d events of the thread, %d of the other", th.Events(), p.Threads[1].Events())
	}
}

func TestRefreshTakesInWhatWasMoved(t *testing.T) {
	dir := recording(t, names+"slot\ncall 1 +1\nline 2 +1\nslot\nframe code=1 entered-ticks=1\nreturn 1 +1\n")
	tr := openDir(t, dir)
	th := tr.Processes()[0].Threads[0]
	tracetest.Compact(t, dir)
	var old, moved recorder
	if err := th.Replay(&old); err != nil {
		t.Error(err)
	}
	if err := tr.Refresh(); err != nil {
		t.Fatal(err)
	}
	if err := th.Replay(&moved); err != nil {
		t.Error(err)
	}
	s, err := th.Sum(trace.Window{})
	if err != nil || s.Events != 3 || tr.Info().Events != 3 || len(tr.Info().Problems) > 0 || old.String() != moved.String() {
		t.Errorf("%+v, %v, %+v", s, err, tr.Info())
	}
}

// TestWindowThatBeginsWithAMovedSlot looks at a slot that was moved into the middle
// of a segment, without those before it.
func TestWindowThatBeginsWithAMovedSlot(t *testing.T) {
	dir := recording(t, names+"slot\ncall 1 +1\ncall 7 +1\nline 9 +1\nslot\nframe code=1 entered-ticks=1\nframe code=7 entered-ticks=2 location=9\nline 10 +5\nreturn 7 +1\nline 3 +1\n")
	tr, moved := openDir(t, dir), openDir(t, dir)
	w := trace.Window{From: 4, To: 100}
	want := sumOf(t, tr.Processes()[0].Threads[0], w)
	tracetest.Compact(t, dir)
	if got := sumOf(t, moved.Processes()[0].Threads[0], w); !reflect.DeepEqual(got, want) || got.Events != 3 {
		t.Errorf("%+v, expected %+v", got, want)
	}
}
