package trace_test

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tracer/trace"
	"tracer/trace/tracetest"
)

// program runs threads of an agent: calls, lines, returns, with new code objects and
// new threads all the time.
type program struct {
	agent   *tracetest.Agent
	threads int           // at a time
	life    int           // events of a thread
	pause   time.Duration // now and then
	names   atomic.Int32
	words   atomic.Uint64
	wait    sync.WaitGroup
	stop    atomic.Bool
}

func (p *program) start() {
	for i := range p.threads {
		p.wait.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(i), 7))
			for !p.stop.Load() {
				p.run(rnd)
			}
		})
	}
}

func (p *program) end() {
	p.stop.Store(true)
	p.wait.Wait()
}

// run is the life of a thread.
func (p *program) run(rnd *rand.Rand) {
	t := p.agent.Thread(fmt.Sprintf("thread %d", p.names.Add(1)), 1+rnd.IntN(40))
	codes := []*tracetest.AgentCode{p.agent.Code("m", "main", 5)}
	var stack []*tracetest.AgentCode
	for n := 0; n < p.life && !p.stop.Load(); n++ {
		switch c := rnd.IntN(20); {
		case len(stack) == 0 || c < 4 && len(stack) < 12:
			code := codes[rnd.IntN(len(codes))]
			stack = append(stack, code)
			t.Call(code)
		case c < 8 && len(stack) > 1:
			t.Return(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
		default:
			code := stack[len(stack)-1]
			t.Line(code, rnd.IntN(code.Lines))
		}
		if rnd.IntN(3000) == 0 {
			codes = append(codes, p.agent.Code("m", fmt.Sprintf("f%d", p.names.Add(1)), 1+rnd.IntN(9)))
		}
		if p.pause > 0 && rnd.IntN(2000) == 0 {
			t.Flush()
			time.Sleep(p.pause)
		}
	}
	for len(stack) > 0 {
		t.Return(stack[len(stack)-1])
		stack = stack[:len(stack)-1]
	}
	t.End()
	p.words.Add(t.Words)
}

// prefix is what a reader has seen of a thread: how many events, and what they are.
type prefix struct {
	process string
	thread  int
	events  uint64
	hash    uint64
}

var seed = maphash.MakeSeed()

// mix adds an event to a hash.
func mix(hash uint64, e trace.Event) uint64 {
	name, base := "", 0
	if e.Code != nil {
		name, base = e.Code.Qualname, int(e.Code.Base)
	}
	return maphash.Comparable(seed, struct {
		hash, at    uint64
		kind        uint8
		name        string
		base, line  int
		depth, lost int
	}{hash, uint64(e.At), uint8(e.Kind), name, base, e.Line, e.Depth, int(e.Lost)})
}

// prefixOf replays a thread.
func prefixOf(th *trace.Thread) (prefix, error) {
	p := prefix{process: th.Process.Dir, thread: th.Number}
	for e, err := range th.All() {
		if err != nil {
			return p, err
		}
		p.events++
		p.hash = mix(p.hash, e)
	}
	return p, nil
}

// checkPrefixes compares what was seen while the trace was written with what it is.
func checkPrefixes(t *testing.T, tr *trace.Trace, seen []prefix) {
	t.Helper()
	type key struct {
		process string
		thread  int
	}
	want := map[key]map[uint64]uint64{} // hash by count
	for _, p := range seen {
		k := key{p.process, p.thread}
		if want[k] == nil {
			want[k] = map[uint64]uint64{}
		}
		if hash, ok := want[k][p.events]; ok && hash != p.hash {
			t.Errorf("thread %d of %s had two different beginnings of %d events", p.thread, p.process, p.events)
		}
		want[k][p.events] = p.hash
	}
	checked := 0
	for _, p := range tr.Processes() {
		for _, th := range p.Threads {
			w := want[key{p.Dir, th.Number}]
			var now prefix
			left := len(w)
			for e, err := range th.All() {
				if err != nil {
					t.Fatal(err)
				}
				if hash, ok := w[now.events]; ok {
					left--
					if hash != now.hash {
						t.Errorf("thread %d of %s: the first %d events were others while it was written", th.Number, p.Dir, now.events)
						break
					}
				}
				now.events++
				now.hash = mix(now.hash, e)
			}
			if hash, ok := w[now.events]; ok {
				left--
				if hash != now.hash {
					t.Errorf("thread %d of %s: its %d events were others while it was written", th.Number, p.Dir, now.events)
				}
			}
			if left != 0 && !t.Failed() {
				t.Errorf("thread %d of %s: %d times more events were seen than the %d there are", th.Number, p.Dir, left, now.events)
			}
			checked += len(w)
		}
	}
	if checked == 0 {
		t.Error("nothing was seen while the trace was written")
	}
	t.Logf("%d beginnings of threads compared", checked)
}
