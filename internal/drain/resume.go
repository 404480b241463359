package drain

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"tracer/internal/replay"
	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// maxContexts bounds the calling context tree of a process.
const maxContexts = 1 << 20

// maxIndex bounds how much of a file is read to resume.
const maxIndex = 4 << 30

// partNames are the files of a part, the index first: without it a part is not looked at.
var partNames = []string{store.IndexName, store.SegmentsName, store.SummariesName, store.ContextsName}

func partName(name string, number int) string { return store.PartName(name, number) }

// resume goes on where an earlier drain was stopped: behind the last entry of
// its index. What it wrote behind that is overwritten: those slots are still there.
func (p *Process) resume() error {
	p.contexts = summary.NewContexts(maxContexts)
	numbers, err := p.trace.Parts(p.Dir)
	if err != nil || len(numbers) == 0 {
		return err
	}
	p.readNames()
	w := NewWorker()
	for i, number := range numbers {
		pt, nodes, err := p.reopen(number)
		if err != nil {
			return err
		}
		p.take(nodes)
		if i < len(numbers)-1 {
			p.closed = append(p.closed, closedPart{number, pt.bytes(), time.Now()})
			if err := pt.close(); err != nil {
				return err
			}
			continue
		}
		p.out = pt
		if err := p.rebuild(w, nodes); err != nil {
			return err
		}
	}
	return nil
}

// reopen opens a part for appending, and returns the sound entries of its index.
func (p *Process) reopen(number int) (*part, []wire.Node, error) {
	pt := &part{number: number, begun: time.Now(), inContexts: 1}
	for _, f := range pt.files() {
		file, err := p.trace.OpenWritable(p.Dir, partName(f.name, number))
		if errors.Is(err, fs.ErrNotExist) {
			file, err = p.trace.CreateFile(p.Dir, partName(f.name, number))
		}
		if err != nil {
			return nil, nil, errors.Join(err, pt.close())
		}
		f.file, f.appender.reserve = file, f.keep
	}
	nodes, err := pt.readIndex()
	if err == nil {
		err = pt.readContexts(p.contexts)
	}
	if err != nil {
		return nil, nil, errors.Join(err, pt.close())
	}
	return pt, nodes, nil
}

func readAll(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil || info.Size() > maxIndex {
		return nil, errors.Join(err, fmt.Errorf("read %s: more than %d bytes", f.Name(), int64(maxIndex)))
	}
	b := make([]byte, info.Size())
	n, err := f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return b[:n], nil
}

// readIndex returns the entries up to the first bad one; there the file goes on.
func (pt *part) readIndex() ([]wire.Node, error) {
	b, err := readAll(pt.index.file)
	if err != nil {
		return nil, err
	}
	var nodes []wire.Node
	for ; len(b) >= wire.NodeBytes; b = b[wire.NodeBytes:] {
		var n wire.Node
		n.Decode(b)
		if n.Magic != wire.MagicNode || n.CRC != crc32.Checksum(b[8:wire.NodeBytes], castagnoli) {
			break
		}
		nodes = append(nodes, n)
		end := &pt.summaries.size
		if n.Level == 0 {
			end = &pt.segments.size
		}
		*end = max(*end, int64(n.Offset)+int64(n.Size))
	}
	pt.index.size = int64(len(nodes)) * wire.NodeBytes
	return nodes, nil
}

// readContexts loads the contexts of the part, which are those of the parts before
// it and more.
func (pt *part) readContexts(contexts *summary.Contexts) error {
	b, err := readAll(pt.contexts.file)
	if err != nil {
		return err
	}
	if known := (contexts.Len() - 1) * wire.ContextBytes; len(b) > known {
		err = contexts.Load(b[known:])
	}
	pt.inContexts = contexts.Len()
	pt.contexts.size = int64(pt.inContexts-1) * wire.ContextBytes
	var corrupt *wire.CorruptError
	if errors.As(err, &corrupt) {
		return nil // from there on the file is written anew
	}
	return err
}

// take notes what the entries cover.
func (p *Process) take(nodes []wire.Node) {
	for _, n := range nodes {
		if n.Level != 0 {
			continue
		}
		t := p.thread(n.Thread, n.TID)
		t.next = max(t.next, n.Sequence+n.Slots)
		t.ended = t.ended || n.Flags&wire.SegmentLast != 0
		p.stats.Events += n.Events
		p.stats.Slots += uint64(n.Slots)
	}
}

// rebuild makes the summaries that were in memory: of segments that no summary
// covers, and of summaries that none above them covers.
func (p *Process) rebuild(w *Worker, nodes []wire.Node) error {
	slices.SortStableFunc(nodes, func(a, b wire.Node) int { return int(int64(a.Sequence) - int64(b.Sequence)) })
	covered := map[[2]uint32]uint32{} // by thread and level: the sequence up to which there are summaries of the level
	for _, n := range nodes {
		key := [2]uint32{n.Thread, n.Level}
		covered[key] = max(covered[key], n.Sequence+n.Slots)
	}
	for _, t := range p.threads {
		t.player.From(t.next)
	}
	for i := range nodes {
		n := &nodes[i]
		if n.Sequence < covered[[2]uint32{n.Thread, n.Level + 1}] {
			continue
		}
		var err error
		if t := p.threads[n.Thread]; n.Level == 0 {
			err = p.replay(w, t, n)
		} else if t != nil {
			err = p.reload(w, t, n)
		}
		if err != nil {
			p.problem(fmt.Errorf("resume thread %d of %s: %w", n.Thread, p.Dir, err))
		}
	}
	return nil
}

// replay adds up a segment that no summary covers.
func (p *Process) replay(w *Worker, t *thread, n *wire.Node) error {
	b := make([]byte, min(int64(n.Size), p.out.segments.size))
	if _, err := p.out.segments.file.ReadAt(b, int64(n.Offset)); err != nil {
		return err
	}
	h, frames, words, err := w.decode.Decode(b)
	if err != nil {
		return err
	}
	if t.open.children == 0 {
		t.player.From(h.Sequence)
	}
	t.player.Enter(&replay.Head{Sequence: h.Sequence, Slots: h.Slots, Ticks: h.Ticks, Depth: h.Depth, Frames: frames})
	t.player.Words(words)
	t.player.Lost(uint64(h.Lost))
	t.open.add(n)
	return nil
}

// reload adds a summary to the one above it.
func (p *Process) reload(w *Worker, t *thread, n *wire.Node) error {
	b := make([]byte, min(int64(n.Size), p.out.summaries.size))
	if _, err := p.out.summaries.file.ReadAt(b, int64(n.Offset)); err != nil {
		return err
	}
	s, err := summary.NewDecoder().Decode(b)
	if err != nil {
		return err
	}
	covers := tally{children: n.Children, sequence: n.Sequence, slots: n.Slots, flags: n.Flags, ticks: n.Ticks, end: n.EndTicks, events: n.Events, lost: n.Lost}
	p.raise(w, t, n.Level, &covers, s)
	return nil
}
