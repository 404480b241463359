package speedscope

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/export/exporttest"
	"tracer/trace"
)

// file is the file format, by its schema: with DisallowUnknownFields, all that may be there.
type file struct {
	Schema   string `json:"$schema"`
	Name     string `json:"name"`
	Exporter string `json:"exporter"`
	Active   int    `json:"activeProfileIndex"`
	Profiles []struct {
		Type    string  `json:"type"`
		Unit    string  `json:"unit"`
		Name    string  `json:"name"`
		Start   int64   `json:"startValue"`
		End     int64   `json:"endValue"`
		Samples [][]int `json:"samples"`
		Weights []int64 `json:"weights"`
	} `json:"profiles"`
	Shared struct {
		Frames []struct {
			Name string `json:"name"`
			File string `json:"file"`
			Line int    `json:"line"`
		} `json:"frames"`
	} `json:"shared"`
}

func write(t *testing.T, tr *trace.Trace, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t *testing.T, b []byte) *file {
	t.Helper()
	f := &file{}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(f); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if f.Schema != schema || f.Active != 0 || len(f.Profiles) == 0 {
		t.Fatalf("%+v", f)
	}
	return f
}

// TestTotalsAreThoseOfProfile adds the samples up by frame, of each only once.
func TestTotalsAreThoseOfProfile(t *testing.T) {
	for seed := range uint64(6) {
		for _, byThread := range []bool{false, true} {
			for _, lines := range []bool{false, true} {
				tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Processes: 2, Events: 1500})
				want := exporttest.Profile(t, tr)
				f := read(t, write(t, tr, Options{Raw: true, ByThread: byThread, Lines: lines, Creator: "test"}))
				own, total, all := add(t, f)
				if all != want.SelfNS || byThread != (len(f.Profiles) == 4) {
					t.Errorf("%d profiles of %d ns, expected %d", len(f.Profiles), all, want.SelfNS)
				}
				if lines {
					for row, l := range want.Lines {
						row.Function, row.Module = row.Module+"."+row.Function, ""
						if own[row] != l.RawSelfNS || l.RawSelfNS > 0 && total[row] > l.RawTotalNS {
							t.Errorf("%+v: own %d, total %d; expected %+v", row, own[row], total[row], l)
						}
					}
					continue
				}
				for row, fn := range want.Functions {
					row.Function, row.Module = row.Module+"."+row.Function, ""
					if own[row] != fn.RawSelfNS || total[row] != fn.RawTotalNS {
						t.Errorf("%+v: own %d, total %d; expected %+v", row, own[row], total[row], fn)
					}
				}
			}
		}
	}
}

func add(t *testing.T, f *file) (own, total map[exporttest.Row]int64, all int64) {
	own, total = map[exporttest.Row]int64{}, map[exporttest.Row]int64{}
	for _, p := range f.Profiles {
		if p.Type != "sampled" || p.Unit != "nanoseconds" || len(p.Samples) != len(p.Weights) {
			t.Fatalf("%s, %s, %d samples, %d weights", p.Type, p.Unit, len(p.Samples), len(p.Weights))
		}
		sum := int64(0)
		for i, stack := range p.Samples {
			met := map[exporttest.Row]bool{}
			for depth, n := range stack {
				frame := f.Shared.Frames[n]
				row := exporttest.Row{Function: frame.Name, File: frame.File, Line: frame.Line}
				if depth == len(stack)-1 {
					own[row] += p.Weights[i]
				}
				if !met[row] {
					met[row] = true
					total[row] += p.Weights[i]
				}
			}
			if p.Weights[i] <= 0 {
				t.Errorf("weight %d", p.Weights[i])
			}
			sum += p.Weights[i]
		}
		if p.Start != 0 || p.End != sum {
			t.Errorf("from %d to %d, expected the sum %d", p.Start, p.End, sum)
		}
		all += sum
	}
	return own, total, all
}

// TestImporterReadsIt: speedscope's own importer has the same totals.
func TestImporterReadsIt(t *testing.T) {
	folder := exporttest.Node(t, "speedscope", "1.25.0")
	tr := exporttest.Random(t, exporttest.Program{Seed: 4, Threads: 2, Events: 2000})
	want := exporttest.Profile(t, tr)
	path := filepath.Join(t.TempDir(), "app.speedscope.json")
	for _, byThread := range []bool{false, true} {
		if err := os.WriteFile(path, write(t, tr, Options{Raw: true, ByThread: byThread, Lines: byThread, Creator: "test"}), 0o600); err != nil {
			t.Fatal(err)
		}
		out := exporttest.Run(t, "node", filepath.Join("testdata", "import.js"), filepath.Join(folder, "dist", "release"), path)
		var got []struct {
			Name   string
			Total  int64
			Frames int
			Unit   string
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		sum := int64(0)
		for _, p := range got {
			sum += p.Total
			if p.Frames < 10 || !strings.HasPrefix(p.Unit, "nanosecond") {
				t.Errorf("%+v", p)
			}
		}
		if sum != want.SelfNS || byThread != (len(got) == 2) {
			t.Errorf("%+v, expected %d ns", got, want.SelfNS)
		}
	}
}
