package timeline

import (
	"cmp"
	"fmt"
	"path/filepath"

	"tracer/internal/wire"
	"tracer/trace"
)

// Function is what a code object is called.
func Function(c *trace.Code) string {
	if c.Module == "" || c.Module == "__main__" {
		return c.Qualname
	}
	return c.Module + "." + c.Qualname
}

// Process is what a process is called: the program that it runs.
func Process(p *trace.Process) string {
	for _, arg := range p.Argv[min(1, len(p.Argv)):] {
		if arg != "" && arg[0] != '-' {
			return filepath.Base(arg)
		}
	}
	if p.Executable == "" {
		return "python"
	}
	return filepath.Base(p.Executable)
}

// Thread is what a thread is called.
func Thread(th *trace.Thread) string {
	return cmp.Or(th.Name, fmt.Sprint("thread ", th.TID))
}

// Kind is what an event is called.
func Kind(k wire.Kind) string {
	switch k {
	case trace.Adopted:
		return "entered before"
	case trace.Implied:
		return "exit not seen"
	case wire.Mark:
		return "gap"
	}
	return k.String()
}
