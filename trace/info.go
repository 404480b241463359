package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tracer/internal/store"
)

// Info is what is known about a trace without reading its events.
type Info struct {
	Path     string
	Argv     []string // the program as it was given
	Cwd      string
	Host     string
	Python   string // version of the first traced process's interpreter
	Start    time.Time
	Settings store.Settings

	// Events counts the events of all threads, as Thread.Events does.
	Events uint64
	// Dropped counts the events that could not be recorded; DroppedBy says
	// why: "space", "memory", "names".
	Dropped   uint64
	DroppedBy map[string]uint64

	// Calibration is what costs are scaled by, nil for nothing.
	Calibration *Calibration

	Processes, Threads int
	DurationNS         int64 // start to end of the program, or to the last event so far
	Bytes              int64 // of the whole directory, as stored

	ExitStatus *int   // as a shell would see it; nil if not known
	Signal     string // that ended the program, "" if none
	Running    bool   // no end was recorded: it is being written, or the controller died
	// Complete is true if the recording was ended in order, nothing was
	// dropped, and all of it can be read.
	Complete bool
	// Problems are lines for people: what cannot be read, what was not traced.
	Problems []string
}

// summarise fills t.info from what was opened.
func (t *Trace) summarise() {
	t.info = Info{Complete: true, Problems: slices.Clone(t.problems)}
	m, i := t.manifest, &t.info
	for _, p := range t.processes {
		i.Problems = append(i.Problems, p.problems...)
	}
	i.Path, i.Argv, i.Cwd, i.Host, i.Start, i.Settings = t.dir.Path(), m.Argv, m.Cwd, m.Host, m.Start, m.Settings
	i.ExitStatus, i.Signal, i.Calibration = m.ExitStatus, m.Signal, m.Calibration
	i.Running = m.State != store.Finished
	i.Processes = len(t.processes)
	i.DroppedBy = map[string]uint64{}
	for _, p := range t.processes {
		p.scale = m.Calibration.Factor()
		if i.Python == "" {
			i.Python = p.Python
		}
		if i.Start.IsZero() {
			i.Start = time.Unix(0, int64(p.control.StartWallNs))
		}
		i.Dropped += p.Dropped
		for why, n := range p.DroppedBy {
			i.DroppedBy[why] += n
		}
		i.Threads += len(p.Threads)
		for _, th := range p.Threads {
			i.Events += th.events
			i.DurationNS = max(i.DurationNS, th.last)
		}
	}
	if m.Finish != nil && m.Finish.MonoNS >= m.Begin.MonoNS {
		i.DurationNS = int64(m.Finish.MonoNS - m.Begin.MonoNS)
	}
	if i.Running || i.Dropped > 0 || len(i.Problems) > 0 {
		i.Complete = false
	}
	bytes, err := t.dir.Bytes()
	if i.Bytes = bytes; err != nil {
		i.Problems = append(i.Problems, err.Error())
	}
	i.Problems = append(i.Problems, refused(t.dir)...)
}

// refused returns why interpreters were not traced, by the notes of the loader.
func refused(d *store.Dir) []string {
	b, err := d.Read(1<<20, store.RefusedName)
	if err != nil {
		return nil // there is none
	}
	var lines []string
	for line := range strings.Lines(string(b)) {
		if pid, why, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			lines = append(lines, fmt.Sprintf("process %s was not traced: %s", pid, why))
		}
	}
	return lines
}
