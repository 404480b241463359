package drain_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/trace/tracetest"
)

// same compares the events of two traces.
func same(tb testing.TB, what, got, want string) {
	tb.Helper()
	g, w := events(tb, got), events(tb, want)
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			tb.Fatalf("%s: %d lines, expected %d; from %d on\n%q, expected\n%q", what, len(g), len(w), i,
				g[min(i, len(g)):min(i+4, len(g))], w[min(i, len(w)):min(i+4, len(w))])
		}
	}
}

// place is where something is in a file that differs.
var place = regexp.MustCompile(`(/raw|/segments-\d+)?: corrupt at byte \d+`)

func events(tb testing.TB, trace string) []string {
	tb.Helper()
	lines := tracetest.Events(tb, trace)
	for i, line := range lines {
		if strings.Contains(line, "error") {
			lines[i] = place.ReplaceAllString(line, ": corrupt at byte …")
		}
	}
	return lines
}

// finish ends the recording and drains what is left.
func finish(a *toy, p *drain.Process, w *drain.Worker) {
	a.tb.Helper()
	a.die()
	if err := p.Finish(w, nil); err != nil {
		a.tb.Fatal(err)
	}
	if err := p.Close(); err != nil {
		a.tb.Fatal(err)
	}
	if problems := p.Problems(); len(problems) > 0 {
		a.tb.Fatal(problems)
	}
}

func TestEveryEventIsThereOnce(t *testing.T) {
	w := drain.NewWorker()
	for seed := range uint64(16) {
		r := rand.New(rand.NewPCG(seed, 1))
		size := 4096 << r.IntN(3)
		p := newDeepPlan(r, size, 1+r.IntN(4), 1+r.IntN(40), seed%4 != 0, 2+r.IntN(300))
		name := fmt.Sprintf("seed %d, %d threads, slots of %d bytes", seed, len(p.threads), size)
		dir := t.TempDir()
		a := newToy(t, dir, size, p.names())
		if r.IntN(3) == 0 {
			a.full = uint32(1 + r.IntN(8)) // slots miss the list
		}
		o := drain.Options{Prepare: r.IntN(2) == 0}
		o.Summarised(uint64(500 + r.IntN(5000)))
		d := a.drain(o)
		expected := plain(t, dir, size, p.names(), p.all())
		last := 0
		p.play(r, a, 1+r.IntN(100), func() {
			steps(a, &d, w)()
			if last++; last%20 == 0 {
				d.ReadNames()
			}
		})
		same(t, name+", while it lives", a.trace, expected)
		finish(a, d, w)
		same(t, name, a.trace, expected)
		if info, err := os.Stat(filepath.Join(a.trace, a.proc, store.RawName)); err != nil || info.Size() != 0 {
			t.Errorf("%s: raw has %d bytes in the end, %v", name, info.Size(), err)
		}
		checkSums(t, name, a.trace, p, exact)
	}
}

// What a tracer that was killed and started again leaves is the same.
func TestResumedAtAnyTime(t *testing.T) {
	w := drain.NewWorker()
	for seed := range uint64(16) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := newPlan(r, 4096, 1+r.IntN(3), 5+r.IntN(30), seed%2 == 0)
		name := fmt.Sprintf("seed %d", seed)
		dir := t.TempDir()
		a := newToy(t, dir, 4096, p.names())
		var o drain.Options
		o.Summarised(uint64(500 + r.IntN(3000)))
		d := a.drain(o)
		p.play(r, a, 1+r.IntN(50), func() {
			steps(a, &d, w)()
			if r.IntN(5) == 0 {
				if r.IntN(2) == 0 {
					d.Abandon()
				} else if err := d.Close(); err != nil {
					t.Fatal(err)
				}
				d = a.drain(o)
			}
		})
		expected := plain(t, dir, 4096, p.names(), p.all())
		same(t, name+", while it lives", a.trace, expected)
		finish(a, d, w)
		same(t, name, a.trace, expected)
		checkSums(t, name, a.trace, p, []exactness{resumedWithLosses, resumed}[seed%2])
		again(t, name, a, w)
	}
}

// again finishes a finished trace once more: nothing changes.
func again(t *testing.T, name string, a *toy, w *drain.Worker) {
	t.Helper()
	before := contents(t, a.trace)
	d := a.drain(drain.Options{})
	if err := d.Finish(w, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if after := contents(t, a.trace); !slices.Equal(before, after) {
		t.Fatalf("%s: finished once more: %d files, expected %d, or others", name, len(after), len(before))
	}
}

// contents are the files of a process but for the control page.
func contents(t *testing.T, trace string) (list []string) {
	t.Helper()
	dir := filepath.Join(trace, "proc-100-0")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() != store.ControlName {
			list = append(list, e.Name()+string(b))
		}
	}
	return list
}

func contains(err error, text string) bool { return strings.Contains(err.Error(), text) }
