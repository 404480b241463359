package session

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracer/internal/launch"
	"tracer/internal/sys"
)

// recordedOnce returns a session whose program is a shell's, and has run.
func recordedOnce(t *testing.T, script string) *Session {
	t.Helper()
	command := &launch.Command{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Name: "sh"}
	s, err := New(testOptions(command, launch.Library{}, filepath.Join(t.TempDir(), "x.trace")))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCalibrate(t *testing.T) {
	for name, c := range map[string]struct {
		traced, cost time.Duration
		want         float64
	}{
		"events cost what was measured": {3 * time.Second, 3 * time.Second, 1},
		"they cost less":                {3 * time.Second, 4 * time.Second, 0.75},
		"far more":                      {3 * time.Second, time.Millisecond, maxScale},
		"next to nothing":               {3 * time.Second, time.Hour, minScale},
		"the traced run was faster":     {time.Nanosecond, time.Second, minScale},
	} {
		s := recordedOnce(t, "exit 0")
		got, err := s.Calibrate(&Result{CPU: c.traced}, func(path string) (Recorded, error) {
			return Recorded{CostNS: c.cost.Nanoseconds()}, nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if math.Abs(got.Scale-c.want) > 0.05*c.want || got.TracedNS != c.traced.Nanoseconds() || got.UntracedNS <= 0 {
			t.Errorf("%s: %+v, expected a scale of %v", name, got, c.want)
		}
		m, err := s.dir.ReadManifest()
		if err != nil || m.Calibration == nil || *m.Calibration != *got {
			t.Errorf("%s: the manifest has %+v, %v; expected %+v", name, m.Calibration, err, got)
		}
	}
}

func TestWhatASecondRunDoes(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		cost   int64
		err    error
		want   string
	}{
		"it fails":                      {"exit 3", 1, nil, "run once more, the program ended with status 3"},
		"a signal ends it":              {"kill -TERM $$", 1, nil, "run once more, the program ended with status 143"},
		"costs were not measured":       {"exit 0", 0, nil, "what events cost was not measured"},
		"the trace cannot be read":      {"exit 0", 1, errors.New("no trace"), "no trace"},
		"it is traced all the same":     {`[ -z "$TRACER_DIR" ] || exit 9; exit 4`, 1, nil, "status 4"},
		"it reads what is there: no":    {"read x && exit 5; exit 6", 1, nil, "status 6"},
		"its output goes nowhere":       {"[ -t 1 ] && exit 7; echo seen; echo seen >&2; exit 8", 1, nil, "status 8"},
		"the tracer's own is not there": {`case "$PYTHONPATH" in *loader*) exit 9;; esac; exit 10`, 1, nil, "status 10"},
	} {
		s := recordedOnce(t, c.script)
		got, err := s.Calibrate(&Result{CPU: time.Second}, func(path string) (Recorded, error) { return Recorded{CostNS: c.cost}, c.err })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; expected %s", name, got, err, c.want)
		}
		if m, err := s.dir.ReadManifest(); err != nil || m.Calibration != nil {
			t.Errorf("%s: the manifest has %+v, %v", name, m.Calibration, err)
		}
	}
}

func TestComparable(t *testing.T) {
	fine := Result{Processes: 1}
	for name, c := range map[string]struct {
		status sys.Status
		result *Result
		change func(o *Options)
		want   string // empty: it is
	}{
		"a program that has ended well": {sys.Status{}, &fine, nil, ""},
		"one that has not":              {sys.Status{Code: 1}, &fine, nil, "ended with status 1"},
		"nothing was recorded":          {sys.Status{}, &Result{}, nil, "nothing was recorded"},
		"no result":                     {sys.Status{}, nil, nil, "nothing was recorded"},
		"a daemon":                      {sys.Status{}, &Result{Processes: 2, Alive: 1}, nil, "live on"},
		"a Python that is to come":      {sys.Status{}, &Result{Processes: 1, Heirs: true}, nil, "live on"},
		"a full disk":                   {sys.Status{}, &Result{Processes: 1, Dropped: 5}, nil, "events were lost"},
		"a flight recorder":             {sys.Status{}, &fine, func(o *Options) { o.Ring = MinSize }, "only the latest"},
		"a program out of a pipe":       {sys.Status{}, &fine, func(o *Options) { o.Program = []string{"-"} }, "standard input"},
	} {
		s := &Session{options: Options{Command: &launch.Command{Argv: []string{"python", "a.py"}}, Program: []string{"a.py"}}}
		if c.change != nil {
			c.change(&s.options)
		}
		err := s.Comparable(c.status, c.result)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, new(*Uncalibrated))) {
			t.Errorf("%s: %v, expected %q", name, err, c.want)
		}
	}
}
