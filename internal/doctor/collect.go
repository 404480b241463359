package doctor

import (
	"context"
	"os"
	"runtime"
	"slices"
	"sync"

	"tracer/internal/pyabi"
	"tracer/internal/sys"
)

// Options say what to look at, and how.
type Options struct {
	Pythons  []string     // the interpreters that are asked for, by path; none: all that are found
	Default  string       // path of the one that tracer run takes, "" if there is none
	StateDir string       // where traces go
	StateErr error        // why that is not known
	Library  LibraryFacts // what goes into traced processes
	// Trial records a small program; nil: nothing is tried.
	Trial    func(ctx context.Context, python pyabi.Info) *Trial
	Progress func(done, total int) // of the trials; may be nil
}

// Collect looks at this machine. It takes as long as the interpreters take to start; the
// error is that of the context.
func Collect(ctx context.Context, o Options) (*Facts, error) {
	f := &Facts{OS: runtime.GOOS, Arch: runtime.GOARCH, Env: os.Environ(), Library: o.Library, Quick: o.Trial == nil}
	if f.OS == "linux" {
		f.Root = os.DirFS("/")
	}
	f.Home, _ = os.UserHomeDir() // it is only for writing paths shorter
	f.Clock = sys.MeasureClock()
	f.Disk = lookAtDisk(o.StateDir, o.StateErr)
	f.Pythons = findPythons(&o)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if o.Trial != nil && f.OS == "linux" && f.Library.Err == nil {
		tryAll(ctx, f, &o)
	}
	return f, ctx.Err()
}

// findPythons asks the interpreters that are named, else finds all.
func findPythons(o *Options) []PythonFacts {
	var list []PythonFacts
	for _, path := range o.Pythons {
		p := PythonFacts{Asked: true}
		if p.Info, p.Err = pyabi.Probe(path); p.Err != nil {
			p.Path = path
		}
		list = append(list, p)
	}
	if len(o.Pythons) > 0 {
		return list
	}
	for _, info := range slices.Concat(pyabi.Environments(), pyabi.Find()) {
		if !slices.ContainsFunc(list, func(p PythonFacts) bool { return p.Executable == info.Executable }) {
			list = append(list, PythonFacts{Info: info})
		}
	}
	markDefault(list, o.Default)
	return list
}

// markDefault finds the interpreter that a path leads to, which may be a shim or a link:
// it is asked which one it is.
func markDefault(list []PythonFacts, path string) {
	if path == "" {
		return
	}
	info, err := pyabi.Probe(path)
	if err != nil {
		return
	}
	at := slices.IndexFunc(list, func(p PythonFacts) bool { return p.Executable == info.Executable })
	if at < 0 {
		at = slices.IndexFunc(list, func(p PythonFacts) bool { return sameFile(p.Executable, info.Executable) })
	}
	if at >= 0 {
		list[at].Default = true
	}
}

func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// tryAll lets every interpreter that can be traced record, some at a time.
func tryAll(ctx context.Context, f *Facts, o *Options) {
	var todo []*PythonFacts
	for i := range f.Pythons {
		if p := &f.Pythons[i]; p.Err == nil && p.Supported() == nil && !p.Binary.Static {
			todo = append(todo, p)
		}
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	limit := make(chan struct{}, min(4, max(2, runtime.NumCPU())))
	for _, p := range todo {
		group.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			p.Trial = o.Trial(ctx, p.Info)
			mu.Lock()
			defer mu.Unlock()
			done++
			if o.Progress != nil {
				o.Progress(done, len(todo))
			}
		})
	}
	group.Wait()
}
