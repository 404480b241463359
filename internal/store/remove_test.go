package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// newWhole makes a trace with every kind of file that one can have.
func newWhole(t *testing.T, path string) *Dir {
	t.Helper()
	d := newTrace(t, path, time.Unix(1000, 0))
	for _, name := range []string{
		LockName, SettingsName, RefusedName, ".manifest.json-123", "sources/" + sha, "sources/." + sha + "-9",
		"proc-1-0/control", "proc-1-0/names", "proc-1-0/raw", "proc-1-0/segments-0", "proc-1-0/index-0",
		"proc-1-0/summaries-0", "proc-1-0/contexts-0", "proc-1-0/counters", "proc-20-1/names", "proc-20-1/refused",
	} {
		write(t, d.Path(), name)
	}
	return d
}

// tree returns the paths of all that is below a folder.
func tree(t *testing.T, path string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(path, func(name string, _ fs.DirEntry, err error) error {
		names = append(names, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestRemove(t *testing.T) {
	inTemp(t)
	parent := t.TempDir()
	beside := write(t, parent, "beside")
	d := newWhole(t, filepath.Join(parent, "x"))
	manifest, err := os.ReadFile(filepath.Join(d.Path(), ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	if bytes, err := Removable(d.Path()); err != nil || bytes != int64(len(manifest)) {
		t.Errorf("%d bytes to free, %v, expected %d", bytes, err, len(manifest))
	}
	if err := Remove(d.Path()); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, parent); !slices.Equal(got, []string{parent, beside}) {
		t.Errorf("left are %q", got)
	}
	if err := Remove(d.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestRemoveKeepsWhatItMustNotRemove(t *testing.T) {
	inTemp(t)
	tests := map[string]struct {
		spoil func(t *testing.T, d *Dir)
		want  string
	}{
		"a file of another":           {func(t *testing.T, d *Dir) { write(t, d.Path(), "notes.txt") }, "notes.txt in it is no file of a trace; move it away first"},
		"one in a process":            {func(t *testing.T, d *Dir) { write(t, d.Path(), "proc-1-0", "core") }, "proc-1-0/core in it is no"},
		"one in the sources":          {func(t *testing.T, d *Dir) { write(t, d.Path(), SourcesName, "app.py") }, "sources/app.py in it is no"},
		"a folder of another":         {func(t *testing.T, d *Dir) { write(t, d.Path(), "mine", "raw") }, "mine in it is no"},
		"a folder named like a file":  {func(t *testing.T, d *Dir) { write(t, d.Path(), "proc-2-0", "raw", "x") }, "proc-2-0/raw in it is no"},
		"a link named like a file":    {func(t *testing.T, d *Dir) { link(t, d, "proc-1-0/index-1") }, "proc-1-0/index-1 in it is no"},
		"a link named like a process": {func(t *testing.T, d *Dir) { link(t, d, "proc-9-0") }, "proc-9-0 in it is no"},
		"no trace": {func(t *testing.T, d *Dir) {
			for _, name := range []string{ManifestName, "proc-1-0", "proc-20-1"} {
				if err := os.RemoveAll(filepath.Join(d.Path(), name)); err != nil {
					t.Fatal(err)
				}
			}
		}, "is no trace"},
		"a trace that is being written": {func(t *testing.T, d *Dir) {
			l, err := d.Lock()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Unlock() })
		}, "another tracer is writing it; end that first"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := newWhole(t, filepath.Join(t.TempDir(), "x"))
			tt.spoil(t, d)
			before := tree(t, d.Path())
			_, err := Removable(d.Path())
			wants(t, "removable", err, tt.want)
			wants(t, "remove", Remove(d.Path()), tt.want)
			if after := tree(t, d.Path()); !slices.Equal(after, before) {
				t.Errorf("left are %q of %q", after, before)
			}
		})
	}
}

// link makes a link to a folder with a file.
func link(t *testing.T, d *Dir, name string) {
	t.Helper()
	outside := filepath.Dir(write(t, t.TempDir(), "raw"))
	if err := os.Symlink(outside, filepath.Join(d.Path(), name)); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if _, err := os.Lstat(filepath.Join(outside, "raw")); err != nil {
			t.Errorf("what the link leads to: %v", err)
		}
	})
}

func TestRemoveTakesNoLinkForATrace(t *testing.T) {
	inTemp(t)
	d := newWhole(t, filepath.Join(t.TempDir(), "x"))
	path := filepath.Join(t.TempDir(), "link.trace")
	if err := os.Symlink(d.Path(), path); err != nil {
		t.Skip(err)
	}
	before := tree(t, d.Path())
	wants(t, "a link", Remove(path), "is a link; remove the trace that it leads to")
	wants(t, "a link with a slash", Remove(path+"/"), "is a link")
	if after := tree(t, d.Path()); !slices.Equal(after, before) {
		t.Errorf("left are %q", after)
	}
}

func TestWhatAnInterruptedRemoveLeavesCanBeRemoved(t *testing.T) {
	inTemp(t)
	c, err := newWhole(t, filepath.Join(t.TempDir(), "x")).contents()
	if err != nil {
		t.Fatal(err)
	}
	order := append(c.removedFirst(), removedLast()...)
	if want := len(c.files) + len(c.dirs); len(order) != want || want < 15 {
		t.Fatalf("%d steps for %d files and directories", len(order), want)
	}
	for steps := range len(order) + 1 {
		for _, manifest := range []bool{true, false} {
			d := newWhole(t, filepath.Join(t.TempDir(), "x.trace"))
			for _, name := range order[:steps] {
				if err := os.Remove(filepath.Join(d.Path(), name)); err != nil {
					t.Fatal(err)
				}
			}
			if !manifest { // the program was killed before there was one
				os.Remove(filepath.Join(d.Path(), ManifestName))
			} else if _, err := OpenDir(d.Path()); (err == nil) != (steps < len(order)) {
				t.Errorf("after %d of %d steps: %v", steps, len(order), err)
			}
			if err := Remove(d.Path()); err != nil {
				t.Errorf("after %d of %d steps: %v", steps, len(order), err)
			}
		}
	}
}

func TestRemovingTheLatestMakesAnotherTheLatest(t *testing.T) {
	state := inTemp(t)
	for name, at := range map[string]int64{"a": 1000, "b": 2000, "c": 3000} {
		newTrace(t, filepath.Join(state, name+Suffix), time.Unix(at, 0))
	}
	path := func(name string) string { return filepath.Join(state, name+Suffix) }
	if err := SetLatest(path("b")); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ remove, latest string }{{"a", "b"}, {"b", "c"}, {"c", ""}} {
		if err := Remove(path(step.remove)); err != nil {
			t.Fatal(err)
		}
		latest, err := Latest()
		if step.latest == "" && errors.Is(err, ErrNone) {
			continue
		}
		if latest != path(step.latest) || err != nil {
			t.Errorf("without %s the latest is %q, %v, expected %s", step.remove, latest, err, step.latest)
		}
	}
}

func TestTrim(t *testing.T) {
	const size = 100_000
	tests := map[string]struct {
		limit   int64
		keep    string
		removed []string
	}{
		"no limit":                   {0, "", nil},
		"all fit":                    {10 * size, "", nil},
		"one too many":               {size * 7 / 2, "", []string{"a"}},
		"two too many":               {size * 5 / 2, "", []string{"a", "b"}},
		"the oldest is to be kept":   {size * 7 / 2, "a", []string{"b"}},
		"nothing fits":               {1, "d", []string{"a", "b"}},
		"not even what is kept fits": {size / 2, "b", []string{"a", "d"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			state := inTemp(t)
			at := time.Unix(1000, 0)
			for _, name := range []string{"a", "named", "broken", "b", "writing", "d"} {
				d := newTrace(t, filepath.Join(state, name+Suffix), time.Unix(9000, 0).Add(-time.Duration(len(name))*time.Hour))
				if err := os.WriteFile(write(t, d.Path(), "proc-1-0", RawName), make([]byte, size), 0o600); err != nil {
					t.Fatal(err)
				}
				switch name {
				case "named":
					if err := d.WriteManifest(&Manifest{Named: true}); err != nil {
						t.Fatal(err)
					}
				case "broken":
					write(t, d.Path(), ManifestName)
				case "writing":
					l, err := d.Lock()
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { l.Unlock() })
				}
				at = at.Add(time.Hour)
				if err := os.Chtimes(d.Path(), at, at); err != nil {
					t.Fatal(err)
				}
			}
			removed, err := Trim(tt.limit, filepath.Join(state, tt.keep+Suffix))
			var names []string
			for _, e := range removed {
				names = append(names, e.Name)
				if _, err := os.Lstat(e.Path); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s: %v", e.Path, err)
				}
			}
			if err != nil || !slices.Equal(names, tt.removed) {
				t.Errorf("removed %q, %v, expected %q", names, err, tt.removed)
			}
			if left, err := inStateDir(); err != nil || len(left) != 6-len(names) {
				t.Errorf("left are %q, %v", left, err)
			}
		})
	}
}

func TestTrimGoesOnAfterOneThatCannotBeRemoved(t *testing.T) {
	state := inTemp(t)
	for i, name := range []string{"a", "b"} {
		d := newTrace(t, filepath.Join(state, name+Suffix), time.Time{})
		if name == "a" {
			write(t, d.Path(), "notes")
		}
		at := time.Unix(int64(1000*i), 0)
		if err := os.Chtimes(d.Path(), at, at); err != nil {
			t.Fatal(err)
		}
	}
	removed, err := Trim(1, "")
	wants(t, "a", err, "make room for traces: remove trace "+filepath.Join(state, "a.trace")+": notes in it is no file of a trace")
	if len(removed) != 1 || removed[0].Name != "b" {
		t.Errorf("removed %v, expected b", removed)
	}
}
