package session

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// How often a process is looked at: one at full speed fills a slot in 0.3 ms, and
// has some to spare.
const (
	fullSpeed = 2 * time.Millisecond
	idleSpeed = 25 * time.Millisecond
	deepSpeed = 100 * time.Millisecond
	stayAwake = 100 * time.Millisecond // at full speed after there was something to do
	stayLight = 2 * time.Second        // not at deepSpeed
	notReady  = 5 * time.Millisecond   // between looks for the agent's control page
	patience  = 5 * time.Second        // with one that never completes it, though it lives
	retry     = time.Second            // after the disk was full
	newNames  = 50 * time.Millisecond  // between looks for new names
)

// process is a traced process in the recorder's care.
type process struct {
	recorder *recorder
	dir      string
	pid      int           // 0: not known yet
	begin    uint64        // the system's monotonic clock when it began to record, ns
	gone     bool          // ended is closed
	ended    chan struct{} // the process has
	over     bool          // run has returned
	foreign  bool          // it lives, but not by this number here

	drain    *drain.Process
	counters *counters
	named    time.Time // when names were read last
	busy     time.Time // when there was something to do last

	// What came of it, once run has returned.
	began, alive bool
	stats        drain.Stats
	problems     []error
}

// run takes care of the process until it has ended, or until the program has: one
// that lives on is then left as it is.
func (p *process) run() {
	defer func() {
		p.recorder.mu.Lock()
		defer p.recorder.mu.Unlock()
		p.over = true
	}()
	if !p.open() {
		return
	}
	defer p.close()
	p.began = true
	p.counters = newCounters(p)
	defer p.counters.close()
	for {
		wait := p.step()
		select {
		case <-p.ended:
			if p.finish() {
				return
			}
			p.ended = nil // its number is that of another system's process
			p.foreign = true
		case <-p.recorder.quit:
			if p.lives() || !p.finish() {
				p.leave()
			}
			return
		case <-p.counters.tick():
			p.counters.sample()
		case <-time.After(wait):
		}
		if (p.recorder.ends == nil || p.foreign) && !p.lives() && p.finish() {
			return
		}
	}
}

// open waits until the agent has begun. False: it never did.
func (p *process) open() bool {
	r := p.recorder
	o := r.session.drainOptions()
	o.Names = r.sources.record
	for begin, last := time.Now(), false; ; {
		// Whether a process has the files open can only be told before we have.
		records := !r.session.resumed || r.session.dir.Records(p.dir)
		d, err := drain.Open(r.session.dir, p.dir, o)
		if err == nil {
			p.drain, p.begin = d, d.Control().StartMonoNs
			r.began(p, d.PID, records)
			if err := r.session.syncProcess(p.dir); err != nil {
				p.problems = append(p.problems, err)
			}
			return true
		}
		if !errors.Is(err, drain.ErrNotReady) && !errors.Is(err, fs.ErrNotExist) {
			p.problems = append(p.problems, err)
			return false
		}
		if last {
			return false
		}
		select {
		case <-r.quit:
			last = true // it may have begun and ended since we looked
		case <-time.After(notReady):
		}
		if time.Since(begin) > patience && !sys.Alive(store.PID(p.dir)) {
			return false
		}
	}
}

// lives reports whether the process still runs.
func (p *process) lives() bool {
	select {
	case <-p.ended:
		return false
	default:
		return sys.Alive(p.pid) || p.foreign && p.drain.InUse()
	}
}

// step drains what there is, and returns how long to wait until the next.
func (p *process) step() time.Duration {
	now := time.Now()
	w := <-p.recorder.workers
	did, err := p.drain.Step(w)
	p.recorder.workers <- w
	if p.recorder.ending.Load() {
		p.drain.Gate(wire.GateEnd)
	}
	if now.Sub(p.named) > newNames {
		p.named = now
		p.drain.ReadNames()
	}
	p.triggers()
	p.recorder.budget.account(p)
	switch {
	case err != nil:
		return retry // the disk is full, most often; what is not drained stays where it is
	case did:
		p.busy = now
	}
	switch idle := now.Sub(p.busy); {
	case idle < stayAwake:
		return fullSpeed
	case idle < stayLight || p.recorder.budget.pool > 0: // a small pool is full soon
		return idleSpeed
	}
	return deepSpeed
}

// triggers looks whether the agent has met one.
func (p *process) triggers() {
	c := p.drain.Control()
	if c.Trigger == 0 {
		return
	}
	for _, t := range p.recorder.session.options.Triggers {
		if t.Kind == c.Trigger {
			p.recorder.session.trigger(t.String(), p.nanoseconds(c.TriggerTicks), p.pid, int(c.TriggerThread))
		}
	}
}

// nanoseconds is a reading of the process's clock since the trace began, to about a microsecond.
func (p *process) nanoseconds(ticks uint64) int64 {
	c := p.drain.Control()
	begin := int64(c.StartMonoNs - p.recorder.session.manifest.Begin.MonoNS)
	return begin + int64(float64(int64(ticks-c.StartTicks))/p.drain.Rate())
}

// finish drains all that an ended process has left; false if it has not ended.
func (p *process) finish() bool {
	if p.drain.InUse() {
		return false
	}
	p.drain.Ended()
	p.counters.last()
	p.triggers()
	w := <-p.recorder.workers
	err := p.drain.Finish(w, p.recorder.session.progress(p))
	p.recorder.workers <- w
	if err != nil {
		p.problems = append(p.problems, fmt.Errorf("finish %s: %w; what is not compacted is still there, see tracer recover", p.dir, err))
	}
	return true
}

// leave lets a process go that lives on.
func (p *process) leave() {
	p.alive = true
	p.drain.ReadNames()
	w := <-p.recorder.workers
	_, err := p.drain.Step(w)
	p.recorder.workers <- w
	if err != nil {
		p.problems = append(p.problems, err)
	}
}

func (p *process) close() {
	p.stats = p.drain.Stats()
	p.problems = append(p.problems, p.drain.Problems()...)
	if err := p.drain.Close(); err != nil {
		p.problems = append(p.problems, err)
	}
	if p.alive || !p.recorder.budget.forget(p) {
		p.drain = nil // of a server's workers there may be thousands
	}
}
