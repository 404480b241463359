package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tracer/internal/config"
	"tracer/internal/render"
)

// sourceNote is where a flag's annotations say where its value comes from.
const sourceNote = "tracer_source"

// configure sets the flags that the command line has not set to what is configured.
// They count as given.
func (s IO) configure(cmd *cobra.Command) error {
	if !configurable(cmd) {
		return nil
	}
	c, err := config.Load(s.Place, schemaOf(cmd.Root()))
	if err != nil {
		return configError(err)
	}
	warnIgnored(s.Err, c)
	return applySettings(cmd, c)
}

func configError(err error) error {
	list := splitErrors(err)
	if more := len(list) - 1; more > 0 {
		return &ExitError{exitUsage, fmt.Errorf("%w (and %d more: tracer config)", list[0], more)}
	}
	return &ExitError{exitUsage, fmt.Errorf("%w (see tracer config --help)", list[0])}
}

// warnIgnored says which files somebody may take for settings, and why they do not
// hold.
func warnIgnored(w io.Writer, c *config.Config) {
	for _, f := range c.Files {
		if f.State == config.Ignored {
			fmt.Fprintf(w, "tracer: ignored the settings of %s: %s (see tracer config --help)\n", render.Clean(f.Path), f.Why)
		}
	}
}

func applySettings(cmd *cobra.Command, c *config.Config) error {
	var errs []error
	visit(cmd, func(flag *pflag.Flag, _ bool) {
		setting, ok := c.Lookup(keyOf(tableOf(cmd), flag))
		if !ok || flag.Changed {
			return
		}
		for _, value := range setting.Values {
			if err := cmd.Flags().Set(flag.Name, value); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", setting.Source, flagError(cmd, err)))
				return
			}
		}
		if len(setting.Values) > 0 {
			flag.Annotations = map[string][]string{sourceNote: append([]string{setting.Source.String()}, setting.Values...)}
		}
	})
	if len(errs) > 0 {
		return &ExitError{exitUsage, errors.Join(errs...)}
	}
	return nil
}

// explain adds to an error where the value comes from that it is about, if that is
// not on the command line: of each flag that the error names, or whose value it does.
func explain(cmd *cobra.Command, err error) error {
	if err == nil || !configurable(cmd) || cmd.Name() == configName {
		return err
	}
	if e, ok := errors.AsType[*ExitError](err); ok && e.Err == nil {
		return err
	}
	text, notes := err.Error(), ""
	visit(cmd, func(flag *pflag.Flag, _ bool) {
		note := flag.Annotations[sourceNote]
		if len(note) > 0 && !strings.Contains(text, note[0]) && mentions(text, flag, note[1:]) {
			notes += fmt.Sprintf("; --%s is from %s", flag.Name, note[0])
		}
	})
	if notes == "" {
		return err
	}
	return fmt.Errorf("%w%s", err, notes)
}

// mentions reports whether a text is about a flag. A short value may be any word.
func mentions(text string, flag *pflag.Flag, values []string) bool {
	const short = 3
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" :;,()\"'", r) })
	for _, word := range words {
		if word == "--"+flag.Name || flag.Shorthand != "" && word == "-"+flag.Shorthand {
			return true
		}
		for _, value := range values {
			if word == value && len(value) >= short && flag.Value.Type() != "bool" {
				return true
			}
		}
	}
	return false
}
