package trace

import "tracer/internal/summary"

// What adds up parts of a thread that are visited by themselves, or what is left of them: see
// package summary.
type (
	// SumPart is a PartVisitor that adds up a part after the other.
	SumPart = summary.Part
	// SumPiece is what a part adds up to.
	SumPiece = summary.Piece
	// SumJoint makes Sums of a thread's pieces in their order.
	SumJoint = summary.Joint
)

// NewSumPart returns what adds up parts of the process's threads.
func (p *Process) NewSumPart() *SumPart {
	rows, contexts := p.summaries()
	return summary.NewPart(rows, contexts)
}
