// Package tracetest makes whole traces of text, for tests, and checks those that
// a recording left.
package tracetest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
)

// Spec is a trace to be written.
type Spec struct {
	// Manifest is written as it is, but for what Write fills in where it is
	// zero: version, state (finished), settings, start, the begin of time.
	Manifest store.Manifest
	// Sources are the texts of source files by their absolute path.
	Sources map[string]string
	// Processes are texts of package twin.
	Processes []string
	// Compact moves what is in raw into segments, as the controller does.
	Compact bool
}

// Write makes a trace in a directory of the test and returns its path.
func Write(tb testing.TB, s Spec) string {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "test"+store.Suffix)
	if err := WriteTo(dir, s); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// Text makes a finished trace of the texts of its processes and returns its path.
func Text(tb testing.TB, processes ...string) string {
	tb.Helper()
	return Write(tb, Spec{Processes: processes})
}

// WriteTo makes a trace in a new directory.
func WriteTo(path string, s Spec) error {
	d, err := store.Create(path)
	if err != nil {
		return err
	}
	m, begin := s.Manifest, uint64(math.MaxUint64)
	for i, text := range s.Processes {
		f, err := twin.Parse(text)
		if err != nil {
			return fmt.Errorf("process %d: %w", i, err)
		}
		if err := WriteProcess(d, i, f); err != nil {
			return err
		}
		var c wire.Control
		c.Decode(f.Control)
		begin = min(begin, c.StartMonoNs)
	}
	if m.Begin == (store.ClockPair{}) && len(s.Processes) > 0 {
		m.Begin.MonoNS = begin
	}
	for file, text := range s.Sources {
		src, err := d.AddSource([]byte(text))
		if err != nil {
			return err
		}
		if m.Sources == nil {
			m.Sources = map[string]store.Source{}
		}
		m.Sources[file] = src
	}
	complete(&m)
	if err := d.WriteManifest(&m); err != nil || !s.Compact {
		return err
	}
	return Drain(path)
}

// complete fills in what a manifest needs.
func complete(m *store.Manifest) {
	if m.Version == 0 {
		m.Version = wire.Version
	}
	if m.State == "" {
		m.State = store.Finished
	}
	if m.Settings.Events == "" {
		m.Settings.Events = "lines"
	}
	if m.Start.IsZero() {
		m.Start = time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	}
}

// WriteProcess writes the files of process number n. A control page that is whole
// gets what stands behind it, and what the text of a process leaves out.
func WriteProcess(d *store.Dir, n int, f twin.Files) error {
	pid := uint32(0)
	if len(f.Control) >= 20 {
		pid = binary.LittleEndian.Uint32(f.Control[16:])
	}
	dir := filepath.Join(d.Path(), fmt.Sprintf("%s%d-%d", store.ProcPrefix, pid, n))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for name, b := range map[string][]byte{store.ControlName: control(f), store.NamesName: f.Names, store.RawName: f.Raw} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// chunk is how much of raw an agent claims at a time.
const chunk = 4 << 20

func control(f twin.Files) []byte {
	var c wire.Control
	if len(f.Control) != wire.ControlBytes {
		return f.Control
	}
	if c.Decode(f.Control); c.Magic != wire.MagicControl || c.SlotSize == 0 {
		return f.Control
	}
	size := uint64(len(f.Raw))
	if c.ChunkSize == 0 {
		c.ChunkSize = max(chunk/uint64(c.SlotSize), 1) * uint64(c.SlotSize)
	}
	if c.RawEnd == 0 {
		c.RawEnd = size
	}
	if c.Frontier == 0 {
		c.Frontier = (size + c.ChunkSize - 1) / c.ChunkSize
	}
	b := append(c.Append(nil), f.Control[len(c.Append(nil)):]...)
	return append(b, make([]byte, wire.ControlFile-len(b))...)
}

// Check runs twin.Check on every process of a trace.
func Check(path string) error {
	d, err := store.OpenDir(path)
	if err != nil {
		return err
	}
	procs, err := d.Processes()
	if err != nil {
		return err
	}
	var all []error
	for _, proc := range procs {
		f, err := Files(d, proc)
		if err == nil {
			err = twin.Check(f)
		}
		if err != nil {
			all = append(all, fmt.Errorf("%s: %w", proc, err))
		}
	}
	return errors.Join(all...)
}

// Files reads the files of a process, by the name of its directory.
func Files(d *store.Dir, proc string) (f twin.Files, err error) {
	const limit = 4 << 30
	var errs [3]error
	// In this order, so that it holds while the trace is being written: the
	// control page counts at least the slots, the names at least its locations.
	f.Raw, errs[0] = d.Read(limit, proc, store.RawName)
	f.Control, errs[1] = d.Read(limit, proc, store.ControlName)
	f.Names, errs[2] = d.Read(limit, proc, store.NamesName)
	return f, errors.Join(errs[:]...)
}
