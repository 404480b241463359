package drain

// Watch is what is looked for in the events while they are drained.
type Watch struct{}
