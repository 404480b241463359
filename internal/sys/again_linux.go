package sys

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Input is what this process's standard input is, for a program that is to read it
// again: only of a file is that possible.
type Input struct {
	file   bool
	offset int64
}

// StandardInput notes where the standard input stands.
func StandardInput() Input {
	var stat unix.Stat_t
	if unix.Fstat(0, &stat) != nil || stat.Mode&unix.S_IFMT != unix.S_IFREG {
		return Input{}
	}
	offset, err := unix.Seek(0, 0, unix.SEEK_CUR)
	return Input{err == nil, offset}
}

// Repeatable reports whether StartAgain gives a program the same input.
func (in Input) Repeatable() bool { return in.file }

// open returns a descriptor of its own: that of this process stays where it is, since
// others may go on reading from it.
func (in Input) open() (int, error) {
	if !in.file {
		return unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	}
	fd, err := unix.Open("/proc/self/fd/0", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fd, err
	}
	if _, err := unix.Seek(fd, in.offset, unix.SEEK_SET); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// StartAgain starts a program that has run before, as Start does, but apart: it reads
// the same input if that is a file, else nothing, and what it writes is lost.
func StartAgain(path string, argv, env []string, in Input) (*Process, error) {
	input, err := in.open()
	if err != nil {
		return nil, fmt.Errorf("open standard input again: %w", err)
	}
	defer unix.Close(input)
	output, err := unix.Open("/dev/null", unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/null: %w", err)
	}
	defer unix.Close(output)
	return start(path, argv, env, [3]uintptr{uintptr(input), uintptr(output), uintptr(output)})
}
