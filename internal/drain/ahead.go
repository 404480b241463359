package drain

import (
	"time"

	"tracer/internal/sys"
	"tracer/internal/wire"
)

// readyChunks is how many entries of the control page hold prepared chunks.
const readyChunks = (wire.OffControlReady7-wire.OffControlReady0)/8 + 1

// How long a chunk stays ready that the agent does not take.
const keepReady = 2 * time.Second

// ahead prepares chunks of raw before the agent needs them, on a core that the
// program does not use: they are allocated and filled with zeros, which brings
// their pages into memory. To the program that is the dearest part of recording. It
// matters while the pool grows; slots that are used again need none.
//
// A chunk is claimed by adding 1 to the frontier, filled, and left in an entry of
// ready, from which the agent takes it. Whoever dies in between leaves a hole,
// which readers pass over; nobody waits for the other.
type ahead struct {
	used uint64 // chunks that the agent has, at the last look
	grew time.Time
	off  bool
}

// step prepares what the agent will want next: the more it took since the last
// look, the more. It reports whether there was anything to do.
func (a *ahead) step(l *pool, zeros []byte, now time.Time) bool {
	claimed, ready := l.word(wire.OffControlFrontier).Load(), uint64(0)
	for i := range readyChunks {
		if l.ready(i).Load() != 0 {
			ready++
		}
	}
	used := claimed - min(ready, claimed)
	took := used - min(a.used, used)
	if took > 0 {
		a.used, a.grew = used, now
	}
	if a.off || !l.recording() || l.half(wire.OffControlGate).Load() != wire.GateRecord {
		return false
	}
	if now.Sub(a.grew) > keepReady {
		a.release(l)
		return false
	}
	limit := l.word(wire.OffControlLimit).Load()
	freed := l.word(wire.OffControlFreedChunks).Load()
	did := false
	for i := 0; i < readyChunks && ready < min(2*took, readyChunks); i++ {
		if l.ready(i).Load() != 0 {
			continue
		}
		if limit != 0 && l.word(wire.OffControlFrontier).Load()-freed >= limit {
			break
		}
		index := l.word(wire.OffControlFrontier).Add(1) - 1
		if err := a.fill(l, int64(index*l.chunk()), zeros); err != nil {
			a.off = true // a full disk, most often: the agent will see for itself
			_ = l.raw.punch(int64(index*l.chunk()), int64(l.chunk()))
			l.word(wire.OffControlFreedChunks).Add(1)
			break
		}
		l.ready(i).Store(index + 1)
		ready++
		did = true
	}
	return did || took > 0
}

func (a *ahead) fill(l *pool, offset int64, zeros []byte) error {
	if err := sys.Allocate(l.raw.File, offset, int64(l.chunk())); err != nil {
		return err
	}
	for end := offset + int64(l.chunk()); offset < end; {
		n := min(int64(len(zeros)), end-offset)
		if _, err := l.raw.WriteAt(zeros[:n], offset); err != nil {
			return err
		}
		offset += n
	}
	return nil
}

func (l *pool) ready(i int) interface {
	Load() uint64
	Store(uint64)
	Swap(uint64) uint64
} {
	return l.word(wire.OffControlReady0 + 8*i)
}

// release gives back the chunks that the agent did not take, and reports whether
// there were any.
func (a *ahead) release(l *pool) bool {
	any := false
	for i := range readyChunks {
		if index := l.ready(i).Swap(0); index != 0 {
			_ = l.raw.punch(int64(index-1)*int64(l.chunk()), int64(l.chunk())) // else the disk holds some zeros
			l.word(wire.OffControlFreedChunks).Add(1)
			a.used++ // else it would seem that the agent took it, and wants more
			any = true
		}
	}
	return any
}
