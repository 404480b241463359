package verify

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"tracer/internal/summary"
	"tracer/internal/wire"
)

// entry notes damage of an entry of a summary.
func (w *walk) entry(n *node, format string, args ...any) {
	w.log.add(Finding{File: n.part.index, Offset: n.at, Severity: Damage, Thread: w.t.number,
		From: w.p.ns(n.Ticks), To: w.p.ns(n.EndTicks), What: fmt.Sprintf(format, args...)})
}

// record notes damage of a summary.
func (w *walk) record(n *node, format string, args ...any) {
	w.log.add(Finding{File: n.part.summaries.name, Offset: int64(n.Offset), Severity: Damage, Thread: w.t.number,
		From: w.p.ns(n.Ticks), To: w.p.ns(n.EndTicks), What: fmt.Sprintf("summary of level %d: ", n.Level) + fmt.Sprintf(format, args...)})
}

// summary reads a summary and compares its head with its entry.
func (w *walk) summary(n *node) (*summary.Summary, bool) {
	w.p.v.step(int64(n.Size))
	h, s, err := w.readSummary(n)
	if err != nil {
		if c, ok := errors.AsType[*wire.CorruptError](err); ok {
			err = errors.New(c.What)
		}
		w.record(n, "%v", err)
		return nil, false
	}
	want := wire.Summary{Magic: h.Magic, CRC: h.CRC, Unpacked: h.Unpacked, Size: n.Size, Level: n.Level, Thread: n.Thread, Sequence: n.Sequence, Slots: n.Slots}
	if h != want || s.Events != n.Events || s.Lost != n.Lost {
		w.entry(n, "the entry of the summary at byte %d is not as its head", n.Offset)
		return nil, false
	}
	n.whole = true
	return s, true
}

func (w *walk) readSummary(n *node) (wire.Summary, *summary.Summary, error) {
	b, err := n.part.summaries.read(make([]byte, n.Size), int64(n.Offset))
	if err != nil {
		return wire.Summary{}, nil, err
	}
	return summary.Decode(b, w.zstd)
}

// checkUpper compares the summaries of the higher levels with those below them.
func (s *sums) checkUpper(w *walk) {
	for _, n := range s.upper {
		stored, ok := w.summary(n)
		if !ok {
			continue
		}
		below := s.below(n)
		covers := wire.Node{Flags: 0}
		for i, c := range below {
			if i == 0 {
				covers = wire.Node{Sequence: c.Sequence, Ticks: c.Ticks}
			}
			covers.Slots, covers.EndTicks = uint32(c.end()-uint64(covers.Sequence)), c.EndTicks
			covers.Events += c.Events
			covers.Lost += c.Lost
			covers.Flags |= c.Flags
		}
		want := wire.Node{Sequence: n.Sequence, Slots: n.Slots, Ticks: n.Ticks, EndTicks: n.EndTicks, Events: n.Events, Lost: n.Lost, Flags: n.Flags}
		if int(n.Children) != len(below) || covers != want {
			w.entry(n, "summary of level %d of %d others with %d events, expected %d with %d", n.Level, n.Children, n.Events, len(below), covers.Events)
			continue
		}
		sum := s.merge(w, below)
		if sum == nil {
			continue // told already
		}
		if t := differ(stored, sum); t != 0 {
			w.record(n, "it is not the sum of those below it: %s", t)
			continue
		}
		w.summaries++
	}
}

// below returns the summaries that n is of.
func (s *sums) below(n *node) []*node {
	all := s.nodes
	if n.Level > 2 {
		all = s.upper
	}
	i, _ := slices.BinarySearchFunc(all, n, func(c, n *node) int {
		return cmp.Or(cmp.Compare(c.Level, n.Level-1), cmp.Compare(c.Sequence, n.Sequence))
	})
	var below []*node
	for ; i < len(all) && all[i].Level == n.Level-1 && all[i].end() <= n.end(); i++ {
		if all[i].part == n.part {
			below = append(below, all[i])
		}
	}
	return below
}

// merge adds summaries up; nil if one of them cannot be read.
func (s *sums) merge(w *walk, nodes []*node) *summary.Summary {
	var sum *summary.Summary
	for _, n := range nodes {
		if !n.whole {
			return nil
		}
		_, next, err := w.readSummary(n)
		if err != nil {
			return nil
		}
		if sum == nil {
			sum = next
		} else {
			sum.Extend(next)
		}
	}
	return sum
}
