package result

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"tracer/bench/stats"
)

// Corrected is a program's loops, round by round: processor seconds untraced and
// traced, what of the latter the events cost as it was measured, and by what
// tracer run --calibrate multiplies that.
type Corrected struct {
	Python   string    `json:"python"`
	Program  string    `json:"program"`
	Untraced []float64 `json:"untraced_s"`
	Traced   []float64 `json:"traced_s"`
	Cost     []float64 `json:"cost_s"`
	Scale    []float64 `json:"scale"`
}

// Known is a time that is known, and what the report says, run by run.
type Known struct {
	Python    string    `json:"python"`
	Name      string    `json:"name"`
	True      []float64 `json:"true_ns"`
	Corrected []float64 `json:"corrected_ns"`
	Raw       []float64 `json:"raw_ns"`
}

// Order is how well orders of a program's lines agree, see stats.Overlap.
type Order struct {
	Python    string  `json:"python"`
	Program   string  `json:"program"`
	Looks     int     `json:"looks"`     // of both samplings
	Samplings float64 `json:"samplings"` // two samplings of the untraced program with each other
	Corrected float64 `json:"corrected"` // the trace with these, on average
	Raw       float64 `json:"raw"`       // the same, uncorrected
}

// AddKnown takes a run down.
func (r *Result) AddKnown(python, name string, truth, corrected, raw float64) {
	at := slices.IndexFunc(r.Known, func(k Known) bool { return k.Python == python && k.Name == name })
	if at < 0 {
		at = len(r.Known)
		r.Known = append(r.Known, Known{Python: python, Name: name})
	}
	k := &r.Known[at]
	k.True, k.Corrected, k.Raw = append(k.True, truth), append(k.Corrected, corrected), append(k.Raw, raw)
}

// of returns the traced time over the untraced one, less what the events cost.
func (c *Corrected) of(factor func(i int) float64) float64 {
	var left []float64
	for i := range min(len(c.Traced), len(c.Cost), len(c.Scale)) {
		left = append(left, c.Traced[i]-factor(i)*c.Cost[i])
	}
	return stats.Ratio(left, c.Untraced)
}

func (c *Corrected) raw() float64        { return c.of(func(int) float64 { return 0 }) }
func (c *Corrected) corrected() float64  { return c.of(func(int) float64 { return 1 }) }
func (c *Corrected) calibrated() float64 { return c.of(func(i int) float64 { return c.Scale[i] }) }

// off is how far a ratio is from 1, as a ratio above it.
func off(x float64) float64 { return 1 + math.Abs(x-1) }

// emptyLoop is the case of a known time that has a limit of its own; that which is
// beside it has none.
const emptyLoop, emptyBelow = "an empty function in a loop of one line", "an empty function on a line of its own"

// setAccuracy adds the targets of what the corrected times are worth.
func (r *Result) setAccuracy(add addTarget) {
	var long, empty []value
	for _, k := range r.Known {
		v := value{k.Name + " on " + k.Python, off(stats.Ratio(k.Corrected, k.True))}
		switch k.Name {
		case emptyLoop:
			empty = append(empty, v)
		case emptyBelow:
		default:
			long = append(long, v)
		}
	}
	add("corrected times where a hit takes over 10 µs: off by", Percent, 1.03, false, long)
	add("corrected time of a million calls of an empty function: off by", Percent, 1.25, false, empty)
	add("corrected total of the programs but one ÷ untraced: off by", Percent, 1.20, false, r.butOne((*Corrected).corrected))
	add("the same with --calibrate", Percent, 1.05, false, r.butOne((*Corrected).calibrated))
	add("order of the ten slowest lines: agreement with samplings ÷ theirs", Ratio, 1, true, r.orders())
}

// butOne returns how far off all programs of each interpreter are, but for the worst.
func (r *Result) butOne(ratio func(*Corrected) float64) []value {
	var values []value
	of := map[string][]value{}
	for i := range r.Corrected {
		c := &r.Corrected[i]
		of[c.Python] = append(of[c.Python], value{c.Program + " on " + c.Python, off(ratio(c))})
	}
	for _, python := range slices.Sorted(maps.Keys(of)) {
		list := of[python]
		slices.SortFunc(list, func(a, b value) int { return cmp.Compare(a.x, b.x) })
		values = append(values, list[:max(1, len(list)-1)]...)
	}
	return values
}

// orders returns, for each interpreter, how well the trace agrees with the samplings
// over how well these do with each other, both on average over the programs.
func (r *Result) orders() []value {
	corrected, samplings := map[string]float64{}, map[string]float64{}
	for _, o := range r.Orders {
		corrected[o.Python] += o.Corrected
		samplings[o.Python] += o.Samplings
	}
	var values []value
	for _, python := range slices.Sorted(maps.Keys(corrected)) {
		values = append(values, value{"CPython " + python, corrected[python] / samplings[python]})
	}
	return values
}

// accuracyTables show what the corrected times are worth.
func (r *Result) accuracyTables() []string {
	programs := newTable("program", "traced ÷ untraced", "corrected ÷ untraced", "the same with --calibrate", "scale of the costs")
	for i := range r.Corrected {
		c := &r.Corrected[i]
		programs.row(c.Program+" on "+c.Python, times(c.raw()), times(c.corrected()), times(c.calibrated()), fmt.Sprintf("%.2f", stats.Median(c.Scale)))
	}
	known := newTable("what takes a known time", "truly", "uncorrected", "corrected")
	for _, k := range r.Known {
		known.row(k.Name+" on "+k.Python, microseconds(stats.Median(k.True)/1e9), signed(stats.Ratio(k.Raw, k.True)), signed(stats.Ratio(k.Corrected, k.True)))
	}
	orders := newTable("order of the ten slowest lines", "looks", "two samplings", "corrected with these", "uncorrected with these")
	for _, o := range r.Orders {
		number := func(x float64) string { return fmt.Sprintf("%.2f", x) }
		orders.row(o.Program+" on "+o.Python, fmt.Sprint(o.Looks), number(o.Samplings), number(o.Corrected), number(o.Raw))
	}
	var list []string
	for _, t := range []*table{programs, known, orders} {
		if len(t.rows) > 0 {
			list = append(list, t.String())
		}
	}
	return list
}

// signed is how far a ratio is from 1.
func signed(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%+.1f %%", 100*(x-1))
}
