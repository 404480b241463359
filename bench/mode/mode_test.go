package mode

import (
	"strings"
	"testing"
)

func TestEveryModeRunsTheDriver(t *testing.T) {
	job := Job{
		Python: "PY", Tracer: "TR", Noop: "NOOP", Driver: "drive.py", Script: "s.py", Loops: 3,
		Args: []string{"--width", "5"}, Output: "OUT", Results: "RES",
	}
	want := map[string]string{
		Untraced:     "PY drive.py",
		Noop:         "TR run --quiet --output OUT --python PY drive.py",
		Calls:        "TR run --quiet --output OUT --python PY --events functions --only * drive.py",
		Lines:        "TR run --quiet --output OUT --python PY drive.py",
		Filtered:     "TR run --quiet --output OUT --python PY --only no_such_module drive.py",
		CProfile:     "PY -m cProfile -o OUT drive.py",
		VizTracer:    "PY -m viztracer --quiet --tracer_entries 40000000 --output_file OUT.json --ignore_c_function -- drive.py",
		VizTracerC:   "PY -m viztracer --quiet --tracer_entries 40000000 --output_file OUT.json -- drive.py",
		LineProfiler: "PY drive.py",
	}
	all := All()
	if len(all) != len(want) {
		t.Errorf("%d modes, expected %d", len(all), len(want))
	}
	for _, m := range all {
		if got := strings.Join(m.Argv(job), " "); got != want[m.Name]+" s.py 3 --width 5" {
			t.Errorf("%s: unexpected command %s", m.Name, got)
		}
		if env := m.Environ(job); env[0] != "BENCH_RESULT=RES" {
			t.Errorf("%s: unexpected environment %v", m.Name, env)
		}
		if m.Samples < 1 || m.Title == "" {
			t.Errorf("%s: incomplete", m.Name)
		}
	}
}

func TestChoose(t *testing.T) {
	got, err := Choose([]string{Lines, Untraced})
	if err != nil || len(got) != 2 || got[0].Name != Untraced || got[1].Name != Lines {
		t.Errorf("unexpected %v, %v", got, err)
	}
	if _, err := Choose([]string{"lnes"}); err == nil {
		t.Error("a mode that is not there was chosen")
	}
}
