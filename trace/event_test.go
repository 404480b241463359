package trace_test

import (
	"fmt"
	"strings"
	"testing"

	"tracer/internal/wire"
	"tracer/trace"
)

// say makes a line of an event.
func say(e trace.Event) string {
	if e.Kind == wire.Mark {
		return fmt.Sprintf("%d gap %d depth=%d", e.At, e.Lost, e.Depth)
	}
	name := "?"
	if e.Code != nil {
		name = e.Code.Qualname
	}
	return fmt.Sprintf("%d %s %s:%d depth=%d", e.At, e.Kind, name, e.Line, e.Depth)
}

func TestAllTellsWhatWasRecorded(t *testing.T) {
	tr := open(t, names+`slot depth=2
		frame code=1 entered-ticks=0 location=2
		line 4 +1
		call 7 +1
		line 9 +1
		yield 7 +1
		resume 9 +1
		return 1 +1
		return 11 +1
		mark gap +9
		line 99 +1`)
	want := lines(`
		1 line main:3 depth=2
		2 call f:10 depth=3
		3 line f:12 depth=3
		4 yield f:12 depth=3
		5 resume f:12 depth=3
		6 return main:3 depth=2
		7 return g:20 depth=1
		7 gap 9 depth=1
		8 line ?:0 depth=1`)
	var got strings.Builder
	var last error
	for e, err := range tr.Processes()[0].Threads[0].All() {
		if last = err; err == nil {
			fmt.Fprintln(&got, say(e))
		}
	}
	if got.String() != want {
		t.Errorf("got\n%s\nexpected\n%s", got.String(), want)
	}
	if last == nil || !strings.Contains(last.Error(), "1 events of unknown locations") {
		t.Errorf("the last pair has the error %v", last)
	}
	if n := tr.Info().Events; n != 8 {
		t.Errorf("%d events, expected 8", n)
	}
}

func TestMergedIsInTheOrderOfTime(t *testing.T) {
	second := strings.ReplaceAll(names, "pid=100 ppid=1", "pid=200 ppid=100")
	second = strings.ReplaceAll(second, "start-mono-ns=5000", "start-mono-ns=5002")
	tr := open(t, second+"slot\ncall 1 +1\nline 2 +5\n",
		names+"slot\ncall 1 +1\nline 99 +3\nreturn 1 +4\nslot thread=2\ncall 7 +2\nreturn 7 +1\n")
	var got strings.Builder
	for e, err := range tr.Merged() {
		if err != nil {
			fmt.Fprintf(&got, "%d/%d error\n", e.Thread.Process.PID, e.Thread.Number)
			continue
		}
		fmt.Fprintf(&got, "%d/%d %s\n", e.Thread.Process.PID, e.Thread.Number, say(e.Event))
	}
	want := lines(`
		100/1 1 call main:1 depth=1
		100/2 2 call f:10 depth=1
		100/2 3 return f:10 depth=1
		200/1 3 call main:1 depth=1
		100/1 4 line ?:0 depth=1
		100/1 8 return main:1 depth=1
		100/1 error
		200/1 8 line main:1 depth=1`)
	if got.String() != want {
		t.Errorf("got\n%s\nexpected\n%s", got.String(), want)
	}
}

func TestIteratorsStopWhenAsked(t *testing.T) {
	tr := open(t, names+"slot\ncall 1 +1\ncall 1 +1\nline 99\n")
	n := 0
	for range tr.Processes()[0].Threads[0].All() {
		n++
		break
	}
	for range tr.Merged() {
		n++
		break
	}
	if n != 2 {
		t.Errorf("%d events after two breaks", n)
	}
}

// TestWindowsDoNotShow compares the events of All, read in small windows, with
// those that Replay visits, over many slots.
func TestWindowsDoNotShow(t *testing.T) {
	const events = 100_000
	th := synthetic(t, events, 50).Processes()[0].Threads[0]
	var c counter
	if err := th.Replay(&c); err != nil {
		t.Fatal(err)
	}
	kinds := map[wire.Kind]int{}
	last := trace.Event{}
	for e, err := range th.All() {
		if err != nil {
			t.Fatal(err)
		}
		if e.At < last.At {
			t.Fatalf("%s after %s", say(e), say(last))
		}
		kinds[e.Kind]++
		last = e
	}
	if kinds[wire.Call] != c.opens || kinds[wire.Line] != c.lines || kinds[wire.Call]+kinds[wire.Line]+kinds[wire.Return] != events {
		t.Errorf("All has %v, Replay %+v", kinds, c)
	}
}
