package doctor

import (
	"io/fs"
	"strings"

	"tracer/internal/pyabi"
	"tracer/internal/sys"
)

// Facts are what is known of a machine.
type Facts struct {
	OS, Arch string // as Go names them
	Root     fs.FS  // of the file system, for /proc and /sys
	Env      []string
	Home     string
	Clock    sys.Reading
	Disk     DiskFacts
	Library  LibraryFacts
	Pythons  []PythonFacts
	Quick    bool // no trials
}

// PythonFacts is an interpreter.
type PythonFacts struct {
	pyabi.Info
	Err     error  // why it does not answer; only of one that was asked for
	Asked   bool   // the user has named it
	Default bool   // it is what tracer run takes by itself
	Trial   *Trial // nil: there was none
}

// LibraryFacts is what goes into a traced process.
type LibraryFacts struct {
	Agent, Loader string // paths
	CPU           string // that the agent is built for, "" if that is not known
	Err           error  // why there is none
}

// DiskFacts is where traces go.
type DiskFacts struct {
	Dir       string      // the state directory
	Err       error       // why it cannot be used
	Exists    bool        // it need not
	Mode      fs.FileMode // where it exists
	Owned     bool        // by this user
	At        string      // what the rest is about: Dir, or the nearest directory above it that exists, without links
	Space     sys.Space
	Allocates bool    // blocks can be taken in advance
	MapErr    error   // why a file cannot be mapped for shared writing
	WriteRate float64 // bytes a second, synced; 0 unknown
}

// Trial is a recording of a small program whose events are known.
type Trial struct {
	Recorded bool    `json:"recorded"` // the trace has what the program did
	Events   uint64  `json:"events"`
	Refused  string  `json:"refused"` // why the agent or its loader would not, in its own words
	Problem  string  `json:"problem"` // what else went wrong
	Tools    []Tool  `json:"tools"`   // that were at work before the program began
	Custom   string  `json:"sitecustomize"`
	LineNS   float64 `json:"line_ns"` // what recording a line costs the program, 0: not measured
	CallNS   float64 `json:"call_ns"` // and a call, with its first line and its return
}

// Tool is somebody else's, in a Python.
type Tool struct {
	Name string `json:"name"`
	What string `json:"what"` // "module" that is loaded, "trace function", "profile function", "tool id"
}

// text returns a file of /proc or /sys without the space around it, "" if there is none.
func (f *Facts) text(name string) string {
	if f.Root == nil {
		return ""
	}
	b, err := fs.ReadFile(f.Root, strings.TrimPrefix(name, "/"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// env returns a variable of the environment.
func (f *Facts) env(name string) (string, bool) {
	for _, entry := range f.Env {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// short returns a path as one writes it: ~ is the user's home.
func (f *Facts) short(path string) string {
	if rest, ok := strings.CutPrefix(path, f.Home); ok && len(f.Home) > 1 && (rest == "" || rest[0] == '/') {
		return "~" + rest
	}
	return path
}
