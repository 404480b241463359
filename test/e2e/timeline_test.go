package e2e

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"tracer/internal/wire"
	"tracer/test/interpreters"
	"tracer/test/readers"
	"tracer/trace"
)

// slice is a bar of a timeline.
type slice struct {
	tid          int
	ts, dur      int64 // ns
	depth        int
	name, opened string // function, and kind of its begin
	exit         string // kind of its end, "" for a return
	file         string
	line         int
}

// slicer makes the slices that a thread must have, and the times of its functions.
type slicer struct {
	th          *trace.Thread
	open        []slice
	codes       []*trace.Code
	slices      []slice
	lines       int // line events
	at          int64
	self, total map[string]int64 // ns, by name
}

func (s *slicer) Begin(at int64) { s.at = at }

func (s *slicer) Open(at int64, c *trace.Code, _ wire.Location, k wire.Kind) {
	s.until(at)
	s.open = append(s.open, slice{s.th.TID, at, 0, len(s.open), functionOf(c), k.String(), "", c.File.Label(), c.FirstLine})
	s.codes = append(s.codes, c)
}

func (s *slicer) Line(int64, wire.Location) { s.lines++ }

func (s *slicer) Close(at int64, k wire.Kind) {
	s.until(at)
	n := len(s.open) - 1
	done := s.open[n]
	s.open, s.codes = s.open[:n], s.codes[:n]
	if done.dur = at - done.ts; k != wire.Return {
		done.exit = k.String()
	}
	s.slices = append(s.slices, done)
}

func (s *slicer) Gap(int64, uint64) {}
func (s *slicer) End(int64)         {}

// until adds up the time until now.
func (s *slicer) until(at int64) {
	if n := len(s.open); n > 0 {
		s.self[s.open[n-1].name] += at - s.at
	}
	seen := map[string]bool{}
	for _, f := range s.open {
		if !seen[f.name] {
			s.total[f.name] += at - s.at
		}
		seen[f.name] = true
	}
	s.at = at
}

// functionOf is what an export calls a function.
func functionOf(c *trace.Code) string {
	if c.Module == "__main__" || c.Module == "" {
		return c.Qualname
	}
	return c.Module + "." + c.Qualname
}

// sorted orders slices: those of a thread as they begin, the outer first.
func sorted(all []slice) []slice {
	slices.SortFunc(all, func(a, b slice) int {
		return cmp.Or(cmp.Compare(a.tid, b.tid), cmp.Compare(a.ts, b.ts), cmp.Compare(a.depth, b.depth), cmp.Compare(a.dur, b.dur))
	})
	return all
}

// timelines records a program and exports it.
type timelines struct {
	dir     string
	threads []*slicer
	memory  int // samples
	turns   int // of tasks
	tasks   int
}

func recordTimelines(t *testing.T) *timelines {
	t.Helper()
	if _, err := readers.Node(); errors.Is(err, readers.ErrNoNode) {
		t.Skip("the readers of timelines are programs in JavaScript:", err)
	}
	found := interpreters.Traceable(t)
	j := job{dir: filepath.Join(root, "test", "programs", "timeline"), args: []string{"timeline.py"}}
	o, dir := traced(t, found[len(found)-1], nil, j)
	if o.status != 0 {
		t.Fatalf("%+v", o)
	}
	tr, err := trace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	p := tr.Processes()[0]
	l := &timelines{dir: dir}
	for _, th := range p.Threads {
		s := &slicer{th: th, self: map[string]int64{}, total: map[string]int64{}}
		if err := th.Replay(s); err != nil {
			t.Fatal(err)
		}
		l.threads = append(l.threads, s)
		l.count(t, th)
	}
	counters, err := p.Counters()
	if err != nil {
		t.Fatal(err)
	}
	l.memory = len(counters)
	return l
}

// count counts the turns of tasks: each begins with a frame of the task that opens, and
// ends with that frame. No task of the program runs within another one.
func (l *timelines) count(t *testing.T, th *trace.Thread) {
	t.Helper()
	met, depth := map[uint32]bool{}, 0
	for e, err := range th.All() {
		switch {
		case err != nil:
			t.Fatal(err)
		case depth == 0 && e.Task != 0:
			l.turns++
			depth = e.Depth
			met[e.Task] = true
		case e.Kind.Closes() && e.Depth == depth:
			depth = 0
		}
	}
	l.tasks += len(met)
}

// export exports to a file.
func (l *timelines) export(t *testing.T, flags ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "exported")
	o := execute(t, job{args: append([]string{tracer, "export", l.dir, "-o", file}, flags...)})
	if o.status != 0 {
		t.Fatalf("export %q: %+v", flags, o)
	}
	return file
}

func (l *timelines) slices() (all []slice) {
	for _, s := range l.threads {
		all = append(all, s.slices...)
	}
	return sorted(all)
}

// Queries for Perfetto's trace processor.
const (
	// What was wrong with the file.
	wrongSQL = `select name, value from stats where value > 0 and severity != 'info'`
	// All slices of the threads' own tracks; %s is how the arguments are called.
	slicesSQL = `select tid, ts, dur, depth, slice.name, category, extract_arg(arg_set_id, '%s.exit'),
		extract_arg(arg_set_id, 'source.file_name'), extract_arg(arg_set_id, 'source.line_number')
		from slice join thread_track on slice.track_id = thread_track.id join thread using (utid)
		where category not in ('line') and thread_track.name is not 'lines'`
	linesSQL  = `select count(*) from slice where category = 'line'`
	tasksSQL  = `select count(*) from slice where category = 'task'`
	flowsSQL  = `select count(*) from flow join slice on slice.id = slice_in where name = (select name from slice where id = slice_out)`
	memorySQL = `select count(*) from counter join track on counter.track_id = track.id where track.name like 'memory%'`
	namesSQL  = `select thread.name, process.name from thread join process using (upid) where tid in (select tid from thread_track join thread using (utid)) order by tid`
)

