package pyabi

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

func TestFindProbesEveryInterpreterOnce(t *testing.T) {
	found := Find()
	if len(found) == 0 {
		t.Skip("no Python on this machine")
	}
	seen := map[string]bool{}
	for _, i := range found {
		t.Logf("%s at %s (%s), %+v, traceable by %q", i, i.Path, i.Where, i.Binary, i.Hook())
		if i.Major < 2 || i.Executable == "" || i.Where == "" || seen[realPath(i.Executable)] {
			t.Errorf("unexpected %+v", i)
		}
		if runtime.GOOS == "linux" && (i.Binary.CPU == "" || i.Binary.Libc == "" && !i.Binary.Static) {
			t.Errorf("%s: %+v of its file", i.Executable, i.Binary)
		}
		seen[realPath(i.Executable)] = true
	}
}

// fake makes a file that looks like an interpreter to who does not start it.
func fake(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(parts...)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPlaces(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths are written for Unix")
	}
	home, bin := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	for _, name := range []string{"PYENV_ROOT", "UV_PYTHON_INSTALL_DIR", "ASDF_DATA_DIR", "XDG_DATA_HOME", "MAMBA_ROOT_PREFIX", TestPythons} {
		t.Setenv(name, "")
	}
	t.Setenv("PATH", bin)
	listed := fake(t, t.TempDir(), "bin", "python")
	want := []place{
		{fake(t, bin, "python3"), "PATH"}, {fake(t, bin, "python3.13t"), "PATH"}, {fake(t, bin, "python3.11d"), "PATH"},
		{fake(t, bin, "python3.11-dbg"), "PATH"}, {fake(t, bin, "pypy3.10"), "PATH"}, {fake(t, bin, "graalpy"), "PATH"},
		{fake(t, home, ".pyenv", "versions", "3.9.1", "bin", "python"), "pyenv"},
		{fake(t, home, ".local", "share", "uv", "python", "cpython-3.13", "bin", "python"), "uv"},
		{fake(t, home, ".asdf", "installs", "python", "3.10", "bin", "python"), "asdf"},
		{fake(t, home, ".local", "share", "mise", "installs", "python", "3.12", "bin", "python"), "mise"},
		{fake(t, home, "miniforge3", "bin", "python"), "conda"},
		{fake(t, home, "miniforge3", "envs", "x", "bin", "python"), "conda"},
		{listed, "conda"},
	}
	for _, name := range []string{"python3-config", "python-argcomplete", "ipython3", "pythonw", "python3.11.1"} {
		fake(t, bin, name)
	}
	if err := os.Symlink("python3", filepath.Join(bin, "python")); err != nil {
		t.Fatal(err)
	}
	list := filepath.Dir(filepath.Dir(listed)) + "\n/nonexistent\n"
	if err := os.WriteFile(fake(t, home, ".conda", "environments.txt"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	got := slices.DeleteFunc(candidates(), func(p place) bool { return p.where == "the system" })
	for i := range got {
		if got[i].path == filepath.Join(bin, "python") { // either of the two names
			got[i].path += "3"
		}
	}
	for _, p := range want {
		if !slices.Contains(got, p) {
			t.Errorf("does not find %+v", p)
		}
	}
	if len(got) != len(want) {
		t.Errorf("found %+v, want %+v", got, want)
	}
}

func TestEnvironments(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths are written for Unix")
	}
	here := t.TempDir()
	t.Chdir(here)
	t.Setenv("VIRTUAL_ENV", filepath.Join(here, "active"))
	t.Setenv("CONDA_PREFIX", "")
	active := fake(t, here, "active", "bin", "python")
	local := fake(t, here, ".venv", "bin", "python")
	got := environments()
	want := []place{{active, "the active environment"}, {local, ".venv of this directory"}}
	for i := range got {
		got[i].path = realPath(got[i].path)
	}
	for i := range want {
		want[i].path = realPath(want[i].path)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if found := Environments(); len(found) != 0 {
		t.Errorf("%+v does not answer, and is found", found)
	}
}

func TestProbeOfWhatIsNoPython(t *testing.T) {
	script := filepath.Join(t.TempDir(), "python3")
	for name, content := range map[string]string{
		"one that fails":            "#!/bin/sh\necho broken >&2; exit 3\n",
		"one that says other words": "#!/bin/sh\necho hello\n",
	} {
		if err := os.WriteFile(script, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
		if i, err := Probe(script); err == nil {
			t.Errorf("%s: probed as %+v", name, i)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

func TestHowVersionsAreTraced(t *testing.T) {
	for _, tt := range []struct {
		answer, name string
		want         Hook
	}{
		{"cpython\n2.6.9\n\n/p", "CPython 2.6.9", None},
		{"cpython\n2.7.18\n\n/p", "CPython 2.7.18", TraceFunctions},
		{"cpython\n3.5.10\n\n/p", "CPython 3.5.10", None},
		{"cpython\n3.6.0\n\n/p", "CPython 3.6.0", TraceFunctions},
		{"cpython\n3.11.7\nd\n/p", "CPython 3.11.7", TraceFunctions},
		{"cpython\n3.12.0\n\n/p", "CPython 3.12.0", Monitoring},
		{"cpython\n3.12.0\nt\n/p", "free-threaded CPython 3.12.0", None},
		{"cpython\n3.13.0\nt\n/p", "free-threaded CPython 3.13.0", Monitoring},
		{"cpython\n3.15.0b1\n\n/p", "CPython 3.15.0b1", Monitoring},
		{"cpython\n3.15.0\ntd\n/p", "free-threaded CPython 3.15.0", Monitoring},
		{"cpython\n3.16.0a1\n\n/p", "CPython 3.16.0a1", None},
		{"cpython\n4.12.0\n\n/p", "CPython 4.12.0", None},
		{"pypy\n3.12.0\n\n/p", "PyPy 3.12.0", None},
		{"graalpy\n3.12.0\n\n/p", "GraalPy 3.12.0", None},
	} {
		i, err := parse("p", tt.answer)
		if err != nil {
			t.Fatal(err)
		}
		if i.Hook() != tt.want || i.String() != tt.name {
			t.Errorf("%s: by %q, want %s by %q", i, i.Hook(), tt.name, tt.want)
		}
		err = i.Supported()
		var unsupported *UnsupportedError
		if (err == nil) != (tt.want != None) || err != nil && (!errors.As(err, &unsupported) || unsupported.Why() == "") {
			t.Errorf("%s: %T %v", i, err, err)
		}
	}
	for _, answer := range []string{"", "a\nb\nc\nd", "cpython\n3.x.0\n\n/p", "cpython\n3.12.0\nx\n/p", "cpython\n3.12.0\n"} {
		if i, err := parse("p", answer); err == nil {
			t.Errorf("%q parsed as %+v", answer, i)
		}
	}
}

func TestDynamicLinkers(t *testing.T) {
	for linker, want := range map[string]string{
		"/lib64/ld-linux-x86-64.so.2": "glibc", "/lib/ld-linux-aarch64.so.1": "glibc", "/nix/store/x/lib/ld-linux-x86-64.so.2": "glibc",
		"/lib/ld-musl-x86_64.so.1": "musl", "/lib/ld-musl-aarch64.so.1": "musl", "/system/bin/linker64": "", "": "",
	} {
		if got := libcOf(linker); got != want {
			t.Errorf("%q: %q, want %q", linker, got, want)
		}
	}
	if got := ReadBinary(os.DevNull); got != (Binary{}) {
		t.Errorf("an empty file: %+v", got)
	}
	if self, err := os.Executable(); err == nil && runtime.GOOS == "linux" {
		if got := ReadBinary(self); got.CPU != runtime.GOARCH {
			t.Errorf("this test: %+v, want %s", got, runtime.GOARCH)
		}
	}
}
