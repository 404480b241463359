package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"

	"tracer/internal/render"
	"tracer/internal/session"
)

// recordingFlags are the flags that say how much is recorded and kept.
type recordingFlags struct {
	maxSize, ring, keep string
	whenFull            string
	triggers            []string
	noChildren, durable bool
	sample              time.Duration
}

func (r *recordingFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&r.noChildren, "no-children", false, "do not record the processes that the program forks or starts")
	flags.DurationVar(&r.sample, "sample", 100*time.Millisecond, "`TIME` between samples of CPU, memory, I/O …; 0: none")
	flags.StringVar(&r.maxSize, "max-size", "", "let the trace take at most `SIZE` on the disk: 500MB")
	flags.StringVar(&r.whenFull, "when-full", session.FullStop, "`WHAT` to do at --max-size: stop recording, drop events until there is room, or ring: delete the oldest")
	flags.StringVar(&r.ring, "ring", "", "keep only the latest `AMOUNT`, a size like 256MB or a time like 30s")
	flags.StringArrayVar(&r.triggers, "trigger", nil, "keep the trace only if `WHAT` happens, see above; may be given again")
	flags.BoolVar(&r.durable, "durable", false, "sync to the disk what is recorded, so that it outlives the machine")
	flags.StringVar(&r.keep, "keep-size", "20GB", "remove the oldest unnamed traces (without -o) beyond `SIZE`; 0: none")
}

// apply puts the flags into the options of a recording.
func (r *recordingFlags) apply(o *session.Options) error {
	o.Children, o.Durable, o.WhenFull, o.Sample = !r.noChildren, r.durable, r.whenFull, r.sample
	switch {
	case r.whenFull != session.FullStop && r.whenFull != session.FullDrop && r.whenFull != session.FullRing:
		return &session.OptionError{Option: "when-full", Value: r.whenFull, Expected: "stop, drop or ring"}
	case r.sample < 0 || r.sample > 0 && r.sample < time.Millisecond:
		return &session.OptionError{Option: "sample", Value: r.sample.String(), Expected: "at least 1ms, or 0"}
	}
	var err error
	if o.MaxSize, err = parseSize("max-size", r.maxSize); err != nil {
		return err
	}
	if o.Keep, err = parseSize("keep-size", r.keep); err != nil {
		return err
	}
	if err = r.applyRing(o); err != nil {
		return err
	}
	for _, text := range r.triggers {
		t, err := session.ParseTrigger(text)
		if err != nil {
			return err
		}
		o.Triggers = append(o.Triggers, t)
	}
	return nil
}

func (r *recordingFlags) applyRing(o *session.Options) error {
	wrong := func(expected string) error {
		return &session.OptionError{Option: "ring", Value: r.ring, Expected: expected}
	}
	if r.ring == "" {
		return nil
	}
	if d, err := time.ParseDuration(r.ring); err == nil && r.ring != "0" {
		if o.RingTime = d; d < time.Second {
			return wrong("at least 1s")
		}
		return nil
	}
	var err error
	if o.Ring, err = parseSize("ring", r.ring); err != nil || o.Ring == 0 {
		return wrong("a size like 256MB or a time like 30s")
	}
	return nil
}

// parseSize reads a size; none is 0.
func parseSize(option, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := humanize.ParseBytes(text)
	if err != nil || n > 1<<62 {
		return 0, &session.OptionError{Option: option, Value: text, Expected: "a size like 500MB or 2GiB"}
	}
	return int64(n), nil
}

// why says for what reasons events were lost.
func (r *recordingFlags) why(result *session.Result) string {
	var list []string
	for _, cause := range []string{"limit", "space", "memory", "names"} {
		n := result.DroppedBy[cause]
		if n > 0 && cause == "limit" && (r.ring != "" || r.whenFull == session.FullRing) {
			cause = "late"
		}
		if n > 0 {
			list = append(list, fmt.Sprintf("%s %s", render.Count(n), lossCauses[cause]))
		}
	}
	return strings.Join(list, ", ")
}

// lossCauses says in words why events were lost.
var lossCauses = map[string]string{
	"limit":  "because the trace had reached its size",
	"late":   "because they came faster than they were compacted",
	"space":  "because the disk was full",
	"memory": "for want of memory",
	"names":  "because their code could not be named",
}
