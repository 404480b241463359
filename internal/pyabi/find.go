package pyabi

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
)

// TestPythons names more interpreters for Find: paths, separated as in PATH.
const TestPythons = "TRACER_TEST_PYTHONS"

// commandName is what interpreters are called in a directory of the PATH.
var commandName = regexp.MustCompile(`^(python|pypy)([0-9](\.[0-9]+)?t?)?$`)

// Find returns the interpreters of the PATH, of TestPythons, and of the version
// managers pyenv, uv, asdf and mise; each once, by version. What cannot be
// started is left out.
func Find() []Info {
	paths := candidates()
	infos := make([]*Info, len(paths))
	var group sync.WaitGroup
	limit := make(chan struct{}, 4) // processes at a time
	for at, path := range paths {
		group.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			if info, err := Probe(path); err == nil {
				infos[at] = &info
			}
		})
	}
	group.Wait()
	var found []Info
	seen := map[string]bool{}
	for _, info := range infos {
		if info == nil {
			continue
		}
		// Shims and links of one interpreter; virtual environments too,
		// which have nothing of their own that matters here.
		key := realPath(info.Executable)
		if !seen[key] {
			seen[key] = true
			found = append(found, *info)
		}
	}
	slices.SortStableFunc(found, func(a, b Info) int {
		if a.Major != b.Major {
			return a.Major - b.Major
		}
		return a.Minor - b.Minor
	})
	return found
}

// candidates returns the files that may be interpreters, each once.
func candidates() []string {
	paths := filepath.SplitList(os.Getenv(TestPythons))
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		entries, _ := os.ReadDir(dir) // what is not there has no interpreters
		for _, e := range entries {
			if commandName.MatchString(e.Name()) {
				paths = append(paths, filepath.Join(dir, e.Name()))
			}
		}
	}
	for _, root := range managers() {
		found, _ := filepath.Glob(filepath.Join(root, "*", "bin", "python")) // no bad pattern
		paths = append(paths, found...)
	}
	var unique []string
	seen := map[string]bool{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			continue
		}
		if key := realPath(path); !seen[key] {
			seen[key] = true
			unique = append(unique, path)
		}
	}
	return unique
}

// managers returns the directories in which version managers keep one folder
// for each version.
func managers() []string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/nonexistent"
	}
	under := func(variable string, parts ...string) string {
		if dir := os.Getenv(variable); variable != "" && dir != "" {
			return dir
		}
		return filepath.Join(append([]string{home}, parts...)...)
	}
	data := under("XDG_DATA_HOME", ".local", "share")
	return []string{
		filepath.Join(under("PYENV_ROOT", ".pyenv"), "versions"),
		under("UV_PYTHON_INSTALL_DIR", ".local", "share", "uv", "python"),
		filepath.Join(under("ASDF_DATA_DIR", ".asdf"), "installs", "python"),
		filepath.Join(data, "mise", "installs", "python"),
	}
}

func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
