package verify

import (
	"cmp"
	"fmt"
	"slices"

	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
)

// sums compares the summaries of a thread with what its events add up to. The
// lowest ones are compared while the thread is replayed, the others with those below
// them.
type sums struct {
	nodes   []*node // of level 1, by sequence
	at      int     // the one at hand, or the next
	window  window
	inside  bool
	loose   int    // segments since the last summary
	end     uint64 // the clock at the end of the last segment
	partial bool   // something of the window is missing
	now     *summary.Contexts
	upper   []*node // the others, by level and sequence
}

// window is what the segments of a summary are together.
type window struct {
	first           int // piece
	children, flags uint32
	events, lost    uint64
	ticks           uint64
}

// sort takes the summaries of a thread.
func (s *sums) sort(w *walk) {
	nodes := w.t.nodes
	slices.SortStableFunc(nodes, func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Sequence, b.Sequence))
	})
	for i, n := range nodes {
		if i > 0 && nodes[i-1].Level == n.Level && uint64(n.Sequence) < nodes[i-1].end() {
			w.entry(n, "summary of level %d of slot %d once more", n.Level, n.Sequence)
			continue
		}
		if n.Level == 1 {
			s.nodes = append(s.nodes, n)
		} else {
			s.upper = append(s.upper, n)
		}
	}
}

// tree returns the contexts for the sums of what begins with a piece; nil if it has none.
func (s *sums) tree(pc *piece) *summary.Contexts {
	if len(s.nodes) == 0 {
		return nil
	}
	s.now = s.nodes[min(s.at, len(s.nodes)-1)].part.tree
	return s.now
}

// enter comes before piece i.
func (s *sums) enter(w *walk, i int) {
	pc := &w.t.pieces[i]
	for !s.inside && s.at < len(s.nodes) && s.nodes[s.at].end() <= uint64(pc.sequence) {
		w.entry(s.nodes[s.at], "summary of slots that are not there")
		s.at++
	}
	if s.inside || s.at == len(s.nodes) || s.nodes[s.at].Sequence > pc.sequence {
		return
	}
	n := s.nodes[s.at]
	s.inside, s.partial = true, n.Sequence != pc.sequence
	s.window = window{first: i}
	if w.play != nil && w.play.frames.sums != nil && (s.loose > 0 || s.now != n.part.tree) {
		s.now = n.part.tree
		w.play.frames.sums.Use(s.now)
		w.play.frames.sums.Cut(int64(s.end)) // nobody has it
	}
	s.loose = 0
}

// broken says that a piece cannot be read.
func (s *sums) broken() { s.partial = true }

// add takes in a run.
func (s *sums) add(r *run) {
	s.end = r.end
	if r.piece.part != nil && !s.inside {
		s.loose++
	}
	x := &s.window
	if x.children == 0 {
		x.ticks = r.Ticks
	}
	x.children++
	x.events += r.events
	x.lost += r.lost
	if r.last {
		x.flags |= wire.SegmentLast
	}
	s.partial = s.partial || r.piece.part == nil
}

// leave comes after piece i.
func (s *sums) leave(w *walk, i int) {
	if !s.inside {
		return
	}
	n, end := s.nodes[s.at], uint64(w.t.pieces[i].sequence)+uint64(w.t.pieces[i].slots)
	if end < n.end() {
		return
	}
	s.inside = false
	s.at++
	if end > n.end() {
		w.entry(n, "summary up to slot %d, which is within a segment", n.end())
		s.partial = true
	}
	s.check(w, n, i)
}

// finish comes after the last piece.
func (s *sums) finish(w *walk) {
	if s.inside {
		w.entry(s.nodes[s.at], "summary of slots up to %d, there are those up to %d", s.nodes[s.at].end(), w.next)
		s.at++
	}
	for ; s.at < len(s.nodes); s.at++ {
		w.entry(s.nodes[s.at], "summary of slots that are not there")
	}
	if s.loose > 0 && w.p.v.state != store.Recording {
		w.log.add(Finding{File: w.t.pieces[0].file(), Offset: -1, Severity: w.p.v.unfinished(), Thread: w.t.number, From: -1, To: w.p.ns(s.end),
			What: fmt.Sprintf("the last segments of the thread are in no summary: %d", s.loose)})
	}
	s.checkUpper(w)
}

