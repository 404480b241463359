// Package interpreters provides the Pythons that tests run on: one that is
// fetched, and those of the machine.
package interpreters
