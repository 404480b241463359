package twin

import (
	"errors"
	"fmt"

	"tracer/internal/wire"
)

// maxFindings bounds what Check reports: one mistake often breaks many rules.
const maxFindings = 20

// Check tests a process's files against the rules of the format that can be seen
// from the bytes. It holds for a trace in every state, also one that was left by
// a killed program: the last record of names may be cut off, and slots may end
// early. The error joins what is wrong, each a *wire.CorruptError with its file.
func Check(f Files) error {
	c := &checker{codes: map[uint32]codeRange{}, names: map[uint32]wire.ThreadRecord{}, files: map[uint32]bool{}, drained: f.Drained}
	if c.checkControl(f.Control) {
		c.checkNames(f.Names, f.Parents)
		c.checkRaw(f.Raw)
	}
	return errors.Join(c.findings...)
}

// codeRange is a code object's locations.
type codeRange struct{ base, end uint32 }

type checker struct {
	control  wire.Control
	codes    map[uint32]codeRange // by base
	byBase   []codeRange
	names    map[uint32]wire.ThreadRecord
	files    map[uint32]bool // that are named
	drained  bool
	findings []error
	file     string
}

func (c *checker) report(at int, format string, args ...any) {
	if len(c.findings) < maxFindings {
		err := &wire.CorruptError{Offset: int64(at), What: fmt.Sprintf(format, args...)}
		c.findings = append(c.findings, fmt.Errorf("check %s: %w", c.file, err))
	}
}

// checkControl reports whether the rest can be checked.
func (c *checker) checkControl(b []byte) bool {
	c.file = "control"
	if len(b) != wire.ControlBytes && len(b) != wire.ControlFile {
		c.report(0, "%d bytes, expected %d, or %d with the lists of slots", len(b), wire.ControlBytes, wire.ControlFile)
		return false
	}
	x := &c.control
	x.Decode(b)
	if x.Magic != wire.MagicControl || x.Version != wire.Version {
		c.report(0, "magic %#x version %d, expected %#x and %d", x.Magic, x.Version, wire.MagicControl, wire.Version)
		return false
	}
	if x.SlotSize < wire.SlotBytes+8 || x.SlotSize%8 != 0 {
		c.report(24, "slot size %d, expected room for an event and a multiple of 8", x.SlotSize)
		return false
	}
	page, clean := readFixed("control", b)
	if !clean {
		c.report(structOf("control").Offset(len(page.Fields)), "reserved bytes that are not zero")
	}
	for field, e := range map[string]string{"state": "State", "clock_kind": "ClockKind", "arch": "Arch", "os": "OS", "gate": "Gate"} {
		if v := page.get(field); !isConstant(e, v) {
			at, _ := page.find(field)
			c.report(at, "%s %d is no %s", field, v, e)
		}
	}
	if x.Error != 0 && !isConstant("Fault", uint64(x.Error)) {
		c.report(96, "error %d is no Fault", x.Error)
	}
	if x.Trigger != 0 && !isConstant("Trigger", uint64(x.Trigger)) {
		c.report(280, "trigger %d is no Trigger", x.Trigger)
	}
	if x.PID == 0 {
		c.report(16, "pid 0")
	}
	if x.Error == 0 && x.DroppedSpace+x.DroppedMemory+x.DroppedNames+x.DroppedLimit != 0 {
		c.report(104, "events were dropped, but no error says why")
	}
	c.checkLists()
	return true
}

// checkLists tests that no list of slots has been read before it was written.
func (c *checker) checkLists() {
	x := &c.control
	if n := x.FreeGiven - x.FreeTaken; n > wire.FreeEntries {
		c.report(240, "%d entries in the list free, expected at most %d", n, wire.FreeEntries)
	}
	if n := x.FullGiven - x.FullTaken; n > wire.FullEntries {
		c.report(248, "%d entries in the list full, expected at most %d", n, wire.FullEntries)
	}
}

func isConstant(enum string, v uint64) bool {
	for _, e := range wire.Enums {
		for _, k := range e.Values {
			if e.Name == enum && uint64(k.Value) == v {
				return true
			}
		}
	}
	return false
}
