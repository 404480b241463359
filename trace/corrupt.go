package trace

import (
	"fmt"
	"path"
	"slices"
)

// maxProblems bounds the lines of one process in Info.Problems.
const maxProblems = 20

// problem notes what is wrong with a file of the process, once.
func (p *Process) problem(file string, err error) {
	text := fmt.Sprintf("%s: %v", path.Join(p.Dir, file), err)
	switch n := len(p.problems); {
	case slices.Contains(p.problems, text):
	case n < maxProblems:
		p.problems = append(p.problems, text)
	case n == maxProblems:
		p.problems = append(p.problems, p.Dir+": more problems of this kind")
	}
}
