package trace

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tracer/internal/names"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// look takes in what was written since the last look. Of a trace that is being
// written it sees each thread's events up to one of them, and all before it.
func (t *Trace) look() error {
	t.readManifest()
	if err := t.findProcesses(); err != nil {
		return err
	}
	for _, p := range t.processes {
		p.look(t)
	}
	if t.link {
		t.link = false
		t.linkProcesses()
	}
	return nil
}

// readManifest takes the manifest in if it is another than at the last look. What
// it says is older than what is looked at after it: of a finished trace there is no more.
func (t *Trace) readManifest() {
	info, err := os.Lstat(filepath.Join(t.dir.Path(), store.ManifestName))
	if err != nil || t.manifestIs != nil && os.SameFile(info, t.manifestIs) && info.ModTime().Equal(t.manifestIs.ModTime()) {
		return
	}
	if m, err := t.dir.ReadManifest(); err == nil && m.Version == wire.Version {
		t.manifest, t.manifestIs = m, info
		for _, p := range t.processes {
			t.linkFiles(p.Files)
		}
	}
}

// settled is how old the last change of a directory must be for another one to
// show in its time.
const settled = time.Second

// findProcesses meets what processes are new. The origin of time must be known
// before the first of them is read further than its control page.
func (t *Trace) findProcesses() error {
	info, err := os.Stat(t.dir.Path())
	if err != nil {
		return fmt.Errorf("look at trace %s: %w", t.dir.Path(), err)
	}
	if changed := info.ModTime(); !changed.Equal(t.changed) || time.Since(changed) < settled {
		t.changed = changed
		if t.waiting, err = t.dir.Processes(); err != nil {
			return err
		}
	}
	met := len(t.processes)
	t.waiting = slices.DeleteFunc(t.waiting, t.meet)
	if len(t.processes) == met {
		return nil
	}
	slices.SortStableFunc(t.processes, func(a, b *Process) int { return cmp.Compare(a.control.StartMonoNs, b.control.StartMonoNs) })
	if t.origin == 0 {
		t.origin = cmp.Or(t.manifest.Begin.MonoNS, t.processes[0].control.StartMonoNs)
	}
	t.link = true
	return nil
}

// meet takes a process in; false if it may be ready later.
func (t *Trace) meet(dir string) bool {
	if t.known[dir] {
		return true
	}
	p := &Process{Dir: dir, sums: &sums{}}
	err := p.open(t.dir)
	if err != nil && t.live() && (errors.As(err, new(*notBegunError)) || errors.Is(err, fs.ErrNotExist)) {
		return false
	}
	t.known[dir] = true
	if err != nil {
		t.broken(fmt.Sprintf("%s/%s: %v", dir, store.ControlName, err))
		return true
	}
	t.processes = append(t.processes, p)
	return true
}

// live reports whether the trace's end was not recorded.
func (t *Trace) live() bool { return t.manifest.State == store.Recording }

// notBegunError says that the control page is not complete. In a trace that is being
// written it may be soon.
type notBegunError struct{ error }

func (e *notBegunError) Unwrap() error { return e.error }

// open opens the process's control page.
func (p *Process) open(d *store.Dir) error {
	f, size, err := d.Open(p.Dir, store.ControlName)
	if err != nil {
		return err
	}
	p.page = f
	if size < wire.ControlBytes {
		err = &notBegunError{&wire.CorruptError{Offset: size, What: fmt.Sprintf("the file ends here, expected %d bytes", wire.ControlBytes)}}
	} else {
		err = p.readControl()
	}
	if err != nil {
		f.Close()
	}
	return err
}

// readControl takes the facts of the control page, as they are now.
func (p *Process) readControl() error {
	var b [wire.ControlBytes]byte
	if _, err := p.page.ReadAt(b[:], 0); err != nil {
		return err
	}
	c := &p.control
	c.Decode(b[:])
	switch {
	case c.Magic == 0:
		return &notBegunError{errors.New("recording has not begun")}
	case c.Magic != wire.MagicControl:
		return &wire.CorruptError{What: fmt.Sprintf("magic %#x, expected %#x", c.Magic, wire.MagicControl)}
	case c.Version != wire.Version:
		return fmt.Errorf("format %d, this tracer reads %d", c.Version, wire.Version)
	}
	p.PID, p.PPID = int(c.PID), int(c.PPID)
	p.Dropped, p.DroppedBy = 0, map[string]uint64{}
	for _, d := range []struct {
		why string
		n   uint64
	}{{"space", c.DroppedSpace}, {"memory", c.DroppedMemory}, {"names", c.DroppedNames}, {"limit", c.DroppedLimit}} {
		if d.n > 0 {
			p.DroppedBy[d.why] = d.n
			p.Dropped += d.n
		}
	}
	return nil
}

// look looks at raw first, at the segments after it, and at names last: what is
// moved from raw into a segment meanwhile is then seen twice and not missed, and a
// name is there before the first event that refers to it.
func (p *Process) look(t *Trace) {
	if p.over {
		return
	}
	first := p.index == nil
	p.live, p.ring = t.live(), t.manifest.Settings.Ring > 0 || t.manifest.Settings.RingTime > 0
	if first {
		p.start(t)
	} else if err := p.readControl(); err != nil {
		p.problem(store.ControlName, err)
		return
	}
	last := !p.live || p.control.EndedMonoNs != 0 && p.rawIsEmpty()
	p.moved.forget()
	p.index.look(t.dir, first)
	if p.reader != nil {
		p.readNames(t)
	}
	p.calibrate(t.manifest)
	p.index.settle()
	p.StartNS = p.clock.NS(p.control.StartTicks)
	if p.EndNS = -1; p.control.EndedMonoNs != 0 {
		p.EndNS = int64(p.control.EndedMonoNs - p.origin)
	}
	if last {
		p.settle()
	}
}

// start opens the files that are there from the begin on.
func (p *Process) start(t *Trace) {
	p.index, p.origin, p.moved.dir = newIndex(p), t.origin, t.dir
	var err error
	if p.raw, _, err = t.dir.Open(p.Dir, store.RawName); err != nil {
		p.raw = nil
		p.problem(store.RawName, err)
	}
	p.openNames(t.dir)
}

func (p *Process) rawIsEmpty() bool {
	if p.raw == nil {
		return true
	}
	info, err := p.raw.Stat()
	return err == nil && info.Size() == 0
}

// settle closes what is not needed where no more will come.
func (p *Process) settle() {
	p.over = true
	p.page.Close()
	p.page = nil
	if p.named != nil {
		p.named.Close()
		p.named = nil
	}
	for _, pt := range p.parts {
		pt.closeIndex()
	}
	p.reader = nil
}

// linkProcesses finds the parents: of a fork, and of a Python that a traced one has
// started, by their names; of others by the system's number of the parent, which may
// have been another process's before.
func (t *Trace) linkProcesses() {
	for i, p := range t.processes {
		parent := p.names.Parent()
		p.Forked = parent != ""
		if parent == "" {
			parent = p.names.Process.Parent
		}
		for _, q := range t.processes[:i] {
			if parent != "" && q.Dir == parent || parent == "" && q.PID == p.PPID {
				p.Parent = q // the latest one that had begun
			}
		}
	}
}

// linkFiles points files to their copies.
func (t *Trace) linkFiles(files []*File) {
	for _, f := range files {
		if s, ok := t.manifest.Sources[f.Path]; ok {
			f.Source = &names.Source{SHA256: s.SHA256, Size: s.Size, Changed: s.Changed}
		}
	}
}
