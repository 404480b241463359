package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tracer/internal/config"
)

// sharedFlags are the flags that mean the same wherever they are, so that they may
// be set for all commands at once. (--output is a folder here and a file there.)
func sharedFlags() []string { return []string{"only", "skip", "format", "limit", "raw"} }

// configurable reports whether settings are for a command: not for help and what
// completes words, which must work whatever they say, nor for what a tracer starts
// by itself, which is told everything.
func configurable(cmd *cobra.Command) bool {
	for c := cmd; c.HasParent(); c = c.Parent() {
		if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
			return false
		}
	}
	return cmd.HasParent() && cmd.Runnable()
}

// configured are the commands that have settings, in the order of help.
func configured(cmd *cobra.Command) []*cobra.Command {
	var list []*cobra.Command
	if configurable(cmd) {
		list = append(list, cmd)
	}
	for _, c := range cmd.Commands() {
		list = append(list, configured(c)...)
	}
	return list
}

// tableOf is the name of a command's table: the words after the program's name.
func tableOf(cmd *cobra.Command) string {
	_, words, _ := strings.Cut(cmd.CommandPath(), " ")
	return strings.ReplaceAll(words, " ", ".")
}

// keyOf is the key of a flag.
func keyOf(table string, f *pflag.Flag) config.Key {
	k := config.Key{Command: table, Name: f.Name, Personal: deletes(table, f.Name)}
	if c, ok := f.Value.(choice); ok {
		k.Words = c.allowed
	}
	_, k.Many = f.Value.(pflag.SliceValue)
	switch kind := f.Value.Type(); {
	case strings.HasPrefix(kind, "bool"):
		k.Kind = config.Bool
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"), kind == "count":
		k.Kind = config.Int
	case strings.HasPrefix(kind, "float"):
		k.Kind = config.Float
	}
	return k
}

// deletes reports whether a flag says which traces are to be deleted.
func deletes(table, flag string) bool { return table == "rm" && (flag == "all" || flag == "older") }

// visit calls f with each flag that a command may be given, in order. Those that
// are not its own are the program's.
func visit(cmd *cobra.Command, f func(flag *pflag.Flag, own bool)) {
	cmd.InheritedFlags() // makes the program's flags known
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if flag.Name != "help" && flag.Name != "version" {
			f(flag, cmd.Root().PersistentFlags().Lookup(flag.Name) == nil)
		}
	})
}

// schemaOf is what may be set of the flags of the program.
func schemaOf(root *cobra.Command) *config.Schema {
	shared := map[string]config.Key{}
	var keys []config.Key
	for _, cmd := range configured(root) {
		visit(cmd, func(flag *pflag.Flag, own bool) {
			k := keyOf(tableOf(cmd), flag)
			keys = append(keys, k)
			if own && !slices.Contains(sharedFlags(), flag.Name) {
				return
			}
			k.Command = ""
			for _, word := range shared[flag.Name].Words {
				if !slices.Contains(k.Words, word) {
					k.Words = append(slices.Clone(k.Words), word)
				}
			}
			shared[flag.Name] = k
		})
	}
	for _, k := range shared {
		keys = append(keys, k)
	}
	return config.NewSchema(keys...)
}
