package store

import (
	"errors"
	"fmt"
	"os"
	"slices"
)

// Trim removes the oldest traces of the state directory until what it holds has at
// most limit bytes, and returns those that it has removed. A trace that is being
// written, the one at keep, one whose place the user chose, and one that cannot be
// read stay; the last two do not count. A limit of 0 is none. One trace that cannot
// be removed does not keep the others.
func Trim(limit int64, keep string) ([]Entry, error) {
	if limit <= 0 || fits(limit) {
		return nil, nil
	}
	list, err := List()
	if err != nil {
		return nil, fmt.Errorf("make room for traces: %w", err)
	}
	list = slices.DeleteFunc(list, func(e Entry) bool { return e.Err != nil || e.Manifest.Named })
	var sum int64
	for _, e := range list {
		sum += e.Bytes
	}
	slices.SortStableFunc(list, func(a, b Entry) int { return a.changed.Compare(b.changed) })
	var removed []Entry
	var failed []error
	for _, e := range list {
		if sum <= limit {
			break
		}
		if samePath(e.Path, keep) {
			continue
		}
		if state, err := e.State(); err == nil && state == Recording {
			continue
		}
		if err := Remove(e.Path); err != nil {
			failed = append(failed, fmt.Errorf("make room for traces: %w", err))
			continue
		}
		sum -= e.Bytes
		removed = append(removed, e)
	}
	return removed, errors.Join(failed...)
}

// fits reports whether there is nothing to do, which most often is so and is found
// out without reading the manifests.
func fits(limit int64) bool {
	paths, err := inStateDir()
	var sum int64
	for _, path := range paths {
		bytes, berr := (&Dir{path}).Bytes()
		if sum += bytes; err == nil {
			err = berr
		}
	}
	return err == nil && sum <= limit
}

func samePath(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}
