package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"tracer/internal/analyze/profile"
	"tracer/internal/render"
)

// names are the files that have traced code, in order.
func (s *sources) names() []string {
	seen := map[string]bool{}
	for _, p := range s.trace.Processes() {
		for _, c := range p.Codes {
			seen[profile.FileName(c.File)] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// find returns the file that arg means: by its path, the end of its path, or the name
// of a module, the first of these that fits any.
func (s *sources) find(arg string) (string, error) {
	names := s.names()
	absolute, err := filepath.Abs(arg)
	if err != nil {
		return "", fmt.Errorf("find file %s: %w", arg, err)
	}
	inTrace := slashes(filepath.Join(s.trace.Info().Cwd, arg))
	end := "/" + strings.TrimPrefix(slashes(filepath.Clean(arg)), "/")
	modules := s.modules(arg)
	for _, fits := range []func(name string) bool{
		func(name string) bool {
			return name == arg || slashes(name) == slashes(absolute) || slashes(name) == inTrace
		},
		func(name string) bool { return strings.HasSuffix(slashes(name), end) },
		func(name string) bool { return modules[name] },
	} {
		found := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !fits(name) })
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return "", fmt.Errorf("find file %s: it may be %s; name more of the path", arg, some(found, " or "))
		}
	}
	if len(names) == 0 {
		return "", fmt.Errorf("find file %s: the trace has no files, nothing was recorded", arg)
	}
	return "", fmt.Errorf("find file %s: not in the trace, which has %s", arg, some(names, ", "))
}

// modules returns the files whose code is of a module.
func (s *sources) modules(module string) map[string]bool {
	files := map[string]bool{}
	for _, p := range s.trace.Processes() {
		for _, c := range p.Codes {
			if c.Module == module {
				files[profile.FileName(c.File)] = true
			}
		}
	}
	return files
}

func slashes(path string) string { return strings.ReplaceAll(path, `\`, "/") }

// some names the first few.
func some(names []string, separator string) string {
	const few = 5
	more := ""
	if len(names) > few {
		more = fmt.Sprintf(" and %d more", len(names)-few)
		names = names[:few]
	}
	return render.Clean(strings.Join(names, separator)) + more
}
