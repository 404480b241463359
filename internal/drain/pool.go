package drain

import (
	"fmt"
	"io"
	"math"
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
	raw     *file
	missed  uint64         // slots that did not fit the list full, as far as they were looked for
	retired map[uint64]int // slots by chunk, where they are not all of the chunk
	ahead   ahead
}

func openPool(trace *store.Dir, proc string, before change) (*pool, error) {
	f, size, err := trace.Open(proc, store.ControlName)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	l := &pool{retired: map[uint64]int{}}
	if size < wire.ControlFile {
		return nil, short(f)
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
	raw, err := trace.OpenWritable(proc, store.RawName)
	if err != nil {
		l.close()
		return nil, err
	}
	l.raw = &file{raw, before}
	return l, nil
}

// short says what a file is that has no room for the page and the lists: it is not
// ready, or was cut off.
func short(f io.ReaderAt) error {
	var magic [8]byte
	if _, err := f.ReadAt(magic[:], wire.OffControlMagic); err == io.EOF || magic == [8]byte{} {
		return ErrNotReady
	} else if err != nil {
		return fmt.Errorf("read control page: %w", err)
	}
	return &wire.CorruptError{What: fmt.Sprintf("the control page is shorter than %d bytes", wire.ControlFile)}
}

func (l *pool) check() error {
	switch magic := l.word(wire.OffControlMagic).Load(); magic {
	case wire.MagicControl:
	case 0:
		return ErrNotReady
	default:
		return &wire.CorruptError{What: fmt.Sprintf("magic %#x, expected %#x", magic, wire.MagicControl)}
	}
	l.control.Decode(l.page)
	c := &l.control
	switch {
	case c.Version != wire.Version:
		return &wire.CorruptError{Offset: wire.OffControlVersion, What: fmt.Sprintf("version %d, expected %d", c.Version, wire.Version)}
	case c.SlotSize < minSlot || c.SlotSize > maxSlot || c.SlotSize&(c.SlotSize-1) != 0:
		return &wire.CorruptError{Offset: wire.OffControlSlotSize, What: fmt.Sprintf("slots of %d bytes, expected a power of two from %d to %d", c.SlotSize, minSlot, maxSlot)}
	case c.ChunkSize < uint64(c.SlotSize) || c.ChunkSize > maxChunk || c.ChunkSize%uint64(c.SlotSize) != 0:
		return &wire.CorruptError{Offset: wire.OffControlChunkSize, What: fmt.Sprintf("chunks of %d bytes, expected at most %d, whole slots of %d", c.ChunkSize, maxChunk, c.SlotSize)}
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

func (l *pool) gate(v uint32)    { l.half(wire.OffControlGate).Store(v) }
func (l *pool) limit(v uint64)   { l.word(wire.OffControlLimit).Store(v) }
func (l *pool) ended(ns uint64)  { l.word(wire.OffControlEndedMonoNs).Store(ns) }
func (l *pool) beat(ns uint64)   { l.word(wire.OffControlHeartbeat).Store(ns) }
func (l *pool) chunk() uint64    { return l.control.ChunkSize }
func (l *pool) slot() uint64     { return uint64(l.control.SlotSize) }
func (l *pool) perChunk() uint64 { return l.chunk() / l.slot() }

// recording reports whether the agent takes slots, now or later.
func (l *pool) recording() bool {
	gate := l.half(wire.OffControlGate).Load()
	return l.half(wire.OffControlState).Load() == wire.StateRecording && (gate == wire.GateRecord || gate == wire.GateHold)
}

// bytes is the room on disk that raw has.
func (l *pool) bytes() int64 {
	frontier, freed := l.word(wire.OffControlFrontier).Load(), l.word(wire.OffControlFreedChunks).Load()
	return int64((frontier - min(freed, frontier)) * l.chunk() & math.MaxInt64)
}

func (l *pool) close() error {
	var err error
	if l.raw != nil {
		if l.mapped {
			l.ahead.release(l)
		}
		err = l.raw.Close()
	}
	if l.mapped {
		_ = sys.Unmap(l.page)
	}
	return err
}

// rate returns how many ticks of the process's clock are a nanosecond, as far as that is known.
func (l *pool) rate() float64 {
	c := &l.control
	if c.ClockKind == wire.ClockKindMonotonic {
		return 1
	}
	if ticks, mono := sys.Pair(); ticks > c.StartTicks && mono > c.StartMonoNs+1e6 {
		return float64(ticks-c.StartTicks) / float64(mono-c.StartMonoNs)
	}
	if c.TickHz != 0 {
		return float64(c.TickHz) / 1e9
	}
	return 3 // a guess, of the first millisecond
}

// inUse reports whether another process can write raw. Our own descriptor must be
// closed for that.
func (l *pool) inUse(trace *store.Dir, proc string) bool {
	l.raw.Close()
	in := false
	if f, _, err := trace.Open(proc, store.RawName); err == nil {
		in = sys.Writable(f)
		f.Close()
	}
	raw, err := trace.OpenWritable(proc, store.RawName)
	if err == nil {
		l.raw.File = raw
	}
	return in
}
