package perfecthash

import (
	"math/bits"
	"slices"
	"testing"
)

// The rivals are what else was tried, as small as they can be and be measured: functions
// without check, for hashes, built by one goroutine.

// rival is a function from hashes to numbers.
type rival interface {
	slot(h uint64) uint64
	bits() int // its size
}

func TestRivalsAreRight(t *testing.T) {
	for _, n := range []int{1, 2, 1000, 300_000} {
		hashes := randomNumbers(n, 3)
		for name, r := range rivals(hashes) {
			seen := newBitmap(uint64(n))
			for _, h := range hashes {
				slot := r.slot(h)
				if slot >= uint64(n) || seen.has(slot) {
					t.Fatalf("%s: slot %d of %d", name, slot, n)
				}
				seen.set(slot)
			}
		}
	}
}

func rivals(hashes []uint64) map[string]rival {
	return map[string]rival{"BBHash": newBBHash(hashes), "PtrHash": newPtrHash(hashes)}
}

// bbhash: each key has a bit on each level until one is its alone (Limasset, Rizk, Chikhi,
// Peterlongo, 2017), with 2 bits a key on each level.
type bbhash struct {
	levels []bbLevel
}

type bbLevel struct {
	words []uint64
	ranks []uint32 // ones before each word
}

func newBBHash(hashes []uint64) *bbhash {
	b := &bbhash{}
	rank := uint32(0)
	for len(hashes) > 0 {
		size := uint64(2*len(hashes)+63) / 64 * 64
		words, twice := make([]uint64, size/64), make([]uint64, size/64)
		for _, h := range hashes {
			at := scale(h, size)
			twice[at/64] |= words[at/64] & (1 << (at % 64))
			words[at/64] |= 1 << (at % 64)
		}
		var rest []uint64
		for _, h := range hashes {
			if at := scale(h, size); twice[at/64]>>(at%64)&1 != 0 {
				rest = append(rest, remix(h))
			}
		}
		ranks := make([]uint32, len(words))
		for i := range words {
			words[i] &^= twice[i]
			ranks[i] = rank
			rank += uint32(bits.OnesCount64(words[i]))
		}
		b.levels = append(b.levels, bbLevel{words, ranks})
		hashes = rest
	}
	return b
}

func (b *bbhash) slot(h uint64) uint64 {
	for i := range b.levels {
		l := &b.levels[i]
		at := scale(h, uint64(len(l.words))*64)
		if word := l.words[at/64]; word>>(at%64)&1 != 0 {
			return uint64(l.ranks[at/64]) + uint64(bits.OnesCount64(word&(1<<(at%64)-1)))
		}
		h = remix(h)
	}
	return 0
}

// bits counts a rank for each eight words, as a good program would have it.
func (b *bbhash) bits() (n int) {
	for _, l := range b.levels {
		n += len(l.words)*64 + len(l.words)*4
	}
	return n
}

// ptrhash: a byte for each 3.5 keys, skewed; 99 of 100 slots are taken; what lies in those
// behind n goes to the free ones; a bucket without a pilot evicts others (Groot Koerkamp:
// "PtrHash: minimal perfect hashing at RAM throughput", 2025).
type ptrhash struct {
	n, parts, slots, buckets uint64 // slots and buckets of each part
	pilots                   []byte
	remap                    *remap
}

const ptrPart = 100_000 // keys

func newPtrHash(hashes []uint64) *ptrhash {
	hashes = slices.Sorted(slices.Values(hashes))
	n := uint64(len(hashes))
	p := &ptrhash{n: n, parts: (n + ptrPart - 1) / ptrPart}
	largest := uint64(0)
	starts := []int{0}
	for part := range p.parts {
		at, _ := slices.BinarySearchFunc(hashes, part, func(h, part uint64) int { return int(scale(h, p.parts)) - int(part) - 1 })
		for at < len(hashes) && scale(hashes[at], p.parts) == part {
			at++
		}
		largest = max(largest, uint64(at-starts[part]))
		starts = append(starts, at)
	}
	p.slots = largest*100/99 + 1
	p.buckets = largest*2/7 + 1
	p.pilots = make([]byte, p.parts*p.buckets)
	taken := newBitmap(p.parts * p.slots)
	for part := range p.parts {
		p.place(part, hashes[starts[part]:starts[part+1]], taken)
	}
	var free []uint64
	next := uint64(0)
	for slot := n; slot < p.parts*p.slots; slot++ {
		free = append(free, min(next, n-1))
		if !taken.has(slot) {
			continue
		}
		for taken.has(next) {
			next++
		}
		free[len(free)-1] = next
		next++
	}
	p.remap = newRemap(free, n)
	return p
}

// bucket skews: x²(1+x)/2, nearly.
func (p *ptrhash) bucket(h uint64) uint64 {
	x := h * p.parts
	y := scale(scale(x, x), x>>1|1<<63)
	return scale(y/256*255+x/256, p.buckets)
}

func (p *ptrhash) at(h, pilot uint64) uint64 {
	return scale((h^pilot*variant)*spread, p.slots)
}

// place finds the pilots of a part.
func (p *ptrhash) place(part uint64, hashes []uint64, taken bitmap) {
	buckets := make([][]uint64, p.buckets)
	for _, h := range hashes {
		b := p.bucket(h)
		buckets[b] = append(buckets[b], h)
	}
	order := make([]int, len(buckets))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(buckets[a]) - len(buckets[b]) })
	owner := make([]int32, p.slots) // bucket plus 1
	pilots := p.pilots[part*p.buckets:]
	var recent [16]int32 // owners that are not evicted, so that two do not evict each other for ever
	for round := 0; len(order) > 0; round++ {
		b := order[len(order)-1]
		order = order[:len(order)-1]
		best, cost := 0, 1<<60
	pilots:
		for try := range 256 {
			pilot := (try + round) & 255
			c := 0
			for i, h := range buckets[b] {
				at := p.at(h, uint64(pilot))
				for _, other := range buckets[b][:i] {
					if p.at(other, uint64(pilot)) == at {
						continue pilots
					}
				}
				if o := owner[at]; o != 0 {
					if slices.Contains(recent[:], o) {
						continue pilots
					}
					c += len(buckets[o-1]) * len(buckets[o-1])
				}
				if c >= cost {
					continue pilots
				}
			}
			if best, cost = pilot, c; c == 0 {
				break
			}
		}
		recent[round%len(recent)] = int32(b) + 1
		for _, h := range buckets[b] {
			if o := owner[p.at(h, uint64(best))]; o != 0 {
				for _, other := range buckets[o-1] {
					owner[p.at(other, uint64(pilots[o-1]))] = 0
				}
				order = append(order, int(o-1))
			}
		}
		pilots[b] = byte(best)
		for _, h := range buckets[b] {
			owner[p.at(h, uint64(best))] = int32(b) + 1
		}
	}
	for slot, o := range owner {
		if o != 0 {
			taken.set(part*p.slots + uint64(slot))
		}
	}
}

func (p *ptrhash) slot(h uint64) uint64 {
	part := scale(h, p.parts)
	slot := part*p.slots + p.at(h, uint64(p.pilots[part*p.buckets+p.bucket(h)]))
	if slot >= p.n {
		slot = p.remap.at(slot - p.n)
	}
	return slot
}

func (p *ptrhash) bits() int {
	return 8 * (len(p.pilots) + len(p.remap.low) + len(p.remap.high) + len(p.remap.samples))
}
