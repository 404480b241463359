package drain_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/segment"
	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// stored is what the files of a part say.
type stored struct {
	nodes     []wire.Node
	sums      map[int]*summary.Summary // by the place of the entry
	contexts  *summary.Contexts
	segments  []byte
	summaries []byte
}

// readParts reads all parts of a trace, and fails where an entry's record is not what
// the entry says.
func readParts(tb testing.TB, trace string) (parts []*stored) {
	tb.Helper()
	d, err := store.OpenDir(trace)
	if err != nil {
		tb.Fatal(err)
	}
	numbers, err := d.Parts("proc-100-0")
	if err != nil {
		tb.Fatal(err)
	}
	for _, n := range numbers {
		read := func(name string) []byte {
			b, err := os.ReadFile(filepath.Join(trace, "proc-100-0", store.PartName(name, n)))
			if err != nil {
				tb.Fatal(err)
			}
			return b
		}
		p := &stored{contexts: summary.NewContexts(1 << 20), sums: map[int]*summary.Summary{}, segments: read(store.SegmentsName), summaries: read(store.SummariesName)}
		if err := p.contexts.Load(read(store.ContextsName)); err != nil {
			tb.Fatal(err)
		}
		index := read(store.IndexName)
		if len(index)%wire.NodeBytes != 0 {
			tb.Fatalf("index of %d bytes", len(index))
		}
		for ; len(index) > 0; index = index[wire.NodeBytes:] {
			var n wire.Node
			n.Decode(index)
			p.nodes = append(p.nodes, n)
			p.check(tb, len(p.nodes)-1)
		}
		parts = append(parts, p)
	}
	return parts
}

// check decodes what an entry tells of.
func (p *stored) check(tb testing.TB, i int) {
	tb.Helper()
	n := &p.nodes[i]
	if n.Level == 0 {
		h, _, words, err := segment.NewDecoder().Decode(p.segments[n.Offset:][:n.Size])
		lost := uint64(h.Lost) + gaps(words)
		got := [...]uint64{uint64(h.Thread), uint64(h.TID), uint64(h.Sequence), uint64(h.Slots), h.Ticks, h.EndTicks, uint64(h.Events), lost, uint64(h.Flags), 0}
		want := [...]uint64{uint64(n.Thread), uint64(n.TID), uint64(n.Sequence), uint64(n.Slots), n.Ticks, n.EndTicks, n.Events, n.Lost, uint64(n.Flags), uint64(n.Children)}
		if err != nil || got != want {
			tb.Fatalf("segment %v, its entry %v, %v", got, want, err)
		}
		return
	}
	h, s, err := summary.Decode(p.summaries[n.Offset:][:n.Size], zstd.NewDecoder())
	if err != nil || h.Level != n.Level || h.Thread != n.Thread || h.Sequence != n.Sequence || h.Slots != n.Slots ||
		s.Events != n.Events || s.Lost != n.Lost || s.End != int64(n.EndTicks) {
		tb.Fatalf("summary %+v from %d to %d with %d events, %d lost, its entry %+v, %v", h, s.Start, s.End, s.Events, s.Lost, n, err)
	}
	p.sums[i] = s
	var sum wire.Node
	for _, o := range p.nodes[:i] {
		if o.Level != n.Level-1 || o.Thread != n.Thread || o.Sequence < n.Sequence || o.Sequence >= n.Sequence+n.Slots {
			continue
		}
		if sum.Children == 0 {
			sum.Sequence, sum.Ticks = o.Sequence, o.Ticks
		}
		sum.Children++
		sum.EndTicks, sum.Slots = o.EndTicks, o.Sequence+o.Slots
		sum.Events, sum.Lost, sum.Flags = sum.Events+o.Events, sum.Lost+o.Lost, sum.Flags|o.Flags
	}
	sum.Slots -= sum.Sequence
	if n.Children == 0 || sum.Children != n.Children || sum.Sequence != n.Sequence || sum.Slots != n.Slots || sum.Ticks != n.Ticks ||
		sum.EndTicks != n.EndTicks || sum.Events != n.Events || sum.Lost != n.Lost || sum.Flags != n.Flags {
		tb.Fatalf("entry %+v, those that it covers add up to %+v", n, sum)
	}
}

