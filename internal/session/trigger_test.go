package session

import (
	"errors"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"tracer/internal/drain"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

func TestParseTrigger(t *testing.T) {
	half := drain.Slow{Function: "app.views.*", Limit: 500 * time.Millisecond}
	for text, want := range map[string]Trigger{
		"exception":              {Kind: wire.TriggerException, Code: -1},
		"call":                   {Kind: wire.TriggerCall, Code: -1},
		"signal":                 {Kind: wire.TriggerSignal, Code: -1},
		"signal:SIGSEGV":         {Kind: wire.TriggerSignal, Name: "SIGSEGV", Code: -1},
		"signal:term":            {Kind: wire.TriggerSignal, Name: "SIGTERM", Code: -1},
		"exit":                   {Kind: wire.TriggerExit, Code: -1},
		"exit:3":                 {Kind: wire.TriggerExit, Code: 3},
		"exit:0":                 {Kind: wire.TriggerExit},
		"slow:app.views.*>500ms": {Kind: wire.TriggerSlow, Slow: half, Code: -1},
		"slow:app.views.*> 0.5s": {Kind: wire.TriggerSlow, Slow: half, Code: -1},
	} {
		want.text = text
		if got, err := ParseTrigger(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; expected %+v", text, got, err, want)
		} else if got.String() != text {
			t.Errorf("%s is said as %s", text, got)
		}
	}
}

func TestParseTriggerSaysWhatIsWrong(t *testing.T) {
	for _, text := range []string{
		"", "exceptions", "exception:", "exception:x", "call:x", "signal:", "exit:", "exit:x", "exit:256", "exit:-1",
		"slow", "slow:", "slow:f", "slow:f>", "slow:f>fast", "slow:f>-1s", "slow:f>0",
	} {
		var bad *OptionError
		if _, err := ParseTrigger(text); !errors.As(err, &bad) || bad.Option != "trigger" || bad.Value != text {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"slow:>1s", "slow:a*b>1s"} {
		if _, err := ParseTrigger(text); err == nil || !strings.Contains(err.Error(), "--trigger "+text) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func parsed(t *testing.T, texts ...string) (list []Trigger) {
	t.Helper()
	for _, text := range texts {
		trigger, err := ParseTrigger(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, trigger)
	}
	return list
}

func TestEndsThatAreTriggers(t *testing.T) {
	exit, killed := func(code int) sys.Status { return sys.Status{Code: code} }, sys.Status{Signal: syscall.SIGKILL}
	for _, c := range []struct {
		triggers string
		status   sys.Status
		want     string
	}{
		{"exit", exit(0), ""},
		{"exit", exit(1), "exit"},
		{"exit", killed, "exit"}, // a shell sees 137
		{"exit:3", exit(3), "exit:3"},
		{"exit:3", exit(1), ""},
		{"exit:0", exit(0), "exit:0"},
		{"exit:137", killed, "exit:137"},
		{"signal", exit(137), ""},
		{"signal", killed, "signal"},
		{"signal:KILL", killed, "signal:KILL"},
		{"signal:TERM", killed, ""},
		{"exception call slow:f>1s", exit(1), ""},
		{"exception signal exit", killed, "signal"},
	} {
		got, ok := atEnd(parsed(t, strings.Fields(c.triggers)...), c.status)
		if ok != (c.want != "") || got.String() != c.want {
			t.Errorf("%s at %+v: %q, %v; expected %q", c.triggers, c.status, got, ok, c.want)
		}
	}
}

func TestWhoLooksForTriggers(t *testing.T) {
	all := parsed(t, "exit", "exception", "slow:f>1s", "call", "signal", "slow:g>2s")
	if bits := agentTriggers(all); bits != 1<<wire.TriggerException|1<<wire.TriggerCall {
		t.Errorf("the agent looks for %b", bits)
	}
	if list := slow(all); len(list) != 2 || list[0].Function != "f" || list[1].Limit != 2*time.Second {
		t.Errorf("the drain looks for %v", list)
	}
}
