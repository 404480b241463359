package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// schema is like that of a command line.
func schema() *Schema {
	return NewSchema(
		Key{Name: "color", Words: []string{"auto", "always", "never"}},
		Key{Name: "only", Many: true},
		Key{Name: "format", Words: []string{"text", "json", "csv"}},
		Key{Name: "limit", Kind: Int},
		Key{Command: "run", Name: "only", Many: true},
		Key{Command: "run", Name: "max-size"},
		Key{Command: "run", Name: "color", Words: []string{"auto", "always", "never"}},
		Key{Command: "run", Name: "durable", Kind: Bool},
		Key{Command: "run", Name: "factor", Kind: Float},
		Key{Command: "report", Name: "only", Many: true},
		Key{Command: "report", Name: "limit", Kind: Int},
		Key{Command: "report", Name: "format", Words: []string{"text", "json", "csv"}},
		Key{Command: "info", Name: "format", Words: []string{"text", "json"}},
		Key{Command: "cache.clear", Name: "older"},
	)
}

// tree makes files below a new directory, and returns it. A name that ends in a
// slash is a directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// at is the place home/a/b below root, with the user's file at home/user.toml.
func at(root string, environ ...string) Place {
	home := filepath.Join(root, "home")
	return Place{Dir: filepath.Join(home, "a", "b"), Home: home, User: filepath.Join(home, "user.toml"), Environ: environ, Owners: owners()}
}

// shown is what holds for a key, and where it comes from: value|source.
func shown(c *Config, root, command, name string) string {
	s, ok := c.Lookup(schema().keys[id{command, name}])
	if !ok {
		return ""
	}
	source := strings.TrimPrefix(filepath.ToSlash(s.Source.String()), filepath.ToSlash(root)+"/home/")
	return strings.Join(s.Values, " ") + "|" + source
}

func TestTheFirstPlaceThatHasAKeyHolds(t *testing.T) {
	places := []struct {
		name, file, content string
		variable            string
		want                string
	}{
		{"the user's file, for all", "home/user.toml", "limit = 1\n", "", "1|user.toml:1"},
		{"the user's file, for the command", "home/user.toml", "limit = 1\n[report]\nlimit = 2\n", "", "2|user.toml:3"},
		{"pyproject.toml, for all", "home/pyproject.toml", "[tool.tracer]\nlimit = 3\n", "", "3|pyproject.toml:2"},
		{"pyproject.toml, for the command", "home/pyproject.toml", "[tool.tracer]\nlimit = 3\n[tool.tracer.report]\nlimit = 4\n", "", "4|pyproject.toml:4"},
		{"tracer.toml beside it", "home/tracer.toml", "limit = 5", "", "5|tracer.toml:1"},
		{"one nearer", "home/a/pyproject.toml", "[tool.tracer.report]\nlimit = 6", "", "6|a/pyproject.toml:2"},
		{"one here", "home/a/b/tracer.toml", "[report]\nlimit = 7\n", "", "7|a/b/tracer.toml:2"},
		{"a variable for all", "", "", "TRACER_LIMIT=8", "8|TRACER_LIMIT"},
		{"a variable for the command", "", "", "TRACER_REPORT_LIMIT=9", "9|TRACER_REPORT_LIMIT"},
	}
	files, environ := map[string]string{"home/a/b/": ""}, []string(nil)
	for _, p := range places { // one more each time
		t.Run(p.name, func(t *testing.T) {
			if p.file != "" {
				files[p.file] = p.content
			}
			if p.variable != "" {
				environ = append(environ, p.variable)
			}
			root := tree(t, files)
			c, err := Load(at(root, environ...), schema())
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(c, root, "report", "limit"); got != p.want {
				t.Errorf("got %s, expected %s", got, p.want)
			}
		})
	}
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		name, content, variable string
		command, key, want      string
	}{
		{"a string", "[run]\nmax-size = '2GB'", "", "run", "max-size", "2GB|a/tracer.toml:2"},
		{"a list", "[run]\nonly = [\n'a', # why\n'b,c']", "", "run", "only", "a b,c|a/tracer.toml:2"},
		{"one of a list", "only = 'a'", "", "run", "only", "a|a/tracer.toml:1"},
		{"true", "[run]\ndurable = true", "", "run", "durable", "true|a/tracer.toml:2"},
		{"an integer where numbers go", "[run]\nfactor = 2", "", "run", "factor", "2|a/tracer.toml:2"},
		{"a number", "[run]\nfactor = 2.5e-3", "", "run", "factor", "0.0025|a/tracer.toml:2"},
		{"an inline table", "run = { durable = true, max-size = '1' }", "", "run", "max-size", "1|a/tracer.toml:1"},
		{"dotted keys", "\nrun.max-size = '1'", "", "run", "max-size", "1|a/tracer.toml:2"},
		{"a command of two words", "[cache.clear]\nolder = '3d'", "", "cache.clear", "older", "3d|a/tracer.toml:2"},
		{"a byte order mark", "\xef\xbb\xbf[run]\r\nmax-size = '1'\r\n", "", "run", "max-size", "1|a/tracer.toml:2"},
		{"a program's flag for one command", "[run]\ncolor = 'never'", "", "run", "color", "never|a/tracer.toml:2"},
		{"a word for those that know it", "format = 'csv'", "", "report", "format", "csv|a/tracer.toml:1"},
		{"and not for others", "format = 'csv'", "", "info", "format", ""},
		{"no value is the default", "[run]\nmax-size = ''", "", "run", "max-size", "|a/tracer.toml:2"},
		{"of a number, too", "limit = ''", "", "report", "limit", "|a/tracer.toml:1"},
		{"no list is", "only = []", "", "run", "only", "|a/tracer.toml:1"},
		{"no variable is", "only = ['a']", "TRACER_ONLY=", "run", "only", "|TRACER_ONLY"},
		{"a list in a variable, one a line", "", "TRACER_RUN_ONLY=a\nb,c\n", "run", "only", "a b,c|TRACER_RUN_ONLY"},
		{"a variable of a command of two words", "", "TRACER_CACHE_CLEAR_OLDER=2d", "cache.clear", "older", "2d|TRACER_CACHE_CLEAR_OLDER"},
		{"an empty file", "", "", "run", "only", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := tree(t, map[string]string{"home/a/b/": "", "home/a/tracer.toml": c.content})
			config, err := Load(at(root, c.variable), schema())
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(config, root, c.command, c.key); got != c.want {
				t.Errorf("got %s, expected %s", got, c.want)
			}
		})
	}
}

