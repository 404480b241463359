package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/profile"
	"tracer/internal/render"
	"tracer/trace"
)

func rawFlag(cmd *cobra.Command, raw *bool) {
	cmd.Flags().BoolVar(raw, "raw", false, "times as they were recorded, with what tracing itself took")
}

// times chooses what is shown of a corrected and a raw time.
type times struct{ raw bool }

func (t times) of(corrected, raw int64) int64 {
	if t.raw {
		return raw
	}
	return max(corrected, 0)
}

// taken says what of the times is tracing's own.
func (t times) taken(info trace.Info, p *profile.Profile) string {
	own := p.RawSelfNS - p.SelfNS
	for _, th := range p.Threads {
		own += th.RawOutsideNS - th.OutsideNS
	}
	own = max(own, 0)
	switch {
	case own == 0 && !p.Measured:
		return "what tracing itself took was not measured: it is in these times"
	case t.raw:
		return fmt.Sprintf("with %s that tracing itself took", render.Duration(own))
	}
	how := ""
	if info.Calibration != nil {
		how = ", by a run without it"
	}
	if !p.Measured {
		how = ", where that was measured"
	}
	return fmt.Sprintf("less %s that tracing itself took%s (--raw leaves it in)", render.Duration(own), how)
}
