package cli

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tracer/internal/config"
)

// inTree calls f with the command of that name in a new tree of commands.
func inTree(t *testing.T, p config.Place, name string) (IO, *cobra.Command) {
	t.Helper()
	io := IO{In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Place: p}
	root := newRoot(io)
	cmd, rest, err := root.Find(strings.Fields(name))
	if err != nil || len(rest) > 0 {
		t.Fatalf("find %s: %v", name, err)
	}
	return io, cmd
}

// values are those of all flags of a command.
func values(cmd *cobra.Command) map[string]string {
	all := map[string]string{}
	visit(cmd, func(flag *pflag.Flag, _ bool) {
		all[flag.Name] = fmt.Sprint(flag.Value.String(), " changed: ", flag.Changed)
	})
	return all
}

// sample returns a value for a flag that is not its default, and what all flags are
// when it is given on the command line: the parser of flags is the oracle.
func sample(t *testing.T, command, flag string) (value string, want map[string]string) {
	t.Helper()
	for _, value := range []string{"json", "never", "line", "total", "7", "3s", "3d", "5MB", "text", "uint64", "chm", "c", "32", "true", "false", "lcov", "x"} {
		_, cmd := inTree(t, config.Place{}, command)
		before := values(cmd)[flag]
		if err := cmd.Flags().Parse([]string{"--" + flag + "=" + value}); err != nil {
			continue
		}
		if after := values(cmd); strings.Split(after[flag], " changed")[0] != strings.Split(before, " changed")[0] {
			return value, after
		}
	}
	t.Fatalf("tracer %s --%s: no value is known for the test", command, flag)
	return "", nil
}

// userPlace has a user's file with this text.
func userPlace(t *testing.T, text string) config.Place {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Place{User: file}
}

// A project that somebody else wrote must not say which traces are deleted.
func TestNoProjectDeletesTraces(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tracer.toml"), []byte("[rm]\nall = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	io, cmd := inTree(t, config.Place{Dir: dir, Home: dir}, "rm")
	err := io.configure(cmd)
	if err == nil || !strings.Contains(err.Error(), "tracer.toml:2: rm.all: deletes traces") {
		t.Errorf("%v, expected that rm.all is refused", err)
	}
	if all := values(cmd)["all"]; !strings.HasPrefix(all, "false") {
		t.Errorf("--all is %s", all)
	}
}

