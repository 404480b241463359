package drain_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
	"tracer/trace/tracetest"
)

// toy is an agent: it writes what the real one would, one slot after another.
type toy struct {
	tb    testing.TB
	trace string // the trace's directory
	dir   *store.Dir
	proc  string
	page  []byte
	raw   *os.File
	size  uint32 // of a slot
	fresh uint32 // the next slot that was never used
	most  uint32 // the most slots that were in use, plus 1
	full  uint32 // entries that the list full takes, fewer than there are
}

// chunk is how much of raw is claimed at a time: little, to be fast.
func chunk(slotSize int) int { return min(16*slotSize, 4<<20) }

// newToy makes a process in a new trace.
func newToy(tb testing.TB, dir string, slotSize int, names string) *toy {
	tb.Helper()
	head := fmt.Sprintf("process pid=100 slot-size=%d clock-kind=monotonic start-ticks=1000 start-mono-ns=1000 dropped-memory=1 chunk-size=%d\n", slotSize, chunk(slotSize))
	path := filepath.Join(dir, "toy"+store.Suffix)
	if err := tracetest.WriteTo(path, tracetest.Spec{Processes: []string{head + names}}); err != nil {
		tb.Fatal(err)
	}
	a := &toy{tb: tb, trace: path, proc: "proc-100-0", size: uint32(slotSize), full: wire.FullEntries}
	a.attach()
	return a
}

// attach opens the files of the process.
func (a *toy) attach() {
	a.tb.Helper()
	var err error
	if a.dir, err = store.OpenDir(a.trace); err != nil {
		a.tb.Fatal(err)
	}
	control, err := os.OpenFile(filepath.Join(a.trace, a.proc, store.ControlName), os.O_RDWR, 0)
	if err != nil {
		a.tb.Fatal(err)
	}
	defer control.Close()
	if a.page, err = sys.MapShared(control, wire.ControlFile); err != nil {
		a.tb.Skip(err)
	}
	if a.raw, err = os.OpenFile(filepath.Join(a.trace, a.proc, store.RawName), os.O_RDWR, 0); err != nil {
		a.tb.Fatal(err)
	}
}

// die closes the files, as the end of the process does.
func (a *toy) die() {
	a.raw.Close()
	_ = sys.Unmap(a.page)
}

func (a *toy) half(at int) *atomic.Uint32 { return (*atomic.Uint32)(unsafe.Pointer(&a.page[at])) }
func (a *toy) word(at int) *atomic.Uint64 { return (*atomic.Uint64)(unsafe.Pointer(&a.page[at])) }

// has reports whether there is an empty slot, within the limit.
func (a *toy) has() bool {
	limit, chunk := a.word(wire.OffControlLimit).Load(), a.word(wire.OffControlChunkSize).Load()
	frontier := a.word(wire.OffControlFrontier).Load()
	return a.half(wire.OffControlFreeTaken).Load() != a.half(wire.OffControlFreeGiven).Load() ||
		limit == 0 || uint64(a.fresh+1)*uint64(a.size) <= frontier*chunk ||
		frontier-a.word(wire.OffControlFreedChunks).Load() < limit
}

// take returns an empty slot.
func (a *toy) take() uint32 {
	taken, given := a.half(wire.OffControlFreeTaken), a.half(wire.OffControlFreeGiven)
	if n := taken.Load(); n != given.Load() {
		number := a.half(wire.FreeOffset + 4*int(n%wire.FreeEntries)).Load()
		taken.Store(n + 1)
		b := make([]byte, a.size)
		if _, err := a.raw.ReadAt(b, int64(number)*int64(a.size)); err != nil {
			a.tb.Fatal(err)
		}
		for i, c := range b {
			if c != 0 {
				a.tb.Fatalf("slot %d was given back with %#x at byte %d", number, c, i)
			}
		}
		return number
	}
	number := a.fresh
	a.fresh++
	chunk := a.word(wire.OffControlChunkSize).Load()
	if end := uint64(a.fresh) * uint64(a.size); end > a.word(wire.OffControlFrontier).Load()*chunk {
		at := a.word(wire.OffControlFrontier).Add(1) - 1
		if err := sys.Allocate(a.raw, int64(at*chunk), int64(chunk)); err != nil {
			a.tb.Fatal(err)
		}
	}
	a.word(wire.OffControlRawEnd).Store(uint64(a.fresh) * uint64(a.size))
	return number
}

func (a *toy) write(b []byte, slot uint32, at int) {
	if _, err := a.raw.WriteAt(b, int64(slot)*int64(a.size)+int64(at)); err != nil {
		a.tb.Fatal(err)
	}
}

// begin writes the head of a slot, its magic last.
func (a *toy) begin(slot uint32, s *planned) {
	h := s.head
	h.Used, h.Lost, h.Last = 0, 0, 0
	b := append(h.Append(nil), s.frames...)
	a.write(b[4:], slot, 4)
	a.write(b[:4], slot, 0)
	a.word(wire.OffControlSlots).Add(1)
}

// lose counts lost events after a slot that is not full.
func (a *toy) lose(slot uint32, s *planned) {
	a.write(binary.LittleEndian.AppendUint32(nil, s.head.Lost), slot, wire.OffSlotLost)
}

// end says that the slot is full.
func (a *toy) end(slot uint32, s *planned) {
	var b [4]byte
	put := func(at int, v uint32) {
		binary.LittleEndian.PutUint32(b[:], v)
		a.write(b[:], slot, at)
	}
	put(wire.OffSlotLost, s.head.Lost)
	put(wire.OffSlotLast, s.head.Last)
	put(wire.OffSlotUsed, s.head.Used)
	given, taken := a.half(wire.OffControlFullGiven), a.half(wire.OffControlFullTaken)
	if given.Load()-taken.Load() >= a.full {
		a.word(wire.OffControlFullMissed).Add(1)
		return
	}
	a.half(wire.FullOffset + 4*int(given.Load()%wire.FullEntries)).Store(slot)
	given.Add(1)
}

// drain opens the process as a controller does.
func (a *toy) drain(o drain.Options) *drain.Process {
	a.tb.Helper()
	p, err := drain.Open(a.dir, a.proc, o)
	if err != nil {
		a.tb.Fatal(err)
	}
	if problems := p.Problems(); len(problems) > 0 {
		a.tb.Fatal(problems)
	}
	return p
}

// planned is a slot as it is when it is full.
type planned struct {
	head   wire.Slot
	frames []byte
	words  []byte
	absent bool // it gets lost
}

// plain makes the same trace without any draining, for comparison.
func plain(tb testing.TB, dir string, slotSize int, names string, slots []*planned) string {
	tb.Helper()
	var text strings.Builder
	fmt.Fprintf(&text, "process pid=100 slot-size=%d clock-kind=monotonic start-ticks=1000 start-mono-ns=1000 dropped-memory=1 chunk-size=%d\n%s", slotSize, chunk(slotSize), names)
	f, err := twin.Parse(text.String())
	if err != nil {
		tb.Fatal(err)
	}
	for _, s := range slots {
		if s.absent {
			continue
		}
		b := append(append(s.head.Append(nil), s.frames...), s.words...)
		f.Raw = append(append(f.Raw, b...), make([]byte, slotSize-len(b))...)
	}
	path := filepath.Join(dir, "plain"+store.Suffix)
	if err := tracetest.WriteTo(path, tracetest.Spec{}); err != nil {
		tb.Fatal(err)
	}
	d, err := store.OpenDir(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := tracetest.WriteProcess(d, 0, f); err != nil {
		tb.Fatal(err)
	}
	return path
}
