package drain

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"unsafe"

	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// pool is the agent's slots: the control page and the file raw. The agent writes
// the page at the same time, so it is only touched atomically.
type pool struct {
	page    []byte
	mapped  bool // page is the file itself; else a copy, and nobody can be told anything
	control wire.Control
	raw     *os.File
	missed  uint64 // slots that did not fit the list full, as far as they were looked for
	retired map[uint64]int
	ahead   ahead
}

func openPool(trace *store.Dir, proc string) (*pool, error) {
	f, size, err := trace.Open(proc, store.ControlName)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	l := &pool{retired: map[uint64]int{}}
	if size < wire.ControlFile {
		return nil, ErrNotReady
	}
	if w, err := trace.OpenWritable(proc, store.ControlName); err == nil {
		defer w.Close()
		if page, err := sys.MapShared(w, wire.ControlFile); err == nil {
			l.page, l.mapped = page, true
		}
	}
	if !l.mapped {
		l.page = make([]byte, wire.ControlFile)
		if _, err := io.ReadFull(f, l.page); err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name(), err)
		}
	}
	if err := l.check(); err != nil {
		l.close()
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	if l.raw, err = trace.OpenWritable(proc, store.RawName); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *pool) check() error {
	if l.word(wire.OffControlMagic).Load() != wire.MagicControl {
		return ErrNotReady
	}
	l.control.Decode(l.page)
	c := &l.control
	switch {
	case c.Version != wire.Version:
		return &wire.CorruptError{Offset: wire.OffControlVersion, What: fmt.Sprintf("version %d, expected %d", c.Version, wire.Version)}
	case c.SlotSize < minSlot || c.SlotSize > maxSlot || c.SlotSize&(c.SlotSize-1) != 0:
		return &wire.CorruptError{Offset: wire.OffControlSlotSize, What: fmt.Sprintf("slots of %d bytes, expected a power of two from %d to %d", c.SlotSize, minSlot, maxSlot)}
	case c.ChunkSize < uint64(c.SlotSize) || c.ChunkSize > 1<<30 || c.ChunkSize%uint64(c.SlotSize) != 0:
		return &wire.CorruptError{Offset: wire.OffControlChunkSize, What: fmt.Sprintf("chunks of %d bytes", c.ChunkSize)}
	}
	return nil
}

func (l *pool) word(offset int) *atomic.Uint64 {
	return (*atomic.Uint64)(unsafe.Pointer(&l.page[offset]))
}

func (l *pool) half(offset int) *atomic.Uint32 {
	return (*atomic.Uint32)(unsafe.Pointer(&l.page[offset]))
}

// look returns the page as it is now.
func (l *pool) look() wire.Control {
	c := l.control
	c.State = l.half(wire.OffControlState).Load()
	c.Error, c.ErrorErrno = l.half(wire.OffControlError).Load(), l.half(wire.OffControlErrorErrno).Load()
	c.RawEnd, c.Frontier = l.word(wire.OffControlRawEnd).Load(), l.word(wire.OffControlFrontier).Load()
	c.DroppedSpace, c.DroppedMemory = l.word(wire.OffControlDroppedSpace).Load(), l.word(wire.OffControlDroppedMemory).Load()
	c.DroppedNames, c.DroppedLimit = l.word(wire.OffControlDroppedNames).Load(), l.word(wire.OffControlDroppedLimit).Load()
	c.Trigger = l.half(wire.OffControlTrigger).Load()
	c.TriggerThread, c.TriggerTicks = l.half(wire.OffControlTriggerThread).Load(), l.word(wire.OffControlTriggerTicks).Load()
	return c
}

func (l *pool) threads() uint32 { return l.half(wire.OffControlThreads).Load() }

func (l *pool) dropped() uint64 {
	c := l.look()
	return c.DroppedSpace + c.DroppedMemory + c.DroppedNames + c.DroppedLimit
}

func (l *pool) gate(v uint32)    { l.half(wire.OffControlGate).Store(v) }
func (l *pool) limit(v uint64)   { l.word(wire.OffControlLimit).Store(v) }
func (l *pool) ended(ns uint64)  { l.word(wire.OffControlEndedMonoNs).Store(ns) }
func (l *pool) beat(ns uint64)   { l.word(wire.OffControlHeartbeat).Store(ns) }
func (l *pool) recording() bool  { return l.half(wire.OffControlState).Load() == wire.StateRecording }
func (l *pool) chunk() uint64    { return l.control.ChunkSize }
func (l *pool) slot() uint64     { return uint64(l.control.SlotSize) }
func (l *pool) perChunk() uint64 { return l.chunk() / l.slot() }

// bytes is the room on disk that raw has.
func (l *pool) bytes() int64 {
	return int64((l.word(wire.OffControlFrontier).Load() - l.word(wire.OffControlFreedChunks).Load()) * l.chunk())
}

// full returns the numbers of slots that have come into the list full.
func (l *pool) full(numbers []uint32) []uint32 {
	given, taken := l.half(wire.OffControlFullGiven), l.half(wire.OffControlFullTaken)
	end, at := given.Load(), taken.Load()
	if end-at > wire.FullEntries {
		at = end - wire.FullEntries // not by our agent
	}
	for ; at != end; at++ {
		numbers = append(numbers, l.half(wire.FullOffset+4*int(at%wire.FullEntries)).Load())
	}
	taken.Store(end)
	return numbers
}

// overflowed reports, once, that slots have missed the list full.
func (l *pool) overflowed() bool {
	missed := l.word(wire.OffControlFullMissed).Load()
	if missed == l.missed {
		return false
	}
	l.missed = missed
	return true
}

// outstanding returns how many slots are in the list free.
func (l *pool) outstanding() uint32 {
	return l.half(wire.OffControlFreeGiven).Load() - l.half(wire.OffControlFreeTaken).Load()
}

// empty makes a slot one without a magic, for readers, and then one of zeros.
func (l *pool) empty(s *slot, zeros []byte) error {
	at := s.offset
	if _, err := l.raw.WriteAt(zeros[:8], at); err != nil {
		return err
	}
	_, err := l.raw.WriteAt(zeros[:s.used-8], at+8)
	return err
}

// give puts an empty slot into the list free.
func (l *pool) give(number uint32) {
	given := l.half(wire.OffControlFreeGiven)
	at := given.Load()
	l.half(wire.FreeOffset + 4*int(at%wire.FreeEntries)).Store(number)
	given.Store(at + 1)
}

// retire gives the blocks of a slot back to the file system. A file system that does
// not take them has at least no magic there any more.
func (l *pool) retire(s *slot) error {
	if _, err := l.raw.WriteAt(make([]byte, 8), s.offset); err != nil {
		return err
	}
	if err := sys.PunchHole(l.raw, s.offset, int64(l.slot())); err != nil {
		return err
	}
	chunk := uint64(s.offset) / l.chunk()
	if l.retired[chunk]++; l.retired[chunk] == int(l.perChunk()) {
		delete(l.retired, chunk)
		l.word(wire.OffControlFreedChunks).Add(1)
	}
	return nil
}

func (l *pool) close() error {
	var err error
	if l.raw != nil {
		l.ahead.close(l)
		err = l.raw.Close()
	}
	if l.mapped {
		_ = sys.Unmap(l.page)
	}
	return err
}
