package drain

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tracer/internal/names"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// Slow is a limit for functions: their modules and qualified names, joined by a
// dot. A star at the end stands for anything.
type Slow struct {
	Function string
	Limit    time.Duration
}

// ParseSlow checks a limit.
func ParseSlow(function string, limit time.Duration) (Slow, error) {
	if function == "" || strings.Contains(strings.TrimSuffix(function, "*"), "*") {
		return Slow{}, errors.New("expected the name of a function, with a * at the end or none")
	}
	return Slow{function, limit}, nil
}

func (s *Slow) matches(c *names.Code) bool {
	name := c.Module + "." + c.Qualname
	if begin, ok := strings.CutSuffix(s.Function, "*"); ok {
		return strings.HasPrefix(name, begin)
	}
	return name == s.Function || c.Qualname == s.Function
}

// String is the limit as it is given.
func (s *Slow) String() string { return fmt.Sprintf("slow:%s>%s", s.Function, s.Limit) }

// Watch is what is looked for in the events while they are drained.
type Watch struct {
	Slow []Slow
	// Met is called for each activation that took longer than its limit.
	Met func(s *Slow, p *Process, thread uint32, ticks uint64)
}

// watcher passes events on, and looks at how long functions take.
type watcher struct {
	*summary.Builder
	p      *Process
	thread uint32
	known  map[*names.Code]*Slow
	frames []watched
}

// watched is an open frame, with its limit if it has one.
type watched struct {
	entered int64
	limit   *Slow
}

func newWatcher(p *Process, thread uint32, b *summary.Builder) *watcher {
	return &watcher{Builder: b, p: p, thread: thread, known: map[*names.Code]*Slow{}}
}

// Open is part of replay.Visitor.
func (w *watcher) Open(at int64, c *names.Code, loc wire.Location, k wire.Kind) {
	limit, ok := w.known[c]
	if !ok {
		for i := range w.p.options.Watch.Slow {
			if s := &w.p.options.Watch.Slow[i]; limit == nil && s.matches(c) {
				limit = s
			}
		}
		w.known[c] = limit
	}
	w.frames = append(w.frames, watched{at, limit})
	w.Builder.Open(at, c, loc, k)
}

// Close is part of replay.Visitor.
func (w *watcher) Close(at int64, k wire.Kind) {
	f := w.frames[len(w.frames)-1]
	w.frames = w.frames[:len(w.frames)-1]
	if f.limit != nil && !w.p.quiet && float64(at-f.entered) > float64(f.limit.Limit)*w.p.pool.rate() {
		w.p.options.Watch.Met(f.limit, w.p, w.thread, uint64(at))
	}
	w.Builder.Close(at, k)
}
