package corrupt

import (
	"encoding/binary"
	"math/rand/v2"
	"path"

	"tracer/internal/wire"
	"tracer/trace/tracetest"
)

// mutation is a change of one file.
type mutation struct {
	seed   uint64
	how    string
	path   string
	sealed bool // checksums were made right again
}

// kinds are the ways to change bytes; each returns new ones.
var kinds = []struct {
	name   string
	change func(r *rand.Rand, b []byte, s *subject) []byte
}{
	{"flip a bit", func(r *rand.Rand, b []byte, _ *subject) []byte {
		b[place(r, b)] ^= 1 << r.IntN(8)
		return b
	}},
	{"set a byte", func(r *rand.Rand, b []byte, _ *subject) []byte {
		b[place(r, b)] = byte(r.Uint32())
		return b
	}},
	{"set a number", func(r *rand.Rand, b []byte, _ *subject) []byte {
		if at := place(r, b) &^ 3; at+4 <= len(b) {
			extremes := []uint32{0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 1 << 20, 1 << 16}
			binary.LittleEndian.PutUint32(b[at:], extremes[r.IntN(len(extremes))])
		}
		return b
	}},
	{"zero a block", func(r *rand.Rand, b []byte, _ *subject) []byte {
		from, to := block(r, len(b))
		clear(b[from:to])
		return b
	}},
	{"cut", func(r *rand.Rand, b []byte, _ *subject) []byte {
		from, _ := block(r, len(b))
		return b[:from]
	}},
	{"take a block out", func(r *rand.Rand, b []byte, _ *subject) []byte {
		from, to := block(r, len(b))
		return append(b[:from], b[to:]...)
	}},
	{"repeat a block", func(r *rand.Rand, b []byte, _ *subject) []byte {
		from, to := block(r, len(b))
		return append(b[:to:to], b[from:]...)
	}},
	{"swap two blocks", func(r *rand.Rand, b []byte, _ *subject) []byte {
		from, to := block(r, len(b))
		n := to - from
		if at, _ := block(r, len(b)); at+n <= len(b) && (at+n <= from || at >= to) {
			other := append([]byte(nil), b[at:at+n]...)
			copy(b[at:], b[from:to])
			copy(b[from:], other)
		}
		return b
	}},
	{"put noise in", func(r *rand.Rand, b []byte, _ *subject) []byte {
		from, to := block(r, len(b))
		for i := from; i < to; i++ {
			b[i] = byte(r.Uint32())
		}
		return b
	}},
	{"take another file's block", func(r *rand.Rand, b []byte, s *subject) []byte {
		other := s.files[s.paths[r.IntN(len(s.paths))]]
		from, to := block(r, len(other))
		at, _ := block(r, len(b))
		copy(b[at:], other[from:to])
		return b
	}},
}

// place returns where a byte is, one that is not zero if there are any near: most of
// a control page and of raw is empty.
func place(r *rand.Rand, b []byte) int {
	at := r.IntN(len(b))
	for n := 0; b[at] == 0 && n < len(b); n++ {
		if at = (at + 1) % len(b); n%64 == 63 {
			at = r.IntN(len(b))
		}
	}
	return at
}

// block returns a range, mostly a small one and where structures begin and end.
func block(r *rand.Rand, size int) (from, to int) {
	unit := []int{1, 4, 8, wire.ContextBytes, wire.NodeBytes, wire.SampleBytes, 4096}[r.IntN(7)]
	n := size/unit + 1
	from = min(r.IntN(n)*unit, size)
	to = min(from+unit*(1+r.IntN(1+r.IntN(8))), size)
	return from, to
}

// mutate returns the change of a seed, and the bytes that the file then has.
func (s *subject) mutate(seed uint64) (mutation, []byte) {
	r := rand.New(rand.NewPCG(seed, 1))
	m := mutation{seed: seed, path: s.paths[r.IntN(len(s.paths))]}
	b := append([]byte(nil), s.files[m.path]...)
	k := kinds[r.IntN(len(kinds))]
	m.how = k.name
	b = k.change(r, b, s)
	if r.IntN(4) == 0 {
		// So what is behind the checksums is looked at.
		m.sealed = tracetest.Seal(path.Base(m.path), b)
	}
	return m, b
}
