package pstats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/export/calls"
	"tracer/internal/export/exporttest"
	"tracer/trace"
)

// load has Python's own pstats load a file, and prints what it then has.
const load = `
import json, pstats, sys
s = pstats.Stats(sys.argv[1], stream=sys.stderr)
s.sort_stats("cumulative").print_stats().print_callers().print_callees()
rows = [list(f) + list(row[:4]) + [[list(g) + list(c) for g, c in row[4].items()]] for f, row in s.stats.items()]
print(json.dumps({"calls": s.total_calls, "primitive": s.prim_calls, "time": s.total_tt, "rows": rows}))
`

type stats struct {
	Calls, Primitive uint64
	Time             float64
	Rows             [][]any
}

func read(t *testing.T, python string, tr *trace.Trace, o Options) stats {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, o); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "app.pstats")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var s stats
	if err := json.Unmarshal([]byte(exporttest.Run(t, python, "-c", load, path)), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPythonReadsIt compares what Python's pstats has with what was counted.
func TestPythonReadsIt(t *testing.T) {
	python := exporttest.Python(t)
	for seed := range uint64(3) {
		tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Processes: 2, Events: 2000})
		want := exporttest.Profile(t, tr)
		counted, err := calls.Build(t.Context(), tr, calls.Options{Raw: true})
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, python, tr, Options{Raw: true})
		rows, entries, primitive := map[string]string{}, uint64(0), uint64(0)
		for _, r := range got.Rows {
			rows[fmt.Sprint(r[:3])] = fmt.Sprintf("%v %v %.0f %.0f, %d callers", r[3], r[4], r[5].(float64)*1e9, r[6].(float64)*1e9, len(r[7].([]any)))
		}
		for _, f := range counted.Functions {
			entries += f.Entries
			primitive += f.Primitive
			key := fmt.Sprint([]any{f.File, f.FirstLine, f.Name[len("C."):]})
			want := fmt.Sprintf("%d %d %d %d, %d callers", f.Primitive, f.Entries, f.Own.NS, f.Total.NS, len(f.Callers))
			if rows[key] != want {
				t.Errorf("%s: %s, expected %s", key, rows[key], want)
			}
		}
		if got.Calls != entries || got.Primitive != primitive || math.Abs(got.Time*1e9-float64(want.SelfNS)) > 1 {
			t.Errorf("%d calls, %d primitive, %v s; expected %d, %d, %d ns", got.Calls, got.Primitive, got.Time, entries, primitive, want.SelfNS)
		}
	}
}

// TestFunctionsOfOneNameAreOne: pstats has no modules. Large counts are whole.
func TestFunctionsOfOneNameAreOne(t *testing.T) {
	f := &calls.Function{Module: "__main__", Name: "C.f", File: "a.py", FirstLine: 1, Calls: 1, Entries: 1 << 40, Primitive: 1 << 31, Own: calls.Cost{NS: 5e9}}
	g := &calls.Function{Module: "a", Name: "D.f", File: "a.py", FirstLine: 1, Entries: 2, Primitive: 1, Own: calls.Cost{NS: 1e9}, Total: calls.Cost{NS: 1e9}}
	for _, e := range []*calls.Edge{{Caller: f, Callee: g, Entries: 1}, {Caller: g, Callee: g, Entries: 2}} {
		g.Callers = append(g.Callers, e)
	}
	list := entries(&calls.Sums{Functions: []*calls.Function{f, g}})
	if len(list) != 1 || list[0].calls != 1<<40+2 || list[0].own != 6e9 || len(list[0].callers) != 1 || list[0].callers[0].calls != 3 {
		t.Errorf("%+v", list)
	}
}
