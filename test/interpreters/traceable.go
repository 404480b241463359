package interpreters

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"tracer/internal/pyabi"
)

// RequireEnv names minor versions ("3.12,3.14") that must be there: a run that
// lacks one fails.
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
	for _, want := range strings.FieldsFunc(os.Getenv(RequireEnv), func(r rune) bool { return r == ',' || r == ' ' }) {
		if !has(found, want) {
			t.Fatalf("CPython %s is required by %s and is not on this machine", want, RequireEnv)
		}
	}
	return found
}

func has(found []pyabi.Info, minor string) bool {
	for _, info := range found {
		if fmt.Sprintf("%d.%d", info.Major, info.Minor) == minor {
			return true
		}
	}
	return false
}