// slicesOf are rows of slicesSQL.
func slicesOf(t *testing.T, rows [][]any) (all []slice) {
	t.Helper()
	number := func(v any) int64 { n, _ := v.(float64); return int64(n) }
	text := func(v any) string { s, _ := v.(string); return s }
	for _, r := range rows {
		all = append(all, slice{int(number(r[0])), number(r[1]), number(r[2]), int(number(r[3])), text(r[4]), text(r[5]), text(r[6]), text(r[7]), int(number(r[8]))})
	}
	return sorted(all)
}

func sameSlices(t *testing.T, got, want []slice) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d slices, want %d, and some", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("slice %d of %d: %+v, want %+v", i, len(want), got[i], want[i])
		}
	}
}

func TestPerfettoReadsOurProtobuf(t *testing.T) {
	l := recordTimelines(t)
	for _, lines := range []bool{false, true} {
		t.Run(fmt.Sprintf("lines=%t", lines), func(t *testing.T) {
			file := l.export(t, "--as", "perfetto", fmt.Sprintf("--lines=%t", lines))
			rows, err := readers.Query(t.Context(), file, wrongSQL, fmt.Sprintf(slicesSQL, "debug"), linesSQL, memorySQL, namesSQL, tasksSQL, flowsSQL)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows[0]) > 0 {
				t.Errorf("the trace processor complains: %v", rows[0])
			}
			sameSlices(t, slicesOf(t, rows[1]), l.slices())
			want := 0
			for _, s := range l.threads {
				want += s.lines
			}
			if !lines {
				want = 0
			}
			if got := rows[2][0][0]; got != float64(want) {
				t.Errorf("%v slices of lines, want %d", got, want)
			}
			if got := rows[3][0][0]; got != float64(l.memory) {
				t.Errorf("%v samples of the memory, want %d", got, l.memory)
			}
			if turns, flows := rows[5][0][0], rows[6][0][0]; turns != float64(l.turns) || flows != float64(l.turns-l.tasks) || l.tasks < 6 {
				t.Errorf("%v turns of tasks and %v arrows between them, want %d and %d", turns, flows, l.turns, l.turns-l.tasks)
			}
			if got, want := fmt.Sprint(rows[4]), "[[MainThread timeline.py] [first timeline.py] [second timeline.py]]"; got != want {
				t.Errorf("threads %s, want %s", got, want)
			}
		})
	}
}

func TestPerfettoReadsOurChromeJSON(t *testing.T) {
	l := recordTimelines(t)
	rows, err := readers.Query(t.Context(), l.export(t, "--as", "chrome"), wrongSQL, fmt.Sprintf(slicesSQL, "args"))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows[0]) > 0 {
		t.Errorf("the trace processor complains: %v", rows[0])
	}
	want := l.slices()
	for i := range want {
		want[i].file, want[i].line = "", 0 // which are no fields of this format
	}
	sameSlices(t, slicesOf(t, rows[1]), want)
}

func TestFirefoxProfilerReadsOurProfiles(t *testing.T) {
	l := recordTimelines(t)
	for _, lines := range []bool{false, true} {
		t.Run(fmt.Sprintf("lines=%t", lines), func(t *testing.T) {
			profile, err := readers.LoadFirefox(t.Context(), l.export(t, "--as", "firefox", fmt.Sprintf("--lines=%t", lines)), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := profile.Close(); err != nil {
					t.Error(err)
				}
			}()
			for i, s := range l.threads {
				compareFirefox(t, profile, i, s)
			}
		})
	}
}

// compareFirefox compares the times of a thread's functions.
func compareFirefox(t *testing.T, profile *readers.Firefox, thread int, s *slicer) {
	t.Helper()
	var answer struct {
		Name      string `json:"friendlyThreadName"`
		Functions []struct {
			Name  string
			Self  float64 `json:"selfSamples"`
			Total float64 `json:"totalSamples"`
		}
	}
	if err := profile.Ask(t.Context(), &answer, "thread", "functions", "--thread", fmt.Sprint("t-", thread)); err != nil {
		t.Fatal(err)
	}
	if answer.Name != s.th.Name {
		t.Errorf("thread %d is %q, want %q", thread, answer.Name, s.th.Name)
	}
	self, total := map[string]int64{}, map[string]int64{}
	for _, f := range answer.Functions {
		self[f.Name] += nanoseconds(f.Self)
		total[f.Name] += nanoseconds(f.Total)
	}
	for name, want := range s.total {
		if want == 0 {
			continue // no sample has it
		}
		if self[name] != s.self[name] || total[name] != want && !several(s, name) {
			t.Errorf("%s in %s: self %d, total %d ns, want %d and %d", name, s.th.Name, self[name], total[name], s.self[name], want)
		}
		delete(total, name)
	}
	if len(total) > 0 || len(s.total) == 0 {
		t.Errorf("functions that were not called in %s: %v", s.th.Name, total)
	}
}

// several reports whether several functions have the name: their totals are not to be
// added up.
func several(s *slicer, name string) bool {
	first := map[string]bool{}
	for _, f := range s.slices {
		if f.name == name {
			first[fmt.Sprint(f.file, f.line)] = true
		}
	}
	return len(first) > 1
}

func nanoseconds(ms float64) int64 { return int64(math.Round(ms * 1e6)) }
