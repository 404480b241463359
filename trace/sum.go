package trace

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/summary"
	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// Window is a stretch of time in ns since the trace began: the events from From on
// and before To, and the time between. The zero Window is all of the trace.
type Window struct{ From, To int64 }

// All reports whether w is all of the trace.
func (w Window) All() bool { return w == Window{} }

// ticks returns the window on a process's clock.
func (w Window) ticks(p *Process) (from, to uint64) {
	if w.All() {
		return 0, math.MaxUint64
	}
	return p.clock.Ticks(w.From), p.clock.Ticks(w.To)
}

// Sums is what events add up to: see package summary. Its times are ticks of the
// process's clock, see Process.Span, its costs are for Process.Corrected; its rows are
// named by locations of the process.
type Sums = summary.Summary

// LineSum, FunctionSum and ContextSum are rows of Sums.
type (
	LineSum     = summary.Line
	FunctionSum = summary.Function
	ContextSum  = summary.Context
)

// NoMin is the Min of a function of which no activation was whole.
const NoMin = summary.NoMin

// Sum returns what the thread's events in the window add up to. It merges the
// summaries that lie within the window, and decodes only what these leave, at its
// ends. The error says what could not be read; the sums are of the rest.
//
// Frames that were open when the window began have the time from there on.
func (th *Thread) Sum(w Window) (*Sums, error) {
	from, to := w.ticks(th.Process)
	s := &summer{th: th, from: from, to: to, sums: &Sums{}}
	i := slices.IndexFunc(th.pieces, func(pc piece) bool { return pc.end >= from })
	if i < 0 {
		return s.sums, nil
	}
	begin := i
	for i < len(th.pieces) && th.pieces[i].ticks < to {
		next, n := s.node(i)
		if n == nil {
			i++
			continue
		}
		s.decode(begin, i)
		s.read(n)
		i, begin = next, next
	}
	s.decode(begin, i)
	return s.sums, s.err
}

// summer adds up the pieces of a thread in a window.
type summer struct {
	th       *Thread
	from, to uint64 // ticks
	sums     *Sums
	begun    bool
	err      error
	unzstd   *zstd.Decoder
}

// node returns the highest summary that begins with piece i and lies within the
// window, and the piece behind it.
func (s *summer) node(i int) (next int, n *nodeRef) {
	if s.th.pieces[i].ticks < s.from {
		return 0, nil
	}
	for _, c := range s.candidates(i) {
		if c.node.EndTicks < s.to || s.to == math.MaxUint64 {
			return c.end, c.node
		}
	}
	return 0, nil
}

// candidates are the summaries that begin with piece i, the highest first.
func (s *summer) candidates(i int) (list []candidate) {
	pieces, nodes := s.th.pieces, s.th.nodes
	at, _ := slices.BinarySearchFunc(nodes, pieces[i].sequence, func(n nodeRef, sequence uint32) int { return cmp.Compare(n.Sequence, sequence) })
	for ; at < len(nodes) && nodes[at].Sequence == pieces[i].sequence; at++ {
		end := nodes[at].Sequence + nodes[at].Slots
		next, _ := slices.BinarySearchFunc(pieces, end, func(pc piece, sequence uint32) int { return cmp.Compare(pc.sequence, sequence) })
		if last := pieces[next-1]; last.sequence+last.slots == end && compacted(pieces[i:next]) {
			list = append(list, candidate{&nodes[at], next})
		}
	}
	return list
}

// compacted reports whether all pieces are segments: a summary knows nothing of a
// slot that was found later.
func compacted(pieces []piece) bool {
	return !slices.ContainsFunc(pieces, func(pc piece) bool { return pc.part == nil })
}

// sortNodes puts a thread's summaries in the order in which they are looked for.
func sortNodes(nodes []nodeRef) {
	slices.SortStableFunc(nodes, func(a, b nodeRef) int {
		return cmp.Or(cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(b.Level, a.Level))
	})
}

// read adds a stored summary. Without it its segments tell the same.
func (s *summer) read(n *nodeRef) {
	sum, err := s.load(n)
	if err != nil {
		s.fail(fmt.Errorf("read summary of thread %d of %s: %w", s.th.Number, s.th.Process.Dir, names.Moved(err, int64(n.Offset))))
		return
	}
	s.add(sum)
}

func (s *summer) load(n *nodeRef) (*Sums, error) {
	if n.part.summaries == nil {
		return nil, &wire.CorruptError{What: "the file of the summaries is not there"}
	}
	if info, err := n.part.summaries.Stat(); err != nil {
		return nil, err
	} else if n.Offset > uint64(info.Size()) || uint64(n.Size) > uint64(info.Size())-n.Offset {
		return nil, &wire.CorruptError{What: "the file ends before it"}
	}
	b := make([]byte, n.Size)
	if _, err := n.part.summaries.ReadAt(b, int64(n.Offset)); err != nil && err != io.EOF {
		return nil, err
	}
	if s.unzstd == nil {
		s.unzstd = zstd.NewDecoder()
	}
	h, sum, err := summary.Decode(b, s.unzstd)
	if err == nil && (h.Thread != n.Thread || h.Sequence != n.Sequence || h.Slots != n.Slots || h.Level != n.Level) {
		err = &wire.CorruptError{What: fmt.Sprintf("summary of thread %d from slot %d on, expected thread %d, slot %d", h.Thread, h.Sequence, n.Thread, n.Sequence)}
	}
	if err == nil {
		s.th.Process.renumber(sum, n.part)
	}
	return sum, err
}

