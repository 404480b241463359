package trace_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"tracer/internal/store"
	"tracer/internal/summary"
	"tracer/internal/wire"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// selfSums adds up the differences of moments, over parts that follow each other: what a
// line has is what went by while it was the current line of the innermost frame.
type selfSums struct {
	t       *testing.T
	lossy   bool                          // lines are not compared where parts meet, nor in sums
	bases   map[*trace.Code]wire.Location // of the first code object of the same function
	frames  []trace.OpenFrame
	last    trace.Moment
	begun   bool
	lines   map[summary.LineKey]*trace.LineSum
	outside trace.LineSum
	calls   uint64
}

func newSelfSums(t *testing.T, p *trace.Process) *selfSums {
	s := &selfSums{t: t, bases: map[*trace.Code]wire.Location{}, lines: map[summary.LineKey]*trace.LineSum{}}
	type function struct {
		module, name string
		file         *trace.File
		line         int
	}
	first := map[function]wire.Location{}
	for _, c := range p.Codes {
		f := function{c.Module, c.Qualname, c.File, c.FirstLine}
		if _, ok := first[f]; !ok {
			first[f] = c.Base
		}
		s.bases[c] = first[f]
	}
	return s
}

func (s *selfSums) row() *trace.LineSum {
	if len(s.frames) == 0 {
		return &s.outside
	}
	f := s.frames[len(s.frames)-1]
	key := summary.LineKey{Of: s.bases[f.Code], Line: uint32(f.Code.Line(f.Loc))}
	if s.lines[key] == nil {
		s.lines[key] = &trace.LineSum{LineKey: key}
	}
	return s.lines[key]
}

// step charges the time since the last moment.
func (s *selfSums) step(m trace.Moment) {
	if m.At < s.last.At {
		s.t.Errorf("time falls from %d to %d", s.last.At, m.At)
	}
	row := s.row()
	row.Self += uint64(m.At - s.last.At)
	row.Cost += m.Cost - s.last.Cost
	s.last = m
}

func (s *selfSums) Begin(m trace.Moment, open []trace.OpenFrame) {
	if s.begun {
		plain := func(list []trace.OpenFrame) (all []string) {
			for _, f := range list {
				if s.lossy {
					f.Loc = f.Code.Base
				}
				all = append(all, fmt.Sprint(f.Code.Qualname, f.Loc))
			}
			return all
		}
		if m.At != s.last.At || !reflect.DeepEqual(plain(open), plain(s.frames)) {
			s.t.Errorf("a part begins at %d with %v, the one before ends at %d with %v", m.At, plain(open), s.last.At, plain(s.frames))
		}
	}
	if m.Cost != 0 {
		s.t.Errorf("a part begins at a cost of %d", m.Cost)
	}
	s.begun, s.last, s.frames = true, m, slices.Clone(open)
}

func (s *selfSums) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	s.step(m)
	if k == wire.Call {
		s.calls++
	}
	s.frames = append(s.frames, trace.OpenFrame{Code: c, Loc: loc})
}

func (s *selfSums) Line(m trace.Moment, loc wire.Location) {
	s.step(m)
	s.frames[len(s.frames)-1].Loc = loc
	s.row().Hits++
}

func (s *selfSums) Close(m trace.Moment, _ wire.Kind) {
	s.step(m)
	s.frames = s.frames[:len(s.frames)-1]
}

func (s *selfSums) Gap(m trace.Moment, _ uint64) { s.step(m) }

func (s *selfSums) End(m trace.Moment) { s.step(m) }

// compare compares with what Sum says.
func (s *selfSums) compare(want *trace.Sums) error {
	if s.outside.Self != want.Outside || s.outside.Cost != want.OutsideCost {
		return fmt.Errorf("%d outside at a cost of %d, expected %d at %d", s.outside.Self, s.outside.Cost, want.Outside, want.OutsideCost)
	}
	calls := uint64(0)
	for _, f := range want.Functions {
		calls += f.Calls
	}
	if s.calls != calls {
		return fmt.Errorf("%d calls, expected %d", s.calls, calls)
	}
	var got []trace.LineSum
	for _, l := range s.lines {
		got = append(got, *l)
	}
	have, wanted := s.rows(got), s.rows(want.Lines)
	for key := range have {
		if have[key] != wanted[key] {
			return fmt.Errorf("line %+v, expected %+v", have[key], wanted[key])
		}
	}
	if len(have) != len(wanted) {
		return fmt.Errorf("%d lines, expected %d", len(have), len(wanted))
	}
	return nil
}

