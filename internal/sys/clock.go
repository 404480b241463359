package sys

// pairTries is how often Pair reads the clocks; a read that was interrupted
// shows in a wide bracket, and a few tries make all of them being so unlikely.
const pairTries = 5

// Ticks reads the CPU's counter, the one that the agent stamps events with.
// It is false where there is none that all cores share and that runs at one
// speed whatever the CPU does.
func Ticks() (uint64, bool) {
	if !ticksInvariant() {
		return 0, false
	}
	return readTicks(), true
}

// MonoNS returns the system's monotonic clock, the one that the agent's
// control page has, in ns.
func MonoNS() uint64 { return monoNS() }

// Pair returns one moment on both clocks; ticks is 0 where Ticks is false.
func Pair() (ticks, monoNS uint64) {
	if _, ok := Ticks(); !ok {
		return 0, MonoNS()
	}
	best := ^uint64(0)
	for range pairTries {
		before := readTicks()
		mono := MonoNS()
		width := readTicks() - before
		if width < best {
			best, ticks, monoNS = width, before+width/2, mono
		}
	}
	return ticks, monoNS
}
