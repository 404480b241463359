package stringtable

import (
	"encoding/binary"
	"hash/crc32"
	"unsafe"
)

const (
	magic      = "strtable"
	version    = 1
	headerSize = 64
	summedFrom = 16 // what is before it is not in the checksum
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// image puts together what was built.
func (b *builder) image(parents, shortest []uint32, text int64) ([]byte, error) {
	n := len(b.prefixes)
	parentsAt := headerSize + int64(len(b.nodes)+3)&^3
	shortestAt := parentsAt + 4*int64(n)
	offsetsAt := shortestAt + 4*int64(n)
	textAt := offsetsAt + 4*int64(n+1)
	if textAt+text > maxBytes {
		return nil, &TooLargeError{"bytes", textAt + text, maxBytes}
	}
	image := aligned(int(textAt + text))
	copy(image, magic)
	put := binary.LittleEndian.PutUint32
	put(image[8:], version)
	binary.LittleEndian.PutUint64(image[16:], uint64(len(image)))
	for i, v := range []int64{int64(n), parentsAt, shortestAt, offsetsAt, textAt} {
		put(image[24+4*i:], uint32(v))
	}
	copy(image[headerSize:], b.nodes)
	for i, p := range b.prefixes {
		put(image[int(parentsAt)+4*i:], parents[i])
		put(image[int(shortestAt)+4*i:], shortest[i])
		put(image[int(offsetsAt)+4*i:], b.offsets[i])
		copy(image[textAt+int64(b.offsets[i]):], p)
	}
	put(image[int(offsetsAt)+4*n:], uint32(text))
	put(image[12:], crc32.Checksum(image[summedFrom:], castagnoli))
	return image, nil
}

// aligned returns memory that begins where a node may.
func aligned(size int) []byte {
	b := make([]byte, size+nodeAlign)
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(b))) & (nodeAlign - 1)
	return b[skip:][:size:size]
}

// newTable is the table for an image whose header has been looked at.
func newTable(image []byte, n int) *Table {
	all := placeOf(image)
	part := func(i int) place {
		if at := int(all.u32(28 + 4*i)); at < len(image) {
			return all.at(at)
		}
		return all // an empty text: nothing is read, and no pointer may lead behind the image
	}
	t := &Table{
		n: n, image: image, root: all.at(headerSize),
		parents: part(0), shortest: part(1), offsets: part(2), text: part(3),
	}
	t.fillFirst()
	t.use(best())
	return t
}

// use sets the unit.
func (t *Table) use(u unit) {
	t.unit, t.head = u, t.root.head()
	t.single = t.head.stride() == 0 && t.root.terminal() < 0
	t.whole = t.single && u == avx512 && t.head.bits() >= wideBits
}

// fillFirst makes what is looked at before the first node. First bytes are dealt out to 16 bits; a
// second byte has the bits of those that it follows.
func (t *Table) fillFirst() {
	bits := 0
	for i := range t.n {
		p := t.prefix(i)
		if p == "" {
			for c := range t.first {
				t.first[c], t.second[c] = ^uint16(0), ^uint16(0)
			}
			return
		}
		if t.first[p[0]] == 0 {
			t.first[p[0]] = 1 << (bits & 15)
			bits++
		}
		if len(p) > 1 {
			t.second[p[1]] |= t.first[p[0]]
			continue
		}
		for c := range t.second {
			t.second[c] |= t.first[p[0]]
		}
	}
}