// rows are the lines that have anything; of a lossy trace the functions.
func (s *selfSums) rows(lines []trace.LineSum) map[summary.LineKey]trace.LineSum {
	rows := map[summary.LineKey]trace.LineSum{}
	for _, l := range lines {
		if s.lossy {
			l.Line = 0
		}
		r := rows[l.LineKey]
		l.Self, l.Cost, l.Hits = l.Self+r.Self, l.Cost+r.Cost, l.Hits+r.Hits
		if l.Below, l.BelowCost = 0, 0; l == (trace.LineSum{LineKey: l.LineKey}) {
			delete(rows, l.LineKey)
			continue
		}
		rows[l.LineKey] = l
	}
	return rows
}

// randomTraces are traces of random programs, as they were recorded and compacted.
func randomTraces(t *testing.T, seed uint64, each func(t *testing.T, rnd *rand.Rand, tr *trace.Trace, lossy bool)) {
	for name, r := range map[string]tracetest.Random{
		"small":         {Events: 300, Codes: 5},
		"many pieces":   {Events: 30_000, Codes: 20, Threads: 3},
		"gaps":          {Events: 20_000, Codes: 12, Threads: 2, Gaps: true},
		"deep":          {Events: 20_000, Codes: 8, Deep: true},
		"deep and gaps": {Events: 20_000, Codes: 8, Deep: true, Gaps: true, SlotSize: 8192},
	} {
		for _, compact := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, compact %t", name, compact), func(t *testing.T) {
				rnd := rand.New(rand.NewPCG(seed, 2))
				text := r.Text(rnd)
				path := tracetest.Write(t, tracetest.Spec{Processes: []string{text}, Compact: compact})
				each(t, rnd, openDir(t, path), r.Gaps)
			})
		}
	}
}

func TestPartsAddUpToSums(t *testing.T) {
	for seed := range uint64(2) {
		randomTraces(t, seed, func(t *testing.T, rnd *rand.Rand, tr *trace.Trace, lossy bool) {
			for _, th := range tr.Processes()[0].Threads {
				times := eventTimes(t, th)
				for _, w := range windows(rnd, times) {
					want, err := th.Sum(w)
					if err != nil {
						t.Fatal(err)
					}
					got := newSelfSums(t, th.Process)
					got.lossy = lossy
					parts := trace.Divide(th, w, 1+rnd.Uint64N(5000))
					for _, p := range parts {
						if err := p.Replay(got); err != nil {
							t.Fatal(err)
						}
					}
					if err := got.compare(want); err != nil {
						t.Fatalf("%d parts of thread %d in %v: %v", len(parts), th.Number, w, err)
					}
				}
			}
		})
	}
}

// windows are all, and a partition.
func windows(rnd *rand.Rand, times []int64) []trace.Window {
	cuts := []int64{-1 << 40, times[len(times)-1] + 1}
	for range 4 {
		cuts = append(cuts, times[rnd.IntN(len(times))]+rnd.Int64N(3)-1)
	}
	slices.Sort(cuts)
	all := []trace.Window{{}}
	for i, to := range slices.Compact(cuts)[1:] {
		all = append(all, trace.Window{From: slices.Compact(cuts)[i], To: to})
	}
	return all
}

