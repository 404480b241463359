package interpreters

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"tracer/internal/pyabi"
)

// Package returns the directory with a Python package and nothing it depends
// on, for example of pyperformance at 1.14.0. The first call on a machine
// fetches it into the user's cache directory.
func Package(ctx context.Context, name, version string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache directory: %w", err)
	}
	dir := filepath.Join(cache, "tracer", "packages", name+"-"+version)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	pythons := pyabi.Find()
	if len(pythons) == 0 {
		return "", ErrNoPip
	}
	newest := pythons[len(pythons)-1].Executable
	python, err := Pip(ctx, newest, pythons, filepath.Join(cache, "tracer", "pip"))
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
	err = isolated(ctx, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", fresh, name+"=="+version)
	if err != nil {
		return "", fmt.Errorf("fetch %s %s: %w", name, version, err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			return "", err
		}
	}
	return dir, nil
}
