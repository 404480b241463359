package profile

import (
	"math/rand/v2"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
)

// randomTrace writes a trace whose threads call functions of several modules and
// files, some of which are defined twice or share lines, and returns its path.
func randomTrace(tb testing.TB, rnd *rand.Rand, threads, events int) string {
	return randomTraceAt(tb, rnd, randomCosts(rnd), 0, threads, events)
}

func randomTraceAt(tb testing.TB, rnd *rand.Rand, costs *wire.CostsRecord, scale float64, threads, events int) string {
	s := synth{slotSize: 1 << 12, threads: threads, costs: costs, scale: scale}
	var bases []wire.Location
	for i := range 12 {
		// Pairs of code objects are one function, as one that is defined twice; the
		// functions of a file overlap in their lines.
		bases = append(bases, s.codeOf(uint32(1+i/2%2), i/2, i/2%3, uint32(5+i/2*3)))
	}
	for thread := 1; thread <= threads; thread++ {
		s.random(rnd, thread, bases, events)
	}
	return s.write(tb)
}

// randomCosts are whole ticks, now and then below 0; a third of all traces has none.
func randomCosts(rnd *rand.Rand) *wire.CostsRecord {
	if rnd.IntN(3) == 0 {
		return nil
	}
	ticks := func() uint32 { return uint32((rnd.Int32N(60) - 10) * trace.CostUnit) }
	return &wire.CostsRecord{
		Line: ticks(), First: ticks(), CallBefore: ticks(), CallAfter: ticks(), ReturnBefore: ticks(), ReturnAfter: ticks(), YieldBefore: ticks(),
		YieldAfter: ticks(), UnwindBefore: ticks(), UnwindAfter: ticks(), ResumeBefore: ticks(), ResumeAfter: ticks(), ThrowBefore: ticks(), ThrowAfter: ticks(),
	}
}

// openFrame is a frame that a thread of a synthetic program has open.
type openFrame struct {
	base    wire.Location
	entered uint64
	line    wire.Location
}

// random adds slots of a thread that does anything that an agent may report.
func (s *synth) random(rnd *rand.Rand, thread int, bases []wire.Location, events int) {
	var stack []openFrame
	ticks := uint64(1000 + rnd.IntN(1000))
	for seq := 0; events > 0; seq++ {
		var frames []wire.Frame
		for _, f := range stack {
			frames = append(frames, wire.Frame{EnteredTicks: f.entered, Code: uint32(f.base), Location: uint32(f.line)})
		}
		start := ticks
		var words []wire.Event
		for len(words) < (s.slotSize-wire.SlotBytes-wire.FrameBytes*len(frames))/8 && events > 0 {
			delta := uint32(rnd.IntN(4) * rnd.IntN(50)) // often no time at all
			base := bases[rnd.IntN(len(bases))]
			if rnd.IntN(40) == 0 {
				words = append(words, wire.Pack(wire.Mark, wire.MarkOwn, 1+delta))
				continue
			}
			var word wire.Event
			switch r := rnd.IntN(10); {
			case r < 3 && len(stack) < 15:
				kind := []wire.Kind{wire.Call, wire.Call, wire.Resume, wire.Throw}[rnd.IntN(4)]
				line := base
				if kind != wire.Call {
					line += wire.Location(rnd.IntN(9))
				}
				stack = append(stack, openFrame{base, ticks + uint64(delta), line})
				word = wire.Pack(kind, line, delta)
			case r < 6 && len(stack) > 0:
				// Now and then one further out: those inside end unseen.
				at := max(0, len(stack)-1-rnd.IntN(8)/7)
				for at < len(stack)-1 && at+1 < len(stack) && innermost(stack, stack[at].base) != at {
					at++
				}
				base = stack[at].base
				stack = stack[:at]
				word = wire.Pack([]wire.Kind{wire.Return, wire.Yield, wire.Unwind}[rnd.IntN(3)], base, delta)
			case len(stack) > 0:
				top := &stack[len(stack)-1]
				top.line = top.base + 1 + wire.Location(rnd.IntN(8))
				word = wire.Pack(wire.Line, top.line, delta)
			default:
				continue
			}
			ticks += uint64(delta)
			words = append(words, word)
			events--
		}
		s.slot(thread, seq, start, frames, words)
	}
}

func innermost(stack []openFrame, base wire.Location) int {
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].base == base {
			return i
		}
	}
	return -1
}
