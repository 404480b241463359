package session

import (
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tracer/internal/drain"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// Trigger is something that makes a flight recorder keep its trace.
type Trigger struct {
	Kind uint32     // wire.TriggerException …
	Slow drain.Slow // of TriggerSlow
	Name string     // of TriggerSignal: "SIGSEGV", "" for any that ends the program
	Code int        // of TriggerExit: -1 for any but 0
	text string     // as it was given
}

// TriggerKinds says what can be given to --trigger.
const TriggerKinds = "exception, call, signal, signal:NAME, exit, exit:CODE or slow:FUNCTION>TIME"

// ParseTrigger reads what was given to --trigger:
//
//	exception                an exception is not caught
//	call                     the program calls sys.audit("tracer.trigger")
//	signal, signal:SIGSEGV   a signal ends the program
//	exit, exit:3             the program ends with a status other than 0, or with this
//	slow:app.views.*>500ms   a function takes longer
func ParseTrigger(text string) (Trigger, error) {
	bad := func() (Trigger, error) { return Trigger{}, &OptionError{"trigger", text, TriggerKinds} }
	t := Trigger{Code: -1, text: text}
	kind, rest, more := strings.Cut(text, ":")
	if more == (rest == "") {
		return bad()
	}
	switch kind {
	case "exception", "call":
		t.Kind = map[string]uint32{"exception": wire.TriggerException, "call": wire.TriggerCall}[kind]
		if more {
			return bad()
		}
	case "signal":
		t.Kind, t.Name = wire.TriggerSignal, strings.ToUpper(rest)
		if more && !strings.HasPrefix(t.Name, "SIG") {
			t.Name = "SIG" + t.Name
		}
		if more && !isSignal(t.Name) {
			return bad()
		}
	case "exit":
		t.Kind = wire.TriggerExit
		if more {
			code, err := strconv.Atoi(rest)
			if err != nil || code < 0 || code > 255 {
				return bad()
			}
			t.Code = code
		}
	case "slow":
		name, limit, ok := strings.Cut(rest, ">")
		d, err := time.ParseDuration(strings.TrimSpace(limit))
		if !ok || err != nil || d <= 0 {
			return bad()
		}
		t.Kind = wire.TriggerSlow
		if t.Slow, err = drain.ParseSlow(strings.TrimSpace(name), d); err != nil {
			return Trigger{}, &OptionError{"trigger", text, "a name of a function, with a * at its end or none"}
		}
	default:
		return bad()
	}
	return t, nil
}

func isSignal(name string) bool {
	const last = 31 // those behind it are numbered, and have no names
	for n := syscall.Signal(1); n <= last; n++ {
		if sys.SignalName(n) == name {
			return true
		}
	}
	return false
}

// String returns the trigger as it was given.
func (t Trigger) String() string { return t.text }

// agentTriggers are the bits of those that the agent looks for.
func agentTriggers(triggers []Trigger) (bits uint32) {
	for _, t := range triggers {
		if t.Kind == wire.TriggerException || t.Kind == wire.TriggerCall {
			bits |= 1 << t.Kind
		}
	}
	return bits
}

// slow are those that are looked for in the events.
func slow(triggers []Trigger) []drain.Slow {
	var list []drain.Slow
	for _, t := range triggers {
		if t.Kind == wire.TriggerSlow {
			list = append(list, t.Slow)
		}
	}
	return list
}

// atEnd returns the trigger that the program's end is, if it is one.
func atEnd(triggers []Trigger, status sys.Status) (Trigger, bool) {
	at := slices.IndexFunc(triggers, func(t Trigger) bool {
		switch t.Kind {
		case wire.TriggerSignal:
			return status.Signal != 0 && (t.Name == "" || t.Name == sys.SignalName(status.Signal))
		case wire.TriggerExit:
			code := status.Shell()
			return code == t.Code || t.Code < 0 && code != 0
		}
		return false
	})
	if at < 0 {
		return Trigger{}, false
	}
	return triggers[at], true
}
