package verify

import (
	"errors"
	"fmt"
	"sync/atomic"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// Result is how much of a trace is whole.
type Result struct {
	State     store.State
	Processes int
	Threads   int
	Events    uint64 // that can be read, without marks
	Segments  uint64 // that are whole, as what follows
	Slots     uint64 // of raw: what was not compacted
	Entries   uint64 // of the index
	Summaries uint64
	Contexts  uint64
	Names     uint64 // records
	Samples   uint64 // of the counters
	Sources   uint64
	Bytes     int64 // that were looked at

	Lost map[string]uint64 // events that could not be recorded, and why: "space", "memory", "names", "limit"

	Damage, Losses, Notes uint64 // findings
}

// verifier is one run over a trace.
type verifier struct {
	dir      *store.Dir
	state    store.State
	manifest *store.Manifest // nil where it cannot be read
	report   func(Finding)
	progress func(done, total int64)
	done     atomic.Int64
	total    int64
	result   Result
}

// Verify looks at every byte of a trace, reports what it finds in the order of
// processes and files, and returns what is whole. Progress, which may be nil and is
// called by several goroutines, is told how many bytes are done. The error is that
// of a trace which this version cannot read.
func Verify(dir *store.Dir, report func(Finding), progress func(done, total int64)) (Result, error) {
	v := &verifier{dir: dir, progress: progress, result: Result{Lost: map[string]uint64{}}}
	v.report = func(f Finding) {
		v.count(f.Severity)
		report(f)
	}
	files, err := dir.Files()
	if err != nil {
		return Result{}, err
	}
	for _, f := range files {
		v.total += f.Info.Size()
	}
	l := newLog("")
	if err := v.readManifest(l); err != nil {
		return Result{}, err
	}
	v.checkSettings(l, files)
	v.checkSources(l, files)
	l.flush(v.report)
	procs, err := dir.Processes()
	if err != nil {
		return Result{}, err
	}
	for _, proc := range procs {
		v.process(proc)
	}
	v.result.State = v.state
	v.result.Bytes = v.done.Load()
	return v.result, nil
}

func (v *verifier) count(s Severity) {
	switch s {
	case Damage:
		v.result.Damage++
	case Loss:
		v.result.Losses++
	case Note:
		v.result.Notes++
	}
}

// step says that so many more bytes are done.
func (v *verifier) step(n int64) {
	done := v.done.Add(n)
	if v.progress != nil {
		v.progress(min(done, v.total), v.total)
	}
}

// unfinished is the severity of what is missing at an end: no fault where the
// recording goes on or was cut off.
func (v *verifier) unfinished() Severity {
	if v.state == store.Finished {
		return Damage
	}
	return Note
}

// readManifest reads manifest.json and finds out what state the trace is in.
func (v *verifier) readManifest(l *log) error {
	state, err := v.dir.State()
	if v.state = state; err != nil {
		v.state = store.Interrupted
	}
	m, err := v.dir.ReadManifest()
	if err != nil {
		l.damage(store.ManifestName, -1, "%v", err)
		return nil
	}
	if m.Version != wire.Version {
		return fmt.Errorf("verify trace %s: format %d, this tracer reads %d", v.dir.Path(), m.Version, wire.Version)
	}
	v.manifest = m
	switch v.state {
	case store.Recording:
		l.note("", -1, "the trace is being written: this is what there was at this moment")
	case store.Interrupted:
		l.note("", -1, "the recording was cut off; finish it with: tracer recover")
	}
	if m.State != store.Finished && m.State != store.Recording {
		l.damage(store.ManifestName, -1, "state %q, expected %q or %q", m.State, store.Recording, store.Finished)
	}
	return nil
}

// read reads a whole file of the trace, which has at most limit bytes.
func (v *verifier) read(l *log, limit int64, parts ...string) ([]byte, bool) {
	b, err := v.dir.Read(limit, parts...)
	if err != nil {
		l.damage(parts[len(parts)-1], -1, "%v", err)
		return nil, false
	}
	v.step(int64(len(b)))
	return b, true
}

// problem notes an error of what decodes bytes that begin at offset.
func (l *log) problem(file string, offset int64, err error) {
	var c *wire.CorruptError
	if errors.As(err, &c) {
		l.damage(file, offset+c.Offset, "%s", c.What)
		return
	}
	l.damage(file, offset, "%v", err)
}
