package twin

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"tracer/internal/wire"
)

// known writes a record by the table: numbers that are not 0, strings that are
// not empty.
func (w *formatter) known(r wire.RecordInfo, payload []byte) error {
	if err := checkPayload(r.Type, payload); err != nil {
		return err
	}
	pairs, err := fieldsOf(r, payload)
	if err != nil {
		return err
	}
	if r.Type == wire.TypeCode {
		if pairs, err = shrinkLines(pairs, payload); err != nil {
			return err
		}
	}
	w.WriteString(wordOf(r))
	if r.Fields[0].Type == wire.U32 {
		fmt.Fprintf(w, " %s", pairs[0].value)
		pairs = pairs[1:]
	}
	for _, p := range pairs {
		w.pair(p.key, quote(p.value))
	}
	w.WriteString("\n")
	return nil
}

// fieldsOf returns a record's fields that are worth writing, the first one always. The
// payload is known to be sound, but for its padding.
func fieldsOf(r wire.RecordInfo, b []byte) (pairs []pair, err error) {
	all := b
	u32 := func() uint32 { v := binary.LittleEndian.Uint32(b); b = b[4:]; return v }
	text := func() string {
		n := int(u32())
		s, rest := b[:n], b[n:(n+3)&^3]
		if !zero(rest) {
			err = &wire.CorruptError{Offset: int64(len(all) - len(b) + n), What: "padding that is not zero"}
		}
		b = b[n+len(rest):]
		return string(s)
	}
	for i, f := range r.Fields {
		switch f.Type {
		case wire.U32, wire.U64:
			v := uint64(u32())
			if f.Type == wire.U64 {
				v |= uint64(u32()) << 32
			}
			if i == 0 || v != 0 {
				pairs = append(pairs, pair{key(f.Name), constant(r.Name, f.Name, v)})
			}
		case wire.Bytes:
			if s := text(); s != "" {
				pairs = append(pairs, pair{key(f.Name), s})
			}
		case wire.List:
			for n := u32(); n > 0; n-- {
				pairs = append(pairs, pair{key(f.Name), text()})
			}
		}
	}
	return pairs, err
}

// checkPayload reports whether a known record's payload can be decoded, by the
// generated decoders.
func checkPayload(typ uint32, b []byte) error {
	switch typ {
	case wire.TypeProcess:
		return new(wire.ProcessRecord).Decode(b)
	case wire.TypeFile:
		return new(wire.FileRecord).Decode(b)
	case wire.TypeCode:
		return new(wire.CodeRecord).Decode(b)
	case wire.TypeThread:
		return new(wire.ThreadRecord).Decode(b)
	case wire.TypeFork:
		return new(wire.ForkRecord).Decode(b)
	case wire.TypeCosts:
		return new(wire.CostsRecord).Decode(b)
	}
	return nil
}

// shrinkLines replaces count, min-line and lines by what expandLines makes the
// same of, where there is such. A list of another length than count is an error.
func shrinkLines(pairs []pair, payload []byte) ([]pair, error) {
	var c wire.CodeRecord
	if err := c.Decode(payload); err != nil {
		return nil, err
	}
	if len(c.Lines) != 0 && uint64(len(c.Lines)) != 4*uint64(c.Count) {
		return nil, &wire.CorruptError{What: fmt.Sprintf("%d bytes of lines, expected %d", len(c.Lines), 4*uint64(c.Count))}
	}
	if c.Count == 0 {
		return pairs, nil
	}
	var text string
	first := c.MinLine
	if len(c.Lines) == 0 {
		last := uint64(c.MinLine) + uint64(c.Count) - 1
		if last >= 1<<32 {
			return pairs, nil
		}
		text = fmt.Sprintf("%d-%d", c.MinLine, last)
	} else {
		first = binary.LittleEndian.Uint32(c.Lines)
		var s strings.Builder
		for b := c.Lines; len(b) > 0; b = b[4:] {
			s.WriteString(strconv.FormatUint(uint64(binary.LittleEndian.Uint32(b)), 10) + ",")
		}
		text = s.String()
	}
	var kept []pair
	for _, p := range pairs {
		if p.key != "count" && p.key != "min-line" && p.key != "lines" {
			kept = append(kept, p)
		}
	}
	if first != c.MinLine {
		kept = append(kept, pair{"min-line", strconv.FormatUint(uint64(c.MinLine), 10)})
	}
	return append(kept, pair{"lines", text}), nil
}
