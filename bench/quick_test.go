//go:build linux

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracer/bench/scratch"
	"tracer/internal/pyabi"
)

// TestQuickRun measures for real, on programs of a few milliseconds.
func TestQuickRun(t *testing.T) {
	if testing.Short() {
		t.Skip("starts interpreters")
	}
	if _, err := os.Stat(filepath.Join("..", "bin", "tracer")); err != nil {
		t.Skip("bin/tracer is not built, see make")
	}
	var out, said bytes.Buffer
	// The benchmark starts itself, which a test cannot.
	args := []string{"-quick", "-root", "..", "-scratch", t.TempDir(), "-parts", strings.Join(slices.DeleteFunc(slices.Clone(allParts), func(part string) bool { return part == partLarge || part == partExport || part == partAnalysis }), ",")}
	if status := run(t.Context(), args, &out, &said); status != exitMeasured {
		t.Fatalf("exit status %d:\n%s", status, said.String())
	}
	wanted := []string{"callbacks that do nothing", "filter that matches nothing", "start-up", "tracer report", "draining on one core", "peak memory of tracer run", "a fork"}
	var kinds scratch.Kinds
	for _, note := range kinds.Fill(pyabi.Find()) {
		t.Log(note)
	}
	if len(kinds.Older) > 0 {
		wanted = append(wanted, "Older interpreters")
	}
	if len(kinds.Threaded) > 0 {
		wanted = append(wanted, "Threads in parallel")
	}
	for _, want := range wanted {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, out.String())
		}
	}
}
