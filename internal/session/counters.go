package session

import (
	"errors"
	"io/fs"
	"time"

	"tracer/internal/sample"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// sampledOften is how many processes are sampled as often as it was asked for: a
// sample takes about a tenth of a millisecond.
const sampledOften = 32

// counters samples the counters of a process.
type counters struct {
	process *process
	sampler *sample.Sampler
	file    *sample.File
	ticker  *time.Ticker
	closer  interface{ Close() error }
}

// newCounters begins to sample; where that is not wanted or cannot be done nothing
// is sampled.
func newCounters(p *process) *counters {
	c := &counters{process: p}
	every := p.recorder.session.options.Sample
	if every <= 0 {
		return c
	}
	sampler, err := sample.New(p.pid)
	if err != nil {
		return c // it has ended already
	}
	f, err := p.recorder.session.dir.CreateFile(p.dir, store.CountersName)
	if errors.Is(err, fs.ErrExist) {
		f, err = p.recorder.session.dir.OpenWritable(p.dir, store.CountersName)
	}
	if err != nil {
		p.problems = append(p.problems, err)
		return c
	}
	c.closer = f
	if c.file, err = sample.Continue(f); err != nil {
		p.problems = append(p.problems, err)
		return c
	}
	c.sampler, c.ticker = sampler, time.NewTicker(every)
	p.recorder.sampled.Add(1)
	c.sample()
	return c
}

func (c *counters) tick() <-chan time.Time {
	if c.ticker == nil {
		return nil
	}
	return c.ticker.C
}

func (c *counters) sample() {
	if c.sampler == nil {
		return
	}
	var v wire.Sample
	v, err := c.sampler.Read()
	if err == nil {
		err = c.file.Append(v)
	}
	if err != nil {
		c.sampler = nil
		return
	}
	// Of many processes each is sampled less often.
	r := c.process.recorder
	c.ticker.Reset(r.session.options.Sample * time.Duration(1+r.sampled.Load()/sampledOften))
}

// last takes one sample more if the system still has it.
func (c *counters) last() { c.sample() }

func (c *counters) close() {
	if c.ticker != nil {
		c.ticker.Stop()
		c.process.recorder.sampled.Add(-1)
	}
	if c.closer != nil {
		c.closer.Close()
	}
}
