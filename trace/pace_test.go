package trace

import (
	"testing"

	"tracer/internal/names"
	"tracer/internal/wire"
)

func TestPace(t *testing.T) {
	for _, c := range []struct {
		then, looks uint32
		ticks       uint64
		want        float64
	}{
		{1000, 0, 0, 1},               // too short to look again
		{0, 3, 3000, 1},               // not known how it was
		{1000, 4, 4000, 1},            // as it was
		{1500, 2, 2000, 1000. / 1500}, // slow when it was measured
		{1000, 2, 3000, 1.5},
		{10, 1, 1 << 60, maxPace}, // nothing is as slow
		{1 << 30, 1, 1, 1. / maxPace},
	} {
		p := &Process{names: &names.Set{Costs: names.Costs{Pace: c.then}}, control: wire.Control{Paces: c.looks, PaceTicks: c.ticks}}
		if got := p.pace(); got != c.want {
			t.Errorf("%d ticks, then %d looks of %d ticks in all: %v, expected %v", c.then, c.looks, c.ticks, got, c.want)
		}
	}
}
