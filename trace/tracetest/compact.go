package tracetest

import (
	"errors"
	"fmt"
	"testing"

	"tracer/internal/drain"
	"tracer/internal/store"
)

// Compact moves what is in raw of a trace into segments, as the controller does when
// its processes have ended.
func Compact(tb testing.TB, path string) {
	tb.Helper()
	if err := Drain(path); err != nil {
		tb.Fatal(err)
	}
}

// Drain is Compact without a test.
func Drain(path string) error {
	d, err := store.OpenDir(path)
	if err != nil {
		return err
	}
	procs, err := d.Processes()
	if err != nil {
		return err
	}
	w := drain.NewWorker()
	for _, proc := range procs {
		p, err := drain.Open(d, proc, drain.Options{})
		if err != nil {
			return fmt.Errorf("drain %s: %w", proc, err)
		}
		err = p.Finish(w, nil)
		if err = errors.Join(err, p.Close()); err != nil {
			return fmt.Errorf("drain %s: %w", proc, err)
		}
	}
	return nil
}
