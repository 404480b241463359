package twin

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"

	"tracer/internal/wire"
)

// recordWords are the records' names in text where they are others than in the table.
var recordWords = map[string]string{"process": "interpreter"}

func wordOf(r wire.RecordInfo) string {
	if w, ok := recordWords[r.Name]; ok {
		return w
	}
	return r.Name
}

// record appends the record that a line tells of.
func (p *parser) record(l *line) {
	if l.word == "record" {
		p.unknownRecord(l)
		return
	}
	for _, r := range wire.Records {
		if wordOf(r) != l.word {
			continue
		}
		if r.Type == wire.TypeCode {
			expandLines(l)
		}
		if a, ok := l.arg(); ok {
			l.pairs = append(l.pairs, pair{key(r.Fields[0].Name), a})
		}
		payload := recordPayload(l, r)
		p.names = wire.AppendRecord(p.names, r.Type, payload)
		p.note(r.Type, payload)
		return
	}
}

func (p *parser) unknownRecord(l *line) {
	typ, _ := l.take("type")
	text, _ := l.take("payload")
	payload, err := hex.DecodeString(text)
	if err != nil || len(payload)%4 != 0 {
		l.fail("record: payload %q, expected hexadecimal, a multiple of 4 bytes", text)
		return
	}
	p.names = wire.AppendRecord(p.names, uint32(l.parse(typ, 32, nil)), payload)
}

// recordPayload lays the fields out by the table.
func recordPayload(l *line, r wire.RecordInfo) []byte {
	var b []byte
	for _, f := range r.Fields {
		switch f.Type {
		case wire.U32, wire.U64:
			bits, v := 32, uint64(0)
			if f.Type == wire.U64 {
				bits = 64
			}
			if s, ok := l.take(key(f.Name)); ok {
				v = l.parse(s, bits, constants(r.Name, f.Name))
			}
			if bits == 32 {
				b = binary.LittleEndian.AppendUint32(b, uint32(v))
			} else {
				b = binary.LittleEndian.AppendUint64(b, v)
			}
		case wire.Bytes:
			s, _ := l.take(key(f.Name))
			b = appendText(b, s)
		case wire.List:
			values := l.takeAll(key(f.Name))
			b = binary.LittleEndian.AppendUint32(b, uint32(len(values)))
			for _, s := range values {
				b = appendText(b, s)
			}
		}
	}
	return b
}

func appendText(b []byte, s string) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
	b = append(b, s...)
	return append(b, make([]byte, -len(s)&3)...)
}

// expandLines turns lines=1-5 into count and min-line, lines=1,9 into the list
// that the record has.
func expandLines(l *line) {
	text, ok := l.take("lines")
	if !ok {
		return
	}
	set := func(key string, v uint64) {
		for _, p := range l.pairs {
			if p.key == key {
				return
			}
		}
		l.pairs = append(l.pairs, pair{key, strconv.FormatUint(v, 10)})
	}
	if from, to, ok := strings.Cut(text, "-"); ok {
		a, b := l.parse(from, 32, nil), l.parse(to, 32, nil)
		if b < a {
			l.fail("code: lines %s", text)
		}
		set("count", b-a+1)
		set("min-line", a)
		return
	}
	var list []byte
	for s := range strings.SplitSeq(strings.TrimSuffix(text, ","), ",") {
		list = binary.LittleEndian.AppendUint32(list, uint32(l.parse(s, 32, nil)))
	}
	set("count", uint64(len(list)/4))
	set("min-line", uint64(binary.LittleEndian.Uint32(list)))
	l.pairs = append(l.pairs, pair{"lines", string(list)})
}

// note keeps of a record what later lines fit to.
func (p *parser) note(typ uint32, payload []byte) {
	switch typ {
	case wire.TypeCode:
		var c wire.CodeRecord
		if c.Decode(payload) == nil {
			p.locations = max(p.locations, uint64(c.Base)+uint64(c.Count)+1)
		}
	case wire.TypeThread:
		var t wire.ThreadRecord
		if t.Decode(payload) == nil {
			p.thread(t.Thread).tid = uint64(t.TID)
		}
	}
}
