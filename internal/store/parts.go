package store

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// PartName is the name of part n of a file of a process: segments-0.
func PartName(name string, n int) string { return name + "-" + strconv.Itoa(n) }

// Parts returns the numbers of the parts of a process, those that have an index or
// segments, ascending.
func (d *Dir) Parts(proc string) ([]int, error) {
	path, err := d.join([]string{proc})
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("open trace %s: %w", path, Cause(err))
	}
	var numbers []int
	for _, e := range entries {
		name, n, ok := partNumber(e.Name())
		if ok && e.Type().IsRegular() && (name == IndexName || name == SegmentsName) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), nil
}

// partNumber takes segments-<n> apart.
func partNumber(file string) (name string, n int, ok bool) {
	name, text, ok := strings.Cut(file, "-")
	if !ok {
		return "", 0, false
	}
	number, err := strconv.ParseUint(text, 10, 31)
	n = int(number)
	switch name {
	case SegmentsName, IndexName, SummariesName, ContextsName:
		return name, n, err == nil && PartName(name, n) == file
	}
	return "", 0, false
}

// PID returns the process id in the name of a process's directory, 0 if it is none.
func PID(name string) int {
	pid, _, _ := procNumbers(name)
	return pid
}

// procNumbers takes proc-<pid>-<n> apart.
func procNumbers(name string) (pid, n int, ok bool) {
	rest, ok := strings.CutPrefix(name, ProcPrefix)
	if !ok {
		return 0, 0, false
	}
	left, right, ok := strings.Cut(rest, "-")
	if !ok {
		return 0, 0, false
	}
	p, err1 := strconv.ParseUint(left, 10, 31)
	q, err2 := strconv.ParseUint(right, 10, 31)
	return int(p), int(q), err1 == nil && err2 == nil
}
