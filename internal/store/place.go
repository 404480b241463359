package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// StateDir returns the directory where traces live by default. It need not exist.
func StateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "tracer"), nil
	}
	if runtime.GOOS == "windows" {
		dir := os.Getenv("LocalAppData")
		if dir == "" {
			return "", errors.New("find state directory: %LocalAppData% is not set")
		}
		return filepath.Join(dir, "tracer"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find state directory: %w; set XDG_STATE_HOME or choose -o", err)
	}
	return filepath.Join(home, ".local", "state", "tracer"), nil
}

// DefaultPath returns where the trace of a program goes that is started now:
// <state directory>/<program>-<date>-<time>.trace, with a number where that is taken.
func DefaultPath(program string, now time.Time) (string, error) {
	dir, err := StateDir()
	if err != nil {
		return "", err
	}
	stem := filepath.Join(dir, traceName(program)+now.Format("-20060102-150405"))
	path := stem + Suffix
	for n := 2; ; n++ {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return path, nil
		} else if err != nil {
			return "", fmt.Errorf("look at %s: %w", path, Cause(err))
		}
		path = fmt.Sprintf("%s-%d%s", stem, n, Suffix)
	}
}

// maxName bounds the program's part of a trace's name, well below what file
// systems allow.
const maxName = 64

// traceName makes a file name of a program: its base, without .py, of letters,
// digits, dots, dashes and underscores only, so that it needs no quotes in a shell.
func traceName(program string) string {
	name := strings.TrimSuffix(filepath.Base(program), ".py")
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, name)
	name = strings.TrimLeft(name, ".-")
	if len(name) > maxName {
		name = name[:maxName]
	}
	if strings.Trim(name, "_") == "" {
		return "trace"
	}
	return name
}
