// Package profile adds a trace up: how often each line ran and each function
// was called, and how long they took. One pass over the events fills all axes:
// functions, lines, modules, files, threads and processes.
//
// # What is counted
//
//   - Hits are line events. Calls are call events; going on after a yield is none.
//   - Time is always charged to the current line of the innermost open frame; that
//     is a line's self time. A frame before its first line is at its function's
//     first line. A suspended generator or coroutine has no open frame.
//   - A row's total is the time while some open frame is at that line, or is of
//     that function, module or file: self and the traced calls below it. A
//     nanosecond counts once in each row, however deep a recursion.
//   - Min and max of a function are over its activations: from a call or resume to
//     the return, yield or unwind, what it called included. One that was cut
//     off (entered before the recording began, or still open at its end) counts
//     with what was seen of it, and for min only if there is no whole one.
//   - What is in no traced frame is a thread's outside time. Raw self times of all
//     rows and raw outside times add up to the threads' durations, to the nanosecond.
//
// # Own cost
//
// Raw times are as they were recorded: with what recording took, which can be several
// times what the program took. The others are less what the events in them cost, as it
// was measured when recording began: see trace.Process.Corrected. The events of what a
// row calls are in its total, and so are taken off that, but not off its self time.
//
// An event does not cost the same each time, so the corrected time of what took next
// to none may be below zero. It is kept so, for then sums are right: corrected self
// times of all rows are the same on every axis. Min and max are those of the activations
// that took the least and the most raw time.
//
// Rows of several threads, processes and code objects are one row where they
// have the same module, function, file and line.
package profile

// Profile is what a trace adds up to. The order of the rows is that in which
// their code was first seen; see Sort.
type Profile struct {
	Functions []Function
	Lines     []Line
	Modules   []Group
	Files     []Group
	Threads   []Thread
	Processes []Process
	SelfNS    int64 // of all rows of an axis
	RawSelfNS int64
	// Measured reports whether it is known for every process what its events cost.
	Measured bool
}

// Function is a row by function.
type Function struct {
	Module   string `json:"module"`
	Function string `json:"function"` // qualified name
	File     string `json:"file"`
	Line     int    `json:"line"` // its first
	Calls    uint64 `json:"calls"`
	Hits     uint64 `json:"-"`
	SelfNS   int64  `json:"self_ns"`
	TotalNS  int64  `json:"total_ns"`
	MinNS    int64  `json:"min_ns"`
	MaxNS    int64  `json:"max_ns"`

	RawSelfNS  int64 `json:"raw_self_ns"`
	RawTotalNS int64 `json:"raw_total_ns"`
	RawMinNS   int64 `json:"raw_min_ns"`
	RawMaxNS   int64 `json:"raw_max_ns"`
}

// Line is a row by line.
type Line struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Hits     uint64 `json:"hits"`
	SelfNS   int64  `json:"self_ns"`
	TotalNS  int64  `json:"total_ns"`

	RawSelfNS  int64 `json:"raw_self_ns"`
	RawTotalNS int64 `json:"raw_total_ns"`
}

// Group is a row by module or file.
type Group struct {
	Name    string `json:"name"`
	Calls   uint64 `json:"calls"`
	Hits    uint64 `json:"hits"`
	SelfNS  int64  `json:"self_ns"`
	TotalNS int64  `json:"total_ns"`

	RawSelfNS  int64 `json:"raw_self_ns"`
	RawTotalNS int64 `json:"raw_total_ns"`

	Modules []string `json:"-"` // what a file holds, or the module itself
}

// Thread is a row by thread.
type Thread struct {
	PID        int    `json:"pid"`
	TID        int    `json:"tid"`
	Name       string `json:"name"`
	Events     uint64 `json:"events"`
	DurationNS int64  `json:"duration_ns"` // as it was: raw
	SelfNS     int64  `json:"self_ns"`     // in traced code
	OutsideNS  int64  `json:"outside_ns"`  // in no traced frame

	RawSelfNS    int64 `json:"raw_self_ns"`
	RawOutsideNS int64 `json:"raw_outside_ns"`
}

// Process is a row by process: the sum of its threads, of which several may run at
// the same time.
type Process struct {
	PID        int    `json:"pid"`
	Dir        string `json:"dir"` // in the trace; tells apart those that had the same number
	Program    string `json:"program"`
	Threads    int    `json:"threads"`
	Events     uint64 `json:"events"`
	DurationNS int64  `json:"duration_ns"` // from the begin of the first thread to the end of the last
	SelfNS     int64  `json:"self_ns"`
	OutsideNS  int64  `json:"outside_ns"`

	RawSelfNS    int64 `json:"raw_self_ns"`
	RawOutsideNS int64 `json:"raw_outside_ns"`
}
