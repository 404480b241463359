//go:build !linux

package sys

// WithVariable is not there on this system.
func WithVariable(variable string) []int { return nil }

// Program is not there on this system.
func Program(pid int) string { return "" }
