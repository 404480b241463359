package scratch

import (
	"fmt"
	"slices"

	"tracer/internal/pyabi"
)

// Kinds are the interpreters that have parts of their own, in which nothing is
// installed into them. They are in the order of their versions.
type Kinds struct {
	Older    []pyabi.Info // traced by trace functions
	Threaded []pyabi.Info // free-threaded
}

// olderMinors are the versions 3.x among the older ones that are to be there.
var olderMinors = []int{8, 9, 10, 11}

// Split sorts the interpreters at these paths: those of a kind, and the paths of
// the others.
func Split(paths []string) (k Kinds, others []string, err error) {
	for _, path := range paths {
		info, err := pyabi.Probe(path)
		if err != nil {
			return Kinds{}, nil, fmt.Errorf("find interpreter: %w", err)
		}
		if !k.take(info) {
			others = append(others, path)
		}
	}
	return k, others, nil
}

// take reports whether the interpreter is of a kind; if so it is in k now.
func (k *Kinds) take(info pyabi.Info) bool {
	switch {
	case info.Hook() == pyabi.TraceFunctions:
		k.Older = append(k.Older, info)
	case info.FreeThreaded && info.Supported() == nil:
		k.Threaded = append(k.Threaded, info)
	default:
		return false
	}
	return true
}

// Fill takes one of each version for a kind that has none yet, and says what is
// missing.
func (k *Kinds) Fill(all []pyabi.Info) (notes []string) {
	var found Kinds
	for _, info := range all {
		if !info.Debug {
			found.take(info)
		}
	}
	if len(k.Older) == 0 {
		k.Older = oneOfEach(found.Older)
		for _, minor := range olderMinors {
			if !slices.ContainsFunc(k.Older, func(i pyabi.Info) bool { return i.Major == 3 && i.Minor == minor }) {
				notes = append(notes, fmt.Sprintf("there is no CPython 3.%d on this machine: it is left out", minor))
			}
		}
	}
	if len(k.Threaded) == 0 {
		if k.Threaded = oneOfEach(found.Threaded); len(k.Threaded) == 0 {
			notes = append(notes, "there is no free-threaded CPython on this machine (-python or "+pyabi.TestPythons+" names one): threads in parallel are left out")
		}
	}
	return notes
}

func oneOfEach(sorted []pyabi.Info) []pyabi.Info {
	return slices.CompactFunc(sorted, func(a, b pyabi.Info) bool { return a.Major == b.Major && a.Minor == b.Minor })
}
