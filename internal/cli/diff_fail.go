package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/diff"
)

// failOptions say what makes diff fail.
type failOptions struct {
	overText, shareText string
	over, share         float64 // 0 to 1; over is below 0 if nothing does
}

func (o *failOptions) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.overText, "fail-over", "", "exit with status 1 if something is slower by more than this `PART` (10%)")
	flags.StringVar(&o.shareText, "fail-share", "1%", "what of the whole a function must take for that, a `PART`")
}

func (o *failOptions) check(cmd *cobra.Command) error {
	o.over = -1
	for _, flag := range []struct {
		name, text string
		to         *float64
	}{{"fail-over", o.overText, &o.over}, {"fail-share", o.shareText, &o.share}} {
		if flag.text == "" {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSuffix(flag.text, "%"), 64)
		if err != nil || n < 0 || n > 1e6 {
			return usageError(cmd, "--%s %s: expected a part like 10%%", flag.name, flag.text)
		}
		*flag.to = n / 100
	}
	return nil
}

// failing returns what is slower than allowed, the whole first.
func (o *failOptions) failing(d *diff.Diff) (list []string) {
	if o.over < 0 {
		return nil
	}
	slower := func(t diff.Time) bool {
		return t.Verdict == diff.Slower && float64(t.BeyondNS) > o.over*float64(t.BaseNS)
	}
	if slower(d.Whole) {
		list = append(list, "the whole "+grown(d.Whole))
	}
	for _, f := range d.Functions {
		switch {
		case float64(max(f.Total.BaseNS, f.Total.NewNS)) < o.share*float64(max(d.Whole.BaseNS, d.Whole.NewNS)):
		case slower(f.Self):
			list = append(list, functionName(f.Module, f.Function)+" "+grown(f.Self))
		case slower(f.Total):
			list = append(list, functionName(f.Module, f.Function)+" with its calls "+grown(f.Total))
		}
	}
	return list
}

func (o *failOptions) error(failing []string) error {
	if len(failing) == 0 {
		return nil
	}
	return fmt.Errorf("slower by more than --fail-over %s: %s", o.overText, some(failing, ", "))
}
