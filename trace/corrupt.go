package trace

import (
	"errors"
	"fmt"
	"path"

	"tracer/internal/wire"
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

// moved adds to the offset of a corruption error: what was decoded begins at by.
func moved(err error, by int) error {
	var c *wire.CorruptError
	if !errors.As(err, &c) {
		return err
	}
	return &wire.CorruptError{Offset: c.Offset + int64(by), What: c.What}
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
