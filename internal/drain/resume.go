package drain

import (
	"errors"
	"fmt"
	"io"
	"time"

	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// maxContexts bounds the calling context tree of a process.
const maxContexts = 1 << 20

// maxRecord bounds what is read at a time: no segment or summary is larger.
const maxRecord = 128 << 20

// resume goes on where an earlier drain was stopped: with what its files hold that
// is whole. What it did not come to is still in raw.
func (p *Process) resume() error {
	p.contexts = summary.NewContexts(maxContexts)
	numbers, err := p.trace.Parts(p.Dir)
	if err != nil || len(numbers) == 0 {
		return err
	}
	p.ReadNames()
	last := len(numbers) - 1
	p.parts = numbers[last] + 1
	for _, number := range numbers[:last] {
		if err := p.pass(number); err != nil {
			return err
		}
	}
	return p.goOn(NewWorker(), numbers[last])
}

// pass notes what a part covers that is complete.
func (p *Process) pass(number int) error {
	c := closedPart{number: number, end: time.Now()}
	var sizes [2]int64 // of segments and summaries
	note := func(n *wire.Node) {
		if p.cover(n); n.Level == 0 {
			p.threads[n.Thread].last = &stretch{*n, number}
		}
	}
	for i, name := range []string{store.SegmentsName, store.SummariesName, store.ContextsName, store.IndexName} {
		f, size, err := p.trace.Open(p.Dir, store.PartName(name, number))
		if err != nil {
			continue // it is being deleted
		}
		c.bytes += size
		if i < len(sizes) {
			sizes[i] = size
		}
		if name == store.IndexName {
			if info, err := f.Stat(); err == nil {
				c.end = info.ModTime()
			}
			if _, err := readIndex(f, size, sizes[0], sizes[1], note); err != nil {
				p.problem(fmt.Errorf("resume part %d of %s: %w", number, p.Dir, err))
			}
		}
		f.Close()
	}
	p.closed = append(p.closed, c)
	return nil
}

// goOn goes on with the last part.
func (p *Process) goOn(w *Worker, number int) error {
	pt, err := p.openPart(number, false)
	if err != nil {
		return err
	}
	p.out = pt
	if err := p.cutOff(w, pt); err != nil {
		p.out = nil
		return errors.Join(err, pt.abandon())
	}
	if p.fresh == nil {
		p.rebuild(w)
	}
	return nil
}

// cutOff finds what is whole of a part, and cuts the rest off.
func (p *Process) cutOff(w *Worker, pt *part) error {
	for _, f := range pt.files() {
		info, err := f.file.Stat()
		if err != nil {
			return err
		}
		f.size = info.Size()
	}
	if err := pt.readContexts(p.contexts); err != nil {
		// The numbers in its summaries may be wrong: what comes is of another part.
		p.problem(fmt.Errorf("resume part %d of %s: %w", pt.number, p.Dir, err))
		p.fresh = summary.NewContexts(maxContexts)
	}
	var ends [2]int64 // of what the entries tell of: segments, summaries
	note := func(n *wire.Node) {
		p.cover(n)
		end := &ends[min(n.Level, 1)]
		*end = max(*end, int64(n.Offset+uint64(n.Size)))
	}
	end, err := readIndex(pt.index.file, pt.index.size, pt.segments.size, pt.summaries.size, note)
	if err != nil {
		p.problem(fmt.Errorf("resume part %d of %s: %w", pt.number, p.Dir, err))
	}
	pt.index.size, pt.known = end, end
	p.tail(w, ends[0], note)
	pt.segments.size, pt.summaries.size = ends[0], ends[1]
	for _, f := range pt.files() {
		if err := f.file.Truncate(f.size); err != nil {
			return fmt.Errorf("resume %s: %w", f.file.Name(), err)
		}
		f.allocate()
	}
	return nil
}

// indexPiece is how much of an index is read at a time.
const indexPiece = 1 << 10 * wire.NodeBytes

// readIndex calls f with the sound entries of an index, and returns where the last of
// them ends. The error says what is wrong with the others before that.
func readIndex(r io.ReaderAt, size, segments, summaries int64, f func(n *wire.Node)) (end int64, err error) {
	var bad error
	buf := make([]byte, min(size, indexPiece))
	for at := int64(0); at+wire.NodeBytes <= size; {
		n, rerr := r.ReadAt(buf[:min(size-at, int64(len(buf)))], at)
		if n < wire.NodeBytes {
			if rerr == io.EOF {
				rerr = nil
			}
			return end, rerr
		}
		for b := buf[:n]; len(b) >= wire.NodeBytes; b = b[wire.NodeBytes:] {
			var node wire.Node
			node.Decode(b)
			if what := badNode(&node, b, segments, summaries); what == "" {
				f(&node)
				end, err = at+wire.NodeBytes, bad
			} else if bad == nil {
				bad = &wire.CorruptError{Offset: at, What: what}
			}
			at += wire.NodeBytes
		}
	}
	return end, err
}

// badNode says what is wrong with an entry of an index, "" if nothing is.
func badNode(n *wire.Node, b []byte, segments, summaries int64) string {
	size := segments
	if n.Level > 0 {
		size = summaries
	}
	switch problem := n.DecodeSealed(b); {
	case problem != "":
		return problem
	case n.Level > maxLevel:
		return fmt.Sprintf("level %d, expected at most %d", n.Level, maxLevel)
	case n.Size > maxRecord || int64(n.Offset)+int64(n.Size) > size:
		return fmt.Sprintf("%d bytes at byte %d, the file has %d", n.Size, n.Offset, size)
	}
	return ""
}

// readContexts loads the contexts of the part. What is not whole at the end is written anew.
func (pt *part) readContexts(contexts *summary.Contexts) error {
	size := min(pt.contexts.size, maxContexts*wire.ContextBytes)
	b := make([]byte, size)
	n, err := pt.contexts.file.ReadAt(b, 0)
	if err == io.EOF {
		err = nil
	}
	if err == nil {
		err = contexts.Load(b[:n])
	}
	pt.inContexts = contexts.Len()
	pt.contexts.size = int64(pt.inContexts-1) * wire.ContextBytes
	return err
}

// cover notes what an entry of the index covers.
func (p *Process) cover(n *wire.Node) {
	if n.Level != 0 {
		return
	}
	t := p.threadOf(n.Thread, n.TID)
	end := uint64(n.Sequence) + uint64(n.Slots)
	t.covered.add(uint64(n.Sequence), end)
	t.next = max(t.next, end)
	t.ended = t.ended || n.Flags&wire.SegmentLast != 0
	p.count(n)
}

// tail makes entries for the whole segments behind those that have one. What is behind
// them is no loss: its slots were not given back.
func (p *Process) tail(w *Worker, at int64, note func(*wire.Node)) {
	pt := p.out
	for at+wire.SegmentBytes <= pt.segments.size {
		b := make([]byte, wire.SegmentBytes)
		if _, err := pt.segments.file.ReadAt(b, at); err != nil {
			return
		}
		h, err := segment.ReadHead(b)
		if err != nil || h.Size > maxRecord || at+int64(h.Size) > pt.segments.size {
			return
		}
		h, _, words, err := w.read(pt.segments.file, at, h.Size)
		if err != nil || h.Thread == 0 || h.Slots == 0 || uint64(h.Sequence)+uint64(h.Slots) >= 1<<32 ||
			h.EndTicks < h.Ticks || uint64(h.Sequence) < p.threadOf(h.Thread, h.TID).next {
			return
		}
		n := nodeOf(&h, at, words)
		pt.node(&n, 0)
		note(&n)
		at += int64(h.Size)
	}
}

// read reads a segment.
func (w *Worker) read(f io.ReaderAt, at int64, size uint32) (h wire.Segment, frames, words []byte, err error) {
	b := make([]byte, size)
	if _, err := f.ReadAt(b, at); err != nil {
		return h, nil, nil, err
	}
	return w.decode.Decode(b)
}
