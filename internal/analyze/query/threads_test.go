package query_test

import (
	"errors"
	"fmt"
	"path"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/trace/tracetest"
)

const selected = `process pid=%d
interpreter
file 1 name=a.py
code 1 file=1 qualname=main lines=1-3
thread 1 tid=%d name=MainThread
thread 2 tid=%d name=Worker-1
thread 3 tid=%d name="Worker-[2]"
slot thread=1
call 1 +1
slot thread=2
call 1 +1
slot thread=3
call 1 +1
`

func TestThreadsAndProcesses(t *testing.T) {
	tr := open(t, tracetest.Spec{Processes: []string{
		fmt.Sprintf(selected, 10, 10, 11, 12), fmt.Sprintf(selected, 20, 20, 21, 22),
	}})
	for _, test := range []struct {
		name      string
		processes []string
		threads   []string
		want      []int // tids
		err       string
	}{
		{"nothing is all", nil, nil, []int{10, 11, 12, 20, 21, 22}, ""},
		{"a process", []string{"20"}, nil, []int{20, 21, 22}, ""},
		{"processes come in their order", []string{"20", "10"}, nil, []int{10, 11, 12, 20, 21, 22}, ""},
		{"a thread by the system's id", nil, []string{"21"}, []int{21}, ""},
		{"threads by name, in all processes", nil, []string{"MainThread"}, []int{10, 20}, ""},
		{"threads by pattern", nil, []string{"Worker-*"}, []int{11, 12, 21, 22}, ""},
		{"a name that is a pattern", nil, []string{"Worker-[2]"}, []int{12, 22}, ""},
		{"several", nil, []string{"Main*", "12"}, []int{10, 12, 20}, ""},
		{"of a process", []string{"10"}, []string{"Worker-?"}, []int{11}, ""},
		{"a process that is not there", []string{"10", "30"}, nil, []int{10, 11, 12}, "find process 30: not in the trace, which has 10, 20"},
		{"a thread that is not there", nil, []string{"MainThread", "nobody"}, []int{10, 20}, "find thread nobody: not in the trace, which has 10 (MainThread), 11 (Worker-1), 12 (Worker-[2]), 20 (MainThread), 21 (Worker-1) and 1 more"},
		{"a thread of another process", []string{"10"}, []string{"21"}, nil, "find thread 21: not in the trace, which has 10 (MainThread), 11 (Worker-1), 12 (Worker-[2])"},
		{"no pattern", nil, []string{"[a"}, nil, "find thread [a: syntax error in pattern"},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := query.Query{Processes: test.processes, ThreadNames: test.threads}
			var got []int
			for _, th := range q.Threads(tr) {
				got = append(got, th.TID)
			}
			text, err := "", q.Check(tr)
			if err != nil {
				text = err.Error()
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) || text != test.err {
				t.Errorf("threads %v and error %q, expected %v and %q", got, text, test.want, test.err)
			}
			var missing *query.NotFoundError
			if err != nil && !errors.As(err, &missing) && !errors.Is(err, path.ErrBadPattern) {
				t.Errorf("%T", err)
			}
		})
	}
}
