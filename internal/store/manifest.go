package store

import "time"

// Names of the parts of a trace directory.
const (
	ManifestName = "manifest.json"
	SettingsName = "settings"
	SourcesName  = "sources"
	RefusedName  = "refused" // why interpreters were not traced: lines "pid<TAB>reason", by the loader; of a process: why it could not begin, by the agent
	LockName     = "lock"    // who writes the trace has it locked
	ProcPrefix   = "proc-"   // proc-<pid>-<n>
	Suffix       = ".trace"
)

// Names of the files of a process.
const (
	ControlName  = "control"
	NamesName    = "names"
	RawName      = "raw"
	CountersName = "counters"
)

// Names of the files of a process of which there may be several, see PartName.
const (
	SegmentsName  = "segments"
	IndexName     = "index"
	SummariesName = "summaries"
	ContextsName  = "contexts"
)

// State says how far a recording has come.
type State string

const (
	// Recording is a trace that is being written. In a manifest it may also be
	// one whose controller died: Dir.State knows.
	Recording State = "recording"
	// Finished is a trace whose controller saw the program end.
	Finished State = "finished"
	// Interrupted is a trace that was never finished, and that nobody writes
	// any more. No manifest says so.
	Interrupted State = "interrupted"
)

// Manifest is manifest.json: the facts about a run that are known to the
// controller. It is written when the recording begins and again when it ends.
type Manifest struct {
	Version    int      `json:"version"` // wire.Version
	Tracer     string   `json:"tracer"`  // version of tracer
	State      State    `json:"state"`
	Controller int      `json:"controller_pid"`
	Argv       []string `json:"argv"` // the program as it was given
	Cwd        string   `json:"cwd"`
	Host       string   `json:"host"`
	OS         string   `json:"os"`
	Arch       string   `json:"arch"`
	Settings   Settings `json:"settings"`
	// Named is true if the user chose the place (-o): such a trace is never
	// removed to make room.
	Named bool      `json:"named,omitempty"`
	Start time.Time `json:"start"`
	Begin ClockPair `json:"begin"` // when the program was started

	Finish *ClockPair `json:"finish,omitempty"` // when it ended
	// ExitStatus is what a shell would see: the exit code, or 128 + the signal.
	ExitStatus *int   `json:"exit_status,omitempty"`
	Signal     string `json:"signal,omitempty"` // "SIGKILL", if one ended the program

	// Calibration is a comparison with a run that was not traced, if there was one.
	Calibration *Calibration `json:"calibration,omitempty"`

	// Recovered is true if the controller died, and the trace was finished later.
	Recovered bool `json:"recovered,omitempty"`
	// Trigger is the first trigger that was met, where there are any.
	Trigger *Trigger `json:"trigger,omitempty"`

	// Sources maps the absolute path of a traced source file to its file in
	// the folder sources.
	Sources map[string]Source `json:"sources,omitempty"`
}

// Settings are what the user asked for.
type Settings struct {
	Events   string   `json:"events"` // "lines" or "functions"
	Only     []string `json:"only,omitempty"`
	Skip     []string `json:"skip,omitempty"`
	SlotSize int      `json:"slot_size"`
	Children bool     `json:"children"`               // processes that the program starts are recorded too
	MaxSize  int64    `json:"max_size,omitempty"`     // bytes; 0: no bound
	WhenFull string   `json:"when_full,omitempty"`    // "stop", "drop" or "ring"
	Ring     int64    `json:"ring,omitempty"`         // bytes that are kept; 0: all
	RingTime int64    `json:"ring_time_ns,omitempty"` // the time that is kept; 0: all
	Triggers []string `json:"triggers,omitempty"`
	SampleNS int64    `json:"sample_ns,omitempty"` // between samples of the counters; 0: none
	Durable  bool     `json:"durable,omitempty"`
}

// Trigger is why a trace with triggers was kept.
type Trigger struct {
	What   string `json:"what"`          // "exception", "slow:app.f>500ms" …
	AtNS   int64  `json:"at_ns"`         // since the trace began
	PID    int    `json:"pid,omitempty"` // of the process that met it, 0: the program as a whole
	Thread int    `json:"thread,omitempty"`
}

// Calibration compares this run with one of the same program that was not traced: how
// long each took. Costs are multiplied by Scale, so that corrected times are those of
// the latter.
type Calibration struct {
	UntracedNS int64   `json:"untraced_ns"`
	TracedNS   int64   `json:"traced_ns"`
	Scale      float64 `json:"scale"` // 0: 1
}

// Factor returns what costs are to be multiplied by: 1 without a calibration.
func (c *Calibration) Factor() float64 {
	if c == nil || !(c.Scale > 0) || c.Scale > maxScale {
		return 1
	}
	return c.Scale
}

// maxScale bounds what a manifest may claim.
const maxScale = 1000

// ClockPair is one moment on both clocks of the machine.
type ClockPair struct {
	Ticks  uint64 `json:"ticks,omitempty"` // 0 where the controller cannot read the CPU's counter
	MonoNS uint64 `json:"mono_ns"`
}

// Source is a kept copy of a source file.
type Source struct {
	SHA256 string `json:"sha256"` // also the name of the copy
	Size   int64  `json:"size"`
	// Changed is true if the file was no longer what the program had loaded
	// when it was copied.
	Changed bool `json:"changed,omitempty"`
}
