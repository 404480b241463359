package perfecthash

import (
	"context"
	"encoding/binary"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
)

// chmTries is how many graphs are tried before the number of vertices is doubled. With just
// over two vertices a key one in several is without a circle, with four seven in ten.
const chmTries = 16

// chmForm is what a table of CHM consists of: for each vertex of a graph, whose edges are the
// keys, a number, such that those at the ends of an edge add up to the key's place.
type chmForm struct {
	vertices uint64 // a power of two
	attempt  uint64 // says which graph it is
	mask     uint64 // of sums
}

func newCHMForm(n, vertices, attempt uint64) chmForm {
	return chmForm{vertices, attempt, 1<<bits.Len64(max(n, 1)-1) - 1}
}

// wide reports whether the numbers have four bytes.
func (f *chmForm) wide() bool { return f.mask > 0xffff }

// edge returns the vertices of a hash.
func (f *chmForm) edge(h uint64) (a, b uint64) {
	h = mix(h ^ f.attempt*spread)
	return h & (f.vertices - 1), h >> 32 & (f.vertices - 1)
}

// chm tries graphs at the same time until one fits; of those that do it takes the one with the
// smallest number, so that the result is always the same.
func (b *builder) chm(ctx context.Context) error {
	hashes := make([]uint64, 0, b.head.n)
	for shard := range b.keys.shards() {
		b.keys.hashes(shard, b.head.seed, func(some []uint64) {
			hashes = append(hashes, some...)
			b.step(rounds * len(some))
		})
	}
	if uint64(len(hashes)) != b.head.n {
		return errChanged
	}
	if h, twice := duplicateOf(hashes); twice {
		return &sameHash{h}
	}
	var (
		next    atomic.Uint64
		mu      sync.Mutex
		best    chmForm
		values  []uint32
		solving sync.WaitGroup
	)
	found := func() (uint64, bool) {
		mu.Lock()
		defer mu.Unlock()
		return best.attempt, values != nil
	}
	for range b.Workers {
		solving.Go(func() {
			for ctx.Err() == nil {
				attempt := next.Add(1) - 1
				if least, ok := found(); ok && least < attempt {
					return
				}
				vertices := uint64(2) << bits.Len64(max(b.head.n, 2)-1) << (attempt / chmTries)
				form := newCHMForm(b.head.n, vertices, attempt)
				solved := form.solve(hashes)
				if solved == nil {
					continue
				}
				mu.Lock()
				if values == nil || attempt < best.attempt {
					best, values = form, solved
				}
				mu.Unlock()
			}
		})
	}
	solving.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	b.sections[sectionSeeds], b.sections[sectionLevels] = best.append(values)
	for i, h := range hashes {
		b.put(uint64(i), h)
	}
	return nil
}

// append returns the sections with the numbers and with the form.
func (f *chmForm) append(values []uint32) (numbers, form []byte) {
	for _, v := range values {
		if f.wide() {
			numbers = binary.LittleEndian.AppendUint32(numbers, v)
		} else {
			numbers = binary.LittleEndian.AppendUint16(numbers, uint16(v))
		}
	}
	form = binary.LittleEndian.AppendUint64(nil, f.vertices)
	return numbers, binary.LittleEndian.AppendUint64(form, f.attempt)
}

// solve returns the numbers of the vertices, nil if the graph has a circle.
func (f *chmForm) solve(hashes []uint64) []uint32 {
	// For each vertex how many edges it has, and the exclusive or of their numbers: of the last
	// one that is left, its number.
	degree, edges := make([]uint32, f.vertices), make([]uint32, f.vertices)
	for i, h := range hashes {
		a, b := f.edge(h)
		if a == b {
			return nil
		}
		degree[a]++
		degree[b]++
		edges[a] ^= uint32(i)
		edges[b] ^= uint32(i)
	}
	// order has the vertices by which an edge was taken away: it was their last.
	order := make([]uint32, 0, len(hashes))
	for start := range degree {
		for at := uint64(start); degree[at] == 1; {
			edge := edges[at]
			order = append(order, uint32(at))
			a, b := f.edge(hashes[edge])
			degree[a]--
			degree[b]--
			edges[a] ^= edge
			edges[b] ^= edge
			edges[at] = edge
			at = a + b - at
		}
	}
	if len(order) < len(hashes) {
		return nil
	}
	// Backwards, the number of the other end is always known. Vertices that are in no order are 0.
	values := degree
	clear(values)
	for _, at := range slices.Backward(order) {
		edge := edges[at]
		a, b := f.edge(hashes[edge])
		other := a + b - uint64(at)
		values[at] = (edge - values[other]) & uint32(f.mask)
	}
	return values
}

// duplicateOf returns the least hash that is there twice.
func duplicateOf(hashes []uint64) (uint64, bool) {
	sorted := slices.Sorted(slices.Values(hashes))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return sorted[i], true
		}
	}
	return 0, false
}
