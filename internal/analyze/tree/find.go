package tree

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Find returns the functions that a text means, of those of the tree: by qualified name, with
// or without the module before it (Shop.buy, shop.Shop.buy); by file and line (shop.py:12),
// the line being the first of the function or one in it; or, if it is none of these, by the
// last part of the name (buy). Several may be meant.
func (t *Tree) Find(text string) []*Function {
	if found := t.matching(func(f *Function) bool { return f.Name == text || f.Module+"."+f.Name == text }); found != nil {
		return found
	}
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		if line, err := strconv.Atoi(text[i+1:]); err == nil {
			return t.at(text[:i], line)
		}
	}
	return t.matching(func(f *Function) bool { return last(f.Name) == text })
}

// last returns the last part of a qualified name.
func last(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func (t *Tree) matching(fits func(*Function) bool) (found []*Function) {
	for _, f := range t.Functions {
		if f.Code != nil && fits(f) {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, compareFunctions)
	return found
}

// at returns the functions of a file that begin at a line, or else the innermost of those
// that have it.
func (t *Tree) at(file string, line int) []*Function {
	file = "/" + strings.TrimPrefix(strings.ReplaceAll(file, `\`, "/"), "/")
	inFile := func(f *Function) bool { return strings.HasSuffix("/"+strings.ReplaceAll(f.File, `\`, "/"), file) }
	if found := t.matching(func(f *Function) bool { return f.FirstLine == line && inFile(f) }); found != nil {
		return found
	}
	found := t.matching(func(f *Function) bool { return inFile(f) && f.FirstLine < line && f.has(line) })
	innermost := 0
	for _, f := range found {
		innermost = max(innermost, f.FirstLine)
	}
	return slices.DeleteFunc(found, func(f *Function) bool { return f.FirstLine < innermost })
}

// has reports whether the function's code has a line.
func (f *Function) has(line int) bool {
	for loc := f.Code.Base; loc < f.Code.End; loc++ {
		if f.Code.Line(loc) == line {
			return true
		}
	}
	return false
}

// Near returns up to n functions whose names are most like a text, the most alike first.
func (t *Tree) Near(text string, n int) []*Function {
	type near struct {
		*Function
		distance int
	}
	var list []near
	text = strings.ToLower(text)
	for _, f := range t.Functions {
		if f.Code == nil {
			continue
		}
		best := len(text) + 1
		for _, name := range []string{f.Name, last(f.Name), f.Module + "." + f.Name} {
			name = strings.ToLower(name)
			d := distance(text, name)
			if strings.Contains(name, text) {
				d = min(d, 1)
			}
			best = min(best, d)
		}
		if best <= max(1, len(text)/3) {
			list = append(list, near{f, best})
		}
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(len(a.Name), len(b.Name)), compareFunctions(a.Function, b.Function))
	})
	var found []*Function
	for _, f := range list[:min(n, len(list))] {
		found = append(found, f.Function)
	}
	return found
}

// distance is how many characters must be put in, taken out, changed or swapped with their
// neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	if len(b) > 2*len(a)+16 {
		return len(b)
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			changed := last[j]
			if a[i] != b[j] {
				changed++
			}
			row[j+1] = min(changed, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
