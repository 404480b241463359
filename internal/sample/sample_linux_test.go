package sample

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"tracer/internal/sys"
	"tracer/internal/wire"
)

func sampler(t *testing.T, pid int) *Sampler {
	t.Helper()
	s, err := New(pid)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reading is a sample with a sum.
type reading struct{ wire.Sample }

func (r reading) switches() uint64 { return r.VoluntarySwitches + r.InvoluntarySwitches }

func read(t *testing.T, s *Sampler) reading {
	t.Helper()
	v, err := s.Read()
	if err != nil {
		t.Fatal(err)
	}
	return reading{v}
}

// Each deed of a child shows in the counter that is of it.
func TestReadTellsWhatAProcessDid(t *testing.T) {
	const mib = 1 << 20
	between := func(n, least, most uint64) bool { return n >= least && n <= most }
	for _, test := range []struct {
		deed string
		ok   func(a, b reading) bool
	}{
		// The system rounds each of the two times down to 10 ms.
		{"burn 100", func(a, b reading) bool {
			return between(b.UserNs+b.SystemNs-a.UserNs-a.SystemNs, 70e6, b.MonoNs)
		}},
		{"touch 67108864", func(a, b reading) bool {
			return between(b.Resident-a.Resident, 60*mib, 90*mib) && between(b.PeakResident, b.Resident-mib, 1<<40) &&
				between(b.Virtual-a.Virtual, 64*mib, 512*mib) && b.MinorFaults-a.MinorFaults >= 16
		}},
		{"drop 0", func(a, b reading) bool {
			return between(a.Resident-b.Resident, 60*mib, 90*mib) && b.PeakResident >= a.PeakResident
		}},
		{"open 17", func(a, b reading) bool { return b.Descriptors-a.Descriptors == 17 }},
		{"write 3000000", func(a, b reading) bool {
			return between(b.WriteChars-a.WriteChars, 3000000, 3000999) && between(b.WriteCalls-a.WriteCalls, 3000, 3099)
		}},
		{"read 5000000", func(a, b reading) bool {
			return between(b.ReadChars-a.ReadChars, 5000000, 5004096) && between(b.ReadCalls-a.ReadCalls, 5000, 5099)
		}},
		{"threads 20", func(a, b reading) bool {
			return between(uint64(b.Threads), 21, 60) && b.switches()-a.switches() >= 20*50
		}},
	} {
		t.Run(test.deed, func(t *testing.T) {
			c := startChild(t)
			if test.deed == "drop 0" {
				c.do("touch 67108864")
			}
			s := sampler(t, c.cmd.Process.Pid)
			before := read(t, s)
			c.do(test.deed)
			after := read(t, s)
			if !test.ok(before, after) {
				t.Errorf("before %+v\nafter %+v", before, after)
			}
			if now := sys.MonoNS(); after.MonoNs <= before.MonoNs || after.MonoNs > now {
				t.Errorf("sampled at %d and %d, it is %d", before.MonoNs, after.MonoNs, now)
			}
		})
	}
}

// Reading the switches of one thread takes as long as half a sample.
func TestSwitchesOfManyThreadsAreReadSeldom(t *testing.T) {
	c := startChild(t)
	c.do("threads 70")
	s := sampler(t, c.cmd.Process.Pid)
	first := read(t, s)
	seldom := int(first.Threads-1)/perSample + 1
	if first.Threads < 71 || seldom < 9 {
		t.Fatalf("%d threads are read in one sample of %d", first.Threads, seldom)
	}
	c.do("threads 10")
	for i := 1; i < seldom; i++ {
		if v := read(t, s); v.switches() != first.switches() {
			t.Fatalf("sample %d counts %d switches, the first %d", i, v.switches(), first.switches())
		}
	}
	if v := read(t, s); v.switches() < first.switches()+10*50 {
		t.Errorf("%d switches, then %d", first.switches(), v.switches())
	}
}

func TestTheEndOfAProcess(t *testing.T) {
	c := startChild(t)
	pid := c.cmd.Process.Pid
	s, reused := sampler(t, pid), sampler(t, pid)
	reused.source.start--
	if _, err := reused.Read(); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("another process of the same number: %v", err)
	}
	read(t, s)
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// Its threads end one after the other; then it is a zombie until Wait.
	for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(time.Millisecond) {
		if _, err := s.Read(); err != nil {
			break
		}
	}
	for _, when := range []string{"as a zombie", "when it is gone"} {
		if _, err := s.Read(); !errors.Is(err, os.ErrProcessDone) {
			t.Errorf("%s: Read says %v", when, err)
		}
		if _, err := New(pid); !errors.Is(err, os.ErrProcessDone) || !strings.Contains(err.Error(), "sample process ") {
			t.Errorf("%s: New says %v", when, err)
		}
		c.end()
	}
}

func BenchmarkRead(b *testing.B) {
	for name, deed := range map[string]string{"threads=few": "nothing 0", "threads=50": "threads 50", "threads=200": "threads 200"} {
		b.Run(name, func(b *testing.B) {
			c := startChild(b)
			c.do(deed)
			s, err := New(c.cmd.Process.Pid)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
