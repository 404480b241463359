package firefox

import (
	"encoding/json"
	"errors"
	"fmt"

	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// gapMarker is the type of the markers where events were lost.
const gapMarker = "gap"

// thread is a thread that is being written: what its jobs share.
type thread struct {
	*trace.Thread
	pid    string
	first  bool // of the file's
	o      *Options
	stacks *stacks
	gaps   []gap
	done   [3]chan int // the columns' lengths, when they are written
}

// gap is where events were lost.
type gap struct {
	at   int64 // ns
	lost uint64
}

func newThread(th *trace.Thread, pid string, first bool, o *Options) *thread {
	t := &thread{Thread: th, pid: pid, first: first, o: o, stacks: newStacks(th.Process)}
	for i := range t.done {
		t.done[i] = make(chan int, 1)
	}
	return t
}

// jobs returns what writes the thread: its columns one after another, then its tables.
func (t *thread) jobs() []timeline.Job {
	return []timeline.Job{
		t.column(0, `"samples":{"weightType":"tracing-ms","stack":[`, (*sampler).stack),
		t.column(1, `"timeDeltas":[`, (*sampler).delta),
		t.column(2, `"weight":[`, (*sampler).weight),
		{Run: t.tables},
	}
}

// column returns the job that writes one column of the samples.
func (t *thread) column(number int, begin string, write func(*sampler, int64)) timeline.Job {
	return timeline.Job{Events: t.Events(), Run: func(out *timeline.Output) error {
		s := &sampler{thread: t, out: out, write: write}
		if number == 0 {
			s.stacks, s.gaps = t.stacks, &t.gaps
		}
		defer func() { t.done[number] <- s.n }() // also where nobody wants the rest
		if number == 0 {
			if err := t.head(out); err != nil {
				return err
			}
		}
		out.B = append(out.B, begin...)
		err := t.o.Query.ReplayContext(out.Context(), t.Thread, s, out.Read)
		out.B = append(out.B, "],"...)
		if corrupt := new(wire.CorruptError); number > 0 && errors.As(err, &corrupt) {
			return nil // the first column tells of it
		}
		return err
	}}
}

// head writes what is before the samples.
func (t *thread) head(out *timeline.Output) error {
	p := t.Process
	var shutdown any
	if p.EndNS >= 0 {
		shutdown = milliseconds(p.EndNS)
	}
	b, err := json.Marshal(map[string]any{
		"processType": "default", "processName": timeline.Process(p), "processStartupTime": milliseconds(p.StartNS), "processShutdownTime": shutdown,
		"registerTime": milliseconds(p.StartNS), "unregisterTime": nil, "pausedRanges": []any{},
		"name": timeline.Thread(t.Thread), "isMainThread": t.TID == p.PID, "pid": t.pid, "tid": t.TID,
	})
	if err != nil {
		return fmt.Errorf("write thread %d: %w", t.TID, err)
	}
	if !t.first {
		out.B = append(out.B, ',')
	}
	out.B = append(append(append(out.B, '\n'), b[:len(b)-1]...), ',')
	return nil
}

// tables writes what is behind the samples, when they are all written.
func (t *thread) tables(out *timeline.Output) error {
	n := <-t.done[0]
	if deltas, weights := <-t.done[1], <-t.done[2]; deltas != n || weights != n {
		return fmt.Errorf("export thread %d: %d samples, then %d and %d: old events were deleted meanwhile", t.TID, n, deltas, weights)
	}
	out.B = fmt.Appendf(out.B, `"length":%d},`, n)
	if err := t.stackTable(out); err != nil {
		return err
	}
	names := newTexts()
	tables := append(t.stacks.functions(names), t.markers(names),
		newTable("resourceTable", "lib", "name", "host", "type"), newTable("nativeSymbols", "libIndex", "address", "name", "functionSize"))
	for _, table := range tables {
		if err := table.append(out); err != nil {
			return err
		}
	}
	list, err := json.Marshal(names.list)
	if err != nil {
		return fmt.Errorf("write thread %d: %w", t.TID, err)
	}
	out.B = append(append(append(out.B, `"stringArray":`...), list...), '}')
	t.stacks, t.gaps = nil, nil // the other threads need the room
	return nil
}

// stackTable writes the table of the stacks. Those that are not known any more are made again,
// for each column.
func (t *thread) stackTable(out *timeline.Output) error {
	each := func(f func(n int64, of stack)) error {
		t.stacks.each(f)
		return nil
	}
	if t.stacks.before > 0 {
		each = func(f func(n int64, of stack)) error { return t.stacksAgain(out, f) }
	}
	column := func(begin string, value func(of stack) int64) error {
		out.B = append(out.B, begin...)
		return each(func(n int64, of stack) {
			out.B = appendNumber(out.B, n, value(of))
			out.Spill()
		})
	}
	if err := column(`"stackTable":{"frame":[`, func(of stack) int64 { return int64(of.frame) }); err != nil {
		return err
	}
	if err := column(`],"prefix":[`, func(of stack) int64 { return of.prefix }); err != nil {
		return err
	}
	out.B = fmt.Appendf(out.B, `],"length":%d},`, t.stacks.count())
	return nil
}

// stacksAgain makes the stacks as the first column did.
func (t *thread) stacksAgain(out *timeline.Output, f func(n int64, of stack)) error {
	s := &sampler{thread: t, stacks: newStacks(t.Process)}
	s.stacks.added = f
	err := t.o.Query.ReplayContext(out.Context(), t.Thread, s, nil)
	if corrupt := new(wire.CorruptError); err != nil && !errors.As(err, &corrupt) {
		return err
	}
	if s.stacks.count() != t.stacks.count() {
		return fmt.Errorf("export thread %d: %d stacks, then %d: old events were deleted meanwhile", t.TID, t.stacks.count(), s.stacks.count())
	}
	return nil
}

func (t *thread) markers(names *texts) *table {
	m := newTable("markers", "data", "name", "startTime", "endTime", "phase", "category")
	for _, g := range t.gaps {
		m.add(map[string]any{"type": gapMarker, "lost": g.lost}, names.number("events lost"), milliseconds(g.at), nil, 0, categoryOther)
	}
	return m
}
