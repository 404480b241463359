package doctor

import "fmt"

// examineLibrary looks at what goes into traced processes.
func examineLibrary(f *Facts) []Check {
	l := &f.Library
	if f.OS != "linux" {
		return nil // there is none for it
	}
	const again = "build it with make and keep bin/lib beside bin/tracer, install tracer again, or set TRACER_LIB to the directory that has it"
	switch {
	case l.Err != nil:
		return in(Installation, Check{Name: "agent", State: Problem, Fatal: true, Text: l.Err.Error(), Remedy: again})
	case l.CPU != "" && l.CPU != f.Arch:
		return in(Installation, Check{Name: "agent", State: Problem, Fatal: true,
			Text: fmt.Sprintf("%s is built for %s, and this tracer for %s", f.short(l.Agent), l.CPU, f.Arch), Remedy: again})
	}
	return in(Installation, Check{Name: "agent", State: OK, Text: "agent " + f.short(l.Agent)},
		Check{Name: "loader", State: OK, Detail: true, Text: "loader " + f.short(l.Loader)})
}
