package trace_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

const someEvents = "slot\ncall 1 +1\nline 2 +1\nmark time +1\nreturn 1 +1\nslot thread=2\ncall 7 +9\n"

func TestInfoOfAFinishedTrace(t *testing.T) {
	status := 3
	m := store.Manifest{
		Argv: []string{"a.py", "x"}, Cwd: "/app", Host: "box", Start: time.Unix(1700000000, 0).UTC(),
		Begin: store.ClockPair{MonoNS: 4000}, Finish: &store.ClockPair{MonoNS: 1004000}, ExitStatus: &status,
		Settings: store.Settings{Events: "lines", Only: []string{"app"}},
	}
	tr := openDir(t, tracetest.Write(t, tracetest.Spec{Manifest: m, Processes: []string{names + someEvents}}))
	got := tr.Info()
	if got.Bytes < 4096*3 {
		t.Errorf("%d bytes", got.Bytes)
	}
	got.Bytes, got.Path = 0, ""
	want := trace.Info{
		Argv: m.Argv, Cwd: "/app", Host: "box", Python: "3.14.6", Start: m.Start, Settings: m.Settings,
		Events: 4, DroppedBy: map[string]uint64{}, Processes: 1, Threads: 2, DurationNS: 1000000, ExitStatus: &status, Complete: true,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nexpected\n%+v", got, want)
	}
	p := tr.Processes()[0]
	if p.StartNS != 1000 || p.PID != 100 || p.PPID != 1 || p.Cwd != "/app" || len(p.Argv) != 2 || len(p.Codes) != 3 || len(p.Files) != 1 {
		t.Errorf("process %+v", p)
	}
	if th := p.Threads[1]; th.Name != "Worker" || th.TID != 101 || th.Events() != 1 || th.Process != p {
		t.Errorf("thread %+v", th)
	}
}

func TestTraceOfEveryState(t *testing.T) {
	for _, test := range []struct {
		name              string
		change            func(dir string) error
		events            uint64
		complete, running bool
		problem           string
	}{
		{"untouched", func(string) error { return nil }, 4, true, false, ""},
		{"without a manifest", remove(store.ManifestName), 4, false, true, "manifest.json"},
		{"with a manifest that is no JSON", write(store.ManifestName, "{"), 4, false, true, "unexpected end of JSON"},
		{"without a control page", remove("proc-100-0/control"), 0, false, false, "proc-100-0/control: open"},
		{"with an empty control page", write("proc-100-0/control", strings.Repeat("\x00", 4096)), 0, false, false, "recording has not begun"},
		{"with another control page", write("proc-100-0/control", strings.Repeat("a", 4096)), 0, false, false, "magic 0x6161616161616161"},
		{"with a short control page", cut("proc-100-0/control", 100), 0, false, false, "the file ends here, expected 4096"},
		{"without raw", remove("proc-100-0/raw"), 0, false, false, "proc-100-0/raw: open"},
		{"with raw cut in a slot", cut("proc-100-0/raw", 4096+72), 4, false, false, "the file was cut off"},
		{"with raw cut in an event", cut("proc-100-0/raw", 64+12), 1, false, false, "the file was cut off"},
		{"with raw cut in a header", cut("proc-100-0/raw", 10), 0, false, false, "the file was cut off"},
		{"with an empty raw", cut("proc-100-0/raw", 0), 0, true, false, ""},
		{"with another raw", write("proc-100-0/raw", strings.Repeat("a", 8192)), 0, false, false, "slot magic 0x61616161"},
		{"without names", remove("proc-100-0/names"), 4, false, false, "proc-100-0/names: open"},
		{"with names cut in a record", cut("proc-100-0/names", 200), 4, false, false, "names: corrupt at byte 0: locations below"},
		{"with other names", write("proc-100-0/names", strings.Repeat("a", 100)), 4, false, false, "names: corrupt at byte 0: magic"},
		{"with a note of what was not traced", write("refused", "77\tno sys.monitoring before Python 3.12\n"), 4, true, false, "process 77 was not traced: no sys.monitoring"},
		{"with a raw that is a directory", both(remove("proc-100-0/raw"), mkdir("proc-100-0/raw")), 0, false, false, "is no regular file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := tracetest.Text(t, names+someEvents)
			if err := test.change(dir); err != nil {
				t.Fatal(err)
			}
			tr := openDir(t, dir)
			i := tr.Info()
			if i.Events != test.events || i.Complete != test.complete || i.Running != test.running {
				t.Errorf("%d events, complete %t, running %t", i.Events, i.Complete, i.Running)
			}
			if problems := strings.Join(i.Problems, "\n"); (problems == "") != (test.problem == "") || !strings.Contains(problems, test.problem) {
				t.Errorf("problems %q, expected %q", problems, test.problem)
			}
			replayAll(t, tr)
		})
	}
}

