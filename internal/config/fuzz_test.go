package config

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is in a file, it is read, or an error names it; and what is set is of
// the schema and comes from a line of the file.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		"", "limit = 1\n[run]\nonly = ['a', 'b']\ndurable = true\nfactor = 1e3\n", "\xef\xbb\xbfcolor = 'auto'", "run = { only = [], x = { y = { z = 1 } } }",
		"[tool.tracer.run]\nmax-size = \"\"\"\na\\\nb\"\"\"\n", "tool = { tracer = { limit = 0x10 } }", "[[run]]\n[[run]]", "a.b.c.d.e.f.g.h.i.j.k = 1",
		"limit = 1\nlimit = 2", "limit = 1979-05-27T07:32:00Z", "only = [[[]]]", "x = '\xff'", "\"\" = 1\n\"a\\u0000b\" = 2", "limit = nan", "[run",
	} {
		f.Add([]byte(seed), seed == "" || strings.HasPrefix(seed, "[tool") || strings.HasPrefix(seed, "tool"))
	}
	s := schema()
	f.Fuzz(func(t *testing.T, content []byte, pyproject bool) {
		name := projectName
		if pyproject {
			name = pyprojectName
		}
		c := &Config{}
		for i := range c.settings {
			c.settings[i] = map[id]Setting{}
		}
		c.document(s, fromProject, name, content)
		for _, err := range c.errs {
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Source.File != name || e.Reason == "" || !strings.HasPrefix(e.Error(), filepath.Base(name)) {
				t.Errorf("%#v", err)
			}
		}
		lines := strings.Count(string(content), "\n") + 1
		for i, set := range c.settings[fromProject] {
			if s.keys[i].Name != i.name || set.Source.Line < 1 || set.Source.Line > lines {
				t.Errorf("%v is set at %s", i, set.Source)
			}
			for _, v := range set.Values {
				if v == "" || !set.Key.readable(v) || !set.Key.has(v) {
					t.Errorf("%v has the value %q", i, v)
				}
			}
		}
	})
}
