package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"tracer/internal/analyze/profile"
	"tracer/internal/analyze/query"
	"tracer/internal/highlight"
	"tracer/trace"
)

// tail writes the events that are there and those that come, until the recording has
// ended, the limit or the end of the time that is asked for is reached, or Ctrl-C.
func (o *eventsOptions) tail(e *env, cmd *cobra.Command, t *trace.Trace, out eventWriter) error {
	q, err := o.part.coming(cmd, t)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second one ends the program
	var failed error
	ended := false
	err = e.buffered(func(w *bufio.Writer) error {
		left, live := o.limit, query.NewLive(&q)
		write := func(event trace.ThreadEvent) error {
			if err := out.write(w, event); err != nil {
				return err
			}
			if left--; left == 0 {
				return errEnough
			}
			return nil
		}
		for batch, err := range t.Follow(ctx, q.Window.From) {
			if err != nil {
				failed = err
				continue
			}
			if err := o.chosen(&q, live, batch, write); err != nil {
				return err
			}
			if err := w.Flush(); err != nil {
				return err
			}
		}
		ended = ctx.Err() == nil
		return nil
	})
	switch {
	case err == errEnough:
		return nil
	case err != nil:
		return err
	case ctx.Err() != nil:
		return &ExitError{exitInterrupted, nil}
	}
	if ended {
		e.warn(t.Info())
	}
	return failed
}

// errEnough says that all that is asked for was written.
var errEnough = errors.New("enough")

// chosen writes what is asked for of a batch.
func (o *eventsOptions) chosen(q *query.Query, live *query.Live, batch []trace.ThreadEvent, write func(trace.ThreadEvent) error) error {
	for _, event := range batch {
		if o.part.to != "" && event.At >= q.Window.To {
			return cmp.Or(live.Reach(q.Window.To, write), errEnough)
		}
		var err error
		switch {
		case o.part.leavesOut():
			err = live.Next(event, write)
		case wants(q, &event):
			err = write(event)
		}
		if err != nil {
			return err
		}
	}
	if o.part.minDuration > 0 && len(batch) > 0 {
		return live.Reach(batch[len(batch)-1].At, write)
	}
	return nil
}

// know makes the text of a file known that the trace has no copy of yet: copies are
// told when the recording has ended. The file itself is as good if it is as the program
// has seen it.
func (s *sources) know(f *trace.File) {
	name := profile.FileName(f)
	if _, ok := s.lines[name]; ok || !s.trace.Info().Running || s.files[name] != nil && s.files[name].Source != nil {
		return
	}
	s.files[name], s.lines[name] = f, nil
	info, err := os.Stat(f.Path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != f.Size || info.ModTime().UnixNano() != f.MtimeNS {
		return
	}
	b, err := os.ReadFile(f.Path)
	if err != nil {
		return
	}
	lines := highlight.Lines(strings.ToValidUTF8(string(b), "�"))
	for i, line := range lines {
		lines[i] = expandTabs(line)
	}
	s.lines[name] = lines
}
