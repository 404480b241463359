package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tracer/internal/doctor"
	"tracer/internal/launch"
	"tracer/internal/pyabi"
	"tracer/internal/render"
	"tracer/internal/sys"
)

// workstation is a machine on which all is well.
func workstation() *doctor.Facts {
	python := func(major, minor int, version, path string, t *doctor.Trial) doctor.PythonFacts {
		return doctor.PythonFacts{Trial: t, Info: pyabi.Info{Path: path, Executable: path, Where: "PATH", Implementation: "cpython",
			Major: major, Minor: minor, Version: version, Binary: pyabi.Binary{CPU: "amd64", Libc: "glibc"}}}
	}
	f := &doctor.Facts{
		OS: "linux", Arch: "amd64", Root: os.DirFS("../doctor/testdata/workstation"), Home: "/home/ada",
		Env:   []string{"TRACER_ONLY=app"},
		Clock: sys.Reading{Invariant: true, Hz: 2.995e9, StepNS: 8.01, CostNS: 8.62},
		Disk: doctor.DiskFacts{Dir: "/home/ada/.local/state/tracer", At: "/home/ada/.local/state/tracer", Exists: true, Mode: 0o700, Owned: true,
			Space: sys.Space{Free: 100 << 30, Size: 400 << 30}, Allocates: true, WriteRate: 900 << 20},
		Library: doctor.LibraryFacts{Agent: "/opt/tracer/lib/tracer/agent-linux-amd64.so", Loader: "/opt/tracer/lib/tracer/loader", CPU: "amd64"},
		Pythons: []doctor.PythonFacts{
			python(3, 12, "3.12.3", "/home/ada/app/.venv/bin/python", &doctor.Trial{Recorded: true, Events: 253, LineNS: 24.6, CallNS: 51.2}),
			python(2, 7, "2.7.18", "/usr/bin/python2.7", &doctor.Trial{Recorded: true, Events: 251}),
			python(3, 14, "3.14.0", "/usr/local/bin/python3.14", &doctor.Trial{Recorded: true, Events: 253, LineNS: 22.9, CallNS: 48}),
		},
	}
	f.Pythons[0].Where, f.Pythons[2].Default = "the active environment", true
	return f
}

// container is one on which much is not.
func container() *doctor.Facts {
	f := workstation()
	f.Root = os.DirFS("../doctor/testdata/container")
	f.Env = []string{"PYTHONHOME=/usr"}
	f.Clock = sys.Reading{Hz: 1e9, StepNS: 30, CostNS: 44.5}
	f.Disk.Space.Free, f.Disk.Mode, f.Disk.MapErr = 500<<20, 0o755, errors.New("no such device")
	f.Pythons[0].Trial.Tools = []doctor.Tool{{Name: "coverage", What: "module"}}
	f.Pythons[1].Trial = &doctor.Trial{Problem: "it did not end within 20s"}
	f.Pythons[2].Trial = &doctor.Trial{Refused: "the layout of code objects is not that of CPython 3.14"}
	pypy := f.Pythons[0]
	pypy.Implementation, pypy.Version, pypy.Executable, pypy.Trial = "pypy", "3.10.14", "/opt/pypy\x1b[31m/bin/pypy3", nil
	f.Pythons = append(f.Pythons, pypy)
	return f
}

func TestDoctorGolden(t *testing.T) {
	macOS := &doctor.Facts{OS: "darwin", Arch: "arm64", Home: "/Users/ada", Disk: doctor.DiskFacts{Dir: "/Users/ada/.local/state/tracer", Owned: true, Exists: true, Mode: 0o700}}
	macOS.Pythons = []doctor.PythonFacts{{Info: workstation().Pythons[2].Info}}
	for _, tt := range []struct {
		name    string
		facts   *doctor.Facts
		screen  render.Screen
		verbose bool
	}{
		{"doctor", workstation(), render.Screen{}, false},
		{"doctor_--verbose", workstation(), render.Screen{}, true},
		{"doctor_in_a_container", container(), render.Screen{}, false},
		{"doctor_in_a_container_--verbose_narrow", container(), render.Screen{Width: 80}, true},
		{"doctor_--color_always", container(), render.Screen{Color: true}, false},
		{"doctor_on_macOS", macOS, render.Screen{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.screen.Color {
				tt.screen = render.NewScreen(&bytes.Buffer{}, render.Always)
			}
			var b bytes.Buffer
			if err := writeDoctor(&b, tt.screen, doctor.Examine(tt.facts), tt.facts.Home, tt.verbose); err != nil {
				t.Fatal(err)
			}
			if lines := strings.Count(b.String(), "\n"); tt.name == "doctor" && lines > 24 {
				t.Errorf("%d lines where all is well do not fit a screen", lines)
			}
			for line := range strings.Lines(b.String()) {
				if tt.screen.Width > 0 && len([]rune(line)) > tt.screen.Width+1 {
					t.Errorf("wider than the screen: %q", line)
				}
			}
			compareGolden(t, filepath.Join("testdata", "golden", tt.name+".txt"), b.String())
		})
	}
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}

