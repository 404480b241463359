package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"tracer/internal/doctor"
	"tracer/internal/pyabi"
	"tracer/internal/render"
)

// areaTitles are the areas as text has them.
var areaTitles = map[doctor.Area]string{
	doctor.Pythons: "Pythons", doctor.Installation: "Installation", doctor.Clock: "Clock",
	doctor.Kernel: "System", doctor.Disk: "Disk", doctor.Environment: "Environment",
}

// mark is what stands before a thing in each state.
func mark(s doctor.State) render.Cell {
	switch s {
	case doctor.OK:
		return render.Cell{Text: "ok", Style: render.Good}
	case doctor.Note:
		return render.Cell{Text: "note", Style: render.Warm}
	}
	return render.Cell{Text: "problem", Style: render.Bad}
}

// markWidth is the width of the widest mark and the space behind it, textIndent where texts
// begin.
const (
	markWidth  = len("problem") + 2
	textIndent = markWidth + 2
)

// writeDoctor writes a report for people: the areas with what they have, each problem with
// its remedy below it, and the verdict. Without verbose, details are left out.
func writeDoctor(w io.Writer, screen render.Screen, r *doctor.Report, home string, verbose bool) error {
	p := &doctorPage{w: w, screen: screen, home: home, verbose: verbose}
	for _, area := range doctor.Areas() {
		p.titled = false
		if area == doctor.Pythons && len(r.Pythons) > 0 {
			p.title(area)
			p.pythons(r.Pythons)
		}
		for _, c := range r.Checks {
			if c.Area == area && (verbose || !c.Detail) {
				p.title(area)
				p.check(c)
			}
		}
	}
	style := render.Good
	if !r.Works {
		style = render.Bad
	}
	p.printf("\n%s\n", screen.Paint(style, p.wrapped(r.Verdict, 0)))
	return p.err
}

// doctorPage writes; the first error stays.
type doctorPage struct {
	w       io.Writer
	screen  render.Screen
	home    string
	verbose bool
	titled  bool // the area has its title
	any     bool // an area was written
	err     error
}

func (p *doctorPage) printf(format string, values ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, values...)
	}
}

func (p *doctorPage) title(area doctor.Area) {
	if p.titled {
		return
	}
	if p.any {
		p.printf("\n")
	}
	p.titled, p.any = true, true
	p.printf("%s\n", p.screen.Paint(render.Strong, areaTitles[area]))
}

func (p *doctorPage) check(c doctor.Check) {
	m := mark(c.State)
	p.printf("  %s%s\n", p.screen.Paint(m.Style, m.Text)+strings.Repeat(" ", markWidth-len(m.Text)), p.wrapped(c.Text, textIndent))
	p.remedy(c.Remedy)
}

// below writes a text where that of checks stands.
func (p *doctorPage) below(text string) {
	p.printf("%s%s\n", strings.Repeat(" ", textIndent), p.wrapped(text, textIndent))
}

func (p *doctorPage) remedy(text string) {
	if text != "" {
		p.printf("%s%s %s\n", strings.Repeat(" ", textIndent), p.screen.Paint(render.Dim, "→"), p.wrapped(text, textIndent+2))
	}
}

// wrapped breaks a text at the width of the terminal, with its further lines indented.
func (p *doctorPage) wrapped(text string, indent int) string {
	text = render.Clean(text)
	room := p.screen.Width - indent
	if p.screen.Width <= 0 || room < 20 {
		return text
	}
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case i == 0:
		case used+1+n > room:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			used = 0
		default:
			b.WriteString(" ")
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

func (p *doctorPage) pythons(list []doctor.Python) {
	if p.err != nil {
		return
	}
	costs := slices.ContainsFunc(list, func(python doctor.Python) bool { return python.Trial != nil && python.Trial.LineNS > 0 })
	columns := []render.Column{{Title: strings.Repeat(" ", textIndent-2)}, {Title: "PYTHON"}, {Title: "TRACED BY"}}
	if costs {
		columns = append(columns, render.Column{Title: "A LINE", Right: true}, render.Column{Title: "A CALL", Right: true})
	}
	t := render.NewTable(p.screen, append(columns, render.Column{Title: "PATH"})...)
	for _, python := range list {
		name := python.Name
		if python.Default {
			name += " (default)"
		}
		m := mark(python.State)
		m.Text = fmt.Sprintf("  %-*s", markWidth-2, m.Text)
		cells := []render.Cell{m, render.Text(name), render.Text(string(python.Hook))}
		if costs {
			cells = append(cells, costCells(python.Trial)...)
		}
		t.Row(append(cells, render.Text(p.path(python)))...)
	}
	p.err = t.Write(p.w)
	p.reasons(list)
	if p.verbose {
		p.builds(list)
	}
}

// costCells are what recording costs, a line and a call, where that was measured.
func costCells(t *doctor.Trial) []render.Cell {
	if t == nil || t.LineNS <= 0 {
		return []render.Cell{blank, blank}
	}
	return []render.Cell{render.Time(int64(t.LineNS + 0.5)), render.Time(int64(t.CallNS + 0.5))}
}

// reasons says why interpreters cannot be traced, each reason with its remedy once.
func (p *doctorPage) reasons(list []doctor.Python) {
	type reason struct{ text, remedy string }
	var order []reason
	names := map[reason][]string{}
	for _, python := range list {
		r := reason{python.Text, python.Remedy}
		if python.State == doctor.OK {
			continue
		}
		if names[r] == nil {
			order = append(order, r)
		}
		names[r] = append(names[r], python.Name)
	}
	for _, r := range order {
		p.below(strings.Join(names[r], ", ") + ": " + r.text)
		p.remedy(r.remedy)
	}
}

// path says where an interpreter is.
func (p *doctorPage) path(python doctor.Python) string {
	path := python.Executable
	if path == "" {
		path = python.Path
	}
	if rest, ok := strings.CutPrefix(path, p.home+"/"); ok && p.home != "" {
		path = "~/" + rest
	}
	if strings.Contains(python.Where, "environment") || strings.Contains(python.Where, "directory") {
		path += " (" + python.Where + ")"
	}
	return path
}

// builds says of each interpreter what kind of build it is.
func (p *doctorPage) builds(list []doctor.Python) {
	for _, python := range list {
		facts := []string{python.Executable}
		for _, fact := range []struct {
			has  bool
			text string
		}{
			{python.Where == pyabi.TestPythons, "named by " + pyabi.TestPythons}, {python.CPU != "", python.CPU}, {python.Libc != "", python.Libc},
			{python.FreeThreaded, "free-threaded"}, {python.Debug, "debug build"},
			{python.Trial != nil && python.Trial.Recorded, trialText(python.Trial)},
		} {
			if fact.has {
				facts = append(facts, fact.text)
			}
		}
		if python.Executable != "" {
			p.below(python.Name + ": " + strings.Join(facts, ", "))
		}
	}
}

func trialText(t *doctor.Trial) string {
	if t == nil {
		return ""
	}
	return "trial of " + render.Plural(t.Events, "event")
}
