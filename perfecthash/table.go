package perfecthash

import "encoding/binary"

// Table answers for each key of its set a number of its own from 0 to Len()-1. It does not
// change, and any number of goroutines may use it.
//
// The numbers of a table of CHM are the places of the keys among those that it was built
// of; those of a table of PHast are in no order.
type Table struct {
	header
	sections [sectionCount][]byte

	levels []level // of PHast; none of CHM
	// The first level again, and its seeds: almost all look-ups need nothing else.
	quick  bool // it is of PHast and has keys, which are numbers and not kept
	first  level
	seeds  []byte
	remap  remap
	chm    chmForm
	checks []byte
}

// Len returns the number of keys.
func (t *Table) Len() int { return int(t.n) }

// Kind returns what the keys are.
func (t *Table) Kind() Kind { return t.kind }

// Check returns how foreign keys are known.
func (t *Table) Check() Check { return t.check }

// Algorithm returns how the function was made.
func (t *Table) Algorithm() Algorithm { return t.algorithm }

// FindUint64 returns the number of a key, false for one that is not of the set, as
// far as the table can tell. Keys that are uint32 are found as well.
func (t *Table) FindUint64(key uint64) (int, bool) {
	h := hashNumber(key, t.seed)
	if t.quick {
		// The same as below, for almost all keys of almost all tables. The fewer
		// instructions, the more look-ups wait for memory at the same time.
		if seed := t.seeds[t.first.bucket(h)]; seed != 0 {
			slot := t.first.slot(h, uint64(seed))
			if t.check == Check16 {
				return int(slot), binary.LittleEndian.Uint16(t.checks[2*slot:]) == uint16(h)
			}
			return int(slot), t.matches(slot, h)
		}
	}
	return t.findUint64(key, h)
}

func (t *Table) findUint64(key, h uint64) (int, bool) {
	if t.kind == KindBytes {
		return 0, false
	}
	slot := t.slot(h)
	if slot >= t.n {
		return 0, false
	}
	if t.check == CheckKeys {
		return int(slot), t.number(slot) == key
	}
	return int(slot), t.matches(slot, h)
}

// FindString is FindUint64 for a key that is a string.
func (t *Table) FindString(key string) (int, bool) { return find(t, key) }

// FindBytes is FindUint64 for a key that is a byte string.
func (t *Table) FindBytes(key []byte) (int, bool) { return find(t, key) }

func find[T string | []byte](t *Table, key T) (int, bool) {
	if t.kind != KindBytes {
		return 0, false
	}
	h := hashBytes(key, t.seed)
	slot := t.slot(h)
	if slot >= t.n {
		return 0, false
	}
	if t.check == CheckKeys {
		return int(slot), string(t.kept(slot)) == string(key)
	}
	return int(slot), t.matches(slot, h)
}

// matches compares the fingerprint; without one any hash does.
func (t *Table) matches(slot, h uint64) bool {
	switch t.check {
	case CheckNone, CheckKeys:
		return true
	case Check8:
		return t.checks[slot] == byte(h)
	case Check16:
		return binary.LittleEndian.Uint16(t.checks[2*slot:]) == uint16(h)
	}
	return binary.LittleEndian.Uint32(t.checks[4*slot:]) == uint32(h)
}

// number returns a key that is kept and a number.
func (t *Table) number(slot uint64) uint64 {
	if t.kind == KindUint32 {
		return uint64(binary.LittleEndian.Uint32(t.checks[4*slot:]))
	}
	return binary.LittleEndian.Uint64(t.checks[8*slot:])
}

// kept returns a key that is kept and bytes; nil where the table is damaged.
func (t *Table) kept(slot uint64) []byte {
	offsets, all := t.sections[sectionOffsets], t.sections[sectionBytes]
	start, end := binary.LittleEndian.Uint64(offsets[8*slot:]), binary.LittleEndian.Uint64(offsets[8*slot+8:])
	if start > end || end > uint64(len(all)) {
		return nil
	}
	return all[start:end:end]
}

// slot returns the number of a hash; t.n or more where it is surely foreign.
func (t *Table) slot(h uint64) uint64 {
	if t.algorithm == CHM {
		return t.sum(h)
	}
	if seed := t.seeds[t.first.bucket(h)]; seed != 0 {
		return t.first.slot(h, uint64(seed))
	}
	return t.above(h)
}

// above is slot for a key that has no place on the first level.
func (t *Table) above(h uint64) uint64 {
	for i := 1; i < len(t.levels); i++ {
		h = remix(h)
		l := &t.levels[i]
		if seed := t.seeds[l.seedAt+l.bucket(h)]; seed != 0 {
			return t.remap.at(l.slotAt + l.slot(h, uint64(seed)))
		}
	}
	return t.n
}

// sum is slot for a table of CHM.
func (t *Table) sum(h uint64) uint64 {
	a, b := t.chm.edge(h)
	if t.chm.wide() {
		return uint64(binary.LittleEndian.Uint32(t.seeds[4*a:])+binary.LittleEndian.Uint32(t.seeds[4*b:])) & t.chm.mask
	}
	return uint64(binary.LittleEndian.Uint16(t.seeds[2*a:])+binary.LittleEndian.Uint16(t.seeds[2*b:])) & t.chm.mask
}
