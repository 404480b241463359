package cobertura

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/export/exporttest"
	"tracer/trace"
)

func write(t *testing.T, tr *trace.Trace) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, Options{Creator: `tracer "1" & <2>`}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// elements is what coverage-04.dtd allows: the children of each element, and the attributes
// that it must have.
var elements = map[string]struct{ children, attributes string }{
	"coverage": {"sources packages", "line-rate branch-rate lines-covered lines-valid branches-covered branches-valid complexity version timestamp"},
	"sources":  {"source", ""},
	"source":   {"", ""},
	"packages": {"package", ""},
	"package":  {"classes", "name line-rate branch-rate complexity"},
	"classes":  {"class", ""},
	"class":    {"methods lines", "name filename line-rate branch-rate complexity"},
	"methods":  {"method", ""},
	"method":   {"lines", "name signature line-rate branch-rate complexity"},
	"lines":    {"line", ""},
	"line":     {"", "number hits"},
}

// TestElementsAreThoseOfTheDTD looks at each.
func TestElementsAreThoseOfTheDTD(t *testing.T) {
	d := xml.NewDecoder(bytes.NewReader(write(t, exporttest.Random(t, exporttest.Program{Seed: 2, Events: 500}))))
	var open []string
	seen := map[string]int{}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			of, ok := elements[name]
			if n := len(open); !ok || n > 0 && !contains(elements[open[n-1]].children, name) || n == 0 && name != "coverage" {
				t.Fatalf("%s in %q", name, open)
			}
			has := ""
			for _, a := range e.Attr {
				if has += " " + a.Name.Local; !contains(of.attributes, a.Name.Local) {
					t.Errorf("%s has %s", name, a.Name.Local)
				}
			}
			if len(strings.Fields(has)) != len(strings.Fields(of.attributes)) {
				t.Errorf("%s has%s, expected %s", name, has, of.attributes)
			}
			open = append(open, name)
			seen[name]++
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
	for name := range elements {
		if seen[name] == 0 {
			t.Errorf("there is no %s", name)
		}
	}
}

func contains(words, word string) bool { return strings.Contains(" "+words+" ", " "+word+" ") }

// report is what it says of lines.
type report struct {
	Version  string   `xml:"version,attr"`
	Valid    int      `xml:"lines-valid,attr"`
	Covered  int      `xml:"lines-covered,attr"`
	Sources  []string `xml:"sources>source"`
	Packages []struct {
		Name    string `xml:"name,attr"`
		Classes []struct {
			Name    string  `xml:"name,attr"`
			File    string  `xml:"filename,attr"`
			Rate    float64 `xml:"line-rate,attr"`
			Methods []struct {
				Name  string  `xml:"name,attr"`
				Rate  float64 `xml:"line-rate,attr"`
				Lines []line  `xml:"lines>line"`
			} `xml:"methods>method"`
			Lines []line `xml:"lines>line"`
		} `xml:"classes>class"`
	} `xml:"packages>package"`
}

type line struct {
	Number int    `xml:"number,attr"`
	Hits   uint64 `xml:"hits,attr"`
}

// TestASmallFile has a function that was not called, one that is excluded, and a file without
// a copy.
func TestASmallFile(t *testing.T) {
	var r report
	if err := xml.Unmarshal(write(t, exporttest.Covered(t)), &r); err != nil {
		t.Fatal(err)
	}
	if r.Valid != 8 || r.Covered != 7 || r.Sources[0] != "/srv" || len(r.Packages) != 2 || r.Version != `tracer "1" & <2>` {
		t.Fatalf("%+v", r)
	}
	of := r.Packages[0].Classes[0]
	if r.Packages[0].Name != "." || of.Name != "app.py" || of.File != "app.py" || of.Rate != 0.8571 || len(of.Lines) != 7 || of.Lines[2] != (line{5, 4}) {
		t.Errorf("%+v", of)
	}
	if len(of.Methods) != 2 || of.Methods[0].Name != "f" || len(of.Methods[0].Lines) != 1 || of.Methods[1].Name != "C.g" || of.Methods[1].Rate != 0 || of.Methods[1].Lines[0] != (line{11, 0}) {
		t.Errorf("%+v", of.Methods)
	}
	if other := r.Packages[1].Classes[0]; r.Packages[1].Name != "lib" || other.File != "/lib/other.py" || len(other.Lines) != 1 {
		t.Errorf("%+v", other)
	}
}

// TestHitsAreThoseOfProfile adds them up.
func TestHitsAreThoseOfProfile(t *testing.T) {
	tr := exporttest.Random(t, exporttest.Program{Seed: 2, Threads: 2, Processes: 2, Events: 1000})
	var r report
	if err := xml.Unmarshal(write(t, tr), &r); err != nil {
		t.Fatal(err)
	}
	hits := uint64(0)
	for _, p := range r.Packages {
		for _, c := range p.Classes {
			for _, l := range c.Lines {
				hits += l.Hits
			}
		}
	}
	if want := exporttest.Profile(t, tr); hits != want.Hits {
		t.Errorf("%d hits, expected %d", hits, want.Hits)
	}
}

// TestOthersReadIt: a parser that minds the rules of XML, and a package that shows such
// reports.
func TestOthersReadIt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "coverage.xml")
	if err := os.WriteFile(path, write(t, exporttest.Covered(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("xmllint", func(t *testing.T) {
		tool, err := exec.LookPath("xmllint")
		if err != nil {
			t.Skip("not tested with xmllint: it is not here")
		}
		exporttest.Run(t, tool, "--nonet", "--noout", path)
	})
	t.Run("pycobertura", func(t *testing.T) {
		python := exporttest.PythonWith(t, "3.13", "pycobertura==4.1.0")
		out := exporttest.Run(t, python, "-c", `
import sys
from pycobertura import Cobertura
c = Cobertura(sys.argv[1])
print(c.total_statements(), c.total_misses(), c.files(), c.missed_statements("app.py"))
`, path)
		if want := "8 1 ['app.py', '/lib/other.py'] [11]\n"; out != want {
			t.Errorf("%s, expected %s", out, want)
		}
	})
}
