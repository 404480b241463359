package otlp

import (
	"bufio"

	"google.golang.org/protobuf/encoding/protowire"
)

// encoder writes a message, or counts its bytes.
type encoder struct {
	w    *bufio.Writer // nil: only size counts. Its error is that of Flush
	size int
}

func (e *encoder) raw(b []byte) {
	e.size += len(b)
	if e.w != nil {
		e.w.Write(b)
	}
}

// message writes a message whose fields fill writes, which is called twice: for its length.
func (e *encoder) message(field protowire.Number, fill func(*encoder) error) error {
	count := encoder{}
	if err := fill(&count); err != nil {
		return err
	}
	e.head(field, count.size)
	if e.w == nil {
		e.size += count.size
		return nil
	}
	return fill(e)
}

// bytes writes a field of bytes, which may be a message.
func (e *encoder) bytes(field protowire.Number, b []byte) {
	e.head(field, len(b))
	e.raw(b)
}

func (e *encoder) head(field protowire.Number, size int) {
	var room [2 * 10]byte
	e.raw(protowire.AppendVarint(protowire.AppendTag(room[:0], field, protowire.BytesType), uint64(size)))
}

func varint(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}

func fixed(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), v)
}

func block(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}

func text(b []byte, field protowire.Number, v string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), v)
}
