package doctor

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/internal/sys"
)

// machine returns the facts of a machine of testdata, all well but for what its files say.
func machine(name string) *Facts {
	python := pyabi.Info{Path: "/usr/bin/python3", Executable: "/usr/bin/python3", Implementation: "cpython", Major: 3, Minor: 14, Version: "3.14.0",
		Binary: pyabi.Binary{CPU: "amd64", Libc: "glibc"}}
	return &Facts{
		OS: "linux", Arch: "amd64", Root: os.DirFS("testdata/" + name), Home: "/home/ada",
		Clock:   sys.Reading{Invariant: true, Hz: 2.6e9, StepNS: 8, CostNS: 8},
		Disk:    DiskFacts{Dir: "/home/ada/.local/state/tracer", At: "/home/ada/.local/state/tracer", Exists: true, Mode: 0o700, Owned: true, Space: sys.Space{Free: 100 << 30, Size: 400 << 30}, Allocates: true, WriteRate: 900 << 20},
		Library: LibraryFacts{Agent: "/opt/tracer/lib/tracer/agent-linux-amd64.so", Loader: "/opt/tracer/lib/tracer/loader", CPU: "amd64"},
		Pythons: []PythonFacts{{Info: python, Default: true, Trial: &Trial{Recorded: true, Events: 253}}},
	}
}

// said are the checks that are not ok, as "area/name state".
func said(r *Report) []string {
	list := []string{}
	for _, c := range r.Checks {
		if c.State != OK {
			line := fmt.Sprintf("%s/%s %s", c.Area, c.Name, c.State)
			if c.Fatal {
				line += ", fatal"
			}
			list = append(list, line)
		}
	}
	return list
}

func TestWhatIsSaidOfMachines(t *testing.T) {
	noCounter := func(f *Facts) { f.Clock = sys.Reading{Hz: 1e9, StepNS: 40, CostNS: 45} }
	for _, tt := range []struct {
		name, machine string
		change        func(f *Facts)
		want          []string
		works         bool
		words         string // that are in some text
	}{
		{"all is well", "workstation", nil, nil, true, "Linux 6.8.0-41-generic, amd64"},
		{"/home is another file system than /", "workstation", nil, nil, true, "~/.local/state/tracer: btrfs, 100 GiB free, writes 900 MiB a second"},
		{"a small container", "container", nil, []string{
			"kernel/processors note", "kernel/file size problem", "kernel/address space problem", "kernel/open files note",
			"kernel/overcommit note", "kernel/memory limit note", "disk/file system note",
		}, true, "4 processors, of which the control group may use 0.75"},
		{"a share of the network, with a blank in its name", "container", func(f *Facts) { f.Disk.At = "/mnt/my share/traces" }, []string{
			"kernel/processors note", "kernel/file size problem", "kernel/address space problem", "kernel/open files note",
			"kernel/overcommit note", "kernel/memory limit note", "disk/file system note",
		}, true, "nfs4 is on another machine"},
		{"memory", "container", func(f *Facts) { f.Disk.At = "/dev/shm" }, []string{
			"kernel/processors note", "kernel/file size problem", "kernel/address space problem", "kernel/open files note",
			"kernel/overcommit note", "kernel/memory limit note", "disk/file system note",
		}, true, "tmpfs is memory"},
		{"a job on a cluster", "cluster", noCounter, []string{"clock/counter problem", "disk/file system note"}, true, "(no nonstop_tsc)"},
		{"groups of version 1", "cluster", noCounter, []string{"clock/counter problem", "disk/file system note"}, true, "7 processors, of which the control group may use 4"},
		{"limits of groups above", "cluster", noCounter, []string{"clock/counter problem", "disk/file system note"}, true, "may take 8.0 GiB of memory, and has 1.0 MiB"},
		{"WSL 1", "wsl1", nil, []string{"kernel/system problem, fatal"}, false, "which is no Linux kernel"},
		{"WSL 2", "wsl2", nil, nil, true, "in WSL 2"},
		{"gVisor", "gvisor", nil, []string{"kernel/system note"}, true, "in gVisor"},
		{"an old kernel that distrusts the counter", "old", nil, []string{"clock/counter note", "kernel/system problem, fatal"}, false, "needs 4.14"},
		{"a board with a coarse timer", "board", func(f *Facts) {
			f.Arch, f.Clock = "arm64", sys.Reading{Invariant: true, Hz: 24e6, StepNS: 41.7, CostNS: 20}
			f.Library.CPU, f.Pythons[0].Binary.CPU = "arm64", "arm64"
		}, []string{"clock/counter note", "kernel/processors note"}, true, "generic timer (cntvct) at 24.0 MHz"},
		{"another CPU", "workstation", func(f *Facts) {
			f.Arch, f.Pythons[0].Binary.CPU = "riscv64", "riscv64"
		}, []string{"installation/agent problem, fatal", "kernel/system problem, fatal"}, false, "no agent for this CPU"},
		{"macOS", "nothing", func(f *Facts) { f.OS, f.Arch = "darwin", "arm64" }, []string{"kernel/system problem, fatal"}, false, "this is macOS: recording needs Linux"},
		{"nothing is known of the machine", "nothing", nil, nil, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := machine(tt.machine)
			if tt.change != nil {
				tt.change(f)
			}
			check(t, Examine(f), tt.want, tt.works, tt.words)
		})
	}
}

