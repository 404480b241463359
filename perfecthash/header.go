package perfecthash

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
)

const (
	magic      = "perfhash"
	version    = 1
	headerSize = 192
	align      = 64 // of sections: a line of the cache
)

// The sections of the file, in its order.
const (
	sectionSeeds = iota
	sectionLevels
	sectionLow
	sectionHigh
	sectionSamples
	sectionChecks
	sectionOffsets
	sectionBytes
	sectionCount
)

const (
	sectionAt     = 40 // in the header
	sectionRecord = 16
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is what a table is.
type header struct {
	algorithm Algorithm
	kind      Kind
	check     Check
	n, seed   uint64
}

// append writes the header for the sections.
func (h *header) append(b []byte, sections *[sectionCount][]byte) []byte {
	u64, u32 := binary.LittleEndian.AppendUint64, binary.LittleEndian.AppendUint32
	start := len(b)
	b = u32(append(b, magic...), version)
	b = append(b, byte(h.algorithm), byte(h.kind), byte(h.check-CheckNone), 0)
	b = u64(u64(b, h.n), h.seed)
	size := uint64(headerSize)
	for _, s := range sections {
		size = aligned(size) + uint64(len(s))
	}
	b = u64(b, size)
	for _, s := range sections {
		b = u64(b, uint64(len(s)))
		b = u32(u32(b, crc32.Checksum(s, castagnoli)), 0)
	}
	b = append(b, make([]byte, headerSize-4-(len(b)-start))...)
	return u32(b, crc32.Checksum(b[start:], castagnoli))
}

// decodeHeader reads the header and cuts b into sections, without a look at their content.
func decodeHeader(b []byte) (h header, sections [sectionCount][]byte, err error) {
	bad := func(offset int, format string, args ...any) (header, [sectionCount][]byte, error) {
		return header{}, sections, &CorruptError{int64(offset), fmt.Sprintf(format, args...)}
	}
	u64, u32 := binary.LittleEndian.Uint64, binary.LittleEndian.Uint32
	if start := b[:min(len(b), len(magic))]; string(start) != magic {
		return bad(0, "begins with %q, expected %q", start, magic)
	}
	if len(b) < headerSize {
		return bad(len(b), "ends within the header of %d bytes", headerSize)
	}
	if v := u32(b[8:]); v != version {
		return bad(8, "version %d, expected %d", v, version)
	}
	if sum, want := crc32.Checksum(b[:headerSize-4], castagnoli), u32(b[headerSize-4:]); sum != want {
		return bad(headerSize-4, "checksum of the header %#x, expected %#x", sum, want)
	}
	h = header{algorithm: Algorithm(b[12]), kind: Kind(b[13]), check: Check(b[14]) + CheckNone, n: u64(b[16:]), seed: u64(b[24:])}
	switch {
	case h.algorithm > CHM:
		return bad(12, "algorithm %d is not known", b[12])
	case h.kind > KindUint64:
		return bad(13, "kind of keys %d is not known", b[13])
	case b[14] > byte(CheckKeys-CheckNone):
		return bad(14, "check %d is not known", b[14])
	case h.n > MaxKeys || h.algorithm == CHM && h.n > MaxCHM:
		return bad(16, "%d keys are more than are possible", h.n)
	case u64(b[32:]) != uint64(len(b)):
		return bad(32, "is %d bytes long, expected %d", len(b), u64(b[32:]))
	}
	if b[15] != 0 || strings.Trim(string(b[sectionAt+sectionRecord*sectionCount:headerSize-4]), "\x00") != "" {
		return bad(15, "not zero where nothing is said yet")
	}
	end := uint64(headerSize)
	for i := range sections {
		if zero := sectionAt + sectionRecord*i + 12; u32(b[zero:]) != 0 {
			return bad(zero, "not zero where nothing is said yet")
		}
		size, at := u64(b[sectionAt+sectionRecord*i:]), aligned(end)
		if at > uint64(len(b)) || size > uint64(len(b))-at {
			return bad(sectionAt+sectionRecord*i, "section %d of %d bytes does not fit", i, size)
		}
		end = at + size
		sections[i] = b[at:end:end]
	}
	if end != uint64(len(b)) {
		return bad(int(end), "%d bytes follow the last section", uint64(len(b))-end)
	}
	return h, sections, nil
}

func aligned(n uint64) uint64 { return (n + align - 1) &^ (align - 1) }

// keepsBytes reports whether the keys are kept as bytes.
func (h *header) keepsBytes() bool { return h.check == CheckKeys && h.kind == KindBytes }

// checkBytes returns how many bytes there are for each slot in the section of checks.
func (h *header) checkBytes() uint64 {
	switch {
	case h.check == Check8:
		return 1
	case h.check == Check16:
		return 2
	case h.check == Check32, h.check == CheckKeys && h.kind == KindUint32:
		return 4
	case h.check == CheckKeys && h.kind == KindUint64:
		return 8
	}
	return 0
}

// putCheck writes what the key with the hash is checked by. Its low bits make the fingerprint:
// where it lies depends on the others as much.
func (h *header) putCheck(checks []byte, slot, hash uint64) {
	switch h.check {
	case Check8:
		checks[slot] = byte(hash)
	case Check16:
		binary.LittleEndian.PutUint16(checks[2*slot:], uint16(hash))
	case Check32:
		binary.LittleEndian.PutUint32(checks[4*slot:], uint32(hash))
	case CheckKeys:
		switch h.kind {
		case KindUint32:
			binary.LittleEndian.PutUint32(checks[4*slot:], uint32(unmix(hash)^h.seed))
		case KindUint64:
			binary.LittleEndian.PutUint64(checks[8*slot:], unmix(hash)^h.seed)
		}
	}
}
