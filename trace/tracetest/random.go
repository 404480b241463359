package tracetest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"tracer/internal/wire"
)

// Random is what a random program is like.
type Random struct {
	Events  int // about how many each thread records
	Codes   int
	Threads int
	// SlotSize, of 4096 by default, decides in how many pieces a thread lies, and how many
	// frames a slot's head holds: deep recursion has more.
	SlotSize int
	Deep     bool // recurses deeply
	Gaps     bool // loses events, and whole slots

	Collections bool // of garbage
}

// Text returns a process: functions that call each other and themselves, generators that
// are suspended, go on, or are thrown into, exceptions, long waits, frames that nobody saw
// beginning or ending; in threads, with costs. It is a text of package twin, with the
// rules that an agent keeps.
func (r Random) Text(rnd *rand.Rand) string {
	r.SlotSize, r.Threads, r.Codes = max(r.SlotSize, 4096), max(r.Threads, 1), max(r.Codes, 3)
	var b strings.Builder
	fmt.Fprintf(&b, "process pid=%d slot-size=%d start-ticks=1000 start-mono-ns=5000 clock-kind=monotonic\ninterpreter\n", 100+rnd.IntN(1000), r.SlotSize)
	cost := func() uint32 { return uint32(rnd.Int32N(9000) - 2000) }
	fmt.Fprintf(&b, "costs line=%d first=%d call-before=%d call-after=%d return-before=%d return-after=%d yield-before=%d yield-after=%d unwind-before=%d unwind-after=%d resume-before=%d resume-after=%d throw-before=%d throw-after=%d pace=%d\n",
		cost(), cost(), cost(), cost(), cost(), cost(), cost(), cost(), cost(), cost(), cost(), cost(), cost(), cost(), 20+rnd.IntN(20))
	for i := range 3 {
		fmt.Fprintf(&b, "file %d name=file%d.py path=/app/file%d.py\n", i+1, i, i)
	}
	for i := range r.Codes {
		// Every fourth is the function before it once more; lines of functions overlap.
		n := i
		if i%4 == 3 {
			n--
		}
		fmt.Fprintf(&b, "code %d file=%d module=%s qualname=f%d first-line=%d lines=%d-%d\n",
			r.base(i), 1+n%3, []string{"app", "app.core", "lib"}[n%3], n, 10+6*(n/3), 10+6*(n/3), 18+6*(n/3))
	}
	for i := range r.Threads {
		fmt.Fprintf(&b, "thread %d tid=%d name=%s\n", i+1, 100+i, []string{"MainThread", "Worker-1", "Worker-2"}[i%3])
	}
	for i := range r.Threads {
		t := &randomThread{Random: r, rnd: rnd, number: i + 1, ticks: 1000}
		t.run()
		b.WriteString(t.text.String())
	}
	return b.String()
}

// randomLines is how many lines a code object has.
const randomLines = 9

// base is the location of code object i.
func (Random) base(i int) wire.Location { return wire.Location(1 + (randomLines+1)*i) }

// randomThread is a thread of a random program, and its agent.
type randomThread struct {
	Random
	rnd       *rand.Rand
	number    int
	text      strings.Builder
	words     []string
	room      int // words that the slot at hand still has room for
	sequence  int
	ticks     uint64
	frames    []wire.Frame // that are open
	suspended []wire.Frame // generators
	lost      int          // events since they are not recorded
	losing    bool
	events    int
}

func (t *randomThread) run() {
	t.begin()
	for t.events < t.Events {
		t.step()
		if !t.Gaps || t.rnd.IntN(1000) > 0 {
			continue
		}
		t.losing = true
		for range t.rnd.IntN(40) {
			t.step()
		}
		t.losing = false
		if t.rnd.IntN(2) == 0 {
			t.end(t.lost)
		} else {
			t.end(0)
			t.sequence++
		}
		t.lost = 0
		t.begin()
	}
	t.end(0)
}

// begin writes a slot's head.
func (t *randomThread) begin() {
	stored := min(len(t.frames), t.SlotSize/4/wire.FrameBytes)
	fmt.Fprintf(&t.text, "slot thread=%d sequence=%d ticks=%d depth=%d tid=%d", t.number, t.sequence, t.ticks, len(t.frames), 99+t.number)
	t.words = nil
	for _, f := range t.frames[len(t.frames)-stored:] {
		t.words = append(t.words, fmt.Sprintf("frame code=%d entered-ticks=%d location=%d", f.Code, f.EnteredTicks, f.Location))
	}
	t.room = (t.SlotSize - wire.SlotBytes - wire.FrameBytes*stored) / 8
	t.word("mark pace", 10+t.rnd.Uint32N(60)) // as agents do
}

// end ends the slot.
func (t *randomThread) end(lost int) {
	if lost > 0 {
		fmt.Fprintf(&t.text, " lost=%d", lost)
	}
	fmt.Fprintf(&t.text, "\n%s\n", strings.Join(t.words, "\n"))
	t.sequence++
}

