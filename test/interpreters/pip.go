package interpreters

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"tracer/internal/pyabi"
)

// ErrNoPip says that no interpreter of the machine can fetch packages.
var ErrNoPip = errors.New("no interpreter has a pip that is recent enough")

// Pip returns an interpreter whose pip can install for the target: one of these,
// the last first, or one in an environment that is made for the purpose in dir. An old
// pip does not work in a new Python, which listing packages shows.
func Pip(ctx context.Context, target string, pythons []pyabi.Info, dir string) (string, error) {
	why := []error{ErrNoPip}
	for _, python := range slices.Backward(pythons) {
		err := isolated(ctx, python.Executable, "-m", "pip", "--python", target, "list")
		if err == nil {
			return python.Executable, nil
		}
		why = append(why, err)
	}
	made := filepath.Join(dir, "bin", "python")
	if _, err := os.Stat(made); !errors.Is(err, fs.ErrNotExist) {
		return made, err
	}
	for _, python := range slices.Backward(pythons) {
		err := isolated(ctx, python.Executable, "-m", "venv", dir)
		if err == nil {
			return made, nil
		}
		why = append(why, err)
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	return "", errors.Join(why...)
}

// isolated runs a Python without what the environment or the user's own packages
// would change in it.
func isolated(ctx context.Context, python string, args ...string) error {
	cmd := exec.CommandContext(ctx, python, append([]string{"-I"}, args...)...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %s: %w: %s", cmd, err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
}
