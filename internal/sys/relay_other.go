//go:build !linux

package sys

// Relay passes on to a child the signals that this process is sent.
type Relay struct{}

// NewRelay is not there yet on this system.
func NewRelay() *Relay { return &Relay{} }

// To is not there yet on this system.
func (r *Relay) To(p *Process) {}

// Close is not there yet on this system.
func (r *Relay) Close() {}
