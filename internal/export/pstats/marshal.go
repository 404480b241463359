package pstats

import (
	"bufio"
	"encoding/binary"
	"math"
	"strings"
)

// marshal writes the few kinds of objects that statistics are made of, as Python's
// module marshal has them (Python/marshal.c). Errors are those of the buffer's Flush.
type marshal struct{ w *bufio.Writer }

// dict begins a dict: its keys and values follow, and an end.
func (m marshal) dict() { m.w.WriteByte('{') }

func (m marshal) end() { m.w.WriteByte('0') }

// tuple begins one of n objects.
func (m marshal) tuple(n uint32) {
	m.w.Write(binary.LittleEndian.AppendUint32(append(m.w.AvailableBuffer(), '('), n))
}

func (m marshal) float(f float64) {
	m.w.Write(binary.LittleEndian.AppendUint64(append(m.w.AvailableBuffer(), 'g'), math.Float64bits(f)))
}

func (m marshal) text(s string) {
	s = strings.ToValidUTF8(s, "�")
	m.w.Write(binary.LittleEndian.AppendUint32(append(m.w.AvailableBuffer(), 'u'), uint32(len(s))))
	m.w.WriteString(s)
}

// int writes an integer; one of more than 31 bits as digits of 15, as Python has them.
func (m marshal) int(n uint64) {
	if n <= math.MaxInt32 {
		m.w.Write(binary.LittleEndian.AppendUint32(append(m.w.AvailableBuffer(), 'i'), uint32(n)))
		return
	}
	var digits []byte
	count := uint32(0)
	for ; n > 0; n >>= 15 {
		digits = binary.LittleEndian.AppendUint16(digits, uint16(n&0x7fff))
		count++
	}
	m.w.Write(append(binary.LittleEndian.AppendUint32(append(m.w.AvailableBuffer(), 'l'), count), digits...))
}
