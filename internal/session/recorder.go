package session

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/sys"
)

// newProcess is how often the trace's directory is looked at where the system does
// not tell of new processes.
const newProcess = 25 * time.Millisecond

// recorder takes care of the traced processes while they run: each has a goroutine
// that drains it, samples its counters, and finishes it when it has ended.
type recorder struct {
	session *Session
	workers chan *drain.Worker // as many as may drain at the same time
	sources *sources
	budget  *budget
	quit    chan struct{}  // the program has ended
	wait    sync.WaitGroup // of processes
	looking sync.WaitGroup // of discover and notice
	ending  atomic.Bool    // recording is to end, as the user wishes
	sampled atomic.Int32   // processes whose counters are read
	heirs   bool           // when it was stopped: a process has not begun yet

	mu        sync.Mutex
	processes map[string]*process // by directory
	watch     *sys.Watch
	ends      *sys.ProcessWatch
}

// record takes care of all processes of the trace until stop is called.
func (s *Session) record() *recorder {
	r := &recorder{session: s, sources: s.sources, quit: make(chan struct{}), processes: map[string]*process{}}
	r.budget = newBudget(&s.options)
	n := max(1, min(4, runtime.NumCPU()-1))
	r.workers = make(chan *drain.Worker, n)
	for range n {
		r.workers <- drain.NewWorker()
	}
	s.mu.Lock()
	s.fired = r.triggered
	if s.met != nil { // before this process took the trace over
		r.triggered()
	}
	s.mu.Unlock()
	if s.recovers {
		r.budget.hold() // what is old by now was not when its processes ended
	}
	// Without these two we look from time to time.
	r.watch, _ = sys.WatchDir(s.dir.Path())
	r.ends, _ = sys.NewProcessWatch()
	r.looking.Go(r.discover)
	if r.ends != nil {
		r.looking.Go(r.notice)
	}
	return r
}

// stop returns what came of the processes. Those that live on are left as they are.
func (r *recorder) stop() []*process {
	r.linger()
	close(r.quit)
	if r.ends != nil {
		r.ends.Close()
	}
	r.looking.Wait()
	if r.watch != nil {
		r.watch.Close()
	}
	r.look() // what came in the last moment
	r.wait.Wait()
	r.heirs = r.heir()
	var list []*process
	for _, p := range r.processes {
		if !p.began && len(p.problems) == 0 {
			removed, err := r.session.dir.RemoveUnbegun(p.dir)
			if err != nil {
				p.problems = append(p.problems, err)
			}
			if removed {
				continue
			}
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *process) int { return strings.Compare(a.dir, b.dir) })
	return list
}

// afterTrigger is how long a flight recorder goes on when a trigger was met.
const afterTrigger = time.Second

// triggered keeps what a flight recorder has, and ends it soon.
func (r *recorder) triggered() {
	r.budget.hold()
	if o := &r.session.options; o.Ring > 0 || o.RingTime > 0 {
		time.AfterFunc(afterTrigger, func() { r.ending.Store(true) })
	}
}

// discover meets the processes as they come.
func (r *recorder) discover() {
	var names <-chan string
	if r.watch != nil {
		names = r.watch.Names()
	}
	r.look()
	tick := time.NewTicker(newProcess)
	defer tick.Stop()
	for {
		select {
		case <-r.quit:
			return
		case name, ok := <-names:
			switch {
			case !ok:
				names = nil
			case name == sys.LookYourself:
				r.look()
			case strings.HasPrefix(name, store.ProcPrefix):
				r.meet(name)
			}
		case <-tick.C:
			if names == nil {
				r.look()
			}
		}
	}
}

func (r *recorder) look() {
	procs, err := r.session.dir.Processes()
	if err != nil {
		return
	}
	for _, proc := range procs {
		r.meet(proc)
	}
}

// meet takes care of a process, once.
func (r *recorder) meet(dir string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.processes[dir] != nil {
		return
	}
	p := &process{recorder: r, dir: dir, ended: make(chan struct{})}
	r.processes[dir] = p
	r.wait.Go(p.run)
	if !r.session.discards() {
		_ = r.session.setLatest() // said at the end, if it goes wrong then too
	}
}

// notice passes on the ends of processes.
func (r *recorder) notice() {
	for pid := range r.ends.Ended() {
		r.mu.Lock()
		for _, p := range r.processes {
			if p.pid == pid {
				p.end()
			}
		}
		r.mu.Unlock()
	}
}

// end notes that the process has ended. The recorder is locked.
func (p *process) end() {
	if !p.gone {
		p.gone = true
		close(p.ended)
	}
}

// living reports whether any process still records.
func (r *recorder) living() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(slices.Collect(maps.Values(r.processes)), func(p *process) bool { return !p.over })
}

// began notes the number of a process, whose end is told from now on.
func (r *recorder) began(p *process, pid int, records bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p.pid = pid
	for _, q := range r.processes {
		// One of the same number that began before has turned into this one (exec).
		if q.pid == pid && q.begin < p.begin {
			q.end()
		} else if q.pid == pid && q.begin > p.begin {
			p.end()
		}
	}
	if !records {
		p.end()
	}
	if r.ends == nil || p.gone {
		return
	}
	if err := r.ends.Add(pid); errors.Is(err, os.ErrProcessDone) || errors.Is(err, fs.ErrNotExist) {
		p.end()
	}
}
