package launch

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func runFlags() *pflag.FlagSet {
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	flags.StringSlice("only", nil, "")
	flags.StringP("output", "o", "", "")
	flags.BoolP("quiet", "q", false, "")
	flags.BoolP("help", "h", false, "")
	return flags
}

func TestSplit(t *testing.T) {
	for _, c := range []struct{ line, own, program string }{
		{"", "", ""},
		{"app.py", "", "app.py"},
		{"app.py -q --only x", "", "app.py -q --only x"},
		{"-q app.py -q", "-q", "app.py -q"},
		{"-m pytest -q", "", "-m pytest -q"},
		{"-q -m pytest -q", "-q", "-m pytest -q"},
		{"-mpytest -q", "", "-mpytest -q"},
		{"-c code -o x", "", "-c code -o x"},
		{"--only m -c code", "--only m", "-c code"},
		{"--only -m app.py", "--only -m", "app.py"},
		{"--only=m app.py", "--only=m", "app.py"},
		{"-o out app.py", "-o out", "app.py"},
		{"-oout app.py", "-oout", "app.py"},
		{"-o=out app.py", "-o=out", "app.py"},
		{"-qo out app.py", "-qo out", "app.py"},
		{"-qoout app.py", "-qoout", "app.py"},
		{"--quiet app.py", "--quiet", "app.py"},
		{"--quiet=false app.py", "--quiet=false", "app.py"},
		{"-- app.py --", "", "app.py --"},
		{"-q -- -strange", "-q", "-strange"},
		{"- x", "", "- x"},
		{"--unknown app.py", "--unknown", "app.py"},
		{"-x app.py", "-x", "app.py"},
		{"-o", "-o", ""},
		{"--help", "--help", ""},
	} {
		own, program := Split(runFlags(), strings.Fields(c.line))
		if !slices.Equal(own, strings.Fields(c.own)) || !slices.Equal(program, strings.Fields(c.program)) {
			t.Errorf("%q: %q and %q, expected %q and %q", c.line, own, program, c.own, c.program)
		}
	}
}
