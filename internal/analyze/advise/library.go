package advise

import (
	"fmt"
	"slices"
	"strings"
)

// A line whose cost is in calls that it does not show.
const (
	libraryKind    = "hidden-calls"
	libraryShare   = .05
	libraryHit     = 20_000 // ns by hit, from libraryShare on
	libraryMany    = .10
	libraryManyHit = 500 // ns by hit, from libraryMany on
)

func library() Kind {
	return Kind{
		Name:  libraryKind,
		Title: "A line whose cost is in calls that the trace does not show",
		Thresholds: fmt.Sprintf("the line itself takes %.0f%% of the whole and %d µs a hit, or %.0f%% and %d ns; its source calls something that the trace does not have, "+
			"and more than len() or range(); it is no import, and no line that waits", 100*libraryShare, libraryHit/1000, 100*libraryMany, libraryManyHit),
		Why: "A line of Python takes some 20 to 100 ns. What takes longer is in a library that was not recorded, or in one written in C.",
		find: func(f *Facts) (list []Finding) {
			for i := range f.lines {
				r := &f.lines[i]
				if r.Count == 0 || r.SelfNS <= 0 {
					continue
				}
				share, hit := float64(r.SelfNS)/float64(f.whole), r.SelfNS/int64(r.Count)
				if !(share >= libraryShare && hit >= libraryHit || share >= libraryMany && hit >= libraryManyHit) {
					continue
				}
				p := Place{r.Module, r.Function, r.File, r.Line}
				source := f.source(p)
				called := f.unshown(calledIn(source))
				if source != "" && len(called) == 0 || isImport(source) || machinery(r.Module) {
					continue
				}
				list = append(list, Finding{
					Title:   "the time of this line is in calls that the trace does not show" + naming(called),
					Advice:  "record what it calls (--only with the module, or '*'), or ask less of it: fewer calls, less data, a cheaper call",
					Place:   p,
					SavesNS: r.SelfNS,
					Window:  f.lineWindow(p),
					Evidence: []Figure{
						{"self", float64(r.SelfNS), NS}, {"hits", float64(r.Count), Count}, {"a hit", float64(hit), NS},
						{"in calls that are shown", float64(max(r.TotalNS-r.SelfNS, 0)), NS},
					},
				})
			}
			return list
		},
	}
}

// unshown returns the names that may stand for calls that are not shown: not those of
// functions or classes of the trace, nor those that take next to nothing whatever they are
// given.
func (f *Facts) unshown(called []string) []string {
	if f.shown == nil {
		f.shown = map[string]bool{}
		for _, name := range strings.Fields("bool callable enumerate getattr hasattr id isinstance issubclass iter len next print range reversed super type zip") {
			f.shown[name] = true
		}
		for i := range f.functions {
			for part := range strings.SplitSeq(f.functions[i].Function, ".") {
				f.shown[part] = true
			}
		}
	}
	return slices.DeleteFunc(called, func(name string) bool { return f.shown[name[strings.LastIndex(name, ".")+1:]] })
}

func naming(called []string) string {
	if len(called) == 0 {
		return ""
	}
	return ": " + strings.Join(called[:min(len(called), 3)], ", ")
}

// calledIn returns the names that a line of source calls, in their order, as far as one
// sees without parsing it: what stands before a parenthesis and is no keyword.
func calledIn(source string) (names []string) {
	for _, word := range []string{"def ", "async def ", "class ", "@", "#"} {
		if strings.HasPrefix(source, word) {
			return nil
		}
	}
	quote := byte(0)
	start := -1 // of a dotted name
	for i := 0; i < len(source); i++ {
		c := source[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '#':
			return names
		case c == '"' || c == '\'':
			quote, start = c, -1
		case c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80:
			if start < 0 {
				start = i
			}
		default:
			if c == '(' && start >= 0 && !isKeyword(source[start:i]) {
				names = append(names, strings.TrimPrefix(source[start:i], "."))
			}
			start = -1
		}
	}
	return names
}

// isKeyword reports whether a word that stands before a parenthesis calls nothing.
func isKeyword(word string) bool {
	const keywords = " and or not in is if elif else for while return yield assert lambda await del raise except with from as "
	return strings.Contains(keywords, " "+word+" ")
}

// isImport reports whether a line of source imports.
func isImport(source string) bool {
	return strings.HasPrefix(source, "import ") || strings.HasPrefix(source, "from ") && strings.Contains(source, " import ")
}