func check(t *testing.T, r *Report, want []string, works bool, words string) {
	t.Helper()
	if got := said(r); !slices.Equal(got, want) && len(got)+len(want) > 0 {
		t.Errorf("said %q, expected %q", got, want)
	}
	if r.Works != works {
		t.Errorf("works %v, expected %v: %s", r.Works, works, r.Verdict)
	}
	found := false
	for _, c := range r.Checks {
		found = found || strings.Contains(c.Text, words)
		if c.State == OK && (c.Remedy != "" || c.Fatal) || c.State == Problem && c.Remedy == "" || c.State != OK && c.Detail || c.Area == "" || c.Name == "" || c.Text == "" {
			t.Errorf("odd check %+v", c)
		}
	}
	if !found {
		t.Errorf("no check says %q: %+v", words, r.Checks)
	}
}

func TestWhatIsSaidOfSettings(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(f *Facts)
		want   []string
		works  bool
		words  string
	}{
		{"no agent", func(f *Facts) { f.Library = LibraryFacts{Err: errors.New("find agent: x: no such file")} }, []string{"installation/agent problem, fatal"}, false, "no such file"},
		{"an agent for another CPU", func(f *Facts) { f.Library.CPU = "arm64" }, []string{"installation/agent problem, fatal"}, false, "is built for arm64, and this tracer for amd64"},
		{"no Python", func(f *Facts) { f.Pythons = nil }, []string{"pythons/none problem, fatal"}, false, "no Python was found"},
		{"no place for traces", func(f *Facts) { f.Disk = DiskFacts{Err: errors.New("permission denied")} }, []string{"disk/state directory problem, fatal"}, false, "permission denied"},
		{"a directory that is to be made", func(f *Facts) { f.Disk.Exists, f.Disk.At, f.Disk.Mode = false, "/home/ada", 0 }, nil, true, "which tracer makes"},
		{"a directory that others see", func(f *Facts) { f.Disk.Mode = 0o755 }, []string{"disk/privacy note"}, true, "mode 0755"},
		{"a directory of another user", func(f *Facts) { f.Disk.Owned = false }, []string{"disk/privacy problem"}, true, "belongs to another user"},
		{"no shared mapping", func(f *Facts) { f.Disk.MapErr = errors.New("no such device") }, []string{"disk/shared mapping problem"}, true, "no such device"},
		{"a slow disk", func(f *Facts) { f.Disk.WriteRate = 5e6 }, []string{"disk/state directory note"}, true, "up to 30 MiB a second"},
		{"little room", func(f *Facts) { f.Disk.Space.Free = 600 << 20 }, []string{"disk/space note"}, true, "fills that in 20 s"},
		{"no room", func(f *Facts) { f.Disk.Space.Free = 6 << 20 }, []string{"disk/space problem"}, true, "fills that in 0 s"},
		{"no allocation", func(f *Facts) { f.Disk.Allocates = false }, nil, true, "written with zeros first"},
		{"PYTHONHOME", func(f *Facts) { f.Env = []string{"PYTHONHOME=/home/ada/py"} }, []string{"environment/PYTHONHOME note"}, true, "PYTHONHOME is ~/py"},
		{"an empty PYTHONHOME", func(f *Facts) { f.Env = []string{"PYTHONHOME="} }, nil, true, "-I, -E or -S"},
		{"coverage", func(f *Facts) { f.Env = []string{"COVERAGE_PROCESS_START=.coveragerc"} }, []string{"environment/COVERAGE_PROCESS_START note"}, true, "coverage"},
		{"variables", func(f *Facts) { f.Env = []string{"TRACER_ONLY=a", "TRACER_LIB=/x", "TRACER_DIR=/t"} }, nil, true, "set for tracer: TRACER_LIB, TRACER_ONLY"},
		{"a search path", func(f *Facts) { f.Env = []string{"PYTHONPATH=/a:/proc"} }, nil, true, "traced programs find it as it is"},
		{"tools", func(f *Facts) {
			f.Pythons[0].Trial.Tools = []Tool{{"ddtrace", "module"}}
			f.Pythons[0].Trial.Custom = "/etc/sitecustomize.py"
		}, []string{"environment/ddtrace note"}, true, "ddtrace is at work in each program of CPython 3.14.0 before it begins (module)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := machine("workstation")
			tt.change(f)
			check(t, Examine(f), tt.want, tt.works, tt.words)
		})
	}
}
