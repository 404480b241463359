package sys

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSpace(t *testing.T) {
	dir := t.TempDir()
	s, err := SpaceAt(dir)
	if errors.As(err, new(*UnsupportedError)) {
		t.Skip(err)
	}
	if err != nil || s.Size <= 0 || s.Free < 0 || s.Free > s.Size {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := SpaceAt(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of nothing: %v", err)
	}
}

func TestReading(t *testing.T) {
	r := MeasureClock()
	_, invariant := Ticks()
	if r.Invariant != invariant || r.Hz < 1e6 || r.Hz > 1e11 || r.CostNS <= 0 || r.StepNS < 0 {
		t.Errorf("%+v", r)
	}
	if !invariant && r.Hz != 1e9 {
		t.Errorf("the system's clock is in ns, not at %v Hz", r.Hz)
	}
}

func TestOwned(t *testing.T) {
	info, err := os.Stat(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !Owned(info) {
		t.Error("a directory of one's own belongs to another")
	}
}
