package perfetto

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline/timelinetest"
	"tracer/trace"
	"tracer/trace/tracetest"
)

const twoProcesses = `process pid=7 ppid=1 clock-kind=monotonic start-ticks=1000000 start-mono-ns=1000000
interpreter python=3.14.0 argv=python3 argv=/srv/app.py argv=--fast
file 1 name=a.py path=/srv/a.py
code 1 file=1 module=app qualname=main first-line=1 lines=1-3
thread 1 tid=7 name=MainThread
thread 2 tid=8
slot thread=1
call 1 +10
line 2
return 1 +10
slot thread=2
call 1 +10
mark gap +3
`

// descriptors are a file's descriptors, a line each, in their order.
func (d *decoded) descriptors() (list []string) {
	for uuid := uint64(1); len(list) < len(d.tracks); uuid++ {
		all, ok := d.tracks[uuid]
		if !ok {
			continue
		}
		text := fmt.Sprint(uuid)
		for _, f := range all[1:] {
			switch f.number {
			case descriptorParent:
				text += fmt.Sprint(" in ", f.value)
			case descriptorName:
				text += fmt.Sprintf(" %q", f.message)
			case descriptorProcess, descriptorThread:
				for _, f := range fieldsOf(d.tb, f.message) {
					if f.message != nil {
						text += fmt.Sprintf(" %q", f.message)
					} else {
						text += fmt.Sprint(" ", f.value)
					}
				}
			}
		}
		list = append(list, text)
	}
	return list
}

func TestTracksAreDescribed(t *testing.T) {
	tr := timelinetest.Open(t, tracetest.Spec{Processes: []string{twoProcesses, strings.Replace(twoProcesses, "pid=7 ", "pid=9 ", 1)}})
	q := query.Query{}
	d := export(t, tr, q, true)
	want := []string{
		`1 in 9 7 7 "MainThread"`, `2 in 1 "lines"`,
		`3 in 9 7 8 "thread 8"`, `4 in 3 "lines"`,
		`5 in 21 9 7 "MainThread"`, `6 in 5 "lines"`,
		`7 in 21 9 8 "thread 8"`, `8 in 7 "lines"`,
		`9 7 "app.py" 0 "python3" "/srv/app.py" "--fast"`,
		`21 9 "app.py" 0 "python3" "/srv/app.py" "--fast"`,
	}
	timelinetest.Same(t, "tracks", d.descriptors(), want)
	if want := uint64(tr.Info().Start.UnixNano()); d.date != want {
		t.Errorf("the date is %d, want %d", d.date, want)
	}
	q.Processes, q.ThreadNames = []string{"9"}, []string{"8"}
	want = []string{`1 in 3 9 8 "thread 8"`, `3 9 "app.py" 0 "python3" "/srv/app.py" "--fast"`}
	timelinetest.Same(t, "tracks of one thread", export(t, tr, q, false).descriptors(), want)
}

func TestSourceLinesAreNames(t *testing.T) {
	tr := timelinetest.Open(t, tracetest.Spec{Processes: []string{twoProcesses}, Sources: map[string]string{"/srv/a.py": "def main():\n    x = 1\n"}})
	told := export(t, tr, query.Query{}, true).told[2]
	timelinetest.Same(t, "lines", told, []string{"10 begin line 1  def main():\n", "20 end return\n"})
}

func TestCountersAreTracks(t *testing.T) {
	tr := timelinetest.Counted(t)
	for _, tt := range []struct {
		name   string
		window trace.Window
		want   string
	}{
		{"all", trace.Window{}, `memory [100 20480 200 40960]; processor, program [200 50]; threads [100 1]`},
		{"window", trace.Window{From: 150, To: 300}, `memory [200 40960]; processor, program [200 50]`},
	} {
		d := export(t, tr, query.Query{Window: tt.window}, false)
		var got []string
		for uuid := uint64(1); uuid < 30; uuid++ {
			if d.counters[uuid] == nil {
				continue
			}
			name, _ := get(d.tracks[uuid], descriptorName)
			got = append(got, fmt.Sprintf("%s %v", name.message, d.counters[uuid]))
		}
		if text := strings.Join(got, "; "); text != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, text, tt.want)
		}
	}
}

func TestACallTakesLessThan60Bytes(t *testing.T) {
	r := tracetest.Random{Events: 100_000, Codes: 100}
	var b bytes.Buffer
	tr := timelinetest.Open(t, tracetest.Spec{Processes: []string{r.Text(timelinetest.Rand(1))}})
	if err := Write(t.Context(), &b, tr, Options{}); err != nil {
		t.Fatal(err)
	}
	entered := strings.Count(strings.Join(timelinetest.Whole(t, tr.Processes()[0].Threads[0], timelinetest.Calls).Calls, ""), "begin")
	if size := b.Len() / entered; size >= 60 || entered < 10_000 {
		t.Errorf("%d bytes for each of %d frames that were entered", size, entered)
	}
}
