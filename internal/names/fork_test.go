package names_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	"tracer/internal/names"
	"tracer/internal/wire"
)

// family are files by the directories of their processes. It counts what is closed.
type family struct {
	files  map[string][]byte
	opened int
	closed int
}

type member struct {
	*bytes.Reader
	of *family
}

func (m member) Close() error {
	m.of.closed++
	return nil
}

func (f *family) open(proc string) (io.ReaderAt, int64, error) {
	b, ok := f.files[proc]
	if !ok {
		return nil, 0, fs.ErrNotExist
	}
	f.opened++
	return member{bytes.NewReader(b), f}, int64(len(b)), nil
}

func fork(parent string, size int) *wire.ForkRecord {
	return &wire.ForkRecord{Size: uint64(size), Parent: []byte(parent)}
}

func TestForksInherit(t *testing.T) {
	me := &wire.ProcessRecord{Python: []byte("mine"), Argv: [][]byte{[]byte("child")}}
	grand := file(&wire.ProcessRecord{Python: []byte("other")}, source(1), code(1, 3, 1, "f"), thread(1, "main"))
	forked := len(grand)
	grand = code(10, 3, 1, "after the fork").Append(grand)
	parent := file(&wire.ProcessRecord{}, fork("grand", forked), source(2), code(20, 1, 2, "g"))
	for _, test := range []struct {
		name    string
		b       []byte
		codes   string
		threads int
		problem string
		parent  string
	}{
		{"no fork", file(me, source(1), code(1, 1, 1, "x")), "x", 0, "", ""},
		{"of a process", file(me, fork("grand", forked), code(30, 1, 1, "x"), thread(1, "child")), "f x", 1, "", "grand"},
		{"of a fork", file(me, fork("parent", len(parent)), code(30, 1, 2, "x")), "f g x", 0, "", "parent"},
		{"of a process that is not there", file(me, fork("nobody", 100), source(1), code(30, 1, 1, "x")), "x", 0, "read names of parent nobody: file does not exist", "nobody"},
		{"of itself", file(me, fork("self", 200), source(1), code(30, 1, 1, "x")), "x", 0, "fork of self", "self"},
		{"of a file that is too short", file(me, fork("grand", 5000), code(30, 1, 1, "x")), "f after the fork x", 0, "expected 5000", "grand"},
		{"with a size within a record", file(me, fork("grand", forked-4), code(30, 1, 1, "x")), "f x", 0, "expected", "grand"},
		{"twice", file(me, fork("grand", forked), fork("grand", forked)), "f", 0, "", "grand"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &family{files: map[string][]byte{"grand": grand, "parent": parent, "self": test.b}}
			r := names.NewReader(f.open)
			told := 0
			r.Each = func(uint32, []byte) { told++ }
			err := r.Read(bytes.NewReader(test.b), int64(len(test.b)))
			if (err != nil) != (test.name == "twice") {
				t.Error(err)
			}
			var codes []string
			for _, c := range r.Set.Codes() {
				codes = append(codes, c.Qualname)
			}
			if got := strings.Join(codes, " "); got != test.codes {
				t.Errorf("codes %s, expected %s", got, test.codes)
			}
			if r.Set.Process.Python != "mine" || len(r.Set.Threads) != test.threads || r.Set.Parent() != test.parent {
				t.Errorf("%+v, threads %v, parent %s: they are the fork's own", r.Set.Process, r.Set.Threads, r.Set.Parent())
			}
			if problems := fmt.Sprint(r.Set.Problems); (len(r.Set.Problems) == 0) != (test.problem == "") || !strings.Contains(problems, test.problem) {
				t.Errorf("problems %s, expected %q", problems, test.problem)
			}
			if f.opened != f.closed || told < len(codes) {
				t.Errorf("%d files opened, %d closed, %d records told", f.opened, f.closed, told)
			}
		})
	}
}

func TestForksWithoutAnOpener(t *testing.T) {
	s := read(t, file(fork("parent", 1<<40), source(1), code(30, 1, 1, "x")))
	if len(s.Codes()) != 1 || s.Parent() != "parent" {
		t.Errorf("%d codes, parent %q", len(s.Codes()), s.Parent())
	}
}
