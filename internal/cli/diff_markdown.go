package cli

import (
	"bufio"
	"fmt"
	"strings"

	"tracer/internal/analyze/diff"
	"tracer/internal/render"
)

// markdown writes the comparison as a comment on a pull request: a heading that says it
// all, the table, and what it rests on, folded.
func (x *diffText) markdown(w *bufio.Writer) error {
	d := x.diff
	fmt.Fprintf(w, "### %s\n\n", x.headline())
	fmt.Fprintf(w, "%s in traced code; runs: %d before, %d after.\n", markdownText(render.Clean(x.plainWhole())), len(d.Base.Runs), len(d.New.Runs))
	for _, f := range x.failing {
		fmt.Fprintf(w, "\n**Slower than allowed** (%s): %s\n", x.fail.overText, markdownText(f))
	}
	for _, problem := range d.Problems {
		fmt.Fprintf(w, "\n> %s\n", markdownText(render.Clean(problem)))
	}
	x.markdownRows(w)
	fmt.Fprintf(w, "\n<details><summary>What this rests on</summary>\n\n")
	for _, line := range append([]string{x.side("before:", d.Base), x.side("after:", d.New), x.count()}, x.plainNotes()...) {
		fmt.Fprintf(w, "* %s\n", markdownText(line))
	}
	_, err := fmt.Fprintf(w, "* Times are medians of the runs, without what tracing took. A change is beyond what all functions have in common; noise is what it must be larger than to be told from chance.\n\n</details>\n")
	return err
}

// headline is the comparison in a line.
func (x *diffText) headline() string {
	slower, faster := 0, 0
	tally := func(self, total diff.Time) {
		for _, t := range []diff.Time{self, total} {
			if t.Beyond() {
				if t.Verdict == diff.Slower {
					slower++
				} else {
					faster++
				}
				return
			}
		}
	}
	for _, f := range x.diff.Functions {
		tally(f.Self, f.Total)
	}
	for _, l := range x.diff.Lines {
		tally(l.Self, l.Total)
	}
	rows := func(n int, word string) string { return render.Plural(n, x.by) + " " + word }
	switch {
	case slower > 0 && faster > 0:
		return rows(slower, "slower") + ", " + rows(faster, "faster")
	case slower > 0:
		return rows(slower, "slower")
	case faster > 0:
		return rows(faster, "faster")
	case x.diff.Whole.Beyond():
		return "The whole is " + string(x.diff.Whole.Verdict)
	}
	return "Nothing is slower or faster by more than the noise"
}

func (x *diffText) plainWhole() string {
	plain := *x
	plain.screen = render.Screen{}
	return plain.whole()
}

func (x *diffText) plainNotes() []string {
	plain := *x
	plain.screen = render.Screen{}
	notes := plain.notes()
	if n := len(notes); n > 0 && strings.HasPrefix(notes[n-1], "next:") {
		notes = notes[:n-1]
	}
	return notes
}

func (x *diffText) markdownRows(w *bufio.Writer) {
	d := x.diff
	if len(d.Functions)+len(d.Lines) == 0 {
		return
	}
	more, rule := "", ""
	if x.spread {
		more, rule = " p50 | p99 |", "--:|--:|"
	}
	fmt.Fprintf(w, "\n| | %s | before | after | change | noise | total | %s |%s\n|---|---|--:|--:|--:|--:|--:|--:|%s\n", x.by,
		map[string]string{"function": "calls", "line": "hits"}[x.by], more, rule)
	row := func(self, total diff.Time, count diff.Count, state diff.State, spread *diff.Spread, name string) {
		change, noise := grown(self), partOf(self.NoiseNS, self.BaseNS)
		if self.Beyond() {
			change = "**" + change + "**"
		}
		if noise != "-" {
			noise = "±" + noise
		}
		more := ""
		if x.spread {
			p50, p99 := spreadPairs(spread)
			more = " " + p50 + " | " + p99 + " |"
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s |%s\n", verdict(self, total, count, state), name,
			render.Duration(self.BaseNS), render.Duration(self.NewNS), change, noise, grown(total), countPair(count), more)
	}
	for _, f := range d.Functions {
		row(f.Self, f.Total, f.Calls, f.State, f.Spread, markdownCode(functionName(f.Module, f.Function))+" "+markdownText(x.where(f.Base, f.New)))
	}
	for _, l := range d.Lines {
		source := l.NewSource
		if l.State == diff.Removed {
			source = l.BaseSource
		}
		row(l.Self, l.Total, l.Hits, l.State, l.Spread, markdownText(x.where(l.Base, l.New))+" "+markdownCode(source))
	}
}

// markdownCode is a piece of code in a table. A name or a line of a program may hold
// anything.
func markdownCode(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	s = strings.ReplaceAll(render.Clean(s), "|", `\|`)
	if fence != "`" {
		s = " " + s + " "
	}
	return fence + s + fence
}

// markdownText is text that is no markup.
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range render.Clean(s) {
		if strings.ContainsRune("\\`*_[]<>|#~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
