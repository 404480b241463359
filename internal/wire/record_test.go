package wire_test

import (
	"bytes"
	"errors"
	"testing"

	"tracer/internal/wire"
)

// record is what the generated records have in common.
type record interface {
	Decode([]byte) error
	Append([]byte) []byte
}

// newRecord returns an empty record of a type, nil for an unknown one.
func newRecord(typ uint32) record {
	switch typ {
	case wire.TypeProcess:
		return new(wire.ProcessRecord)
	case wire.TypeFile:
		return new(wire.FileRecord)
	case wire.TypeCode:
		return new(wire.CodeRecord)
	case wire.TypeThread:
		return new(wire.ThreadRecord)
	case wire.TypeFork:
		return new(wire.ForkRecord)
	case wire.TypeCosts:
		return new(wire.CostsRecord)
	case wire.TypeTable:
		return new(wire.TableRecord)
	case wire.TypePrefix:
		return new(wire.PrefixRecord)
	}
	return nil
}

// examples are the bytes of the vectors and of what these leave out.
func examples() map[string][]byte {
	m := map[string][]byte{
		"prefix":              (&wire.PrefixRecord{List: wire.ListExclude, Open: 1, Prefix: []byte("a.b")}).Append(nil),
		"table":               (&wire.TableRecord{List: wire.ListInclude, Open: 2, Image: []byte("any bytes")}).Append(nil),
		"costs":               (&wire.CostsRecord{Line: 7000, First: 9000, ReturnBefore: 1<<32 - 300, ThrowAfter: 5}).Append(nil),
		"process of nothing":  new(wire.ProcessRecord).Append(nil),
		"thread of four byte": (&wire.ThreadRecord{Thread: 1, Name: []byte("main")}).Append(nil),
	}
	for _, v := range wire.RecordVectors {
		m[v.Name] = v.Record.Append(nil)
	}
	return m
}

func TestRecordsRoundTrip(t *testing.T) {
	seen := map[uint32]bool{}
	for name, b := range examples() {
		typ, payload, n, err := wire.NextRecord(append(bytes.Clone(b), 1, 2, 3))
		if err != nil || n != len(b) {
			t.Errorf("%s: NextRecord = %d bytes, %v, expected %d", name, n, err, len(b))
			continue
		}
		r := newRecord(typ)
		if err := r.Decode(payload); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := r.Append(nil); !bytes.Equal(got, b) {
			t.Errorf("%s: Append(Decode(b)) = %x, expected %x", name, got, b)
		}
		seen[typ] = true
	}
	if len(seen) != len(wire.Records) {
		t.Errorf("visited %d types of records, expected all %d", len(seen), len(wire.Records))
	}
}

func TestEveryFlippedBitIsNoticed(t *testing.T) {
	for name, b := range examples() {
		for bit := range 8 * len(b) {
			c := bytes.Clone(b)
			c[bit/8] ^= 1 << (bit % 8)
			if _, _, n, err := wire.NextRecord(c); err == nil && n != 0 {
				t.Errorf("%s: bit %d flipped, the record is still taken", name, bit)
			}
		}
	}
}

func TestCutOffRecordIsNoError(t *testing.T) {
	for name, b := range examples() {
		for n := range len(b) {
			if _, _, got, err := wire.NextRecord(b[:n]); got != 0 || err != nil {
				t.Errorf("%s cut at %d: %d, %v, expected 0 and no error", name, n, got, err)
			}
		}
	}
}

func TestBadRecords(t *testing.T) {
	var corrupt *wire.CorruptError
	for name, b := range map[string][]byte{
		"size that is no multiple of 4": {5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0},
		"size beyond the largest":       {0, 0, 0, 255, 1, 0, 0, 0, 0, 0, 0, 0},
		"zeros":                         make([]byte, 100),
	} {
		if _, _, _, err := wire.NextRecord(b); !errors.As(err, &corrupt) {
			t.Errorf("%s: %v, expected a CorruptError", name, err)
		}
	}
	for name, payload := range map[string][]byte{
		"nothing":                    {},
		"left over":                  append(payloadOf(examples()["thread"]), 0, 0, 0, 0),
		"string longer than payload": {1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255},
	} {
		if err := new(wire.ThreadRecord).Decode(payload); !errors.As(err, &corrupt) {
			t.Errorf("%s: %v, expected a CorruptError", name, err)
		}
	}
	list := []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255}
	if err := new(wire.ProcessRecord).Decode(list); !errors.As(err, &corrupt) {
		t.Errorf("list of 2^32-1: %v, expected a CorruptError", err)
	}
}

func payloadOf(b []byte) []byte { return bytes.Clone(b[wire.RecordSize:]) }

func FuzzNextRecord(f *testing.F) {
	for _, b := range examples() {
		f.Add(b)
	}
	f.Add(make([]byte, 16))
	f.Fuzz(func(t *testing.T, b []byte) {
		typ, payload, n, err := wire.NextRecord(b)
		if err != nil && (n != 0 || payload != nil) {
			t.Fatalf("both an error and a value: %v", err)
		}
		if n == 0 {
			return
		}
		if got := wire.AppendRecord(nil, typ, payload); !bytes.Equal(got, b[:n]) {
			t.Fatalf("AppendRecord = %x, expected %x", got, b[:n])
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, b := range examples() {
		typ, payload, _, _ := wire.NextRecord(b)
		f.Add(typ, payload)
	}
	f.Fuzz(func(t *testing.T, typ uint32, payload []byte) {
		r := newRecord(typ)
		if r == nil || r.Decode(payload) != nil {
			return
		}
		// What was decoded can be written, and is then read the same.
		b := r.Append(nil)
		_, again, _, err := wire.NextRecord(b)
		if err != nil || len(again) != len(payload) {
			t.Fatalf("%x becomes %x: %v", payload, again, err)
		}
		second := newRecord(typ)
		if err := second.Decode(again); err != nil || !bytes.Equal(second.Append(nil), b) {
			t.Fatalf("%x is read otherwise the second time: %v", payload, err)
		}
	})
}
