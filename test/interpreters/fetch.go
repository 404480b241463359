package interpreters

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"tracer/internal/pyabi"
)

// ErrNoPip says that no interpreter of the machine can fetch packages.
var ErrNoPip = errors.New("no interpreter of this machine has pip")

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
	python, err := withPip(ctx)
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
	cmd := exec.CommandContext(ctx, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
		"--no-deps", "--target", fresh, name+"=="+version)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("fetch %s %s: %w: %s", name, version, err, bytes.TrimSpace(said.Bytes()))
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			return "", err
		}
	}
	return dir, nil
}

// withPip returns the newest interpreter that has pip.
func withPip(ctx context.Context) (string, error) {
	found := pyabi.Find()
	for i := len(found) - 1; i >= 0; i-- {
		if exec.CommandContext(ctx, found[i].Executable, "-m", "pip", "--version").Run() == nil {
			return found[i].Executable, nil
		}
	}
	return "", ErrNoPip
}
