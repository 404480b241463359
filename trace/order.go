package trace

import (
	"cmp"
	"fmt"
	"slices"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// order puts what was found of each thread in its place.
func (x *index) order() {
	for _, th := range x.active {
		f := &th.found
		old := x.scanned && f.from < len(th.pieces) && th.pieces[f.from].seen != x.looks
		if old || len(f.slots)+len(f.segments) > 0 {
			x.merge(th)
		}
		if f.nodes {
			sortNodes(th.nodes)
			f.nodes = false
		}
	}
}

// inSegments returns how many of the thread's pieces come before the slots of raw
// at its end.
func (th *Thread) inSegments() int {
	n := len(th.pieces)
	for n > 0 && th.pieces[n-1].part == nil {
		n--
	}
	return n
}

// merge takes a thread's new pieces in. Slots that a segment has are left out, and
// so are those that were in raw at an earlier look and at this one are not: their
// segments are deleted again.
func (x *index) merge(th *Thread) {
	f := &th.found
	k := f.from
	for _, list := range [][]piece{f.slots, f.segments} {
		for i := range list {
			for k > 0 && th.pieces[k-1].behind() > uint64(list[i].sequence) {
				k--
			}
		}
	}
	all := slices.Concat(th.pieces[k:], f.slots, f.segments)
	th.events -= events(th.pieces[k:])
	slices.SortStableFunc(all, pieceOrder)
	kept := th.pieces[:k]
	for i := range all {
		pc := &all[i]
		if n := len(kept); n > 0 && uint64(pc.sequence) < kept[n-1].behind() {
			x.overlap(th, &kept[n-1], pc)
		} else if pc.part != nil || !x.scanned || pc.seen == x.looks {
			kept = append(kept, *pc)
		}
	}
	clear(th.pieces[min(len(kept), len(th.pieces)):])
	th.pieces = kept
	th.events += events(kept[k:])
	f.slots, f.segments, f.from, f.grew = nil, nil, k, true
}

func events(pieces []piece) (n uint64) {
	for i := range pieces {
		n += pieces[i].events
	}
	return n
}

// pieceOrder is by sequence; at the same, segments come before slots, longer ones
// before shorter ones, and slots that were seen lately before others.
func pieceOrder(a, b piece) int {
	raw := func(pc *piece) int {
		if pc.part == nil {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.sequence, b.sequence), cmp.Compare(raw(&a), raw(&b)), cmp.Compare(b.slots, a.slots), cmp.Compare(b.seen, a.seen))
}

// overlap deals with a piece that begins within the one before it.
func (x *index) overlap(th *Thread, last, pc *piece) {
	switch {
	case last.part == nil && last.offset == pc.offset: // the same slot, seen twice
		last.used, last.lost, last.last = max(last.used, pc.used), max(last.lost, pc.lost), last.last || pc.last
		if pc.whole || pc.counted && pc.words >= last.words {
			last.words, last.events, last.end, last.whole = pc.words, pc.events, pc.end, pc.whole
			last.counted = true
		}
	case last.part == nil && pc.seen == x.looks:
		x.twice(th, store.RawName, pc)
	case pc.part != nil:
		x.twice(th, store.PartName(store.SegmentsName, pc.part.number), pc)
	}
}

// twice notes a slot that there must not be.
func (x *index) twice(th *Thread, file string, pc *piece) {
	x.p.problem(file, &wire.CorruptError{Offset: pc.offset, What: fmt.Sprintf("slot %d of thread %d once more", pc.sequence, th.Number)})
}

// holes reports whether there are slots of raw of which those before are missing, and
// were not looked for yet.
func (x *index) holes() bool {
	found := false
	for _, th := range x.active {
		end := uint64(0)
		if n := th.found.from; n > 0 {
			end = th.pieces[n-1].behind()
		}
		for i := th.found.from; i < len(th.pieces); i++ {
			pc := &th.pieces[i]
			if first := uint64(pc.sequence); pc.part == nil && first > end && first >= th.found.holes {
				th.found.holes = first + 1
				found = true
			}
			end = pc.behind()
		}
	}
	return found
}

// drop leaves slots out that are gone, and in no segment.
func (x *index) drop() {
	for _, th := range x.active {
		f := &th.found
		rest := th.pieces[f.from:]
		if !slices.ContainsFunc(rest, func(pc piece) bool { return pc.gone }) {
			continue
		}
		th.events -= events(rest)
		rest = slices.DeleteFunc(rest, func(pc piece) bool { return pc.gone })
		th.events += events(rest)
		th.pieces = th.pieces[:f.from+len(rest)]
	}
}
