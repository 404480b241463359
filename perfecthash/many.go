package perfecthash

import "encoding/binary"

// some is how many keys are looked up at a time: the memory that they need is asked for
// at once, instead of one after the other.
const some = 64

// FindUint64s is FindUint64 for many keys, several times as fast where the table is larger than a
// processor's cache. Into numbers, which is as long as keys, it writes the number of each, -1
// for one that is not found.
func (t *Table) FindUint64s(keys []uint64, numbers []int) {
	numbers = numbers[:len(keys)]
	if t.kind == KindBytes || t.n == 0 {
		notFound(numbers)
		return
	}
	var hashes [some]uint64
	for len(keys) > 0 {
		n := min(len(keys), some)
		for i, key := range keys[:n] {
			hashes[i] = hashNumber(key, t.seed)
		}
		t.findHashes(hashes[:n], numbers[:n])
		if t.check == CheckKeys {
			for i, number := range numbers[:n] {
				if number >= 0 && t.number(uint64(number)) != keys[i] {
					numbers[i] = -1
				}
			}
		}
		keys, numbers = keys[n:], numbers[n:]
	}
}

// FindStrings is FindUint64s for keys that are strings.
func (t *Table) FindStrings(keys []string, numbers []int) {
	numbers = numbers[:len(keys)]
	if t.kind != KindBytes || t.n == 0 {
		notFound(numbers)
		return
	}
	var hashes [some]uint64
	for len(keys) > 0 {
		n := min(len(keys), some)
		for i, key := range keys[:n] {
			hashes[i] = hashBytes(key, t.seed)
		}
		t.findHashes(hashes[:n], numbers[:n])
		if t.check == CheckKeys {
			for i, number := range numbers[:n] {
				if number >= 0 && string(t.kept(uint64(number))) != keys[i] {
					numbers[i] = -1
				}
			}
		}
		keys, numbers = keys[n:], numbers[n:]
	}
}

func notFound(numbers []int) {
	for i := range numbers {
		numbers[i] = -1
	}
}

// findHashes finds some hashes in a table that has keys, as far as fingerprints tell.
func (t *Table) findHashes(hashes []uint64, numbers []int) {
	var slots [some]uint64
	t.slots(hashes, &slots)
	numbers = numbers[:len(hashes)]
	if t.check == Check16 && t.algorithm == PHast {
		// Nothing but the load that is waited for.
		for i, h := range hashes {
			slot := slots[i]
			if slot >= t.n || binary.LittleEndian.Uint16(t.checks[2*slot:]) != uint16(h) {
				slot = ^uint64(0)
			}
			numbers[i] = int(slot)
		}
		return
	}
	for i, h := range hashes {
		slot := slots[i]
		if slot >= t.n || !t.matches(slot, h) {
			slot = ^uint64(0)
		}
		numbers[i] = int(slot)
	}
}

// slots is slot for some hashes.
func (t *Table) slots(hashes []uint64, slots *[some]uint64) {
	if t.algorithm == CHM {
		for i, h := range hashes {
			slots[i] = t.sum(h)
		}
		return
	}
	var seeds [some]byte
	first := t.first
	for i, h := range hashes {
		seeds[i] = t.seeds[first.bucket(h)]
	}
	for i, h := range hashes {
		if seeds[i] == 0 {
			slots[i] = t.above(h)
		} else {
			slots[i] = first.slot(h, uint64(seeds[i]))
		}
	}
}
