package query

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"tracer/trace"
)

// NotFoundError is that of a selector that nothing in the trace matches.
type NotFoundError struct {
	What     string // "thread", "process"
	Selector string
	Has      []string // what there is instead
}

// Error implements error.
func (e *NotFoundError) Error() string {
	const few = 5
	has, more := e.Has, ""
	switch {
	case len(has) == 0:
		has = []string{"none"}
	case len(has) > few:
		has, more = has[:few], fmt.Sprintf(" and %d more", len(has)-few)
	}
	return fmt.Sprintf("find %s %s: not in the trace, which has %s%s", e.What, e.Selector, strings.Join(has, ", "), more)
}

// Check returns a *NotFoundError if the query names a process or a thread that the trace
// has not, and path.ErrBadPattern if it names one by what is no pattern.
func (q *Query) Check(t *trace.Trace) error {
	for _, selector := range q.Processes {
		if slices.ContainsFunc(t.Processes(), func(p *trace.Process) bool { return isProcess(selector, p) }) {
			continue
		}
		if _, err := path.Match(selector, ""); err != nil {
			return fmt.Errorf("find process %s: %w", selector, err)
		}
		return &NotFoundError{"process", selector, processes(t)}
	}
	for _, selector := range q.ThreadNames {
		one := Query{Processes: q.Processes, ThreadNames: []string{selector}}
		if len(one.Threads(t)) > 0 {
			continue
		}
		if _, err := path.Match(selector, ""); err != nil {
			return fmt.Errorf("find thread %s: %w", selector, err)
		}
		all := Query{Processes: q.Processes}
		return &NotFoundError{"thread", selector, threads(all.Threads(t))}
	}
	return nil
}

// Threads returns the threads that are asked for, in order.
func (q *Query) Threads(t *trace.Trace) (threads []*trace.Thread) {
	for _, p := range t.Processes() {
		for _, th := range p.Threads {
			if q.Wants(th) {
				threads = append(threads, th)
			}
		}
	}
	return threads
}

// Wants reports whether a thread is asked for.
func (q *Query) Wants(th *trace.Thread) bool {
	if !q.WantsProcess(th.Process) {
		return false
	}
	return len(q.ThreadNames) == 0 || slices.ContainsFunc(q.ThreadNames, func(selector string) bool {
		matched, _ := path.Match(selector, th.Name)
		return matched || selector == th.Name || selector == strconv.Itoa(th.TID)
	})
}

// WantsProcess reports whether threads of a process are asked for, if any.
func (q *Query) WantsProcess(p *trace.Process) bool {
	return len(q.Processes) == 0 || slices.ContainsFunc(q.Processes, func(selector string) bool { return isProcess(selector, p) })
}

// isProcess reports whether a selector is a process's pid, or the name of its program: of a
// word of its command line that is no option, the last part of the path.
func isProcess(selector string, p *trace.Process) bool {
	return selector == strconv.Itoa(p.PID) || slices.ContainsFunc(p.Argv, func(word string) bool {
		matched, _ := path.Match(selector, path.Base(word))
		return matched && !strings.HasPrefix(word, "-")
	})
}

// processes says what processes there are.
func processes(t *trace.Trace) (has []string) {
	for _, p := range t.Processes() {
		has = append(has, strings.TrimSuffix(fmt.Sprintf("%d (%s)", p.PID, strings.Join(p.Argv, " ")), " ()"))
	}
	return has
}

// threads says which threads these are.
func threads(all []*trace.Thread) (has []string) {
	for _, th := range all {
		has = append(has, fmt.Sprintf("%d (%s)", th.TID, th.Name))
	}
	return has
}