func gaps(words []byte) (lost uint64) {
	for ; len(words) > 0; words = words[8:] {
		if w := wire.Event(binary.LittleEndian.Uint64(words)); w.Kind() == wire.Mark && w.Location() == wire.MarkGap {
			lost += uint64(w.Delta())
		}
	}
	return lost
}

// tops returns the entries of a thread that no other covers, in their order.
func (p *stored) tops(thread uint32) (list []int) {
	for i, n := range p.nodes {
		covers := func(o wire.Node) bool {
			return o.Thread == thread && o.Level > n.Level && o.Sequence <= n.Sequence && n.Sequence+n.Slots <= o.Sequence+o.Slots
		}
		if n.Thread == thread && !slices.ContainsFunc(p.nodes, covers) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(p.nodes[a].Sequence, p.nodes[b].Sequence) })
	return list
}

// How exact the summaries of a plan are.
type exactness int

const (
	exact exactness = iota
	// A drain that is resumed does not know when the frames were entered that are
	// open then: min and max are of less.
	resumed
	// After a loss it knows the lines where these frames are, and one that
	// was not stopped does not: times may be charged to others.
	resumedWithLosses
)

// checkSums compares the stored summaries of whole threads with those of a plan: there
// is one in each part that takes all others in.
func checkSums(tb testing.TB, name, trace string, p *plan, how exactness) {
	tb.Helper()
	parts := readParts(tb, trace)
	for i := range p.threads {
		for _, part := range parts {
			tops := part.tops(uint32(i + 1))
			if len(tops) > 1 || len(tops) == 1 && part.nodes[tops[0]].Level == 0 {
				tb.Fatalf("%s: thread %d has %d entries that none covers: %+v", name, i+1, len(tops), part.nodes[tops[0]])
			}
		}
	}
	checkTotals(tb, name, trace, parts, p, how)
}

// checkTotals does so where there may be several.
func checkTotals(tb testing.TB, name, trace string, parts []*stored, p *plan, how exactness) {
	tb.Helper()
	set := names.NewReader(nil)
	b, err := os.ReadFile(filepath.Join(trace, "proc-100-0", store.NamesName))
	if err == nil {
		err = set.Read(bytes.NewReader(b), int64(len(b)))
	}
	if err != nil {
		tb.Fatal(err)
	}
	for i, slots := range p.threads {
		want, tree := reference(set.Set, slots)
		if want == nil {
			continue
		}
		got, contexts := total(parts, uint32(i+1))
		if got == nil {
			tb.Fatalf("%s: no summary of thread %d", name, i+1)
		}
		g, w := added(contexts), added(paths(tree, want))
		got.Contexts, want.Contexts = nil, nil
		got.Detail, want.Detail = summary.Detail{}, summary.Detail{}
		forget(how, got, want, w)
		for way := range w {
			if g[way] != w[way] {
				tb.Fatalf("%s: thread %d: context %s has %d, expected %d", name, i+1, way, g[way], w[way])
			}
		}
		if how < resumedWithLosses && len(g) != len(w) {
			tb.Fatalf("%s: thread %d: %d contexts, expected %d", name, i+1, len(g), len(w))
		}
		if what := differ(got, want); what != "" {
			tb.Fatalf("%s: thread %d: %s", name, i+1, what)
		}
	}
}

// reference adds slots up without any draining; nil if nothing was recorded.
func reference(set *names.Set, slots []*planned) (*summary.Summary, *summary.Contexts) {
	tree := summary.NewContexts(1 << 20)
	b := summary.NewBuilder(summary.NewRows(set), tree)
	player := replay.NewPlayer(set, replay.Uncalibrated, b)
	events := uint64(0)
	for _, s := range slots {
		if s.absent {
			continue
		}
		player.Enter(&replay.Head{Sequence: s.head.Sequence, Slots: 1, Ticks: s.head.Ticks, Depth: s.head.Depth, Frames: s.frames})
		player.Words(s.words)
		player.Lost(uint64(s.head.Lost))
		events += countEvents(s.words)
	}
	if !player.Begun() {
		return nil, nil
	}
	player.Finish()
	sum := b.Cut(math.MinInt64)
	sum.Events = events
	return sum, tree
}

