package verify_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tracer/internal/store"
	"tracer/internal/verify"
	"tracer/internal/wire"
	"tracer/trace/tracetest"
)

const head = `process pid=100 slot-size=4096 clock-kind=tsc start-ticks=1000 start-mono-ns=5000
interpreter python=3.14.6 executable=/usr/bin/python3 cwd=/app argv=a.py
costs line=9000 first=11000 call-before=4294966296 call-after=700 return-before=400 return-after=2100
file 1 kind=missing name=/app/a.py path=/app/a.py
code 1 file=1 module=app qualname=main first-line=1 lines=1-5
code 7 file=1 module=app qualname=f first-line=9 lines=10-12
thread 1 tid=100 ident=7 name=MainThread
thread 2 tid=101 ident=8 name=Worker
`

// The first slots of two threads and the second of one; f is open between them.
const events = `slot thread=1
call 1 +10
line 3 +5
call 7 +7
line 8 +1
slot thread=2
call 7 +3
mark own +2
line 9
return 7 +1
slot thread=1
frame code=1 entered-ticks=1010 location=3
frame code=7 entered-ticks=1022 location=8
line 9 +6
return 7 +2
line 4 +1
return 1 +9
`

const eventCount = 4 + 3 + 4

// write makes a trace of a process, a source and two samples.
func write(t *testing.T, text string) string {
	t.Helper()
	dir := tracetest.Write(t, tracetest.Spec{
		Processes: []string{text},
		Sources:   map[string]string{"/app/a.py": "pass\n"},
		Manifest:  store.Manifest{Begin: store.ClockPair{MonoNS: 4000}},
	})
	if err := tracetest.WriteCounters(filepath.Join(dir, proc), wire.Sample{MonoNs: 6000}, wire.Sample{MonoNs: 7000}); err != nil {
		t.Fatal(err)
	}
	return dir
}

const proc = "proc-100-0"

func compact(t *testing.T, text string) string {
	t.Helper()
	dir := write(t, text)
	tracetest.Compact(t, dir)
	return dir
}

func run(t *testing.T, dir string) (verify.Result, []verify.Finding) {
	t.Helper()
	d, err := store.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []verify.Finding
	var most int64
	var mu sync.Mutex
	r, err := verify.Verify(d, func(f verify.Finding) { found = append(found, f) }, func(done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if done > total {
			t.Errorf("%d of %d bytes are done", done, total)
		}
		most = max(most, done)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := r.Damage + r.Losses + r.Notes; n != uint64(len(found)) {
		t.Errorf("%d findings are counted, %d told", n, len(found))
	}
	if most == 0 {
		t.Error("nothing was said of what is done")
	}
	return r, found
}

func TestWholeTraceHasNoFinding(t *testing.T) {
	r, found := run(t, compact(t, head+events))
	if len(found) > 0 {
		t.Fatalf("found %+v", found)
	}
	if r.State != store.Finished || r.Processes != 1 || r.Threads != 2 || r.Events != eventCount || r.Segments < 2 ||
		r.Summaries != 2 || r.Entries != r.Segments+r.Summaries || r.Contexts == 0 || r.Names != 7 || r.Samples != 2 || r.Sources != 1 {
		t.Errorf("result %+v", r)
	}
}

func TestWhatIsNotCompactedIsANote(t *testing.T) {
	r, found := run(t, write(t, head+events))
	if r.Events != eventCount || r.Slots != 3 || len(found) != 1 || found[0].Severity != verify.Note || !strings.Contains(found[0].What, "not compacted: 3") {
		t.Errorf("result %+v, found %+v", r, found)
	}
}

func TestLossesAreNoDamage(t *testing.T) {
	text := strings.Replace(head, "process ", "process error=grow error-errno=28 dropped-space=9 ", 1) +
		strings.Replace(events, "slot thread=1\ncall", "slot thread=1 lost=9\ncall", 1)
	r, found := run(t, compact(t, text))
	if r.Damage != 0 || r.Losses != 3 || r.Lost["space"] != 9 {
		t.Errorf("result %+v, found %+v", r, found)
	}
}

func TestUnknownFormatIsAnError(t *testing.T) {
	dir := tracetest.Write(t, tracetest.Spec{Manifest: store.Manifest{Version: wire.Version + 1}})
	d, err := store.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = verify.Verify(d, func(verify.Finding) {}, nil)
	if want := fmt.Sprintf("format %d, this tracer reads %d", wire.Version+1, wire.Version); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, expected %s", err, want)
	}
}

// A trace that was cut off, or that goes on, is no damaged one.
func TestCutOffTraceIsANote(t *testing.T) {
	for _, test := range []struct {
		name string
		file string
		keep func(size int64) int64
		in   string
		want string
	}{
		{"without the last entry of the index", "index-0", func(size int64) int64 { return size - wire.NodeBytes }, "summaries-0", "that are no summary of the index"},
		{"within an entry of the index", "index-0", func(size int64) int64 { return size - 1 }, "index-0", "95 bytes, expected an entry"},
		{"within a sample", "counters", func(size int64) int64 { return size - 1 }, "counters", "159 bytes, expected a sample"},
		{"within a name", "names", func(size int64) int64 { return size - 1 }, "names", "the file ends within a record"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := compact(t, head+events)
			manifest := filepath.Join(dir, store.ManifestName)
			edit(t, manifest, func(b []byte) []byte { return []byte(strings.Replace(string(b), `"finished"`, `"recording"`, 1)) })
			edit(t, filepath.Join(dir, proc, test.file), func(b []byte) []byte { return b[:test.keep(int64(len(b)))] })
			r, found := run(t, dir)
			if test.file == "names" { // the thread's slots are there
				found = found[:len(found)-1]
				r.Damage--
			}
			if r.State != store.Interrupted || r.Damage != 0 || !contains(found, test.in, verify.Note, test.want) {
				t.Errorf("result %+v, found %+v", r, found)
			}
		})
	}
}

func contains(found []verify.Finding, file string, s verify.Severity, what string) bool {
	for _, f := range found {
		if f.File == file && f.Severity == s && strings.Contains(f.What, what) {
			return true
		}
	}
	return false
}

// edit changes the content of a file.
func edit(t *testing.T, file string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}
