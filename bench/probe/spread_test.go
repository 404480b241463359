package probe

import (
	"path/filepath"
	"strings"
	"testing"

	"tracer/bench/synth"
)

func TestSpreadIsChecked(t *testing.T) {
	path := generate(t, 300_000)
	got, err := Spread(path)
	if err != nil || got.Events != 300_000 || got.Functions < 60 || got.Lines < 6*got.Functions {
		t.Errorf("%+v, %v", got, err)
	}
	totals, err := synth.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	totals.Lines[20].Hits++
	if err := totals.Write(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Spread(path); err == nil || !strings.Contains(err.Error(), "check totals") {
		t.Errorf("unexpected error %v", err)
	}
}

func TestPassMeetsEveryEvent(t *testing.T) {
	path := generate(t, 300_000)
	got, err := Pass(path)
	if err != nil || got.Events != 300_000 {
		t.Errorf("%+v, %v", got, err)
	}
	none := filepath.Join(t.TempDir(), "none")
	if _, err := Pass(none); err == nil {
		t.Error("decoded")
	}
	if _, err := Spread(none); err == nil {
		t.Error("made a report")
	}
}
