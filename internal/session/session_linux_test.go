package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tracer/internal/launch"
	"tracer/internal/launch/launchtest"
	"tracer/internal/pyabi"
	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/stringtable"
)

var interpreters = sync.OnceValue(pyabi.Find)

// python returns an interpreter that the agent can work in, or that it cannot. The
// stand-in for the agent is for Python 3.
func python(t *testing.T, supported bool) string {
	t.Helper()
	for _, info := range interpreters() {
		if (info.Supported() == nil) == supported && (info.Major == 3 || !supported) {
			return info.Executable
		}
	}
	t.Skipf("no Python here with supported %v", supported)
	return ""
}

func TestRecording(t *testing.T) {
	r := newRun(t, python(t, true), "-c", "print(1); raise SystemExit(3)")
	out, _ := r.Output()
	if string(out) != "1\n" || r.ProcessState.ExitCode() != 3 {
		t.Fatalf("says %q, %v", out, r.ProcessState)
	}
	result, want := r.result(t), launchtest.Recorded
	if result.Processes != 1 || int(result.Events) != want.Events || result.Discarded || result.Alive != 0 ||
		int(result.Dropped) != want.Dropped || result.Threads != want.Threads || result.Bytes == 0 ||
		result.Duration <= 0 || result.Duration > time.Minute || len(result.Notes)+len(result.Refused) > 0 {
		t.Errorf("result %+v", result)
	}
	if r.latest() != r.path {
		t.Errorf("latest is %q, expected %q", r.latest(), r.path)
	}
	dir, err := store.OpenDir(r.path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := dir.ReadManifest()
	if err != nil {
		t.Fatal(err)
	}
	if m.State != store.Finished || *m.ExitStatus != 3 || m.Signal != "" || m.Finish == nil ||
		m.Finish.MonoNS <= m.Begin.MonoNS || m.Finish.Ticks < m.Begin.Ticks || m.Version != wire.Version ||
		!slices.Equal(m.Argv, []string{"given", "words"}) || m.Settings.SlotSize != DefaultSlot ||
		!slices.Equal(m.Settings.Only, []string{"a.b", "c*"}) || !slices.Equal(m.Settings.Skip, []string{"a.b.c"}) {
		t.Errorf("manifest %+v", m)
	}
	procs, _ := dir.Processes()
	info, err := os.Stat(filepath.Join(r.path, procs[0], store.RawName))
	if err != nil || info.Size() != 0 {
		t.Errorf("raw: %v, %v; expected it to be drained", info.Size(), err)
	}
	if parts, err := dir.Parts(procs[0]); err != nil || !slices.Equal(parts, []int{0}) {
		t.Errorf("parts %v, %v; expected one", parts, err)
	}
	_ = filepath.WalkDir(r.path, func(path string, e fs.DirEntry, err error) error {
		if i, _ := e.Info(); i.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others", path)
		}
		return err
	})
}

