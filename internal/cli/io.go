package cli

import (
	"bufio"
	"io"

	"tracer/internal/config"
	"tracer/internal/render"
)

// IO is where a command reads and writes. Data go to Out; what is said about
// them, warnings and errors, to Err.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Place    config.Place // where to look for settings; the zero one has none
}

// env is what the commands that show something have in common.
type env struct {
	IO
	color string // a render.Mode
}

func (e *env) screen() render.Screen { return render.NewScreen(e.Out, render.Mode(e.color)) }

// buffered calls f with a writer to Out and flushes it.
func (e *env) buffered(f func(w *bufio.Writer) error) error {
	w := bufio.NewWriterSize(e.Out, 64<<10)
	err := f(w)
	if flush := w.Flush(); err == nil {
		err = flush
	}
	return err
}
