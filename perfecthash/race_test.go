//go:build race

package perfecthash

// underRace says that the race detector, which makes all ten times slower, looks on.
const underRace = true
