// Package versions says what is tested on which version of CPython, out of what the
// tests themselves run by: the agent's table of versions, the programs, the choices
// of the end-to-end tests, what must be there. docs/python-versions.md shows it.
package versions
