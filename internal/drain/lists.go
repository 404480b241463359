package drain

import (
	"cmp"
	"slices"

	"tracer/internal/wire"
)

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
func (l *pool) outstanding() int {
	return int(l.half(wire.OffControlFreeGiven).Load() - l.half(wire.OffControlFreeTaken).Load())
}

// give puts an empty slot into the list free, which has room for it.
func (l *pool) give(number uint32) {
	given := l.half(wire.OffControlFreeGiven)
	at := given.Load()
	l.half(wire.FreeOffset + 4*int(at%wire.FreeEntries)).Store(number)
	given.Store(at + 1)
}

// page is the unit in which an agent gives back what a slot did not use.
const page = 4 << 10

// slack reports whether the agent may have given blocks of a slot back.
func (l *pool) slack(s *slot) bool {
	return int64(l.slot())-(s.used+page-1)&^(page-1) >= 4*page
}

// empty makes a slot one without a magic, for readers, and then one of zeros that has
// all its blocks: the agent writes through a map, where a full disk would be the end
// of the program.
func (l *pool) empty(s *slot, zeros []byte) error {
	used := s.used
	if l.slack(s) {
		used = int64(l.slot())
	}
	if _, err := l.raw.WriteAt(zeros[:8], s.offset); err != nil {
		return err
	}
	for at := int64(8); at < used; {
		n := min(used-at, int64(len(zeros)))
		if _, err := l.raw.WriteAt(zeros[:n], s.offset+at); err != nil {
			return err
		}
		at += n
	}
	return nil
}

// retire gives the blocks of slots back to the file system; they are not used again.
// On a file system that does not take them there is at least no magic any more.
func (l *pool) retire(numbers []uint32) error {
	slices.SortFunc(numbers, cmp.Compare[uint32])
	for _, n := range numbers {
		if _, err := l.raw.WriteAt(make([]byte, 8), l.at(n)); err != nil {
			return err
		}
	}
	for len(numbers) > 0 {
		run := 1
		for run < len(numbers) && numbers[run] == numbers[0]+uint32(run) {
			run++
		}
		if err := l.raw.punch(l.at(numbers[0]), int64(run)*int64(l.slot())); err != nil {
			return err
		}
		for _, n := range numbers[:run] {
			l.count(n)
		}
		numbers = numbers[run:]
	}
	return nil
}

// at is where a slot begins in raw.
func (l *pool) at(number uint32) int64 { return int64(number) * int64(l.slot()) }

// count notes that a slot is retired, and its chunk with the last of its slots.
func (l *pool) count(number uint32) {
	chunk := uint64(number) / l.perChunk()
	if l.retired[chunk]++; l.retired[chunk] == int(l.perChunk()) {
		delete(l.retired, chunk)
		l.word(wire.OffControlFreedChunks).Add(1)
	}
}
