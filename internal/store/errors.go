package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrNone says that nothing was recorded yet.
var ErrNone = errors.New("no trace recorded yet; record one with: tracer run app.py")

// ExistsError says that a trace would overwrite something. It is fs.ErrExist.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("create trace %s: already exists; choose another -o or remove it", e.Path)
}

// Is reports whether target is fs.ErrExist.
func (e *ExistsError) Is(target error) bool { return target == fs.ErrExist }

// NotTraceError says that something is no trace, or a part of one is not what
// it must be.
type NotTraceError struct{ Path, Why string }

func (e *NotTraceError) Error() string { return fmt.Sprintf("open trace %s: %s", e.Path, e.Why) }

// Cause takes the operation and the path off a system error, for messages that
// name both already.
func Cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