// TestALongWaitBetweenParts has the time mark of an event in the part before.
func TestALongWaitBetweenParts(t *testing.T) {
	tr := open(t, names+`slot
		call 1 +10
		line 2
		mark time +3
		slot ticks=10
		frame code=1 entered-ticks=10 location=2
		line 3 +7
		return 1 +1`)
	th := tr.Processes()[0].Threads[0]
	whole, parted := newSelfSums(t, th.Process), newSelfSums(t, th.Process)
	if err := th.Part(trace.Window{}).Replay(whole); err != nil {
		t.Fatal(err)
	}
	parts := trace.Divide(th, trace.Window{}, 1)
	for _, p := range parts {
		if err := p.Replay(parted); err != nil {
			t.Fatal(err)
		}
	}
	line := whole.lines[summary.LineKey{Of: 1, Line: 1}]
	if len(parts) != 2 || !reflect.DeepEqual(parted.lines, whole.lines) || line == nil || line.Self != 3<<32+7 {
		t.Errorf("%d parts: line 1 took %+v, expected %d ticks; in one part it is the same: %t", len(parts), line, 3<<32+7, reflect.DeepEqual(parted.lines, whole.lines))
	}
}

// TestAPartThatCannotBeRead damages a segment: the others are told, and fit.
func TestAPartThatCannotBeRead(t *testing.T) {
	r := tracetest.Random{Events: 20_000, Codes: 12}
	path := tracetest.Write(t, tracetest.Spec{Processes: []string{r.Text(rand.New(rand.NewPCG(4, 4)))}, Compact: true})
	files, err := filepath.Glob(filepath.Join(path, "proc-*", store.PartName(store.SegmentsName, 0)))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var h wire.Segment
	h.Decode(b) // the first
	for _, damaged := range []int{0, int(h.Size)} {
		bad := slices.Clone(b)
		bad[damaged+wire.SegmentBytes+int(h.Frames)*wire.FrameBytes+200] ^= 1
		if err := os.WriteFile(files[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		th := openDir(t, path).Processes()[0].Threads[0]
		for _, least := range []uint64{1, 1 << 40} {
			got, failed, gaps := newSelfSums(t, th.Process), 0, 0
			got.lossy = true
			parts := trace.Divide(th, trace.Window{}, least)
			for _, p := range parts {
				v := &gapCounter{selfSums: got}
				err := p.Replay(v)
				gaps += v.gaps
				var corrupt *wire.CorruptError
				if errors.As(err, &corrupt) {
					failed++
				} else if err != nil {
					t.Fatal(err)
				}
			}
			hits := uint64(0)
			for _, l := range got.lines {
				hits += l.Hits
			}
			if failed != 1 || gaps != 1 || hits < 3000 {
				t.Errorf("%d parts, damaged at byte %d: %d fail, with %d gaps and %d hits", len(parts), damaged, failed, gaps, hits)
			}
		}
	}
}

// gapCounter is selfSums that counts gaps.
type gapCounter struct {
	*selfSums
	gaps int
}

func (c *gapCounter) Gap(m trace.Moment, lost uint64) {
	c.gaps++
	c.selfSums.Gap(m, lost)
}

// TestPartsOfSlotsThatMove reads a trace as it was when it was opened, after its
// controller has compacted it.
func TestPartsOfSlotsThatMove(t *testing.T) {
	r := tracetest.Random{Events: 20_000, Codes: 12, Threads: 2}
	text := r.Text(rand.New(rand.NewPCG(5, 4)))
	path := tracetest.Write(t, tracetest.Spec{Manifest: store.Manifest{State: store.Recording}, Processes: []string{text}})
	tr := openDir(t, path)
	want := map[*trace.Thread]*trace.Sums{}
	parts := map[*trace.Thread][]*trace.Part{}
	w := trace.Window{From: 10_000, To: tr.Info().DurationNS / 2}
	for _, th := range tr.Processes()[0].Threads {
		var err error
		if want[th], err = th.Sum(w); err != nil {
			t.Fatal(err)
		}
		parts[th] = trace.Divide(th, w, 1000)
	}
	tracetest.Compact(t, path)
	for th := range want {
		got := newSelfSums(t, th.Process)
		for _, p := range parts[th] {
			if err := p.Replay(got); err != nil {
				t.Fatal(err)
			}
		}
		if err := got.compare(want[th]); err != nil || len(parts[th]) < 3 {
			t.Errorf("%d parts: %v", len(parts[th]), err)
		}
	}
}
