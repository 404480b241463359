package segment

// The places of a thread repeat each other: what follows the last few is mostly
// what followed them the last time. A context stands for these last few; it is a
// number of contextBits that the next place moves on.
const (
	contextBits = 12
	contexts    = 1 << contextBits
	contextMask = contexts - 1
	// contextShift is how far a place moves the older ones out: three count.
	contextShift = 4
	// placeFactor spreads places over contexts: 2^32 divided by the golden ratio.
	placeFactor = 2654435769
)

// follow returns the context after place in context c.
func follow(c, place uint32) uint32 {
	return (c<<contextShift ^ place*placeFactor>>(32-contextBits)) & contextMask
}

// The ticks of a word are predicted as the mean of those that its context saw,
// later ones weighing more. The table holds it shifted by meanShift.
const (
	meanShift = 2
	// meanMost bounds what one word adds, so that a long wait is forgotten soon.
	meanMost = 1<<12 - 1
)

// A byte of the column runs is a number of hits << 1 and tells of the miss after
// them: runSecond is set if it is the context's second place.
const (
	runSecond = 1
	runMost   = 127
	runWhole  = runMost << 1 // so many hits and no miss
)
