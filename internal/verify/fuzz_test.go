package verify_test

import (
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/store"
	"tracer/internal/verify"
	"tracer/internal/wire"
	"tracer/trace/tracetest"
)

// fuzzed are the files of a process that are fuzzed, in the order of the arguments.
var fuzzed = []string{"control", "names", "raw", "counters", "index-0", "segments-0", "summaries-0", "contexts-0"}

// FuzzVerify verifies any bytes as the files of a process, with right checksums: no
// panic, and what is counted is what was told.
func FuzzVerify(f *testing.F) {
	for _, compacted := range []bool{false, true} {
		dir := tracetest.Write(f, tracetest.Spec{Processes: []string{head + events}})
		if err := tracetest.WriteCounters(filepath.Join(dir, proc), wire.Sample{MonoNs: 6000}); err != nil {
			f.Fatal(err)
		}
		if compacted {
			tracetest.Compact(f, dir)
		}
		var b [8][]byte
		for i, name := range fuzzed {
			b[i], _ = os.ReadFile(filepath.Join(dir, proc, name)) // some are not there
		}
		f.Add(b[0][:512], b[1], b[2], b[3], b[4], b[5], b[6], b[7])
	}
	f.Fuzz(func(t *testing.T, control, names, raw, counters, index, segments, summaries, contexts []byte) {
		dir := tracetest.Write(t, tracetest.Spec{})
		if err := os.Mkdir(filepath.Join(dir, proc), 0o700); err != nil {
			t.Fatal(err)
		}
		// The rest of the control page is reserved.
		control = append(control, make([]byte, max(0, wire.ControlBytes-len(control)))...)
		for i, b := range [][]byte{control, names, raw, counters, index, segments, summaries, contexts} {
			tracetest.Seal(fuzzed[i], b)
			if err := os.WriteFile(filepath.Join(dir, proc, fuzzed[i]), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		d, err := store.OpenDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		told := map[verify.Severity]uint64{}
		r, err := verify.Verify(d, func(f verify.Finding) { told[f.Severity]++ }, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Damage != told[verify.Damage] || r.Losses != told[verify.Loss] || r.Notes != told[verify.Note] {
			t.Errorf("%+v are counted, %v were told", r, told)
		}
	})
}
