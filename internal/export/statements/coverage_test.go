package statements

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"tracer/internal/export/exporttest"
)

// told prints what coverage.py finds in the files of Python's library.
const told = `
import glob, json, os, sys
from coverage.config import DEFAULT_EXCLUDE
from coverage.parser import PythonParser
folder = os.path.dirname(os.__file__)
files = {}
for name in sorted(glob.glob(folder + "/*.py"))[::2] + glob.glob(folder + "/test/test_fstring.py"):
    p = PythonParser(filename=name, exclude="|".join("(?:%s)" % x for x in DEFAULT_EXCLUDE))
    p.parse_source()
    files[name] = [sorted(p.statements), sorted(p.excluded)]
print(json.dumps(files))
`

// TestAsCoverageTellsThem: none that coverage.py has is missing, and those that are too many are
// few: what the compiler leaves out.
func TestAsCoverageTellsThem(t *testing.T) {
	python := exporttest.PythonWith(t, "3.13", "coverage==7.17.3")
	var files map[string][2][]int
	if err := json.Unmarshal([]byte(exporttest.Run(t, python, "-c", told)), &files); err != nil {
		t.Fatal(err)
	}
	all, more, same := 0, 0, 0
	for name, want := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var got, excluded []int
		for _, s := range Find(string(text)).Statements {
			if s.Excluded {
				excluded = append(excluded, s.Line)
			} else {
				got = append(got, s.Line)
			}
		}
		for _, line := range want[0] {
			if _, ok := slices.BinarySearch(got, line); !ok {
				t.Errorf("%s:%d is missing", name, line)
			}
		}
		for _, line := range excluded {
			if _, ok := slices.BinarySearch(want[1], line); !ok {
				t.Errorf("%s:%d is excluded", name, line)
			}
		}
		all += len(want[0])
		more += len(got) - len(want[0])
		if slices.Equal(got, want[0]) {
			same++
		}
	}
	t.Logf("%d of %d files are the same; of %d statements %d are too many", same, len(files), all, more)
	if len(files) < 60 || same < len(files)*95/100 || more > all/1000 {
		t.Error("expected more")
	}
}
