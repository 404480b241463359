package pprof

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"tracer/internal/export/exporttest"
	"tracer/trace"
)

// The sample types.
const (
	calls = iota
	hits
	ns
)

// read writes a trace and reads it with pprof's own package, which checks it.
func read(t *testing.T, tr *trace.Trace, o Options) *profile.Profile {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, o); err != nil {
		t.Fatal(err)
	}
	p, err := profile.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sums adds the samples up, by function and by line: what they took themselves, and what
// samples took in which they are.
func sums(p *profile.Profile) (own, total map[exporttest.Row][3]int64) {
	own, total = map[exporttest.Row][3]int64{}, map[exporttest.Row][3]int64{}
	for _, s := range p.Sample {
		met := map[exporttest.Row]bool{}
		for i, l := range s.Location {
			f := l.Line[0].Function
			of := exporttest.Row{Module: strings.TrimSuffix(strings.TrimSuffix(f.Name, f.SystemName), "."), Function: f.SystemName, File: f.Filename}
			at := of
			of.Line, at.Line = int(-f.StartLine), int(l.Line[0].Line)
			for _, row := range []exporttest.Row{of, at} {
				if i == 0 {
					add(own, row, s.Value)
				}
				if !met[row] {
					met[row] = true
					add(total, row, s.Value)
				}
			}
		}
	}
	return own, total
}

func add(to map[exporttest.Row][3]int64, row exporttest.Row, values []int64) {
	sum := to[row]
	for i := range sum {
		sum[i] += values[i]
	}
	to[row] = sum
}

// TestTotalsAreThoseOfProfile compares all that pprof can add up.
func TestTotalsAreThoseOfProfile(t *testing.T) {
	for seed := range uint64(6) {
		for _, byThread := range []bool{false, true} {
			tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 3, Processes: 2, Events: 1500})
			want := exporttest.Profile(t, tr)
			p := read(t, tr, Options{Raw: true, Creator: "test", ByThread: byThread})
			own, total := sums(p)
			for row, f := range want.Functions {
				row.Line = -row.Line
				if own[row][ns] != f.RawSelfNS || own[row][calls] != int64(f.Calls) || total[row][ns] != f.RawTotalNS {
					t.Errorf("%+v: own %d, total %d; expected %+v", row, own[row], total[row], f)
				}
			}
			for row, l := range want.Lines {
				if own[row][ns] != l.RawSelfNS || own[row][hits] != int64(l.Hits) || total[row][ns] != l.RawTotalNS {
					t.Errorf("%+v: own %d, total %d; expected %+v", row, own[row], total[row], l)
				}
			}
			if p.DefaultSampleType != "time" || p.DurationNanos != tr.Info().DurationNS || p.TimeNanos != tr.Info().Start.UnixNano() {
				t.Errorf("%s, %d, %d", p.DefaultSampleType, p.DurationNanos, p.TimeNanos)
			}
		}
	}
}

// TestThreadsHaveLabels adds up what each thread did.
func TestThreadsHaveLabels(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 2, Threads: 3, Events: 500})
	p := read(t, tr, Options{Raw: true, ByThread: true})
	got := map[string]int64{}
	for _, s := range p.Sample {
		got[fmt.Sprint(s.NumLabel["tid"], s.Label["thread"], s.NumLabel["pid"])] += s.Value[hits]
	}
	for _, th := range tr.Processes()[0].Threads {
		s, err := th.Sum(trace.Window{})
		if err != nil {
			t.Fatal(err)
		}
		want := int64(0)
		for _, l := range s.Lines {
			want += int64(l.Hits)
		}
		if key := fmt.Sprint([]int{th.TID}, []string{th.Name}, []int{th.Process.PID}); got[key] != want {
			t.Errorf("%s: %d hits, expected %d; %v", key, got[key], want, got)
		}
	}
	if len(got) != 3 {
		t.Errorf("%v", got)
	}
}

// TestCorrectedTimesAddUp: none is below zero, and their sum is that of the profile.
func TestCorrectedTimesAddUp(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 5, Threads: 2, Events: 1500, Costs: true})
	raw := exporttest.Profile(t, tr).SelfNS
	sum := int64(0)
	for _, s := range read(t, tr, Options{}).Sample {
		if sum += s.Value[ns]; s.Value[ns] < 0 {
			t.Errorf("%d ns", s.Value[ns])
		}
	}
	if want := exporttest.Corrected(t, tr); sum != want || sum >= raw {
		t.Errorf("%d ns, expected %d, and less than the %d that were recorded", sum, want, raw)
	}
}

// TestGoToolReadsIt lets the tool itself add up.
func TestGoToolReadsIt(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("not tested with go tool pprof: no go command here")
	}
	tr := exporttest.Random(t, exporttest.Program{Seed: 4, Threads: 2, Events: 2000})
	want := exporttest.Profile(t, tr)
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, Options{Raw: true, Creator: "test"}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "app.pb.gz")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	units := map[string]string{"time": "ns", "hits": "count", "calls": "count"}
	for index, total := range map[string]string{"time": fmt.Sprintf("%dns", want.SelfNS), "hits": fmt.Sprint(want.Hits), "calls": fmt.Sprint(want.Calls)} {
		out, err := exec.CommandContext(t.Context(), goTool, "tool", "pprof", "-top", "-lines", "-unit="+units[index], "-nodefraction=0", "-sample_index="+index, file).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if text := string(out); !strings.Contains(text, "of "+total+" total") || !strings.Contains(text, "app.m1.C.g1 /srv/app/f") {
			t.Errorf("%s: expected %s:\n%s", index, total, out)
		}
	}
}
