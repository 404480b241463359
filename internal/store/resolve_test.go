package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestResolve(t *testing.T) {
	state := inTemp(t)
	_, err := Resolve("")
	if !errors.Is(err, ErrNone) {
		t.Errorf("%v is not ErrNone", err)
	}
	wants(t, "nothing recorded", err, "no trace recorded yet; record one with: tracer run app.py")

	in := newTrace(t, filepath.Join(state, "app-1.trace"), time.Time{}).Path()
	work := t.TempDir()
	t.Chdir(work)
	out := newTrace(t, filepath.Join(work, "mine"), time.Time{}).Path()
	if err := os.MkdirAll(filepath.Join(work, "killed", "proc-7-0"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(work, "app-1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := SetLatest("mine"); err != nil {
		t.Fatal(err)
	}
	for arg, want := range map[string]string{
		"":            out,
		"mine":        out,
		"./mine":      out,
		out:           out,
		"killed":      filepath.Join(work, "killed"),
		"app-1":       in, // though a directory of that name, no trace, is here
		"app-1.trace": in,
		filepath.Join(work, "../"+filepath.Base(work)+"/mine"): out,
	} {
		if got, err := Resolve(arg); got != want || err != nil {
			t.Errorf("%q is %s, %v, expected %s", arg, got, err, want)
		}
	}
	for arg, want := range map[string]string{
		"none":     "open trace none: file does not exist; see what there is with: tracer list",
		"./app-1":  "open trace ./app-1: is no trace: it holds neither manifest.json nor a directory proc-*",
		"file":     "open trace file: is a file; a trace is a directory",
		"file/x":   "open trace file/x: ",
		"../none":  "open trace ../none: file does not exist",
		"no\x00ne": "open trace no\x00ne: invalid argument",
	} {
		_, err := Resolve(arg)
		wants(t, arg, err, want)
	}
	if err := os.RemoveAll(out); err != nil {
		t.Fatal(err)
	}
	_, err = Resolve("")
	wants(t, "latest is gone", err, "open latest trace "+out+": file does not exist; see what there is with: tracer list")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
}

func TestLatestThatIsNoPath(t *testing.T) {
	state := inTemp(t)
	if err := os.MkdirAll(state, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "relative\n"} {
		if err := os.WriteFile(filepath.Join(state, latestName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if path, err := Latest(); !errors.Is(err, ErrNone) {
			t.Errorf("%q is %q, %v", text, path, err)
		}
	}
}

func TestList(t *testing.T) {
	state := inTemp(t)
	if list, err := List(); len(list) != 0 || err != nil {
		t.Errorf("without a state directory: %v, %v", list, err)
	}
	newTrace(t, filepath.Join(state, "old.trace"), time.Unix(1000, 0))
	newTrace(t, filepath.Join(state, "new.trace"), time.Unix(3000, 0))
	broken := newTrace(t, filepath.Join(state, "broken.trace"), time.Time{}).Path()
	if err := os.WriteFile(filepath.Join(broken, ManifestName), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(broken, time.Unix(2000, 0), time.Unix(2000, 0)); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"file.trace", "latest"} {
		if err := os.WriteFile(filepath.Join(state, other), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := List()
	if err != nil || len(list) != 3 {
		t.Fatalf("%v, %v", list, err)
	}
	for i, want := range []string{"new", "broken", "old"} {
		e := list[i]
		if e.Name != want || e.Path != filepath.Join(state, want+Suffix) || (e.Manifest == nil) != (want == "broken") || (e.Err == nil) != (want != "broken") || e.Bytes == 0 {
			t.Errorf("entry %d is %+v, expected %s", i, e, want)
		}
	}
}
