package synth

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/wire"
)

const (
	slotSize  = 64 << 10
	chunkSize = 1 << 20
	threads   = 4
	firstTID  = 4711
	pid       = 4711

	pool  = 256 // slots that are in use
	round = 64  // that the drain gets at a time
)

// agent is the traced process's side of raw and control. It does by writing to
// the files what a real one does in its maps.
type agent struct {
	control, raw *os.File
	free, full   chan uint32 // numbers of slots
	fresh        uint32      // the first slot that was never used
	given        uint32      // slots in the list full
	taken        uint32      // slots out of the list free
	drained      uint64
	failed       atomic.Pointer[error]
}

func newAgent(d *store.Dir, proc string, p *program) (*agent, error) {
	a := &agent{free: make(chan uint32, 2*pool), full: make(chan uint32, pool)}
	a.seed(pool)
	last := p.all[len(p.all)-1]
	page := wire.Control{
		Magic: wire.MagicControl, Version: wire.Version, State: wire.StateRecording, PID: pid, SlotSize: slotSize, ChunkSize: chunkSize,
		ClockKind: wire.ClockKindTSC, TickHz: hz, StartTicks: startTicks, StartMonoNs: startMono, StartWallNs: startWall,
		Arch: wire.ArchAmd64, OS: wire.OSLinux, PythonHex: 0x030e00f0,
		Slots: pool, Locations: uint32(last.base) + last.lines + 1, Threads: threads, RawEnd: pool * slotSize, Frontier: pool * slotSize / chunkSize,
	}
	content := append(page.Append(nil), make([]byte, wire.ControlFile-wire.ControlBytes)...)
	names := p.names()
	for _, file := range []struct {
		name    string
		content []byte
		keep    **os.File
	}{{store.NamesName, names, nil}, {store.RawName, nil, &a.raw}, {store.ControlName, content, &a.control}} {
		f, err := d.AddFile(proc + "/" + file.name)
		if err == nil {
			_, err = f.Write(file.content)
		}
		if file.keep != nil {
			*file.keep = f
		} else if f != nil {
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			return nil, errors.Join(err, a.close())
		}
	}
	return a, nil
}

func (a *agent) seed(n uint32) {
	for range n {
		a.free <- a.fresh
		a.fresh++
	}
}

// hand writes a slot and says that it is full. The head comes last: only with it
// is the slot there.
func (a *agent) hand(slot []byte) {
	number := <-a.free
	at := int64(number) * slotSize
	_, err := a.raw.WriteAt(slot[wire.SlotBytes:], at+wire.SlotBytes)
	if err == nil {
		_, err = a.raw.WriteAt(slot[:wire.SlotBytes], at)
	}
	if err != nil {
		a.failed.CompareAndSwap(nil, &err)
	}
	a.full <- number
}

// drain has what the players hand over drained, until they close full.
func (a *agent) drain(p *drain.Process, w *drain.Worker) error {
	for number := range a.full {
		err := a.publish(number)
		for more := true; more && err == nil; {
			select {
			case number, ok := <-a.full:
				if !ok {
					return nil // the rest is for Finish
				}
				err = a.publish(number)
				more = a.given%round != 0
			default:
				more = false
			}
		}
		if err == nil {
			_, err = p.Step(w)
		}
		if err == nil {
			err = a.collect(p.Stats().Slots)
		}
		if failed := a.failed.Load(); failed != nil {
			err = errors.Join(err, *failed)
		}
		if err != nil {
			return fmt.Errorf("drain the synthetic process: %w", err)
		}
	}
	return nil
}

// publish puts a slot into the list full.
func (a *agent) publish(number uint32) error {
	err := a.poke(wire.FullOffset+4*int64(a.given%wire.FullEntries), number)
	a.given++
	return errors.Join(err, a.poke(wire.OffControlFullGiven, a.given))
}

// collect takes the slots out of the list free. The drain gives those that it thinks
// too many back to the file system: new ones take their place.
func (a *agent) collect(drained uint64) error {
	given, err := a.peek(wire.OffControlFreeGiven)
	if err != nil {
		return err
	}
	missing := uint32(drained-a.drained) - (given - a.taken)
	a.drained = drained
	for ; a.taken != given; a.taken++ {
		number, err := a.peek(wire.FreeOffset + 4*int64(a.taken%wire.FreeEntries))
		if err != nil {
			return err
		}
		a.free <- number
	}
	a.seed(missing)
	return a.poke(wire.OffControlFreeTaken, a.taken)
}

func (a *agent) peek(at int64) (uint32, error) {
	var b [4]byte
	_, err := a.control.ReadAt(b[:], at)
	return binary.LittleEndian.Uint32(b[:]), err
}

func (a *agent) poke(at int64, v uint32) error {
	_, err := a.control.WriteAt(binary.LittleEndian.AppendUint32(nil, v), at)
	return err
}

func (a *agent) close() error {
	var errs []error
	for _, f := range []*os.File{a.control, a.raw} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// discard lets the players come to their end after an error.
func (a *agent) discard() {
	for number := range a.full {
		a.free <- number
	}
}
