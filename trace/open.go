package trace

import (
	"fmt"
	"slices"

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
	}{{"space", c.DroppedSpace}, {"memory", c.DroppedMemory}, {"names", c.DroppedNames}} {
		if d.n > 0 {
			p.DroppedBy[d.why] = d.n
			p.Dropped += d.n
		}
	}
	return nil
}

// read reads raw first and names after it: a name is there before the first event
// that refers to it.
func (p *Process) read(d *store.Dir, m *store.Manifest, origin uint64) {
	f, size, err := d.Open(p.Dir, store.RawName)
	x := &index{threads: map[uint32]*Thread{}}
	if err == nil {
		p.raw = f
		x, err = p.readSlots(size)
	}
	if err != nil {
		p.problem(store.RawName, err)
	}
	if err := p.readNames(d, x.threads); err != nil {
		p.problem(store.NamesName, err)
	}
	last := store.ClockPair{Ticks: x.last.PairTicks, MonoNS: x.last.PairMonoNs}
	p.clock = newClock(&p.control, m.Finish, last, origin)
	p.StartNS = p.clock.ns(p.control.StartTicks)
	for _, th := range p.Threads {
		th.last = p.clock.ns(x.ends[uint32(th.Number)])
	}
}
