// Package scratch prepares what the benchmark needs outside the repository:
// interpreters with the tools to compare with, the programs, and a place for
// traces. What was prepared once is found again.
package scratch

import (
	"fmt"
	"os"
	"path/filepath"
)

// Area is the directory everything lies in.
type Area struct{ Dir string }

// Default returns the directory in the user's cache.
func Default() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache directory: %w", err)
	}
	return filepath.Join(cache, "tracer", "bench"), nil
}

// Open makes the directory if it is not there, and copies the files into it,
// which are the benchmark's own.
func Open(dir string, files map[string][]byte) (Area, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Area{}, fmt.Errorf("open scratch area: %w", err)
	}
	a := Area{dir}
	for name, content := range files {
		to := a.Path(name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return Area{}, fmt.Errorf("open scratch area: %w", err)
		}
		if err := os.WriteFile(to, content, 0o644); err != nil {
			return Area{}, fmt.Errorf("open scratch area: %w", err)
		}
	}
	return a, nil
}

// Path returns where a thing of this name lies.
func (a Area) Path(name string) string { return filepath.Join(a.Dir, filepath.FromSlash(name)) }

// Size returns the bytes that a file or a directory takes on the disk.
func Size(path string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(path, func(_ string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() {
			sum += allocated(info)
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("measure size: %w", err)
	}
	return sum, nil
}
