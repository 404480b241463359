package corrupt

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/test/interpreters"
	"tracer/trace/tracetest"
)

// subject is a trace that is changed: its files by their paths.
type subject struct {
	name  string
	files map[string][]byte
	paths []string // of those that are changed, sorted
	bytes int
}

// subjects makes the traces. They are small: what matters is that all that the
// format has is in them.
func subjects(t *testing.T) []*subject {
	return []*subject{
		read(t, "recorded", record(t)),
		read(t, "not compacted", written(t)),
		read(t, "compacted", compacted(t)),
		read(t, "cut off", cutOff(t)),
	}
}

// program has threads, a fork, generators, a recursion and an exception.
const program = `
import os, threading

def gen(n):
    for i in range(n):
        yield i

def rec(n):
    if n == 0:
        raise ValueError
    rec(n - 1)

def work(n):
    for i in gen(n):
        try:
            rec(i % 5)
        except ValueError:
            pass

thread = threading.Thread(target=work, args=(40,), name="worker")
thread.start()
work(30)
thread.join()
pid = os.fork()
if pid == 0:
    work(10)
    os._exit(0)
os.waitpid(pid, 0)
work(10)
`

// record makes a trace with bin/tracer.
func record(t *testing.T) string {
	tracer, err := filepath.Abs(filepath.Join("..", "..", "bin", "tracer"))
	if err == nil {
		_, err = os.Stat(tracer)
	}
	if err != nil {
		t.Fatalf("bin/tracer is missing; run make all first: %v", err)
	}
	python := interpreters.Traceable(t)[0]
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tracer, "run", "-q", "-o", "app.trace", "--sample", "5ms", "--python", python.Executable, "app.py")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("record: %v\n%s", err, out)
	}
	return filepath.Join(dir, "app.trace")
}

// text is a process with two threads and slots that follow each other.
const text = `process pid=100 slot-size=4096 clock-kind=tsc start-ticks=1000 start-mono-ns=5000 tick-hz=1000000000
interpreter python=3.14.6 executable=/usr/bin/python3 cwd=/app argv=python3 argv=a.py
file 1 kind=missing name=a.py path=/app/a.py
file 2 kind=pseudo name=<string> path=<string>
code 1 file=1 module=app qualname=main first-line=1 lines=1-5
code 7 file=1 module=app.b qualname=f.<locals>.g first-line=9 lines=10,500000
code 10 file=2 qualname=<module>
thread 1 tid=100 ident=7 name=MainThread
thread 2 tid=101 ident=8
thread 2 tid=101 ident=8 name=worker
slot thread=1
call 1 +10
line 3 +5
call 7 +100
line 8 +1
yield 7 +5
line 4 +1
resume 9 +20
unwind 7 +3
throw 9 +2
mark time +2
return 7 +5
slot thread=2 depth=2
frame code=7 entered-ticks=500 location=8
line 9 +40
return 7 +4
call 10 +1
slot thread=1
frame code=1 entered-ticks=1010 location=4
line 5 +7
return 1 +5
`

func written(t *testing.T) string {
	dir := tracetest.Write(t, tracetest.Spec{
		Processes: []string{text, strings.Replace(text, "pid=100", "pid=200 ppid=100", 1)},
		Sources:   map[string]string{"/app/a.py": "pass\n"},
		Manifest:  store.Manifest{Argv: []string{"a.py"}, Cwd: "/app", Begin: store.ClockPair{MonoNS: 4000}},
	})
	samples := []wire.Sample{{MonoNs: 6000, UserNs: 10}, {MonoNs: 7000, UserNs: 20}, {MonoNs: 8000, UserNs: 30}}
	if err := tracetest.WriteCounters(filepath.Join(dir, "proc-100-0"), samples...); err != nil {
		t.Fatal(err)
	}
	return dir
}

func compacted(t *testing.T) string {
	dir := written(t)
	tracetest.Compact(t, dir)
	return dir
}

// cutOff is a trace whose controller was killed: one process is compacted, its
// slots are still in raw, too, and the other one is not.
func cutOff(t *testing.T) string {
	dir := written(t)
	other := written(t)
	tracetest.Compact(t, dir)
	for _, file := range []string{"proc-100-0/raw", "proc-200-1/raw"} {
		copyFile(t, filepath.Join(other, file), filepath.Join(dir, file))
	}
	for _, part := range []string{"segments-0", "index-0", "summaries-0", "contexts-0"} {
		if err := os.Remove(filepath.Join(dir, "proc-200-1", part)); err != nil {
			t.Fatal(err)
		}
	}
	manifest := filepath.Join(dir, store.ManifestName)
	b, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	b = []byte(strings.Replace(string(b), `"finished"`, `"recording"`, 1))
	if err := os.WriteFile(manifest, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func copyFile(t *testing.T, from, to string) {
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// read takes a trace into memory.
func read(t *testing.T, name, dir string) *subject {
	s := &subject{name: name, files: map[string][]byte{}}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		rel = filepath.ToSlash(rel)
		s.files[rel] = b
		s.bytes += len(b)
		if len(b) > 0 {
			s.paths = append(s.paths, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lay writes the trace into a directory.
func (s *subject) lay(t *testing.T, dir string) {
	for path, b := range s.files {
		to := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
