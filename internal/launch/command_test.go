package launch

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// room is a directory with programs, in which the test then is, and a PATH of
// its own.
func room(t *testing.T) (bin string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs executable files")
	}
	dir := t.TempDir()
	bin = filepath.Join(dir, "bin")
	for name, content := range map[string]string{
		"app.py":              "",
		"tool":                "#!/bin/sh\n",
		"data":                "",
		"pkg/__main__.py":     "",
		"both/__main__.py":    "",
		"empty/x":             "",
		"bin/python3":         "#!/bin/sh\n",
		"bin/python3.13":      "#!/bin/sh\n",
		"bin/both":            "#!/bin/sh\n",
		"bin/pytest":          "#!/opt/venv/bin/python3.12 -sI\n",
		"bin/envtool":         "#!/usr/bin/env -S python3 -E\n",
		"bin/binary":          "\x7fELF",
		"bin/django-admin.py": "#!/usr/bin/env python\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o700)
		if name == "data" || name == "app.py" {
			mode = 0o600
		}
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("PATH", bin)
	return bin
}

func TestResolve(t *testing.T) {
	bin := room(t)
	for _, c := range []struct{ args, python, path, argv, name string }{
		{"app.py x", "", "python3", "python3 app.py x", "app.py"},
		{"app.py", "python3.13", "python3.13", "python3.13 app.py", "app.py"},
		{"./app.py", "", "python3", "python3 ./app.py", "app.py"},
		{"-m pytest -q", "", "python3", "python3 -m pytest -q", "pytest"},
		{"-mpytest -q", "", "python3", "python3 -mpytest -q", "pytest"},
		{"-c pass", "", "python3", "python3 -c pass", "command"},
		{"-", "", "python3", "python3 -", "stdin"},
		{"pkg a", "", "python3", "python3 pkg a", "pkg"},
		{"both a", "", "both", "both a", "both"},
		{"./both a", "", "python3", "python3 ./both a", "both"},
		{"pytest -q", "", "pytest", "pytest -q", "pytest"},
		{"pytest -q", "python3.13", "python3.13", "python3.13 BIN/pytest -q", "pytest"},
		{"python3.13 -X dev app.py", "", "python3.13", "python3.13 -X dev app.py", "app.py"},
		{"python3.13 -Xdev -Bm pytest -q", "", "python3.13", "python3.13 -Xdev -Bm pytest -q", "pytest"},
		{"python3 -W error -c pass", "", "python3", "python3 -W error -c pass", "command"},
		{"python3", "", "python3", "python3", "python3"},
		{"django-admin.py", "", "django-admin.py", "django-admin.py", "django-admin.py"},
	} {
		got, err := Resolve(strings.Fields(c.args), c.python)
		if err != nil {
			t.Errorf("%s: %v", c.args, err)
			continue
		}
		argv := strings.Fields(strings.ReplaceAll(c.argv, "BIN", bin))
		if got.Path != filepath.Join(bin, c.path) || !slices.Equal(got.Argv, argv) || got.Name != c.name {
			t.Errorf("%s: %+v, expected %+v", c.args, got, c)
		}
	}
	if got, err := Resolve([]string{"./tool"}, ""); err != nil || got.Path != "./tool" {
		t.Errorf("./tool: %+v, %v", got, err)
	}
}

func TestResolveSaysWhatIsWrong(t *testing.T) {
	room(t)
	for _, c := range []struct{ args, python, want string }{
		{"", "", "run: a program is missing, for example: tracer run app.py"},
		{"-m", "", "run -m: a module is missing after it"},
		{"-c", "", "run -c: a program text is missing after it"},
		{"nope.py", "", "run nope.py: no such file"},
		{"./nope", "", "run ./nope: no such file"},
		{"nope", "", "run nope: no such command on the PATH, and no such file"},
		{"./data", "", "run ./data: permission denied"},
		{"empty", "", "run empty: is a directory without a __main__.py"},
		{"app.py", "python9", "find Python: there is no python9"},
		{"app.py", "./data", "find Python: ./data is not an executable file"},
		{"binary", "python3", "run binary: --python is for Python files and modules, and this is another program"},
	} {
		if got, err := Resolve(strings.Fields(c.args), c.python); err == nil || err.Error() != c.want {
			t.Errorf("%q: %+v, %v; expected %q", c.args, got, err, c.want)
		}
	}
	t.Setenv("PATH", t.TempDir())
	want := "find Python: neither python3 nor python is on the PATH; name one with --python"
	if _, err := Resolve([]string{"app.py"}, ""); err == nil || err.Error() != want {
		t.Errorf("%v, expected %q", err, want)
	}
	if os.Getuid() != 0 {
		if err := os.Chmod("app.py", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := Resolve([]string{"app.py"}, "./tool"); err == nil || err.Error() != "run app.py: permission denied" {
			t.Error(err)
		}
	}
}

func TestKeptOut(t *testing.T) {
	bin := room(t)
	for line, want := range map[string]string{
		"python3 app.py -I":             "",
		"python3 -I app.py":             "-I",
		"python3 -X dev -E app.py":      "-E",
		"python3 -Xdev -W ignore -sS x": "-S",
		"python3 -BsE -m x":             "-E",
		"python3 -W -I":                 "",
		"python3 -m x -I":               "",
		"python3 -cI":                   "",
		"python3 -BcpassI":              "",
		"python3 -":                     "",
		"python3 -- -I":                 "",
		"python3 --check-hash-based-pycs always -I x": "-I",
		"pytest -E": "-I", // its #! line
		"envtool":   "-E",
		"binary -I": "",
	} {
		argv := strings.Fields(line)
		c := Command{Path: filepath.Join(bin, argv[0]), Argv: argv}
		if got := c.KeptOut(); got != want {
			t.Errorf("%s: %q, expected %q", line, got, want)
		}
	}
}
