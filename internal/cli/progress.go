package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"tracer/internal/render"
)

// exitInterrupted is what a shell makes of a program that Ctrl-C has ended.
const exitInterrupted = 130

// interruptible calls f with a context that Ctrl-C ends, so that f removes what is
// half done. A second one ends the program.
func interruptible(f func(ctx context.Context) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop)
	err := f(ctx)
	if errors.Is(err, context.Canceled) {
		return &ExitError{exitInterrupted, errors.New("interrupted, nothing is left behind")}
	}
	return err
}

// interruptibleReader returns a reader that ends with ctx, even while r waits.
func interruptibleReader(ctx context.Context, r io.Reader) io.Reader {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { in.CloseWithError(ctx.Err()) })
	return out
}

// Progress is shown after a while, and then so often.
const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

// progress is a line on a terminal that says how far something has come. Elsewhere
// it is silent.
type progress struct {
	w    io.Writer // nil: not a terminal
	what string
	next time.Time
}

func (e *env) progress(what string) *progress {
	p := &progress{what: what, next: time.Now().Add(progressAfter)}
	if render.NewScreen(e.Err, render.Never).Width > 0 && os.Getenv("TERM") != "dumb" {
		p.w = e.Err
	}
	return p
}

// step is called with what is done; a total of 0 is not known.
func (p *progress) step(done, total int64) {
	now := time.Now()
	if p.w == nil || now.Before(p.next) {
		return
	}
	p.next = now.Add(progressEvery)
	text := render.Bytes(done)
	if total > 0 {
		text += " of " + render.Bytes(total) + ", " + render.Percent(done, total)
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s: %s", render.Clean(p.what), text)
}

// clear removes the line.
func (p *progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// lateProgress is a progress that begins with its first step. Several goroutines
// may call it.
type lateProgress struct {
	env  *env
	what string
	mu   sync.Mutex
	bar  *progress
}

func (p *lateProgress) step(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil {
		p.bar = p.env.progress(p.what)
	}
	p.bar.step(done, total)
}

func (p *lateProgress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.clear()
	}
}

// countingReader tells a progress what is read through it.
type countingReader struct {
	io.Reader
	progress    *progress
	done, total int64
}

func (r *countingReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.done += int64(n)
	r.progress.step(r.done, r.total)
	return n, err
}
