package statements

import "regexp"

// exclusions are the patterns by which coverage.py excludes lines if it is told no others.
var exclusions = regexp.MustCompile(`(?m)#[\s\p{Z}]*(?:pragma|PRAGMA)[:\s\p{Z}]?[\s\p{Z}]*(?:no|NO)[\s\p{Z}]*(?:cover|COVER)` +
	`|^\s*(?:(?:(?:async )?def .*?)?[\])]+(?:\s*->.*?)?:\s*)?\.\.\.\s*(?:#|$)` +
	`|^\s*if (?:typing\.)?TYPE_CHECKING:`)

// excluded returns the first lines of the statements in which there is an exclusion.
func (f *File) excluded(text string) map[int]bool {
	found := map[int]bool{}
	line, at := 1, 0
	for _, m := range exclusions.FindAllStringIndex(text, -1) {
		for ; at < m[0]; at++ {
			if text[at] == '\n' {
				line++
			}
		}
		last := line
		for i := m[0]; i < m[1]; i++ {
			if text[i] == '\n' {
				last++
			}
		}
		for l := line; l <= last; l++ {
			found[f.First(l)] = true
		}
	}
	return found
}

// blocks finds out what statements stand in.
type blocks struct {
	file      *File
	excluded  map[int]bool
	excluding int     // the indentation of the excluded block that it is in, plus 1; 0: none
	open      []block // functions and classes
	decorated int     // the line of the first decorator of what comes next, or 0
	fresh     bool    // the file, or a function or class, has just begun
	end       int     // of the statement before
}

// block is a function or class that is open.
type block struct{ indent, function int }

func (b *blocks) statement(l *logical) {
	b.close(l.indent)
	docstring := b.fresh && l.text
	if n := len(b.open); b.fresh && n > 0 {
		b.file.Functions[b.open[n-1].function].Body = l.line
	}
	b.fresh, b.end = false, l.end
	if l.indent < b.excluding {
		b.excluding = 0
	}
	excluded := b.excluded[l.line] || b.excluding > 0
	if excluded && b.excluding == 0 {
		b.excluding = l.indent + 1
	}
	name, class := l.defines()
	switch {
	case name != "":
		b.define(l, name, class)
	case l.first[0] != "@":
		b.decorated = 0
	case b.decorated == 0:
		b.decorated = l.line
	}
	if !docstring && !l.silent() && !(l.annotates() && b.inFunction()) {
		b.file.Statements = append(b.file.Statements, Statement{l.line, l.end, excluded})
	}
}

func (b *blocks) inFunction() bool {
	n := len(b.open)
	return n > 0 && !b.file.Functions[b.open[n-1].function].Class
}

// define begins a function or class.
func (b *blocks) define(l *logical, name string, class bool) {
	f := Function{Name: name, Class: class, Line: l.line, First: l.line, Body: l.line, End: l.end, Parent: -1}
	if n := len(b.open); n > 0 {
		f.Parent = b.open[n-1].function
		f.Name = b.file.Functions[f.Parent].Name + "." + name
	}
	if b.decorated > 0 {
		f.First, b.decorated = b.decorated, 0
	}
	for line := f.First; line <= f.Line; line++ {
		f.Excluded = f.Excluded || b.excluded[line]
	}
	b.file.Functions = append(b.file.Functions, f)
	if l.opens {
		b.fresh = true
		b.open = append(b.open, block{l.indent, len(b.file.Functions) - 1})
	}
}

// close ends the functions and classes that a statement of this indentation is not in.
func (b *blocks) close(indent int) {
	for n := len(b.open); n > 0 && b.open[n-1].indent >= indent; n-- {
		f := &b.file.Functions[b.open[n-1].function]
		f.End = max(f.End, b.end)
		b.open = b.open[:n-1]
	}
}

// exclude marks what stands in functions and classes that are excluded.
func (b *blocks) exclude() {
	for _, f := range b.file.Functions {
		if !f.Excluded {
			continue
		}
		for i := range b.file.Statements {
			s := &b.file.Statements[i]
			s.Excluded = s.Excluded || s.Line >= f.First && s.Line <= f.End
		}
		for i := range b.file.Functions {
			g := &b.file.Functions[i]
			g.Excluded = g.Excluded || g.First >= f.First && g.End <= f.End
		}
	}
}
