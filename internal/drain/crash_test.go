package drain_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"tracer/internal/drain"
)

var errCrash = errors.New("crash")

// crash returns what lets n changes happen and none after them. The last write of
// these is torn: half of it is done.
func crash(n int) func(op string, bytes int) (int, error) {
	return func(op string, bytes int) (int, error) {
		if n--; n > 0 {
			return bytes, nil
		}
		if n == 0 {
			return bytes / 2, errCrash
		}
		return 0, errCrash
	}
}

// Whenever a controller dies, each event is in the trace once, and the next one
// completes it.
func TestCrashAfterEachChange(t *testing.T) {
	for name, o := range map[string]drain.Options{
		"one part":              {},
		"durable, in two parts": {Durable: true, PartSize: 6 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			o.Summarised(1200)
			n := 1
			for crashed(t, o, n) {
				n++
			}
			if n < 30 {
				t.Errorf("%d crashes, expected one at each change", n)
			}
		})
	}
}

// crashed reports whether the n-th change was come to.
func crashed(t *testing.T, o drain.Options, n int) bool {
	r := rand.New(rand.NewPCG(7, 7))
	p := newPlan(r, 4096, 2, 6, false)
	dir := t.TempDir()
	a := newToy(t, dir, 4096, p.names())
	name := fmt.Sprintf("crash at change %d", n)
	second := o
	o.Before(crash(n))
	w := drain.NewWorker()
	d, err := drain.Open(a.dir, a.proc, o)
	if err != nil {
		t.Fatal(err)
	}
	p.play(r, a, 2, func() {
		if err == nil {
			_, err = d.Step(w)
		}
	})
	a.die()
	if err == nil {
		err = d.Finish(w, nil)
	}
	if err == nil && len(d.Problems()) == 0 {
		return false
	}
	d.Abandon()
	expected := plain(t, dir, 4096, p.names(), p.all())
	same(t, name, a.trace, expected)
	a.attach()
	finish(a, a.drain(second), w)
	same(t, name+", completed", a.trace, expected)
	checkSums(t, name, a.trace, p, resumed)
	return true
}
