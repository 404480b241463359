package pyabi

import (
	"cmp"
	"slices"
	"sync"
)

// Find returns the interpreters of the PATH, of TestPythons, of the system's
// directories, of the version managers pyenv, uv, asdf and mise, and of conda; each
// once, by version. What cannot be started is left out.
func Find() []Info {
	var found []Info
	seen := map[string]bool{}
	for _, info := range probe(candidates()) {
		// Shims and links of one interpreter; virtual environments too: what
		// they have of their own is packages.
		key := realPath(info.Executable)
		if !seen[key] {
			seen[key] = true
			found = append(found, info)
		}
	}
	slices.SortStableFunc(found, func(a, b Info) int {
		threaded := map[bool]int{true: 1}
		return cmp.Or(a.Major-b.Major, a.Minor-b.Minor, threaded[a.FreeThreaded]-threaded[b.FreeThreaded])
	})
	return found
}

// Environments returns the interpreters of the virtual environments that are active
// and of those in the current directory (.venv, venv). Find knows the same
// interpreters without them.
func Environments() []Info {
	var found []Info
	for _, info := range probe(environments()) {
		if !slices.ContainsFunc(found, func(i Info) bool { return i.Executable == info.Executable }) {
			found = append(found, info)
		}
	}
	return found
}

// probe asks all files, some at a time, and returns in their order who answers.
func probe(places []place) []Info {
	infos := make([]*Info, len(places))
	var group sync.WaitGroup
	limit := make(chan struct{}, 4) // processes at a time
	for at, p := range places {
		group.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			if info, err := Probe(p.path); err == nil {
				info.Where = p.where
				infos[at] = &info
			}
		})
	}
	group.Wait()
	var found []Info
	for _, info := range infos {
		if info != nil {
			found = append(found, *info)
		}
	}
	return found
}
