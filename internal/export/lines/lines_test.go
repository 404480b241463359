package lines

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/internal/export/exporttest"
	"tracer/internal/filter"
	"tracer/trace"
)

// told returns the files, each as its statements with their hits.
func told(t *testing.T, tr *trace.Trace, q query.Query) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := Each(t.Context(), tr, Options{Query: q}, func(f *File) error {
		var b strings.Builder
		for _, l := range f.Lines {
			fmt.Fprintf(&b, "%d:%d ", l.Line, l.Hits)
		}
		for _, fn := range f.Functions {
			fmt.Fprintf(&b, "%s:%d ", fn.Name, fn.Calls)
		}
		files[f.Name] = strings.TrimSpace(b.String())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func modules(t *testing.T, only, skip []string) filter.Filter {
	t.Helper()
	f, err := filter.New(only, skip)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhatIsAskedFor(t *testing.T) {
	tr := exporttest.Covered(t)
	const all = "2:1 4:1 5:4 9:2 10:1 11:0 12:1 13:0 14:1 f:2 C:0 C.g:0 C.h:0"
	for name, c := range map[string]struct {
		q    query.Query
		want map[string]string
	}{
		"all":             {query.Query{}, map[string]string{"app.py": strings.Replace(all, "C:0", "C:1", 1), "/lib/other.py": "5:1"}},
		"a module":        {query.Query{Filter: modules(t, []string{"other"}, nil)}, map[string]string{"/lib/other.py": "5:1"}},
		"not a module":    {query.Query{Filter: modules(t, nil, []string{"other"})}, map[string]string{"app.py": strings.Replace(all, "C:0", "C:1", 1)}},
		"a depth":         {query.Query{Depth: 1}, map[string]string{"app.py": "2:1 4:1 5:0 9:1 10:0 11:0 12:0 13:0 14:1 f:0 C:0 C.g:0 C.h:0", "/lib/other.py": ""}},
		"another thread":  {query.Query{ThreadNames: []string{"nobody"}}, map[string]string{"app.py": "2:0 4:0 5:0 9:0 10:0 11:0 12:0 13:0 14:0 f:0 C:0 C.g:0 C.h:0", "/lib/other.py": ""}},
		"another process": {query.Query{Processes: []string{"9"}}, map[string]string{}},
		"after the end":   {query.Query{Window: trace.Window{From: 1000, To: 2000}}, map[string]string{"app.py": "2:0 4:0 5:0 9:0 10:0 11:0 12:0 13:0 14:0 f:0 C:0 C.g:0 C.h:0", "/lib/other.py": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := told(t, tr, c.q); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q, expected\n%q", got, c.want)
			}
		})
	}
}

// TestEventsSayWhatSummariesSay: a depth that nothing reaches is no sum of summaries.
func TestEventsSayWhatSummariesSay(t *testing.T) {
	for seed := range uint64(5) {
		tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Processes: 2, Events: 1500})
		sums, events := told(t, tr, query.Query{}), told(t, tr, query.Query{Depth: 1000})
		if !reflect.DeepEqual(sums, events) || len(sums) != 2 {
			t.Errorf("seed %d: %q, from events %q", seed, sums, events)
		}
	}
}

func TestRelative(t *testing.T) {
	for _, c := range [][3]string{
		{"/srv", "/srv/a.py", "a.py"}, {"/srv/", "/srv/b/a.py", "b/a.py"}, {"/srv", "/srvb/a.py", "/srvb/a.py"}, {"", "/a.py", "/a.py"}, {"/srv", "a.py", "a.py"},
	} {
		if got := Relative(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %s is %s, expected %s", c[1], c[0], got, c[2])
		}
	}
}
