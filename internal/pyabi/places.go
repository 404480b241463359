package pyabi

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// TestPythons names more interpreters for Find: paths, separated as in PATH.
const TestPythons = "TRACER_TEST_PYTHONS"

// commandName is what interpreters are called in a directory of the PATH: python3,
// python3.11d, python3.13t, Debian's python3.11-dbg, pypy3, graalpy.
var commandName = regexp.MustCompile(`^(python|pypy|graalpy)([0-9]+(\.[0-9]+)?t?d?)?(-dbg)?(\.exe)?$`)

// place is a file that may be an interpreter, and how it was met.
type place struct{ path, where string }

// candidates returns the files that may be interpreters, each once.
func candidates() []place {
	var places []place
	for _, path := range filepath.SplitList(os.Getenv(TestPythons)) {
		places = append(places, place{path, TestPythons})
	}
	search := filepath.SplitList(os.Getenv("PATH"))
	places = append(places, commands(search, "PATH")...)
	if runtime.GOOS != "windows" {
		places = append(places, commands([]string{"/usr/local/bin", "/usr/bin"}, "the system")...)
	}
	for _, root := range managers() {
		found, _ := filepath.Glob(filepath.Join(root.path, "*")) // no bad pattern
		for _, folder := range found {
			places = append(places, installed(folder, root.where)...)
		}
	}
	for _, folder := range condas() {
		places = append(places, installed(folder, "conda")...)
	}
	var unique []place
	seen := map[string]bool{}
	for _, p := range places {
		if key := realPath(p.path); executable(p.path) && !seen[key] {
			seen[key] = true
			unique = append(unique, p)
		}
	}
	return unique
}

// commands returns what is called like an interpreter in these directories.
func commands(dirs []string, where string) []place {
	var found []place
	for _, dir := range dirs {
		entries, _ := os.ReadDir(dir) // what is not there has no interpreters
		for _, e := range entries {
			if commandName.MatchString(e.Name()) {
				found = append(found, place{filepath.Join(dir, e.Name()), where})
			}
		}
	}
	return found
}

// installed returns where the interpreter of an installation or of a virtual
// environment lies.
func installed(folder, where string) []place {
	if runtime.GOOS == "windows" {
		return []place{{filepath.Join(folder, "python.exe"), where}, {filepath.Join(folder, "Scripts", "python.exe"), where}}
	}
	return []place{{filepath.Join(folder, "bin", "python"), where}}
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}

// under returns a directory that a variable names, else the one below the user's home.
func under(variable string, parts ...string) string {
	if dir := os.Getenv(variable); variable != "" && dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/nonexistent"
	}
	return filepath.Join(append([]string{home}, parts...)...)
}

// managers returns the directories in which version managers keep one folder
// for each version.
func managers() []place {
	data := under("XDG_DATA_HOME", ".local", "share")
	return []place{
		{filepath.Join(under("PYENV_ROOT", ".pyenv"), "versions"), "pyenv"},
		{under("UV_PYTHON_INSTALL_DIR", ".local", "share", "uv", "python"), "uv"},
		{filepath.Join(under("ASDF_DATA_DIR", ".asdf"), "installs", "python"), "asdf"},
		{filepath.Join(data, "mise", "installs", "python"), "mise"},
	}
}

// condas returns the environments of conda: those that it keeps a list of, and those
// of installations in their usual places.
func condas() []string {
	var folders []string
	if f, err := os.Open(under("", ".conda", "environments.txt")); err == nil {
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if folder := strings.TrimSpace(lines.Text()); filepath.IsAbs(folder) {
				folders = append(folders, folder)
			}
		}
	}
	for _, root := range []string{
		under("", "miniconda3"), under("", "anaconda3"), under("", "miniforge3"), under("", "mambaforge"),
		under("MAMBA_ROOT_PREFIX", "micromamba"), "/opt/conda",
	} {
		envs, _ := filepath.Glob(filepath.Join(root, "envs", "*")) // no bad pattern
		folders = append(append(folders, root), envs...)
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// environments returns the interpreters of the virtual environments that matter
// here: the active ones, and those of the current directory.
func environments() []place {
	var places []place
	for _, variable := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if dir := os.Getenv(variable); dir != "" {
			places = append(places, installed(dir, "the active environment")...)
		}
	}
	for _, name := range []string{".venv", "venv"} {
		if dir, err := filepath.Abs(name); err == nil {
			places = append(places, installed(dir, name+" of this directory")...)
		}
	}
	return slices.DeleteFunc(places, func(p place) bool { return !executable(p.path) })
}

func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
