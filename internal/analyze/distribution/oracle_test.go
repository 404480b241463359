package distribution

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/wire"
	"tracer/trace"
)

// oracle is the definitions on the package's page, word by word: it keeps every sample, and at each
// event looks at all open frames. One tick is one ns.
type oracle struct {
	process *trace.Process
	thread  *trace.Thread
	scale   float64
	last    trace.Moment
	stack   []openFrame
	rows    map[key]*oracleRow
}

type openFrame struct {
	code    *trace.Code
	line    int
	entered trace.Moment
	cut     bool
	hit     bool // a line event brought it to the line
	hitAt   int64
	spent   lapse // there
}

// one is a sample: units are 1/256 ns.
type one struct {
	units, ticks, begin, end int64
	cut                      bool
	thread                   *trace.Thread
	by                       key // the caller
}

type oracleRow struct {
	count                uint64
	samples              []one
	self, total          lapse
	moved                bool // time has passed in it
	selfUnits, costUnits float64
}

func (o *oracle) row(c *trace.Code, line int) *oracleRow {
	k := keyOf(c, line)
	if o.rows[k] == nil {
		o.rows[k] = &oracleRow{}
	}
	return o.rows[k]
}

// function is the line of a function's row, which no line has.
const function = 0

// pass charges the time since the last event.
func (o *oracle) pass(m trace.Moment) {
	ticks, cost := m.At-o.last.At, m.Cost-o.last.Cost
	o.last = m
	if len(o.stack) == 0 {
		return
	}
	seen := map[*oracleRow]bool{}
	for _, f := range o.stack {
		seen[o.row(f.code, f.line)], seen[o.row(f.code, function)] = true, true
	}
	for r := range seen {
		r.total.add(ticks, cost)
	}
	top := &o.stack[len(o.stack)-1]
	o.row(top.code, top.line).self.add(ticks, cost)
	o.row(top.code, function).self.add(ticks, cost)
	top.spent.add(ticks, cost)
}

func (o *oracle) sample(begin int64, took lapse, cut bool) one {
	cost := took.cost
	if o.scale != 1 {
		cost = int64(math.Round(float64(cost) * o.scale))
	}
	return one{units: took.ticks*256 - cost, ticks: took.ticks, begin: begin, end: o.last.At, cut: cut, thread: o.thread}
}

// leave is the end of the innermost frame's hit.
func (o *oracle) leave() {
	top := &o.stack[len(o.stack)-1]
	if top.hit {
		r := o.row(top.code, top.line)
		r.samples = append(r.samples, o.sample(top.hitAt, top.spent, false))
	}
	top.hit, top.spent = false, lapse{}
}

func (o *oracle) Begin(m trace.Moment, open []trace.OpenFrame) {
	o.last, o.stack = m, nil
	for _, f := range open {
		o.stack = append(o.stack, openFrame{code: f.Code, line: f.Code.Line(f.Loc), entered: m, cut: true})
	}
}

func (o *oracle) Open(m trace.Moment, c *trace.Code, loc wire.Location, k wire.Kind) {
	o.pass(m)
	o.stack = append(o.stack, openFrame{code: c, line: c.Line(loc), entered: m, cut: k == trace.Adopted})
	if k == wire.Call {
		o.row(c, function).count++
	}
}

func (o *oracle) Line(m trace.Moment, loc wire.Location) {
	o.pass(m)
	o.leave()
	top := &o.stack[len(o.stack)-1]
	top.line, top.hit, top.hitAt = top.code.Line(loc), true, m.At
	o.row(top.code, top.line).count++
}

func (o *oracle) Close(m trace.Moment, k wire.Kind) {
	o.pass(m)
	o.leave()
	n := len(o.stack) - 1
	f := o.stack[n]
	s := o.sample(f.entered.At, lapse{m.At - f.entered.At, m.Cost - f.entered.Cost}, f.cut || k == trace.Implied)
	if n > 0 {
		s.by = keyOf(o.stack[n-1].code, o.stack[n-1].line)
	}
	r := o.row(f.code, function)
	r.samples = append(r.samples, s)
	o.stack = o.stack[:n]
}

func (o *oracle) Gap(trace.Moment, uint64) {}

func (o *oracle) End(m trace.Moment) {
	o.pass(m)
	for len(o.stack) > 0 {
		o.Close(m, trace.Implied)
	}
}

