package conformance

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// suite is a package whose tests are run; its version stands in requirements.txt.
type suite struct {
	name    string
	only    string // its modules
	version string // of the source distribution that has the tests; empty: the package has them
	args    []string
	slow    bool // only in the long run
}

// suites are those of packages that make much of what tracing touches: classes made
// by generated code, generators and weak references, a C library that calls back.
var suites = []suite{
	{name: "attrs", only: "attr,attrs", version: "25.3.0", args: []string{"tests"}},
	{name: "SQLAlchemy", only: "sqlalchemy", version: "2.0.44", args: []string{"test/base", "test/engine", "test/ext", "test/orm", "test/sql"}, slow: true},
	{name: "pandas", only: "pandas", args: []string{"--pyargs", "pandas.tests.series", "pandas.tests.groupby", "pandas.tests.indexing"}, slow: true},
}

// TestPackagesOwnTestsEndAlike runs the tests of packages untraced, and traced with
// the package recorded.
func TestPackagesOwnTestsEndAlike(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	requirements, err := os.ReadFile("requirements.txt")
	if err != nil {
		t.Fatal(err)
	}
	known, err := readKnown("known.json")
	if err != nil {
		t.Fatal(err)
	}
	found := interpreters.Traceable(t)
	on := found
	if !*all {
		on = found[:1]
		t.Logf("only on %s; on all others in the long run (make conformance)", on[0])
	}
	for _, python := range on {
		if !wantedVersion(t, python) {
			continue
		}
		t.Run(name(python), func(t *testing.T) {
			var here []suite
			for _, s := range suites {
				switch {
				case !wantedModule(t, s.name):
				case s.slow && !*all:
					t.Logf("%s: only in the long run (make conformance)", s.name)
				case !takesPackages(python):
					t.Logf("%s: cannot be installed on this version", s.name)
				default:
					here = append(here, s)
				}
			}
			for _, s := range here {
				t.Run(s.name, func(t *testing.T) {
					installed := s.environment(t, python, string(requirements), found)
					s.test(t, installed, about(known, s.name, python))
				})
			}
		})
	}
}

// requirementsOf returns the lines that are for a package's tests.
func requirementsOf(text, name string) string {
	var lines []string
	for line := range strings.Lines(text) {
		packages, of, some := strings.Cut(line, "  # ")
		if !strings.HasPrefix(line, "#") && (!some || slices.Contains(strings.Fields(of), name)) {
			lines = append(lines, strings.TrimSpace(packages)+"\n")
		}
	}
	return strings.Join(lines, "")
}

// environment returns an interpreter with the package.
func (s suite) environment(t *testing.T, python pyabi.Info, requirements string, others []pyabi.Info) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "tracer", "conformance", s.name+"-"+minor(python)+"-"+python.Version)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	installed, err := interpreters.Environment(t.Context(), python, dir, requirementsOf(requirements, s.name), others)
	if err != nil {
		skipWithoutRegistry(t, err)
	}
	return installed
}

// skipWithoutRegistry skips the test where packages cannot be fetched, unless the
// versions to test are named: then nothing may be missing.
func skipWithoutRegistry(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, interpreters.ErrNoPip) && os.Getenv(interpreters.RequireEnv) == "" {
		t.Skipf("not tested: %v", err)
	}
	t.Fatal(err)
}

func (s suite) test(t *testing.T, installed string, known []Known) {
	dir := ""
	if s.version != "" {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		source, err := interpreters.Source(ctx, s.name, s.version)
		if err != nil {
			skipWithoutRegistry(t, err)
		}
		dir = source
	}
	p := Program{
		Python: installed, Dir: dir, Only: s.only, Patience: time.Hour, Env: []string{"PYTHONDONTWRITEBYTECODE=1", "CI=1"},
		Args: func(outcomes string) []string {
			args := []string{filepath.Join(here, "pytest_outcomes.py"), outcomes, "-q", "--tb=line", "-p", "no:cacheprovider"}
			return append(args, s.args...)
		},
	}
	endsAlike(t, p, "", known, func(t *testing.T, r *Run, trace string) {
		rows, err := report(t.Context(), tracer, trace)
		if err != nil {
			t.Fatal(err)
		}
		called := 0
		for _, row := range rows {
			if !ofPackage(row.Module, s.only) {
				t.Fatalf("module %s was recorded, expected only %s", row.Module, s.only)
			}
			called += row.Calls
		}
		if called < r.Started {
			t.Errorf("%d calls were recorded of %d tests", called, r.Started)
		}
	})
}

// ofPackage reports whether a module is one of the packages, or in one.
func ofPackage(module, packages string) bool {
	for one := range strings.SplitSeq(packages, ",") {
		if module == one || strings.HasPrefix(module, one+".") {
			return true
		}
	}
	return false
}
