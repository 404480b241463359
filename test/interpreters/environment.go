package interpreters

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tracer/internal/pyabi"
)

// Stamp, in an environment, holds the requirements that it was made from.
const Stamp = "installed.txt"

// EnvironmentPython returns the interpreter of the environment in dir if
// it was made from these requirements.
func EnvironmentPython(dir, requirements string) (python string, ok bool) {
	have, err := os.ReadFile(filepath.Join(dir, Stamp))
	return filepath.Join(dir, "bin", "python"), err == nil && string(have) == requirements
}

// Environment makes an environment in dir for an interpreter, with the requirements
// (the text of such a file) in it, and returns its Python. One that was made before
// is found again. The others lend their pip where the interpreter has none. Only what is
// there as a binary is installed.
func Environment(ctx context.Context, info pyabi.Info, dir, requirements string, others []pyabi.Info, flags ...string) (string, error) {
	made, ok := EnvironmentPython(dir, requirements)
	if ok {
		return made, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("prepare %s: %w", info, err)
	}
	if err := isolated(ctx, info.Executable, "-m", "venv", "--without-pip", dir); err != nil {
		return "", fmt.Errorf("prepare %s: %w", info, err)
	}
	pip, err := Pip(ctx, made, append(others, info), filepath.Join(filepath.Dir(dir), "pip"))
	if err != nil {
		return "", fmt.Errorf("prepare %s: %w", info, err)
	}
	list := filepath.Join(dir, "requirements.txt")
	if err := os.WriteFile(list, []byte(requirements), 0o644); err != nil {
		return "", fmt.Errorf("prepare %s: %w", info, err)
	}
	args := append([]string{"-m", "pip", "--python", made, "install", "--quiet", "--disable-pip-version-check",
		"--only-binary", ":all:", "-r", list}, flags...)
	if err := isolated(ctx, pip, args...); err != nil {
		return "", fmt.Errorf("prepare %s: %w", info, err)
	}
	if err := os.WriteFile(filepath.Join(dir, Stamp), []byte(requirements), 0o644); err != nil {
		return "", fmt.Errorf("prepare %s: %w", info, err)
	}
	return made, nil
}

// Source returns the directory with the source distribution of a package, which
// has its tests. The first call on a machine fetches it into the user's cache
// directory.
func Source(ctx context.Context, name, version string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache directory: %w", err)
	}
	dir := filepath.Join(cache, "tracer", "sources", name+"-"+version)
	if found, err := onlyEntry(dir); err == nil {
		return found, nil
	}
	pythons := pyabi.Find()
	if len(pythons) == 0 {
		return "", ErrNoPip
	}
	python, err := Pip(ctx, pythons[len(pythons)-1].Executable, pythons, filepath.Join(cache, "tracer", "pip"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), ".fetch-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	err = isolated(ctx, python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
		"--no-binary", name, "--dest", fresh, name+"=="+version)
	if err != nil {
		return "", fmt.Errorf("fetch source of %s %s: %w", name, version, err)
	}
	packed, err := onlyEntry(fresh)
	if err != nil {
		return "", fmt.Errorf("fetch source of %s %s: %w", name, version, err)
	}
	unpacked := filepath.Join(fresh, "unpacked")
	// Python's own unpacks whatever kind of archive it is.
	const unpack = "import shutil, sys; shutil.unpack_archive(sys.argv[1], sys.argv[2])"
	if err := isolated(ctx, python, "-c", unpack, packed, unpacked); err != nil {
		return "", fmt.Errorf("unpack source of %s %s: %w", name, version, err)
	}
	if err := os.Rename(unpacked, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return onlyEntry(dir)
}

// onlyEntry returns the path of the one thing in a directory.
func onlyEntry(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var names []string
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") {
			names = append(names, entry.Name())
		}
	}
	if len(names) != 1 {
		return "", fmt.Errorf("%s holds %q, expected one thing", dir, names)
	}
	return filepath.Join(dir, names[0]), nil
}
