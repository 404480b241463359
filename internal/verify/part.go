package verify

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// input is a file of a process.
type input struct {
	name string
	f    *os.File
	size int64
}

func (in *input) close() { in.f.Close() }

// open opens a file of the process; nil where that fails.
func (p *process) open(name string) *input {
	f, size, err := p.v.dir.Open(p.dir, name)
	if p.v.state == store.Recording && errors.Is(err, fs.ErrNotExist) {
		p.log.note(name, -1, "the file is not there: it was just deleted, or comes later")
		return nil
	}
	if err != nil {
		p.log.damage(name, -1, "%v", err)
		return nil
	}
	return &input{name, f, size}
}

// read reads from a file, fewer bytes where it ends.
func (in *input) read(b []byte, at int64) ([]byte, error) {
	n, err := in.f.ReadAt(b, at)
	if err == io.EOF {
		err = nil
	}
	return b[:n], err
}

// part is a part of a process's segments.
type part struct {
	number                        int
	segments, summaries, contexts *input // nil where one is missing
	index                         string
	entries                       []wire.Node // of segments, by offset
	nodes                         []*node     // summaries, by offset
	tree                          *summary.Contexts
	partial                       bool // tree is not all that there was
}

// node is a summary.
type node struct {
	wire.Node
	part  *part
	at    int64 // in the index
	whole bool  // the record can be read
}

func (n *node) end() uint64 { return uint64(n.Sequence) + uint64(n.Slots) }

func (pt *part) close() {
	for _, in := range []*input{pt.segments, pt.summaries, pt.contexts} {
		if in != nil {
			in.close()
		}
	}
}

// openParts reads the indexes and finds the segments and summaries.
func (p *process) openParts() {
	numbers, err := p.v.dir.Parts(p.dir)
	if err != nil {
		p.log.damage("", -1, "%v", err)
		return
	}
	for i, n := range numbers {
		if i > 0 && n != numbers[i-1]+1 {
			p.log.damage("", -1, "part %d follows part %d", n, numbers[i-1])
		}
		pt := &part{number: n, index: store.PartName(store.IndexName, n)}
		p.parts = append(p.parts, pt)
		p.readIndex(pt)
		pt.contexts = p.open(store.PartName(store.ContextsName, n))
		pt.segments = p.open(store.PartName(store.SegmentsName, n))
		pt.summaries = p.open(store.PartName(store.SummariesName, n))
		if pt.segments != nil {
			p.findSegments(pt)
		}
		if pt.summaries != nil {
			p.findSummaries(pt)
		}
	}
}

// readIndex reads the entries of a part.
func (p *process) readIndex(pt *part) {
	in := p.open(pt.index)
	if in == nil {
		return
	}
	defer in.close()
	r := bufio.NewReaderSize(io.NewSectionReader(in.f, 0, in.size), 64<<10)
	var b [wire.NodeBytes]byte
	for at := int64(0); ; at += wire.NodeBytes {
		n, err := io.ReadFull(r, b[:])
		p.v.step(int64(n))
		if err == io.EOF {
			break
		}
		if err == io.ErrUnexpectedEOF {
			p.log.at(p.v.unfinished(), pt.index, at, "%d bytes, expected an entry of %d", n, len(b))
			break
		}
		if err != nil {
			p.log.damage(pt.index, at, "%v", err)
			break
		}
		p.entry(pt, at, b[:])
	}
	slices.SortStableFunc(pt.entries, func(a, b wire.Node) int { return cmp.Compare(a.Offset, b.Offset) })
	slices.SortStableFunc(pt.nodes, func(a, b *node) int { return cmp.Compare(a.Offset, b.Offset) })
}

// entry takes an entry of the index in.
func (p *process) entry(pt *part, at int64, b []byte) {
	var n wire.Node
	switch problem := n.DecodeSealed(b); {
	case problem != "":
		p.log.damage(pt.index, at, "%s", problem)
	case n.Level == 0:
		p.v.result.Entries++
		pt.entries = append(pt.entries, n)
	default:
		p.v.result.Entries++
		pt.nodes = append(pt.nodes, &node{Node: n, part: pt, at: at})
	}
}

