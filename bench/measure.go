package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tracer/bench/meter"
	"tracer/bench/result"
)

// measure does all parts. Where one fails it says so and goes on.
func (b *bench) measure(ctx context.Context) error {
	var cases []*runs
	if b.has(partPrograms) {
		var err error
		if cases, err = b.cases(); err != nil {
			return err
		}
	}
	if err := b.prepareKinds(); err != nil {
		return err
	}
	b.progress = meter.NewProgress(b.say, b.keys(cases))
	newest := b.pythons[len(b.pythons)-1]
	try := func(part string, do func() error) {
		if ctx.Err() != nil || !b.has(part) {
			return
		}
		if err := do(); err != nil && ctx.Err() == nil {
			b.fail(part, err)
		}
	}
	try(partPrograms, func() error { return b.measurePrograms(ctx, cases) })
	if b.tracer != "" {
		for _, python := range b.pythons {
			try(partStart, func() error { return b.measureStart(ctx, python) })
		}
		try(partReading, func() error { return b.measureReading(ctx, newest) })
		try(partSaving, func() error { return b.measureSaving(ctx, newest) })
		try(partDrain, func() error { return b.measureDrains(ctx, newest) })
		try(partMemory, func() error { return b.measureMemory(ctx, newest) })
		for _, python := range b.pythons {
			try(partFork, func() error { return b.measureFork(ctx, python) })
		}
		try(partLarge, func() error { return b.measureLarge(ctx) })
		if !b.has(partLarge) {
			try(partAnalysis, func() error { return b.measureLarge(ctx) })
		}
		for _, python := range b.pythons {
			try(partAccuracy, func() error { return b.measureAccuracy(ctx, python) })
		}
		try(partOlder, func() error { return b.measureOlder(ctx) })
		try(partParallel, func() error { return b.measureParallel(ctx) })
		try(partExport, func() error { return b.measureExport(ctx) })
	}
	switch {
	case ctx.Err() != nil:
		return errors.New("stopped before the end")
	case len(b.result.Failures) > 0:
		return fmt.Errorf("could not measure everything: %d of the parts above failed", len(b.result.Failures))
	}
	return nil
}

// prepareKinds makes the cases of the kinds of interpreters that have parts of their own.
func (b *bench) prepareKinds() (err error) {
	if b.tracer != "" && b.has(partOlder) {
		err = b.prepareOlder()
	}
	if err == nil && b.tracer != "" && b.has(partParallel) {
		err = b.prepareParallel()
	}
	return err
}

// keys lists the runs to come, for the progress.
func (b *bench) keys(cases []*runs) []string {
	var keys []string
	add := func(key string, times int) {
		for range times {
			keys = append(keys, key)
		}
	}
	for _, c := range cases {
		for _, m := range c.modes {
			add(c.key(m), b.rounds*m.Samples)
		}
	}
	if b.tracer == "" {
		return keys
	}
	if b.has(partStart) {
		add(keyStart, len(b.pythons)*b.startPairs())
	}
	if b.has(partReading) {
		add(keyTrace, 2)
		add(keyReport, 2*b.reports())
	}
	if b.has(partSaving) {
		add(keySavingTracer, b.savings())
		if b.pythons[len(b.pythons)-1].Installed {
			add(keySavingViz, b.savings())
		}
	}
	b.storeKeys(add)
	return keys
}

// storeKeys lists the runs of the parts that look at the store.
func (b *bench) storeKeys(add func(key string, times int)) {
	if b.has(partDrain) {
		add(keyAlone, len(b.programs))
		add(keyRecover, len(b.programs)*b.recovers())
	}
	if b.has(partMemory) {
		add(keyMemory, 2*b.memoryRuns())
	}
	if b.has(partFork) {
		add(keyFork, len(b.pythons)*b.forkRounds())
	}
	if b.has(partAccuracy) {
		b.accuracyKeys(add)
	}
	b.olderKeys(add)
	b.parallelKeys(add)
	if (b.has(partLarge) || b.has(partAnalysis)) && b.options.large == "" {
		add(keyGenerate, 1)
	}
	if b.has(partAnalysis) {
		add(keyPass, b.analyses())
		add(keySpread, b.analyses())
	}
	if b.has(partLarge) {
		add(keyLookup, len(b.windows())*b.lookups())
		add(keyReport, len(reported())*b.lookups())
		add(keyVisit, b.visits())
	}
	if b.has(partExport) {
		add(keyExportTrace, 1)
		add(keyExport, (1+len(exported()))*b.exports())
	}
}

// resultsFile is what the data are called, pageFile the page with the tables.
const resultsFile, pageFile = "results.json", "README.md"

// write prints the tables and keeps the data. Those of a whole run go into the
// repository.
func (b *bench) write(stdout io.Writer) error {
	fmt.Fprint(stdout, b.result.Markdown())
	if b.quick {
		fmt.Fprintln(b.say, "bench: the figures of a quick run mean nothing")
	}
	whole := b.whole() && b.result.Complete() && len(b.result.Failures) == 0
	dir := b.out
	if dir == "" {
		dir = b.area.Path("results")
		if whole {
			dir = filepath.Join(b.root, "bench")
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	path := filepath.Join(dir, resultsFile)
	if err := b.result.Write(path); err != nil {
		return err
	}
	fmt.Fprintf(b.say, "bench: the data are in %s\n", path)
	if !whole || b.out != "" {
		return nil
	}
	return b.result.WritePage(filepath.Join(dir, pageFile))
}

// rewrite makes the page from the data that are there.
func rewrite(o options, stdout io.Writer) error {
	dir := filepath.Join(o.root, "bench")
	r, err := result.Read(filepath.Join(dir, resultsFile))
	if err != nil {
		return err
	}
	r.SetTargets()
	fmt.Fprint(stdout, r.Markdown())
	return errors.Join(r.Write(filepath.Join(dir, resultsFile)), r.WritePage(filepath.Join(dir, pageFile)))
}
