package segment

import (
	"encoding/binary"
	"math/bits"

	"tracer/internal/wire"
)

// rawBlock is the words of a block as they lie in a slot.
type rawBlock [blockWords * 8]byte

// splitter splits words into the columns.
type splitter struct {
	known   [contexts]uint64 // the context's second place << 32 | its first
	means   [contexts]uint32
	before  [blockWords]uint32 // the contexts of the block's words
	context uint32
	inverse uint32
	shift   int

	hits   int // since the last miss
	runs   []byte
	places []byte

	clock uint64 // ticks of all words
	marks int
}

func (s *splitter) reset(u unit) {
	odd, shift := u.split()
	s.known, s.means = [contexts]uint64{}, [contexts]uint32{}
	s.context, s.inverse, s.shift = 0, inverse(odd), shift
	s.hits, s.runs, s.places = 0, s.runs[:0], s.places[:0]
	s.clock, s.marks = 0, 0
}

// place takes the places of n words.
func (s *splitter) place(words *rawBlock, n int) {
	c, from := s.context, -s.hits
	for i := range min(n, blockWords) {
		place := binary.LittleEndian.Uint32(words[8*i : 8*i+4])
		s.before[i] = c
		c &= contextMask
		if uint32(s.known[c]) != place {
			s.miss(c, place, i-from)
			from = i + 1
		}
		c = follow(c, place)
	}
	s.context, s.hits = c, n-from
}

// miss writes down a place that follows so many hits and is not the first one of
// context c.
func (s *splitter) miss(c, place uint32, hits int) {
	for ; hits >= runMost; hits -= runMost {
		s.runs = append(s.runs, runWhole)
	}
	first := s.known[c&contextMask]
	s.known[c&contextMask] = first<<32 | uint64(place)
	if uint32(first>>32) == place {
		s.runs = append(s.runs, byte(hits<<1)|runSecond)
		return
	}
	s.runs = append(s.runs, byte(hits<<1))
	s.places = binary.LittleEndian.AppendUint32(s.places, place)
}

// ticks takes the ticks of n words, whose contexts place has found, and leaves in
// b how far they are from what was predicted.
func (s *splitter) ticks(words *rawBlock, n int, b *block) {
	inverse, shift, clock := s.inverse, -s.shift, s.clock
	for i := range min(n, blockWords) {
		word := binary.LittleEndian.Uint64(words[8*i : 8*i+8])
		ticks := uint32(word >> 32)
		clock += uint64(ticks)
		if word&kindMask == uint64(wire.Mark) {
			clock += s.mark(word)
		}
		c := s.before[i] & contextMask
		mean := s.means[c]
		steps := bits.RotateLeft32(ticks*inverse, shift)
		off := steps - mean>>meanShift
		s.means[c] = mean + off - steps + min(steps, meanMost)
		b[i] = off<<1 ^ uint32(int32(off)>>31)
	}
	s.clock = clock
}

const (
	kindMask = 7
	markTime = uint32(wire.MarkTime)<<3 | uint32(wire.Mark)
)

// mark counts a mark and returns what its ticks are for the clock, less what they
// are for other words.
func (s *splitter) mark(word uint64) uint64 {
	s.marks++
	ticks := word >> 32
	if uint32(word) == markTime {
		return ticks<<32 - ticks
	}
	return -ticks
}
