package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tracer/internal/render"
)

// choice is the value of a flag that is one of some words.
type choice struct {
	value   *string
	allowed []string
}

// String implements pflag.Value.
func (c choice) String() string { return *c.value }

// Type implements pflag.Value: what help shows as the flag's argument.
func (c choice) Type() string { return strings.Join(c.allowed, "|") }

// Set implements pflag.Value.
func (c choice) Set(s string) error {
	for _, a := range c.allowed {
		if s == a {
			*c.value = s
			return nil
		}
	}
	last := len(c.allowed) - 1
	return fmt.Errorf("expected %s or %s", strings.Join(c.allowed[:last], ", "), c.allowed[last])
}

// choiceFlag adds a flag that is one of the words, the first by default.
func choiceFlag(cmd *cobra.Command, value *string, name, usage string, allowed ...string) {
	*value = allowed[0]
	flags := cmd.Flags()
	if cmd.Parent() == nil && name == "color" {
		flags = cmd.PersistentFlags()
	}
	flags.Var(choice{value, allowed}, name, usage)
	// The error is that of a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(allowed, cobra.ShellCompDirectiveNoFileComp))
}

// args checks how many arguments there are, and says so in the project's form.
func args(atLeast, atMost int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= atLeast && len(args) <= atMost {
			return nil
		}
		return usageError(cmd, "%s, expected %s", render.Plural(len(args), "argument"), what)
	}
}

// arg returns argument i, or nothing.
func arg(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}
