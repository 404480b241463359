package session

import (
	"errors"
	"fmt"

	"tracer/internal/store"
	"tracer/internal/sys"
)

// The scale of a calibration is within these: what is beyond has another reason than
// that events cost more or less than was measured.
const minScale, maxScale = 0.25, 4

// Uncalibrated says why a recording cannot be compared with a run that is not traced.
type Uncalibrated struct{ Why string }

func (e *Uncalibrated) Error() string { return "not calibrated: " + e.Why }

// Recorded is what a trace says of its processes.
type Recorded struct {
	CostNS int64         // what all events cost, as it was measured
	Starts map[Start]int // how many processes have loaded the agent
}

// Start is how a process has come to load the agent.
type Start struct {
	Executable string // the interpreter
	Child      bool   // of a traced process, whose measured costs it has taken over
}

// Comparable returns an *Uncalibrated if the recording is none that a second run can be
// compared with. It is asked after Run, whose results it is given.
func (s *Session) Comparable(status sys.Status, r *Result) error {
	why, bounds := "", s.options.bounds()
	switch {
	case status.Shell() != 0:
		why = fmt.Sprintf("the program ended with status %d", status.Shell())
	case r == nil || r.Processes == 0 || r.Discarded:
		why = "nothing was recorded"
	case r.Alive > 0 || r.Heirs:
		why = "processes of the program live on"
	case r.Dropped > 0:
		why = "events were lost"
	case bounds.flight():
		why = "the trace has only the latest events"
	case s.options.readsProgram() && !s.input.Repeatable():
		why = "the program was read from the standard input"
	default:
		return nil
	}
	return &Uncalibrated{why}
}

// readsProgram reports whether the interpreter reads the program from its input.
func (o *Options) readsProgram() bool {
	return len(o.Program) > 0 && o.Program[0] == "-" || len(o.Command.Argv) == 1
}

// Calibrate runs the program once more, untraced and unseen, and compares: it writes
// into the manifest what the events' costs are to be multiplied by, so that corrected
// times add up to what this run took. look is asked after the run what the trace says.
// The error is an *Uncalibrated if the two cannot be compared after all. The recording
// is Comparable.
func (s *Session) Calibrate(r *Result, look func(path string) (Recorded, error)) (*store.Calibration, error) {
	relay := sys.NewRelay()
	defer relay.Close()
	process, err := s.options.Command.StartAgain(s.options.Library, "", s.input)
	if err != nil {
		return nil, err
	}
	relay.To(process)
	status, err := process.Wait()
	if err != nil {
		return nil, err
	}
	if status.Shell() != 0 {
		return nil, &Uncalibrated{fmt.Sprintf("run once more, the program ended with status %d", status.Shell())}
	}
	recorded, err := look(s.dir.Path())
	if err != nil {
		return nil, err
	}
	if recorded.CostNS <= 0 {
		return nil, &Uncalibrated{"what events cost was not measured"}
	}
	c := &store.Calibration{UntracedNS: process.CPU().Nanoseconds(), TracedNS: r.CPU.Nanoseconds()}
	added := c.TracedNS - c.UntracedNS
	added -= min(s.starts(recorded.Starts).Nanoseconds(), added/2)
	c.Scale = min(max(float64(added)/float64(recorded.CostNS), minScale), maxScale)
	return c, s.writeCalibration(c)
}

// writeCalibration writes the manifest once more.
func (s *Session) writeCalibration(c *store.Calibration) error {
	lock, err := s.dir.Lock()
	if err != nil {
		return err
	}
	s.manifest.Calibration = c
	return errors.Join(s.dir.WriteManifest(&s.manifest), lock.Unlock())
}
