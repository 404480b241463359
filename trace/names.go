package trace

import (
	"fmt"
	"slices"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// maxNames bounds the file names of one process.
const maxNames = 1 << 30

// names gathers the records of a process's file names.
type names struct {
	p       *Process
	files   map[uint32]*File
	threads map[uint32]*Thread
	modules map[string]string // one copy of each module's name
	nowhere *File             // of code whose file is not known
}

// readNames fills p from the file names. Records up to the first bad one count.
func (p *Process) readNames(d *store.Dir, threads map[uint32]*Thread) error {
	n := names{p: p, files: map[uint32]*File{}, threads: threads, modules: map[string]string{},
		nowhere: &File{Name: "?", Path: "?", Kind: wire.FileKindPseudo}}
	b, err := d.Read(maxNames, p.Dir, store.NamesName)
	if err == nil {
		err = n.records(b)
	}
	p.order(threads)
	return err
}

func (n *names) records(b []byte) error {
	at, err := wire.NamesHeadBytes, checkNamesHead(b)
	if err != nil {
		return err
	}
	for at < len(b) {
		typ, payload, size, err := wire.NextRecord(b[at:])
		if err != nil && allZero(b[at:]) {
			return nil // room that was allocated ahead
		}
		if err != nil {
			return moved(err, at)
		}
		if size == 0 {
			return nil // being written, or cut off by a kill
		}
		if err := n.record(typ, payload); err != nil {
			return moved(err, at+wire.RecordSize)
		}
		at += size
	}
	return nil
}

func checkNamesHead(b []byte) error {
	if len(b) < wire.NamesHeadBytes {
		return &wire.CorruptError{What: fmt.Sprintf("%d bytes, expected a head of %d", len(b), wire.NamesHeadBytes)}
	}
	var h wire.NamesHead
	h.Decode(b)
	if h.Magic != wire.MagicNames {
		return &wire.CorruptError{What: fmt.Sprintf("magic %#x, expected %#x", h.Magic, wire.MagicNames)}
	}
	if h.Version != wire.Version {
		return &wire.CorruptError{Offset: 8, What: fmt.Sprintf("version %d, expected %d", h.Version, wire.Version)}
	}
	return nil
}

// record takes one record in. Its bytes are copied: b is the whole file.
func (n *names) record(typ uint32, b []byte) error {
	switch typ {
	case wire.TypeProcess:
		return n.process(b)
	case wire.TypeFile:
		return n.file(b)
	case wire.TypeCode:
		return n.code(b)
	case wire.TypeThread:
		return n.thread(b)
	}
	return nil // of a later writer
}

func (n *names) process(b []byte) error {
	var r wire.ProcessRecord
	if err := r.Decode(b); err != nil {
		return err
	}
	p := n.p
	p.Python, p.Executable, p.Cwd = string(r.Python), string(r.Executable), string(r.Cwd)
	p.Argv = nil
	for _, a := range r.Argv {
		p.Argv = append(p.Argv, string(a))
	}
	return nil
}

func (n *names) file(b []byte) error {
	var r wire.FileRecord
	if err := r.Decode(b); err != nil {
		return err
	}
	if r.ID == 0 || n.files[r.ID] != nil {
		return &wire.CorruptError{What: fmt.Sprintf("file id %d, expected a new one from 1 on", r.ID)}
	}
	f := &File{ID: int(r.ID), Name: string(r.Name), Path: string(r.Path), Kind: r.Kind, Size: int64(r.Size), MtimeNS: int64(r.MtimeNs)}
	n.files[r.ID] = f
	n.p.Files = append(n.p.Files, f)
	return nil
}

func (n *names) code(b []byte) error {
	var r wire.CodeRecord
	if err := r.Decode(b); err != nil {
		return err
	}
	if r.Base == 0 || uint64(r.Base)+uint64(r.Count) > uint64(wire.MaxLocation) {
		return &wire.CorruptError{What: fmt.Sprintf("code at %d with %d lines, expected locations from 1 to %d", r.Base, r.Count, wire.MaxLocation)}
	}
	if len(r.Lines) != 0 && uint64(len(r.Lines)) != 4*uint64(r.Count) {
		return &wire.CorruptError{What: fmt.Sprintf("code with %d bytes for %d lines", len(r.Lines), r.Count)}
	}
	c := &Code{Base: wire.Location(r.Base), End: wire.Location(r.Base) + 1 + wire.Location(r.Count),
		Module: n.module(r.Module), Qualname: string(r.Qualname), File: n.files[r.File],
		FirstLine: int(r.FirstLine), Flags: r.Flags, minLine: r.MinLine}
	if len(r.Lines) != 0 {
		c.lines = slices.Clone(r.Lines)
	}
	if c.File == nil {
		c.File = n.nowhere
		n.p.problem(store.NamesName, fmt.Errorf("code %s is of file %d, which is not there", c.Qualname, r.File))
	}
	n.p.Codes = append(n.p.Codes, c)
	return nil
}

func (n *names) module(b []byte) string {
	s, ok := n.modules[string(b)]
	if !ok {
		s = string(b)
		n.modules[s] = s
	}
	return s
}

func (n *names) thread(b []byte) error {
	var r wire.ThreadRecord
	if err := r.Decode(b); err != nil {
		return err
	}
	th := n.threads[r.Thread]
	if th == nil {
		th = &Thread{Process: n.p, Number: int(r.Thread)}
		n.threads[r.Thread] = th
	}
	th.TID, th.Ident, th.Name = int(r.TID), r.Ident, string(r.Name)
	return nil
}

// order sorts what was read and leaves out code whose locations are taken.
func (p *Process) order(threads map[uint32]*Thread) {
	for _, th := range threads {
		p.Threads = append(p.Threads, th)
	}
	slices.SortFunc(p.Threads, func(a, b *Thread) int { return a.Number - b.Number })
	slices.SortFunc(p.Files, func(a, b *File) int { return a.ID - b.ID })
	slices.SortStableFunc(p.Codes, func(a, b *Code) int { return int(a.Base) - int(b.Base) })
	var end wire.Location
	kept := p.Codes[:0]
	for _, c := range p.Codes {
		if c.Base < end {
			p.problem(store.NamesName, &wire.CorruptError{What: fmt.Sprintf("code %s at location %d, which is taken up to %d", c.Qualname, c.Base, end)})
			continue
		}
		c.Index, end = len(kept), c.End
		kept = append(kept, c)
	}
	p.Codes = kept
	p.table = newCodeTable(kept)
	// The control page was read before; it counts what is named already.
	end = max(end, 1)
	if taken := wire.Location(p.control.Locations); taken > end {
		p.problem(store.NamesName, &wire.CorruptError{What: fmt.Sprintf("locations below %d are named, expected %d: the file was cut off", end, taken)})
	}
}
