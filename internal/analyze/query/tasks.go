package query

import (
	"path"
	"strconv"

	"tracer/trace"
)

// tasks follows which task a thread runs, and whether it is asked for. What a task is
// called is known when its coroutine's frame opens, which is at once.
type tasks struct {
	wanted  []string
	known   map[uint32]bool
	current uint32
	takes   bool // the current one is asked for
	unnamed bool // that is not known yet
}

// newTasks returns nil where all tasks are asked for.
func newTasks(wanted []string) *tasks {
	if len(wanted) == 0 {
		return nil
	}
	return &tasks{wanted: wanted, known: map[uint32]bool{}}
}

// mostKnown is of how many tasks it is kept whether they are asked for: that is for those
// in which another one runs.
const mostKnown = 1 << 16

// task makes another task the current one, 0: none.
func (t *tasks) task(number uint32) {
	if number == t.current {
		return
	}
	t.current = number
	takes, known := t.known[number]
	t.takes, t.unnamed = takes, number != 0 && !known
}

// take reports whether a frame that opens belongs to a task that is asked for.
func (t *tasks) take(c *trace.Code) bool {
	if t.unnamed && c.Coroutine() {
		if len(t.known) >= mostKnown {
			clear(t.known)
		}
		t.takes, t.unnamed = t.asked(c), false
		t.known[t.current] = t.takes
	}
	return t.takes
}

func (t *tasks) asked(c *trace.Code) bool {
	number := strconv.FormatUint(uint64(t.current), 10)
	for _, wanted := range t.wanted {
		for _, name := range []string{number, c.Qualname, c.Module + "." + c.Qualname} {
			if ok, err := path.Match(wanted, name); ok && err == nil {
				return true
			}
		}
	}
	return false
}
