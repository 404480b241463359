package cli

import (
	"bufio"
	"fmt"
	"math"
	"strings"

	"tracer/internal/analyze/advise"
	"tracer/internal/render"
)

func (x *adviseText) text(w *bufio.Writer, found []advise.Finding, all int) error {
	cwd := x.trace.Info().Cwd
	for i := range found {
		x.finding(w, &found[i], cwd)
		fmt.Fprintln(w)
	}
	counters := ""
	if !x.facts.Counted() {
		counters = "; waiting cannot be told: no counters were recorded"
	}
	what := render.Plural(all, "finding")
	switch {
	case all == 0:
		what = "nothing stands out"
	case len(found) < all:
		what = fmt.Sprintf("%s of %s (all: --limit 0)", render.Count(len(found)), what)
	}
	_, err := fmt.Fprintf(w, "%s; %s in traced code%s\n%s\n", what, render.Duration(x.facts.WholeNS()), counters,
		x.screen.Paint(render.Dim, "next: tracer advise --explain"))
	return err
}

// finding writes one.
func (x *adviseText) finding(w *bufio.Writer, f *advise.Finding, cwd string) {
	style := map[advise.Severity]render.Style{advise.High: render.Hot, advise.Medium: render.Warm}[f.Severity]
	fmt.Fprintf(w, "%s  %s  %s\n", x.screen.Paint(style, fmt.Sprintf("%-6s", f.Severity)),
		x.screen.Paint(render.Strong, render.Clean(place(f.Place.File, f.Place.Line, cwd))), render.Clean(functionName(f.Place.Module, f.Place.Function)))
	indent := "        "
	if f.Source != "" {
		fmt.Fprintln(w, indent+"  "+x.screen.Paint(render.Dim, render.Clean(f.Source)))
	}
	fmt.Fprintln(w, indent+render.Clean(f.Title))
	fmt.Fprintf(w, "%s%s could be saved at most, %s of the whole: %s\n", indent, render.Duration(f.SavesNS), render.Percent(int64(f.Share*1e6), 1e6), figures(f.Evidence))
	fmt.Fprintln(w, indent+f.Advice)
	fmt.Fprintln(w, indent+x.screen.Paint(render.Dim, "see: "+x.see(f, cwd)))
}

// see is the command that shows a finding.
func (x *adviseText) see(f *advise.Finding, cwd string) string {
	command := "tracer annotate "
	if x.name != "" {
		command += quoted(x.name) + " "
	}
	command += quoted(render.Clean(shortPath(f.Place.File, cwd)))
	if f.Window.ToNS > f.Window.FromNS {
		command += " --from " + momentText(f.Window.FromNS) + " --to " + momentText(f.Window.ToNS+1)
	}
	return command
}

// figures writes evidence.
func figures(list []advise.Figure) string {
	texts := make([]string, len(list))
	for i, f := range list {
		texts[i] = f.Name + " " + figure(f)
	}
	return strings.Join(texts, ", ")
}

func figure(f advise.Figure) string {
	switch f.Unit {
	case advise.NS:
		return render.Duration(int64(math.Round(f.Value)))
	case advise.Part:
		return fmt.Sprintf("%.0f%%", 100*f.Value)
	case advise.Times:
		return fmt.Sprintf("%.3g", f.Value)
	}
	return render.Count(int64(f.Value))
}

// explainKinds writes what is looked for.
func (o *adviseOptions) explainKinds(e *env) error {
	kinds := advise.Kinds()
	return e.buffered(func(w *bufio.Writer) error {
		if o.format == "json" {
			return render.JSON(w, kinds)
		}
		screen := e.screen()
		for i, k := range kinds {
			if i > 0 {
				fmt.Fprintln(w)
			}
			fmt.Fprintf(w, "%s  %s\n", screen.Paint(render.Strong, k.Name), k.Title)
			for _, part := range []string{"when  " + k.Thresholds, "why   " + k.Why} {
				for i, line := range folded(part, 88) {
					if i > 0 {
						line = "      " + line
					}
					fmt.Fprintln(w, "  "+line)
				}
			}
		}
		return nil
	})
}

// folded cuts a text between words into lines of so many letters.
func folded(text string, width int) (lines []string) {
	line := ""
	for i, word := range strings.SplitAfter(text, " ") {
		if i > 0 && len([]rune(line))+len([]rune(strings.TrimSpace(word))) > width {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		line += word
	}
	return append(lines, strings.TrimRight(line, " "))
}
