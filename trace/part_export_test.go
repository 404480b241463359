package trace

// Divide is Parts with parts of so many events or more.
func Divide(th *Thread, w Window, least uint64) []*Part { return th.divide(w, least) }
