package query_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// large has threads of several parts.
func large(tb testing.TB) *trace.Trace {
	rnd := rand.New(rand.NewPCG(3, 3))
	r := tracetest.Random{Events: 460_000, Codes: 30, Threads: 2, SlotSize: 1 << 16}
	return open(tb, tracetest.Spec{Processes: []string{r.Text(rnd)}, Compact: true})
}

// joiner makes one part of those that follow each other.
type joiner struct {
	t     *testing.T
	list  []told
	of    *trace.Thread
	costs int64 // of the parts before
	open  int   // frames at the end
}

func (j *joiner) add(th *trace.Thread, list []told) {
	frames := 0
	for list[1+frames].what == "frame" {
		frames++
	}
	if j.of != th {
		j.of, j.costs = th, 0
	} else {
		end := j.list[len(j.list)-1]
		if frames != j.open || list[0].m.At != end.m.At {
			j.t.Errorf("a part begins at %v with %d frames, the one before ended at %v with %d", list[0].m, frames, end.m, j.open)
		}
		j.list, j.costs = j.list[:len(j.list)-1], end.m.Cost
		list = list[1+frames:]
	}
	for _, e := range list {
		e.m.Cost += j.costs
		switch e.what {
		case "begin":
			j.open = frames
		case "open":
			j.open++
		case "close":
			j.open--
		}
		j.list = append(j.list, e)
	}
}

func TestEachMergesInOrder(t *testing.T) {
	tr := large(t)
	for _, test := range []struct {
		q     query.Query
		parts int
	}{{query.Query{}, 4}, {query.Query{Filter: modules(t, "app", "")}, 4}, {query.Query{Depth: 3, Filter: modules(t, "", "lib")}, 4}, {query.Query{MinDuration: 1000}, 2}} {
		var want []told
		for _, th := range test.q.Threads(tr) {
			var r recorder
			if err := test.q.Replay(th, &r); err != nil {
				t.Fatal(err)
			}
			want = append(want, r.list...)
		}
		got, parts, calls, last := joiner{t: t}, 0, 0, uint64(0)
		err := query.Each(t.Context(), &test.q, tr, func(p *query.Part) ([]told, error) {
			var r recorder
			err := p.Replay(&r)
			return r.list, err
		}, func(p *query.Part, list []told) error {
			parts++
			got.add(p.Thread(), list)
			return nil
		}, func(done, all uint64) {
			if calls++; done < last || done > all || all < 800_000 {
				t.Errorf("%d of %d events after %d", done, all, last)
			}
			last = done
		})
		if err != nil || parts < test.parts || calls == 0 || last < 800_000 {
			t.Errorf("%+v: %v; %d parts, expected %d; progress %d times, up to %d", test.q, err, parts, test.parts, calls, last)
		}
		if !slices.Equal(got.list, want) {
			t.Errorf("%+v: %d parts tell something else: %d, expected %d", test.q, parts, len(got.list), len(want))
		}
	}
}

// many has many threads of one part each.
func many(tb testing.TB) *trace.Trace {
	r := tracetest.Random{Events: 30, Codes: 3, Threads: 100}
	return open(tb, tracetest.Spec{Processes: []string{r.Text(rand.New(rand.NewPCG(1, 1)))}})
}

func TestFewResultsWait(t *testing.T) {
	tr := many(t)
	var begun atomic.Int64
	merged, most := int64(0), int64(0)
	err := query.Each(t.Context(), &query.Query{}, tr, func(p *query.Part) (int, error) {
		n := begun.Add(1)
		if n == 1 {
			time.Sleep(20 * time.Millisecond) // the others must not run away
		}
		return p.Thread().Number, nil
	}, func(p *query.Part, number int) error {
		most = max(most, begun.Load()-merged)
		if merged++; int64(number) != merged || p.Thread().Number != number {
			t.Errorf("thread %d is merged as number %d", number, merged)
		}
		return nil
	}, nil)
	if limit := int64(3*runtime.GOMAXPROCS(0) + 1); err != nil || merged != 100 || most > limit {
		t.Errorf("%v, %d of 100 merged, %d waited, expected at most %d", err, merged, most, limit)
	}
}

func TestEachEndsWhereItMust(t *testing.T) {
	tr := many(t)
	corrupt, plain := &wire.CorruptError{What: "bad"}, errors.New("plain")
	for _, test := range []struct {
		name   string
		work   map[int]error // by thread
		merge  map[int]error
		want   error
		merged int // the last
	}{
		{"nothing is wrong", nil, nil, nil, 100},
		{"what cannot be read is told at the end", map[int]error{5: corrupt, 50: corrupt}, nil, corrupt, 100},
		{"what else is wrong with a part ends all", map[int]error{5: corrupt, 50: plain}, nil, plain, 49},
		{"what is wrong with merging ends all", nil, map[int]error{7: plain}, plain, 7},
		{"the end of the context ends all", nil, map[int]error{9: context.Canceled}, context.Canceled, 9},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			last := 0
			err := query.Each(ctx, &query.Query{}, tr, func(p *query.Part) (int, error) {
				return p.Thread().Number, test.work[p.Thread().Number]
			}, func(_ *query.Part, number int) error {
				last = number
				if err := test.merge[number]; err == context.Canceled {
					cancel()
				} else if err != nil {
					return err
				}
				return nil
			}, nil)
			if err != test.want || last < test.merged || test.want != context.Canceled && last != test.merged {
				t.Errorf("%v after %d, expected %v after %d", err, last, test.want, test.merged)
			}
		})
	}
}

// slow is a visitor that takes its time.
type slow struct {
	recorder
	begun chan struct{}
	lines int
}

func (s *slow) Line(m trace.Moment, loc wire.Location) {
	if s.lines++; s.lines == 1 && s.begun != nil {
		close(s.begun)
	}
	time.Sleep(time.Microsecond)
}

func TestReplayEndsWithItsContext(t *testing.T) {
	r := tracetest.Random{Events: 60_000, Codes: 10, SlotSize: 1 << 16}
	tr := open(t, tracetest.Spec{Processes: []string{r.Text(rand.New(rand.NewPCG(1, 1)))}})
	th := tr.Processes()[0].Threads[0]
	for _, q := range []query.Query{{}, {MinDuration: 1000}, {MinDuration: 1 << 60}} {
		ctx, cancel := context.WithCancel(t.Context())
		s := slow{}
		if q.MinDuration < 1<<60 {
			s.begun = make(chan struct{})
			go func() { <-s.begun; cancel() }()
		} else {
			cancel()
		}
		err := q.ReplayContext(ctx, th, &s, nil)
		if ended := len(s.list) > 0 && s.list[len(s.list)-1].what == "end"; !errors.Is(err, context.Canceled) || ended || s.lines > 10_000 {
			t.Errorf("%+v: %v after %d lines, ended: %t", q, err, s.lines, ended)
		}
		cancel()
	}
}
