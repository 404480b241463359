package doctor

import (
	"errors"
	"fmt"
	"strings"

	"tracer/internal/pyabi"
)

// Python is what was found of an interpreter.
type Python struct {
	Name           string     `json:"name"` // for people: CPython 3.14.6
	Path           string     `json:"path"` // how it was met
	Executable     string     `json:"executable"`
	Where          string     `json:"where"` // the place it was met in, "" if it was asked for
	Default        bool       `json:"default"`
	Implementation string     `json:"implementation"`
	Version        string     `json:"version"`
	FreeThreaded   bool       `json:"free_threaded"`
	Debug          bool       `json:"debug"`
	CPU            string     `json:"cpu"`
	Libc           string     `json:"libc"`
	Hook           pyabi.Hook `json:"hook"` // how it can be traced, "" if it cannot
	State          State      `json:"state"`
	Text           string     `json:"text"`
	Remedy         string     `json:"remedy"`
	Trial          *Trial     `json:"trial"` // null: there was none
}

// another is the remedy for an interpreter that cannot be traced.
const another = "choose another Python with --python"

func examinePythons(f *Facts) []Python {
	all := []Python{}
	for i := range f.Pythons {
		p := &f.Pythons[i]
		row := Python{
			Name: p.String(), Path: p.Path, Executable: p.Executable, Where: p.Where, Default: p.Default,
			Implementation: p.Implementation, Version: p.Version, FreeThreaded: p.FreeThreaded, Debug: p.Debug,
			CPU: p.Binary.CPU, Libc: p.Binary.Libc, Trial: p.Trial,
		}
		if p.Err != nil {
			row.Name = "unknown"
		} else {
			row.Hook = p.Hook()
		}
		row.State, row.Text, row.Remedy = f.judge(p)
		all = append(all, row)
	}
	return all
}

// judge says how an interpreter is.
func (f *Facts) judge(p *PythonFacts) (state State, text, remedy string) {
	var unfit string
	if p.Err != nil {
		cause := p.Err
		if inner := errors.Unwrap(cause); inner != nil {
			cause = inner // the row has the path already
		}
		return Problem, "does not answer as a Python does: " + cause.Error(), "name the file of an interpreter, or a command on the PATH"
	}
	switch e, ok := p.Supported().(*pyabi.UnsupportedError); {
	case ok:
		unfit = e.Why()
	case p.Binary.Static:
		unfit = "it is linked statically, so it cannot load the agent"
	case p.Binary.CPU != "" && p.Binary.CPU != f.Arch && f.OS == "linux":
		unfit = fmt.Sprintf("it is built for %s, and the agent for %s", p.Binary.CPU, f.Arch)
	}
	if unfit != "" {
		state = Note // one of many
		if p.Asked || p.Default {
			state, remedy = Problem, another
		}
		return state, "cannot be traced: " + unfit, remedy
	}
	switch {
	case f.OS != "linux":
		return Note, "can be traced on Linux", ""
	case p.Trial == nil:
		return OK, "not tried", ""
	case p.Trial.Refused != "":
		remedy = another
		if p.Debug {
			remedy = "choose a build without --with-pydebug"
		}
		return Problem, "refused: " + p.Trial.Refused, remedy
	case !p.Trial.Recorded:
		return Problem, p.Trial.Problem, another + ", and report this with tracer doctor --format json"
	}
	return OK, p.Trial.result(), ""
}

// result is what a trial that went well has shown.
func (t *Trial) result() string {
	if t.LineNS > 0 {
		return fmt.Sprintf("recorded, %s a line, %s a call", ns(t.LineNS), ns(t.CallNS))
	}
	return "recorded"
}

// noPython says what is missing where no interpreter was found at all.
func noPython(f *Facts) []Check {
	if len(f.Pythons) > 0 {
		return nil
	}
	return in(Pythons, Check{Name: "none", State: Problem, Fatal: true, Text: "no Python was found, on the PATH or elsewhere",
		Remedy: "install one, or name one: tracer doctor /path/to/python"})
}

// tools tells of other tools in the Pythons, each in a line.
func tools(pythons []PythonFacts) []Check {
	type kind struct{ name, what string }
	var kinds []kind
	users := map[kind][]string{}
	add := func(k kind, p *PythonFacts) {
		if users[k] == nil {
			kinds = append(kinds, k)
		}
		users[k] = append(users[k], p.String())
	}
	for i := range pythons {
		p := &pythons[i]
		if p.Trial == nil {
			continue
		}
		for _, t := range p.Trial.Tools {
			add(kind{t.Name, t.What}, p)
		}
		if p.Trial.Custom != "" {
			add(kind{p.Trial.Custom, "sitecustomize"}, p)
		}
	}
	var checks []Check
	for _, k := range kinds {
		where := strings.Join(users[k], ", ")
		if k.what == "sitecustomize" {
			checks = append(checks, Check{Name: "sitecustomize", State: OK, Detail: true, Text: k.name + " runs in " + where + " as it does without tracer"})
			continue
		}
		checks = append(checks, Check{Name: k.name, State: Note,
			Text:   fmt.Sprintf("%s is at work in each program of %s before it begins (%s)", k.name, where, k.what),
			Remedy: "it goes on working beside the tracer, and times include it; switch it off to trace without it"})
	}
	return in(Environment, checks...)
}
