package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tracer/internal/config"
)

const templateHead = `# Settings of tracer: for a project in tracer.toml, for all in the file that
# "tracer config" names. In pyproject.toml the tables are called [tool.tracer],
# [tool.tracer.run] and so on. A value here is the default; an empty one is, too.
`

// writeTemplate writes a file of all settings, commented out: a key has no space
// after the #.
func writeTemplate(w io.Writer, root *cobra.Command) error {
	var b strings.Builder
	b.WriteString(templateHead)
	visit(configured(root)[0], func(flag *pflag.Flag, own bool) {
		if !own {
			writeKey(&b, keyOf("", flag), flag)
		}
	})
	for _, cmd := range configured(root) {
		fmt.Fprintf(&b, "\n# tracer %s: %s\n[%s]\n", strings.ReplaceAll(tableOf(cmd), ".", " "), cmd.Short, tableOf(cmd))
		visit(cmd, func(flag *pflag.Flag, own bool) {
			if own && !flag.Hidden {
				writeKey(&b, keyOf(tableOf(cmd), flag), flag)
			}
		})
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeKey(b *strings.Builder, key config.Key, flag *pflag.Flag) {
	_, usage := pflag.UnquoteUsage(flag)
	if len(key.Words) > 0 {
		usage += " (" + strings.Join(key.Words, ", ") + ")"
	}
	if key.Personal {
		usage += "; not for a project"
	}
	fmt.Fprintf(b, "\n# %s\n#%s = %s\n", usage, flag.Name, literal(defaultOf(key, flag)))
}

// literal is a value as TOML has it.
func literal(value any) string {
	switch v := value.(type) {
	case nil:
		return `""`
	case string:
		return fmt.Sprintf("%q", v)
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = fmt.Sprintf("%q", s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	return fmt.Sprint(value)
}
