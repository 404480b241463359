package sample

import (
	"errors"
	"os"

	"github.com/prometheus/procfs"
)

// perSample bounds the work: the system counts context switches by thread, each in
// a file of its own, and no more than this many of them are read for a sample on
// average. Those of 80 threads are read in one sample of ten.
const perSample = 8

// switches adds up the context switches of the threads of a process.
type switches struct {
	root procfs.FS
	// What was read last, and how many samples may repeat it.
	voluntary, involuntary uint64
	repeat                 int
}

// read returns the switches of all threads, of which there are this many. main is
// the status of the process, whose own counts are those of its first thread.
func (s *switches) read(main *procfs.ProcStatus, threads uint32) (voluntary, involuntary uint64, err error) {
	if s.repeat > 0 {
		s.repeat--
		return s.voluntary, s.involuntary, nil
	}
	voluntary, involuntary = main.VoluntaryCtxtSwitches, main.NonVoluntaryCtxtSwitches
	if threads > 1 {
		others, err := s.root.AllThreads(main.PID)
		if err != nil {
			return unknown64, unknown64, err
		}
		for _, thread := range others {
			if thread.PID == main.PID {
				continue
			}
			status, err := thread.NewStatus()
			switch {
			case errors.Is(ended(err), os.ErrProcessDone):
				continue // the thread has ended meanwhile
			case err != nil:
				return unknown64, unknown64, err
			}
			voluntary += status.VoluntaryCtxtSwitches
			involuntary += status.NonVoluntaryCtxtSwitches
		}
	}
	s.repeat = (max(int(threads), 1) - 1) / perSample
	s.voluntary, s.involuntary = voluntary, involuntary
	return voluntary, involuntary, nil
}
