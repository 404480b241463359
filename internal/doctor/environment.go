package doctor

import (
	"path"
	"slices"
	"strings"
)

// examineEnvironment looks at variables that Pythons, the loader or tools look at.
func examineEnvironment(f *Facts) []Check {
	var checks []Check
	say := func(name, text, remedy string) {
		state := Note
		if remedy == "" {
			state = OK
		}
		checks = append(checks, Check{Name: name, State: state, Text: text, Remedy: remedy, Detail: remedy == ""})
	}
	if value, ok := f.env("PYTHONHOME"); ok && value != "" {
		say("PYTHONHOME", "PYTHONHOME is "+f.short(value)+": every Python takes its standard library from there, of whatever version", "unset PYTHONHOME, unless it is meant")
	}
	if value, ok := f.env("PYTHONPATH"); ok && value != "" {
		text := "PYTHONPATH is set: traced programs find it as it is"
		if dir := f.ownCustom(value); dir != "" {
			text = "PYTHONPATH has a sitecustomize of its own in " + f.short(dir) + ": it runs, after the agent has started"
		}
		say("PYTHONPATH", text, "")
	}
	for _, name := range []string{"PYTHONSAFEPATH", "PYTHONNOUSERSITE", "PYTHONDONTWRITEBYTECODE"} {
		if value, ok := f.env(name); ok && value != "" {
			say(name, name+" is set: it does not keep the loader out", "")
		}
	}
	if _, ok := f.env("TRACER_DIR"); ok {
		say("TRACER_DIR", "this runs inside a program that is traced already", "")
	}
	for _, name := range []string{"COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"} {
		if value, ok := f.env(name); ok && value != "" {
			say(name, name+" starts coverage in Pythons: it goes on working beside the tracer", "times include it; unset "+name+" to trace without it")
		}
	}
	if names := f.variables("TRACER_", "TRACER_DIR", "TRACER_AGENT", "TRACER_PYTHONPATH", "TRACER_PARENT"); len(names) > 0 {
		say("TRACER_*", "set for tracer: "+strings.Join(names, ", "), "")
	}
	say("options", "Pythons that are started with -I, -E or -S do not load the agent, and run untraced", "")
	return in(Environment, checks...)
}

// ownCustom returns the first directory of a search path that has a sitecustomize.
func (f *Facts) ownCustom(search string) string {
	for _, dir := range strings.Split(search, ":") {
		if path.IsAbs(dir) && f.text(path.Join(dir, "sitecustomize.py")) != "" {
			return dir
		}
	}
	return ""
}

// variables returns the names that begin so, but for some.
func (f *Facts) variables(prefix string, but ...string) []string {
	var names []string
	for _, entry := range f.Env {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, prefix) && !slices.Contains(but, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
