package cli

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tracer/trace"
)

// windowFlags are the flags that take a stretch of the trace instead of all of it.
type windowFlags struct{ from, to string }

func (f *windowFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.from, "from", "", "leave out what is before this `TIME` since the start: 1.5s, 200ms, 25%")
	cmd.Flags().StringVar(&f.to, "to", "", "leave out what is from this `TIME` on")
}

// window returns what the flags mean for a trace.
func (f *windowFlags) window(cmd *cobra.Command, t *trace.Trace) (trace.Window, error) {
	if f.from == "" && f.to == "" {
		return trace.Window{}, nil
	}
	duration := t.Info().DurationNS
	from, to := int64(0), duration+1
	for _, flag := range []struct {
		name, text string
		to         *int64
	}{{"from", f.from, &from}, {"to", f.to, &to}} {
		if flag.text == "" {
			continue
		}
		at, ok := moment(flag.text, duration)
		if !ok {
			return trace.Window{}, usageError(cmd, "--%s %s: expected a time since the start like 1.5s or 200ms, or a part of the whole like 25%%", flag.name, flag.text)
		}
		*flag.to = at
	}
	if from >= to {
		return trace.Window{}, usageError(cmd, "--from %s is not before --to %s", f.from, f.to)
	}
	return trace.Window{From: from, To: to}, nil
}

func moment(text string, duration int64) (int64, bool) {
	if part, ok := strings.CutSuffix(text, "%"); ok {
		n, err := strconv.ParseFloat(part, 64)
		return int64(float64(duration) * n / 100), err == nil && n >= 0 && n <= 100
	}
	d, err := time.ParseDuration(text)
	return int64(d), err == nil && d >= 0
}