// Every flag of every command may be set in a file and by a variable, and then all
// is as if it were given on the command line.
func TestEveryFlagCanBeConfigured(t *testing.T) {
	flags := 0
	_, root := inTree(t, config.Place{}, "")
	for _, cmd := range configured(root) {
		name := strings.TrimPrefix(cmd.CommandPath(), "tracer ")
		visit(cmd, func(flag *pflag.Flag, _ bool) {
			flags++
			value, want := sample(t, name, flag.Name)
			dir := t.TempDir()
			literal := value
			if kind := flag.Value.Type(); kind != "bool" && !strings.HasPrefix(kind, "int") && !strings.HasPrefix(kind, "uint") {
				literal = fmt.Sprintf("%q", value)
			}
			file := fmt.Sprintf("[tool.tracer.%s]\n%s = %s\n", strings.ReplaceAll(name, " ", "."), flag.Name, literal)
			if err := os.WriteFile(filepath.Join(dir, "pyproject.toml"), []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			upper := strings.NewReplacer(" ", "_", "-", "_")
			variable := "TRACER_" + strings.ToUpper(upper.Replace(name+" "+flag.Name)) + "=" + value
			place := config.Place{Dir: dir, Home: dir}
			if deletes(name, flag.Name) { // no project may
				place = userPlace(t, strings.ReplaceAll(file, "tool.tracer.", ""))
			}
			for how, p := range map[string]config.Place{file: place, variable: {Environ: []string{variable}}} {
				io, cmd := inTree(t, p, name)
				if err := io.configure(cmd); err != nil {
					t.Errorf("%s: %v", how, err)
				}
				got := values(cmd)
				for flag := range want {
					if got[flag] != want[flag] {
						t.Errorf("%s: --%s is %s, expected %s", how, flag, got[flag], want[flag])
					}
				}
			}
		})
	}
	if flags < 40 {
		t.Errorf("looked at %d flags: the test does not see the tree", flags)
	}
}

// The command line wins, also where a flag is given more than once, and a flag that
// several commands share is set for each of them.
func TestConfiguredAndGiven(t *testing.T) {
	p := config.Place{Environ: []string{"TRACER_ONLY=a,b", "TRACER_RUN_SKIP=c", "TRACER_COLOR=never", "TRACER_INFO_COLOR=always"}}
	for _, c := range []struct{ command, flags, flag, want string }{
		{"run", "", "only", "[a,b]"},
		{"report", "", "only", "[a,b]"},
		{"run", "--only x --only y", "only", "[x,y]"},
		{"run", "--only=", "only", "[]"},
		{"run", "", "skip", "[c]"},
		{"report", "", "skip", "[]"},
		{"report", "", "color", "never"},
		{"info", "", "color", "always"},
		{"info", "--color auto", "color", "auto"},
	} {
		io, cmd := inTree(t, p, c.command)
		visit(cmd, func(*pflag.Flag, bool) {})
		if err := cmd.Flags().Parse(strings.Fields(c.flags)); err != nil {
			t.Fatal(err)
		}
		if err := io.configure(cmd); err != nil {
			t.Fatal(err)
		}
		if got := cmd.Flag(c.flag).Value.String(); got != c.want {
			t.Errorf("tracer %s %s: --%s is %s, expected %s", c.command, c.flags, c.flag, got, c.want)
		}
	}
}

// A flag is shared only where it takes the same kind of value everywhere, and no two
// keys have the same variable.
func TestKeysAreClear(t *testing.T) {
	_, root := inTree(t, config.Place{}, "")
	variables, shared := map[string]string{}, map[string]config.Key{}
	for _, cmd := range configured(root) {
		visit(cmd, func(flag *pflag.Flag, own bool) {
			k := keyOf(tableOf(cmd), flag)
			if other, twice := variables[k.Variable()]; twice {
				t.Errorf("%s and %s are both %s", other, k, k.Variable())
			}
			variables[k.Variable()] = k.String()
			for _, name := range sharedFlags() {
				if flag.Name != name {
					continue
				}
				if other, again := shared[name]; again && (other.Kind != k.Kind || other.Many != k.Many) {
					t.Errorf("%s and %s are of different kinds", other, k)
				}
				shared[name] = k
			}
		})
	}
	for name, k := range shared {
		k.Command = ""
		if other, twice := variables[k.Variable()]; twice {
			t.Errorf("%s and %s are both %s", other, name, k.Variable())
		}
	}
}

// Every variable of the tree's sources is one of a flag, or known to be none: what a
// tracer gives to a program must not be an error in a tracer that the program runs.
func TestVariablesOfTheSourcesAreNoErrors(t *testing.T) {
	name := regexp.MustCompile(`"(TRACER_[A-Z_]*[A-Z])["=]|'(TRACER_[A-Z_]*[A-Z])'`)
	root, seen := filepath.Join("..", ".."), map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".git") || rel == "bin" || rel == "build" || rel == "internal/config") {
			return filepath.SkipDir
		}
		if ext := filepath.Ext(path); d.IsDir() || ext != ".go" && ext != ".py" && ext != ".c" || rel == "internal/cli/config_test.go" {
			return nil
		}
		content, err := os.ReadFile(path)
		for _, found := range name.FindAllStringSubmatch(string(content), -1) {
			seen[found[1]+found[2]] = rel
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen["TRACER_DIR"] == "" || seen["TRACER_PARENT"] == "" {
		t.Errorf("found only %v: the test does not see the tree", seen)
	}
	_, tree := inTree(t, config.Place{}, "")
	for variable, file := range seen {
		if _, err := config.Load(config.Place{Environ: []string{variable + "="}}, schemaOf(tree)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// The template is a file of settings that sets nothing, and without its # one that
// sets everything to its default.
func TestTemplate(t *testing.T) {
	var out, errs bytes.Buffer
	if code := Run(IO{Out: &out, Err: &errs}, []string{"config", "--template"}); code != 0 || errs.Len() > 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	keys := regexp.MustCompile(`(?m)^#(\S)`)
	for _, text := range []string{out.String(), keys.ReplaceAllString(out.String(), "$1")} {
		place := userPlace(t, text)
		_, root := inTree(t, config.Place{}, "")
		for _, c := range configured(root) {
			name := strings.TrimPrefix(c.CommandPath(), "tracer ")
			_, fresh := inTree(t, config.Place{}, name)
			io, cmd := inTree(t, place, name)
			if err := io.configure(cmd); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			visit(cmd, func(flag *pflag.Flag, own bool) {
				if want := fresh.Flag(flag.Name).Value.String(); flag.Value.String() != want {
					t.Errorf("%s --%s is %s, expected %s", name, flag.Name, flag.Value, want)
				}
				if own && !flag.Hidden && !strings.Contains(text, "\n"+flag.Name+" = ") && !strings.Contains(text, "\n#"+flag.Name+" = ") {
					t.Errorf("the template has no %s", flag.Name)
				}
			})
		}
	}
}

func TestMentions(t *testing.T) {
	flag := &pflag.Flag{Name: "max-size", Shorthand: "m"}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.String("max-size", "", "")
	flag.Value = flags.Lookup("max-size").Value
	for text, want := range map[string]bool{
		"--max-size 5x: expected a size": true, "choose another -m": true, "find Python: there is no nope": true, `parse "nope"`: true,
		"--max-sizes": false, "nopes": false, "max-size": false, "": false, "of a trace": false,
	} {
		if got := mentions(text, flag, []string{"nope", "of", "a"}); got != want {
			t.Errorf("%q: %v, expected %v", text, got, want)
		}
	}
}
