package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Known reports whether a file that belongs to what was recorded may have this
// path below a trace, with slashes. The lock and the temporary files of a writer
// do not belong to it.
func Known(path string) bool {
	dir, name, below := strings.Cut(path, "/")
	switch {
	case !below:
		return dir == ManifestName || dir == SettingsName || dir == RefusedName
	case dir == SourcesName:
		return isSHA256(name)
	}
	if _, _, ok := procNumbers(dir); !ok {
		return false
	}
	switch name {
	case ControlName, NamesName, RawName, CountersName, RefusedName:
		return true
	}
	_, _, ok := partNumber(name)
	return ok
}

// passing reports whether a file of this path is the lock or a temporary file
// (writeFile), which nobody misses.
func passing(path string) bool {
	if path == LockName {
		return true
	}
	dir, name := filepath.Split(path) // takes slashes everywhere
	i := strings.LastIndexByte(name, '-')
	if i < 1 || name[0] != '.' || strings.Trim(name[i+1:], "0123456789") != "" {
		return false
	}
	return Known(dir + name[1:i])
}

func isSHA256(text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && len(b) == 32 && hex.EncodeToString(b) == text
}

// File is a file of a trace.
type File struct {
	Path string // below the trace, with slashes
	Info fs.FileInfo
}

// Files returns what was recorded: the files that Known knows, the manifest first,
// those of a process together. What else lies in the directory is left out.
func (d *Dir) Files() ([]File, error) {
	c, err := d.contents()
	if err != nil {
		return nil, err
	}
	var files []File
	for _, path := range c.files {
		if !Known(path) {
			continue
		}
		info, err := os.Lstat(filepath.Join(d.path, filepath.FromSlash(path)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open trace %s: %w", d.path, Cause(err))
		}
		files = append(files, File{path, info})
	}
	slices.SortStableFunc(files, func(a, b File) int { return rank(a.Path) - rank(b.Path) })
	return files, nil
}

// rank puts what says most about a trace first.
func rank(path string) int {
	switch dir, _, below := strings.Cut(path, "/"); {
	case path == ManifestName:
		return 0
	case !below:
		return 1
	case dir == SourcesName:
		return 2
	}
	return 3
}

// contents is what lies in a directory, as paths with slashes.
type contents struct {
	files   []string // regular, and such as traces have
	dirs    []string
	strange []string // anything else
}

func (d *Dir) contents() (*contents, error) {
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return nil, fmt.Errorf("open trace %s: %w", d.path, Cause(err))
	}
	defer root.Close()
	return readContents(root.FS())
}

func readContents(dir fs.FS) (*contents, error) {
	var c contents
	top, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range top {
		name := e.Name()
		_, _, proc := procNumbers(name)
		if !e.IsDir() || !proc && name != SourcesName {
			c.file(name, e)
			continue
		}
		c.dirs = append(c.dirs, name)
		below, err := fs.ReadDir(dir, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, e := range below {
			c.file(name+"/"+e.Name(), e)
		}
	}
	return &c, nil
}

func (c *contents) file(path string, e fs.DirEntry) {
	if e.Type().IsRegular() && (Known(path) || passing(path)) {
		c.files = append(c.files, path)
	} else {
		c.strange = append(c.strange, path)
	}
}
