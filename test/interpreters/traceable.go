package interpreters

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"tracer/internal/pyabi"
)

// RequireEnv names minor versions that must be there ("3.12,3.14t": without a t it
// is a build with the global lock): a run that lacks one fails.
const RequireEnv = "TRACER_REQUIRE"

// Find returns the interpreters to test on, each of which the agent can work in:
// the one that is brought along first, then those of the machine.
var Find = sync.OnceValues(func() ([]pyabi.Info, error) {
	embedded, err := Embedded()
	if err != nil {
		return nil, err
	}
	first, err := pyabi.Probe(embedded)
	if err != nil {
		return nil, err
	}
	found := []pyabi.Info{first}
	for _, info := range pyabi.Find() {
		if info.Supported() == nil && info.Executable != first.Executable {
			found = append(found, info)
		}
	}
	return found, nil
})

// Traceable is Find for a test, which fails when one that TRACER_REQUIRE names
// is missing.
func Traceable(t testing.TB) []pyabi.Info {
	t.Helper()
	found, err := Find()
	if err != nil {
		t.Fatalf("find interpreters: %v", err)
	}
	if want := missing(found, os.Getenv(RequireEnv)); want != "" {
		t.Fatalf("CPython %s is required by %s and is not on this machine", want, RequireEnv)
	}
	return found
}

// missing returns the first of the required versions that was not found, or "".
func missing(found []pyabi.Info, required string) string {
	for _, want := range strings.FieldsFunc(required, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !slices.ContainsFunc(found, func(i pyabi.Info) bool { return Minor(i) == want }) {
			return want
		}
	}
	return ""
}
