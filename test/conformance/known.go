package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"slices"

	"tracer/internal/pyabi"
)

// Known is an entry of known.json: tests whose outcome is another when they are
// traced, and why that is right or cannot be helped.
type Known struct {
	Module    string   // of CPython's tests, or a package
	Tests     []string // patterns of path.Match, without the module's name
	Pythons   []string // "3.12", "3.14t"; empty: all
	Reason    string
	AnyTool   bool // it is so beside any tool, which is checked with one that does nothing
	NotRun    bool // they are not run at all, and named in full
	Sometimes bool // depends on the machine: that they do not differ is no news
}

func readKnown(file string) ([]Known, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read known differences: %w", err)
	}
	var all []Known
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read known differences: %s: %w", file, err)
	}
	for i, k := range all {
		if k.Module == "" || k.Reason == "" || len(k.Tests) == 0 {
			return nil, fmt.Errorf("read known differences: %s: entry %d names no module, no test or no reason", file, i)
		}
		for _, pattern := range k.Tests {
			if _, err := path.Match(pattern, ""); err != nil {
				return nil, fmt.Errorf("read known differences: %s: %s: %q: %w", file, k.Module, pattern, err)
			}
		}
	}
	return all, nil
}

// about returns the entries that hold for a program on an interpreter.
func about(all []Known, module string, python pyabi.Info) []Known {
	var of []Known
	for _, k := range all {
		if k.Module == module && (len(k.Pythons) == 0 || slices.Contains(k.Pythons, minor(python))) {
			of = append(of, k)
		}
	}
	return of
}

// known returns the entries that hold for a module on the interpreter. With another
// version's tests it may be as with that version, or as with its own.
func (s Subject) known(all []Known, module string) []Known {
	if s.Lent == nil {
		return about(all, module, s.Info)
	}
	both := append(about(all, module, s.Info), about(all, module, *s.Lent)...)
	for i := range both {
		both[i].Sometimes = true
	}
	return both
}

// minor is "3.14", or "3.14t" for a free-threaded one.
func minor(python pyabi.Info) string {
	name := fmt.Sprintf("%d.%d", python.Major, python.Minor)
	if python.FreeThreaded {
		name += "t"
	}
	return name
}

// explains reports whether an entry is about a test, whose module's name is prefix.
func (k Known) explains(prefix, test string) bool {
	return slices.ContainsFunc(k.Tests, func(pattern string) bool {
		ok, _ := path.Match(prefix+pattern, test) // readKnown has looked at the patterns
		return ok
	})
}

// notRun returns the names of the tests that are to be left out.
func notRun(known []Known, prefix string) []string {
	var names []string
	for _, k := range known {
		for _, test := range k.Tests {
			if k.NotRun {
				names = append(names, prefix+test)
			}
		}
	}
	return names
}

// explain takes what is known out of the differences, and returns what is left,
// and the patterns that found nothing though the tests ran.
func explain(known []Known, prefix string, v Verdict) (left []Difference, stale []string) {
	isKnown := func(d Difference) bool {
		return slices.ContainsFunc(known, func(k Known) bool { return k.explains(prefix, d.Test) })
	}
	left = slices.DeleteFunc(slices.Clone(v.Differences), isKnown)
	differ := slices.Concat(v.Differences, v.Unsteady)
	for _, k := range known {
		for _, pattern := range k.Tests {
			one := Known{Tests: []string{pattern}}
			if !k.Sometimes && !k.NotRun && !slices.ContainsFunc(differ, func(d Difference) bool { return one.explains(prefix, d.Test) }) {
				stale = append(stale, pattern)
			}
		}
	}
	return left, stale
}
