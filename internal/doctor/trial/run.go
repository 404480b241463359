package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"tracer/internal/doctor"
	"tracer/internal/launch"
	"tracer/internal/pyabi"
	"tracer/internal/sys"
)

// Command is the hidden subcommand of tracer that calls Record with its two arguments.
const Command = "record-trial"

// limit is how long a trial may take, on a machine that is very busy. On one that is not
// it takes a tenth of a second.
const limit = 20 * time.Second

// outcomeName is the file that Record leaves in the directory of a trial.
const outcomeName = "outcome.json"

// Run tries an interpreter. What goes wrong is the trial's outcome.
func Run(ctx context.Context, lib launch.Library, python pyabi.Info) *doctor.Trial {
	t, err := run(ctx, lib, python, limit)
	if err != nil {
		return &doctor.Trial{Problem: err.Error()}
	}
	return t
}

func run(ctx context.Context, lib launch.Library, python pyabi.Info, limit time.Duration) (*doctor.Trial, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find tracer: %w", err)
	}
	dir, err := os.MkdirTemp("", "tracer-doctor-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the trial: %w", err)
	}
	defer os.RemoveAll(dir)
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(limited, self, Command, python.Executable, dir)
	cmd.Args[0] = "tracer"
	cmd.Dir, cmd.Env = dir, environ(os.Environ(), lib, dir)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = time.Second // for what has left the group and holds the pipe
	sys.OwnGroup(cmd)
	if err := cmd.Run(); limited.Err() != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("it did not end within %v%s", limit, lastLine(said.String()))
	} else if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return nil, fmt.Errorf("%w%s", err, lastLine(said.String()))
	}
	b, err := os.ReadFile(filepath.Join(dir, outcomeName))
	if err != nil {
		return nil, fmt.Errorf("read the outcome: %w", err)
	}
	t := new(doctor.Trial)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("read the outcome: %w", err)
	}
	if t.Problem != "" {
		t.Problem += lastLine(said.String())
	}
	return t, nil
}

// environ is the user's environment, because that is what programs are traced in, but with
// a state directory of the trial's own: the user's latest trace stays what it is. Of the
// variables that configure tracer, none may change the trial.
func environ(env []string, lib launch.Library, dir string) []string {
	var own []string
	for _, entry := range env {
		name, _, _ := strings.Cut(entry, "=")
		switch name {
		case "TRACER_DIR", "TRACER_AGENT", "TRACER_PYTHONPATH", "TRACER_PARENT": // by these a tracer inside another knows it
		default:
			if name == "XDG_STATE_HOME" || strings.HasPrefix(name, "TRACER_") {
				continue
			}
		}
		own = append(own, entry)
	}
	return append(own, "XDG_STATE_HOME="+filepath.Join(dir, "state"), launch.LibraryEnv+"="+filepath.Dir(lib.Loader))
}

// lastLine is what a program said at last, to stand behind an error.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	return ": " + text[strings.LastIndexByte(text, '\n')+1:]
}
