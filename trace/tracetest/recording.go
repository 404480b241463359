package tracetest

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// Recording is a trace that is being written: by agents, and by a controller that
// drains them.
type Recording struct {
	Dir *store.Dir

	tb       testing.TB
	lock     *store.Lock
	manifest store.Manifest
	options  drain.Options
	keep     int // parts; 0: all
	pace     time.Duration
	agents   []*Agent
	stop     []chan struct{}
	wait     sync.WaitGroup
}

// Draining is how a recording is drained.
type Draining struct {
	Pace     time.Duration // between looks
	PartSize int64         // 0: one part
	Keep     int           // parts that are kept; 0: all
}

// Record begins a recording in a directory of the test.
func Record(tb testing.TB, o Draining) *Recording {
	tb.Helper()
	d, err := store.Create(filepath.Join(tb.TempDir(), "live"+store.Suffix))
	if err != nil {
		tb.Fatal(err)
	}
	r := &Recording{Dir: d, tb: tb, options: drain.Options{PartSize: o.PartSize}, keep: o.Keep, pace: o.Pace}
	r.manifest = store.Manifest{Version: wire.Version, State: store.Recording, Start: time.Now(), Begin: store.ClockPair{MonoNS: agentMono}}
	if o.Keep > 0 {
		r.manifest.Settings.Ring = o.PartSize * int64(o.Keep)
	}
	if r.lock, err = d.Lock(); err != nil {
		tb.Fatal(err)
	}
	if err := d.WriteManifest(&r.manifest); err != nil {
		tb.Fatal(err)
	}
	return r
}

// Path is that of the trace.
func (r *Recording) Path() string { return r.Dir.Path() }

// Agent begins a process, and drains it.
func (r *Recording) Agent() *Agent {
	r.tb.Helper()
	a, err := NewAgent(r.Dir, len(r.agents), r.manifest.Start)
	if err != nil {
		r.tb.Fatal(err)
	}
	p, err := drain.Open(r.Dir, a.Dir, r.options)
	if err != nil {
		r.tb.Fatal(err)
	}
	stop := make(chan struct{})
	r.agents, r.stop = append(r.agents, a), append(r.stop, stop)
	r.wait.Go(func() {
		if err := r.drain(p, stop); err != nil {
			r.tb.Error(err)
		}
	})
	return a
}

// drain drains a process until it has ended.
func (r *Recording) drain(p *drain.Process, stop chan struct{}) error {
	w := drain.NewWorker()
	for {
		if _, err := p.Step(w); err != nil {
			return errors.Join(err, p.Close())
		}
		for r.keep > 0 {
			if bytes, _, ok := p.Oldest(); !ok || p.Bytes()-bytes < r.manifest.Settings.Ring {
				break
			}
			if err := p.Forget(); err != nil {
				return errors.Join(err, p.Close())
			}
		}
		select {
		case <-stop:
			p.Ended()
			err := p.Finish(w, nil)
			return errors.Join(append([]error{err, p.Close()}, p.Problems()...)...)
		case <-time.After(r.pace):
		}
	}
}

// Finish ends the processes and the recording. Their threads write no more.
func (r *Recording) Finish() {
	r.tb.Helper()
	for i, a := range r.agents {
		if err := a.Close(); err != nil {
			r.tb.Error(err)
		}
		close(r.stop[i])
	}
	r.wait.Wait()
	status := 0
	r.manifest.State, r.manifest.ExitStatus = store.Finished, &status
	r.manifest.Finish = &store.ClockPair{MonoNS: agentMono + uint64(time.Since(r.manifest.Start))}
	if err := errors.Join(r.Dir.WriteManifest(&r.manifest), r.lock.Unlock()); err != nil {
		r.tb.Fatal(err)
	}
}

// Now is the time since the trace began.
func (r *Recording) Now() time.Duration { return time.Since(r.manifest.Start) }