func TestSettingsAreWhatWasAskedFor(t *testing.T) {
	o := testOptions(nil, launch.Library{}, "")
	b, err := o.settings(wire.EventsFunctions, true)
	if err != nil {
		t.Fatal(err)
	}
	var head wire.SettingsHead
	head.Decode(b)
	wantHead := wire.SettingsHead{Magic: wire.MagicSettings, Version: wire.Version, Events: wire.EventsFunctions, SlotSize: DefaultSlot, Filter: wire.FilterPrefixes, Measure: 1}
	if head != wantHead {
		t.Errorf("head %+v, expected %+v", head, wantHead)
	}
	var got [][]string // by list: how many are open, the prefixes
	for b = b[wire.SettingsHeadBytes:]; len(b) > 0; {
		typ, payload, n, err := wire.NextRecord(b)
		if err != nil || n == 0 || typ != wire.TypeTable {
			t.Fatal(typ, n, err)
		}
		var r wire.TableRecord
		if err := r.Decode(payload); err != nil {
			t.Fatal(err)
		}
		table, err := stringtable.Open(r.Image)
		if err != nil {
			t.Fatal(err)
		}
		list := []string{fmt.Sprint(r.List), fmt.Sprint(r.Open)}
		for i := range table.Len() {
			list = append(list, table.Prefix(i))
		}
		got, b = append(got, list), b[n:]
	}
	want := [][]string{{fmt.Sprint(wire.ListInclude), "1", "c", "a.b"}, {fmt.Sprint(wire.ListExclude), "0", "a.b.c"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("tables %v, expected %v", got, want)
	}
}

func TestNothingRecordedLeavesNothing(t *testing.T) {
	old := func(t *testing.T) []string { return []string{python(t, false), "-c", "raise SystemExit(2)"} }
	for name, c := range map[string]struct {
		program func(t *testing.T) []string
		why     string
	}{
		"not a Python program":   {func(*testing.T) []string { return []string{"sh", "-c", "exit 2"} }, "sh is not a Python program, or runs it with -I, -E or -S, which keep the tracer out"},
		"a Python it cannot do":  {old, "cannot be traced"},
		"a Python that is apart": {func(t *testing.T) []string { return []string{python(t, true), "-I", "-c", "raise SystemExit(2)"} }, "with -I, which keeps the tracer out"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t, c.program(t)...)
			if _ = r.Run(); r.ProcessState.ExitCode() != 2 {
				t.Errorf("ends with %v", r.ProcessState)
			}
			result := r.result(t)
			if result.Processes != 0 || len(result.Why) != 1 || !strings.Contains(result.Why[0], c.why) {
				t.Errorf("result %+v", result)
			}
			if _, err := os.Lstat(r.path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the trace is still there: %v", err)
			}
			if r.latest() != "" {
				t.Errorf("latest is %q", r.latest())
			}
		})
	}
}

func TestAgentThatRefuses(t *testing.T) {
	lib := launchtest.Library(t)
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	command, err := launch.Resolve([]string{python(t, true), "-c", ""}, "")
	if err != nil {
		t.Fatal(err)
	}
	o := testOptions(command, lib, filepath.Join(t.TempDir(), "x"))
	o.SlotSize = launchtest.RefusingSlot
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	status, result, err := s.Run()
	if err != nil || status.Code != 0 || !slices.Equal(result.Why, []string{launchtest.Refusal}) {
		t.Errorf("%v, %+v, %v", status, result, err)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	lib, dir := launchtest.Library(t), t.TempDir()
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := &launch.Command{Path: "/nonexistent", Argv: []string{"x"}, Name: "x"}
	for _, path := range []string{file, dir} {
		if _, err := New(testOptions(command, lib, path)); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
	s, err := New(testOptions(command, lib, filepath.Join(dir, "new")))
	if err != nil {
		t.Fatal(err)
	}
	var start *StartError
	if _, _, err := s.Run(); !errors.As(err, &start) {
		t.Errorf("a program that is not there: %v", err)
	}
	for _, o := range []func(*Options){
		func(o *Options) { o.Events = "words" },
		func(o *Options) { o.SlotSize = 5000 },
		func(o *Options) { o.SlotSize = MaxSlot * 2 },
		func(o *Options) { o.SlotSize = 0 },
	} {
		options := testOptions(command, lib, filepath.Join(dir, "other"))
		o(&options)
		var bad *OptionError
		if _, err := New(options); !errors.As(err, &bad) {
			t.Errorf("%+v: %v", options, err)
		}
	}
	entries, _ := os.ReadDir(dir)
	if b, _ := os.ReadFile(file); string(b) != "precious" || len(entries) != 1 {
		t.Errorf("left %v, and %q in the file", entries, b)
	}
}

func TestScriptWithoutInterpreterLine(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("echo $0 $1; exit 6\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := newRun(t, script, "arg")
	out, err := r.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 6 || string(out) != script+" arg\n" {
		t.Errorf("%q, %v", out, err)
	}
}
