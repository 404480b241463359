package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"tracer/internal/sys"
	"tracer/internal/wire"
)

// RemoveUnbegun removes the directory of a process that was killed before it began to
// record, and so has left nothing in it. All others stay: those that have begun or may
// still do so, and those whose agent could not go on and said why. No link is followed.
func (d *Dir) RemoveUnbegun(proc string) (removed bool, err error) {
	pid, _, ok := procNumbers(proc)
	if !ok || sys.Alive(pid) {
		return false, nil
	}
	if info, err := os.Lstat(d.path); err != nil || !info.IsDir() {
		return false, nil
	}
	trace, err := os.OpenRoot(d.path)
	if err != nil {
		return false, fmt.Errorf("open trace %s: %w", d.path, Cause(err))
	}
	defer trace.Close()
	files, ok := d.unbegun(trace, proc)
	if !ok {
		return false, nil
	}
	// Control is removed last: what an interruption leaves has not begun either.
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(b, a) })
	for _, name := range append(files, "") {
		if err := trace.Remove(proc + "/" + name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, fmt.Errorf("remove %s from trace %s: %w", proc, d.path, Cause(err))
		}
	}
	return true, nil
}

// unbegun returns the files of a process that never began; false if it did, or may.
func (d *Dir) unbegun(trace *os.Root, proc string) (files []string, ok bool) {
	if info, err := trace.Lstat(proc); err != nil || !info.IsDir() {
		return nil, false
	}
	entries, err := fs.ReadDir(trace.FS(), proc)
	if err != nil {
		return nil, false
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			return nil, false
		}
		switch name := e.Name(); {
		case name == ControlName && info.Size() <= wire.ControlFile && d.blank(proc):
		case name == NamesName:
		case name == RawName && info.Size() == 0:
		default:
			return nil, false
		}
		files = append(files, e.Name())
	}
	return files, true
}

// blank reports whether the control page has no magic, and nobody who could write it. A
// process in another PID namespace has another number there.
func (d *Dir) blank(proc string) bool {
	f, _, err := d.Open(proc, ControlName)
	if err != nil {
		return false
	}
	defer f.Close()
	var magic [8]byte
	n, _ := f.ReadAt(magic[:], wire.OffControlMagic)
	return bytes.Equal(magic[:n], make([]byte, n)) && !sys.Writable(f)
}
