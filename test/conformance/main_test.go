package conformance

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tracer/internal/pyabi"
)

var (
	// all is what `make conformance` sets.
	all  = flag.Bool("all", os.Getenv("TRACER_CONFORMANCE") != "", "run everything: all versions, slow modules, all packages; takes hours")
	on   = flag.String("on", "", "run only on the interpreters whose version matches this expression: ^3.1[23]")
	only = flag.String("modules", "", "run only the modules of CPython's tests, and the packages, that match this expression")
)

// tracer is the program under test, which `make all` builds.
var (
	here, _ = filepath.Abs(".")
	root    = filepath.Join(here, "..", "..")
	tracer  = filepath.Join(root, "bin", "tracer")
)

func TestMain(m *testing.M) {
	flag.StringVar(&tracer, "tracer", tracer, "the program under test")
	flag.Parse()
	if _, err := os.Stat(tracer); err != nil {
		fmt.Fprintln(os.Stderr, "conformance: bin/tracer is missing; run make all first")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func name(python pyabi.Info) string { return strings.ReplaceAll(python.String(), " ", "-") }

func wantedVersion(t *testing.T, python pyabi.Info) bool { return matches(t, *on, python.Version) }
func wantedModule(t *testing.T, name string) bool        { return matches(t, *only, name) }

func matches(t *testing.T, expression, text string) bool {
	t.Helper()
	e, err := regexp.Compile(expression)
	if err != nil {
		t.Fatal(err)
	}
	return e.MatchString(text)
}