// check compares the summary n, which ends with piece i, with its events.
func (s *sums) check(w *walk, n *node, i int) {
	stored, ok := w.summary(n)
	x := &s.window
	if !s.partial && (n.Children != x.children || n.Events != x.events || n.Lost != x.lost || n.Flags != x.flags || n.Ticks != x.ticks || n.EndTicks != s.end) {
		w.entry(n, "summary of %d segments with %d events from %d to %d ticks, expected %d with %d from %d to %d",
			n.Children, n.Events, n.Ticks, n.EndTicks, x.children, x.events, x.ticks, s.end)
		s.partial = true
	}
	if w.play == nil {
		return
	}
	if s.partial {
		w.unsure = true
	}
	got := s.cut(w.play)
	if !ok || s.partial || w.p.unnamed {
		return
	}
	if t := s.explain(w, stored, got, i); t != 0 {
		w.record(n, "its sums are not those of its events: %s", t)
		return
	}
	w.summaries++
}

// cut returns the sums of the window.
func (s *sums) cut(pl *play) *summary.Summary {
	got := pl.frames.sums.Cut(int64(s.end))
	got.Events, got.Lost = s.window.events, s.window.lost
	return got
}

// compare returns what is not the same although it must be.
func (s *sums) compare(w *walk, stored, got *summary.Summary) table {
	t := differ(stored, got)
	if w.unsure {
		t &^= unsureTables
	}
	if w.elided {
		t &^= elidedTables
		if stored.Events == got.Events && stored.Start == got.Start && stored.End == got.End {
			t &^= tableRun
		}
	}
	if s.nodes[s.at-1].part.partial {
		t &^= tableContexts
	}
	return t
}

// explain returns what is not the same although it must be. What is stored may be of
// a controller that saw the thread's end there, and of one that went on after
// another, at the begin of this window or an earlier one: it knew of the frames that
// were open what their heads tell, but not when they were entered. Got is what is
// added up from the thread's begin on.
func (s *sums) explain(w *walk, stored, got *summary.Summary, last int) table {
	t := s.compare(w, stored, got)
	ended := s.ended(w, w.play, got)
	if t == 0 || s.compare(w, stored, ended) == 0 {
		return 0
	}
	fresh := s.afresh(w, last)
	if fresh == nil {
		return t
	}
	later := s.cut(fresh)
	u := s.compare(w, stored, later)
	switch {
	case (t|u)&^unsureTables == 0 && between(stored.Functions, ended.Functions, later.Functions):
		return 0
	case u == 0 || s.compare(w, stored, s.ended(w, fresh, later)) == 0:
		w.play = fresh
		return 0
	}
	return t
}

// ended returns sums with what the end of all open frames adds to them.
func (s *sums) ended(w *walk, pl *play, sum *summary.Summary) *summary.Summary {
	all := *sum
	for f := range pl.frames.sums.Ends(pl.At()) {
		all.Functions = joinFunctions(all.Functions, []summary.Function{f})
	}
	return &all
}

// afresh plays the window as one does who goes on after another: from the segment
// before it on, if there is one. It returns nil where that cannot be read.
func (s *sums) afresh(w *walk, last int) *play {
	first := s.window.first
	begin := max(0, first-1)
	if w.t.pieces[begin].part == nil {
		begin = first
	}
	fresh := w.p.newPlay(w.from(&w.t.pieces[begin]), s.nodes[s.at-1].part.tree)
	for i := begin; i <= last; i++ {
		_, r, err := w.decode(&w.t.pieces[i])
		if err != nil {
			return nil
		}
		w.count(&r)
		fresh.run(&r)
		if i < first {
			fresh.frames.sums.Cut(fresh.At())
		}
	}
	return fresh
}
