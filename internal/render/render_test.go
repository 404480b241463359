package render

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

func TestDuration(t *testing.T) {
	tests := []struct {
		ns   int64
		want string
	}{
		{0, "0 ns"}, {999, "999 ns"}, {1000, "1.00 µs"}, {9994, "9.99 µs"}, {9995, "10.0 µs"}, {12345, "12.3 µs"},
		{99949, "99.9 µs"}, {99951, "100 µs"}, {999499, "999 µs"}, {999500, "1.00 ms"}, {4_560_000_000, "4.56 s"},
		{1_234_567_000_000, "1,235 s"}, {-1500, "-1.50 µs"}, {math.MaxInt64, "9,223,372,037 s"},
	}
	for _, tt := range tests {
		if got := Duration(tt.ns); got != tt.want {
			t.Errorf("Duration(%d) = %q, want %q", tt.ns, got, tt.want)
		}
	}
}

func TestUnits(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{Count(0), "0"}, {Count(uint64(1234567)), "1,234,567"},
		{Plural(1, "thread"), "1 thread"}, {Plural(2000, "thread"), "2,000 threads"}, {Plural(2, "process"), "2 processes"},
		{Percent(1, 3), "33.3%"}, {Percent(0, 3), "0.0%"}, {Percent(1, 0), "-"},
		{Bytes(12 << 20), "12 MiB"}, {Bytes(-1), "0 B"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestTableAligns(t *testing.T) {
	var b bytes.Buffer
	tab := NewTable(Screen{}, Column{"TIME", true}, Column{"name", false}, Column{"N", true}, Column{"LAST", false})
	tab.Row(Time(1_500_000_000), Text("größe"), Number(1234), Text("x"))
	tab.Row(Time(15), Text("日本"), Number(1), Text(""))
	if err := tab.Write(&b); err != nil {
		t.Fatal(err)
	}
	want := `
   TIME  name       N  LAST
1.50 s   größe  1,234  x
  15 ns  日本       1
`
	if got := "\n" + b.String(); got != want {
		t.Errorf("got:%s\nwant:%s", got, want)
	}
}

func TestTableCutsToTheScreen(t *testing.T) {
	var b bytes.Buffer
	tab := NewTable(Screen{Width: 12, Color: true}, Column{"A", false}, Column{"B", false})
	tab.Row(Cell{Text: "abc", Style: Hot}, Cell{Text: "defghijklmn", Style: Warm})
	if err := tab.Write(&b); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.Contains(got, "…") || strings.Contains(got, "ijk") {
		t.Errorf("not cut off: %q", got)
	}
}

func TestColorsOnlyWhereAsked(t *testing.T) {
	for mode, want := range map[Mode]bool{Auto: false, Never: false, Always: true} {
		s := NewScreen(&bytes.Buffer{}, mode)
		if s.Color != want || (s.Paint(Hot, "x") != "x") != want {
			t.Errorf("%s: %+v paints %q", mode, s, s.Paint(Hot, "x"))
		}
	}
}

func TestClean(t *testing.T) {
	if got, want := Clean("a\tb\x1b[31m\u202ec\u009b\n"), "a\tb␛[31m\\u202ec\\u009b␊"; got != want {
		t.Errorf("Clean = %q, want %q", got, want)
	}
}

func TestData(t *testing.T) {
	type row struct {
		Name string `json:"name"`
		N    int64  `json:"n_ns"`
		Rest int    `json:"-"`
		P    *int   `json:"p"`
	}
	one := 1
	rows := []row{{"a<,\"b", 5, 9, nil}, {"x", -1, 9, &one}}
	tests := []struct {
		name  string
		write func(b *bytes.Buffer) error
		want  string
	}{
		{"json", func(b *bytes.Buffer) error { return JSON(b, rows) },
			"[\n{\"name\":\"a<,\\\"b\",\"n_ns\":5,\"p\":null},\n{\"name\":\"x\",\"n_ns\":-1,\"p\":1}\n]\n"},
		{"no rows as json", func(b *bytes.Buffer) error { return JSON[row](b, nil) }, "[]\n"},
		{"csv", func(b *bytes.Buffer) error { return CSV(b, rows) }, "name,n_ns,p\n\"a<,\"\"b\",5,\nx,-1,1\n"},
		{"no rows as csv", func(b *bytes.Buffer) error { return CSV[row](b, nil) }, "name,n_ns,p\n"},
	}
	for _, tt := range tests {
		var b bytes.Buffer
		if err := tt.write(&b); err != nil || b.String() != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.name, b.String(), err, tt.want)
		}
	}
}