func (s *summer) add(sum *Sums) {
	if !s.begun {
		s.begun = true
		*s.sums = *sum
		return
	}
	s.sums.Extend(sum)
}

func (s *summer) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// decode adds the pieces from a up to b, as far as they lie in the window.
func (s *summer) decode(a, b int) {
	if a == b {
		return
	}
	builder := s.builder()
	w := newWalkOf(s.th, a, b, builder, replay.Uncalibrated, window)
	end := s.th.pieces[b-1].end
	if s.from > s.th.pieces[a].ticks {
		w.limit = s.from
		for w.step() {
		}
		builder.Cut(int64(s.from))
		w.events = 0
	}
	w.limit = s.to
	for w.step() {
	}
	if b == len(s.th.pieces) && !w.reached {
		w.Finish()
	}
	sum := builder.Cut(int64(min(max(end, s.from), s.to)))
	sum.Events = w.events
	s.add(sum)
	s.failWalk(w)
}

func (s *summer) builder() *summary.Builder {
	rows, contexts := s.th.Process.summaries()
	return summary.NewBuilder(rows, contexts)
}

func (s *summer) failWalk(w *walk) {
	if err := w.err(); err != nil {
		s.fail(err)
	}
}

// summaries are what sums of the process's events need.
func (p *Process) summaries() (*summary.Rows, *summary.Contexts) {
	s := p.sums
	s.once.Do(func() {
		s.rows = summary.NewRows(p.names)
		s.contexts = summary.NewContexts(maxContexts)
		s.numbers = map[int][]uint32{}
		for _, pt := range p.parts {
			s.numbers[pt.number] = pt.joinContexts(s.contexts)
		}
	})
	return s.rows, s.contexts
}

// maxContexts bounds the calling context tree of a process.
const maxContexts = 1 << 22

// joinContexts adds a part's contexts to those of the process, and returns their
// numbers there by their numbers in the part. Each part has a tree of its own.
// Contexts that cannot be read are missing: what is theirs is the root's.
func (pt *part) joinContexts(all *summary.Contexts) []uint32 {
	own := summary.NewContexts(maxContexts)
	if pt.contexts != nil {
		_ = loadContexts(own, pt)
	}
	numbers := make([]uint32, own.Len())
	for i := 1; i < len(numbers); i++ {
		c := own.At(i)
		numbers[i] = all.Child(numbers[c.Parent], wire.Location(c.Site), wire.Location(c.Code))
	}
	return numbers
}

// renumber gives the contexts of a summary of a part their numbers in the process.
func (p *Process) renumber(s *Sums, pt *part) {
	p.summaries()
	numbers := p.sums.numbers[pt.number]
	same := true
	for i, c := range s.Contexts {
		number := uint32(0)
		if int(c.Number) < len(numbers) {
			number = numbers[c.Number]
		}
		same = same && number == c.Number
		s.Contexts[i].Number = number
	}
	if same {
		return
	}
	slices.SortFunc(s.Contexts, func(a, b ContextSum) int { return cmp.Compare(a.Number, b.Number) })
	kept := s.Contexts[:0]
	for _, c := range s.Contexts {
		if n := len(kept); n > 0 && kept[n-1].Number == c.Number {
			kept[n-1].Calls += c.Calls
			kept[n-1].Self += c.Self
			kept[n-1].Cost += c.Cost
			continue
		}
		kept = append(kept, c)
	}
	s.Contexts = kept
}

func loadContexts(c *summary.Contexts, pt *part) error {
	info, err := pt.contexts.Stat()
	if err != nil {
		return err
	}
	b := make([]byte, min(info.Size(), maxContexts*wire.ContextBytes))
	n, err := pt.contexts.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return err
	}
	return c.Load(b[:n])
}

// before returns how many bytes of words are events before the limit, and how many
// events these are. A time mark belongs to the event after it.
func before(words []byte, ticks, limit uint64) (n int, events uint64) {
	upper := uint64(0)
	for at := 0; at+8 <= len(words); at += 8 {
		w := wordAt(words, at)
		if w == 0 {
			break
		}
		if w.Kind() == wire.Mark {
			if w.Location() == wire.MarkTime {
				upper += uint64(w.Delta()) << 32
			} else {
				n = at + 8
			}
			continue
		}
		ticks += upper + uint64(w.Delta())
		upper = 0
		if ticks >= limit {
			return n, events
		}
		n = at + 8
		events++
	}
	return len(words), events
}
