package timeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tracer/internal/wire"
)

// writes is a job that writes a text so often.
func writes(text string, times int) Job {
	return Job{func(out *Output) error {
		for range times {
			out.B = append(out.B, text...)
			out.Spill()
			out.Read(1)
		}
		return nil
	}, uint64(times)}
}

func TestJobsAreWrittenInOrder(t *testing.T) {
	var jobs []Job
	var want strings.Builder
	for i := range 40 {
		text := fmt.Sprintf("%0100d", i)
		jobs = append(jobs, writes(text, 10_000*(i%3)))
		want.WriteString(strings.Repeat(text, 10_000*(i%3)))
	}
	var b bytes.Buffer
	var last uint64
	err := Run(t.Context(), &b, jobs, func(done, all uint64) {
		if done < last || all != 390_000 {
			t.Errorf("%d of %d events are done after %d", done, all, last)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != want.String() {
		t.Errorf("%d bytes, want %d, or in another order", b.Len(), want.Len())
	}
	if last != 390_000 {
		t.Errorf("in the end %d events are done", last)
	}
}

// fullDisk takes so many bytes.
type fullDisk struct{ left int }

var errFull = errors.New("no room")

func (f *fullDisk) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestAnErrorEndsAllJobs(t *testing.T) {
	endless := Job{Run: func(out *Output) error {
		for {
			out.B = append(out.B, 'x')
			out.Spill()
		}
	}}
	failing := func(err error) Job { return Job{Run: func(*Output) error { return err }} }
	corrupt := fmt.Errorf("read: %w", &wire.CorruptError{What: "bad"})
	wrong := errors.New("wrong")
	for _, tt := range []struct {
		name string
		jobs []Job
		want error
	}{
		{"no room", []Job{endless, endless}, errFull},
		{"a job fails", []Job{failing(wrong), endless, endless, endless}, wrong},
		{"bad bytes are told in the end", []Job{failing(corrupt), writes("x", 100)}, corrupt},
		{"bad bytes, then no room", []Job{failing(corrupt), endless}, errFull},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &fullDisk{left: 3 << 20}
			if err := Run(t.Context(), w, tt.jobs, nil); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if tt.want == corrupt && w.left != 3<<20-100 {
				t.Error("what comes after bad bytes is not written")
			}
		})
	}
}

// bounded is a writer that is behind: it sees how much was made that nobody has read yet.
type bounded struct {
	made        atomic.Int64
	taken, most int64
}

func (b *bounded) Write(p []byte) (int, error) {
	b.most = max(b.most, b.made.Load()-b.taken)
	b.taken += int64(len(p))
	runtime.Gosched()
	return len(p), nil
}

func TestJobsDoNotRunFarAhead(t *testing.T) {
	b := &bounded{}
	text := bytes.Repeat([]byte("x"), 10_000)
	var jobs []Job
	for range 8 {
		jobs = append(jobs, Job{Run: func(out *Output) error {
			for range 2 * ahead * chunkSize / len(text) {
				out.B = append(out.B, text...)
				b.made.Add(int64(len(text)))
				out.Spill()
			}
			return nil
		}})
	}
	if err := Run(t.Context(), b, jobs, nil); err != nil {
		t.Fatal(err)
	}
	running := int64(runtime.GOMAXPROCS(0) + 1)
	if limit := running * (ahead + 2) * (chunkSize + int64(len(text))); b.most > limit {
		t.Errorf("%d bytes wait for their reader, want %d at most", b.most, limit)
	}
}

func TestCancelEndsJobsThatWriteNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	silent := Job{Run: func(out *Output) error {
		<-out.Context().Done()
		return out.Context().Err()
	}}
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := Run(ctx, &bytes.Buffer{}, []Job{silent, silent, silent, silent}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestCancelEndsJobsThatWrite(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	endless := Job{Run: func(out *Output) error {
		for {
			out.B = append(out.B, "some text"...)
			out.Spill()
		}
	}}
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := Run(ctx, &fullDisk{left: 1 << 50}, []Job{endless, endless}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
