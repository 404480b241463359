// Package store is a trace as a directory: where traces live, what their files
// are called, how they are created, found, locked and removed. It knows names and
// permissions, not meaning: package wire knows the bytes, package trace what they
// say.
//
// A trace is private to its user (directories 0700, files 0600) and is never
// overwritten. No symbolic link is followed inside one.
package store
