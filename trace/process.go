package trace

import (
	"os"
	"sync"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// Code is a code object: a function, a module's or a class's body, a comprehension …
type Code = names.Code

// File is a source file.
type File = names.File

// Visitor is told a thread's events in their order.
type Visitor = replay.Visitor

// The kinds of a frame's begin and end that no event stands for: see package replay.
const (
	Adopted = replay.Adopted
	Implied = replay.Implied
)

// Process is a traced process.
type Process struct {
	PID, PPID               int
	Dir                     string   // name of its directory in the trace
	Parent                  *Process // the traced process that started it, nil if none did
	Forked                  bool     // it is a fork of Parent, without an exec
	Python, Executable, Cwd string
	Argv                    []string  // sys.orig_argv
	StartNS                 int64     // when recording began in it, since the trace began
	EndNS                   int64     // when it was seen to have ended, -1 if it was not
	Threads                 []*Thread // by number
	Files                   []*File   // in the order of their names
	Codes                   []*Code   // by Base; Codes[i].Index == i
	Dropped                 uint64    // events that could not be recorded
	DroppedBy               map[string]uint64

	page     *os.File // the file control
	control  wire.Control
	named    *os.File // the file names
	names    *names.Set
	reader   *names.Reader
	clock    replay.Clock
	last     int64    // time of the last event that is known
	scale    float64  // what costs are multiplied by
	measured uint64   // ns: how far apart what the clock was calibrated by lies
	origin   uint64   // the system's monotonic clock when the trace began, ns
	raw      *os.File // nil if there is none
	parts    []*part
	index    *index
	moved    moved
	live     bool // the trace is being written, as far as is known
	ring     bool // old parts of it are deleted
	over     bool // no more will come
	problems []string

	sums *sums
}

// sums are what sums of a process's events need, made when they are first asked for.
type sums struct {
	once     sync.Once
	rows     *summary.Rows
	contexts *summary.Contexts
	numbers  map[int][]uint32 // of the contexts of each part, in contexts
}

// Code returns the code object that a location belongs to, nil if none does.
func (p *Process) Code(loc wire.Location) *Code { return p.names.Code(loc) }

// Thread is a thread of a traced process.
type Thread struct {
	Process *Process
	Number  int // in its process, from 1
	TID     int // the system's id
	Ident   uint64
	Name    string

	pieces []piece // by sequence
	nodes  []nodeRef
	events uint64
	last   int64 // time of the last event

	found found
}

// Events returns how many events the thread recorded: calls, lines, returns and
// so on, not counting the marks that speak of the stream itself.
func (th *Thread) Events() uint64 { return th.events }

// piece is a run of a thread's words: a slot of raw, or a segment. It is all that
// is kept of them between Open and Replay.
type piece struct {
	sequence uint32
	slots    uint32 // how many it covers
	part     *part  // nil: a slot of raw
	offset   int64  // in raw or in the part's segments
	size     uint32 // bytes of the slot's head, or of the segment
	words    uint32 // of a slot: those that were written when it was looked at
	used     uint32 // of a slot: as in its head
	last     bool   // the thread has ended with it
	whole    bool   // of a slot: no more words will come, and all are counted
	counted  bool   // of a slot: its words are, so far
	gone     bool   // of a slot: it is no longer where it was
	seen     uint32 // of a slot: the look that found it last
	ticks    uint64 // the clock before the first
	end      uint64 // the clock at the last
	events   uint64
	lost     uint64
}

// nodeRef is a summary of a thread's segments.
type nodeRef struct {
	wire.Node
	part *part
}