// put records an event, before it changes the frames.
func (t *randomThread) put(k wire.Kind, loc wire.Location, delta uint64) {
	if t.losing {
		t.lost++
		t.ticks += delta
		return
	}
	if delta > wire.MaxDelta {
		t.word("mark time", uint32(delta>>32))
	}
	t.word(fmt.Sprintf("%s %d", k, loc), uint32(delta))
	t.ticks += delta
	t.events++
}

// word writes a word, in the next slot if there is no room.
func (t *randomThread) word(what string, delta uint32) {
	if t.room == 0 {
		t.end(0)
		t.begin()
	}
	t.room--
	t.words = append(t.words, fmt.Sprintf("%s +%d", what, delta))
}

// step is an event, or what belongs together.
func (t *randomThread) step() {
	n := len(t.frames)
	deep := 12
	if t.Deep {
		deep = 300
	}
	switch r := t.rnd.IntN(100); {
	case r < 2:
		t.mark()
	case r < 4:
		t.odd()
	case n == 0 || r < 22 && n < deep || t.Deep && t.events%2000 < 600 && r < 60 && n < deep:
		t.call()
	case r < 40:
		t.leave()
	case r < 44 && len(t.suspended) > 0 && n < deep:
		t.resume()
	default:
		t.line()
	}
}

func (t *randomThread) delta() uint64 {
	if t.rnd.IntN(3000) == 0 {
		return t.rnd.Uint64N(3 << 32)
	}
	return 1 + t.rnd.Uint64N(1<<t.rnd.UintN(9))
}

// top is the innermost frame.
func (t *randomThread) top() *wire.Frame { return &t.frames[len(t.frames)-1] }

func (t *randomThread) line() {
	loc := t.top().Code + 1 + t.rnd.Uint32N(randomLines)
	t.put(wire.Line, wire.Location(loc), t.delta())
	t.top().Location = loc
}

// call has the first line with it, mostly.
func (t *randomThread) call() {
	base := t.base(t.rnd.IntN(t.Codes))
	if n := len(t.frames); n > 0 && (t.Deep || t.rnd.IntN(4) == 0) {
		base = wire.Location(t.top().Code)
	}
	t.put(wire.Call, base, t.delta())
	t.push(wire.Frame{Code: uint32(base), Location: uint32(base)})
	if t.rnd.IntN(5) > 0 {
		t.put(wire.Line, base+1, 0)
		t.top().Location = uint32(base) + 1
	}
}

func (t *randomThread) push(f wire.Frame) {
	f.EnteredTicks = t.ticks
	t.frames = append(t.frames, f)
}

// leave ends the innermost frame. Every second function is a generator.
func (t *randomThread) leave() {
	f := *t.top()
	kind := []wire.Kind{wire.Return, wire.Return, wire.Unwind, wire.Yield}[t.rnd.IntN(4)]
	if kind == wire.Yield && f.Code/(randomLines+1)%2 == 0 {
		kind = wire.Return
	}
	t.put(kind, wire.Location(f.Code), t.delta())
	t.frames = t.frames[:len(t.frames)-1]
	if kind == wire.Yield && len(t.suspended) < 20 {
		t.suspended = append(t.suspended, f)
	}
}

func (t *randomThread) resume() {
	i := t.rnd.IntN(len(t.suspended))
	f := t.suspended[i]
	t.suspended = append(t.suspended[:i], t.suspended[i+1:]...)
	if f.Location == f.Code {
		f.Location++
	}
	t.put([]wire.Kind{wire.Resume, wire.Throw}[t.rnd.IntN(2)], wire.Location(f.Location), t.delta())
	t.push(f)
}

// mark says something of the stream itself.
func (t *randomThread) mark() {
	if t.losing {
		return
	}
	switch r := t.rnd.IntN(10); {
	case r < 5:
		t.word("mark own", t.rnd.Uint32N(1000))
	case r < 8 || r < 9 && !t.Collections:
		t.word("mark pace", 10+t.rnd.Uint32N(60))
	case r < 9:
		t.word("mark collection", t.rnd.Uint32N(5000)<<7|t.rnd.Uint32N(3))
	case t.Gaps:
		t.word("mark gap", t.rnd.Uint32N(9))
	}
}

// odd is an event of a frame that is not the innermost, or is not open.
func (t *randomThread) odd() {
	code := uint32(t.base(t.rnd.IntN(t.Codes)))
	at := len(t.frames) - 1
	for at >= 0 && t.frames[at].Code != code {
		at--
	}
	if t.rnd.IntN(2) == 0 {
		t.put(wire.Return, wire.Location(code), t.delta())
		if at >= 0 {
			t.frames = t.frames[:at]
		}
		return
	}
	loc := code + 1 + t.rnd.Uint32N(randomLines)
	t.put(wire.Line, wire.Location(loc), t.delta())
	if at < 0 {
		t.push(wire.Frame{Code: code})
		at = len(t.frames) - 1
	}
	t.frames = t.frames[:at+1]
	t.top().Location = loc
}
