// Package doctor says whether Python programs can be traced here, how, and what is in
// the way: for each thing that matters a check, and for each problem its remedy.
//
// Collect looks at the machine and answers with Facts; Examine makes a Report of them
// and looks at nothing else. So what is said of a machine can be tested without it.
package doctor

// State is how a thing is.
type State string

// The states.
const (
	OK      State = "ok"
	Note    State = "note"    // tracing works; there is something to know
	Problem State = "problem" // something does not work, or not as it should
)

// Area is what a check is about.
type Area string

// The areas, in the order in which they are shown.
const (
	Pythons      Area = "pythons"
	Installation Area = "installation"
	Clock        Area = "clock"
	Kernel       Area = "kernel"
	Disk         Area = "disk"
	Environment  Area = "environment"
)

// Areas are all areas in their order.
func Areas() []Area { return []Area{Pythons, Installation, Clock, Kernel, Disk, Environment} }

// Check is what was found of one thing.
type Check struct {
	Area   Area   `json:"area"`
	Name   string `json:"name"` // of the thing: the same on all machines
	State  State  `json:"state"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"` // what to do about it, "" if nothing need be done
	Fatal  bool   `json:"fatal"`  // nothing can be recorded as long as it is so
	Detail bool   `json:"detail"` // of interest to those who want to know more
}

// Report is all that was found.
type Report struct {
	Works   bool     `json:"works"` // programs can be traced, with some Python
	Verdict string   `json:"verdict"`
	Pythons []Python `json:"pythons"`
	Checks  []Check  `json:"checks"`
}

// Examine makes a report of the facts.
func Examine(f *Facts) *Report {
	r := &Report{Pythons: examinePythons(f), Checks: []Check{}}
	for _, checks := range [][]Check{
		noPython(f), tools(f.Pythons), examineLibrary(f), examineClock(f), examineSystem(f), examineProcessors(f),
		examineLimits(f), examineMemory(f), examineGuards(f), examineDisk(f), examineEnvironment(f),
	} {
		r.Checks = append(r.Checks, checks...)
	}
	r.conclude(!f.Quick)
	return r
}

// in gives checks their area.
func in(area Area, checks ...Check) []Check {
	for i := range checks {
		checks[i].Area = area
	}
	return checks
}
