package interpreters

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The module that carries builds of CPython for several systems, pinned by its
// version and the hash of its content.
const (
	embedModule  = "github.com/kluctl/go-embed-python"
	embedVersion = "v0.0.0-3.14.6-20260610-1"
	embedSum     = "h1:oGUS7++Wm3LgxUfD6AmJgKbKQD2wdQFO9PzyJv6T+E4="
	embedPython  = "3.14.6"

	// Always is the minor version that is on every machine: it is fetched.
	Always = "3.14"
)

// Embedded returns the path of CPython 3.14 for this system. The first call
// on a machine fetches it through the Go module proxy and unpacks it below the
// user's cache directory.
func Embedded() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache directory: %w", err)
	}
	platform := runtime.GOOS + "-" + runtime.GOARCH
	root := filepath.Join(cache, "tracer", "python-"+embedPython+"-"+platform)
	python := filepath.Join(root, "bin", "python3.14")
	if _, err := os.Stat(python); err == nil {
		return python, nil
	}
	module, err := download()
	if err != nil {
		return "", fmt.Errorf("fetch CPython %s: %w", embedPython, err)
	}
	data := filepath.Join(module, "python", "internal", "data", platform)
	if err := unpack(data, root); err != nil {
		return "", fmt.Errorf("unpack CPython %s: %w", embedPython, err)
	}
	return python, nil
}

func download() (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", embedModule+"@"+embedVersion)
	cmd.Dir = os.TempDir() // no module of its own: go.mod must not learn of it
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var info struct{ Dir, Sum, Error string }
	if jsonErr := json.Unmarshal(out, &info); jsonErr == nil && info.Error != "" {
		return "", errors.New(info.Error)
	}
	if err != nil {
		return "", fmt.Errorf("go mod download: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	if info.Sum != embedSum {
		return "", fmt.Errorf("module %s has the sum %s, expected %s", embedModule, info.Sum, embedSum)
	}
	return info.Dir, nil
}

// entry is a file in the module's files.json.
type entry struct {
	Name    string
	Perm    fs.FileMode
	Symlink string
}

// unpack makes root out of data, in a directory beside it first: a process
// that runs at the same time finds either nothing or all of it.
func unpack(data, root string) error {
	list, err := os.ReadFile(filepath.Join(data, "files.json"))
	if err != nil {
		return err
	}
	var index struct{ Files []entry }
	if err := json.Unmarshal(list, &index); err != nil {
		return fmt.Errorf("parse files.json: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(root), 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(root), ".unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	for _, e := range index.Files {
		if err := unpackEntry(data, fresh, e); err != nil {
			return fmt.Errorf("unpack %s: %w", e.Name, err)
		}
	}
	if err := os.Rename(fresh, root); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, there := os.Stat(root); there == nil {
			return nil // another process was faster
		}
		return err
	}
	return nil
}

func unpackEntry(data, root string, e entry) error {
	if !filepath.IsLocal(e.Name) {
		return errors.New("name leaves the directory")
	}
	to := filepath.Join(root, e.Name)
	if e.Perm.IsDir() {
		return os.MkdirAll(to, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if e.Symlink != "" {
		return os.Symlink(e.Symlink, to)
	}
	content, err := read(filepath.Join(data, e.Name))
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, e.Perm.Perm()|0o600)
}

// read returns a file of the module; most are kept compressed.
func read(path string) ([]byte, error) {
	packed, err := os.Open(path + ".gz")
	if errors.Is(err, fs.ErrNotExist) {
		return os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(z); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
