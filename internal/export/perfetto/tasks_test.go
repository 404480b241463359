package perfetto

import (
	"fmt"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/timeline/timelinetest"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// loop is an event loop and the coroutines that it runs.
const loop = `process pid=100 ppid=1 slot-size=4096 clock-kind=monotonic start-ticks=1000000 start-mono-ns=1000000
interpreter python=3.14.6 argv=python argv=a.py
file 1 name=a.py path=/app/a.py
code 1 file=1 module=app qualname=loop first-line=1 lines=1-5
code 7 file=1 module=app qualname=fetch first-line=10 lines=11-13 flags=128
code 11 file=1 module=app qualname=parse first-line=20 lines=21-23 flags=128
code 15 file=1 module=app qualname=plain first-line=30 lines=31-33
thread 1 tid=100 name=MainThread
`

// turns are two tasks of fetch: 3, which awaits parse, and 4, within which a loop runs 5.
const turns = loop + `slot
call 1 +1
mark task +3
call 7 +1
call 11 +1
yield 11 +1
yield 7 +1
mark task
line 3 +1
mark task +4
call 7 +1
call 15 +1
mark task +5
call 11 +1
return 11 +1
mark task +4
return 15 +1
return 7 +1
mark task
mark task +3
resume 8 +1
return 7 +1
mark task
return 1 +1
`

// lossy is a task that goes on where events were lost: its frame is in the head of a slot,
// and is none that was open before.
const lossy = loop + `slot lost=7
call 1 +1
mark task +3
call 7 +1
slot ticks=1000010
frame code=1 entered-ticks=1000001 location=2
frame code=7 entered-ticks=1000004 location=8
frame code=15 entered-ticks=1000005 location=16
mark task +3
line 17 +1
return 15 +1
return 7 +1
mark task
return 1 +1
`

// tasks are what the tracks of tasks tell, by their names.
func (d *decoded) tasks() (list []string) {
	for n := range uint64(10) {
		track := 1<<32 + n
		name, ok := get(d.tracks[track], descriptorName)
		if ok {
			list = append(list, fmt.Sprintf("%d %s: %q", n, name.message, d.told[track]))
		}
	}
	return list
}

func TestTasksHaveTracks(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		window     trace.Window
		want       []string
	}{
		{"turns", turns, trace.Window{}, []string{
			`3 task app.fetch: ["2 begin task app.fetch\n" "5 end return\n" "13 begin task app.fetch\n" "14 end return\n"]`,
			`4 task app.fetch: ["7 begin task app.fetch\n" "9 end return\n" "10 begin task app.fetch\n" "12 end return\n"]`,
			`5 task app.parse: ["9 begin task app.parse\n" "10 end return\n"]`,
		}},
		{"a window that begins in a task", turns, trace.Window{From: 8, To: 12}, []string{
			`4 task app.fetch: ["8 begin task app.fetch\n" "9 end return\n" "10 begin task app.fetch\n" "12 end return\n"]`,
			`5 task app.parse: ["9 begin task app.parse\n" "10 end return\n"]`,
		}},
		{"events are lost", lossy, trace.Window{}, []string{
			`3 task app.fetch: ["2 begin task app.fetch\n" "2 end return\n" "11 begin task app.fetch\n" "13 end return\n"]`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := timelinetest.Open(t, tracetest.Spec{Processes: []string{tt.text}})
			d := export(t, tr, query.Query{Window: tt.window}, false)
			timelinetest.Same(t, "tasks", d.tasks(), tt.want)
			for track := range d.told {
				if parent, _ := get(d.tracks[track], descriptorParent); track > 1<<32 && parent.value != 3 {
					t.Errorf("the track of task %d is in %d, want the process", track-1<<32, parent.value)
				}
			}
		})
	}
}

func TestTurnsOfATaskAreAFlow(t *testing.T) {
	d := export(t, timelinetest.Open(t, tracetest.Spec{Processes: []string{turns}}), query.Query{}, false)
	timelinetest.Same(t, "flows", d.flows, []string{"2 3 app.fetch", "7 4 app.fetch", "9 5 app.parse", "13 3 app.fetch"})
}
