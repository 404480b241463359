package stringtable

// units returns what this CPU has, the best last. Every arm64 CPU that Go runs on has NEON.
func units() []unit { return []unit{generic, neon} }

// fitsWide returns a bit for each slot of a leaf with room for 8 or 16 slots that fits the first 8 bytes of s.
func fitsWide(leaf node, s string) uint32 { return fitsNEON(leaf, load(s)) }

//go:noescape
func fitsNEON(leaf node, chunk uint64) uint32

// findWide is not called: no unit here does the whole.
func findWide(*Table, node, string) int { return -1 }
