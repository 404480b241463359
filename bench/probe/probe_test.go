package probe

import (
	"path/filepath"
	"strings"
	"testing"

	"tracer/bench/synth"
)

// generate makes a trace and its totals.
func generate(t *testing.T, events uint64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "synthetic.trace")
	if _, err := synth.Generate(path, events, 1); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSumChecksTheWhole(t *testing.T) {
	path := generate(t, 2_000_000)
	got, err := Sum(path, Window{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Checked || got.Events != 2_000_000 || got.Functions < 60 || got.Lines < 6*got.Functions {
		t.Errorf("unexpected %+v", got)
	}
	// A window and what is before and behind it are the whole.
	var events uint64
	for _, w := range []Window{{0, 0.3}, {0.3, 0.31}, {0.31, 1.01}} {
		part, err := Sum(path, w)
		if err != nil || part.Checked {
			t.Fatalf("%+v, %v", part, err)
		}
		events += part.Events
	}
	if events != got.Events {
		t.Errorf("%d events in the windows, expected %d", events, got.Events)
	}
}

func TestSumTellsAWrongTotal(t *testing.T) {
	for name, change := range map[string]func(*synth.Totals){
		"events":            func(s *synth.Totals) { s.Events++ },
		"a function more":   func(s *synth.Totals) { s.Functions = append(s.Functions, synth.Function{}) },
		"a call":            func(s *synth.Totals) { s.Functions[3].Calls++ },
		"hits":              func(s *synth.Totals) { s.Lines[20].Hits-- },
		"a function's time": func(s *synth.Totals) { s.Functions[5].Self += 200 },
		"a line's time":     func(s *synth.Totals) { s.Lines[1].Self += 200 },
	} {
		t.Run(name, func(t *testing.T) {
			path := generate(t, 50_000)
			totals, err := synth.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			change(totals)
			if err := totals.Write(path); err != nil {
				t.Fatal(err)
			}
			if _, err := Sum(path, Window{0, 1}); err == nil || !strings.Contains(err.Error(), "check totals") {
				t.Errorf("unexpected error %v", err)
			}
		})
	}
}

func TestVisitMeetsEveryEvent(t *testing.T) {
	path := generate(t, 300_000)
	got, err := Visit(path)
	if err != nil || got.Events != 300_000 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestATraceThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none")
	if _, err := Sum(path, Window{0, 1}); err == nil {
		t.Error("added up")
	}
	if _, err := Visit(path); err == nil {
		t.Error("visited")
	}
}
