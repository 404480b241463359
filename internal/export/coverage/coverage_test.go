package coverage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"tracer/internal/export/exporttest"
	"tracer/internal/export/lines"
	"tracer/internal/export/statements"
	"tracer/trace"
)

// report is what it says.
type report struct {
	Meta  map[string]any
	Files map[string]struct {
		region
		Functions, Classes map[string]region
	}
	Totals map[string]any
}

func read(t *testing.T, tr *trace.Trace) report {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, Options{Creator: "test"}); err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(b.Bytes(), &r); err != nil {
		t.Fatalf("%v\n%s", err, b.Bytes())
	}
	return r
}

// TestASmallFile has a function that was not called, one that is excluded, and a file without
// a copy.
func TestASmallFile(t *testing.T) {
	r := read(t, exporttest.Covered(t))
	if r.Meta["format"] != 3.0 || r.Meta["version"] != "test" || r.Meta["timestamp"] != "2025-01-02T03:04:05.000000" || r.Meta["branch_coverage"] != false {
		t.Errorf("%v", r.Meta)
	}
	f := r.Files["app.py"]
	if !slices.Equal(f.Executed, []int{2, 4, 5, 9, 10, 14}) || !slices.Equal(f.Missing, []int{11}) || !slices.Equal(f.Excluded, []int{12, 13}) {
		t.Errorf("%+v", f)
	}
	if s := *f.Summary; s.Covered != 6 || s.All != 7 || s.Missing != 1 || s.Excluded != 2 || s.Display != "86" || fmt.Sprintf("%.3f", s.Percent) != "85.714" {
		t.Errorf("%+v", s)
	}
	if len(f.Functions) != 4 || f.Functions["f"].Summary.Covered != 1 || f.Functions["C.g"].Summary.Missing != 1 || f.Functions["C.h"].Summary.Excluded != 1 || f.Functions[""].Summary.Covered != 5 {
		t.Errorf("%+v", f.Functions)
	}
	if len(f.Classes) != 2 || !slices.Equal(f.Classes["C"].Missing, []int{11}) || f.Classes["C"].Start != 9 || f.Classes[""].Summary.All != 6 {
		t.Errorf("%+v", f.Classes)
	}
	if other := r.Files["/lib/other.py"]; !slices.Equal(other.Executed, []int{5}) || len(r.Files) != 2 {
		t.Errorf("%+v", r.Files)
	}
	if r.Totals["num_statements"] != 8.0 || r.Totals["covered_lines"] != 7.0 || r.Totals["percent_covered_display"] != "88" {
		t.Errorf("%v", r.Totals)
	}
}

// TestRegionsOfOneName: the first one with statements keeps it.
func TestRegionsOfOneName(t *testing.T) {
	text := "class A:\n    def f(self):\n        class B:\n            def g(self): \n                return 1\n        return 2\n" +
		"def f(): ...\ndef f():\n    x = 1\n    def f():\n        return 3\n    return x\ndef f():\n    return 4\n"
	found := statements.Find(text)
	file := &lines.File{}
	for _, s := range found.Statements {
		file.Lines = append(file.Lines, lines.Line{Line: s.Line, Hits: 1, Excluded: s.Excluded})
	}
	for _, f := range found.Functions {
		file.Functions = append(file.Functions, lines.Function{Function: f})
	}
	got := map[string][]int{}
	for kind, r := range map[string]*regions{"": functions(file), "class ": classes(file)} {
		for i, name := range r.names {
			got[kind+name] = r.list[i].Executed
		}
	}
	want := map[string][]int{
		"A.f": {3, 4, 6}, "A.f.B.g": {5}, "f@7": {}, "f": {9, 10, 12}, "f.f": {11}, "f@13": {14}, "": {1, 2, 8, 13},
		"class A": {3, 4, 6}, "class A.f.B": {5}, "class ": {1, 2, 8, 9, 10, 11, 12, 13, 14},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, expected\n%v", got, want)
	}
}

func TestPercentsAreNotRoundedToAllOrNothing(t *testing.T) {
	for percent, want := range map[float64]string{0: "0", 0.2: "1", 50.5: "50", 99.1: "99", 99.9: "99", 100: "100"} {
		if got := display(percent); got != want {
			t.Errorf("%v is %s, expected %s", percent, got, want)
		}
	}
}
