package cli

import (
	"fmt"
	"sync"
	"time"

	"tracer/internal/render"
)

// eventsProgress is a progress over the events of a trace, with how long it will take. It
// begins with its first step. Several goroutines may call it.
type eventsProgress struct {
	env   *env
	what  string
	mu    sync.Mutex
	begun time.Time
	bar   *progress
}

func (p *eventsProgress) step(done, all uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.bar == nil {
		p.bar, p.begun = p.env.progress(p.what), now
	}
	if p.bar.w == nil || now.Before(p.bar.next) {
		return
	}
	p.bar.next = now.Add(progressEvery)
	fmt.Fprintf(p.bar.w, "\r\x1b[K%s: %s", render.Clean(p.what), eventsDone(done, all, now.Sub(p.begun)))
}

// eventsDone says how many events are done, and how long the others will take if they are
// as fast.
func eventsDone(done, all uint64, took time.Duration) string {
	text := render.Plural(done, "event")
	if all == 0 || done > all {
		return text
	}
	text = fmt.Sprintf("%s of %s", render.Percent(int64(done), int64(all)), render.Plural(all, "event"))
	if done == 0 || done == all {
		return text
	}
	left := time.Duration(float64(took) * float64(all-done) / float64(done)).Round(time.Second)
	return fmt.Sprintf("%s, %v left", text, max(left, time.Second))
}

func (p *eventsProgress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.clear()
		p.bar.w = nil
	}
}
