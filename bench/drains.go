package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
	"tracer/internal/store"
	"tracer/internal/wire"
)

const (
	keyAlone   = "recording without a controller"
	keyRecover = "recover"
)

// recovers is how often each trace is drained.
func (b *bench) recovers() int { return b.few(3, 1) }

// measureDrains has the programs' raw drained on one core. It is what the agent leaves
// where no controller takes it: all that the controller would have had to do meanwhile.
func (b *bench) measureDrains(ctx context.Context, python scratch.Python) error {
	for _, p := range b.programs {
		if err := b.drain(ctx, python, p); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

func (b *bench) drain(ctx context.Context, python scratch.Python, p scratch.Program) (err error) {
	left, trace := b.area.Path("left"), b.area.Path("output")
	defer func() { err = errors.Join(err, os.RemoveAll(left), os.RemoveAll(trace)) }()
	if err := b.recordAlone(ctx, python, p, left); err != nil {
		return err
	}
	d := result.Drain{Python: python.Version, Program: p.Name}
	for range b.recovers() {
		if err := errors.Join(os.RemoveAll(trace), os.CopyFS(trace, os.DirFS(left))); err != nil {
			return fmt.Errorf("copy trace: %w", err)
		}
		b.progress.Begin(keyRecover + ": " + p.Name)
		usage, err := meter.Run(ctx, meter.Command{Argv: []string{b.tracer, "recover", trace}, Env: b.environ("GOMAXPROCS=1"), Dir: b.area.Dir})
		if err != nil {
			return err
		}
		b.progress.End(keyRecover, usage.Wall)
		d.CPU, d.Wall = append(d.CPU, usage.CPU.Seconds()), append(d.Wall, usage.Wall.Seconds())
	}
	r, err := b.recorded(ctx, trace)
	d.Events = r.events
	b.result.Drains = append(b.result.Drains, d)
	return err
}

// recordAlone runs a program with an agent and without a controller: the trace is what
// a killed controller leaves at once.
func (b *bench) recordAlone(ctx context.Context, python scratch.Python, p scratch.Program, path string) error {
	job, err := b.job(python, p)
	if err != nil {
		return err
	}
	modes, err := mode.Choose([]string{mode.Untraced})
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(path), discard(job), newTrace(path)); err != nil {
		return err
	}
	defer discard(job)
	b.progress.Begin(keyAlone + ": " + p.Name)
	begin := time.Now()
	env := b.environ(append(modes[0].Environ(job), b.agentAlone(path)...)...)
	if _, err := meter.Run(ctx, meter.Command{Argv: modes[0].Argv(job), Env: env, Dir: b.area.Dir}); err != nil {
		return err
	}
	b.progress.End(keyAlone, time.Since(begin))
	return nil
}

// agentAlone is what has a program recorded without a controller: the variables of package
// launch.
func (b *bench) agentAlone(path string) []string {
	lib := b.area.Path("bin/lib/tracer")
	agent := filepath.Join(lib, "agent-"+runtime.GOOS+"-"+runtime.GOARCH+".so")
	return []string{"PYTHONPATH=" + filepath.Join(lib, "loader"), "TRACER_DIR=" + path, "TRACER_AGENT=" + agent}
}

// newTrace makes a trace as a controller begins it.
func newTrace(path string) error {
	const slotSize = 64 << 10
	d, err := store.Create(path)
	if err != nil {
		return err
	}
	settings := wire.SettingsHead{
		Magic: wire.MagicSettings, Version: wire.Version, Events: wire.EventsLines, SlotSize: slotSize, Filter: wire.FilterYourCode,
	}
	if err := os.WriteFile(filepath.Join(path, store.SettingsName), settings.Append(nil), 0o600); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return d.WriteManifest(&store.Manifest{
		Version: wire.Version, State: store.Recording, OS: runtime.GOOS, Arch: runtime.GOARCH,
		Settings: store.Settings{Events: "lines", SlotSize: slotSize}, Start: time.Now(), Named: true,
	})
}
