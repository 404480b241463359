package wire

import "fmt"

// Version of the format. A reader refuses another one.
const Version = 3

// Kind says what happened; it is the lowest three bits of an event word.
type Kind uint8

// The kinds, in the order of their numbers. Kinds documents them.
const (
	Line   Kind = 0
	Call   Kind = 1
	Return Kind = 2
	Yield  Kind = 3
	Unwind Kind = 4
	Resume Kind = 5
	Throw  Kind = 6
	Mark   Kind = 7
)

// KindInfo describes a kind of event.
type KindInfo struct {
	Kind Kind
	Name string
	// Location tells what the location field means.
	Location string
	Doc      string
}

// Kinds is the table of all kinds, indexed by Kind.
var Kinds = [8]KindInfo{
	{Line, "line", "the line", "a line of the innermost frame begins"},
	{Call, "call", "the code object", "a function, generator or coroutine starts; opens a frame"},
	{Return, "return", "the code object", "the frame returns; closes it"},
	{Yield, "yield", "the code object", "the frame is suspended (yield, await); closes it until it resumes"},
	{Unwind, "unwind", "the code object", "an exception leaves the frame; closes it"},
	{Resume, "resume", "the line of the yield or await", "a suspended frame goes on; opens it again"},
	{Throw, "throw", "the line of the yield or await", "a suspended frame goes on with an exception; opens it again"},
	{Mark, "mark", "the mark, see Marks", "says something about the stream itself"},
}

// String returns the kind's name.
func (k Kind) String() string {
	if int(k) < len(Kinds) {
		return Kinds[k].Name
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Opens reports whether the kind pushes a frame.
func (k Kind) Opens() bool { return k == Call || k == Resume || k == Throw }

// Closes reports whether the kind pops a frame.
func (k Kind) Closes() bool { return k == Return || k == Yield || k == Unwind }

// Location is a number that stands for one line of one code object, or, when
// it is the first of a code object's range, for the code object itself.
type Location uint32

const (
	// NoLocation is none.
	NoLocation Location = 0
	// MaxLocation is the largest location an event can hold.
	MaxLocation Location = 1<<29 - 1
)

// Ticks counts the process's clock: see ClockKind.
type Ticks uint64

// Event is one word of a slot:
//
//	bits 0-2    kind
//	bits 3-31   location, never 0
//	bits 32-63  ticks since the thread's previous event
type Event uint64

// MaxDelta is the largest number of ticks that one word holds; a longer wait
// is preceded by a MarkTime word that carries the upper 32 bits.
const MaxDelta = 1<<32 - 1

// Pack makes an event word.
func Pack(k Kind, loc Location, delta uint32) Event {
	return Event(uint64(delta)<<32 | uint64(loc&MaxLocation)<<3 | uint64(k&7))
}

// Unpack is the reverse of Pack.
func (e Event) Unpack() (Kind, Location, uint32) {
	return e.Kind(), e.Location(), e.Delta()
}

// Kind returns what happened.
func (e Event) Kind() Kind { return Kind(e & 7) }

// Location returns where.
func (e Event) Location() Location { return Location(uint32(e) >> 3) }

// Delta returns the ticks since the previous event of the thread.
func (e Event) Delta() uint32 { return uint32(e >> 32) }

// The marks: the location field of a Mark event.
const (
	MarkTime Location = 1
	MarkGap  Location = 2
	MarkOwn  Location = 3
	MarkPace Location = 4
	MarkTask Location = 5

	MarkCollection Location = 6
)

// MarkInfo describes a mark.
type MarkInfo struct {
	Mark Location
	Name string
	Doc  string
}

// Marks is the table of all marks.
var Marks = []MarkInfo{
	{MarkTime, "time", "the ticks field is the upper half of a 64-bit delta; the next word has the lower half"},
	{MarkGap, "gap", "events were lost here; the ticks field is how many (saturating), 0 if that is not known"},
	{MarkOwn, "own", "so many of the ticks before the next event were the tracer's own, for what is rare: a new slot, a new code object, a thread's first event (saturating). They are no part of the ticks of this word: it takes no time"},
	{MarkPace, "pace", "how fast the CPU is from here on: so many ticks a fixed piece of work takes, see the pace of record costs. It takes no time"},
	{MarkTask, "task", "from here on the thread runs this task of the process, 0: none. A task is a coroutine that no recorded one has called or resumed: the frame that the next event opens. It takes no time; after a gap there is no task"},
	{MarkCollection, "collection", "Python has collected garbage in this thread, here or before, after the event before that or in the time of those before; it takes no time. Of the ticks field, bits 0-1 are the generation and 7-31, shifted left by bits 2-6, the ticks that it took"},
}

// Of a collection's ticks field.
const (
	generationBits = 2
	shiftBits      = 5
)

// Collection returns what the ticks field of a MarkCollection says: how many ticks the
// collection took, to 25 bits, and of which generation it was.
func Collection(field uint32) (ticks uint64, generation int) {
	shift := field >> generationBits & (1<<shiftBits - 1)
	return uint64(field>>(generationBits+shiftBits)) << shift, int(field & (1<<generationBits - 1))
}
