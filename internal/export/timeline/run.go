package timeline

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tracer/internal/wire"
)

const (
	// chunkSize is when an Output hands over what it has: enough that handing over
	// costs nothing, little enough to stay in a core's cache.
	chunkSize = 256 << 10
	// ahead is how many chunks a job may have that nobody has read yet: most parts as
	// a whole.
	ahead = 128

	progressEvery = 100 * time.Millisecond
)

// Job writes a piece of a file.
type Job struct {
	// Run is called in a goroutine of its own. A *wire.CorruptError does not end the
	// file: what could be read is written.
	Run func(out *Output) error
	// Events is about how many it will read.
	Events uint64
}

// Run runs the jobs, some at the same time, and writes what they write in their order.
// Progress, which may be nil, is told how many events are done and how many there are.
func Run(ctx context.Context, w io.Writer, jobs []Job, progress func(done, all uint64)) error {
	ctx, cancel := context.WithCancel(ctx)
	r := &run{ctx: ctx, w: w, free: make(chan []byte, 2*ahead), progress: progress}
	for _, j := range jobs {
		r.all += j.Events
	}
	// So many are begun, one is about to be, and one is being read.
	begun := make(chan *running, runtime.GOMAXPROCS(0)-1)
	r.wait.Go(func() { r.begin(jobs, begun) })
	err := r.copy(begun)
	cancel()
	r.wait.Wait() // they use the trace, which may be closed then
	return err
}

// run is a Run.
type run struct {
	ctx      context.Context
	w        io.Writer
	free     chan []byte // chunks to be used again
	progress func(done, all uint64)
	all      uint64 // events
	done     atomic.Uint64
	told     time.Time
	wait     sync.WaitGroup
}

// running is a job that was begun.
type running struct {
	out *Output
	err error
}

func (r *run) begin(jobs []Job, begun chan<- *running) {
	defer close(begun)
	for _, j := range jobs {
		job := &running{out: &Output{run: r, chunks: make(chan []byte, ahead)}}
		select {
		case begun <- job:
			r.wait.Go(func() {
				defer close(job.out.chunks)
				job.err = j.Run(job.out)
				job.out.flush()
			})
		case <-r.ctx.Done():
			return
		}
	}
}

// copy writes what the jobs write.
func (r *run) copy(begun <-chan *running) error {
	var damaged error
	for job := range begun {
		for b := range job.out.chunks {
			if _, err := r.w.Write(b); err != nil {
				return err
			}
			select {
			case r.free <- b[:0]:
			default:
			}
			if err := r.ctx.Err(); err != nil {
				return err
			}
			r.tell(false)
		}
		if corrupt := new(wire.CorruptError); errors.As(job.err, &corrupt) {
			damaged = errors.Join(damaged, job.err)
		} else if job.err != nil {
			return job.err
		}
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	r.tell(true)
	return damaged
}

func (r *run) tell(end bool) {
	if r.progress == nil || !end && time.Since(r.told) < progressEvery {
		return
	}
	r.told = time.Now()
	done := min(r.done.Load(), r.all)
	if end {
		done = r.all
	}
	r.progress(done, r.all)
}
