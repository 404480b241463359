package names_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"tracer/internal/names"
	"tracer/internal/wire"
)

// file makes a file names of these records.
func file(records ...interface{ Append([]byte) []byte }) []byte {
	b := (&wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}).Append(nil)
	for _, r := range records {
		b = r.Append(b)
	}
	return b
}

func code(base, count, file int, name string) *wire.CodeRecord {
	return &wire.CodeRecord{Base: uint32(base), Count: uint32(count), File: uint32(file), FirstLine: 3, MinLine: 4, Module: []byte("m"), Qualname: []byte(name)}
}

func source(id int) *wire.FileRecord {
	return &wire.FileRecord{ID: uint32(id), Size: 5, MtimeNs: 6, Name: []byte("a.py"), Path: []byte(fmt.Sprintf("/%d/a.py", id))}
}

func thread(number int, name string) *wire.ThreadRecord {
	return &wire.ThreadRecord{Thread: uint32(number), TID: uint32(100 + number), Ident: 1 << 40, Name: []byte(name)}
}

// example has a record of each type, and of one that is not known.
func example() []byte {
	b := file(
		&wire.ProcessRecord{Python: []byte("3.14.0"), Executable: []byte("/bin/python"), Cwd: []byte("/"), Argv: [][]byte{[]byte("python"), []byte("a.py")}},
		source(1), code(1, 3, 1, "f"), source(2), code(5, 0, 2, "g"), thread(1, "main"), thread(2, "other"), thread(2, "renamed"),
	)
	b = wire.AppendRecord(b, 77, []byte("later"+"..."))
	sparse := code(100, 2, 1, "h")
	sparse.Lines = []byte{9, 0, 0, 0, 7, 0, 0, 0}
	return sparse.Append(b)
}

func read(t testing.TB, b []byte) *names.Set {
	t.Helper()
	r := names.NewReader(nil)
	if err := r.Read(bytes.NewReader(b), int64(len(b))); err != nil {
		t.Fatal(err)
	}
	return r.Set
}

func TestReaderTakesAllIn(t *testing.T) {
	s := read(t, example())
	if want := (names.Process{Python: "3.14.0", Executable: "/bin/python", Cwd: "/", Argv: []string{"python", "a.py"}}); !reflect.DeepEqual(s.Process, want) {
		t.Errorf("process %+v", s.Process)
	}
	want := map[int]names.Thread{1: {1, 101, 1 << 40, "main"}, 2: {2, 102, 1 << 40, "renamed"}}
	if !reflect.DeepEqual(s.Threads, want) {
		t.Errorf("threads %+v", s.Threads)
	}
	if len(s.Files) != 2 || *s.Files[1] != (names.File{ID: 2, Name: "a.py", Path: "/2/a.py", Size: 5, MtimeNS: 6}) || s.Files[1].Label() != "/2/a.py" {
		t.Errorf("files %+v", s.Files)
	}
	if (&names.File{Name: "<string>"}).Label() != "<string>" {
		t.Error("a file without a path is not called by its name")
	}
	if len(s.Codes()) != 3 || s.End() != 103 || len(s.Problems) != 0 || s.Parent() != "" {
		t.Fatalf("%d codes up to %d, problems %v, parent %q", len(s.Codes()), s.End(), s.Problems, s.Parent())
	}
	for _, test := range []struct {
		loc  wire.Location
		name string
		line int
	}{{0, "", 0}, {1, "f", 3}, {2, "f", 4}, {4, "f", 6}, {5, "g", 3}, {6, "", 0}, {99, "", 0}, {100, "h", 3}, {101, "h", 9}, {102, "h", 7}, {103, "", 0}} {
		c := s.Code(test.loc)
		if c == nil {
			if test.name != "" {
				t.Errorf("location %d is of no code", test.loc)
			}
			continue
		}
		if c.Qualname != test.name || c.Line(test.loc) != test.line || c.Module != "m" || s.Codes()[c.Index] != c {
			t.Errorf("location %d is line %d of %s, expected %d of %s", test.loc, c.Line(test.loc), c.Qualname, test.line, test.name)
		}
	}
}

func TestReaderFollowsAGrowingFile(t *testing.T) {
	b := example()
	whole := read(t, b)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		r := names.NewReader(nil)
		told := 0
		r.Each = func(uint32, []byte) { told++ }
		for at := 0; at < len(b); {
			at = min(len(b), at+rnd.IntN(100))
			// What is not written yet may be zeros already.
			now := append(b[:at:at], make([]byte, rnd.IntN(2)*rnd.IntN(50))...)
			if bytes.HasPrefix(b, now) || at == len(b) {
				now = b[:at]
			}
			if err := r.Read(bytes.NewReader(now), int64(at)); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(r.Set, whole) || told != 10 {
			t.Fatalf("%+v after %d records, expected %+v after 10", r.Set, told, whole)
		}
	}
}