func remove(name string) func(string) error {
	return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
}

func write(name, text string) func(string) error {
	return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
}

func cut(name string, size int64) func(string) error {
	return func(dir string) error { return os.Truncate(filepath.Join(dir, name), size) }
}

func mkdir(name string) func(string) error {
	return func(dir string) error { return os.Mkdir(filepath.Join(dir, name), 0o700) }
}

func both(a, b func(string) error) func(string) error {
	return func(dir string) error { return errors.Join(a(dir), b(dir)) }
}

func TestOpenFailsWhereNothingCanBeRead(t *testing.T) {
	dir := tracetest.Text(t, names)
	for _, change := range []func(string) error{remove(store.ManifestName), remove("proc-100-0/control")} {
		if err := change(dir); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		dir:                              "nothing in it can be read",
		filepath.Join(dir, "none"):       "file does not exist",
		t.TempDir():                      "is no trace",
		filepath.Join(dir, "proc-100-0"): "is no trace",
	} {
		if _, err := trace.Open(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", path, err, want)
		}
	}
	other := tracetest.Write(t, tracetest.Spec{Manifest: store.Manifest{Version: 9}})
	if _, err := trace.Open(other); err == nil || !strings.Contains(err.Error(), "format 9, this tracer reads 3") {
		t.Errorf("another version: %v", err)
	}
}

func TestDroppedEventsAreCounted(t *testing.T) {
	text := strings.Replace(names, "ppid=1", "ppid=1 error=grow dropped-space=5 dropped-names=2", 1)
	full := "slot\n" + strings.Repeat("call 1 +1\nmark gap +1\n", 252) + "slot\ncall 1 +1\n"
	i := open(t, text+full, names).Info()
	if i.Dropped != 7 || i.DroppedBy["space"] != 5 || i.DroppedBy["names"] != 2 || len(i.DroppedBy) != 2 || i.Complete {
		t.Errorf("%+v", i)
	}
	if i.Events != 253 {
		t.Errorf("%d events, expected 253: the gaps are none", i.Events)
	}
}

// TestEventsAreCountedWithoutMarks has time marks in a slot that is not the last.
func TestEventsAreCountedWithoutMarks(t *testing.T) {
	tr := open(t, names+"slot\n"+strings.Repeat("mark time +1\nline 2 +1\n", 252)+"slot\nline 3 +1\n")
	th := tr.Processes()[0].Threads[0]
	var c counter
	if err := th.Replay(&c); err != nil {
		t.Fatal(err)
	}
	if th.Events() != 253 || c.lines != 253 {
		t.Errorf("%d events, %d visited, expected 253", th.Events(), c.lines)
	}
}

func TestSourceIsTheCopyInTheTrace(t *testing.T) {
	tr := openDir(t, tracetest.Write(t, tracetest.Spec{
		Processes: []string{names + "file 2 name=b.py path=/app/b.py\n"},
		Sources:   map[string]string{"/app/a.py": "print()\n"},
	}))
	files := tr.Processes()[0].Files
	if b, err := tr.Source(files[0]); string(b) != "print()\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := tr.Source(files[1]); !errors.Is(err, fs.ErrNotExist) || err.Error() != "read source /app/b.py: no copy in the trace: file does not exist" {
		t.Errorf("%v", err)
	}
	if err := write("sources/"+files[0].Source.SHA256, "changed")(tr.Info().Path); err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Source(files[0]); err == nil || !strings.Contains(err.Error(), "the content is not what its name says") {
		t.Errorf("%v", err)
	}
}

// replayAll replays every thread, in both ways, and checks what must hold for
// any bytes.
func replayAll(tb testing.TB, tr *trace.Trace) {
	tb.Helper()
	for _, p := range tr.Processes() {
		for _, th := range p.Threads {
			var r recorder
			err := th.Replay(&r)
			var corrupt *wire.CorruptError
			if err != nil && !errors.As(err, &corrupt) {
				tb.Errorf("%v is no CorruptError", err)
			}
			for _, w := range r.wrong {
				tb.Error(w)
			}
			n := uint64(0)
			for e, err := range th.All() {
				if err == nil && e.Kind != wire.Mark {
					n++
				}
			}
			if n > th.Events() {
				tb.Errorf("%d events in All, %d counted", n, th.Events())
			}
		}
	}
}
