package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The names of the project's files.
const (
	projectName   = "tracer.toml"
	pyprojectName = "pyproject.toml"
)

// project reads the project's file: the one that a variable names, or the nearest.
func (c *Config) project(s *Schema, p Place) {
	if name := lookup(p.Environ, namedVariable); name != "" {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		c.named(s, name)
		return
	}
	if p.Dir == "" {
		return
	}
	for dir := filepath.Clean(p.Dir); ; dir = filepath.Dir(dir) {
		for _, name := range []string{projectName, pyprojectName} {
			if c.file(s, p, fromProject, filepath.Join(dir, name)) {
				return
			}
		}
		if dir == filepath.Dir(dir) || same(dir, p.Home) {
			return
		}
	}
}

// same reports whether two paths are of the same directory.
func same(a, b string) bool {
	if b == "" {
		return false
	}
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// named reads the file that the user has named, which holds whoever owns it.
func (c *Config) named(s *Schema, path string) {
	d, err := Place{}.read(path)
	if path == os.DevNull {
		d.why = ""
	}
	if err == nil && d.why != "" {
		err = errors.New(d.why)
	}
	if err != nil {
		c.broken(path, &Error{Source: Source{Variable: namedVariable}, Reason: "read " + path + ": " + cause(err).Error()})
		return
	}
	c.document(s, fromProject, path, d.content)
}

// file reads a file if it is there and may hold, and reports whether it is the one
// that holds.
func (c *Config) file(s *Schema, p Place, from layer, path string) bool {
	d, err := p.read(path)
	absent := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
	silent := filepath.Base(path) == pyprojectName && err == nil && !speaks(d)
	switch {
	case absent:
		return false
	case silent:
		// Somebody else's business, also if it is broken.
		c.Files = append(c.Files, File{Path: path, State: NoTable})
		return false
	case d.why == "" && errors.Is(err, fs.ErrPermission):
		d.why = "you may not read it"
		fallthrough
	case d.why != "":
		c.Files = append(c.Files, File{path, Ignored, d.why})
		return false
	case err != nil:
		c.broken(path, &Error{Source: Source{File: path}, Reason: cause(err).Error()})
		return true
	}
	return c.document(s, from, path, d.content)
}

// speaks reports whether a pyproject.toml may have settings of this program: one
// that is broken does if it has the name at all, one that must not hold if it has
// the table.
func speaks(d document) bool {
	if !bytes.Contains(d.content, []byte("tracer")) {
		return false
	}
	if d.why == "" {
		return true
	}
	t, err := parseTOML(d.content)
	inner, other := tool(t)
	return err == nil && (inner.values != nil || other != nil)
}

// cause is an error without the path and the system call.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
