// Package conformance shows that a traced program behaves as an untraced one, on
// programs that nobody here wrote: CPython's own test modules and the test suites
// of packages. Each runs alone and traced, and what becomes of each of its tests is
// compared. docs/conformance.md says what is run where, and what differs and why.
//
// A test module runs under outcomes.py, a package's under pytest with
// pytest_outcomes.py, which write one line of JSON for each test that starts or ends.
package conformance
