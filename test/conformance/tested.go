package conformance

import (
	"slices"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// Place is where tests are run, as far as what they need is there.
type Place string

// The places: in both, in the long run alone, in none.
const (
	Test      Place = "`make test`"
	LongRun   Place = "`make conformance`"
	NotTested Place = "no"
)

// oldest is the minor version on which the packages can be installed.
const oldest = 8

// CPythonsTests says where CPython's own tests are run on a version.
func CPythonsTests(python pyabi.Info) Place {
	switch {
	case python.Hook() == pyabi.None:
		return NotTested
	case isRequired(python):
		return Test
	}
	return LongRun
}

// PackagesTests says where the packages' tests are run on a version.
func PackagesTests(python pyabi.Info) Place {
	switch {
	case python.Hook() == pyabi.None || !takesPackages(python):
		return NotTested
	case interpreters.Minor(python) == interpreters.Always:
		return Test
	}
	return LongRun
}

// isRequired says whether CPython's tests must end alike on a version.
func isRequired(python pyabi.Info) bool { return slices.Contains(required, minor(python)) }

// takesPackages says whether the packages can be installed on a version.
func takesPackages(python pyabi.Info) bool { return python.Major == 3 && python.Minor >= oldest }
