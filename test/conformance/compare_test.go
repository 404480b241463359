package conformance

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tracer/internal/pyabi"
)

func TestReadOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		want       Outcomes
		started    int
		unfinished string
		passed     bool
	}{
		"all is well": {
			`{"start": "a"}` + "\n" + `{"end": "a", "outcome": "ok", "reason": ""}`,
			Outcomes{"a": "ok"}, 1, "", true,
		},
		"subtests that fail alike and otherwise": {
			`{"start": "a"}` + "\n" + `{"end": "a", "outcome": "FAIL", "reason": "AssertionError"}` + "\n" +
				`{"end": "a", "outcome": "FAIL", "reason": "AssertionError"}` + "\n" + `{"end": "a", "outcome": "ERROR", "reason": "KeyError"}`,
			Outcomes{"a": "ERROR: KeyError, FAIL: AssertionError"}, 1, "", false,
		},
		"a reason with an address": {
			`{"end": "a", "outcome": "skipped", "reason": "no <x at 0x7f12ab34cd>"}`,
			Outcomes{"a": "skipped: no <x at 0x…>"}, 0, "", true,
		},
		"a test that did not end": {
			`{"start": "a"}` + "\n" + `{"end": "a", "outcome": "ok"}` + "\n" + `{"start": "b"}`,
			Outcomes{"a": "ok"}, 2, "b", true,
		},
	} {
		path := filepath.Join(t.TempDir(), "outcomes")
		if err := os.WriteFile(path, []byte(c.text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		got, started, unfinished, err := readOutcomes(path)
		if err != nil || started != c.started || unfinished != c.unfinished || len(got) != len(c.want) || got.passed() != c.passed {
			t.Errorf("%s: %v, %d began, %q did not end, %v", name, got, started, unfinished, err)
		}
		for test, outcome := range c.want {
			if got[test] != outcome {
				t.Errorf("%s: %q, expected %q", name, got[test], outcome)
			}
		}
	}
	if got, started, _, err := readOutcomes(filepath.Join(t.TempDir(), "none")); err != nil || len(got) != 0 || started != 0 {
		t.Errorf("without a file: %v, %v", got, err)
	}
}

// runOf is a run with one test, and the status that goes with it.
func runOf(outcome string) *Run {
	r := &Run{Outcomes: Outcomes{"m.T.test": outcome}, Started: 1}
	if !r.Outcomes.passed() {
		r.Status = 1
	}
	return r
}

func runsOf(outcomes ...string) []*Run {
	var runs []*Run
	for _, o := range outcomes {
		runs = append(runs, runOf(o))
	}
	return runs
}

func TestCompare(t *testing.T) {
	crashed := runOf("ok")
	crashed.Status = -11
	odd := runOf("ok")
	odd.Status = 3
	for name, c := range map[string]struct {
		untraced, traced []*Run
		differ, unsteady []string
	}{
		"alike":                          {runsOf("ok"), runsOf("ok"), nil, nil},
		"fail alike":                     {runsOf("FAIL: KeyError"), runsOf("FAIL: KeyError"), nil, nil},
		"fails only traced":              {runsOf("ok", "ok"), runsOf("FAIL: KeyError", "FAIL: KeyError"), []string{"m.T.test"}, nil},
		"fails otherwise":                {runsOf("FAIL: KeyError"), runsOf("FAIL: TypeError"), []string{"m.T.test"}, nil},
		"is skipped only traced":         {runsOf("ok"), runsOf("skipped: no room"), []string{"m.T.test"}, nil},
		"fails once, traced":             {runsOf("ok", "ok"), runsOf("FAIL: KeyError", "ok"), nil, []string{"m.T.test"}},
		"fails at times in both":         {runsOf("FAIL: KeyError", "ok"), runsOf("ok", "FAIL: KeyError"), nil, []string{"m.T.test"}},
		"passes, and dies at its end":    {runsOf("ok"), []*Run{crashed}, []string{exitStatus}, nil},
		"passes, and ends with a 3":      {runsOf("ok"), []*Run{odd}, []string{exitStatus}, nil},
		"is not run":                     {runsOf("ok"), []*Run{{Outcomes: Outcomes{}}}, []string{"m.T.test"}, nil},
		"does not end":                   {runsOf("ok"), []*Run{{Outcomes: Outcomes{"m.T.test": "ok"}, Hung: true, Unfinished: "m.T.b"}}, []string{theEnd}, nil},
		"no traced run is like untraced": {runsOf("ok", "FAIL: KeyError"), runsOf("ERROR: OSError", "ERROR: OSError"), []string{"m.T.test"}, nil},
	} {
		v := compare(c.untraced, c.traced)
		if !slices.Equal(testsOf(v.Differences), c.differ) || !slices.Equal(testsOf(v.Unsteady), c.unsteady) {
			t.Errorf("%s: differ %v, unsteady %v", name, v.Differences, v.Unsteady)
		}
	}
}

func testsOf(differences []Difference) []string {
	var names []string
	for _, d := range differences {
		names = append(names, d.Test)
	}
	return names
}

func TestExplain(t *testing.T) {
	v := compare(runsOf("ok"), runsOf("FAIL: KeyError"))
	for name, c := range map[string]struct {
		known       []Known
		left, stale []string
	}{
		"nothing is known":        {nil, []string{"m.T.test"}, nil},
		"it is known":             {[]Known{{Tests: []string{"T.test"}}}, nil, nil},
		"known by a pattern":      {[]Known{{Tests: []string{"T.*"}}}, nil, nil},
		"another is known":        {[]Known{{Tests: []string{"T.other"}}}, []string{"m.T.test"}, []string{"T.other"}},
		"another at times":        {[]Known{{Tests: []string{"T.other"}, Sometimes: true}}, []string{"m.T.test"}, nil},
		"both, one of them stale": {[]Known{{Tests: []string{"T.test", "T.other"}}}, nil, []string{"T.other"}},
		"one that is not run":     {[]Known{{Tests: []string{"T.other"}, NotRun: true}}, []string{"m.T.test"}, nil},
	} {
		left, stale := explain(c.known, "m.", v)
		if !slices.Equal(testsOf(left), c.left) || !slices.Equal(stale, c.stale) {
			t.Errorf("%s: left %v, stale %v", name, left, stale)
		}
	}
}

// Each entry names a module that is run, and versions as minor writes them.
func TestKnownDifferencesAreOfWhatIsRun(t *testing.T) {
	known, err := readKnown("known.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(known) < 5 {
		t.Errorf("%d entries: the file is not read", len(known))
	}
	run := map[string]bool{}
	for _, m := range modules {
		run[m.name] = true
	}
	for _, s := range suites {
		run[s.name] = true
	}
	for _, k := range known {
		if !run[k.Module] {
			t.Errorf("known.json names %s, which is not run", k.Module)
		}
	}
	python := pyabi.Info{Major: 3, Minor: 14, FreeThreaded: true}
	if minor(python) != "3.14t" {
		t.Errorf("unexpected %q", minor(python))
	}
}
