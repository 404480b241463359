package sys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// patience is more than any step of a test takes.
const patience = 30 * time.Second

func nextName(t *testing.T, w *Watch) string {
	t.Helper()
	select {
	case name, ok := <-w.Names():
		if !ok {
			t.Fatal("no more names")
		}
		return name
	case <-time.After(patience):
		t.Fatal("no name comes")
	}
	return ""
}

// do fails the test at the first error of some steps.
func do(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestWatchNamesWhatAppears(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	do(t, os.Mkdir(filepath.Join(dir, "before"), 0o700), os.Mkdir(filepath.Join(other, "moved"), 0o700))
	w, err := WatchDir(dir + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	do(t,
		os.Mkdir(filepath.Join(dir, "made"), 0o700),
		os.WriteFile(filepath.Join(dir, "made", "inside"), []byte("x"), 0o600),
		os.Chmod(filepath.Join(dir, "before"), 0o755),
		os.Remove(filepath.Join(dir, "before")),
		os.Rename(filepath.Join(other, "moved"), filepath.Join(dir, "moved")),
		os.Rename(filepath.Join(dir, "made"), filepath.Join(other, "made")),
		os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o600),
		os.WriteFile(filepath.Join(dir, "file"), []byte("y"), 0o600),
		os.Rename(filepath.Join(dir, "file"), filepath.Join(dir, "renamed")),
	)
	for _, want := range []string{"made", "moved", "file", "renamed"} {
		if got := nextName(t, w); got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}

func TestWatchKeepsNamesUntilTheyAreTaken(t *testing.T) {
	const many = 500
	dir := t.TempDir()
	w, err := WatchDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range many {
		do(t, os.Mkdir(filepath.Join(dir, fmt.Sprint(i)), 0o700))
	}
	for i := range many {
		if got := nextName(t, w); got != fmt.Sprint(i) {
			t.Fatalf("%q, expected %d", got, i)
		}
	}
	do(t, os.Mkdir(filepath.Join(dir, "last"), 0o700), w.Close(), w.Close())
	if name, ok := <-w.Names(); ok {
		t.Errorf("%q after the end", name)
	}
}

func TestWatchSaysWhereItMissedSome(t *testing.T) {
	w := &Watch{path: "/d", names: make(chan string), closing: make(chan struct{}), done: make(chan struct{})}
	events, failures := make(chan fsnotify.Event), make(chan error)
	go w.run(events, failures)
	failures <- fsnotify.ErrEventOverflow
	if got := nextName(t, w); got != LookYourself {
		t.Errorf("%q after an overflow", got)
	}
	events <- fsnotify.Event{} // what comes of one that had no name
	events <- fsnotify.Event{Name: "/d", Op: fsnotify.Create | fsnotify.Remove}
	events <- fsnotify.Event{Name: "/d/a", Op: fsnotify.Create}
	if got := nextName(t, w); got != "a" {
		t.Errorf("%q, expected a", got)
	}
	failures <- fsnotify.ErrEventOverflow // which nobody takes
	close(w.closing)
	<-w.done
}

func TestWatchOfNothing(t *testing.T) {
	if _, err := WatchDir(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
