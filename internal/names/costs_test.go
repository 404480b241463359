package names

import (
	"testing"

	"tracer/internal/wire"
)

func TestCostsFollowThePace(t *testing.T) {
	c := Costs{First: -100, Pace: 1000}
	c.After[wire.Line], c.Before[wire.Call] = 320, -64
	for _, x := range []struct {
		ticks       uint64
		pace        int64
		line, first int32
	}{
		{1000, 32, 320, -100},
		{1010, 32, 320, -100}, // noise
		{1500, 48, 480, -150},
		{500, 16, 160, -50},
		{1, 8, 80, -25}, // nothing is as fast
		{1 << 62, 128, 1280, -400},
		{0, 32, 320, -100},
	} {
		pace := c.PaceOf(x.ticks)
		got := c.At(pace)
		if pace != x.pace || got.After[wire.Line] != x.line || got.First != x.first || got.Before[wire.Call] != -x.line/5 || got.Pace != c.Pace {
			t.Errorf("%d ticks: pace %d, costs %v; expected %d, a line %d, a first line %d", x.ticks, pace, got, x.pace, x.line, x.first)
		}
	}
	unknown := Costs{First: 7}
	if got := unknown.At(unknown.PaceOf(5000)); got != unknown {
		t.Errorf("without a pace %v, expected %v", got, unknown)
	}
}
