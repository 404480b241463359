package trace

import (
	"fmt"
	"path"
)

// maxProblems bounds the lines of one process in Info.Problems.
const maxProblems = 20

// problem notes what is wrong with a file of the process.
func (p *Process) problem(file string, err error) {
	switch n := len(p.problems); {
	case n < maxProblems:
		p.problems = append(p.problems, fmt.Sprintf("%s: %v", path.Join(p.Dir, file), err))
	case n == maxProblems:
		p.problems = append(p.problems, p.Dir+": more problems of this kind")
	}
}