// total adds up the summaries of a thread that no other takes in.
func total(parts []*stored, thread uint32) (sum *summary.Summary, contexts []string) {
	for _, part := range parts {
		for _, top := range part.tops(thread) {
			if part.nodes[top].Level == 0 {
				continue // then the sum is wrong
			}
			s := part.sums[top]
			contexts = append(contexts, paths(part.contexts, s)...)
			if sum == nil {
				sum = s
			} else {
				sum.Extend(s)
			}
		}
	}
	return sum, contexts
}

// forget takes away what is not as exact.
func forget(how exactness, got, want *summary.Summary, w map[string][3]int64) {
	for _, s := range []*summary.Summary{got, want} {
		for i := range s.Functions {
			if how >= resumed {
				f := &s.Functions[i]
				f.Min, f.Max, f.MinCost, f.MaxCost = 0, 0, 0, 0
			}
		}
		if how < resumedWithLosses {
			continue
		}
		s.Lines = slices.DeleteFunc(s.Lines, func(l summary.Line) bool { return l.Hits == 0 })
		for i := range s.Lines {
			l := &s.Lines[i]
			l.Self, l.Below, l.Cost, l.BelowCost = 0, 0, 0, 0
		}
		s.Overlaps = nil
	}
	if how == resumedWithLosses {
		clear(w)
	}
}

// differ says in what two summaries differ.
func differ(got, want *summary.Summary) string {
	g, w := reflect.ValueOf(got).Elem(), reflect.ValueOf(want).Elem()
	for i := range g.NumField() {
		name, x, y := g.Type().Field(i).Name, g.Field(i), w.Field(i)
		if x.Kind() != reflect.Slice {
			if !reflect.DeepEqual(x.Interface(), y.Interface()) {
				return fmt.Sprintf("%s %+v, expected %+v", name, x, y)
			}
			continue
		}
		for j := range max(x.Len(), y.Len()) {
			if j >= x.Len() || j >= y.Len() || !reflect.DeepEqual(x.Index(j).Interface(), y.Index(j).Interface()) {
				return fmt.Sprintf("%s from %d on %+v, expected %+v", name, j, x.Slice(min(j, x.Len()), min(j+2, x.Len())), y.Slice(min(j, y.Len()), min(j+2, y.Len())))
			}
		}
	}
	return ""
}

func countEvents(words []byte) (n uint64) {
	for ; len(words) > 0; words = words[8:] {
		if wire.Event(binary.LittleEndian.Uint64(words)).Kind() != wire.Mark {
			n++
		}
	}
	return n
}

// paths are a summary's contexts by name: calls, self time, cost and the way there.
func paths(tree *summary.Contexts, s *summary.Summary) (list []string) {
	for _, c := range s.Contexts {
		var way []string
		for n := c.Number; n != 0; {
			x := tree.At(int(n))
			way = append(way, fmt.Sprintf("%d>%d", x.Site, x.Code))
			n = x.Parent
		}
		slices.Reverse(way)
		list = append(list, fmt.Sprintf("%d %d %d %s", c.Calls, c.Self, c.Cost, strings.Join(way, " ")))
	}
	return list
}

// added adds up the contexts of the same way.
func added(list []string) map[string][3]int64 {
	sums := map[string][3]int64{}
	for _, text := range list {
		var calls, self, cost int64
		_, _ = fmt.Sscan(text, &calls, &self, &cost)
		way := strings.SplitN(text, " ", 4)[3]
		sum := sums[way]
		sums[way] = [3]int64{sum[0] + calls, sum[1] + self, sum[2] + cost}
	}
	return sums
}
