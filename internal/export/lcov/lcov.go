// Package lcov writes tracefiles of LCOV, which genhtml, lcov and many others read; geninfo(1)
// describes them: for each file its functions with how often they were called, and its
// statements with how often they ran. What is excluded is left out.
//
// It is made file by file.
package lcov

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"tracer/internal/export/lines"
	"tracer/trace"
)

// Options choose what is written.
type Options = lines.Options

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	out := bufio.NewWriterSize(w, 64<<10)
	failed := lines.Each(ctx, t, o, func(f *lines.File) error {
		fmt.Fprintf(out, "TN:\nSF:%s\n", oneLine(f.Name))
		functions(out, f)
		for _, l := range f.Lines {
			if !l.Excluded {
				fmt.Fprintf(out, "DA:%d,%d\n", l.Line, l.Hits)
			}
		}
		all, ran, _ := f.Count()
		_, err := fmt.Fprintf(out, "LF:%d\nLH:%d\nend_of_record\n", all, ran)
		return err
	})
	if failed != nil && !lines.Corrupt(failed) {
		return failed
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return failed
}

// functions writes those that are none's class. A name is there once: one that comes
// again gets its line.
func functions(out *bufio.Writer, f *lines.File) {
	known := map[string]bool{}
	var calls strings.Builder
	all, called := 0, 0
	for _, fn := range f.Functions {
		if fn.Class || fn.Excluded {
			continue
		}
		name := fn.Name
		if known[name] {
			name = fmt.Sprintf("%s@%d", name, fn.Line)
		}
		known[name] = true
		fmt.Fprintf(out, "FN:%d,%s\n", fn.Line, name)
		fmt.Fprintf(&calls, "FNDA:%d,%s\n", fn.Calls, name)
		if all++; fn.Calls > 0 {
			called++
		}
	}
	fmt.Fprintf(out, "%sFNF:%d\nFNH:%d\n", calls.String(), all, called)
}

// oneLine leaves no line end in a name.
func oneLine(name string) string { return strings.NewReplacer("\n", "?", "\r", "?").Replace(name) }
