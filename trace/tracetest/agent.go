package tracetest

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// Agent is a traced process as its files show it: it records in the order that the
// format demands, for tests of what reads and drains while that goes on. Its ticks are ns.
type Agent struct {
	Dir string // name of its directory

	mu      sync.Mutex
	begin   time.Time
	control *os.File
	raw     *os.File
	names   *os.File
	named   int64  // bytes of names
	next    uint32 // location
	current int64  // the next fresh slot
	left    int    // how many there are in the chunk at hand
	chunks  uint64
	slots   uint64
	missed  uint64
	threads uint32
	err     error
}

// The sizes of an agent's slots and chunks.
const (
	agentSlot  = 4 << 10
	agentChunk = 16 * agentSlot
	agentMono  = 1_000_000 // the monotonic clock when the trace began
)

// AgentCode is a code object that an agent has named.
type AgentCode struct {
	Base  wire.Location
	Lines int
}

// Line is the location of line i, from 0.
func (c *AgentCode) Line(i int) wire.Location { return c.Base + 1 + wire.Location(i) }

// NewAgent makes the files of process number n of a trace that began at begin. Its
// control page is complete at once.
func NewAgent(d *store.Dir, n int, begin time.Time) (*Agent, error) {
	a := &Agent{Dir: fmt.Sprintf("%s%d-0", store.ProcPrefix, 100+n), begin: begin, next: 1}
	dir := filepath.Join(d.Path(), a.Dir)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name string
		to   **os.File
	}{{store.ControlName, &a.control}, {store.NamesName, &a.names}, {store.RawName, &a.raw}} {
		file, err := os.OpenFile(filepath.Join(dir, f.name), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		*f.to = file
	}
	a.append((&wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}).Append(nil))
	a.append((&wire.ProcessRecord{Python: []byte("3.14.0"), Cwd: []byte("/")}).Append(nil))
	a.append((&wire.FileRecord{ID: 1, Name: []byte("a.py"), Path: []byte("/a.py")}).Append(nil))
	now := a.now()
	page := make([]byte, wire.ControlFile)
	copy(page, (&wire.Control{
		Version: wire.Version, State: wire.StateRecording, PID: uint32(100 + n), PPID: 1, SlotSize: agentSlot, ChunkSize: agentChunk,
		ClockKind: wire.ClockKindMonotonic, StartTicks: now, StartMonoNs: now, TickHz: 1e9, Locations: 1,
	}).Append(nil))
	a.write(a.control, page, 0)
	a.set64(wire.OffControlMagic, wire.MagicControl)
	return a, a.err
}

// Err is the first error that was met.
func (a *Agent) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// Close ends the process: its files are closed, and recording is stopped.
func (a *Agent) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.set32(wire.OffControlState, wire.StateStopped)
	for _, f := range []*os.File{a.control, a.raw, a.names} {
		f.Close()
	}
	return a.err
}

// now is the clock.
func (a *Agent) now() uint64 { return agentMono + uint64(time.Since(a.begin)) }

func (a *Agent) fail(err error) {
	if a.err == nil && err != nil {
		a.err = err
	}
}

func (a *Agent) write(f *os.File, b []byte, at int64) {
	_, err := f.WriteAt(b, at)
	a.fail(err)
}

func (a *Agent) get32(offset int) uint32 {
	var b [4]byte
	_, err := a.control.ReadAt(b[:], int64(offset))
	a.fail(err)
	return binary.LittleEndian.Uint32(b[:])
}

func (a *Agent) set32(offset int, v uint32) {
	a.write(a.control, binary.LittleEndian.AppendUint32(nil, v), int64(offset))
}

func (a *Agent) set64(offset int, v uint64) {
	a.write(a.control, binary.LittleEndian.AppendUint64(nil, v), int64(offset))
}

func (a *Agent) append(b []byte) {
	a.write(a.names, b, a.named)
	a.named += int64(len(b))
}

// Code names a code object.
func (a *Agent) Code(module, name string, lines int) *AgentCode {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := &AgentCode{Base: wire.Location(a.next), Lines: lines}
	a.append((&wire.CodeRecord{Base: a.next, Count: uint32(lines), File: 1, FirstLine: a.next, MinLine: a.next + 1, Module: []byte(module), Qualname: []byte(name)}).Append(nil))
	a.next += uint32(lines) + 1
	a.set32(wire.OffControlLocations, a.next)
	return c
}

// take returns the offset of a slot that is empty.
func (a *Agent) take() int64 {
	a.slots++
	a.set64(wire.OffControlSlots, a.slots)
	if taken := a.get32(wire.OffControlFreeTaken); taken != a.get32(wire.OffControlFreeGiven) {
		number := a.get32(wire.FreeOffset + 4*int(taken%wire.FreeEntries))
		a.set32(wire.OffControlFreeTaken, taken+1)
		return int64(number) * agentSlot
	}
	if a.left == 0 {
		a.current, a.left = int64(a.chunks)*agentChunk, agentChunk/agentSlot
		a.chunks++
		a.set64(wire.OffControlFrontier, a.chunks)
		a.fail(a.raw.Truncate(int64(a.chunks) * agentChunk))
	}
	at := a.current
	a.current += agentSlot
	a.left--
	return at
}

// give puts a slot into the list full.
func (a *Agent) give(at int64) {
	given := a.get32(wire.OffControlFullGiven)
	if given-a.get32(wire.OffControlFullTaken) >= wire.FullEntries {
		a.missed++
		a.set64(wire.OffControlFullMissed, a.missed)
		return
	}
	a.set32(wire.FullOffset+4*int(given%wire.FullEntries), uint32(at/agentSlot))
	a.set32(wire.OffControlFullGiven, given+1)
}
