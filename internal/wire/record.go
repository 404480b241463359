package wire

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// castagnoli is the CRC of the format, the one that CPUs have an instruction for.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum returns the CRC-32C of b.
func Checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// RecordSize is the size of a record's head.
const RecordSize = 12

// MaxRecord bounds a record's payload; a larger size is corruption.
const MaxRecord = 64 << 20

// CorruptError says that bytes are not what the format allows.
type CorruptError struct {
	Offset int64  // in the file or buffer at hand
	What   string // what was found there and what was expected
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("corrupt at byte %d: %s", e.Offset, e.What)
}

// AppendRecord appends a whole record with this payload to b.
func AppendRecord(b []byte, typ uint32, payload []byte) []byte {
	if len(payload)%4 != 0 {
		panic("wire: payload is no multiple of 4")
	}
	at := len(b)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload)))
	b = binary.LittleEndian.AppendUint32(b, typ)
	crc := crc32.Update(crc32.Checksum(b[at:], castagnoli), castagnoli, payload)
	b = binary.LittleEndian.AppendUint32(b, crc)
	return append(b, payload...)
}

// NextRecord returns the first record of b and its whole length. A record that
// is not complete yet is n == 0 without an error: a live reader tries again.
// The payload is a part of b.
func NextRecord(b []byte) (typ uint32, payload []byte, n int, err error) {
	if len(b) < RecordSize {
		return 0, nil, 0, nil
	}
	size := binary.LittleEndian.Uint32(b)
	if size%4 != 0 || size > MaxRecord {
		return 0, nil, 0, &CorruptError{0, fmt.Sprintf("record of %d bytes, expected a multiple of 4 up to %d", size, MaxRecord)}
	}
	n = RecordSize + int(size)
	if len(b) < n {
		return 0, nil, 0, nil
	}
	payload = b[RecordSize:n:n]
	crc := crc32.Update(crc32.Checksum(b[:8], castagnoli), castagnoli, payload)
	if want := binary.LittleEndian.Uint32(b[8:]); crc != want {
		return 0, nil, 0, &CorruptError{0, fmt.Sprintf("record checksum %08x, expected %08x", want, crc)}
	}
	return binary.LittleEndian.Uint32(b[4:]), payload, n, nil
}

// payload reads a record's fields in their order; its error is sticky.
type payload struct {
	b   []byte
	off int
	err error
}

func (p *payload) take(n int, what string) []byte {
	if p.err == nil && (n < 0 || len(p.b)-p.off < n) {
		p.err = &CorruptError{int64(p.off), what + ": the record ends before it"}
	}
	if p.err != nil {
		return nil
	}
	v := p.b[p.off : p.off+n : p.off+n]
	p.off += n
	return v
}

func (p *payload) u32(what string) uint32 {
	if v := p.take(4, what); v != nil {
		return binary.LittleEndian.Uint32(v)
	}
	return 0
}

func (p *payload) u64(what string) uint64 {
	if v := p.take(8, what); v != nil {
		return binary.LittleEndian.Uint64(v)
	}
	return 0
}

func (p *payload) bytes(what string) []byte {
	n := p.u32(what)
	if p.err == nil && int64(n) > int64(len(p.b)) {
		p.err = &CorruptError{int64(p.off), fmt.Sprintf("%s: %d bytes in a record of %d", what, n, len(p.b))}
	}
	v := p.take((int(n)+3)&^3, what)
	if p.err != nil {
		return nil
	}
	return v[:n:n]
}

func (p *payload) list(what string) [][]byte {
	n := p.u32(what)
	if p.err == nil && int64(n)*4 > int64(len(p.b)) {
		p.err = &CorruptError{int64(p.off), fmt.Sprintf("%s: %d entries in a record of %d bytes", what, n, len(p.b))}
	}
	var v [][]byte
	for i := uint32(0); i < n && p.err == nil; i++ {
		v = append(v, p.bytes(what))
	}
	return v
}

// done returns the error, also where bytes are left over.
func (p *payload) done() error {
	if p.err == nil && p.off != len(p.b) {
		p.err = &CorruptError{int64(p.off), fmt.Sprintf("%d bytes left over in the record", len(p.b)-p.off)}
	}
	return p.err
}

func appendBytes(b, v []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(v)))
	b = append(b, v...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func appendList(b []byte, v [][]byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(v)))
	for _, e := range v {
		b = appendBytes(b, e)
	}
	return b
}
