package tracetest

import (
	"encoding/binary"
	"hash/crc32"
	"strings"

	"tracer/internal/store"
	"tracer/internal/wire"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Seal makes the checksums in a file of a process right, whatever else it holds: so
// that a test gets behind them. It reports whether files of this name have any.
func Seal(name string, b []byte) bool {
	name, _, _ = strings.Cut(name, "-")
	switch name {
	case store.IndexName:
		each(b, wire.NodeBytes, func(e []byte) { put(e, 4, e[8:]) })
	case store.ContextsName:
		each(b, wire.ContextBytes, func(e []byte) { put(e, wire.ContextBytes-4, e[:wire.ContextBytes-4]) })
	case store.CountersName:
		each(b, wire.SampleBytes, func(e []byte) { put(e, wire.SampleBytes-8, e[:wire.SampleBytes-8]) })
	case store.SegmentsName, store.SummariesName:
		sealSized(b)
	case store.NamesName:
		sealRecords(b)
	default:
		return false
	}
	return true
}

// put writes the checksum of some bytes.
func put(b []byte, at int, of []byte) {
	binary.LittleEndian.PutUint32(b[at:], crc32.Checksum(of, castagnoli))
}

func each(b []byte, size int, f func(e []byte)) {
	for ; len(b) >= size; b = b[size:] {
		f(b[:size])
	}
}

// sealSized seals segments or summaries: these tell their size, and have the checksum
// of what follows it at the same place.
func sealSized(b []byte) {
	const crcAt = 8
	for len(b) > crcAt+4 {
		n := int(binary.LittleEndian.Uint32(b[4:]))
		if n <= crcAt+4 || n > len(b) {
			return
		}
		put(b, crcAt, b[crcAt+4:n])
		b = b[n:]
	}
}

func sealRecords(b []byte) {
	for at := wire.NamesHeadBytes; at+wire.RecordSize <= len(b); {
		n := wire.RecordSize + int(binary.LittleEndian.Uint32(b[at:]))
		if at+n > len(b) {
			return
		}
		crc := crc32.Update(crc32.Checksum(b[at:at+8], castagnoli), castagnoli, b[at+wire.RecordSize:at+n])
		binary.LittleEndian.PutUint32(b[at+8:], crc)
		at += n
	}
}
