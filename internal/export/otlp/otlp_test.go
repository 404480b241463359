package otlp

import (
	"bytes"
	"testing"

	profiles "go.opentelemetry.io/proto/otlp/profiles/v1development"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tracer/internal/export/exporttest"
	"tracer/trace"
)

// read writes a trace and reads it with what the protocol's own files make.
func read(t *testing.T, tr *trace.Trace, o Options) *profiles.ProfilesData {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, o); err != nil {
		t.Fatal(err)
	}
	d := &profiles.ProfilesData{}
	if err := (proto.UnmarshalOptions{}).Unmarshal(b.Bytes(), d); err != nil {
		t.Fatal(err)
	}
	if again, err := proto.Marshal(d); err != nil || len(again) != b.Len() {
		t.Errorf("%d bytes, written again %d, %v: not all was understood", b.Len(), len(again), err)
	}
	if _, err := protojson.Marshal(d); err != nil {
		t.Error(err)
	}
	return d
}

// TestTablesAreAsTheProtocolDemands: each begins with what stands for nothing.
func TestTablesAreAsTheProtocolDemands(t *testing.T) {
	d := read(t, exporttest.Random(t, exporttest.Program{Seed: 1, Threads: 2, Events: 300}), Options{ByThread: true, Creator: "tracer 1"}).Dictionary
	for name, m := range map[string]proto.Message{
		"mappings": d.MappingTable[0], "locations": d.LocationTable[0], "functions": d.FunctionTable[0], "links": d.LinkTable[0],
		"attributes": d.AttributeTable[0], "stacks": d.StackTable[0],
	} {
		if proto.Size(m) != 0 {
			t.Errorf("%s begin with %v", name, m)
		}
	}
	if d.StringTable[0] != "" {
		t.Errorf("strings begin with %q", d.StringTable[0])
	}
	known := map[string]bool{}
	for _, s := range d.StringTable {
		if known[s] {
			t.Errorf("%q is there twice", s)
		}
		known[s] = true
	}
}

// TestTotalsAreThoseOfProfile adds the samples up, by function and by line.
func TestTotalsAreThoseOfProfile(t *testing.T) {
	for seed := range uint64(4) {
		for _, byThread := range []bool{false, true} {
			tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Processes: 2, Events: 1000})
			want := exporttest.Profile(t, tr)
			d := read(t, tr, Options{Raw: true, ByThread: byThread, Creator: "tracer 1.2"})
			sums := map[string]map[exporttest.Row]int64{}
			samples := 0
			for _, r := range d.ResourceProfiles {
				scope := r.ScopeProfiles[0]
				if scope.Scope.Name != "tracer" || scope.Scope.Version != "1.2" || len(scope.Profiles) != 3 {
					t.Fatalf("%v", scope)
				}
				for _, p := range scope.Profiles {
					name := d.Dictionary.StringTable[p.SampleType.TypeStrindex]
					if sums[name] == nil {
						sums[name] = map[exporttest.Row]int64{}
					}
					samples += add(t, d.Dictionary, p, byThread, sums[name])
				}
			}
			for row, f := range want.Functions {
				row.Line = 0
				if sums["time"][row] != f.RawSelfNS || sums["calls"][row] != int64(f.Calls) {
					t.Errorf("%+v: %d ns, %d calls, expected %+v", row, sums["time"][row], sums["calls"][row], f)
				}
			}
			for row, l := range want.Lines {
				if sums["time"][row] != l.RawSelfNS || sums["hits"][row] != int64(l.Hits) {
					t.Errorf("%+v: %d ns, %d hits, expected %+v", row, sums["time"][row], sums["hits"][row], l)
				}
			}
			if resources := len(d.ResourceProfiles); samples < 100 || byThread != (resources == 4) || !byThread && resources != 1 {
				t.Errorf("%d samples of %d resources", samples, resources)
			}
		}
	}
}

// add adds the samples of a profile to the sums of lines, and of functions as line 0.
func add(t *testing.T, d *profiles.ProfilesDictionary, p *profiles.Profile, attributes bool, sums map[exporttest.Row]int64) int {
	for _, s := range p.Samples {
		stack := d.StackTable[s.StackIndex]
		if s.StackIndex == 0 || len(stack.LocationIndices) == 0 || len(s.Values) != 1 {
			t.Fatalf("sample %v", s)
		}
		for _, l := range stack.LocationIndices {
			if l == 0 || d.LocationTable[l].Lines[0].FunctionIndex == 0 {
				t.Fatalf("stack %v", stack)
			}
		}
		line := d.LocationTable[stack.LocationIndices[0]].Lines[0]
		f := d.FunctionTable[line.FunctionIndex]
		name, own := d.StringTable[f.NameStrindex], d.StringTable[f.SystemNameStrindex]
		row := exporttest.Row{Module: name[:len(name)-len(own)-1], Function: own, File: d.StringTable[f.FilenameStrindex], Line: int(line.Line)}
		sums[row] += s.Values[0]
		row.Line = 0
		sums[row] += s.Values[0]
		if attributes != (len(s.AttributeIndices) == 2) {
			t.Fatalf("sample %v", s)
		}
		if attributes {
			a := d.AttributeTable[s.AttributeIndices[0]]
			if d.StringTable[a.KeyStrindex] != "thread.id" || a.Value.GetIntValue() < 100 {
				t.Fatalf("attribute %v", a)
			}
		}
	}
	return len(p.Samples)
}
