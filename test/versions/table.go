package versions

import (
	"fmt"
	"slices"
	"strings"

	"tracer/internal/pyabi"
	"tracer/test/conformance"
	"tracer/test/interpreters"
	"tracer/test/programs"
)

// tree is what the table is made of.
type tree struct {
	rows     []Row
	programs []programs.Program
	tests    map[Choice][]string
	required []string
}

func read(root string) (t tree, err error) {
	if t.rows, err = Rows(root); err != nil {
		return tree{}, err
	}
	if t.programs, err = programs.Read(root); err != nil {
		return tree{}, err
	}
	if t.tests, err = EndToEnd(root); err != nil {
		return tree{}, err
	}
	t.required, err = Required(root)
	return t, err
}

// Table returns what is tested on which version, in Markdown.
func Table(root string) (string, error) {
	t, err := read(root)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| version | hook | programs | compared | end-to-end tests | CPython's own tests | packages' tests | `.ci/run` |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|\n")
	for _, r := range t.rows {
		runs, compared := t.programsOn(r.Info)
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %s | %s | %s |\n", interpreters.Minor(r.Info), r.Hook(), runs, compared,
			t.testsOn(r.Info), conformance.CPythonsTests(r.Info), conformance.PackagesTests(r.Info), t.need(r.Info))
	}
	fmt.Fprintf(&b, "\nOf %d programs and %d end-to-end tests, which run\n\n", len(t.programs), t.count())
	for _, c := range choices {
		if names := t.tests[c]; len(names) > 0 {
			fmt.Fprintf(&b, "* %s: `%s`\n", c.text(), strings.Join(names, "`, `"))
		}
	}
	if names := t.tests[""]; len(names) > 0 {
		fmt.Fprintf(&b, "\nThese need no interpreter that they choose: `%s`.\n", strings.Join(names, "`, `"))
	}
	return b.String(), nil
}

// programsOn returns how many programs run on a version, and how many of these are
// compared with a reference.
func (t tree) programsOn(python pyabi.Info) (runs, compared int) {
	for _, p := range t.programs {
		if !p.RunsOn(python) {
			continue
		}
		runs++
		if len(p.Tools(python)) > 0 {
			compared++
		}
	}
	return runs, compared
}

// testsOn returns how many end-to-end tests run on a version where all versions are.
func (t tree) testsOn(python pyabi.Info) int {
	var all []pyabi.Info
	for _, r := range t.rows {
		all = append(all, r.Info)
	}
	n := 0
	for c, names := range t.tests {
		if slices.Contains(c.Of(all), python) {
			n += len(names)
		}
	}
	return n
}

// count returns how many end-to-end tests run a Python.
func (t tree) count() int {
	n := 0
	for _, c := range choices {
		n += len(t.tests[c])
	}
	return n
}

// need says whether .ci/run can do without a version.
func (t tree) need(python pyabi.Info) string {
	switch minor := interpreters.Minor(python); {
	case minor == interpreters.Always:
		return "fetched"
	case slices.Contains(t.required, minor):
		return "required"
	}
	return "if it is there"
}
