package lprof

import (
	"bufio"
	"encoding/binary"
	"math"
	"strings"
)

// pickle writes a program for Python's unpickler (Lib/pickletools.py) that makes an object
// of a class. Errors are those of the buffer's Flush.
type pickle struct{ w *bufio.Writer }

// begin makes an object of a class, and a dict for what it is to have.
func (p pickle) begin(module, class string) {
	p.w.WriteString("\x80\x02c" + module + "\n" + class + "\n)\x81}")
}

// end gives the object what was put on the stack since mark.
func (p pickle) end() { p.w.WriteString("ub.") }

func (p pickle) mark()    { p.w.WriteByte('(') }
func (p pickle) dict()    { p.w.WriteByte('}') }
func (p pickle) list()    { p.w.WriteByte(']') }
func (p pickle) appends() { p.w.WriteByte('e') } // what is on the stack since mark, to the list below it
func (p pickle) triple()  { p.w.WriteByte('\x87') }
func (p pickle) set()     { p.w.WriteByte('s') } // a key and a value in the dict below them

func (p pickle) float(f float64) {
	p.w.Write(binary.BigEndian.AppendUint64(append(p.w.AvailableBuffer(), 'G'), math.Float64bits(f)))
}

func (p pickle) text(s string) {
	s = strings.ToValidUTF8(s, "�")
	p.w.Write(binary.LittleEndian.AppendUint32(append(p.w.AvailableBuffer(), 'X'), uint32(len(s))))
	p.w.WriteString(s)
}

// int writes an integer: of up to 31 bits, or as nine bytes, of which the last one has
// the sign.
func (p pickle) int(n uint64) {
	if n <= math.MaxInt32 {
		p.w.Write(binary.LittleEndian.AppendUint32(append(p.w.AvailableBuffer(), 'J'), uint32(n)))
		return
	}
	p.w.Write(append(binary.LittleEndian.AppendUint64(append(p.w.AvailableBuffer(), '\x8a', 9), n), 0))
}
