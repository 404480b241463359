package doctor

import (
	"errors"
	"testing"

	"tracer/internal/pyabi"
)

func TestWhatIsSaidOfInterpreters(t *testing.T) {
	const unasked, asked = false, true
	python := func(implementation string, major, minor int, flags ...string) pyabi.Info {
		i := pyabi.Info{Path: "/p", Executable: "/p", Implementation: implementation, Major: major, Minor: minor, Version: "x"}
		for _, flag := range flags {
			i.FreeThreaded = i.FreeThreaded || flag == "t"
			i.Debug = i.Debug || flag == "d"
			i.Binary.Static = i.Binary.Static || flag == "static"
			if flag == "386" {
				i.Binary.CPU = flag
			}
		}
		return i
	}
	good := &Trial{Recorded: true, Events: 9}
	for _, tt := range []struct {
		name   string
		info   pyabi.Info
		asked  bool
		trial  *Trial
		state  State
		hook   pyabi.Hook
		text   string
		remedy bool
	}{
		{"recorded", python("cpython", 3, 14), unasked, good, OK, pyabi.Monitoring, "recorded", false},
		{"with what it costs", python("cpython", 3, 8), unasked, &Trial{Recorded: true, LineNS: 23.4, CallNS: 7.25}, OK, pyabi.TraceFunctions, "recorded, 23 ns a line, 7.2 ns a call", false},
		{"not tried", python("cpython", 3, 14, "t"), unasked, nil, OK, pyabi.Monitoring, "not tried", false},
		{"refused", python("cpython", 3, 14, "d"), unasked, &Trial{Refused: "the layout is another"}, Problem, pyabi.Monitoring, "refused: the layout is another", true},
		{"failed", python("cpython", 2, 7), unasked, &Trial{Problem: "the trace has 3 hits of a line, expected 100"}, Problem, pyabi.TraceFunctions, "the trace has 3 hits of a line, expected 100", true},
		{"too old, among others", python("cpython", 3, 5), unasked, nil, Note, pyabi.None, "cannot be traced: it is too old: CPython 2.7 and 3.6 to 3.15 can", false},
		{"too old, and asked for", python("cpython", 3, 5), asked, nil, Problem, pyabi.None, "cannot be traced: it is too old: CPython 2.7 and 3.6 to 3.15 can", true},
		{"too new", python("cpython", 3, 16), asked, nil, Problem, pyabi.None, "cannot be traced: it is newer than this tracer, which knows CPython up to 3.15", true},
		{"PyPy", python("pypy", 3, 10), unasked, nil, Note, pyabi.None, "cannot be traced: it is no CPython, whose events and structures the agent works with", false},
		{"of another CPU", python("cpython", 3, 12, "386"), unasked, nil, Note, pyabi.Monitoring, "cannot be traced: it is built for 386, and the agent for amd64", false},
		{"static", python("cpython", 3, 12, "static"), unasked, nil, Note, pyabi.Monitoring, "cannot be traced: it is linked statically, so it cannot load the agent", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := machine("workstation")
			f.Pythons = []PythonFacts{{Info: tt.info, Asked: tt.asked, Trial: tt.trial}}
			r := Examine(f)
			p := r.Pythons[0]
			if p.State != tt.state || p.Hook != tt.hook || p.Text != tt.text || (p.Remedy != "") != tt.remedy {
				t.Errorf("got %+v", p)
			}
			if r.Works != (tt.state == OK) {
				t.Errorf("works %v: %s", r.Works, r.Verdict)
			}
		})
	}
}

func TestVerdicts(t *testing.T) {
	info := machine("workstation").Pythons[0]
	refused := info
	refused.Trial = &Trial{Refused: "no"}
	mute := PythonFacts{Info: pyabi.Info{Path: "/bin/ls"}, Asked: true, Err: errors.New("exit status 2")}
	for _, tt := range []struct {
		want    string
		pythons []PythonFacts
		change  func(f *Facts)
	}{
		{"Python programs can be traced here, with the one interpreter.", []PythonFacts{info}, nil},
		{"Python programs can be traced here, with all 2 interpreters.", []PythonFacts{info, info}, nil},
		{"Python programs can be traced here, with 1 of 3 interpreters: 2 problems.", []PythonFacts{info, refused, mute}, nil},
		{"None of 2 interpreters can be traced: 2 problems.", []PythonFacts{refused, mute}, nil},
		{"This interpreter cannot be traced: 1 problem, 1 note.", []PythonFacts{refused}, func(f *Facts) { f.Disk.Mode = 0o777 }},
		{"Python programs can be traced here, with the one interpreter, as far as can be seen without trying.", []PythonFacts{info}, func(f *Facts) { f.Quick = true }},
		{"Nothing can be recorded here as it is: 1 problem.", []PythonFacts{info}, func(f *Facts) { f.OS = "darwin" }},
	} {
		f := machine("workstation")
		f.Pythons = tt.pythons
		if tt.change != nil {
			tt.change(f)
		}
		if got := Examine(f).Verdict; got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestListsOfProcessors(t *testing.T) {
	for list, want := range map[string]int{"0": 1, "0-3": 4, "2,4-9": 7, "0-1, 8": 3, "": 0, "x": 0, "3-1": 0, "0-": 0} {
		if got := allowed(list); got != want {
			t.Errorf("%q: %d, want %d", list, got, want)
		}
	}
}
