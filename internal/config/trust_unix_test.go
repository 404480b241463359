//go:build unix

package config

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// stranger is a user whose files do not hold.
const stranger = 12345

func TestFilesOfOthersAreIgnored(t *testing.T) {
	for _, c := range []struct {
		name string
		root bool // only root can make it
		make func(file string) error
		why  string // it is ignored
	}{
		{"one's own", false, func(string) error { return nil }, ""},
		{"another's", true, func(file string) error { return os.Chown(file, stranger, -1) }, "it belongs to user 12345"},
		{"writable for everybody", false, func(file string) error { return os.Chmod(file, 0o666) }, "everybody may write to it"},
		{"writable for the group", false, func(file string) error { return os.Chmod(file, 0o664) }, ""},
		{"a link to one's own", false, relink, ""},
		{"a link to another's", true, func(file string) error {
			if err := os.Chown(file, stranger, -1); err != nil {
				return err
			}
			return relink(file)
		}, "it belongs to user 12345"},
		{"another's link to one's own", true, func(file string) error {
			if err := relink(file); err != nil {
				return err
			}
			return os.Lchown(file, stranger, -1)
		}, "it belongs to user 12345"},
		{"a pipe", false, func(file string) error {
			if err := os.Remove(file); err != nil {
				return err
			}
			return syscall.Mkfifo(file, 0o644)
		}, "it is not a file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.root && os.Geteuid() != 0 {
				t.Skip("only root can give files away")
			}
			root := tree(t, map[string]string{"home/a/b/tracer.toml": "limit = 1"})
			if err := c.make(filepath.Join(root, "home/a/b/tracer.toml")); err != nil {
				t.Fatal(err)
			}
			config, err := Load(at(root), schema())
			if err != nil {
				t.Fatal(err)
			}
			_, set := config.Lookup(schema().keys[id{"report", "limit"}])
			if f := config.Files[0]; set != (c.why == "") || (f.State == Read) != set || f.Why != c.why {
				t.Errorf("set %v, %+v; expected it ignored because %q", set, f, c.why)
			}
		})
	}
}

// relink puts a link in the place of a file.
func relink(file string) error {
	if err := os.Rename(file, file+".target"); err != nil {
		return err
	}
	return os.Symlink(filepath.Base(file)+".target", file)
}

// The rule without root: nobody's files hold but the stranger's. The user's file is
// under it, too, a file that was named is not, and others' pyproject.toml without
// settings is not worth a warning.
func TestFilesOfOthersByAllRoads(t *testing.T) {
	root := tree(t, map[string]string{
		"home/a/b/pyproject.toml": "[project]\nname = 'tracer'", "home/a/pyproject.toml": "[tool.tracer]\nlimit = 1",
		"home/user.toml": "limit = 2", "home/named.toml": "limit = 3",
	})
	p := at(root)
	p.Owners = []int{stranger}
	c, err := Load(p, schema())
	if err != nil {
		t.Fatal(err)
	}
	want := []State{NoTable, Ignored, Ignored}
	for i, f := range c.Files {
		if i >= len(want) || f.State != want[i] || (f.State == Ignored) != strings.HasPrefix(f.Why, "it belongs to user ") {
			t.Errorf("%d: %+v, expected %v", i, f, want)
		}
	}
	if got := shown(c, root, "report", "limit"); got != "" || len(c.Files) != len(want) {
		t.Errorf("got %s of %v", got, c.Files)
	}
	p.Environ = []string{"TRACER_CONFIG=" + filepath.Join(root, "home/named.toml")}
	if c, err = Load(p, schema()); err != nil {
		t.Fatal(err)
	}
	if got := shown(c, root, "report", "limit"); got != "3|named.toml:1" {
		t.Errorf("got %s", got)
	}
}
