package session

import (
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// world is a trace, and the source files that the names of its processes speak of.
type world struct {
	t       *testing.T
	dir     *store.Dir
	sources *sources
	next    uint32
}

func newWorld(t *testing.T) *world {
	dir, err := store.Create(filepath.Join(t.TempDir(), "x.trace"))
	if err != nil {
		t.Fatal(err)
	}
	return &world{t, dir, newSources(dir), 1}
}

// record is the FILE record of a file as it is now.
func (w *world) record(path string) []byte {
	w.t.Helper()
	r := wire.FileRecord{ID: w.next, Kind: wire.FileKindRegular, Name: []byte(path), Path: []byte(path)}
	if info, err := os.Stat(path); err == nil {
		r.Size, r.MtimeNs = uint64(info.Size()), uint64(info.ModTime().UnixNano())
	}
	w.next++
	return r.Append(nil)
}

func (w *world) file(name, content string) string {
	w.t.Helper()
	path := filepath.Join(filepath.Dir(w.dir.Path()), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// read is what the drain does with a record.
func (w *world) read(records ...[]byte) {
	w.t.Helper()
	for _, b := range records {
		typ, payload, _, err := wire.NextRecord(b)
		if err != nil {
			w.t.Fatal(err)
		}
		w.sources.record(typ, payload)
	}
}

func TestSourcesAreKeptOnceAndAsTheyWere(t *testing.T) {
	w := newWorld(t)
	a, same, changed := w.file("a.py", "print(1)"), w.file("same.py", "print(1)"), w.file("changed.py", "old")
	w.read(w.record(a))
	w.file("a.py", "edited since") // kept before that
	late := w.record(changed)
	w.file("changed.py", "newer")
	w.read(w.record(same), (&wire.ThreadRecord{Thread: 1}).Append(nil), late)
	if w.sources.kept[a].Changed {
		t.Error("a.py: changed though nobody has loaded it again")
	}
	w.read(w.record(a), w.record(same)) // of another process, which loaded the edited file
	kept := w.sources.all()
	if len(kept) != 3 || kept[a].SHA256 != kept[same].SHA256 || !kept[a].Changed || kept[same].Changed || !kept[changed].Changed {
		t.Errorf("kept %+v", kept)
	}
	for path, want := range map[string]string{a: "print(1)", same: "print(1)", changed: "newer"} {
		if b, err := w.dir.OpenSource(kept[path].SHA256); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", path, b, err)
		}
	}
	if entries, _ := os.ReadDir(filepath.Join(w.dir.Path(), store.SourcesName)); len(entries) != 2 {
		t.Errorf("%d copies, expected 2", len(entries))
	}
}

func TestCopiesOfAnEarlierControllerStay(t *testing.T) {
	w := newWorld(t)
	path := w.file("a.py", "of now")
	earlier := store.Source{SHA256: "0123"}
	w.sources.keep(path, earlier)
	w.read(w.record(path))
	if got := w.sources.all()[path]; got != earlier {
		t.Errorf("kept %+v, expected %+v", got, earlier)
	}
}

func TestWhatCannotBeKeptIsSaid(t *testing.T) {
	w := newWorld(t)
	gone, large := w.file("gone.py", "x"), w.file("large.py", "")
	if err := os.Truncate(large, store.MaxSource+1); err != nil {
		t.Fatal(err)
	}
	pseudo := wire.FileRecord{ID: 9, Kind: wire.FileKindPseudo, Name: []byte("<string>"), Path: []byte("<string>")}
	records := [][]byte{w.record(gone), w.record(large), w.record(filepath.Dir(large)), pseudo.Append(nil)}
	os.Remove(gone)
	w.read(records...)
	w.read(records...)
	if w.sources.all() != nil || len(w.sources.notes) != 3 {
		t.Errorf("kept %v, notes %q", w.sources.kept, w.sources.notes)
	}
}
