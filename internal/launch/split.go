package launch

import (
	"strings"

	"github.com/spf13/pflag"
)

// Split takes a command line apart: what comes before the program, for flags
// to parse, and the program with its arguments. The program begins at the first
// -m or -c, which are Python's, at the first argument that is neither a flag nor
// a flag's value, or after --.
func Split(flags *pflag.FlagSet, args []string) (own, program []string) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return args[:i], args[i+1:]
		case arg == "-" || !strings.HasPrefix(arg, "-") || isPython(flags, arg):
			return args[:i], args[i:]
		case takesNext(flags, arg):
			i++
		}
	}
	return args, nil
}

// isPython reports whether arg is one of Python's two ways of naming a program,
// also with the name in the same word (-mpytest).
func isPython(flags *pflag.FlagSet, arg string) bool {
	return (strings.HasPrefix(arg, "-m") || strings.HasPrefix(arg, "-c")) &&
		flags.ShorthandLookup(arg[1:2]) == nil
}

// takesNext reports whether the value of the flag in arg is the next argument.
// A flag that is not defined takes none here; parsing it is an error anyway.
func takesNext(flags *pflag.FlagSet, arg string) bool {
	if long, ok := strings.CutPrefix(arg, "--"); ok {
		name, _, inline := strings.Cut(long, "=")
		f := flags.Lookup(name)
		return f != nil && !inline && f.NoOptDefVal == ""
	}
	for at := 1; at < len(arg); at++ {
		f := flags.ShorthandLookup(arg[at : at+1])
		if f == nil {
			return false
		}
		if f.NoOptDefVal == "" {
			return at == len(arg)-1
		}
	}
	return false
}
