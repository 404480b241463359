package launch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Library is what goes into a traced process.
type Library struct {
	Agent  string // absolute path of the agent
	Loader string // absolute path of the directory with sitecustomize.py
}

// LibraryEnv names a directory to look into in place of the usual ones.
const LibraryEnv = "TRACER_LIB"

// FindLibrary looks for the library in lib/tracer beside the running executable,
// or beside its directory, as in /usr/bin and /usr/lib.
func FindLibrary() (Library, error) {
	if dir := os.Getenv(LibraryEnv); dir != "" {
		return LibraryIn(dir)
	}
	exe, err := os.Executable()
	if err == nil {
		exe, err = filepath.EvalSymlinks(exe)
	}
	if err != nil {
		return Library{}, fmt.Errorf("find agent: %w", err)
	}
	beside := filepath.Join(filepath.Dir(exe), "lib", "tracer")
	lib, err := LibraryIn(beside)
	if err == nil {
		return lib, nil
	}
	if lib, err := LibraryIn(filepath.Join(filepath.Dir(exe), "..", "lib", "tracer")); err == nil {
		return lib, nil
	}
	return Library{}, err
}

// LibraryIn takes the library in this directory.
func LibraryIn(dir string) (Library, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Library{}, fmt.Errorf("find agent: %w", err)
	}
	lib := Library{
		Agent:  filepath.Join(dir, fmt.Sprintf("agent-%s-%s.so", runtime.GOOS, runtime.GOARCH)),
		Loader: filepath.Join(dir, "loader"),
	}
	for _, file := range []string{lib.Agent, filepath.Join(lib.Loader, "sitecustomize.py")} {
		f, err := os.Open(file)
		if err != nil {
			var path *os.PathError
			if errors.As(err, &path) {
				err = path.Err
			}
			return Library{}, fmt.Errorf("find agent: %s: %w; build it with make, or install tracer again", file, err)
		}
		f.Close()
	}
	if strings.ContainsRune(lib.Loader, os.PathListSeparator) {
		return Library{}, fmt.Errorf("find agent: %s: a %c in the path cannot be in PYTHONPATH; install tracer elsewhere", lib.Loader, os.PathListSeparator)
	}
	return lib, nil
}
