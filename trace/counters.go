package trace

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// Counters is what the system had counted for a process at a moment. Where
// nothing else is said a value counts up from the start of the process, and does
// not begin again when it runs another program. What was not known is -1.
//
// Processor times are in steps of 10 ms on Linux. What recording costs the process
// is a part of all values: the events it writes show as written bytes.
type Counters struct {
	At int64 // ns since the trace began

	UserNS, SystemNS int64 // processor time in the program and in the kernel

	Resident     int64 // bytes in memory now
	PeakResident int64 // the most there were
	Virtual      int64 // bytes of address space now

	MinorFaults, MajorFaults int64 // page faults without and with a disk

	ReadChars, WriteChars int64 // bytes that went through reading and writing calls: files, pipes, terminals
	ReadCalls, WriteCalls int64
	ReadBytes, WriteBytes int64 // bytes from and to storage

	// Context switches because a thread waited, and because others were to
	// run, of the threads that live: a thread's own are gone with it. With
	// many threads they are counted less often than the rest.
	VoluntarySwitches, InvoluntarySwitches int64

	Threads     int64 // now
	Descriptors int64 // open file descriptors now
}

// Counters returns the performance counters of the process in the order they
// were taken; none if none were. Like everything of a trace they can be read while it
// is written, also those that came after Open. Entries that are damaged are left
// out: the error, a *wire.CorruptError, is of the first of them, and comes with
// all the others.
func (p *Process) Counters() ([]Counters, error) {
	f, _, err := p.moved.dir.Open(p.Dir, store.CountersName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := p.readCounters(bufio.NewReaderSize(f, 64<<10))
	if err != nil {
		err = fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return all, err
}

// readCounters reads entries to the end.
func (p *Process) readCounters(r io.Reader) ([]Counters, error) {
	var all []Counters
	var bad error
	var b [wire.SampleBytes]byte
	var s wire.Sample
	for offset := int64(0); ; offset += wire.SampleBytes {
		n, err := io.ReadFull(r, b[:])
		what := ""
		switch {
		case err == io.EOF:
			return all, bad
		case err == io.ErrUnexpectedEOF:
			what = fmt.Sprintf("%d bytes, expected an entry of %d: the file was cut off", n, len(b))
		case err != nil:
			return all, err
		default:
			what = s.DecodeSealed(b[:])
		}
		if what == "" {
			all = append(all, p.newCounters(&s))
		} else if bad == nil {
			bad = &wire.CorruptError{Offset: offset, What: what}
		}
	}
}

func (p *Process) newCounters(s *wire.Sample) Counters {
	return Counters{
		At:     int64(s.MonoNs - p.origin),
		UserNS: known(s.UserNs), SystemNS: known(s.SystemNs),
		Resident: known(s.Resident), PeakResident: known(s.PeakResident), Virtual: known(s.Virtual),
		MinorFaults: known(s.MinorFaults), MajorFaults: known(s.MajorFaults),
		ReadChars: known(s.ReadChars), WriteChars: known(s.WriteChars),
		ReadCalls: known(s.ReadCalls), WriteCalls: known(s.WriteCalls),
		ReadBytes: known(s.ReadBytes), WriteBytes: known(s.WriteBytes),
		VoluntarySwitches: known(s.VoluntarySwitches), InvoluntarySwitches: known(s.InvoluntarySwitches),
		Threads: known32(s.Threads), Descriptors: known32(s.Descriptors),
	}
}

// known returns v, or -1 where it is all ones or more than anything counts.
func known(v uint64) int64 {
	if v > math.MaxInt64 {
		return -1
	}
	return int64(v)
}

func known32(v uint32) int64 {
	if v == math.MaxUint32 {
		return -1
	}
	return int64(v)
}
