package stringtable

import (
	"bytes"
	"fmt"
	"hash/crc32"
)

// CorruptError says what is wrong with the bytes of a table, and where.
type CorruptError struct {
	Offset int64
	Reason string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("string table, byte %d: %s", e.Offset, e.Reason)
}

func corrupt(offset int, format string, args ...any) error {
	return &CorruptError{int64(offset), fmt.Sprintf(format, args...)}
}

// Open returns the table that the image holds, and uses it in place: it must not change as long as the
// table is used. It should begin at a multiple of 64 in memory, or is slower. Every byte is looked at:
// that no search leads out of it, and that each prefix is found. The error is a *CorruptError.
func Open(image []byte) (*Table, error) {
	n, err := checkHeader(image)
	if err != nil {
		return nil, err
	}
	if err := checkOffsets(image, n); err != nil {
		return nil, err
	}
	c := checker{image: image, n: n, nodes: image[headerSize:u32(image[28:])]}
	if err := c.nodesHold(); err != nil {
		return nil, err
	}
	t := newTable(image, n)
	if err := t.findsAll(); err != nil {
		return nil, err
	}
	return t, nil
}

// checkHeader looks at the header and where the parts begin, and returns the number of prefixes.
func checkHeader(b []byte) (int, error) {
	if start := b[:min(len(b), len(magic))]; string(start) != magic {
		return 0, corrupt(0, "begins with %q, expected %q", start, magic)
	}
	if len(b) < headerSize {
		return 0, corrupt(len(b), "ends within the header of %d bytes", headerSize)
	}
	if v := u32(b[8:]); v != version {
		return 0, corrupt(8, "version %d, expected %d", v, version)
	}
	if size := u64(b[16:]); size != uint64(len(b)) || size > maxBytes {
		return 0, corrupt(16, "is %d bytes long, expected %d", len(b), size)
	}
	if sum, want := crc32.Checksum(b[summedFrom:], castagnoli), u32(b[12:]); sum != want {
		return 0, corrupt(12, "checksum %#x, expected %#x", sum, want)
	}
	n := uint64(u32(b[24:]))
	parents := uint64(u32(b[28:]))
	if parents < headerSize+nodeHead || parents%4 != 0 || parents > uint64(len(b)) {
		return 0, corrupt(28, "parents begin at %d of %d bytes", parents, len(b))
	}
	at := parents
	for i, size := range []uint64{4 * n, 4 * n, 4 * (n + 1)} {
		at += size
		if got := uint64(u32(b[32+4*i:])); got != at || at > uint64(len(b)) {
			return 0, corrupt(32+4*i, "a part begins at %d, expected %d of %d bytes", got, at, len(b))
		}
	}
	if bytes.Trim(b[44:headerSize], "\x00") != nil {
		return 0, corrupt(44, "not zero where nothing is said yet")
	}
	return int(n), nil
}

// checkOffsets looks at where prefixes begin and end, at parents, and at the shortest.
func checkOffsets(b []byte, n int) error {
	parents, shortest, offsets, text := int(u32(b[28:])), int(u32(b[32:])), int(u32(b[36:])), int(u32(b[40:]))
	last := uint32(0)
	for i := range n + 1 {
		at := u32(b[offsets+4*i:])
		if at < last || i == 0 && at != 0 || i == n && int(at) != len(b)-text {
			return corrupt(offsets+4*i, "prefix %d begins at %d after %d, of %d bytes", i, at, last, len(b)-text)
		}
		last = at
	}
	for i := range n {
		if parent := int(u32(b[parents+4*i:])); parent > n || parent == i+1 {
			return corrupt(parents+4*i, "prefix %d has the parent %d, of %d", i, parent-1, n)
		}
		if first := int(u32(b[shortest+4*i:])); first == 0 || first > n {
			return corrupt(shortest+4*i, "prefix %d has the shortest %d, of %d", i, first-1, n)
		}
	}
	return nil
}

// findsAll tests that each prefix is found, and what is said of the shorter ones.
func (t *Table) findsAll() error {
	for i := range t.n {
		p := t.prefix(i)
		found, ok := t.Match(p)
		parent, hasParent := t.Parent(i)
		if !ok || found > i || t.Prefix(found) != p || found != i && parent != found {
			return corrupt(headerSize, "prefix %d is found as %d", i, found)
		}
		shortest, _ := t.Shortest(p)
		if found == i {
			want := i
			if hasParent {
				want = int(t.shortest.u32(4*parent)) - 1
			}
			longest, ok := -1, false
			if p != "" {
				longest, ok = t.Match(p[:len(p)-1])
			}
			if shortest != want || ok != hasParent || longest != parent {
				return corrupt(headerSize, "prefix %d has the parent %d, expected %d, and the shortest %d, expected %d", i, parent, longest, shortest, want)
			}
		}
	}
	return nil
}
