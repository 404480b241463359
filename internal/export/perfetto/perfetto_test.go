package perfetto

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline/timelinetest"
	"tracer/trace"
)

// export writes a trace and reads it.
func export(tb testing.TB, tr *trace.Trace, q query.Query, lines bool) *decoded {
	tb.Helper()
	var b bytes.Buffer
	if err := Write(tb.Context(), &b, tr, Options{Query: q, Lines: lines}); err != nil {
		tb.Fatal(err)
	}
	return decode(tb, b.Bytes())
}

// lineNumber is what of the name of a line's slice is its number.
var lineNumber = regexp.MustCompile(`(begin \w+ \d+).*`)

// check compares what a file tells of each thread with what it must.
func check(tb testing.TB, tr *trace.Trace, q query.Query, lines bool, want func(*trace.Thread) *timelinetest.Track) {
	tb.Helper()
	d := export(tb, tr, q, lines)
	threads := q.Threads(tr)
	l := newLayout(threads, lines)
	for i, th := range threads {
		track := want(th)
		timelinetest.Same(tb, "calls", d.told[l.thread(i).calls], track.Calls)
		if !lines {
			track.Lines = nil
		}
		got := d.told[l.thread(i).lines]
		for i := range got {
			got[i] = strings.Replace(lineNumber.ReplaceAllString(got[i], "$1"), "end return", "end", 1)
		}
		timelinetest.Same(tb, "lines", got, track.Lines)
	}
}

// told is what of a thread the format tells.
const told = timelinetest.Calls | timelinetest.Lines

func TestWholeTracesAreTold(t *testing.T) {
	timelinetest.Traces(t, func(t *testing.T, _ *rand.Rand, tr *trace.Trace) {
		for _, lines := range []bool{false, true} {
			check(t, tr, query.Query{}, lines, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
		}
	})
}

func TestPartsFollowEachOther(t *testing.T) {
	tr := timelinetest.Parts(t)
	check(t, tr, query.Query{}, true, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
}

func TestWhatIsAskedForIsTold(t *testing.T) {
	timelinetest.Traces(t, func(t *testing.T, rnd *rand.Rand, tr *trace.Trace) {
		for name, q := range timelinetest.Queries(t, rnd, tr) {
			t.Run(name, func(t *testing.T) {
				check(t, tr, q, true, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Asked(t, &q, th, told) })
			})
		}
	})
}

func FuzzWrite(f *testing.F) {
	for seed := range uint64(10) {
		f.Add(seed, seed%2 == 0, seed%3 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, gaps, lines bool) {
		tr := timelinetest.Random(t, seed, gaps)
		check(t, tr, query.Query{}, lines, func(th *trace.Thread) *timelinetest.Track { return timelinetest.Whole(t, th, told) })
	})
}
