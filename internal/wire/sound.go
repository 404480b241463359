package wire

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Problem says what is wrong with the head of a slot of so many bytes, "" if
// nothing is. How much of it is used is not looked at.
func (h *Slot) Problem(size int64) string {
	switch {
	case h.Magic != MagicSlot:
		return fmt.Sprintf("slot magic %#x, expected %#x", h.Magic, MagicSlot)
	case h.Thread == 0:
		return "slot of thread 0, expected a number from 1 on"
	case h.Sequence == math.MaxUint32:
		return fmt.Sprintf("slot %d of thread %d, expected less", h.Sequence, h.Thread)
	case uint64(h.HeaderSize) != SlotBytes+FrameBytes*uint64(h.Frames) || int64(h.HeaderSize) > size:
		return fmt.Sprintf("slot header of %d bytes with %d frames in a slot of %d", h.HeaderSize, h.Frames, size)
	case h.Frames > h.Depth:
		return fmt.Sprintf("slot with %d frames of %d", h.Frames, h.Depth)
	}
	return ""
}

// UsedProblem says what is wrong with how much of a slot is used.
func (h *Slot) UsedProblem(size int64) string {
	if h.Used != 0 && (h.Used < h.HeaderSize || int64(h.Used) > size || h.Used%8 != 0) {
		return fmt.Sprintf("slot with %d bytes used of %d", h.Used, size)
	}
	return ""
}

// AppendSealed appends an entry of an index with its magic and checksum.
func (n *Node) AppendSealed(b []byte) []byte {
	n.Magic = MagicNode
	at := len(b)
	b = n.Append(b)
	binary.LittleEndian.PutUint32(b[at+OffNodeCRC:], Checksum(b[at+OffNodeCRC+4:]))
	return b
}

// DecodeSealed reads an entry of an index and says what is wrong with it, "" if
// nothing is.
func (n *Node) DecodeSealed(b []byte) string {
	n.Decode(b)
	sum := Checksum(b[OffNodeCRC+4 : NodeBytes])
	switch {
	case n.Magic != MagicNode:
		return fmt.Sprintf("entry magic %#x, expected %#x", n.Magic, MagicNode)
	case n.CRC != sum:
		return fmt.Sprintf("entry checksum %08x, expected %08x", n.CRC, sum)
	case n.Thread == 0 || n.Slots == 0 || n.EndTicks < n.Ticks || n.Offset > 1<<62 || uint64(n.Sequence)+uint64(n.Slots) > math.MaxUint32:
		return fmt.Sprintf("entry of level %d: %d slots from %d on of thread %d, ticks %d to %d, at byte %d",
			n.Level, n.Slots, n.Sequence, n.Thread, n.Ticks, n.EndTicks, n.Offset)
	}
	return ""
}

// AppendSealed appends a sample with its checksum and magic.
func (s *Sample) AppendSealed(b []byte) []byte {
	s.Magic = MagicSample
	at := len(b)
	b = s.Append(b)
	binary.LittleEndian.PutUint32(b[at+OffSampleCRC:], Checksum(b[at:at+OffSampleCRC]))
	return b
}

// DecodeSealed reads a sample and says what is wrong with it, "" if nothing is.
func (s *Sample) DecodeSealed(b []byte) string {
	s.Decode(b)
	sum := Checksum(b[:OffSampleCRC])
	switch {
	case s.Magic != MagicSample:
		return fmt.Sprintf("sample magic %#x, expected %#x", s.Magic, MagicSample)
	case s.CRC != sum:
		return fmt.Sprintf("sample checksum %08x, expected %08x", s.CRC, sum)
	}
	return ""
}

// AppendSealed appends a context with its checksum.
func (c *Context) AppendSealed(b []byte) []byte {
	at := len(b)
	b = c.Append(b)
	binary.LittleEndian.PutUint32(b[at+OffContextCRC:], Checksum(b[at:at+OffContextCRC]))
	return b
}

// DecodeSealed reads a context and says what is wrong with it, "" if nothing is.
func (c *Context) DecodeSealed(b []byte) string {
	c.Decode(b)
	if sum := Checksum(b[:OffContextCRC]); c.CRC != sum {
		return fmt.Sprintf("context checksum %08x, expected %08x", c.CRC, sum)
	}
	return ""
}
