package doctor

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"

	"tracer/internal/pyabi"
)

func TestDirectoriesOfTraces(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "open"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name          string
		exists, fails bool
	}{
		{"open", true, false}, {"not/there/yet", false, false}, {"file", false, true}, {"file/below", false, true},
	} {
		d := lookAtDisk(filepath.Join(dir, tt.name), nil)
		if d.Exists != tt.exists || (d.Err != nil) != tt.fails {
			t.Errorf("%s: %+v", tt.name, d)
		}
		if !tt.fails && (d.WriteRate <= 0 || d.Space.Size <= 0 || !d.Owned || tt.exists && runtime.GOOS != "windows" && d.Mode.Perm() != 0o755) {
			t.Errorf("%s: %+v", tt.name, d)
		}
		if !tt.fails && runtime.GOOS == "linux" && d.MapErr != nil {
			t.Errorf("%s: %v", tt.name, d.MapErr)
		}
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*", ".tracer*"))
	more, _ := filepath.Glob(filepath.Join(dir, ".tracer*"))
	if len(left)+len(more) > 0 {
		t.Errorf("left behind: %v %v", left, more)
	}
}

func TestCollectTriesWhatCanBeTraced(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("nothing is tried on " + runtime.GOOS)
	}
	var tried atomic.Int32
	last := 0
	f, err := Collect(t.Context(), Options{
		StateDir: t.TempDir(), Pythons: []string{"/bin/ls"},
		Trial: func(context.Context, pyabi.Info) *Trial { tried.Add(1); return &Trial{Recorded: true} },
	})
	if err != nil || len(f.Pythons) != 1 || f.Pythons[0].Err == nil || f.Pythons[0].Trial != nil || tried.Load() != 0 {
		t.Fatalf("%+v, %v, tried %d", f, err, tried.Load())
	}
	f, err = Collect(t.Context(), Options{
		StateDir: t.TempDir(), Progress: func(done, total int) { last = total - done },
		Trial: func(context.Context, pyabi.Info) *Trial { tried.Add(1); return &Trial{Recorded: true} },
	})
	if err != nil {
		t.Fatal(err)
	}
	traceable := 0
	for _, p := range f.Pythons {
		if p.Supported() == nil {
			traceable++
		}
		if (p.Trial != nil) != (p.Supported() == nil) {
			t.Errorf("%s: %+v", p.String(), p.Trial)
		}
	}
	if int(tried.Load()) != traceable || last != 0 {
		t.Errorf("tried %d of %d, %d to go", tried.Load(), traceable, last)
	}
	if r := Examine(f); r.Works != (traceable > 0) {
		t.Errorf("works %v: %s", r.Works, r.Verdict)
	}
}

func TestCollectEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Collect(ctx, Options{StateDir: t.TempDir(), Pythons: []string{"/bin/ls"}}); err != context.Canceled {
		t.Errorf("%v", err)
	}
}
