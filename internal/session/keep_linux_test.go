package session

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tracer/internal/store"
	"tracer/trace/tracetest"
)

// left is a trace that its controller has left: of a process of that number, with two
// events that are not drained.
func left(t *testing.T, pid int) (path, raw string) {
	t.Helper()
	text := fmt.Sprintf(`process pid=%d slot-size=4096 dropped-space=5
		interpreter python=3.14
		file 1 name=a.py path=/a.py
		code 1 file=1 qualname=f lines=1-2
		thread 1 tid=%d
		slot
		call 1 +5
		line 2 +5`, pid, pid)
	m := store.Manifest{State: store.Recording, Settings: store.Settings{Events: "lines", SlotSize: 4096}}
	path = tracetest.Write(t, tracetest.Spec{Manifest: m, Processes: []string{text}})
	return path, filepath.Join(path, fmt.Sprintf("proc-%d-0", pid), store.RawName)
}

// ended is the number of a process that has ended.
func ended(t *testing.T) int {
	t.Helper()
	c := exec.Command("true")
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	return c.Process.Pid
}

func manifest(t *testing.T, path string) *store.Manifest {
	t.Helper()
	dir, err := store.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := dir.ReadManifest()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRecover(t *testing.T) {
	path, raw := left(t, ended(t))
	before := tracetest.Events(t, path)
	result, err := Recover(path, nil)
	if err != nil || result.Path != path || result.Processes != 1 || result.Events != 2 || result.Dropped != 5 ||
		result.DroppedBy["space"] != 5 || result.Alive != 0 || result.Bytes == 0 || len(result.Notes) > 0 {
		t.Errorf("%+v, %v", result, err)
	}
	if m := manifest(t, path); m.State != store.Finished || !m.Recovered {
		t.Errorf("manifest %+v", m)
	}
	if info, err := os.Stat(raw); err != nil || info.Size() != 0 {
		t.Errorf("raw: %d bytes, %v", info.Size(), err)
	}
	if after := tracetest.Events(t, path); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("events %q, expected %q", after, before)
	}
	if again, err := Recover(path, nil); err != nil || again.Events != 2 {
		t.Errorf("once more: %+v, %v", again, err)
	}
}

func TestRecoverWhileAProcessRecords(t *testing.T) {
	path, raw := left(t, os.Getpid())
	f, err := os.OpenFile(raw, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	result, err := Recover(path, nil)
	if !errors.Is(err, ErrAlive) || result.Alive != 1 {
		t.Errorf("%+v, %v; expected %v", result, err, ErrAlive)
	}
	if m := manifest(t, path); m.State != store.Recording {
		t.Errorf("manifest %+v", m)
	}
	f.Close()
	if result, err := Recover(path, nil); err != nil || result.Alive != 0 || result.Events != 2 {
		t.Errorf("when it has ended: %+v, %v", result, err)
	}
}

func TestKeepOutlastsTheProcesses(t *testing.T) {
	// A process that has raw open for as long as it has its input.
	c := exec.Command("sh", "-c", `read path; exec 3<>"$path"; echo ready; read end`)
	in, _, lines := start(t, c)
	path, raw := left(t, c.Process.Pid)
	fmt.Fprintln(in, raw)
	expect(t, lines, "ready")
	kept := make(chan error, 1)
	go func() {
		result, err := Keep(path)
		if err == nil && (result.Processes != 1 || result.Alive != 0 || result.Events != 2) {
			err = fmt.Errorf("result %+v", result)
		}
		kept <- err
	}()
	select {
	case err := <-kept:
		t.Fatalf("does not wait: %v", err)
	case <-time.After(500 * time.Millisecond):
	}
	fmt.Fprintln(in, "end")
	_ = c.Wait()
	if err := <-kept; err != nil {
		t.Error(err)
	}
	if m := manifest(t, path); m.State != store.Finished {
		t.Errorf("manifest %+v", m)
	}
}

func TestOneControllerAtATime(t *testing.T) {
	path, _ := left(t, ended(t))
	s, err := reopen(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Recover(path, nil); err == nil {
		t.Error("taken over from a controller that lives")
	}
	if err := s.lock.Unlock(); err != nil {
		t.Error(err)
	}
}
