package verify

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	Damage Severity = "damage"
	Loss   Severity = "loss"
	Note   Severity = "note"
)

// Finding is something that is not as in a whole trace.
type Finding struct {
	Process  string // its directory, "" for what belongs to no process
	File     string // in that directory, "" for the process or the trace as a whole
	Offset   int64  // in the file, -1 for all of it
	Severity Severity
	What     string
	Thread   uint32 // its number, 0 for none
	From, To int64  // the time that is concerned, ns since the trace began; -1 where it is not known
}

// maxFindings bounds what is told of one kind in one file: one fault may break
// many rules.
const maxFindings = 50

// log gathers findings, each kind of each file up to maxFindings.
type log struct {
	process  string
	findings []Finding
	counts   map[kind]uint64
}

type kind struct {
	file     string
	severity Severity
}

func newLog(process string) *log { return &log{process: process, counts: map[kind]uint64{}} }

func (l *log) add(f Finding) {
	f.Process = l.process
	k := kind{f.File, f.Severity}
	if l.counts[k]++; l.counts[k] <= maxFindings {
		l.findings = append(l.findings, f)
	}
}

// at notes something about a place in a file.
func (l *log) at(s Severity, file string, offset int64, format string, args ...any) {
	l.add(Finding{File: file, Offset: offset, Severity: s, What: fmt.Sprintf(format, args...), From: -1, To: -1})
}

// damage notes that bytes are not what they must be.
func (l *log) damage(file string, offset int64, format string, args ...any) {
	l.at(Damage, file, offset, format, args...)
}

// note notes what is no fault of the trace.
func (l *log) note(file string, offset int64, format string, args ...any) {
	l.at(Note, file, offset, format, args...)
}

// damaged reports whether damage was found in a file.
func (l *log) damaged(file string) bool { return l.counts[kind{file, Damage}] > 0 }

// flush reports what was found.
func (l *log) flush(report func(Finding)) {
	for _, f := range l.findings {
		report(f)
	}
	var more []kind
	for k, n := range l.counts {
		if n > maxFindings {
			more = append(more, k)
		}
	}
	slices.SortFunc(more, func(a, b kind) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.severity, b.severity))
	})
	for _, k := range more {
		what := fmt.Sprintf("%d more like these", l.counts[k]-maxFindings)
		report(Finding{Process: l.process, File: k.file, Offset: -1, Severity: k.severity, What: what, From: -1, To: -1})
	}
	l.findings, l.counts = nil, map[kind]uint64{}
}
