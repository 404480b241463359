// Package cobertura writes reports in the XML of Cobertura, as its DTD coverage-04.dtd has it,
// which most services for coverage read: packages, which are folders, of classes, which are
// files, of methods and lines with how often they ran. What is excluded is left out.
//
// It is made file by file; sums come first in it, so what was counted is kept until then.
package cobertura

import (
	"bufio"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"tracer/internal/export/lines"
	"tracer/trace"
)

// Options choose what is written.
type Options = lines.Options

const doctype = `<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">` + "\n"

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	var files []*lines.File
	var all, ran int
	failed := lines.Each(ctx, t, o, func(f *lines.File) error {
		n, hit, _ := f.Count()
		all, ran = all+n, ran+hit
		files = append(files, f)
		return nil
	})
	if failed != nil && !lines.Corrupt(failed) {
		return failed
	}
	out := bufio.NewWriterSize(w, 64<<10)
	info := t.Info()
	out.WriteString(xml.Header + doctype)
	fmt.Fprintf(out, `<coverage version="%s" timestamp="%d" lines-valid="%d" lines-covered="%d" line-rate="%s" branches-covered="0" branches-valid="0" branch-rate="0" complexity="0">`+"\n",
		escape(o.Creator), info.Start.UnixMilli(), all, ran, rate(all, ran))
	fmt.Fprintf(out, "<sources><source>%s</source></sources>\n<packages>\n", escape(info.Cwd))
	slices.SortStableFunc(files, func(a, b *lines.File) int { return cmp.Compare(path.Dir(a.Name), path.Dir(b.Name)) })
	for len(files) > 0 {
		folder := path.Dir(files[0].Name)
		n := slices.IndexFunc(files, func(f *lines.File) bool { return path.Dir(f.Name) != folder })
		if n < 0 {
			n = len(files)
		}
		if err := folderOf(out, folder, files[:n]); err != nil {
			return err
		}
		files = files[n:]
	}
	out.WriteString("</packages>\n</coverage>\n")
	if err := out.Flush(); err != nil {
		return err
	}
	return failed
}

// folderOf writes the files of a folder.
func folderOf(out *bufio.Writer, folder string, files []*lines.File) error {
	var all, ran int
	for _, f := range files {
		n, hit, _ := f.Count()
		all, ran = all+n, ran+hit
	}
	name := strings.ReplaceAll(strings.Trim(folder, "/"), "/", ".")
	fmt.Fprintf(out, `<package name="%s" line-rate="%s" branch-rate="0" complexity="0"><classes>`+"\n", escape(name), rate(all, ran))
	for _, f := range files {
		all, ran, _ := f.Count()
		fmt.Fprintf(out, `<class name="%s" filename="%s" line-rate="%s" branch-rate="0" complexity="0">`+"\n", escape(path.Base(f.Name)), escape(f.Name), rate(all, ran))
		methods(out, f)
		linesOf(out, f.Lines)
		out.WriteString("</class>\n")
	}
	_, err := out.WriteString("</classes></package>\n")
	return err
}

func methods(out *bufio.Writer, f *lines.File) {
	out.WriteString("<methods>\n")
	for _, fn := range f.Functions {
		if fn.Class || fn.Excluded {
			continue
		}
		body := f.Within(fn.Body, fn.End)
		all, ran, _ := lines.Count(body)
		fmt.Fprintf(out, `<method name="%s" signature="" line-rate="%s" branch-rate="0" complexity="0">`, escape(fn.Name), rate(all, ran))
		linesOf(out, body)
		out.WriteString("</method>\n")
	}
	out.WriteString("</methods>\n")
}

func linesOf(out *bufio.Writer, list []lines.Line) {
	out.WriteString("<lines>\n")
	for _, l := range list {
		if !l.Excluded {
			fmt.Fprintf(out, `<line number="%d" hits="%d"/>`+"\n", l.Line, l.Hits)
		}
	}
	out.WriteString("</lines>\n")
}

// rate is the part that ran, from 0 to 1; of nothing, all.
func rate(all, ran int) string {
	if all == 0 {
		return "1"
	}
	return fmt.Sprintf("%.4g", float64(ran)/float64(all))
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a Builder has no errors
	}
	return b.String()
}
