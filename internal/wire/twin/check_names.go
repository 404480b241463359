package twin

import (
	"encoding/binary"
	"slices"

	"tracer/internal/wire"
)

// checkNames takes in the records, those of the parents first.
func (c *checker) checkNames(b []byte, parents [][]byte) {
	c.checkRecords("names", b, parents, c.control.Forked != 0)
	c.file = "names"
	c.checkRanges()
}

// maxForks bounds how far back a process's parents are followed.
const maxForks = 1 << 16

// checkRecords tests a file names; a fork's second record says how much of its
// parent's holds for it too.
func (c *checker) checkRecords(file string, b []byte, parents [][]byte, forked bool) {
	c.file = file
	h, ok := readFixed("names_head", b)
	if !ok || h.get("magic") != wire.MagicNames || h.get("version") != wire.Version || h.get("reserved") != 0 {
		c.report(0, "no head of version %d", wire.Version)
		return
	}
	number := 0
	for at := wire.NamesHeadBytes; at < len(b); number++ {
		typ, payload, n, err := wire.NextRecord(b[at:])
		if err != nil {
			c.report(at, "%v", err)
			return
		}
		if n == 0 {
			break
		}
		if (number == 0) != (typ == wire.TypeProcess) {
			c.report(at, "record of type %d: the process record is the first, and the only one", typ)
		}
		if (number == 1 && forked) != (typ == wire.TypeFork) {
			c.report(at, "record of type %d: the fork record is the second of a forked process, and of no other", typ)
		}
		if typ == wire.TypeFork {
			c.checkParent(at, payload, parents)
			c.file = file
		}
		c.checkRecord(at, typ, payload)
		at += n
	}
}

// checkParent takes in what a forked process has from its parent. The parent's
// threads are not its own.
func (c *checker) checkParent(at int, payload []byte, parents [][]byte) {
	var r wire.ForkRecord
	if r.Decode(payload) != nil {
		return // reported as a record
	}
	if len(parents) == 0 || len(parents) > maxForks || r.Size > uint64(len(parents[0])) {
		c.report(at, "the first %d bytes of the names of %s are not there", r.Size, r.Parent)
		return
	}
	names := parents[0][:r.Size]
	c.checkRecords("names of "+string(r.Parent), names, parents[1:], secondIsFork(names))
	clear(c.names)
}

// secondIsFork reports whether the process of these names is a fork itself; its
// control page, which says it too, is not at hand.
func secondIsFork(b []byte) bool {
	if len(b) < wire.NamesHeadBytes {
		return false
	}
	_, _, n, err := wire.NextRecord(b[wire.NamesHeadBytes:])
	if err != nil || n == 0 {
		return false
	}
	typ, _, n, err := wire.NextRecord(b[wire.NamesHeadBytes+n:])
	return err == nil && n != 0 && typ == wire.TypeFork
}

func (c *checker) checkRecord(at int, typ uint32, payload []byte) {
	files := c.files
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
