package distribution

import "tracer/trace"

// Distribution is how the times of a trace are distributed. The order of the rows is by
// file, module, function and line: see Sort.
type Distribution struct {
	Functions []Row
	Lines     []Row
	// Measured reports whether it is known for every process what its events cost.
	Measured bool
}

// Row is a function, or a line of one. Its samples are what the package's page calls a
// sample of it.
type Row struct {
	Module   string `json:"module"`
	Function string `json:"function"` // qualified name
	File     string `json:"file"`
	Line     int    `json:"line"`    // of a function its first
	Count    uint64 `json:"count"`   // calls of a function, hits of a line
	Samples  uint64 `json:"samples"` // activations of a function, hits of a line

	SelfNS      int64 `json:"self_ns"`
	TotalNS     int64 `json:"total_ns"`
	MeanNS      int64 `json:"mean_ns"`
	DeviationNS int64 `json:"deviation_ns"` // standard, of the samples
	MinNS       int64 `json:"min_ns"`
	P50NS       int64 `json:"p50_ns"`
	P90NS       int64 `json:"p90_ns"`
	P99NS       int64 `json:"p99_ns"`
	P999NS      int64 `json:"p999_ns"`
	MaxNS       int64 `json:"max_ns"`

	RawSelfNS      int64 `json:"raw_self_ns"`
	RawTotalNS     int64 `json:"raw_total_ns"`
	RawMeanNS      int64 `json:"raw_mean_ns"`
	RawDeviationNS int64 `json:"raw_deviation_ns"`
	RawMinNS       int64 `json:"raw_min_ns"`
	RawP50NS       int64 `json:"raw_p50_ns"`
	RawP90NS       int64 `json:"raw_p90_ns"`
	RawP99NS       int64 `json:"raw_p99_ns"`
	RawP999NS      int64 `json:"raw_p999_ns"`
	RawMaxNS       int64 `json:"raw_max_ns"`

	FirstNS int64 `json:"first_ns"` // since the trace began: when the first sample began
	LastNS  int64 `json:"last_ns"`  // when the last one ended

	// FirstLine is the first line of the function, also where the row is a line.
	FirstLine int `json:"-"`
	// Histogram and RawHistogram have the samples.
	Histogram    *Histogram `json:"-"`
	RawHistogram *Histogram `json:"-"`
	// Bins are the samples by the time at which they ended, in order: up to maxBins, those
	// that are not empty. See Trend.
	Bins []Bin `json:"-"`
	// Worst are the longest samples of a function, the longest first: as many as
	// Options.Worst.
	Worst []Call `json:"-"`

	first, rawFirst int64 // the first sample, ns
}

// Bin is the samples of a row that ended in an interval.
type Bin struct {
	FromNS    int64  `json:"from_ns"` // since the trace began
	ToNS      int64  `json:"to_ns"`
	Samples   uint64 `json:"samples"`
	TimeNS    int64  `json:"time_ns"` // of all of them together
	RawTimeNS int64  `json:"raw_time_ns"`
}

// Call is one activation of a function.
type Call struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"` // the function's first

	PID    int    `json:"pid"`
	TID    int    `json:"tid"`
	Thread string `json:"thread"`

	StartNS int64 `json:"start_ns"` // since the trace began
	TimeNS  int64 `json:"time_ns"`
	RawNS   int64 `json:"raw_ns"`
	// Cut says that its begin or its end was not seen: it took longer than that.
	Cut bool `json:"cut"`

	// What called it: "" and 0 where that is not known.
	CallerModule   string `json:"caller_module"`
	CallerFunction string `json:"caller_function"`
	CallerFile     string `json:"caller_file"`
	CallerLine     int    `json:"caller_line"`

	// What its time went to: see Explain.
	Lines   []Spent `json:"lines,omitempty"`
	Callees []Spent `json:"callees,omitempty"`

	thread       *trace.Thread
	begun, ended int64 // ticks
	depth        int   // frames around it
}

// Spent is a part of a call's time.
type Spent struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Count    uint64 `json:"count"` // hits of a line, calls of a callee
	TimeNS   int64  `json:"time_ns"`
	RawNS    int64  `json:"raw_ns"`
}

// Options are what else is wanted of a Build.
type Options struct {
	Worst int // how many of each function's longest samples are kept
}
