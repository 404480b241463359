package config

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is looked at, nearest first, and what holds of it.
func TestTheSearch(t *testing.T) {
	const set = "[tool.tracer]\nlimit = 1\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // name state, …
	}{
		{"nothing", nil, "home/user.toml not there"},
		{"goes on above a pyproject.toml of others", map[string]string{"home/a/b/pyproject.toml": "[project]\nname = 'x'\n", "home/a/pyproject.toml": set},
			"home/a/b/pyproject.toml no settings, home/a/pyproject.toml read, home/user.toml not there"},
		{"goes on where only the name occurs", map[string]string{"home/a/b/pyproject.toml": "[project]\ndependencies = ['tracer']\n", "home/a/pyproject.toml": set},
			"home/a/b/pyproject.toml no settings, home/a/pyproject.toml read, home/user.toml not there"},
		{"goes on where others' is broken", map[string]string{"home/a/b/pyproject.toml": "[project\n", "home/a/pyproject.toml": set},
			"home/a/b/pyproject.toml no settings, home/a/pyproject.toml read, home/user.toml not there"},
		{"ends at an empty table", map[string]string{"home/a/b/pyproject.toml": "[tool.tracer]\n", "home/a/pyproject.toml": set},
			"home/a/b/pyproject.toml read, home/user.toml not there"},
		{"ends at an empty tracer.toml", map[string]string{"home/a/b/tracer.toml": "", "home/a/b/pyproject.toml": set},
			"home/a/b/tracer.toml read, home/user.toml not there"},
		{"looks into the home directory", map[string]string{"home/tracer.toml": ""}, "home/tracer.toml read, home/user.toml not there"},
		{"not above it", map[string]string{"tracer.toml": ""}, "home/user.toml not there"},
		{"not beside it", map[string]string{"home/c/tracer.toml": ""}, "home/user.toml not there"},
		{"a folder is none", map[string]string{"home/a/b/tracer.toml/": "", "home/a/tracer.toml": ""},
			"home/a/b/tracer.toml ignored: it is not a file, home/a/tracer.toml read, home/user.toml not there"},
		{"the user's file", map[string]string{"home/user.toml": ""}, "home/user.toml read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{"home/a/b/": ""}
			for name, content := range c.files {
				files[name] = content
			}
			root := tree(t, files)
			config, err := Load(at(root), schema())
			if err != nil {
				t.Fatal(err)
			}
			if got := found(config, root); got != c.want {
				t.Errorf("got      %s\nexpected %s", got, c.want)
			}
		})
	}
}

func found(c *Config, root string) string {
	var list []string
	for _, f := range c.Files {
		name, err := filepath.Rel(root, f.Path)
		if err != nil {
			name = f.Path
		}
		if f.Why != "" {
			f.Why = ": " + f.Why
		}
		list = append(list, filepath.ToSlash(name)+" "+string(f.State)+f.Why)
	}
	return strings.Join(list, ", ")
}

// From outside the home directory the search goes up to the root.
func TestTheSearchOutsideHome(t *testing.T) {
	root := tree(t, map[string]string{"home/": "", "srv/app/x/": "", "srv/tracer.toml": "limit = 1"})
	p := at(root)
	p.Dir = filepath.Join(root, "srv", "app", "x")
	c, err := Load(p, schema())
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(c.Files, func(f File) bool { return f.State == Read }); i < 0 || c.Files[i].Path != filepath.Join(root, "srv", "tracer.toml") {
		t.Errorf("looked at %v", c.Files)
	}
}

// TRACER_CONFIG names a file instead of the search; none is read from /dev/null.
func TestANamedFile(t *testing.T) {
	root := tree(t, map[string]string{
		"home/a/b/tracer.toml": "limit = 1", "home/ci.toml": "limit = 2", "home/c/pyproject.toml": "[tool.tracer]\nlimit = 3", "home/user.toml": "limit = 4",
	})
	for name, want := range map[string]string{
		"../../ci.toml": "2|ci.toml:1",
		filepath.Join(root, "home/c/pyproject.toml"): "3|c/pyproject.toml:2",
		"/dev/null": "4|user.toml:1",
		"":          "1|a/b/tracer.toml:1",
	} {
		c, err := Load(at(root, "TRACER_CONFIG="+name), schema())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := shown(c, root, "report", "limit"); got != want {
			t.Errorf("%s: got %s, expected %s", name, got, want)
		}
	}
}

func TestNoPlaceHasNoSettings(t *testing.T) {
	c, err := Load(Place{}, schema())
	if err != nil || len(c.Files) > 0 {
		t.Errorf("%v, looked at %v", err, c.Files)
	}
}
