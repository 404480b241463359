package summary

import (
	"bytes"
	"testing"

	"tracer/internal/names"
	"tracer/internal/wire"
)

func TestRowsAreTheFirst(t *testing.T) {
	b := (&wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}).Append(nil)
	for _, f := range []wire.FileRecord{
		{ID: 1, Name: []byte("a.py"), Path: []byte("/a.py")}, {ID: 2, Name: []byte("<string>")},
		{ID: 3, Name: []byte("./a.py"), Path: []byte("/a.py")},
	} {
		b = f.Append(b)
	}
	r := names.NewReader(nil)
	rows := NewRows(r.Set)
	tests := []struct {
		name string
		code wire.CodeRecord
		want Row
	}{
		{"the first", wire.CodeRecord{Base: 10, File: 1, FirstLine: 5, Module: []byte("m"), Qualname: []byte("f")}, Row{10, 10, 10}},
		{"the same again", wire.CodeRecord{Base: 20, File: 1, FirstLine: 5, Module: []byte("m"), Qualname: []byte("f")}, Row{10, 10, 10}},
		{"of a file of the same path", wire.CodeRecord{Base: 30, File: 3, FirstLine: 5, Module: []byte("m"), Qualname: []byte("f")}, Row{10, 10, 10}},
		{"of another line", wire.CodeRecord{Base: 40, File: 1, FirstLine: 6, Module: []byte("m"), Qualname: []byte("f")}, Row{40, 10, 10}},
		{"of another name", wire.CodeRecord{Base: 50, File: 1, FirstLine: 5, Module: []byte("m"), Qualname: []byte("g")}, Row{50, 10, 10}},
		{"of another module", wire.CodeRecord{Base: 60, File: 1, FirstLine: 5, Module: []byte("n"), Qualname: []byte("f")}, Row{60, 60, 10}},
		{"of another file", wire.CodeRecord{Base: 70, File: 2, FirstLine: 5, Module: []byte("n"), Qualname: []byte("f")}, Row{70, 60, 70}},
		{"the line again, later", wire.CodeRecord{Base: 80, File: 1, FirstLine: 6, Module: []byte("m"), Qualname: []byte("f")}, Row{40, 10, 10}},
	}
	for i, test := range tests {
		b = test.code.Append(b)
		if err := r.Read(bytes.NewReader(b), int64(len(b))); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			continue // the set grows by several at a time
		}
		for n, c := range r.Set.Codes() {
			if got := rows.Of(c); got != tests[n].want {
				t.Errorf("%s: %+v, expected %+v", tests[n].name, got, tests[n].want)
			}
		}
	}
	if len(rows.rows) != len(tests) {
		t.Errorf("visited %d of %d code objects", len(rows.rows), len(tests))
	}
}
