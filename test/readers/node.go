package readers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrNoNode says that programs in JavaScript cannot be run here.
var ErrNoNode = errors.New("no node.js with npm here")

// Node returns the path of node, or ErrNoNode.
func Node() (string, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return "", ErrNoNode
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return "", ErrNoNode
	}
	return node, nil
}

// Package returns the directory of a package of npm, without running any of its
// scripts. The first call on a machine fetches it.
func Package(ctx context.Context, name, version string) (string, error) {
	if _, err := Node(); err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache directory: %w", err)
	}
	root := filepath.Join(cache, "tracer", "node", strings.ReplaceAll(name, "/", "-")+"-"+version)
	dir := filepath.Join(root, "node_modules", filepath.FromSlash(name))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(root), 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(root), ".fetch-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	cmd := exec.CommandContext(ctx, "npm", "install", "--prefix", fresh, "--ignore-scripts", "--no-audit", "--no-fund", name+"@"+version)
	cmd.Dir = fresh
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fetch %s %s: npm: %w: %s", name, version, err, bytes.TrimSpace(out))
	}
	if err := os.Rename(fresh, root); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, there := os.Stat(dir); there == nil {
			return dir, nil // another process was faster
		}
		return "", err
	}
	return dir, nil
}
