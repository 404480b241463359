package twin

import (
	"encoding/binary"
	"slices"

	"tracer/internal/wire"
)

func (c *checker) checkNames(b []byte) {
	c.file = "names"
	h, ok := readFixed("names_head", b)
	if !ok || h.get("magic") != wire.MagicNames || h.get("version") != wire.Version || h.get("reserved") != 0 {
		c.report(0, "no head of version %d", wire.Version)
		return
	}
	files := map[uint32]bool{}
	first := true
	for at := wire.NamesHeadBytes; at < len(b); {
		typ, payload, n, err := wire.NextRecord(b[at:])
		if err != nil {
			c.report(at, "%v", err)
			return
		}
		if n == 0 {
			break
		}
		if first != (typ == wire.TypeProcess) {
			c.report(at, "record of type %d: the process record is the first, and the only one", typ)
		}
		first = false
		c.checkRecord(at, typ, payload, files)
		at += n
	}
	c.checkRanges()
}

func (c *checker) checkRecord(at int, typ uint32, payload []byte, files map[uint32]bool) {
	if err := checkPayload(typ, payload); err != nil {
		c.report(at, "%v", err)
		return
	}
	if i := slices.IndexFunc(wire.Records, func(r wire.RecordInfo) bool { return r.Type == typ }); i < 0 || typ == wire.TypePrefix {
		c.report(at, "record of type %d in names", typ)
		return
	} else if _, err := fieldsOf(wire.Records[i], payload); err != nil {
		c.report(at, "%v", err)
	}
	switch typ {
	case wire.TypeFile:
		var r wire.FileRecord
		_ = r.Decode(payload)
		if r.ID == 0 || files[r.ID] || !isConstant("FileKind", uint64(r.Kind)) {
			c.report(at, "file %d of kind %d, expected a new id and a FileKind", r.ID, r.Kind)
		}
		files[r.ID] = true
	case wire.TypeCode:
		var r wire.CodeRecord
		_ = r.Decode(payload)
		c.checkCode(at, &r, files)
	case wire.TypeThread:
		var r wire.ThreadRecord
		_ = r.Decode(payload)
		if old, ok := c.names[r.Thread]; r.Thread == 0 || r.TID == 0 || ok && old.TID != r.TID {
			c.report(at, "thread %d with the system's id %d, expected both, and the same id as before (%d)", r.Thread, r.TID, old.TID)
		}
		c.names[r.Thread] = r
	}
}

func (c *checker) checkCode(at int, r *wire.CodeRecord, files map[uint32]bool) {
	end := uint64(r.Base) + 1 + uint64(r.Count)
	if r.Base == 0 || end-1 > uint64(wire.MaxLocation) {
		c.report(at, "code at %d with %d lines, expected locations from 1 to %d", r.Base, r.Count, wire.MaxLocation)
		return
	}
	if !files[r.File] {
		c.report(at, "code at %d is of file %d, which no record before it names", r.Base, r.File)
	}
	if len(r.Lines) != 0 && uint64(len(r.Lines)) != 4*uint64(r.Count) {
		c.report(at, "code at %d: %d bytes for %d lines", r.Base, len(r.Lines), r.Count)
	}
	last := int64(-1)
	for b := r.Lines; len(b) >= 4; b = b[4:] {
		n := int64(binary.LittleEndian.Uint32(b))
		if n <= last {
			c.report(at, "code at %d: line %d after %d, expected ascending lines", r.Base, n, last)
		}
		last = n
	}
	c.byBase = append(c.byBase, codeRange{r.Base, uint32(end)})
}

// checkRanges tests that no two code objects share a location, and that all
// that the control page counts as taken are. The page is behind by a moment: a
// code object is named first.
func (c *checker) checkRanges() {
	slices.SortFunc(c.byBase, func(a, b codeRange) int { return int(a.base) - int(b.base) })
	end := uint32(1)
	for _, r := range c.byBase {
		if r.base < end {
			c.report(0, "code at %d, which is taken up to %d", r.base, end)
		}
		end = max(end, r.end)
		c.codes[r.base] = r
	}
	if end < c.control.Locations {
		c.report(0, "locations below %d are named, the control page says %d", end, c.control.Locations)
	}
}

// codeAt returns the code that a location belongs to.
func (c *checker) codeAt(loc uint32) (codeRange, bool) {
	i, found := slices.BinarySearchFunc(c.byBase, loc, func(r codeRange, loc uint32) int { return int(r.base) - int(loc) })
	if !found {
		i--
	}
	if i < 0 || loc >= c.byBase[i].end {
		return codeRange{}, false
	}
	return c.byBase[i], true
}
