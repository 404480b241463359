package sample

import (
	"fmt"

	"tracer/internal/wire"
)

// unknown64 and unknown32 stand for what the system does not tell.
const (
	unknown64 = ^uint64(0)
	unknown32 = ^uint32(0)
)

// Sampler reads the counters of one process. It is not for several goroutines at
// a time.
type Sampler struct {
	pid    int
	source source
}

// New makes a sampler of a process that runs. Where there is none of this number
// the error is os.ErrProcessDone, on a system without counters
// errors.ErrUnsupported.
func New(pid int) (*Sampler, error) {
	s, err := open(pid)
	if err != nil {
		return nil, fmt.Errorf("sample process %d: %w", pid, err)
	}
	return &Sampler{pid, s}, nil
}

// Read returns the counters as they are now; magic and crc are for File. A value
// that this user may not see, or that this system does not count, is all ones. Once
// the process has ended the error is os.ErrProcessDone, also where another
// process has got its number.
func (s *Sampler) Read() (wire.Sample, error) {
	v, err := s.source.read()
	if err != nil {
		return wire.Sample{}, fmt.Errorf("sample process %d: %w", s.pid, err)
	}
	return v, nil
}
