package drain

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"tracer/internal/names"
	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// Options are how a process is drained.
type Options struct {
	Durable  bool          // sync what is written before its slots are given back
	Prepare  bool          // prepare room for the agent ahead
	PartSize int64         // begin a new part when one has so many bytes; 0: never
	PartAge  time.Duration // and when it is so old; 0: never
	Watch    *Watch        // what is looked for in the events; nil: nothing

	// Names, if not nil, is told every record of names as it is read.
	Names func(typ uint32, payload []byte)

	// For tests.
	before     change
	summarised uint64                           // instead of the constant
	maxTables  func(level, sequence uint32) int // instead of summary's
}

// Process is the drain of one traced process. Its methods are for one goroutine
// at a time.
type Process struct {
	Dir string // name of its directory
	PID int

	options  Options
	trace    *store.Dir
	pool     *pool
	slotSize int64
	group    int // slots of a segment, if they are there
	namesOf  *os.File
	synced   int64 // how much of it is on the disk, with Durable
	names    *names.Reader
	rows     *summary.Rows
	contexts *summary.Contexts // of out
	fresh    *summary.Contexts // those of the part after out, which ends; nil: it goes on
	threads  map[uint32]*thread
	gone     spans // numbers of threads that have ended and are summed up
	pending  int   // slots that wait, of all threads
	look     bool  // there may be full slots that are not in the list full

	out      *part
	parts    int          // how many were begun
	closed   []closedPart // before out
	drained  []slot       // whose segments are gathered in out
	spare    spares
	stats    Stats
	problems []error

	quiet     bool // what is replayed was looked at before
	finishing bool
	swept     bool // what raw has beside its slots is given back
	left      int  // slots of raw that could not be drained, as far as they were met
}

// Stats are what a process has recorded so far, as far as it is drained.
type Stats struct {
	Events, Lost uint64
	Threads      int
	Bytes        int64 // of its parts
	Slots        uint64
	LostBy       map[string]uint64 // why: "limit", "space", "memory", "names"
}

// ErrNotReady says that the agent has not completed its control page.
var ErrNotReady = errors.New("the agent has not begun")

// The slots and chunks that are believed.
const (
	minSlot  = 4 << 10
	maxSlot  = 8 * segment.MaxWords
	maxChunk = 16 << 20
)

// Open takes over the process in the directory proc: from its begin, or where an
// earlier drain was stopped.
func Open(trace *store.Dir, proc string, o Options) (*Process, error) {
	p := &Process{Dir: proc, options: o, trace: trace, threads: map[uint32]*thread{}, look: true}
	var err error
	if p.pool, err = openPool(trace, proc, o.before); err != nil {
		return nil, err
	}
	p.PID = int(p.pool.control.PID)
	p.slotSize = int64(p.pool.control.SlotSize)
	p.group = int(min(groupSlots, maxSlot/p.slotSize))
	if p.options.summarised == 0 {
		p.options.summarised = summarised
	}
	if p.options.maxTables == nil {
		p.options.maxTables = func(uint32, uint32) int { return summary.MaxTables }
	}
	open := func(proc string) (io.ReaderAt, int64, error) { return trace.Open(proc, store.NamesName) }
	p.names = names.NewReader(open)
	p.names.Each = o.Names
	p.rows = summary.NewRows(p.names.Set)
	if err := p.openNames(); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	if err := p.resume(); err != nil {
		return nil, errors.Join(fmt.Errorf("resume %s: %w", proc, err), p.Close())
	}
	return p, nil
}

func (p *Process) openNames() error {
	f, _, err := p.trace.Open(p.Dir, store.NamesName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	p.namesOf = f
	return err
}

// ReadNames takes in what was named since. A bad record ends it; the events of
// what comes after it are counted, and have no meaning.
func (p *Process) ReadNames() {
	if p.namesOf == nil {
		return
	}
	info, err := p.namesOf.Stat()
	if err == nil {
		err = p.names.Read(p.namesOf, info.Size())
	}
	if err != nil {
		p.problem(fmt.Errorf("read names of %s: %w", p.Dir, err))
		p.namesOf.Close()
		p.namesOf = nil
	}
}

// syncNames brings what is named to the disk before what refers to it.
func (p *Process) syncNames() error {
	if !p.options.Durable || p.namesOf == nil || len(p.drained) == 0 {
		return nil
	}
	info, err := p.namesOf.Stat()
	if err == nil && info.Size() != p.synced {
		err = p.namesOf.Sync()
	}
	if err != nil {
		return fmt.Errorf("sync names of %s: %w", p.Dir, err)
	}
	p.synced = info.Size()
	return nil
}

const maxProblems = 20

func (p *Process) problem(err error) {
	if len(p.problems) < maxProblems {
		p.problems = append(p.problems, err)
	}
}

// Problems are what could not be read or written so far.
func (p *Process) Problems() []error { return p.problems }

// Stats returns what is drained so far.
func (p *Process) Stats() Stats {
	s := p.stats
	s.Threads = int(p.pool.threads())
	c := p.pool.look()
	s.LostBy = map[string]uint64{"limit": c.DroppedLimit, "space": c.DroppedSpace, "memory": c.DroppedMemory, "names": c.DroppedNames}
	s.Bytes = p.Bytes()
	for _, n := range s.LostBy {
		s.Lost += n
	}
	return s
}

// Control returns the facts of the control page as it is now.
func (p *Process) Control() wire.Control { return p.pool.look() }

// RawBytes returns how much of raw the process has in use.
func (p *Process) RawBytes() int64 { return p.pool.bytes() }

// Ended notes when the process was seen to have ended.
func (p *Process) Ended() {
	_, mono := sys.Pair()
	p.pool.ended(mono)
}

// Rate returns how many ticks of the process's clock are a nanosecond.
func (p *Process) Rate() float64 { return p.pool.rate() }

// InUse reports whether some process, of whatever PID namespace, still has raw
// open or mapped for writing.
func (p *Process) InUse() bool { return p.pool.inUse(p.trace, p.Dir) }

// Gate tells the agent what to do; Limit how many chunks of raw it may claim.
func (p *Process) Gate(gate uint32)    { p.pool.gate(gate) }
func (p *Process) Limit(chunks uint64) { p.pool.limit(chunks) }

// Close closes the files. What is not drained stays in raw. After it only Oldest,
// Forget and Bytes may be called.
func (p *Process) Close() error {
	var errs []error
	if p.pool != nil {
		errs = append(errs, p.pool.close())
	}
	if p.out != nil {
		p.closed = append(p.closed, closedPart{p.out.number, p.out.bytes(), time.Now()})
		errs = append(errs, p.out.close())
		p.out = nil
	}
	if p.namesOf != nil {
		errs = append(errs, p.namesOf.Close())
	}
	return errors.Join(errs...)
}
