package meter

import (
	"fmt"
	"io"
	"time"
)

// Progress tells how far a list of runs is, one line for each, and how long the
// rest will take. Runs of one key are taken to last equally long.
type Progress struct {
	out   io.Writer
	left  map[string]int // runs to come, by key
	took  map[string]time.Duration
	total int
	done  int
}

// NewProgress returns the progress of the runs with these keys, in any order.
func NewProgress(out io.Writer, keys []string) *Progress {
	p := &Progress{out: out, left: map[string]int{}, took: map[string]time.Duration{}, total: len(keys)}
	for _, key := range keys {
		p.left[key]++
	}
	return p
}

// Begin says which run starts.
func (p *Progress) Begin(what string) {
	p.done++
	left := ""
	if d, ok := p.Left(); ok {
		left = fmt.Sprintf(", %s left", d.Round(time.Second))
	}
	fmt.Fprintf(p.out, "bench: %d of %d%s: %s\n", p.done, p.total, left, what)
}

// End takes down how long the run took.
func (p *Progress) End(key string, took time.Duration) {
	p.left[key]--
	p.took[key] = took
}

// Skip takes a run off the list.
func (p *Progress) Skip(key string) {
	p.left[key]--
	p.total--
}

// Left returns how long the runs that have not ended will take, once one has. A key
// that was not seen yet is taken for an average one.
func (p *Progress) Left() (time.Duration, bool) {
	if len(p.took) == 0 {
		return 0, false
	}
	var mean, sum time.Duration
	for _, d := range p.took {
		mean += d / time.Duration(len(p.took))
	}
	for key, n := range p.left {
		d, ok := p.took[key]
		if !ok {
			d = mean
		}
		sum += time.Duration(n) * d
	}
	return sum, true
}