func TestReaderLeavesRoomThatIsNotWrittenYet(t *testing.T) {
	b := append(example(), make([]byte, 5000)...)
	r := names.NewReader(nil)
	if err := r.Read(bytes.NewReader(b), int64(len(b))); err != nil || len(r.Set.Codes()) != 3 {
		t.Errorf("%d codes, %v", len(r.Set.Codes()), err)
	}
}

func TestBadRecords(t *testing.T) {
	head := func(change func(*wire.NamesHead)) []byte {
		h := wire.NamesHead{Magic: wire.MagicNames, Version: wire.Version}
		change(&h)
		return h.Append(nil)
	}
	good := file(source(1), code(1, 3, 1, "f"))
	after := func(r interface{ Append([]byte) []byte }) []byte { return r.Append(bytes.Clone(good)) }
	odd := code(10, 2, 1, "g")
	odd.Lines = []byte{1, 0, 0, 0}
	flipped := after(thread(1, "main"))
	flipped[len(flipped)-1] ^= 1
	for _, test := range []struct {
		name  string
		b     []byte
		codes int
		want  string
		at    int
	}{
		{"another magic", head(func(h *wire.NamesHead) { h.Magic++ }), 0, "magic", 0},
		{"another version", head(func(h *wire.NamesHead) { h.Version++ }), 0, "version", 8},
		{"a flipped bit", flipped, 1, "checksum", len(good)},
		{"a file of no id", after(source(0)), 1, "file id 0", len(good) + wire.RecordSize},
		{"a file twice", after(source(1)), 1, "file id 1", len(good) + wire.RecordSize},
		{"code at no location", after(code(0, 3, 1, "g")), 1, "code at 0", len(good) + wire.RecordSize},
		{"code beyond the last location", after(code(10, 1<<29-10, 1, "g")), 1, "code at 10", len(good) + wire.RecordSize},
		{"code with too few lines", after(odd), 1, "4 bytes for 2 lines", len(good) + wire.RecordSize},
		{"a record that is too short", wire.AppendRecord(bytes.Clone(good), wire.TypeThread, []byte{1, 0, 0, 0}), 1, "ends before", len(good) + wire.RecordSize + 4},
	} {
		r := names.NewReader(nil)
		b := thread(9, "behind").Append(test.b)
		for range 2 {
			err := r.Read(bytes.NewReader(b), int64(len(b)))
			var corrupt *wire.CorruptError
			if !errors.As(err, &corrupt) || !strings.Contains(err.Error(), test.want) || corrupt.Offset != int64(test.at) {
				t.Errorf("%s: %v, expected %q at byte %d", test.name, err, test.want, test.at)
			}
			b = thread(10, "still").Append(b)
		}
		if len(r.Set.Codes()) != test.codes || len(r.Set.Threads) != 0 {
			t.Errorf("%s: %d codes, threads %v, expected what is before it", test.name, len(r.Set.Codes()), r.Set.Threads)
		}
	}
}

func TestProblemsLeaveARecordOut(t *testing.T) {
	for _, test := range []struct {
		name  string
		b     []byte
		codes string
		want  string
	}{
		{"code whose locations are taken", file(source(1), code(1, 3, 1, "f"), code(4, 3, 1, "g"), code(5, 1, 1, "h")), "f h", "code g at location 4"},
		{"code of an unknown file", file(source(1), code(1, 3, 7, "f")), "f", "file 7"},
	} {
		s := read(t, test.b)
		var got []string
		for _, c := range s.Codes() {
			got = append(got, c.Qualname)
			if c.File == nil || c.File.Label() == "" {
				t.Errorf("%s: %s is of no file", test.name, c.Qualname)
			}
		}
		if strings.Join(got, " ") != test.codes || len(s.Problems) != 1 || !strings.Contains(s.Problems[0].Error(), test.want) {
			t.Errorf("%s: codes %v, problems %v", test.name, got, s.Problems)
		}
	}
}

// broken is a file that cannot be read.
type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }

func TestReadErrorsAreNotCorruption(t *testing.T) {
	r := names.NewReader(nil)
	if err := r.Read(broken{}, 100); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
	b := example()
	if err := r.Read(bytes.NewReader(b), int64(len(b))); err != nil || len(r.Set.Codes()) != 3 {
		t.Errorf("the next time: %d codes, %v", len(r.Set.Codes()), err)
	}
	// A file that was cut off is only shorter than it was.
	r = names.NewReader(nil)
	if err := r.Read(bytes.NewReader(b[:100]), int64(len(b))); err != nil {
		t.Errorf("%v", err)
	}
}

func TestMemoryIsThatOfTheFile(t *testing.T) {
	b := file(source(1), code(1, 400_000_000, 1, "huge"), &wire.ProcessRecord{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := read(t, b)
	runtime.ReadMemStats(&after)
	if c := s.Code(300_000_000); c == nil || c.Line(300_000_000) != 300_000_002 {
		t.Errorf("%+v", c)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes allocated for %d", used, len(b))
	}
}
