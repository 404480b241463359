package cli

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
	"tracer/trace/tracetest"
)

var update = flag.Bool("update", false, "write the golden files")

// TestMain makes the scripts' commands: tracer itself, and mktrace, which makes a
// trace of the texts in a folder.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tracer": func() { os.Exit(Main(os.Args[1:])) },
		"mktrace": func() {
			if len(os.Args) != 2 {
				fmt.Fprintln(os.Stderr, "usage: mktrace FOLDER")
				os.Exit(2)
			}
			if err := makeTrace(os.Args[1]); err != nil {
				fmt.Fprintln(os.Stderr, "mktrace:", err)
				os.Exit(1)
			}
		},
	})
}

func TestScripts(t *testing.T) {
	traces, err := filepath.Abs("testdata/traces")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			e.Setenv("TRACES", traces)
			e.Setenv("TZ", "UTC")
			return nil
		},
	})
}

// makeTrace makes the trace NAME.trace in the state directory, and the latest one,
// of folder NAME: manifest.json, a text <pid>.twin for each process, its counters
// as <pid>.counters if there are any, a list of wire.Sample as JSON, and sources
// that the trace keeps under the paths that end in their names.
func makeTrace(folder string) error {
	state, err := store.StateDir()
	if err != nil {
		return err
	}
	d, err := store.Create(filepath.Join(state, filepath.Base(folder)+store.Suffix))
	if err != nil {
		return err
	}
	texts, err := filepath.Glob(filepath.Join(folder, "*.twin"))
	if err != nil {
		return err
	}
	for _, text := range texts {
		if err := makeProcess(d.Path(), text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	if err := makeManifest(d, folder); err != nil {
		return err
	}
	return store.SetLatest(d.Path())
}

func makeProcess(dir, text string) error {
	b, err := os.ReadFile(text)
	if err != nil {
		return err
	}
	f, err := twin.Parse(string(b))
	if err != nil {
		return err
	}
	if err := twin.Check(f); err != nil {
		return err
	}
	proc := filepath.Join(dir, store.ProcPrefix+strings.TrimSuffix(filepath.Base(text), ".twin")+"-1")
	if err := os.Mkdir(proc, 0o700); err != nil {
		return err
	}
	for name, b := range map[string][]byte{store.ControlName: f.Control, store.NamesName: f.Names, store.RawName: f.Raw} {
		if err := os.WriteFile(filepath.Join(proc, name), b, 0o600); err != nil {
			return err
		}
	}
	return makeCounters(proc, strings.TrimSuffix(text, ".twin")+".counters")
}

func makeCounters(proc, file string) error {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var samples []wire.Sample
	if err := json.Unmarshal(b, &samples); err != nil {
		return err
	}
	return tracetest.WriteCounters(proc, samples...)
}

func makeManifest(d *store.Dir, folder string) error {
	m := store.Manifest{Version: wire.Version, Sources: map[string]store.Source{}}
	b, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	sources, err := filepath.Glob(filepath.Join(folder, "*.py"))
	if err != nil {
		return err
	}
	for _, file := range sources {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		s, err := d.AddSource(content)
		if err != nil {
			return err
		}
		s.Changed = strings.HasPrefix(filepath.Base(file), "changed")
		m.Sources[m.Cwd+"/"+filepath.Base(file)] = s
	}
	return d.WriteManifest(&m)
}
