package perfecthash

import (
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// generated is a table to generate code of.
type generated struct {
	name  string
	table *Table
	keys  Keys
	size  int
}

func generatedTables(t *testing.T) []generated {
	numbers := randomNumbers(2000, 1)
	small := make([]uint32, 2000)
	texts := []string{"", "\x00", "\"\\\n", "??=", "ä€", "\xff\xfe", strings.Repeat("0123456789", 30)}
	for i := range 1000 {
		small[i] = uint32(i * i)
		texts = append(texts, fmt.Sprint(strings.Repeat("k", i%40), i))
	}
	var all []generated
	for _, algorithm := range allAlgorithms {
		for _, check := range allChecks {
			for _, n := range []int{1, 20, 900} {
				if n < 900 && check != Check16 && check != CheckKeys {
					continue
				}
				o := Options{Algorithm: algorithm, Check: check}
				kinds := map[string]Keys{"uint64": Uint64s(numbers[:n])}
				if check == Check16 || check == CheckKeys {
					kinds["uint32"], kinds["bytes"] = Uint32s(small[:n]), Strings(texts[:n])
				}
				for kind, keys := range kinds {
					name := fmt.Sprintf("%s_%v_%v_%d", kind, algorithm, check, n)
					all = append(all, generated{name, build(t, keys, o), keys, n})
				}
			}
		}
	}
	return all
}

func TestGeneratedGoPassesItsTest(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "go.mod"), []byte("module generated\n\ngo 1.22\n"))
	all := generatedTables(t)
	for _, g := range all {
		sources, err := g.table.Generate(Go, g.name, g.keys)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sources {
			if formatted, err := format.Source(s.Content); err != nil || string(formatted) != string(s.Content) {
				t.Errorf("%s: is not formatted: %v", s.Name, err)
			}
			write(t, filepath.Join(folder, g.name, s.Name), s.Content)
		}
	}
	for _, command := range []string{"vet", "test"} {
		cmd := exec.Command("go", command, "./...")
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", command, err, out)
		}
		if passed := strings.Count(string(out), "ok  \t"); command == "test" && passed != len(all) {
			t.Errorf("%d packages of %d passed", passed, len(all))
		}
	}
}

func TestGeneratedCPassesItsTest(t *testing.T) {
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("there is no C compiler")
	}
	for _, g := range generatedTables(t) {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			sources, err := g.table.Generate(C, g.name, g.keys)
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			args := []string{"-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-o", filepath.Join(folder, "test")}
			for _, s := range sources {
				path := filepath.Join(folder, s.Name)
				write(t, path, s.Content)
				if strings.HasSuffix(path, ".c") {
					args = append(args, path)
				}
			}
			if out, err := exec.Command(compiler, args...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			out, err := exec.Command(filepath.Join(folder, "test")).CombinedOutput()
			if want := fmt.Sprintf("%d keys are found\n", g.size); err != nil || string(out) != want {
				t.Errorf("%v\n%sexpected %s", err, out, want)
			}
		})
	}
}

// The code answers what the table does, for keys that are foreign as well: its test alone would
// not notice a check that never fails.
func TestGeneratedCAnswersAsTheTable(t *testing.T) {
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("there is no C compiler")
	}
	const asked = 3000
	for _, check := range allChecks {
		keys := Uint64s(randomNumbers(500, 1))
		table := build(t, keys, Options{Check: check})
		sources, err := table.Generate(C, "some", keys)
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		for _, s := range sources {
			write(t, filepath.Join(folder, s.Name), s.Content)
		}
		program := fmt.Sprintf("#include \"some.h\"\n#include <stdio.h>\nint main(void) {\n\tuint64_t i;\n\tfor (i = 0; i < %d; i++)\n\t\tprintf(\"%%lld\\n\", (long long)some_find(i * 0x123456789abcdefu));\n\treturn 0;\n}\n", asked)
		write(t, filepath.Join(folder, "ask.c"), []byte(program))
		binary := filepath.Join(folder, "ask")
		if out, err := exec.Command(compiler, "-o", binary, filepath.Join(folder, "ask.c"), filepath.Join(folder, "some.c")).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		out, err := exec.Command(binary).Output()
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		for i := range uint64(asked) {
			number, ok := table.FindUint64(i * 0x123456789abcdef)
			if !ok {
				number = -1
			}
			fmt.Fprintln(&want, number)
		}
		if string(out) != want.String() {
			t.Errorf("check %v: other answers", check)
		}
	}
}

func TestGenerateRefuses(t *testing.T) {
	keys := Uint64s([]uint64{1, 2})
	table := build(t, keys, Options{})
	for _, name := range []string{"", "1a", "A", "a-b", "a/b"} {
		if _, err := table.Generate(Go, name, keys); err == nil {
			t.Errorf("name %q: no error", name)
		}
	}
	if _, err := build(t, Uint64s(nil), Options{}).Generate(Go, "a", Uint64s(nil)); err == nil {
		t.Error("no keys: no error")
	}
	if _, err := table.Generate(Go, "a", Uint64s([]uint64{1})); err == nil {
		t.Error("fewer keys: no error")
	}
	if _, err := table.Generate(Go, "a", Uint32s([]uint32{1, 2})); err == nil {
		t.Error("another kind of keys: no error")
	}
	if _, err := table.Generate(9, "a", keys); err == nil {
		t.Error("language 9: no error")
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}
