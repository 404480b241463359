package interpreters

import (
	"fmt"
	"slices"

	"tracer/internal/pyabi"
)

// oldest is the first version of CPython that the programs run on which tests write
// themselves.
var oldest = []int{3, 8}

// Minor is "3.14", or "3.14t" for a free-threaded one.
func Minor(python pyabi.Info) string {
	name := fmt.Sprintf("%d.%d", python.Major, python.Minor)
	if python.FreeThreaded {
		name += "t"
	}
	return name
}

// Each returns the first of each minor version and build, from 3.8 on.
func Each(found []pyabi.Info) []pyabi.Info {
	var all []pyabi.Info
	for _, python := range found {
		same := func(i pyabi.Info) bool { return Minor(i) == Minor(python) }
		if slices.Compare(version(python), oldest) >= 0 && !slices.ContainsFunc(all, same) {
			all = append(all, python)
		}
	}
	return all
}

// Kinds returns those of Each that are the oldest and the newest of a kind: a way in
// which the agent sees events, with and without a global lock.
func Kinds(found []pyabi.Info) []pyabi.Info {
	type kind struct {
		hook         pyabi.Hook
		freeThreaded bool
	}
	byKind := map[kind][]pyabi.Info{}
	each := Each(found)
	for _, python := range each {
		k := kind{python.Hook(), python.FreeThreaded}
		byKind[k] = append(byKind[k], python)
	}
	older := func(a, b pyabi.Info) int { return slices.Compare(version(a), version(b)) }
	return slices.DeleteFunc(each, func(i pyabi.Info) bool {
		same := byKind[kind{i.Hook(), i.FreeThreaded}]
		return older(i, slices.MinFunc(same, older)) != 0 && older(i, slices.MaxFunc(same, older)) != 0
	})
}

func version(python pyabi.Info) []int { return []int{python.Major, python.Minor} }
