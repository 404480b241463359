// Package readers provides the programs that exports are made for, so that tests see what
// these make of them. They come from package registries, by the ordinary clients, and stay in the
// user's cache directory.
package readers
