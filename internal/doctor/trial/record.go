package trial

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tracer/internal/doctor"
	"tracer/internal/launch"
	"tracer/internal/session"
	"tracer/internal/sys"
)

//go:embed program.py
var program []byte

// Record records the program under an interpreter and leaves the outcome in a directory,
// which is there. It is for a process of its own.
func Record(python, dir string) error {
	t, err := record(python, dir)
	if err != nil {
		t = &doctor.Trial{Problem: err.Error()}
	}
	b, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write the outcome: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, outcomeName), b, 0o600); err != nil {
		return fmt.Errorf("write the outcome: %w", err)
	}
	return nil
}

func record(python, dir string) (*doctor.Trial, error) {
	script, found := filepath.Join(dir, "program.py"), filepath.Join(dir, "found")
	if err := os.WriteFile(script, program, 0o600); err != nil {
		return nil, fmt.Errorf("write the program: %w", err)
	}
	words := []string{script, found}
	command, err := launch.Resolve(words, python)
	if err != nil {
		return nil, err
	}
	lib, err := launch.FindLibrary()
	if err != nil {
		return nil, err
	}
	s, err := session.New(session.Options{
		Program: words, Command: command, Library: lib, Output: filepath.Join(dir, "trial.trace"),
		Events: "lines", SlotSize: session.DefaultSlot, WhenFull: session.FullStop,
	})
	if err != nil {
		return nil, err
	}
	status, result, err := s.Run()
	if err != nil {
		return nil, err
	}
	t := &doctor.Trial{Events: result.Events}
	if t.Tools, t.Custom, err = readFound(found); err != nil {
		return nil, err
	}
	switch {
	case status.Signal != 0:
		t.Problem = sys.SignalName(status.Signal) + " has ended the program"
	case status.Code != 0:
		t.Problem = fmt.Sprintf("the program ended with status %d", status.Code)
	case len(result.Refused) > 0:
		t.Refused = strings.Join(result.Refused, "; ")
	case result.Processes == 0:
		t.Problem = "nothing was recorded: " + strings.Join(result.Why, "; ")
	default:
		check(t, result.Path)
	}
	return t, nil
}

// readFound reads what the program has left of what was at work before it: lines
// "what<TAB>name".
func readFound(file string) (tools []doctor.Tool, custom string, err error) {
	tools = []doctor.Tool{}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return tools, "", nil // it did not come so far
	}
	if err != nil {
		return nil, "", fmt.Errorf("read what the program found: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		what, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if what == "sitecustomize" {
			custom = name
			continue
		}
		tools = append(tools, doctor.Tool{Name: name, What: what})
	}
	return tools, custom, nil
}
