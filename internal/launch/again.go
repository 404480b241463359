package launch

import (
	"os"

	"tracer/internal/sys"
)

// StartAgain starts the command apart from this process's input and output, see
// sys.StartAgain: so that it records into the trace directory, or untraced if there is
// none.
func (c *Command) StartAgain(lib Library, trace string, in sys.Input) (*sys.Process, error) {
	env := restored(os.Environ())
	if trace != "" {
		env = Environ(env, lib, trace)
	}
	return sys.StartAgain(c.Path, c.Argv, env, in)
}
