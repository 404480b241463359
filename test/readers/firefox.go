package readers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// profilerCLI is the Firefox Profiler as a program for the terminal, its reading and
// adding up the same.
const profilerCLI = "0.10.0"

// Firefox is a profile that the Firefox Profiler has loaded. It is a process in the
// background, until Close.
type Firefox struct {
	node, script, home string
}

// LoadFirefox loads a profile. home is a directory for the program's own files.
func LoadFirefox(ctx context.Context, file, home string) (*Firefox, error) {
	node, err := Node()
	if err != nil {
		return nil, err
	}
	dir, err := Package(ctx, "@firefox-devtools/profiler-cli", profilerCLI)
	if err != nil {
		return nil, err
	}
	f := &Firefox{node, filepath.Join(dir, "dist", "profiler-cli.js"), home}
	if _, err := f.run(ctx, "load", file); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Ask runs a command of the program and reads the JSON that it prints.
func (f *Firefox) Ask(ctx context.Context, to any, args ...string) error {
	out, err := f.run(ctx, append(args, "--json")...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, to); err != nil {
		return fmt.Errorf("read what profiler-cli %q says: %w", args, err)
	}
	return nil
}

// Close ends the process.
func (f *Firefox) Close() error {
	_, err := f.run(context.Background(), "stop", "--all")
	return err
}

func (f *Firefox) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, f.node, append([]string{f.script}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+f.home)
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("run profiler-cli %q: %w: %s", args, err, bytes.TrimSpace(failed.Bytes()))
	}
	return out.Bytes(), nil
}
