package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// inTemp gives the test a state directory of its own and returns it.
func inTemp(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("XDG_STATE_HOME", home)
	return filepath.Join(home, "tracer")
}

// newTrace makes a trace with a manifest.
func newTrace(t *testing.T, path string, start time.Time) *Dir {
	t.Helper()
	d, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.WriteManifest(&Manifest{Version: 1, Start: start, Argv: []string{filepath.Base(path)}}); err != nil {
		t.Fatal(err)
	}
	return d
}

// wants fails the test if err is not this one line.
func wants(t *testing.T, name string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%s: %v, expected %q", name, err, want)
	}
}

func TestStateDir(t *testing.T) {
	home := t.TempDir()
	for _, v := range []string{"HOME", "USERPROFILE", "LocalAppData"} {
		t.Setenv(v, home)
	}
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	if dir, err := StateDir(); dir != filepath.Join(home, "state", "tracer") || err != nil {
		t.Errorf("%s, %v", dir, err)
	}
	for _, xdg := range []string{"", "not/absolute"} {
		t.Setenv("XDG_STATE_HOME", xdg)
		dir, err := StateDir()
		if err != nil || !strings.HasPrefix(dir, home) || filepath.Base(dir) != "tracer" {
			t.Errorf("XDG_STATE_HOME=%q: %s, %v", xdg, dir, err)
		}
	}
}

func TestTraceName(t *testing.T) {
	tests := map[string]string{
		"app.py":                   "app",
		"/a/b/job.run.py":          "job.run",
		"pytest":                   "pytest",
		"my app (1).py":            "my_app__1_",
		"../..":                    "trace",
		"-m":                       "m",
		".hidden.py":               "hidden",
		"größe.py":                 "gr__e",
		"日本.py":                    "trace",
		"":                         "trace",
		"/":                        "trace",
		strings.Repeat("long", 99): strings.Repeat("long", 16),
	}
	for program, want := range tests {
		if got := traceName(program); got != want {
			t.Errorf("%q is %q, expected %q", program, got, want)
		}
	}
}

func TestDefaultPathIsNeverTaken(t *testing.T) {
	state := inTemp(t)
	now := time.Date(2025, 6, 7, 8, 9, 10, 0, time.Local)
	for _, want := range []string{"app-20250607-080910.trace", "app-20250607-080910-2.trace", "app-20250607-080910-3.trace"} {
		path, err := DefaultPath("src/app.py", now)
		if err != nil || path != filepath.Join(state, want) {
			t.Errorf("%s, %v, expected %s", path, err, want)
		}
		newTrace(t, path, now)
	}
}

func TestCreateIsPrivateAndOverwritesNothing(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(parent, "x.trace")
	d := newTrace(t, path, time.Time{})
	if d.Path() != path {
		t.Errorf("path %s", d.Path())
	}
	for name, want := range map[string]fs.FileMode{parent: 0o700, path: 0o700, filepath.Join(path, ManifestName): 0o600} {
		if info, err := os.Stat(name); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, expected %v", name, info.Mode(), err, want)
		}
	}
	_, err := Create(path)
	var exists *ExistsError
	if !errors.Is(err, fs.ErrExist) || !errors.As(err, &exists) {
		t.Errorf("%v is no ExistsError", err)
	}
	wants(t, "a directory", err, "create trace "+path+": already exists; choose another -o or remove it")
	file := filepath.Join(parent, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Create(file)
	wants(t, "a file", err, "already exists")
	_, err = Create(filepath.Join(file, "x"))
	wants(t, "below a file", err, "create trace "+filepath.Join(file, "x")+": ")
	if b, _ := os.ReadFile(file); string(b) != "mine" {
		t.Errorf("the file has %q", b)
	}
}

func TestManifestRoundTrips(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	status := 139
	want := &Manifest{Version: 1, State: Finished, Argv: []string{"a b", "\"<&>"}, Start: time.Unix(1, 2).UTC(),
		Begin: ClockPair{1 << 60, 2}, Finish: &ClockPair{0, 1<<64 - 1}, ExitStatus: &status, Signal: "SIGSEGV",
		Settings: Settings{Events: "lines", Only: []string{"app"}, SlotSize: 65536}, Sources: map[string]Source{"/a.py": {SHA256: "00", Size: 3, Changed: true}}}
	if err := d.WriteManifest(want); err != nil {
		t.Fatal(err)
	}
	got, err := d.ReadManifest()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	left, _ := os.ReadDir(d.Path())
	if len(left) != 1 {
		t.Errorf("%d files in the directory, expected one", len(left))
	}
	if err := os.RemoveAll(d.Path()); err != nil {
		t.Fatal(err)
	}
	wants(t, "a directory that is gone", d.WriteManifest(want), "write manifest of "+d.Path()+": no such file")
}

func TestOpenRefusesWhatIsNoFileOfATrace(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	for _, dir := range []string{"proc-1-0/raw", "proc-2-0"} {
		if err := os.MkdirAll(filepath.Join(d.Path(), dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if os.Symlink(filepath.Join(d.Path(), ManifestName), filepath.Join(d.Path(), "link")) == nil {
		_, _, err := d.Open("link")
		wants(t, "a link", err, "open "+filepath.Join(d.Path(), "link")+": ")
	}
	if os.Symlink(filepath.Join(d.Path(), "proc-2-0"), filepath.Join(d.Path(), "proc-3-0")) == nil {
		_, _, err := d.Open("proc-3-0", "raw")
		wants(t, "below a link", err, "is no directory")
	}
	for name, parts := range map[string][]string{
		"a directory":   {"proc-1-0", "raw"},
		"the parent":    {".."},
		"a path":        {"proc-1-0/raw"},
		"nothing there": {"proc-2-0", "raw"},
		"an empty name": {""},
	} {
		if f, _, err := d.Open(parts...); err == nil || f != nil {
			t.Errorf("%s is opened", name)
		}
	}
	if _, err := d.Read(3, ManifestName); err == nil || !strings.Contains(err.Error(), "expected at most 3") {
		t.Errorf("too large: %v", err)
	}
	procs, err := d.Processes()
	if err != nil || !reflect.DeepEqual(procs, []string{"proc-1-0", "proc-2-0"}) {
		t.Errorf("processes %v, %v", procs, err)
	}
}

func TestProcessesAreInOrder(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	for _, name := range []string{"proc-100-0", "proc-20-1", "proc-20-0", "proc-3-0", "proc-x-0", "proc-3", "proc-3-0-1", "other", "proc--1-0"} {
		if err := os.Mkdir(filepath.Join(d.Path(), name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.Processes()
	if want := []string{"proc-3-0", "proc-20-0", "proc-20-1", "proc-100-0"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v, expected %v", got, err, want)
	}
}

func TestSourcesAreKeptOnceAndChecked(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	a, err := d.AddSource([]byte("print()\n"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := d.AddSource([]byte("print()\n")); again != a || err != nil {
		t.Errorf("%+v, %v, expected %+v", again, err, a)
	}
	if b, err := d.OpenSource(a.SHA256); string(b) != "print()\n" || err != nil || a.Size != 8 {
		t.Errorf("%q, %v", b, err)
	}
	for _, sha := range []string{"", "00", "../" + ManifestName, strings.ToUpper(a.SHA256), a.SHA256 + "00"} {
		_, err := d.OpenSource(sha)
		wants(t, sha, err, "is no SHA-256")
	}
	_, err = d.OpenSource(strings.Repeat("0", 64))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a copy that is not there: %v", err)
	}
}
