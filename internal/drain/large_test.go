package drain_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"tracer/internal/drain"
	"tracer/internal/summary"
)

// A summary that no reader would take is left out, wherever it stands, and those below
// it tell the same: in one go, and where the tracer is killed and started again.
func TestSummariesThatAreTooLargeAreLeftOut(t *testing.T) {
	w := drain.NewWorker()
	left := map[uint32]bool{}
	for seed := range uint64(6) {
		for how, name := range map[exactness]string{exact: "in one go", resumed: "killed"} {
			name = fmt.Sprintf("seed %d, %s", seed, name)
			r := rand.New(rand.NewPCG(seed, 5))
			p := newPlan(r, 4096, 2, 600, false)
			a := newToy(t, t.TempDir(), 4096, p.names())
			var o drain.Options
			o.Summarised(200)
			o.MaxTables(func(level, sequence uint32) int {
				if level == 1 || rand.New(rand.NewPCG(seed, uint64(level)<<32|uint64(sequence))).IntN(3) > 0 {
					return summary.MaxTables
				}
				left[level] = true
				return 100
			})
			d := a.drain(o)
			p.play(r, a, 1+r.IntN(50), func() {
				steps(a, &d, w)()
				if how == resumed && r.IntN(30) == 0 {
					d.Abandon()
					d = a.drain(o)
				}
			})
			finish(a, d, w)
			checkTotals(t, name, a.trace, readParts(t, a.trace), p, how)
		}
	}
	if !left[2] || !left[3] {
		t.Errorf("levels of which summaries were left out: %v", left)
	}
}
