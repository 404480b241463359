//go:build !race

package perfecthash

const underRace = false
