package corrupt

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"io"
	"io/fs"

	"tracer/internal/wire"
	"tracer/trace"
)

// digest is all that a reader gets of a trace: what must be the same where nothing
// is damaged.
type digest struct {
	sum    uint64
	events int
	failed error // the first error that was met
}

// look reads a trace in every way there is.
func look(dir string) (d digest, broken error) {
	t, err := trace.Open(dir)
	if err != nil {
		return digest{failed: err}, nil
	}
	defer t.Close()
	h := fnv.New64a()
	info := t.Info()
	info.Path, info.Bytes, info.Problems = "", 0, nil
	note(h, info)
	for _, p := range t.Processes() {
		parent := ""
		if p.Parent != nil {
			parent = p.Parent.Dir
		}
		note(h, p.PID, p.PPID, p.Dir, parent, p.Forked, p.Python, p.Executable, p.Cwd, p.Argv, p.StartNS, p.EndNS, p.DroppedBy)
		for _, f := range p.Files {
			note(h, f)
			if text, err := t.Source(f); err == nil {
				h.Write(text)
			} else if !errors.Is(err, fs.ErrNotExist) {
				d.fail(err)
			}
		}
		for _, c := range p.Codes {
			note(h, c.Base, c.End, c.Module, c.Qualname, c.File.Path, c.FirstLine, c.Flags)
			for loc := c.Base; loc < min(c.End, c.Base+1000); loc++ {
				note(h, c.Line(loc))
			}
		}
		if err := d.process(h, p, info.DurationNS); broken == nil {
			broken = err
		}
	}
	last := int64(0)
	for e, err := range t.Merged() {
		if d.fail(err); err != nil {
			continue
		}
		if d.events++; e.At < last && d.events > 1 {
			broken = fmt.Errorf("merged events: %d ns after %d", e.At, last)
		}
		last = e.At
		noteEvent(h, e.Event)
		numbers(h, uint64(e.Thread.Number))
	}
	d.sum = h.Sum64()
	return d, broken
}

// process notes the counters and threads of a process. The error says that a visitor
// was told what must not be.
func (d *digest) process(h hash.Hash, p *trace.Process, duration int64) (broken error) {
	counters, err := p.Counters()
	note(h, counters)
	d.fail(err)
	for _, th := range p.Threads {
		note(h, th.Number, th.TID, th.Ident, th.Name, th.Events())
		v := &visitor{Hash: h}
		d.fail(th.Replay(v))
		if broken == nil {
			broken = v.check()
		}
		for e, err := range th.All() {
			d.fail(err)
			noteEvent(h, e)
		}
		d.sums(h, th, trace.Window{})
		d.sums(h, th, trace.Window{From: 0, To: duration/2 + 1})
	}
	return broken
}

// sums notes what a thread adds up to in a window.
func (d *digest) sums(h hash.Hash, th *trace.Thread, w trace.Window) {
	s, err := th.Sum(w)
	d.fail(err)
	h.Write(s.AppendTables(nil))
	d.tree(h, th.Process.Tree(s))
	detail, err := th.Detail(w, 50)
	d.fail(err)
	note(h, detail)
}

func (d *digest) tree(h hash.Hash, n *trace.Node) {
	numbers(h, uint64(n.Site), n.Calls, n.Self, n.Total, uint64(len(n.Children)))
	for _, c := range n.Children {
		d.tree(h, c)
	}
}

func (d *digest) fail(err error) {
	if d.failed == nil {
		d.failed = err
	}
}

// note adds values to the hash.
func note(h hash.Hash, values ...any) {
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // of a type that this package chose
	}
	h.Write(b)
}

// numbers adds numbers to the hash.
func numbers(h hash.Hash, values ...uint64) {
	var b [64]byte
	out := b[:0]
	for _, v := range values {
		out = binary.LittleEndian.AppendUint64(out, v)
	}
	h.Write(out)
}

func noteEvent(h hash.Hash, e trace.Event) {
	base := wire.NoLocation
	if e.Code != nil {
		base = e.Code.Base
	}
	numbers(h, uint64(e.At), uint64(e.Kind), uint64(base), uint64(e.Line), uint64(e.Depth), e.Lost)
}

// visitor notes what it is told, and tests that it is what a visitor may rely on.
type visitor struct {
	hash.Hash
	at       int64
	open     []*trace.Code
	begun    bool
	ended    bool
	mistakes []error
}

func (v *visitor) tell(at int64, what string, values ...uint64) {
	if v.begun && at < v.at {
		v.mistakes = append(v.mistakes, fmt.Errorf("%s at %d ns after %d", what, at, v.at))
	}
	if v.begun == (what == "begin") || v.ended {
		v.mistakes = append(v.mistakes, fmt.Errorf("%s before the begin or after the end", what))
	}
	v.at = at
	io.WriteString(v, what)
	numbers(v, append(values, uint64(at))...)
}

func (v *visitor) Begin(at int64) {
	v.tell(at, "begin")
	v.begun = true
}

func (v *visitor) Open(at int64, c *trace.Code, loc wire.Location, k wire.Kind) {
	v.tell(at, "open", uint64(c.Base), uint64(loc), uint64(k))
	v.open = append(v.open, c)
}

func (v *visitor) Line(at int64, loc wire.Location) {
	v.tell(at, "line", uint64(loc))
	if n := len(v.open); n == 0 || loc < v.open[n-1].Base || loc >= v.open[n-1].End {
		v.mistakes = append(v.mistakes, fmt.Errorf("line %d outside of the innermost frame", loc))
	}
}

func (v *visitor) Close(at int64, k wire.Kind) {
	v.tell(at, "close", uint64(k))
	if len(v.open) == 0 {
		v.mistakes = append(v.mistakes, errors.New("a frame is closed that is not open"))
		return
	}
	v.open = v.open[:len(v.open)-1]
}

func (v *visitor) Gap(at int64, lost uint64) { v.tell(at, "gap", lost) }

func (v *visitor) End(at int64) {
	v.tell(at, "end")
	v.ended = true
}

func (v *visitor) check() error {
	if v.begun != v.ended || len(v.open) > 0 {
		v.mistakes = append(v.mistakes, fmt.Errorf("begun %t, ended %t, %d frames open", v.begun, v.ended, len(v.open)))
	}
	return errors.Join(v.mistakes...)
}
