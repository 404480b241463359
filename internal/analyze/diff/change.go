package diff

// State is how a row of one side was found on the other.
type State string

// The states.
const (
	Same    State = "same"    // its text, or nothing is known of it
	Changed State = "changed" // what stands for it has another text
	Moved   State = "moved"   // its text is elsewhere in the function
	Added   State = "added"
	Removed State = "removed"
)

// Verdict is what can be said of a change.
type Verdict string

// The verdicts.
const (
	Slower  Verdict = "slower"
	Faster  Verdict = "faster"
	Noise   Verdict = "noise"   // not more than chance makes
	Small   Verdict = "small"   // too little of the whole to be looked at
	Unknown Verdict = "unknown" // it is on one side only, and not small
)

// Time is a time before and after: the medians of the sides' runs.
type Time struct {
	BaseNS   int64 `json:"base_ns"`
	NewNS    int64 `json:"new_ns"`
	ChangeNS int64 `json:"change_ns"`
	// BeyondNS is the change of the median beyond what all functions have in common.
	BeyondNS int64 `json:"beyond_ns"`
	// NoiseNS is how large it must be, and that of the mean, to be more than the noise;
	// -1: not tested.
	NoiseNS int64   `json:"noise_ns"`
	P       float64 `json:"p"` // how likely so large a change is by chance; 1: not tested
	Verdict Verdict `json:"verdict"`

	RawBaseNS int64 `json:"raw_base_ns"`
	RawNewNS  int64 `json:"raw_new_ns"`
}

// Beyond reports whether the change is more than the noise.
func (t Time) Beyond() bool { return t.Verdict == Slower || t.Verdict == Faster }

// Count is a count before and after: the medians of the sides' runs, and their ranges.
type Count struct {
	Base    uint64 `json:"base"`
	New     uint64 `json:"new"`
	BaseMin uint64 `json:"base_min"`
	BaseMax uint64 `json:"base_max"`
	NewMin  uint64 `json:"new_min"`
	NewMax  uint64 `json:"new_max"`
	Changed bool   `json:"changed"` // the ranges do not overlap
}

// Place is where code is on a side; the zero Place is nowhere.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Function is a function before and after.
type Function struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	State    State  `json:"state"` // Changed: its text is another
	Base     Place  `json:"base"`
	New      Place  `json:"new"`
	Calls    Count  `json:"calls"`
	Self     Time   `json:"self"`
	Total    Time   `json:"total"`
	// Spread is that of its calls, nil if it was not asked for.
	Spread *Spread `json:"spread,omitempty"`
}

// Line is a line before and after.
type Line struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	State    State  `json:"state"`
	Base     Place  `json:"base"`
	New      Place  `json:"new"`
	Hits     Count  `json:"hits"`
	Self     Time   `json:"self"`
	Total    Time   `json:"total"`
	// Spread is that of its hits, nil if it was not asked for.
	Spread *Spread `json:"spread,omitempty"`
	// The text before and after, without indentation, "" if it is not known.
	BaseSource string `json:"base_source"`
	NewSource  string `json:"new_source"`
}

// Hint says that a function that is gone may be one that is new.
type Hint struct {
	Module      string  `json:"module"`
	Function    string  `json:"function"`
	NewModule   string  `json:"new_module"`
	NewFunction string  `json:"new_function"`
	Alike       float64 `json:"alike"` // how much of their lines, 0 to 1
	BaseNS      int64   `json:"base_ns"`
	NewNS       int64   `json:"new_ns"` // total times
}

// Side is what is known about the runs of a side.
type Side struct {
	Runs    []string `json:"runs"`     // paths of traces
	LeftOut []string `json:"left_out"` // those of them that are unlike the others: see odd
	Program string   `json:"program"`
	Python  string   `json:"python"`
}

// Diff is the comparison.
type Diff struct {
	Base Side `json:"base"`
	New  Side `json:"new"`
	// Whole is the time in traced code. With one run on each side it is not known how
	// much such runs differ, and its noise is what others were seen to differ by.
	Whole  Time    `json:"whole"`
	Calls  Count   `json:"calls"`
	Common float64 `json:"common"` // what all functions changed by in common: 1.02 for 2 % slower
	// Sure says that Common is more than chance.
	Sure bool `json:"common_is_sure"`
	// PaceSpread is how much longer the slowest run took than the fastest of its side, by the
	// same measure: 1.1 for 10 %.
	PaceSpread float64 `json:"pace_spread"`
	// RelativeNoise is what a function's time was found to vary by, beyond its run's pace.
	RelativeNoise float64    `json:"relative_noise"`
	Tested        int        `json:"tested"` // how many times were compared
	Functions     []Function `json:"functions"`
	Lines         []Line     `json:"lines"`
	Hints         []Hint     `json:"hints"`
	// Problems are what the comparison may be wrong by: other programs, versions …
	Problems []string `json:"problems"`
}
