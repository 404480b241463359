//go:build !linux

package sample

import (
	"errors"

	"tracer/internal/wire"
)

type source struct{}

func open(pid int) (source, error) { return source{}, errors.ErrUnsupported }

func (s *source) read() (wire.Sample, error) { return wire.Sample{}, errors.ErrUnsupported }
