package wire_test

import (
	"testing"

	"tracer/internal/wire"
)

func TestFieldsAreAlignedAndFit(t *testing.T) {
	fields := 0
	for _, s := range wire.Structs {
		names := map[string]bool{}
		for i, f := range s.Fields {
			fields++
			if f.Size != 4 && f.Size != 8 {
				t.Errorf("%s.%s has %d bytes, expected 4 or 8", s.Name, f.Name, f.Size)
			}
			if s.Offset(i)%f.Size != 0 {
				t.Errorf("%s.%s at %d is not aligned to its %d bytes", s.Name, f.Name, s.Offset(i), f.Size)
			}
			if names[f.Name] || f.Doc == "" {
				t.Errorf("%s.%s is there twice or says nothing", s.Name, f.Name)
			}
			names[f.Name] = true
		}
		if end := s.Offset(len(s.Fields)); end > s.Size {
			t.Errorf("%s: fields up to %d in %d bytes", s.Name, end, s.Size)
		}
	}
	if len(wire.Structs) != 11 || fields < 40 {
		t.Errorf("visited %d structs and %d fields", len(wire.Structs), fields)
	}
}

func TestTablesHaveNoNumberTwice(t *testing.T) {
	for _, e := range wire.Enums {
		seen := map[uint32]bool{}
		for _, c := range e.Values {
			if seen[c.Value] {
				t.Errorf("%s has the value %d twice", e.Name, c.Value)
			}
			seen[c.Value] = true
		}
	}
	seen := map[uint32]bool{}
	for _, r := range wire.Records {
		if seen[r.Type] || r.Type == 0 {
			t.Errorf("record type %d (%s) is 0 or there twice", r.Type, r.Name)
		}
		seen[r.Type] = true
	}
	if len(wire.Enums) != 13 || len(seen) != 8 {
		t.Errorf("visited %d enums and %d records", len(wire.Enums), len(seen))
	}
}

// structure is what the generated structures have in common.
type structure interface {
	Decode([]byte)
	Append([]byte) []byte
}

func TestStructuresRoundTrip(t *testing.T) {
	makers := map[string]func() structure{
		"control":       func() structure { return new(wire.Control) },
		"slot":          func() structure { return new(wire.Slot) },
		"frame":         func() structure { return new(wire.Frame) },
		"names_head":    func() structure { return new(wire.NamesHead) },
		"settings_head": func() structure { return new(wire.SettingsHead) },
		"record":        func() structure { return new(wire.Record) },
		"segment":       func() structure { return new(wire.Segment) },
		"node":          func() structure { return new(wire.Node) },
		"context":       func() structure { return new(wire.Context) },
		"summary":       func() structure { return new(wire.Summary) },
		"sample":        func() structure { return new(wire.Sample) },
	}
	for _, s := range wire.Structs {
		used := s.Offset(len(s.Fields))
		b := make([]byte, s.Size)
		for i := range b[:used] {
			b[i] = byte(i*7 + 1) // every byte another than its neighbours
		}
		v := makers[s.Name]()
		v.Decode(b)
		if got := v.Append(nil); string(got) != string(b) {
			t.Errorf("%s: Append(Decode(b)) is not b", s.Name)
		}
		if len(v.Append([]byte{1})) != s.Size+1 {
			t.Errorf("%s: Append adds %d bytes, expected %d", s.Name, len(v.Append([]byte{1}))-1, s.Size)
		}
	}
}