func TestErrorsSayWhereAndWhatWasMeant(t *testing.T) {
	for _, c := range []struct{ name, file, content, variable, want string }{
		{"a letter too few", "tracer.toml", "\n[report]\nlimt = 5", "", "tracer.toml:3: report.limt: unknown key, did you mean report.limit?"},
		{"letters swapped", "tracer.toml", "[report]\nlimti = 5", "", "tracer.toml:2: report.limti: unknown key, did you mean report.limit?"},
		{"an underscore", "tracer.toml", "[run]\nmax_size = '1'", "", "tracer.toml:2: run.max_size: unknown key, did you mean run.max-size?"},
		{"an unknown table", "tracer.toml", "[reprot]\nlimit = 5", "", "tracer.toml:1: reprot: unknown key, did you mean report?"},
		{"a key of another command", "tracer.toml", "[report]\nmax-size = '1'", "", "tracer.toml:2: report.max-size: unknown key, did you mean run.max-size?"},
		{"a key that needs its table", "tracer.toml", "durable = true", "", "tracer.toml:1: durable: unknown key, did you mean run.durable?"},
		{"nothing near", "tracer.toml", "zzzzzz = 1", "", "tracer.toml:1: zzzzzz: unknown key"},
		{"the tables of pyproject.toml", "tracer.toml", "[tool.tracer.run]\nonly = ['a']", "", "tracer.toml:1: tool: unknown key; only in pyproject.toml the tables begin with tool.tracer"},
		{"in pyproject.toml", "pyproject.toml", "[project]\nname = 'x'\n[tool.tracer]\nonyl = 1", "", "pyproject.toml:4: onyl: unknown key, did you mean only?"},
		{"no table", "pyproject.toml", "tool.tracer = 5", "", "pyproject.toml: tool.tracer: expected a table, got 5"},
		{"a command that is no table", "tracer.toml", "run = 5", "", "tracer.toml:1: run: expected a table, got 5"},
		{"a list of tables", "tracer.toml", "[[run]]\nonly = []", "", "tracer.toml:1: run: expected a table, got a list"},
		{"a number for a string", "tracer.toml", "[run]\nmax-size = 5", "", "tracer.toml:2: run.max-size: expected a string, got 5"},
		{"a string for a number", "tracer.toml", "limit = '5'", "", `tracer.toml:1: limit: expected an integer, got "5"`},
		{"half a row", "tracer.toml", "limit = 1.5", "", "tracer.toml:1: limit: expected an integer, got 1.5"},
		{"a word for yes", "tracer.toml", "[run]\ndurable = 'yes'", "", `tracer.toml:2: run.durable: expected true or false, got "yes"`},
		{"a date", "tracer.toml", "[run]\nfactor = 2026-01-02", "", "tracer.toml:2: run.factor: expected a number, got a date or a time"},
		{"a number in a list", "tracer.toml", "only = ['a', 5]", "", "tracer.toml:1: only: expected a string or a list of strings, got 5"},
		{"a list for one", "tracer.toml", "[run]\nmax-size = ['1']", "", "tracer.toml:2: run.max-size: expected a string, got a list"},
		{"a table for one", "tracer.toml", "[only]\na = 1", "", "tracer.toml:1: only: expected a string or a list of strings, got a table"},
		{"another word", "tracer.toml", "color = 'blue'", "", `tracer.toml:1: color: expected auto, always or never, got "blue"`},
		{"a word that this command does not know", "tracer.toml", "[info]\nformat = 'csv'", "", `tracer.toml:2: info.format: expected text or json, got "csv"`},
		{"no TOML", "tracer.toml", "[run]\nonly = [\n", "", "tracer.toml:2: array is incomplete"},
		{"a key twice", "tracer.toml", "limit = 1\nlimit = 2\n", "", "tracer.toml:2: key limit is already defined"},
		{"pyproject.toml that is broken elsewhere", "pyproject.toml", "[tool.tracer]\nlimit = 1\n[project\n", "", "pyproject.toml:3: expected ']' to close table name"},
		{"a variable", "", "", "TRACER_REPORT_LIMTI=5", "TRACER_REPORT_LIMTI: unknown variable, did you mean TRACER_REPORT_LIMIT?"},
		{"a variable without its command", "", "", "TRACER_MAX_SIZE=5", "TRACER_MAX_SIZE: unknown variable, did you mean TRACER_RUN_MAX_SIZE?"},
		{"a variable of others", "", "", "TRACER_BACKEND_URL=x", "TRACER_BACKEND_URL: unknown variable (if it is another program's, name it in TRACER_IGNORE)"},
		{"a variable's number", "", "", "TRACER_LIMIT=many", `TRACER_LIMIT: expected an integer, got "many"`},
		{"a variable's word", "", "", "TRACER_COLOR=blue", `TRACER_COLOR: expected auto, always or never, got "blue"`},
		{"a file that is named and not there", "", "", "TRACER_CONFIG=nope.toml", "TRACER_CONFIG: read b/nope.toml: no such file or directory"},
		{"a folder that is named", "", "", "TRACER_CONFIG=..", "TRACER_CONFIG: read : it is not a file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{"home/a/b/": ""}
			if c.file != "" {
				files["home/a/"+c.file] = c.content
			}
			root := tree(t, files)
			_, err := Load(at(root, c.variable), schema())
			if err == nil {
				t.Fatal("no error")
			}
			got := strings.ReplaceAll(strings.ReplaceAll(err.Error(), root+"/home/a/", ""), root+"/home/a", "")
			if got != c.want {
				t.Errorf("got      %s\nexpected %s", got, c.want)
			}
		})
	}
}

