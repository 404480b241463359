package cli

import (
	"strings"

	"tracer/internal/analyze/profile"
	"tracer/internal/highlight"
	"tracer/internal/render"
	"tracer/trace"
)

// sources are the kept source files of a trace, by the names that rows have.
type sources struct {
	trace *trace.Trace
	files map[string]*trace.File
	lines map[string][]string
}

func newSources(t *trace.Trace) *sources {
	s := &sources{t, map[string]*trace.File{}, map[string][]string{}}
	for _, p := range t.Processes() {
		for _, f := range p.Files {
			name := profile.FileName(f)
			if old := s.files[name]; old == nil || old.Source == nil {
				s.files[name] = f
			}
		}
	}
	return s
}

// text returns the lines of a file; none if there is no copy of it.
func (s *sources) text(file string) []string {
	lines, ok := s.lines[file]
	if !ok {
		if f := s.files[file]; f != nil {
			if b, err := s.trace.Source(f); err == nil {
				lines = highlight.Lines(string(b))
				for i, line := range lines {
					lines[i] = expandTabs(line)
				}
			}
		}
		s.lines[file] = lines
	}
	return lines
}

// line returns a line without its indentation, "" if it is not known.
func (s *sources) line(file string, line int) string {
	if lines := s.text(file); line >= 1 && line <= len(lines) {
		return strings.TrimSpace(lines[line-1])
	}
	return ""
}

// expandTabs puts spaces for tabs, which stop at every eighth column.
func expandTabs(line string) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	var b strings.Builder
	column := 0
	for _, r := range line {
		if r != '\t' {
			b.WriteRune(r)
			column++
			continue
		}
		n := 8 - column%8
		b.WriteString(strings.Repeat(" ", n))
		column += n
	}
	return b.String()
}

var codeStyles = map[highlight.Class]render.Style{
	highlight.Keyword: render.CodeKeyword,
	highlight.Name:    render.CodeName,
	highlight.Builtin: render.CodeBuiltin,
	highlight.String:  render.CodeString,
	highlight.Number:  render.CodeNumber,
	highlight.Comment: render.CodeComment,
}

// paint makes a line's parts cells.
func paint(line []highlight.Span) []render.Cell {
	cells := make([]render.Cell, len(line))
	for i, s := range line {
		cells[i] = render.Cell{Text: s.Text, Style: codeStyles[s.Class]}
	}
	return cells
}