// findSegments walks through the segments of a part, one behind the other, and
// compares their heads with their entries.
func (p *process) findSegments(pt *part) {
	in, at, i := pt.segments, int64(0), 0
	for at < in.size {
		for i < len(pt.entries) && int64(pt.entries[i].Offset) < at {
			n := &pt.entries[i]
			p.log.damage(pt.index, -1, "entry of a segment of thread %[2]d at byte %[1]d, where none begins, or another entry's", n.Offset, n.Thread)
			i++
		}
		var entry *wire.Node
		next := in.size
		if i < len(pt.entries) {
			if next = int64(pt.entries[i].Offset); next == at {
				entry = &pt.entries[i]
				i++
			}
		}
		size, ok := p.findSegment(pt, at, entry)
		switch {
		case ok:
			at += size
		case entry != nil:
			at += max(8, int64(entry.Size))
		case next > at && next < in.size:
			at = next // what lies between is told already
		default:
			p.v.step(in.size - at)
			at = in.size
		}
	}
	for ; i < len(pt.entries); i++ {
		n := &pt.entries[i]
		p.log.damage(in.name, in.size, "the file ends here, the index has a segment of %d bytes at byte %d, of thread %d", n.Size, n.Offset, n.Thread)
	}
}

// findSegment looks at the head of the segment at at; ok is false where nothing
// tells where the next one is.
func (p *process) findSegment(pt *part, at int64, entry *wire.Node) (size int64, ok bool) {
	in := pt.segments
	b, err := in.read(make([]byte, wire.SegmentBytes), at)
	h, herr := segment.ReadHead(b)
	if err == nil {
		err = herr
	}
	beyond := err == nil && at+int64(h.Size) > in.size
	switch {
	case entry != nil && at+int64(entry.Size) > in.size:
		p.log.damage(in.name, in.size, "the file ends here, within a segment of thread %d that begins at byte %d and has %d bytes", entry.Thread, at, entry.Size)
		return 0, false
	case entry != nil:
		if err == nil {
			p.met(&h)
		}
		t := p.thread(entry.Thread, entry.TID)
		t.pieces = append(t.pieces, piece{part: pt, offset: at, size: entry.Size, sequence: entry.Sequence, slots: entry.Slots, entry: entry})
		return int64(entry.Size), entry.Size >= wire.SegmentBytes
	case beyond, err != nil && (len(b) < wire.SegmentBytes || h.Magic == 0 && len(bytes.Trim(b, "\x00")) == 0):
		p.log.at(p.v.unfinished(), in.name, at, "the file ends within a segment, or with room for one")
	case err != nil:
		p.log.problem(in.name, at, err)
	case h.Thread == 0 || h.Slots == 0 || uint64(h.Sequence)+uint64(h.Slots) > 1<<32:
		p.log.damage(in.name, at, "segment of thread %d, slots %d and %d more", h.Thread, h.Sequence, h.Slots)
		return int64(h.Size), true
	default:
		p.log.at(p.v.unfinished(), in.name, at, "the segment of slot %d of thread %d has no entry in the index", h.Sequence, h.Thread)
		p.met(&h)
		t := p.thread(h.Thread, h.TID)
		t.pieces = append(t.pieces, piece{part: pt, offset: at, size: h.Size, sequence: h.Sequence, slots: h.Slots})
		return int64(h.Size), true
	}
	return 0, false
}

// met takes the clocks of a segment's head.
func (p *process) met(h *wire.Segment) {
	if h.PairMonoNs > p.last.MonoNS {
		p.last.Ticks, p.last.MonoNS = h.PairTicks, h.PairMonoNs
	}
}

// findSummaries tests that the summaries of the index are there, and nothing else.
func (p *process) findSummaries(pt *part) {
	in, at := pt.summaries, int64(0)
	gap := func(to int64) {
		if at < to {
			p.log.at(p.v.unfinished(), in.name, at, "%d bytes that are no summary of the index", to-at)
			p.v.step(to - at)
		}
	}
	for _, n := range pt.nodes {
		begin, end := int64(n.Offset), int64(n.Offset)+int64(n.Size)
		if end > in.size {
			p.log.damage(in.name, in.size, "the file ends here, the index has a summary of %d bytes at byte %d, of thread %d", n.Size, n.Offset, n.Thread)
			continue
		}
		if begin < at {
			p.log.damage(pt.index, n.at, "entry of the summary at byte %d, where another lies", begin)
			continue
		}
		gap(begin)
		at = max(at, end)
		t := p.thread(n.Thread, n.TID)
		t.nodes = append(t.nodes, n)
	}
	gap(in.size)
}