// onThisMachine makes tracer use the library that make has built, and keep its traces apart.
func onThisMachine(t *testing.T) (state string) {
	t.Helper()
	lib, err := filepath.Abs(filepath.Join("..", "..", "bin", "lib", "tracer"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := launch.LibraryIn(lib); err != nil {
		t.Skip(err)
	}
	state = t.TempDir()
	t.Setenv("TRACER_LIB", lib)
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("TMPDIR", t.TempDir())
	return state
}

func TestDoctorTellsOfThisMachine(t *testing.T) {
	state := onThisMachine(t)
	var out, errs bytes.Buffer
	code := Run(IO{Out: &out, Err: &errs}, []string{"doctor", "--format", "json"})
	var r struct {
		Works   *bool            `json:"works"`
		Verdict string           `json:"verdict"`
		Pythons []map[string]any `json:"pythons"`
		Checks  []map[string]any `json:"checks"`
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || r.Works == nil || r.Verdict == "" {
		t.Fatalf("%v: %s", err, out.String())
	}
	if *r.Works != (code == 0) || errs.Len() > 0 {
		t.Errorf("works %v, and ends with %d; says %q", *r.Works, code, errs.String())
	}
	good := 0
	for _, p := range r.Pythons {
		if p["state"] == "ok" {
			good++
		}
		trial, tried := p["trial"].(map[string]any)
		if recorded := tried && trial["recorded"] == true; recorded != (p["state"] == "ok") || tried != (p["hook"] != "") {
			t.Errorf("%v: hook %v, %v, trial %v", p["name"], p["hook"], p["state"], trial)
		}
		if p["hook"] == string(pyabi.Monitoring) && p["free_threaded"] == false && p["state"] != "ok" {
			t.Errorf("%v: %v", p["name"], p["text"])
		}
	}
	if *r.Works != (good > 0) {
		t.Errorf("works %v with %d interpreters", *r.Works, good)
	}
	areas := map[any]bool{}
	for _, c := range r.Checks {
		areas[c["area"]] = true
		for _, key := range []string{"area", "name", "state", "text", "remedy", "fatal", "detail"} {
			if _, ok := c[key]; !ok {
				t.Errorf("a check has no %s: %v", key, c)
			}
		}
	}
	for _, area := range []string{"clock", "kernel", "disk", "installation", "environment"} {
		if runtime.GOOS == "linux" && !areas[area] {
			t.Errorf("nothing is said of %s", area)
		}
	}
	for _, dir := range []string{state, os.TempDir()} {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left in %s: %v", dir, left)
		}
	}
}

func TestDoctorOfWhatIsNamed(t *testing.T) {
	onThisMachine(t)
	at := slices.IndexFunc(pyabi.Find(), func(i pyabi.Info) bool { return i.Hook() == pyabi.Monitoring && !i.FreeThreaded })
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no Python", []string{"doctor", "/bin/ls"}, 1, "does not answer as a Python does"},
		{"nothing at all", []string{"doctor", "--quick", "/nonexistent/python"}, 1, "/nonexistent/python"},
		{"no Python, verbosely", []string{"doctor", "-v", "--quick", "/bin/ls"}, 1, "This interpreter cannot be traced"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if code := Run(IO{Out: &out, Err: &out}, tt.args); code != tt.code || !strings.Contains(out.String(), tt.want) {
				t.Errorf("ends with %d and says\n%s\nwant %d, %q", code, out.String(), tt.code, tt.want)
			}
		})
	}
	if at < 0 {
		t.Skip("no Python here that can be traced")
	}
	path := pyabi.Find()[at].Executable
	for _, quick := range []bool{false, true} {
		args := []string{"doctor", path}
		want := "can be traced here, with the one interpreter"
		if quick {
			args, want = append(args, "--quick"), "as far as can be seen without trying"
		}
		var out bytes.Buffer
		if code := Run(IO{Out: &out, Err: &out}, args); code != 0 || !strings.Contains(out.String(), want) {
			t.Errorf("%v ends with %d and says\n%s", args, code, out.String())
		}
	}
}
