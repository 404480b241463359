//go:build !linux

package sys

type processWatch struct{ ended chan int }

var errWatch = &UnsupportedError{"watch processes", "Linux"}

func openPidfd(pid int) (int, error) { return -1, errWatch }

func (w *processWatch) init(func(pid int) (int, error)) error { return errWatch }

func (w *processWatch) add(pid int) error { return errWatch }

func (w *processWatch) close() error { return nil }
