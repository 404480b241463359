package names

import (
	"fmt"

	"tracer/internal/wire"
)

// Process is what a process says of itself.
type Process struct {
	Python, Executable, Cwd string
	Argv                    []string // sys.orig_argv
	Parent                  string   // directory of the traced process that started it, "" if none is known
}

// Thread is what is known of a thread by name.
type Thread struct {
	Number int // in its process, from 1
	TID    int // the system's id
	Ident  uint64
	Name   string
}

// Set is all names of a process.
type Set struct {
	Process  Process
	Files    []*File // in the order of their records
	Threads  map[int]Thread
	Problems []error // records that contradict others, and were left out
	Costs    Costs   // what events cost, zero if that was not measured

	table   table
	files   map[uint32]*File
	modules map[string]string // one copy of each module's name
	nowhere *File             // of code whose file is not known
	fork    *wire.ForkRecord  // the process is a fork
}

// NewSet returns a set without names.
func NewSet() *Set {
	return &Set{
		Threads: map[int]Thread{}, files: map[uint32]*File{}, modules: map[string]string{},
		nowhere: &File{Name: "?", Path: "?", Kind: wire.FileKindPseudo},
	}
}

// Codes returns the code objects by Base; Codes()[i].Index == i.
func (s *Set) Codes() []*Code { return s.table.codes }

// End returns the first location that no code takes.
func (s *Set) End() wire.Location { return s.table.end() }

// Code returns the code object that a location belongs to, nil if none does.
func (s *Set) Code(loc wire.Location) *Code { return s.table.find(loc) }

func (s *Set) problem(err error) { s.Problems = append(s.Problems, err) }

// record takes one record in. Its bytes are copied.
func (s *Set) record(typ uint32, b []byte) error {
	switch typ {
	case wire.TypeProcess:
		return s.process(b)
	case wire.TypeFile:
		return s.file(b)
	case wire.TypeCode:
		return s.code(b)
	case wire.TypeThread:
		return s.thread(b)
	case wire.TypeCosts:
		var r wire.CostsRecord
		err := r.Decode(b)
		s.Costs = newCosts(&r)
		return err
	case wire.TypeFork:
		s.fork = new(wire.ForkRecord)
		err := s.fork.Decode(b)
		s.fork.Parent = append([]byte(nil), s.fork.Parent...)
		return err
	}
	return nil // of a later writer
}

func (s *Set) process(b []byte) error {
	var r wire.ProcessRecord
	if err := r.Decode(b); err != nil {
		return err
	}
	p := Process{Python: string(r.Python), Executable: string(r.Executable), Cwd: string(r.Cwd), Parent: string(r.Parent)}
	for _, a := range r.Argv {
		p.Argv = append(p.Argv, string(a))
	}
	s.Process = p
	return nil
}

func (s *Set) file(b []byte) error {
	var r wire.FileRecord
	if err := r.Decode(b); err != nil {
		return err
	}
	if r.ID == 0 || s.files[r.ID] != nil {
		return &wire.CorruptError{What: fmt.Sprintf("file id %d, expected a new one from 1 on", r.ID)}
	}
	f := &File{ID: int(r.ID), Name: string(r.Name), Path: string(r.Path), Kind: r.Kind, Size: int64(r.Size), MtimeNS: int64(r.MtimeNs)}
	s.files[r.ID] = f
	s.Files = append(s.Files, f)
	return nil
}

func (s *Set) code(b []byte) error {
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
	if end := s.table.end(); wire.Location(r.Base) < end {
		s.problem(&wire.CorruptError{What: fmt.Sprintf("code %s at location %d, which is taken up to %d", r.Qualname, r.Base, end)})
		return nil
	}
	c := &Code{Base: wire.Location(r.Base), End: wire.Location(r.Base) + 1 + wire.Location(r.Count),
		Module: s.module(r.Module), Qualname: string(r.Qualname), File: s.files[r.File],
		FirstLine: int(r.FirstLine), Flags: r.Flags, Interpreter: int(r.Interpreter), minLine: r.MinLine}
	if len(r.Lines) != 0 {
		c.lines = append([]byte(nil), r.Lines...)
	}
	if c.File == nil {
		c.File = s.nowhere
		s.problem(fmt.Errorf("code %s is of file %d, which is not there", c.Qualname, r.File))
	}
	s.table.add(c)
	return nil
}

func (s *Set) module(b []byte) string {
	m, ok := s.modules[string(b)]
	if !ok {
		m = string(b)
		s.modules[m] = m
	}
	return m
}

func (s *Set) thread(b []byte) error {
	var r wire.ThreadRecord
	if err := r.Decode(b); err != nil {
		return err
	}
	s.Threads[int(r.Thread)] = Thread{int(r.Thread), int(r.TID), r.Ident, string(r.Name)}
	return nil
}
