package bench

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// sixteen is a table of up to 16 prefixes in each of the forms that were tried. Slots are ordered by length, the longest first.
type sixteen struct {
	value, mask [16]uint64 // the first 8 bytes
	perm, want  [64]byte   // for each slot four places, and the bytes there
	uniquePlace [16]byte   // a place that tells a slot from others, below 16
	uniqueByte  [16]byte
	below       [16]int8       // its length less 1; 127: not taken
	place       [4][256]uint16 // for each of the first four bytes: the slots that have it
	text        [16]string
	index       [16]int
}

func newSixteen(prefixes []string) *sixteen {
	t := &sixteen{}
	for i := range 16 {
		t.value[i], t.below[i] = 1, 127
		copy(t.want[4*i:], "\x00\x01\x02\x03")
	}
	order := make([]int, len(prefixes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(prefixes[b]), len(prefixes[a])) })
	for slot, i := range order {
		t.put(slot, i, prefixes)
	}
	return t
}

func (t *sixteen) put(slot, i int, prefixes []string) {
	p := prefixes[i]
	t.text[slot], t.index[slot], t.below[slot] = p, i, int8(len(p)-1)
	var first [8]byte
	copy(first[:], p)
	t.value[slot] = binary.LittleEndian.Uint64(first[:])
	t.mask[slot] = ^uint64(0) >> (64 - 8*min(8, len(p)))
	for j := range 4 {
		at := j * (len(p) - 1) / 3
		t.perm[4*slot+j], t.want[4*slot+j] = byte(at), p[at]
	}
	rarest := len(prefixes) + 1
	for at := range min(16, len(p)) {
		same := 0
		for _, q := range prefixes {
			if len(q) > at && q[at] == p[at] {
				same++
			}
		}
		if same < rarest {
			rarest, t.uniquePlace[slot], t.uniqueByte[slot] = same, byte(at), p[at]
		}
	}
	for at := range t.place {
		for c := range 256 {
			if len(p) <= at || p[at] == byte(c) {
				t.place[at][c] |= 1 << slot
			}
		}
	}
}

// first returns the first of the slots in the set whose prefix s begins with.
func (t *sixteen) first(s string, set uint32) (int, bool) {
	for ; set != 0; set &= set - 1 {
		i := bits.TrailingZeros32(set) & 15
		if p := t.text[i]; len(s) >= len(p) && s[:len(p)] == p {
			return t.index[i], true
		}
	}
	return -1, false
}

// byLoop compares the first 8 bytes with one slot after the other.
func (t *sixteen) byLoop(s string) (int, bool) {
	chunk := load(s)
	for i := range 16 {
		if chunk&t.mask[i] == t.value[i] {
			if p := t.text[i]; len(s) >= len(p) && s[:len(p)] == p {
				return t.index[i], true
			}
		}
	}
	return -1, false
}

// byPlaces asks tables which slots have each of the first four bytes, as shift-or does.
func (t *sixteen) byPlaces(s string) (int, bool) {
	set := ^uint16(0)
	for i := range min(4, len(s)) {
		set &= t.place[i][s[i]]
	}
	return t.first(s, uint32(set))
}

// load returns the first 8 bytes of s, with zeros behind its end.
func load(s string) uint64 {
	if len(s) >= 8 {
		return binary.LittleEndian.Uint64([]byte(s[:8]))
	}
	var b [8]byte
	copy(b[:], s)
	return binary.LittleEndian.Uint64(b[:])
}
