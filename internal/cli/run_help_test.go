package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// Help shows the flags of run in groups: each is in one.
func TestRunHelpHasEveryFlag(t *testing.T) {
	for _, line := range [][]string{{"run", "--help"}, {"help", "run"}} {
		var out bytes.Buffer
		if code := Run(IO{Out: &out, Err: &out}, line); code != 0 {
			t.Fatalf("exit %d: %s", code, out.String())
		}
		flags, shown := 0, slices.Collect(strings.Lines(out.String()))
		newRun(IO{}).Flags().VisitAll(func(f *pflag.Flag) {
			if f.Hidden {
				return
			}
			flags++
			has := func(l string) bool {
				words := strings.Fields(l)
				return slices.Contains(words[:min(2, len(words))], "--"+f.Name)
			}
			if !slices.ContainsFunc(shown, has) {
				t.Errorf("%v does not show --%s", line, f.Name)
			}
		})
		if flags < 10 {
			t.Errorf("only %d flags", flags)
		}
	}
}
