package trace_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// none is a sample of which nothing but the time is known.
func none(monoNS uint64) wire.Sample {
	const n64, n32 = math.MaxUint64, math.MaxUint32
	return wire.Sample{
		MonoNs: monoNS, UserNs: n64, SystemNs: n64, Resident: n64, PeakResident: n64, Virtual: n64, MinorFaults: n64, MajorFaults: n64,
		ReadChars: n64, WriteChars: n64, ReadCalls: n64, WriteCalls: n64, ReadBytes: n64, WriteBytes: n64,
		VoluntarySwitches: n64, InvoluntarySwitches: n64, Threads: n32, Descriptors: n32,
	}
}

// withCounters makes a trace that began at 4000 ns with a process of these samples,
// and returns the process and the path of the file.
func withCounters(t *testing.T, samples ...wire.Sample) (*trace.Process, string) {
	t.Helper()
	m := store.Manifest{Begin: store.ClockPair{MonoNS: 4000}}
	dir := tracetest.Write(t, tracetest.Spec{Manifest: m, Processes: []string{names + someEvents}})
	p := openDir(t, dir).Processes()[0]
	proc := filepath.Join(dir, p.Dir)
	if len(samples) > 0 {
		if err := tracetest.WriteCounters(proc, samples...); err != nil {
			t.Fatal(err)
		}
	}
	return p, filepath.Join(proc, store.CountersName)
}

func TestCounters(t *testing.T) {
	all := wire.Sample{
		MonoNs: 5000, UserNs: 1, SystemNs: 2, Resident: 3, PeakResident: 4, Virtual: 5, MinorFaults: 6, MajorFaults: 7,
		ReadChars: 8, WriteChars: 9, ReadCalls: 10, WriteCalls: 11, ReadBytes: 12, WriteBytes: 13,
		VoluntarySwitches: 14, InvoluntarySwitches: 15, Threads: 16, Descriptors: 17,
	}
	p, _ := withCounters(t, wire.Sample{MonoNs: 3000}, all, none(6000))
	got, err := p.Counters()
	want := []trace.Counters{{At: -1000}, {1000, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17},
		{2000, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nexpected %+v", got, err, want)
	}
}

func TestProcessWithoutCounters(t *testing.T) {
	p, _ := withCounters(t)
	if got, err := p.Counters(); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

// What is damaged is left out, and all the rest is there.
func TestDamagedCounters(t *testing.T) {
	const size = wire.SampleBytes
	flip := func(at int) func(b []byte) []byte {
		return func(b []byte) []byte { b[at] ^= 1; return b }
	}
	for _, test := range []struct {
		name   string
		change func(b []byte) []byte
		left   string // the times of the entries that are read
		offset int64
		what   string
	}{
		{"a value", flip(0), "23", 0, "sample checksum "},
		{"the last value", flip(size + 151), "13", size, "sample checksum "},
		{"a checksum", flip(2*size + 152), "12", 2 * size, "sample checksum "},
		{"a magic", flip(2*size - 1), "13", size, "sample magic 0x514d4153, expected 0x504d4153"},
		{"two entries", func(b []byte) []byte { return flip(9)(flip(2 * size)(b)) }, "2", 0, "sample checksum "},
		{"the end", func(b []byte) []byte { return b[:3*size-1] }, "12", 2 * size, "159 bytes, expected an entry of 160"},
		{"zeros", func(b []byte) []byte { return append(b, make([]byte, size)...) }, "123", 3 * size, "sample magic 0x0, expected 0x504d4153"},
	} {
		p, file := withCounters(t, none(4001), none(4002), none(4003))
		b, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(file, test.change(b), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Counters()
		var left strings.Builder
		for _, c := range got {
			left.WriteByte('0' + byte(c.At))
		}
		corrupt, ok := errors.AsType[*wire.CorruptError](err)
		if !ok || corrupt.Offset != test.offset || !strings.Contains(corrupt.What, test.what) || !strings.Contains(err.Error(), file) || left.String() != test.left {
			t.Errorf("%s: entries %s, %v; expected %s and %q at byte %d of %s", test.name, &left, err, test.left, test.what, test.offset, file)
		}
	}
}

// Without an error there is an entry for all bytes; with one there are fewer.
func FuzzCounters(f *testing.F) {
	m := store.Manifest{Begin: store.ClockPair{MonoNS: 4000}}
	dir := tracetest.Write(f, tracetest.Spec{Manifest: m, Processes: []string{names + someEvents}})
	tr, err := trace.Open(dir)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { tr.Close() })
	p := tr.Processes()[0]
	proc := filepath.Join(dir, p.Dir)
	if err := tracetest.WriteCounters(proc, none(4001), wire.Sample{MonoNs: 1}); err != nil {
		f.Fatal(err)
	}
	file := filepath.Join(proc, store.CountersName)
	seed, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add(seed[:200])
	f.Add(append([]byte("x"), seed...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := p.Counters()
		whole := len(b) / wire.SampleBytes
		if err == nil && (len(got) != whole || len(b)%wire.SampleBytes != 0) || err != nil && len(got) >= whole && len(b)%wire.SampleBytes == 0 {
			t.Errorf("%d entries of %d bytes, %v", len(got), len(b), err)
		}
		for _, c := range got {
			if c.UserNS < -1 || c.Threads < -1 || c.Descriptors < -1 || c.InvoluntarySwitches < -1 {
				t.Errorf("%+v", c)
			}
		}
	})
}
