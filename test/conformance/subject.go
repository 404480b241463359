package conformance

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"tracer/internal/pyabi"
)

// Required are the versions on which CPython's tests must end alike.
var required = []string{"3.8", "3.11", "3.12", "3.13", "3.14"}

// Subject is an interpreter and CPython's tests for it.
type Subject struct {
	pyabi.Info
	Suite string      // the directory of the package test
	Lent  *pyabi.Info // whose package it is, if not its own
	has   func(string) bool
}

// suiteOf returns the directory of an interpreter's package test.
func suiteOf(python pyabi.Info) (string, error) {
	// An import of test.support shows that it is more than the empty package that
	// some distributions leave.
	cmd := exec.Command(python.Executable, "-E", "-s", "-c", "import test.support, os; print(os.path.dirname(test.__file__))")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s comes without the package test", python)
	}
	dir := string(bytes.TrimSpace(out))
	if _, err := os.Stat(filepath.Join(dir, "test_generators.py")); err != nil {
		return "", fmt.Errorf("%s comes without the tests in the package test", python)
	}
	return dir, nil
}

// subjects returns the interpreters to test, one of each version unless all are
// wanted, and says what is left out and why. One without tests gets those of
// another of its version, or of the version nearest to it: an older version's tests
// may fail on it, traced as untraced.
func subjects(found []pyabi.Info, all bool) (chosen []Subject, left []string) {
	var without []pyabi.Info
	taken := map[string]bool{}
	var have []Subject
	for _, python := range found {
		dir, err := suiteOf(python)
		if err != nil {
			without = append(without, python)
			continue
		}
		have = append(have, newSubject(python, dir, nil))
	}
	for _, s := range have {
		if !all && (taken[minor(s.Info)] || !isRequired(s.Info)) {
			left = append(left, fmt.Sprintf("%s: only in the long run", s.Info))
			continue
		}
		taken[minor(s.Info)] = true
		chosen = append(chosen, s)
	}
	for _, python := range without {
		lender := nearest(have, python)
		switch {
		case lender == nil:
			left = append(left, fmt.Sprintf("%s: it comes without tests, and no other can lend it some", python))
		case !all && taken[minor(python)]:
			left = append(left, fmt.Sprintf("%s: it comes without tests, those of %s run on that itself", python, lender.Info))
		default:
			taken[minor(python)] = true
			chosen = append(chosen, newSubject(python, lender.Suite, &lender.Info))
		}
	}
	return chosen, left
}

func newSubject(python pyabi.Info, suite string, lent *pyabi.Info) Subject {
	return Subject{python, suite, lent, func(module string) bool {
		_, err1 := os.Stat(filepath.Join(suite, module+".py"))
		_, err2 := os.Stat(filepath.Join(suite, module, "__init__.py"))
		return err1 == nil || err2 == nil
	}}
}

// nearest returns the subject whose tests suit the interpreter best: of its own
// version, else the newest older one of the same major version.
func nearest(have []Subject, python pyabi.Info) *Subject {
	var best *Subject
	for i := range have {
		s := &have[i]
		if s.Major != python.Major || s.Minor > python.Minor || python.Minor-s.Minor > 1 {
			continue
		}
		if best == nil || s.Minor > best.Minor {
			best = s
		}
	}
	return best
}

// lend makes a directory that gives a Python the lent package test when it
// is in its path, and returns the environment for that.
func (s Subject) lend(dir string) ([]string, error) {
	if s.Lent == nil {
		return nil, nil
	}
	if err := os.Symlink(s.Suite, filepath.Join(dir, "test")); err != nil {
		return nil, fmt.Errorf("lend %s tests: %w", s.Info, err)
	}
	return []string{"PYTHONPATH=" + dir}, nil
}

// imports reports whether a lent module can be imported: it may use what its own
// version alone has.
func (s Subject) imports(ctx context.Context, module string, env []string) bool {
	cmd := exec.CommandContext(ctx, s.Executable, "-c", "import test."+module)
	cmd.Env = append(os.Environ(), env...)
	return cmd.Run() == nil
}
