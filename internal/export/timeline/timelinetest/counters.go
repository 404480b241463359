package timelinetest

import (
	"path/filepath"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

const counted = `process pid=7 ppid=1 clock-kind=monotonic start-ticks=1000000 start-mono-ns=1000000
interpreter python=3.14.0 argv=python3 argv=/srv/app.py
file 1 name=a.py path=/srv/a.py
code 1 file=1 module=app qualname=main first-line=1 lines=1-3
thread 1 tid=7 name=MainThread
slot thread=1
call 1 +10
return 1 +500
`

// Counted returns a trace with two samples of counters: at 100 ns 20 KiB of memory, 1000 ns
// in the program and one thread; at 200 ns 40 KiB and 1050 ns. Nothing else was known.
func Counted(tb testing.TB) *trace.Trace {
	tb.Helper()
	path := tracetest.Text(tb, counted)
	procs, err := filepath.Glob(filepath.Join(path, store.ProcPrefix+"*"))
	if err != nil || len(procs) != 1 {
		tb.Fatal(procs, err)
	}
	a, b := unknown(), unknown()
	a.MonoNs, a.Resident, a.UserNs, a.Threads = 1_000_100, 20<<10, 1000, 1
	b.MonoNs, b.Resident, b.UserNs = 1_000_200, 40<<10, 1050
	if err := tracetest.WriteCounters(procs[0], a, b); err != nil {
		tb.Fatal(err)
	}
	tr, err := trace.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { tr.Close() })
	return tr
}

// unknown is a sample of which nothing is known.
func unknown() wire.Sample {
	const none, none32 = 1<<64 - 1, 1<<32 - 1
	return wire.Sample{
		UserNs: none, SystemNs: none, Resident: none, PeakResident: none, Virtual: none, MinorFaults: none, MajorFaults: none,
		ReadChars: none, WriteChars: none, ReadCalls: none, WriteCalls: none, ReadBytes: none, WriteBytes: none,
		VoluntarySwitches: none, InvoluntarySwitches: none, Threads: none32, Descriptors: none32,
	}
}
