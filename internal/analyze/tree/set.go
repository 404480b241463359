package tree

import (
	"math/bits"
	"math/rand/v2"
)

// key names a node or a cell among others.
type key [3]uint32

// set is a list of things that are found by their keys. They are numbered in the order in
// which they came; number 0 is not found.
type set[T interface{ key() key }] struct {
	list  []T
	slots []uint32 // a hash table of numbers, at most half full; 0 is free
	// Its factors are not known to who writes a trace, so that nobody can choose keys
	// that collide.
	hash [3]uint64
}

func newSet[T interface{ key() key }](first T) set[T] {
	return set[T]{list: []T{first}, slots: make([]uint32, 64), hash: [3]uint64{rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1}}
}

// forget frees what is only needed to find things, and to add more.
func (s *set[T]) forget() { s.slots = nil }

// reset forgets all but the first.
func (s *set[T]) reset() {
	s.list = s.list[:1]
	clear(s.slots)
}

// find returns the number of k, or 0.
func (s *set[T]) find(k key) uint32 { return s.slots[s.slot(k)] }

// add adds what was not found, and returns its number.
func (s *set[T]) add(v T) uint32 {
	n := uint32(len(s.list))
	s.list = append(s.list, v)
	if 2*len(s.list) > len(s.slots) {
		s.slots = make([]uint32, 2*len(s.slots))
		for i := range s.list[1:] {
			s.slots[s.slot(s.list[i+1].key())] = uint32(i + 1)
		}
	} else {
		s.slots[s.slot(v.key())] = n
	}
	return n
}

// slot returns where k is in the hash table, or the free place where it belongs.
func (s *set[T]) slot(k key) int {
	sum := uint64(k[0])*s.hash[0] + uint64(k[1])*s.hash[1] + uint64(k[2])*s.hash[2]
	i := int(sum >> (64 - uint(bits.Len(uint(len(s.slots)-1)))))
	for n := s.slots[i]; n != 0 && s.list[n].key() != k; n = s.slots[i] {
		i = (i + 1) & (len(s.slots) - 1)
	}
	return i
}
