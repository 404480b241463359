package export

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/exporttest"
	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

func TestFormatsAreComplete(t *testing.T) {
	names := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || names[f.Name] || f.Help == "" || f.Opens == "" || !strings.HasPrefix(f.Ending, ".") || f.Write == nil {
			t.Errorf("%+v", f)
		}
		names[f.Name] = true
		if found, ok := Find(f.Name); !ok || found.Ending != f.Ending {
			t.Errorf("%s is not found", f.Name)
		}
	}
	if _, ok := Find("none"); ok || len(names) < 10 {
		t.Errorf("%v", names)
	}
}

// TestTheSameTwice: nothing in a file depends on the order of a map.
func TestTheSameTwice(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 1, Threads: 2, Processes: 2, Events: 400, Costs: true})
	for _, f := range Formats() {
		t.Run(f.Name, func(t *testing.T) {
			var first bytes.Buffer
			for i := range 5 {
				var b bytes.Buffer
				if err := f.Write(t.Context(), &b, tr, Options{Creator: "test"}); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					first = b
				} else if !bytes.Equal(b.Bytes(), first.Bytes()) {
					t.Fatalf("it is another one at try %d", i)
				}
			}
			if first.Len() < 100 {
				t.Errorf("%d bytes", first.Len())
			}
		})
	}
}

// TestNothingThere: a trace, or a window, without events is no error.
func TestNothingThere(t *testing.T) {
	empty := exporttest.Text(t, "process pid=1 clock-kind=monotonic\n")
	some := exporttest.Random(t, exporttest.Program{Seed: 1, Events: 50})
	for _, f := range Formats() {
		if err := f.Write(t.Context(), io.Discard, empty, Options{ByThread: true}); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		o := Options{Query: query.Query{Window: trace.Window{From: 1e15, To: 2e15}}}
		if err := f.Write(t.Context(), io.Discard, some, o); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestWithoutLines(t *testing.T) {
	path := tracetest.Write(t, tracetest.Spec{
		Processes: []string{tracetest.Random{Events: 100}.Text(rand.New(rand.NewPCG(1, 1)))}, Manifest: store.Manifest{Settings: store.Settings{Events: "functions"}},
	})
	tr, refused := exporttest.Open(t, path), ""
	for _, f := range Formats() {
		err := f.Write(t.Context(), io.Discard, tr, Options{})
		if errors.Is(err, ErrNoLines) {
			refused += f.Name + " "
		} else if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if refused != "lprof coverage lcov cobertura " {
		t.Errorf("refused by %s", refused)
	}
}

// full takes so many bytes, and no more.
type full int

var errFull = errors.New("it is full")

func (f *full) Write(b []byte) (int, error) {
	if len(b) > int(*f) {
		return 0, errFull
	}
	*f -= full(len(b))
	return len(b), nil
}

func TestErrorsEndIt(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 1, Threads: 2, Events: 3000})
	for _, f := range Formats() {
		var room full = 200
		if err := f.Write(t.Context(), &room, tr, Options{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v, expected %v", f.Name, err, errFull)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := f.Write(ctx, io.Discard, tr, Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, expected %v", f.Name, err, context.Canceled)
		}
	}
}

// TestProgressReachesTheEnd, and never falls.
func TestProgressReachesTheEnd(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 1, Threads: 2, Events: 3000})
	for _, f := range Formats() {
		if f.Name == "coverage" || f.Name == "lcov" || f.Name == "cobertura" {
			continue // summaries know it
		}
		last := uint64(0)
		err := f.Write(t.Context(), io.Discard, tr, Options{Progress: func(done, all uint64) {
			if done < last || done > all {
				t.Errorf("%s: %d of %d after %d", f.Name, done, all, last)
			}
			last = done
		}})
		if err != nil || last < 6000 {
			t.Errorf("%s: %d events, %v", f.Name, last, err)
		}
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, s)
			return err
		}
	}
	has := func(want string) {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil || string(b) != want {
			t.Errorf("%q, %v; expected %q", b, err, want)
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) != 1 {
			t.Errorf("%v, %v: expected one file", left, err)
		}
	}
	size, err := File(path, false, text("first"))
	if err != nil || size != 5 {
		t.Errorf("%d, %v", size, err)
	}
	has("first")
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, err := File(path, false, text("second")); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "--force") {
		t.Errorf("%v", err)
	}
	has("first")
	failing := func(w io.Writer) error { return errors.Join(text("half")(w), context.Canceled) }
	if _, err := File(path, true, failing); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	has("first")
	corrupt := &wire.CorruptError{What: "bad"}
	size, err = File(path, true, func(w io.Writer) error { return errors.Join(text("what there is")(w), corrupt) })
	if !errors.Is(err, corrupt) || size != 13 {
		t.Errorf("%d, %v", size, err)
	}
	has("what there is")
}

// TestFileAppearsMeanwhile: what somebody else made while it was written is kept.
func TestFileAppearsMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	_, err := File(path, false, func(io.Writer) error { return os.WriteFile(path, []byte("theirs"), 0o600) })
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "theirs" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestFileFollowsNoLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("not tested: %v", err)
	}
	nothing := func(io.Writer) error { return nil }
	if _, err := File(link, false, nothing); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	if _, err := File(link, true, nothing); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(target); err != nil || string(b) != "theirs" {
		t.Errorf("%q, %v", b, err)
	}
	if info, err := os.Lstat(link); err != nil || !info.Mode().IsRegular() {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := File(dir, true, nothing); err == nil || !strings.Contains(err.Error(), "it is a directory") {
		t.Errorf("%v", err)
	}
	if _, err := File(filepath.Join(dir, "no", "where"), true, nothing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// TestDamage flips bytes of stored traces: what can be read is written, and the rest said, or
// nothing can be.
func TestDamage(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	failed, written := 0, 0
	for round := range 12 {
		text := tracetest.Random{Events: 2000, Threads: 2, Gaps: true, Deep: round%2 == 0}.Text(rnd)
		path := tracetest.Write(t, tracetest.Spec{Processes: []string{text}, Compact: true})
		exporttest.Damage(t, path, rnd, 3)
		tr, err := trace.Open(path)
		if err != nil {
			continue // that, too, is an answer
		}
		for _, f := range Formats() {
			for _, o := range []Options{{}, {Fold: true, ByThread: true, Lines: true}, {Query: query.Query{Depth: 4}}} {
				err := f.Write(t.Context(), io.Discard, tr, o)
				var corrupt *wire.CorruptError
				switch {
				case err == nil:
					written++
				case errors.As(err, &corrupt):
					failed++
				default:
					t.Errorf("%s: %v", f.Name, err)
				}
			}
		}
		tr.Close()
	}
	if failed < 50 || written < 50 {
		t.Errorf("%d failed, %d did not", failed, written)
	}
}
