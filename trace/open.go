package trace

import (
	"fmt"
	"io"
	"slices"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// openProcesses opens what process directories there are. The origin of time
// must be known before the first of them is read further than its control page.
func (t *Trace) openProcesses() error {
	dirs, err := t.dir.Processes()
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		p := &Process{Dir: dir}
		if err := p.readControl(t.dir); err != nil {
			t.broken(fmt.Sprintf("%s/%s: %v", dir, store.ControlName, err))
			continue
		}
		t.processes = append(t.processes, p)
	}
	slices.SortStableFunc(t.processes, func(a, b *Process) int {
		if a.control.StartMonoNs < b.control.StartMonoNs {
			return -1
		}
		return min(1, int(a.control.StartMonoNs-b.control.StartMonoNs))
	})
	origin := t.manifest.Begin.MonoNS
	if origin == 0 && len(t.processes) > 0 {
		origin = t.processes[0].control.StartMonoNs
	}
	for _, p := range t.processes {
		p.read(t.dir, t.manifest, origin)
		for _, problem := range p.problems {
			t.broken(problem)
		}
	}
	t.linkProcesses()
	return nil
}

// readControl takes the facts of the control page.
func (p *Process) readControl(d *store.Dir) error {
	b, err := d.Read(1<<20, p.Dir, store.ControlName)
	if err != nil {
		return err
	}
	if len(b) < wire.ControlBytes {
		return &wire.CorruptError{Offset: int64(len(b)), What: fmt.Sprintf("the file ends here, expected %d bytes", wire.ControlBytes)}
	}
	c := &p.control
	c.Decode(b)
	switch {
	case c.Magic == 0:
		return fmt.Errorf("recording has not begun")
	case c.Magic != wire.MagicControl:
		return &wire.CorruptError{What: fmt.Sprintf("magic %#x, expected %#x", c.Magic, wire.MagicControl)}
	case c.Version != wire.Version:
		return fmt.Errorf("format %d, this tracer reads %d", c.Version, wire.Version)
	}
	p.PID, p.PPID = int(c.PID), int(c.PPID)
	p.DroppedBy = map[string]uint64{}
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

// read looks at raw first, at the segments after it, and at names last: what is
// moved from raw into a segment meanwhile is then seen twice and not missed, and a
// name is there before the first event that refers to it.
func (p *Process) read(d *store.Dir, m *store.Manifest, origin uint64) {
	x := newIndex(p)
	p.moved.dir = d
	f, size, err := d.Open(p.Dir, store.RawName)
	if err == nil {
		p.raw = f
		err = x.readSlots(size)
	}
	if err != nil {
		p.problem(store.RawName, err)
	}
	if err := x.openParts(d); err != nil {
		p.problem(store.SegmentsName, err)
	}
	x.finish()
	if err := p.readNames(d, x); err != nil {
		p.problem(store.NamesName, err)
	}
	p.origin = origin
	var finish replay.Pair
	if m.Finish != nil {
		finish = replay.Pair{Ticks: m.Finish.Ticks, MonoNS: m.Finish.MonoNS}
	}
	p.clock = replay.NewClock(&p.control, finish, x.lastPair(), origin)
	p.StartNS = p.clock.NS(p.control.StartTicks)
	if p.EndNS = -1; p.control.EndedMonoNs != 0 {
		p.EndNS = int64(p.control.EndedMonoNs - origin)
	}
	for _, th := range p.Threads {
		if n := len(th.pieces); n > 0 {
			th.last = p.clock.NS(th.pieces[n-1].end)
		}
	}
}

// readNames fills p from the file names.
func (p *Process) readNames(d *store.Dir, x *index) error {
	open := func(proc string) (io.ReaderAt, int64, error) { return d.Open(proc, store.NamesName) }
	r := names.NewReader(open)
	f, size, err := d.Open(p.Dir, store.NamesName)
	if err == nil {
		defer f.Close()
		err = r.Read(f, size)
		if err == nil && size < wire.NamesHeadBytes {
			err = &wire.CorruptError{What: fmt.Sprintf("%d bytes, expected a head of %d", size, wire.NamesHeadBytes)}
		}
	}
	set := r.Set
	p.names, p.Files, p.Codes = set, set.Files, set.Codes()
	p.Python, p.Executable, p.Cwd, p.Argv = set.Process.Python, set.Process.Executable, set.Process.Cwd, set.Process.Argv
	for _, problem := range set.Problems {
		p.problem(store.NamesName, problem)
	}
	for _, t := range set.Threads {
		th := x.met(uint32(t.Number), uint32(t.TID))
		th.TID, th.Ident, th.Name = t.TID, t.Ident, t.Name
	}
	for _, th := range x.threads {
		p.Threads = append(p.Threads, th)
	}
	slices.SortFunc(p.Threads, func(a, b *Thread) int { return a.Number - b.Number })
	// The control page was read before; it counts what is named already.
	if taken := wire.Location(p.control.Locations); taken > set.End() && err == nil {
		p.problem(store.NamesName, &wire.CorruptError{What: fmt.Sprintf("locations below %d are named, expected %d: the file was cut off", set.End(), taken)})
	}
	return err
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

// lastPair returns the latest reading of both clocks that a slot or segment has.
func (x *index) lastPair() replay.Pair {
	last := replay.Pair{Ticks: x.last.PairTicks, MonoNS: x.last.PairMonoNs}
	for _, th := range x.threads {
		for i := len(th.pieces) - 1; i >= 0; i-- {
			pc := &th.pieces[i]
			if pc.part == nil || pc.part.segments == nil {
				continue
			}
			b := make([]byte, wire.SegmentBytes)
			if _, err := pc.part.segments.ReadAt(b, pc.offset); err == nil {
				if h, err := segment.ReadHead(b); err == nil && h.PairMonoNs > last.MonoNS {
					last = replay.Pair{Ticks: h.PairTicks, MonoNS: h.PairMonoNs}
				}
			}
			break
		}
	}
	return last
}
