package cli

import (
	"fmt"
	"path"
	"strings"

	"tracer/trace"
)

// shortPath is how a file is called in text: relative to where the program was
// started, or to the folder that Python finds it in.
func shortPath(file, cwd string) string {
	file = strings.ReplaceAll(file, `\`, "/")
	cwd = strings.TrimSuffix(strings.ReplaceAll(cwd, `\`, "/"), "/")
	for _, folder := range []string{"/site-packages/", "/dist-packages/"} {
		if i := strings.LastIndex(file, folder); i >= 0 {
			return file[i+len(folder):]
		}
	}
	if rest, ok := strings.CutPrefix(file, cwd+"/"); ok && cwd != "" {
		return rest
	}
	if i := strings.Index(file, "/lib/python"); i >= 0 {
		if _, rest, ok := strings.Cut(file[i+len("/lib/"):], "/"); ok {
			return rest
		}
	}
	return file
}

// functionName is how a function is called in text.
func functionName(module, function string) string {
	if module == "" || module == "__main__" {
		return function
	}
	return module + "." + function
}

func place(file string, line int, cwd string) string {
	return fmt.Sprintf("%s:%d", shortPath(file, cwd), line)
}

// program is what was traced, as one would type it.
func program(info trace.Info) string {
	if len(info.Argv) == 0 {
		return "?"
	}
	return strings.Join(append([]string{path.Base(info.Argv[0])}, info.Argv[1:]...), " ")
}
