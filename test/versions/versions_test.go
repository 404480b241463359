package versions

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

var update = flag.Bool("update", false, "write the generated part of docs/python-versions.md anew")

var root = filepath.Join("..", "..")

// The table is made of what the tests run by, so that it cannot differ.
func TestThePageShowsWhatIsTested(t *testing.T) {
	table, err := Table(root)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "docs", "python-versions.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- versions -->\n", "<!-- end of versions -->\n"
	before, rest, ok1 := strings.Cut(string(page), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the table", path)
	}
	want := before + begin + table + end + after
	if want == string(page) {
		return
	}
	if !*update {
		t.Fatal("docs/python-versions.md does not show what is tested: go test ./test/versions -update")
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What the controller thinks that the agent can trace is what the agent's table has,
// and in the same way.
func TestAgentAndControllerKnowTheSameVersions(t *testing.T) {
	rows, err := Rows(root)
	if err != nil {
		t.Fatal(err)
	}
	inTable := map[string]pyabi.Hook{}
	for _, r := range rows {
		name := interpreters.Minor(r.Info)
		if _, twice := inTable[name]; twice {
			t.Errorf("versions.c has two rows for %s", name)
		}
		inTable[name] = pyabi.Monitoring
		if r.Older {
			inTable[name] = pyabi.TraceFunctions
		}
	}
	known := 0
	for major := 2; major <= 4; major++ {
		for minor := range pyabi.MaxMinor + 3 {
			for _, freeThreaded := range []bool{false, true} {
				if freeThreaded && major < 3 {
					continue // there is no such build
				}
				python := cpython(major, minor, freeThreaded)
				if got, want := inTable[interpreters.Minor(python)], python.Hook(); got != want {
					t.Errorf("%s: by %q in versions.c, by %q in internal/pyabi", python, got, want)
				}
				if python.Hook() != pyabi.None {
					known++
				}
			}
		}
	}
	if known != len(rows) {
		t.Errorf("versions.c has %d rows, internal/pyabi knows %d versions and builds", len(rows), known)
	}
}

// What must be there can be traced.
func TestRequiredVersionsAreKnown(t *testing.T) {
	read, err := read(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range read.required {
		if !slices.ContainsFunc(read.rows, func(r Row) bool { return interpreters.Minor(r.Info) == name }) {
			t.Errorf(".ci/run requires %s, which the agent does not know", name)
		}
	}
	if !slices.Contains(read.required, interpreters.Always) {
		t.Errorf(".ci/run does not require %s, which is fetched", interpreters.Always)
	}
}

// Every place that says up to which version programs can be traced says the same.
func TestTheRangeIsTheSameEverywhere(t *testing.T) {
	words := regexp.MustCompile(`(?:\b3\.(?:6|12|13) to |<= \(3, )([0-9.]+)\b`)
	for file, least := range map[string]int{
		"internal/pyabi/support.go": 1, "python/loader/sitecustomize.py": 3, "agent/abi/python.c": 1,
		"README.md": 1, "docs/doctor.md": 2,
	} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		found := words.FindAllStringSubmatch(string(text), -1)
		if len(found) < least {
			t.Errorf("%s names the range %d times, expected %d at least", file, len(found), least)
		}
		for _, f := range found {
			if newest := strings.TrimPrefix(f[1], "3."); newest != fmt.Sprint(pyabi.MaxMinor) && newest != "11" {
				t.Errorf("%s says %q, the newest version is 3.%d", file, f[0], pyabi.MaxMinor)
			}
		}
	}
}
