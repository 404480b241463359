package lprof

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/export/calls"
	"tracer/internal/export/exporttest"
)

// standIn loads a file with a class in the place of line_profiler's, and prints it.
const standIn = `
import json, pickle, sys
class LineStats: pass
class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        assert (module, name) == ("line_profiler._line_profiler", "LineStats"), (module, name)
        return LineStats
s = Unpickler(open(sys.argv[1], "rb")).load()
assert sorted(vars(s)) == ["timings", "unit"] and s.unit == 1e-9 and type(s) is LineStats, vars(s)
print(json.dumps([list(f) + [lines] for f, lines in s.timings.items()]))
`

// write writes a file of a random program.
func write(t *testing.T, seed uint64) (path string, want exporttest.Sums) {
	t.Helper()
	tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Processes: 2, Events: 2000})
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, Options{Raw: true}); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "app.lprof")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, exporttest.Profile(t, tr)
}

func compare(t *testing.T, printed string, want exporttest.Sums) {
	t.Helper()
	var rows [][]json.RawMessage
	if err := json.Unmarshal([]byte(printed), &rows); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	got := map[exporttest.Row][2]int64{}
	for _, r := range rows {
		var file, name string
		var lines [][3]int64
		for i, to := range []any{&file, nil, &name, &lines} {
			if to == nil {
				continue
			}
			if err := json.Unmarshal(r[i], to); err != nil {
				t.Fatal(err)
			}
		}
		for _, l := range lines {
			row := exporttest.Row{Function: name, File: file, Line: int(l[0])}
			got[row] = [2]int64{l[1], l[2]}
		}
	}
	lines := 0
	for row, l := range want.Lines {
		if l.Hits == 0 {
			continue
		}
		lines++
		row.Module = ""
		if got[row] != [2]int64{int64(l.Hits), l.RawTotalNS} {
			t.Errorf("%+v: %d, expected %d hits, %d ns", row, got[row], l.Hits, l.RawTotalNS)
		}
	}
	if len(got) != lines {
		t.Errorf("%d lines, expected %d", len(got), lines)
	}
}

// TestPythonReadsIt compares each line with the profile.
func TestPythonReadsIt(t *testing.T) {
	python := exporttest.Python(t)
	for seed := range uint64(3) {
		path, want := write(t, seed)
		compare(t, exporttest.Run(t, python, "-c", standIn, path), want)
	}
}

// TestLineProfilerReadsIt compares each line with what line_profiler itself loads, and has
// its viewer show it.
func TestLineProfilerReadsIt(t *testing.T) {
	for _, version := range []string{"line_profiler==5.1.0", "line_profiler==4.2.0"} {
		t.Run(version, func(t *testing.T) {
			python := exporttest.PythonWith(t, "3.13", version)
			path, want := write(t, 3)
			compare(t, exporttest.Run(t, python, "-c", `
import json, line_profiler, sys
s = line_profiler.load_stats(sys.argv[1])
print(json.dumps([list(f) + [lines] for f, lines in s.timings.items()]))
`, path), want)
			shown := exporttest.Run(t, python, "-m", "line_profiler", "-u", "1e-9", path)
			if n := strings.Count(shown, "Total time:"); n != len(want.Functions) {
				t.Errorf("it shows %d functions, expected %d:\n%s", n, len(want.Functions), shown)
			}
		})
	}
}

// TestNumbers compares what Python reads with large numbers, and odd texts.
func TestNumbers(t *testing.T) {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	p := pickle{w}
	p.begin("line_profiler._line_profiler", "LineStats")
	p.mark()
	p.text("timings")
	p.dict()
	f := function{key{"a\xff.py", 7, "größe"}, []calls.Line{
		{Line: 1, Own: calls.Cost{Hits: math.MaxInt32}, Total: calls.Cost{NS: math.MaxInt32 + 1}},
		{Line: 2, Own: calls.Cost{Hits: math.MaxUint64}, Total: calls.Cost{NS: math.MaxInt64}},
		{Line: 3},
	}}
	f.write(p)
	p.text("unit")
	p.float(1e-9)
	p.end()
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.lprof")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	got := strings.TrimSpace(exporttest.Run(t, exporttest.Python(t), "-c", standIn, path))
	const want = `[["a\ufffd.py", 7, "gr\u00f6\u00dfe", [[1, 2147483647, 2147483648], [2, 18446744073709551615, 9223372036854775807]]]]`
	if got != want {
		t.Errorf("%s, expected\n%s", got, want)
	}
}

func TestFunctionsOfOneNameAreOne(t *testing.T) {
	line := func(n int, hits uint64, ns int64) calls.Line {
		return calls.Line{Line: n, Own: calls.Cost{Hits: hits}, Total: calls.Cost{NS: ns}}
	}
	f := &calls.Function{Name: "f", File: "a.py", Own: calls.Cost{Hits: 3}, Lines: []calls.Line{line(1, 1, 10), line(3, 2, 20)}}
	g := &calls.Function{Module: "m", Name: "f", File: "a.py", Own: calls.Cost{Hits: 7}, Lines: []calls.Line{line(2, 3, 1), line(3, 4, 2), line(9, 1, 1)}}
	idle := &calls.Function{Name: "idle", Lines: []calls.Line{line(4, 0, 9)}}
	list := functions(&calls.Sums{Functions: []*calls.Function{f, g, idle}})
	if len(list) != 1 || len(list[0].lines) != 4 || list[0].lines[2] != line(3, 6, 22) || list[0].lines[3].Line != 9 {
		t.Errorf("%+v", list)
	}
}
