package store

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"tracer/internal/wire"
)

func TestLock(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	locked := func(want bool) {
		t.Helper()
		if got, err := d.Locked(); got != want || err != nil {
			t.Errorf("locked: %v, %v, expected %v", got, err, want)
		}
	}
	locked(false)
	l, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	locked(true)
	_, err = d.Lock()
	wants(t, "a second lock", err, "lock trace "+d.Path()+": it is being written by another tracer")
	if !errors.Is(err, ErrLocked) {
		t.Errorf("%v is not ErrLocked", err)
	}
	if err := l.Unlock(); err != nil {
		t.Error(err)
	}
	locked(false)
	if l, err = d.Lock(); err != nil {
		t.Fatal(err)
	}
	// Whoever removes the trace removes the file, and one who waited for it
	// must not believe that the trace is his.
	if os.PathSeparator == '/' {
		if err := d.RemoveFile("", LockName); err != nil {
			t.Fatal(err)
		}
		locked(false)
	}
	if err := l.Unlock(); err != nil {
		t.Error(err)
	}
}

func TestLookingDoesNotKeepFromLocking(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := d.Locked(); err != nil {
					t.Error(err)
					return
				}
			}
		}
	}()
	for range 100 {
		l, err := d.Lock()
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Unlock(); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	<-stopped
}

func TestState(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	manifest := func(s State) {
		t.Helper()
		if err := d.WriteManifest(&Manifest{State: s}); err != nil {
			t.Fatal(err)
		}
	}
	is := func(what string, want State) {
		t.Helper()
		if got, err := d.State(); got != want || err != nil {
			t.Errorf("%s: %q, %v, expected %q", what, got, err, want)
		}
	}
	is("no state in the manifest", Interrupted)
	manifest(Recording)
	is("nobody writes it", Interrupted)
	l, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	is("a controller has it", Recording)
	manifest(Finished)
	is("somebody has a finished trace", Recording)
	if err := l.Unlock(); err != nil {
		t.Fatal(err)
	}
	is("finished", Finished)
	if err := os.WriteFile(filepath.Join(d.Path(), ManifestName), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = d.State()
	wants(t, "a broken manifest", err, "read manifest of "+d.Path())
	if err := os.Remove(filepath.Join(d.Path(), ManifestName)); err != nil {
		t.Fatal(err)
	}
	is("no manifest", Interrupted)
}

// newControl makes the control page of a process that says it is of this system.
func newControl(t *testing.T, d *Dir, pid int) {
	t.Helper()
	page := make([]byte, wire.ControlFile)
	binary.LittleEndian.PutUint64(page[wire.OffControlMagic:], wire.MagicControl)
	binary.LittleEndian.PutUint32(page[wire.OffControlPID:], uint32(pid))
	binary.LittleEndian.PutUint32(page[wire.OffControlOS:], hostOS())
	if err := os.WriteFile(write(t, d.Path(), "proc-1-0", ControlName), page, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStateOfATraceWhoseProcessLivesOn(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells who has a file open")
	}
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	is := func(what string, want State) {
		t.Helper()
		if got, err := d.State(); got != want || err != nil {
			t.Errorf("%s: %q, %v, expected %q", what, got, err, want)
		}
	}
	raw := write(t, d.Path(), "proc-1-0", RawName)
	newControl(t, d, os.Getpid())
	is("the process does not write", Interrupted)
	f, err := os.OpenFile(raw, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	is("it writes", Recording)
	newControl(t, d, 1<<30)
	is("another writes, it has ended", Interrupted)
}
