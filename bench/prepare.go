package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
	"tracer/internal/pyabi"
)

// bench is one run of the benchmark.
type bench struct {
	options
	area       scratch.Area
	say        io.Writer
	tracer     string // the program, empty if it is not built
	executable string // this program
	pythons    []scratch.Python
	kinds      scratch.Kinds
	programs   []scratch.Program
	modes      []mode.Mode
	older      []*runs // those of part older
	parallel   []*runs
	progress   *meter.Progress
	result     *result.Result
}

// prepare finds or makes all that is needed.
func prepare(ctx context.Context, o options, say io.Writer) (*bench, error) {
	files, err := ownFiles()
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, say: say}
	if b.executable, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("find the benchmark itself: %w", err)
	}
	if b.area, err = scratch.Open(o.scratch, files); err != nil {
		return nil, err
	}
	if b.modes, err = mode.Choose(o.modes); err != nil {
		return nil, err
	}
	if err := b.copyTracer(); err != nil && !o.quick {
		return nil, err
	} else if err != nil {
		fmt.Fprintf(say, "bench: skipped: %v\n", err)
	}
	if err := b.findPythons(ctx); err != nil {
		return nil, err
	}
	known := scratch.Programs()
	if o.quick {
		known = scratch.Small(b.pythons[0].Installed)
	}
	if b.programs, err = scratch.Choose(known, o.programs); err != nil {
		return nil, err
	}
	b.result = &result.Result{
		Date: time.Now().UTC().Format(time.DateOnly), Machine: result.ThisMachine(),
		Versions: b.versions(ctx, files["requirements.txt"]), Rounds: o.rounds, Clock: o.clock,
	}
	return b, nil
}

func ownFiles() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(own, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = own.ReadFile(name)
		return err
	})
	return files, err
}

// copyTracer takes the program as it is now: a build meanwhile must not change
// what is measured.
func (b *bench) copyTracer() error {
	bin := filepath.Join(b.root, "bin")
	for _, name := range []string{"tracer", "lib/tracer/noop"} {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			return fmt.Errorf("find what to measure: %w; build it with make", err)
		}
	}
	to := b.area.Path("bin")
	if err := os.RemoveAll(to); err != nil {
		return fmt.Errorf("copy tracer: %w", err)
	}
	if err := os.CopyFS(to, os.DirFS(bin)); err != nil {
		return fmt.Errorf("copy tracer: %w", err)
	}
	b.tracer = filepath.Join(to, "tracer")
	return nil
}

// findPythons finds the interpreters; in a quick run one, as it is.
func (b *bench) findPythons(ctx context.Context) error {
	kinds, current, err := scratch.Split(b.options.pythons)
	if err != nil {
		return err
	}
	found, notes, err := scratch.Find(current)
	if b.kinds = kinds; b.has(partOlder) || b.has(partParallel) {
		notes = append(notes, b.kinds.Fill(pyabi.Find())...)
	}
	for _, note := range notes {
		fmt.Fprintln(b.say, "bench:", note)
	}
	if err != nil {
		return err
	}
	if b.quick {
		b.pythons = []scratch.Python{b.area.Prepared(found[len(found)-1])}
		return nil
	}
	others := pyabi.Find()
	for _, info := range found {
		if !b.area.Prepared(info).Installed {
			fmt.Fprintf(b.say, "bench: preparing %s\n", info)
		}
		python, err := b.area.Prepare(ctx, info, others)
		if err != nil {
			return err
		}
		b.pythons = append(b.pythons, python)
	}
	return nil
}

// versions says what is measured with what.
func (b *bench) versions(ctx context.Context, requirements []byte) map[string]string {
	versions := map[string]string{"go": strings.TrimPrefix(runtime.Version(), "go")}
	for lines := bufio.NewScanner(bytes.NewReader(requirements)); lines.Scan(); {
		if name, version, ok := strings.Cut(lines.Text(), "=="); ok {
			versions[name] = version
		}
	}
	if b.tracer != "" {
		if out, err := b.output(ctx, b.tracer, "--version"); err == nil {
			versions["tracer"] = strings.TrimPrefix(strings.TrimSpace(string(out)), "tracer ")
		}
	}
	return versions
}

// output returns what a command writes to stdout.
func (b *bench) output(ctx context.Context, argv ...string) ([]byte, error) {
	var out bytes.Buffer
	_, err := meter.Run(ctx, meter.Command{Argv: argv, Env: b.environ(), Output: &out})
	return out.Bytes(), err
}

// environ is the environment of what is run. Traces that nobody names go into
// the scratch area too.
func (b *bench) environ(more ...string) []string {
	return scratch.Environ(append([]string{"XDG_STATE_HOME=" + b.area.Path("state")}, more...)...)
}

// usable reports whether the mode can be run on the interpreter.
func (b *bench) usable(m mode.Mode, python scratch.Python) bool {
	switch m.Need {
	case mode.NeedTracer:
		return b.tracer != ""
	case mode.NeedInstalled:
		return python.Installed
	case mode.NeedNothing:
	}
	return true
}