// oracleOf looks at what is asked for of a trace.
func oracleOf(t *testing.T, tr *trace.Trace, q *query.Query) *oracle {
	t.Helper()
	o := &oracle{scale: tr.Info().Calibration.Factor(), rows: map[key]*oracleRow{}}
	for _, th := range q.Threads(tr) {
		o.process, o.thread = th.Process, th
		if err := q.Replay(th, o); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// check compares a distribution with the oracle.
func (o *oracle) check(t *testing.T, d *Distribution, worst int) {
	t.Helper()
	checked := 0
	for _, rows := range [][]Row{d.Functions, d.Lines} {
		for i := range rows {
			r := &rows[i]
			k := key{functionKey{r.Module, r.Function, r.File, r.FirstLine}, r.Line}
			if &rows[0] == &d.Functions[0] {
				k.at = function
			}
			want := o.rows[k]
			if want == nil {
				t.Fatalf("%v: a row that is none", k)
			}
			want.check(t, k, r, worst)
			checked++
		}
	}
	seen := 0
	for _, r := range o.rows {
		if len(r.samples) > 0 || r.total.ticks != 0 {
			seen++
		}
	}
	if checked < seen {
		t.Fatalf("%d rows, expected at least %d", checked, seen)
	}
}

func (w *oracleRow) check(t *testing.T, k key, r *Row, worst int) {
	t.Helper()
	fail := func(what string, got, want any) {
		t.Helper()
		t.Errorf("%v: %s %v, expected %v", k, what, got, want)
	}
	if r.Count != w.count || r.Samples != uint64(len(w.samples)) {
		fail("count and samples", []uint64{r.Count, r.Samples}, []int{int(w.count), len(w.samples)})
	}
	if r.RawSelfNS != w.self.ticks || r.RawTotalNS != w.total.ticks {
		fail("self and total", []int64{r.RawSelfNS, r.RawTotalNS}, []lapse{w.self, w.total})
	}
	if len(w.samples) == 0 {
		return
	}
	w.checkSide(t, k, func(s one) float64 { return float64(s.ticks) }, side{r.RawMinNS, r.RawMaxNS, r.RawMeanNS, r.RawDeviationNS, r.RawP50NS, r.RawP90NS, r.RawP99NS, r.RawP999NS})
	w.checkSide(t, k, func(s one) float64 { return float64(s.units) / 256 }, side{r.MinNS, r.MaxNS, r.MeanNS, r.DeviationNS, r.P50NS, r.P90NS, r.P99NS, r.P999NS})
	first, last := int64(math.MaxInt64), int64(0)
	for _, s := range w.samples {
		first, last = min(first, s.begin), max(last, s.end)
	}
	if process := int64(1000); r.FirstNS != first-process || r.LastNS != last-process {
		fail("first and last", []int64{r.FirstNS, r.LastNS}, []int64{first - process, last - process})
	}
	w.checkBins(t, k, r)
	if k.at == function {
		w.checkWorst(t, k, r, worst)
	}
}

// side is corrected or raw.
type side struct{ min, max, mean, deviation, p50, p90, p99, p999 int64 }

func (w *oracleRow) checkSide(t *testing.T, k key, of func(one) float64, got side) {
	t.Helper()
	var all, whole []float64
	sum := 0.
	for _, s := range w.samples {
		all = append(all, of(s))
		sum += of(s)
		if !s.cut || k.at != function {
			whole = append(whole, of(s))
		}
	}
	if whole == nil {
		whole = all
	}
	slices.Sort(all)
	mean, square := sum/float64(len(all)), 0.
	for _, x := range all {
		square += (x - mean) * (x - mean)
	}
	deviation := math.Sqrt(square / float64(len(all)))
	near := func(what string, got int64, want, by float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > by {
			t.Errorf("%v: %s %d, expected %v of %d samples", k, what, got, want, len(all))
		}
	}
	near("minimum", got.min, slices.Min(whole), .999)
	near("maximum", got.max, all[len(all)-1], .999)
	near("mean", got.mean, mean, .51+1e-9*math.Abs(mean))
	near("deviation", got.deviation, deviation, .51+1e-9*deviation)
	for _, p := range []struct {
		q   float64
		got int64
	}{{.5, got.p50}, {.9, got.p90}, {.99, got.p99}, {.999, got.p999}} {
		want := all[int(math.Ceil(p.q*float64(len(all))-1e-6))-1]
		near("percentile", p.got, want, 1+Accuracy*math.Abs(want))
	}
}

// checkBins checks that the bins have all samples, where they ended.
func (w *oracleRow) checkBins(t *testing.T, k key, r *Row) {
	t.Helper()
	if len(r.Bins) > maxBins {
		t.Errorf("%v: %d bins", k, len(r.Bins))
	}
	for _, b := range r.Bins {
		n, raw := uint64(0), int64(0)
		for _, s := range w.samples {
			if at := s.end - 1000; b.FromNS <= at && at < b.ToNS {
				n++
				raw += s.ticks
			}
		}
		if n != b.Samples || raw != b.RawTimeNS || n == 0 {
			t.Errorf("%v: bin %+v, expected %d samples of %d ns", k, b, n, raw)
		}
	}
}

func (w *oracleRow) checkWorst(t *testing.T, k key, r *Row, worst int) {
	t.Helper()
	slices.SortFunc(w.samples, func(a, b one) int {
		return cmp.Or(cmp.Compare(b.units, a.units), cmp.Compare(b.ticks, a.ticks), cmp.Compare(a.thread.Number, b.thread.Number), cmp.Compare(a.begin, b.begin))
	})
	if len(r.Worst) != min(worst, len(w.samples)) {
		t.Fatalf("%v: %d of the longest calls, expected %d of %d", k, len(r.Worst), worst, len(w.samples))
	}
	for i, got := range r.Worst {
		want := w.samples[i]
		alike := func(s one) bool { return s.begin == want.begin && s.units == want.units && s.thread == want.thread }
		if j := slices.IndexFunc(w.samples, func(s one) bool { return alike(s) && s.by.at == got.CallerLine && s.by.name == got.CallerFunction }); j >= 0 {
			want = w.samples[j] // of several that are as long, and began at once, any
		}
		by := key{functionKey{got.CallerModule, got.CallerFunction, got.CallerFile, want.by.line}, got.CallerLine}
		if got.RawNS != want.ticks || got.StartNS != want.begin-1000 || got.Thread != want.thread.Name || got.Cut != want.cut || by != want.by ||
			math.Abs(float64(got.TimeNS)-float64(want.units)/256) > .999 || got.Function != k.name {
			t.Errorf("%v: longest call %d is %+v, expected %+v", k, i, got, want)
		}
	}
}
