package store

import "time"

// Names of the parts of a trace directory.
const (
	ManifestName = "manifest.json"
	SettingsName = "settings"
	SourcesName  = "sources"
	RefusedName  = "refused" // why interpreters were not traced: lines "pid<TAB>reason", by the loader
	ControlName  = "control"
	NamesName    = "names"
	RawName      = "raw"
	ProcPrefix   = "proc-" // proc-<pid>-<n>
	Suffix       = ".trace"
)

// State says how far a recording has come.
type State string

const (
	// Recording is a trace that is being written, or whose controller died.
	Recording State = "recording"
	// Finished is a trace whose controller saw the program end.
	Finished State = "finished"
)

// Manifest is manifest.json: the facts about a run that are known to the
// controller. It is written when the recording begins and again when it ends.
type Manifest struct {
	Version    int       `json:"version"` // wire.Version
	Tracer     string    `json:"tracer"`  // version of tracer
	State      State     `json:"state"`
	Controller int       `json:"controller_pid"`
	Argv       []string  `json:"argv"` // the program as it was given
	Cwd        string    `json:"cwd"`
	Host       string    `json:"host"`
	OS         string    `json:"os"`
	Arch       string    `json:"arch"`
	Settings   Settings  `json:"settings"`
	Start      time.Time `json:"start"`
	Begin      ClockPair `json:"begin"` // when the program was started

	Finish *ClockPair `json:"finish,omitempty"` // when it ended
	// ExitStatus is what a shell would see: the exit code, or 128 + the signal.
	ExitStatus *int   `json:"exit_status,omitempty"`
	Signal     string `json:"signal,omitempty"` // "SIGKILL", if one ended the program

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
}

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
