package session

import (
	"errors"
	"os"
	"sync/atomic"
	"unsafe"

	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// readyChunks is how many entries of the control page hold prepared chunks.
const readyChunks = (wire.OffControlReady7-wire.OffControlReady0)/8 + 1

// writer prepares chunks of raw ahead of an agent, on a core that the program
// does not use: they are allocated, and filled with zeros, which brings their
// pages into memory. To the program that is the dearest part of recording.
//
// A chunk is claimed by adding 1 to the frontier, filled, and left in an entry
// of ready, from which the agent takes it. Whoever dies in between leaves a hole,
// which readers pass over; nobody waits for the other.
type writer struct {
	page  []byte // the control page, which the agent writes at the same time: only touched atomically
	raw   *os.File
	chunk int64 // bytes
}

var zeros [256 << 10]byte

// newWriter opens a process's files; a nil writer without an error says that the
// agent has not completed its control page.
func newWriter(dir *store.Dir, proc string) (*writer, error) {
	c, began, err := readControl(dir, proc)
	if err != nil || !began {
		return nil, err
	}
	if c.ChunkSize == 0 || c.ChunkSize > MaxSlot || c.ChunkSize%uint64(len(zeros)) != 0 {
		return nil, errors.New("the agent's chunks are of a size that cannot be")
	}
	control, err := dir.OpenWritable(proc, store.ControlName)
	if err != nil {
		return nil, err
	}
	defer control.Close()
	w := &writer{chunk: int64(c.ChunkSize)}
	if w.raw, err = dir.OpenWritable(proc, store.RawName); err != nil {
		return nil, err
	}
	if w.page, err = sys.MapShared(control, wire.ControlBytes); err != nil {
		w.raw.Close()
		return nil, err
	}
	return w, nil
}

func (w *writer) word(offset int) *atomic.Uint64 {
	return (*atomic.Uint64)(unsafe.Pointer(&w.page[offset]))
}

func (w *writer) ready(i int) *atomic.Uint64 { return w.word(wire.OffControlReady0 + 8*i) }

func (w *writer) recording() bool {
	return (*atomic.Uint32)(unsafe.Pointer(&w.page[wire.OffControlState])).Load() == wire.StateRecording
}

// step prepares what the agent will want next: the more it has used, the more.
// It reports whether there was anything to do.
func (w *writer) step() (bool, error) {
	if !w.recording() {
		return false, nil
	}
	claimed, ready := w.word(wire.OffControlFrontier).Load(), uint64(0)
	for i := range readyChunks {
		if w.ready(i).Load() != 0 {
			ready++
		}
	}
	used := claimed - min(ready, claimed)
	var did bool
	for i := 0; i < readyChunks && ready < used; i++ {
		entry := w.ready(i)
		if entry.Load() != 0 {
			continue
		}
		index := w.word(wire.OffControlFrontier).Add(1) - 1
		if err := w.fill(int64(index) * w.chunk); err != nil {
			return did, err
		}
		entry.Store(index + 1)
		ready++
		did = true
	}
	return did, nil
}

func (w *writer) fill(offset int64) error {
	if err := sys.Allocate(w.raw, offset, w.chunk); err != nil {
		return err
	}
	for end := offset + w.chunk; offset < end; offset += int64(len(zeros)) {
		if _, err := w.raw.WriteAt(zeros[:], offset); err != nil {
			return err
		}
	}
	return nil
}

// close gives back the chunks that the agent did not take.
func (w *writer) close() {
	for i := range readyChunks {
		if index := w.ready(i).Swap(0); index != 0 {
			_ = sys.PunchHole(w.raw, int64(index-1)*w.chunk, w.chunk) // else the disk holds some zeros
		}
	}
	_ = sys.Unmap(w.page)
	w.raw.Close()
}
