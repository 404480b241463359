// Package e2e runs real programs in real interpreters under bin/tracer, and
// compares: their output and exit status with an untraced run, what was recorded
// with counts that Python's own means give.
package e2e
