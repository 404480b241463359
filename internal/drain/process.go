package drain

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"tracer/internal/names"
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
	namesOf  *os.File
	names    *names.Reader
	rows     *summary.Rows
	contexts *summary.Contexts
	threads  map[uint32]*thread
	out      *part
	closed   []closedPart // before out
	drained  []slot
	stats    Stats
	problems []error
}

// Stats are what a process has recorded so far, as far as it is drained.
type Stats struct {
	Events, Lost uint64
	Threads      int
	Bytes        int64 // of its parts
	Slots        uint64
}

// ErrNotReady says that the agent has not completed its control page.
var ErrNotReady = errors.New("the agent has not begun")

// The slots that are believed.
const (
	minSlot = 4 << 10
	maxSlot = 16 << 20
)

// Open takes over the process in the directory proc: from its begin, or where an
// earlier drain was stopped.
func Open(trace *store.Dir, proc string, o Options) (*Process, error) {
	p := &Process{Dir: proc, options: o, trace: trace, threads: map[uint32]*thread{}}
	var err error
	if p.pool, err = openPool(trace, proc); err != nil {
		return nil, err
	}
	p.PID = int(p.pool.control.PID)
	p.slotSize = int64(p.pool.control.SlotSize)
	open := func(proc string) (io.ReaderAt, int64, error) { return trace.Open(proc, store.NamesName) }
	p.names = names.NewReader(open)
	p.rows = summary.NewRows(p.names.Set)
	if err := p.openNames(); err != nil {
		p.Close()
		return nil, err
	}
	if err := p.resume(); err != nil {
		p.Close()
		return nil, fmt.Errorf("resume %s: %w", proc, err)
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

// readNames takes in what was named since. A bad record ends it; the events of
// what comes after it are counted, and have no meaning.
func (p *Process) readNames() {
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
	s.Lost = p.pool.dropped()
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

// Gate tells the agent what to do; Limit how many chunks of raw it may claim.
func (p *Process) Gate(gate uint32)    { p.pool.gate(gate) }
func (p *Process) Limit(chunks uint64) { p.pool.limit(chunks) }

// Close closes the files. What is not drained stays in raw.
func (p *Process) Close() error {
	var errs []error
	if p.pool != nil {
		errs = append(errs, p.pool.close())
	}
	if p.out != nil {
		errs = append(errs, p.out.close())
	}
	if p.namesOf != nil {
		errs = append(errs, p.namesOf.Close())
	}
	return errors.Join(errs...)
}
