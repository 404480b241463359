package advise

import "cmp"

// Finding is something to look at.
type Finding struct {
	Kind     string   `json:"kind"` // see Kinds
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	Advice   string   `json:"advice"` // what to do about it
	Place    Place    `json:"place"`
	Source   string   `json:"source"` // the line's text, "" if it is not known
	// SavesNS is how much time could be saved at most, and Share what of the whole that is,
	// 0 to 1: of all time in traced code.
	SavesNS int64   `json:"saves_ns"`
	Share   float64 `json:"share"`
	// Window is a stretch of the trace that shows it, in ns since it began.
	Window   Window   `json:"window"`
	Evidence []Figure `json:"evidence"`
}

// Place is a line of a function.
type Place struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

func (p Place) before(o Place) bool {
	return cmp.Or(cmp.Compare(p.File, o.File), cmp.Compare(p.Line, o.Line), cmp.Compare(p.Module, o.Module), cmp.Compare(p.Function, o.Function)) < 0
}

// Window is a stretch of time.
type Window struct {
	FromNS int64 `json:"from_ns"`
	ToNS   int64 `json:"to_ns"`
}

// Figure is a figure by which something is told.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  Unit    `json:"unit"`
}

// Unit is what a figure counts.
type Unit string

// The units.
const (
	NS    Unit = "ns"
	Count Unit = "count"
	Part  Unit = "part" // of a whole, 0 to 1
	Times Unit = "times"
)

// Severity says how much could be saved.
type Severity string

// The severities, and what of the whole they begin at.
const (
	High   Severity = "high"
	Medium Severity = "medium"
	Low    Severity = "low"

	highShare   = .20
	mediumShare = .05
)

func severity(share float64) Severity {
	switch {
	case share >= highShare:
		return High
	case share >= mediumShare:
		return Medium
	}
	return Low
}

// Kind is a kind of finding.
type Kind struct {
	Name       string `json:"kind"`
	Title      string `json:"title"`
	Thresholds string `json:"thresholds"` // when it is said
	Why        string `json:"why"`        // and why then

	find func(f *Facts) []Finding
}

// Kinds are all kinds, in the order of --explain.
func Kinds() []Kind {
	return []Kind{
		library(), growth(), multiplicity(), collection(), exceptions(), waiting(), imports(), caller(), generator(),
	}
}
