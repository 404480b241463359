package scratch

import (
	"fmt"
	"slices"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// minors are the versions 3.x that are measured.
var minors = []int{13, 14}

// Find returns the interpreters to measure: those of the paths, or, without
// any, one of each version that counts. For 3.14 that is the one that the tests
// fetch, an optimised build that is the same everywhere. What is missing is said
// in the notes.
func Find(paths []string) (found []pyabi.Info, notes []string, err error) {
	for _, path := range paths {
		info, err := pyabi.Probe(path)
		if err == nil {
			err = info.Supported()
		}
		if err != nil {
			return nil, nil, fmt.Errorf("find interpreter: %w", err)
		}
		found = append(found, info)
	}
	if len(paths) > 0 {
		return found, nil, nil
	}
	all := pyabi.Find()
	if path, err := interpreters.Embedded(); err != nil {
		notes = append(notes, err.Error())
	} else if info, err := pyabi.Probe(path); err != nil {
		notes = append(notes, err.Error())
	} else {
		all = append([]pyabi.Info{info}, all...)
	}
	for _, minor := range minors {
		at := slices.IndexFunc(all, func(i pyabi.Info) bool {
			return i.Major == 3 && i.Minor == minor && !i.FreeThreaded && i.Supported() == nil
		})
		if at < 0 {
			notes = append(notes, fmt.Sprintf("there is no CPython 3.%d on this machine: it is left out", minor))
			continue
		}
		found = append(found, all[at])
	}
	if len(found) == 0 {
		return nil, notes, fmt.Errorf("find interpreters: there is none to measure, name one with -python")
	}
	return found, notes, nil
}
