package verify

import (
	"fmt"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// The slots that are believed.
const (
	minSlot = wire.SlotBytes + 8
	maxSlot = 64 << 20
)

// checkControl reads the control page. It has no checksum, as the agent writes it
// while the program runs: what is tested is what can be in it.
func (p *process) checkControl() {
	const file = store.ControlName
	b, ok := p.v.read(p.log, 1<<20, p.dir, file)
	if !ok {
		return
	}
	if len(b) != wire.ControlFile && len(b) != wire.ControlBytes {
		p.log.damage(file, int64(len(b)), "the file ends here, expected %d bytes", wire.ControlFile)
		if len(b) < wire.ControlBytes {
			return
		}
	}
	c := &p.control
	c.Decode(b)
	switch {
	case c.Magic == 0:
		p.log.at(p.v.unfinished(), file, 0, "recording has not begun")
		return
	case c.Magic != wire.MagicControl:
		p.log.damage(file, 0, "magic %#x, expected %#x", c.Magic, wire.MagicControl)
		return
	case c.Version != wire.Version:
		p.log.damage(file, wire.OffControlVersion, "version %d, expected %d", c.Version, wire.Version)
		return
	}
	p.ready = true
	if what := p.contradiction(); what != "" {
		p.log.damage(file, -1, "%s", what)
	}
	p.slotSize = int64(c.SlotSize)
	if p.slotSize < minSlot || p.slotSize > maxSlot || p.slotSize%8 != 0 {
		p.log.damage(file, wire.OffControlSlotSize, "slots of %d bytes, expected %d to %d, a multiple of 8", c.SlotSize, minSlot, maxSlot)
		p.slotSize = 0
	}
	p.checkConstants(b)
	p.checkLosses()
}

// contradiction compares the page with what the trace says elsewhere.
func (p *process) contradiction() string {
	c := &p.control
	if want := fmt.Sprintf("%s%d-", store.ProcPrefix, c.PID); len(p.dir) < len(want) || p.dir[:len(want)] != want {
		return fmt.Sprintf("process %d in the directory %s", c.PID, p.dir)
	}
	if m := p.v.manifest; m != nil && m.Begin.MonoNS != 0 && c.StartMonoNs < m.Begin.MonoNS {
		return fmt.Sprintf("the process began at %d ns, before the trace, which began at %d", c.StartMonoNs, m.Begin.MonoNS)
	} else if m != nil && m.Finish != nil && c.StartMonoNs > m.Finish.MonoNS {
		return fmt.Sprintf("the process began at %d ns, after the trace, which ended at %d", c.StartMonoNs, m.Finish.MonoNS)
	}
	if c.EndedMonoNs != 0 && c.EndedMonoNs < c.StartMonoNs {
		return fmt.Sprintf("the process ended at %d ns, before it began at %d", c.EndedMonoNs, c.StartMonoNs)
	}
	return ""
}

// checkConstants tests the fields that have a value of a list, the lists' counts,
// and that what is reserved is 0.
func (p *process) checkConstants(b []byte) {
	const file = store.ControlName
	c := &p.control
	for _, f := range []struct {
		enum   string
		offset int64
		value  uint32
		none   bool // 0 stands for none
	}{
		{"State", wire.OffControlState, c.State, false},
		{"ClockKind", wire.OffControlClockKind, c.ClockKind, false},
		{"Arch", wire.OffControlArch, c.Arch, false},
		{"OS", wire.OffControlOS, c.OS, false},
		{"Fault", wire.OffControlError, c.Error, true},
		{"Gate", wire.OffControlGate, c.Gate, false},
		{"Trigger", wire.OffControlTrigger, c.Trigger, true},
	} {
		if _, ok := constant(f.enum, f.value); !ok && !(f.none && f.value == 0) {
			p.log.damage(file, f.offset, "%d is no %s", f.value, f.enum)
		}
	}
	if c.Forked > 1 {
		p.log.damage(file, wire.OffControlForked, "forked is %d, expected 0 or 1", c.Forked)
	}
	for i := reservedFrom; i < wire.ControlBytes; i++ {
		if b[i] != 0 {
			p.log.damage(file, int64(i), "reserved bytes that are not 0")
			break
		}
	}
	if n := c.FreeGiven - c.FreeTaken; n > wire.FreeEntries {
		p.log.damage(file, wire.OffControlFreeTaken, "%d entries in the list free, expected at most %d", n, wire.FreeEntries)
	}
	if n := c.FullGiven - c.FullTaken; n > wire.FullEntries {
		p.log.damage(file, wire.OffControlFullGiven, "%d entries in the list full, expected at most %d", n, wire.FullEntries)
	}
}

// reservedFrom is where the reserved bytes of the control page begin.
const reservedFrom = wire.OffControlInterpreters + 4

// constant returns the name of a value.
func constant(enum string, value uint32) (string, bool) {
	for _, e := range wire.Enums {
		for _, k := range e.Values {
			if e.Name == enum && k.Value == value {
				return k.Name, true
			}
		}
	}
	return "", false
}

// checkLosses tells what the agent has counted as lost.
func (p *process) checkLosses() {
	c := &p.control
	for _, d := range []struct {
		why, text string
		n         uint64
	}{
		{"space", "because the disk was full or the file could not grow", c.DroppedSpace},
		{"memory", "for want of memory", c.DroppedMemory},
		{"names", "because their code could not be named", c.DroppedNames},
		{"limit", "because the trace had reached its size", c.DroppedLimit},
	} {
		if d.n > 0 {
			p.v.result.Lost[d.why] += d.n
			p.log.at(Loss, "", -1, "%d events were not recorded %s", d.n, d.text)
		}
	}
	if name, ok := constant("Fault", c.Error); ok {
		p.log.at(Loss, store.ControlName, wire.OffControlError, "the agent met a fault: %s, the system's error %d", name, c.ErrorErrno)
	}
}