func TestOtherVariablesAreNone(t *testing.T) {
	root := tree(t, map[string]string{"home/a/b/": ""})
	p := at(root, "TRACER_DIR=/t", "TRACER_AGENT=/a", "TRACER_PARENT=p", "TRACER_PYTHONPATH=", "TRACER_LIB=/l", "TRACER_TEST_PYTHONS=x",
		"TRACER_=1", "TRACERS=1", "PATH=/bin", "NOVALUE", "TRACER_IGNORE=TRACER_HOST, TRACER_X_*,[", "TRACER_HOST=h", "TRACER_X_LIMIT=1", "TRACER_LIMIT=4")
	c, err := Load(p, schema())
	if err != nil {
		t.Fatal(err)
	}
	if got := shown(c, root, "report", "limit"); got != "4|TRACER_LIMIT" {
		t.Errorf("got %s", got)
	}
}

// A file of nonsense is told of in a few lines, and one that is no file of settings
// is not read.
func TestManyErrorsAreAFew(t *testing.T) {
	var b strings.Builder
	for i := range 10 * maxErrors {
		fmt.Fprintf(&b, "nonsense%d = 1\n", i)
	}
	root := tree(t, map[string]string{"home/a/b/tracer.toml": b.String()})
	_, err := Load(at(root), schema())
	if err == nil || strings.Count(err.Error(), "\n")+1 != maxErrors {
		t.Errorf("%v\nexpected %d lines", err, maxErrors)
	}
	root = tree(t, map[string]string{"home/a/b/tracer.toml": strings.Repeat("\n", maxFile+1)})
	if _, err = Load(at(root), schema()); err == nil || !strings.HasSuffix(err.Error(), "tracer.toml: larger than 512 KiB") {
		t.Errorf("got %v", err)
	}
}
