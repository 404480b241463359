package collapsed

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"tracer/internal/export/exporttest"
	"tracer/trace"
)

// read returns what each stack took.
func read(t *testing.T, tr *trace.Trace, o Options) map[string]int64 {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, o); err != nil {
		t.Fatal(err)
	}
	stacks := map[string]int64{}
	for line := range strings.Lines(b.String()) {
		at := strings.LastIndexByte(line, ' ')
		if at < 0 || !strings.HasSuffix(line, "\n") {
			t.Fatalf("no stack: %q", line)
		}
		n, err := strconv.ParseInt(strings.TrimSpace(line[at:]), 10, 64)
		if err != nil || n <= 0 {
			t.Fatalf("%q: %v", line, err)
		}
		stacks[line[:at]] += n
	}
	return stacks
}

// TestTotalsAreThoseOfProfile adds up what the innermost frames took.
func TestTotalsAreThoseOfProfile(t *testing.T) {
	for seed := range uint64(6) {
		for _, lines := range []bool{false, true} {
			tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Events: 2000})
			want := exporttest.Profile(t, tr)
			own, all := map[string]int64{}, int64(0)
			for stack, ns := range read(t, tr, Options{Raw: true, Lines: lines}) {
				own[stack[strings.LastIndexByte(stack, ';')+1:]] += ns
				all += ns
			}
			if all != want.SelfNS {
				t.Errorf("%d ns, expected %d", all, want.SelfNS)
			}
			if lines {
				for row, l := range want.Lines {
					if frame := fmt.Sprintf("%s.%s (%s:%d)", row.Module, row.Function, row.File, row.Line); own[frame] != l.RawSelfNS {
						t.Errorf("%s: %d, expected %d", frame, own[frame], l.RawSelfNS)
					}
				}
				continue
			}
			functions := map[string]int64{} // of the same name in several files
			for row, f := range want.Functions {
				functions[row.Module+"."+row.Function] += f.RawSelfNS
			}
			for frame, ns := range functions {
				if own[frame] != ns {
					t.Errorf("%s: %d, expected %d", frame, own[frame], ns)
				}
			}
		}
	}
}

// small has names that mean something in the format, and a recursion.
const small = `process pid=7 clock-kind=monotonic start-ticks=1000 start-mono-ns=1000
file 1 name=a.py path="/a; b.py"
code 1 file=1 module=a qualname=<module> first-line=1 lines=1-9
code 11 file=1 qualname="f;g" first-line=11 lines=11-19
thread 1 tid=8 name="x;y"
slot thread=1
call 1
line 2 +0
line 3 +10
call 11 +5
line 12 +0
line 13 +7
call 11 +20
line 14 +0
return 11 +30
return 11 +3
return 1 +2
`

func TestStacks(t *testing.T) {
	tr := exporttest.Text(t, small)
	for _, c := range []struct {
		name string
		o    Options
		want map[string]int64
	}{
		{"functions", Options{}, map[string]int64{"a.<module>": 17, "a.<module>;f:g": 30, "a.<module>;f:g;f:g": 30}},
		{"lines", Options{Lines: true}, map[string]int64{
			"a.<module> (/a: b.py:1)": 10, "a.<module> (/a: b.py:2)": 7, "a.<module> (/a: b.py:2);f:g (/a: b.py:11)": 7,
			"a.<module> (/a: b.py:2);f:g (/a: b.py:12)": 23, "a.<module> (/a: b.py:2);f:g (/a: b.py:12);f:g (/a: b.py:13)": 30,
		}},
		{"threads", Options{ByThread: true}, map[string]int64{
			"x:y (pid 7, tid 8);a.<module>": 17, "x:y (pid 7, tid 8);a.<module>;f:g": 30, "x:y (pid 7, tid 8);a.<module>;f:g;f:g": 30,
		}},
		{"recursion folded", Options{Fold: true}, map[string]int64{"a.<module>": 17, "a.<module>;f:g": 60}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(t, tr, c.o); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%v, expected %v", got, c.want)
			}
		})
	}
}
