package trace

import (
	"os"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// Process is a traced process.
type Process struct {
	PID, PPID               int
	Dir                     string // name of its directory in the trace
	Python, Executable, Cwd string
	Argv                    []string  // sys.orig_argv
	StartNS                 int64     // when recording began in it, since the trace began
	Threads                 []*Thread // by number
	Files                   []*File   // by ID
	Codes                   []*Code   // by Base; Codes[i].Index == i
	Dropped                 uint64    // events that could not be recorded
	DroppedBy               map[string]uint64

	control  wire.Control
	table    codeTable
	clock    clock
	raw      *os.File // nil if there is none
	problems []string
}

// Code returns the code object that a location belongs to, nil if none does.
func (p *Process) Code(loc wire.Location) *Code { return p.table.find(loc) }

// File is a source file.
type File struct {
	ID      int
	Name    string // co_filename
	Path    string // the same, absolute
	Kind    uint32 // wire.FileKindRegular, …Missing, …Pseudo
	Size    int64  // when first seen
	MtimeNS int64
	Source  *store.Source // the copy in the trace, nil if there is none
}

// Thread is a thread of a traced process.
type Thread struct {
	Process *Process
	Number  int // in its process, from 1
	TID     int // the system's id
	Ident   uint64
	Name    string

	slots  []slotRef // by sequence
	events uint64
	last   int64 // time of the last event
}

// Events returns how many events the thread recorded: calls, lines, returns and
// so on, not counting the marks that speak of the stream itself.
func (th *Thread) Events() uint64 { return th.events }
