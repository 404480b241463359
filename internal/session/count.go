package session

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// maxExact is how much of raw is read to count the events exactly. What is
// beyond it is counted as if it held no marks, of which there is about one for
// each second that a thread waits.
const maxExact = 2 << 30

// process is what one traced process has recorded.
type process struct {
	events, dropped uint64
	threads         uint32
	exact           bool
}

// finishProcess counts what a process has recorded and cuts off the blocks that
// raw has in reserve. The second value is false if the agent never began.
func finishProcess(dir *store.Dir, proc string, exact int64) (process, bool, error) {
	var p process
	c, began, err := readControl(dir, proc)
	if err != nil || !began {
		return p, false, err
	}
	p.threads = c.Threads
	p.dropped = c.DroppedSpace + c.DroppedMemory + c.DroppedNames
	raw, size, err := dir.Open(proc, store.RawName)
	if errors.Is(err, fs.ErrNotExist) {
		p.exact = true
		return p, true, nil
	}
	if err != nil {
		return p, true, err
	}
	defer raw.Close()
	used := min(int64(c.RawEnd), size) / int64(c.SlotSize) * int64(c.SlotSize)
	p.exact = used <= exact
	p.events, err = countSlots(raw, used, int64(c.SlotSize), p.exact)
	// A process that lives on, after the program has ended, has these blocks
	// mapped: cutting them off would be a SIGBUS in it.
	if err == nil && used < size && !sys.Alive(int(c.PID)) && !sys.Writable(raw) {
		err = os.Truncate(filepath.Join(dir.Path(), proc, store.RawName), used)
	}
	return p, true, err
}

// readControl reads a control page; it is false if there is none or the agent
// has not completed it.
func readControl(dir *store.Dir, proc string) (wire.Control, bool, error) {
	var c wire.Control
	f, _, err := dir.Open(proc, store.ControlName)
	if errors.Is(err, fs.ErrNotExist) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	defer f.Close()
	page := make([]byte, wire.ControlBytes)
	if _, err := f.ReadAt(page, 0); err == io.EOF {
		return c, false, nil
	} else if err != nil {
		return c, false, fmt.Errorf("read control of %s: %w", proc, err)
	}
	c.Decode(page)
	if c.Magic != wire.MagicControl {
		return c, false, nil
	}
	if c.Version != wire.Version || c.SlotSize < MinSlot || c.SlotSize > MaxSlot {
		return c, false, fmt.Errorf("read control of %s: version %d with slots of %d bytes, expected version %d", proc, c.Version, c.SlotSize, wire.Version)
	}
	return c, true, nil
}

func countSlots(raw io.ReaderAt, used, slotSize int64, exact bool) (uint64, error) {
	var events uint64
	slot := make([]byte, slotSize)
	for at := int64(0); at < used; at += slotSize {
		n := slotSize
		if !exact {
			n = wire.SlotBytes
		}
		if _, err := raw.ReadAt(slot[:n], at); err != nil {
			return events, fmt.Errorf("count events at byte %d of raw: %w", at, err)
		}
		var head wire.Slot
		head.Decode(slot)
		if head.Magic != wire.MagicSlot || head.HeaderSize < wire.SlotBytes || int64(head.HeaderSize) > slotSize {
			continue
		}
		if exact {
			events += countWords(slot[head.HeaderSize:])
			continue
		}
		words, err := searchEnd(raw, at+int64(head.HeaderSize), (slotSize-int64(head.HeaderSize))/8)
		if err != nil {
			return events, err
		}
		events += words
	}
	return events, nil
}

// countWords counts the events, without the marks.
func countWords(b []byte) (n uint64) {
	for ; len(b) >= 8; b = b[8:] {
		word := wire.Event(binary.LittleEndian.Uint64(b))
		if word == 0 {
			break
		}
		if word.Kind() != wire.Mark {
			n++
		}
	}
	return n
}

// searchEnd returns how many words are written: they are written in order and
// never zero, so the end can be searched for by halves, most often in one step.
func searchEnd(raw io.ReaderAt, at, words int64) (uint64, error) {
	low, high := int64(0), words
	for probe := words - 1; low < high; probe = (low + high) / 2 {
		var b [8]byte
		if _, err := raw.ReadAt(b[:], at+probe*8); err != nil {
			return 0, fmt.Errorf("count events at byte %d of raw: %w", at, err)
		}
		if binary.LittleEndian.Uint64(b[:]) != 0 {
			low = probe + 1
		} else {
			high = probe
		}
	}
	return uint64(low), nil
}
