package config

import (
	"slices"
	"strings"
)

// nearKey returns the key that somebody may have meant who wrote name in a table:
// one there that is written nearly so, the same in another table, or whatever is near.
func (s *Schema) nearKey(table, name string) string {
	var here, elsewhere, all []string
	for i, k := range s.keys {
		all = append(all, k.String())
		if i.command == table {
			here = append(here, k.String())
		}
		if alike(i.name) == alike(name) {
			elsewhere = append(elsewhere, k.String())
		}
	}
	for t := range s.tables {
		if parent, _ := split(t); parent == table {
			here = append(here, t)
		}
	}
	wrong := dotted(table, name)
	if best := nearest(wrong, here); best != "" {
		return best
	}
	if len(elsewhere) > 0 {
		return slices.Min(elsewhere)
	}
	return nearest(wrong, all)
}

// nearVariable does so for the name of a variable.
func (s *Schema) nearVariable(name string) string {
	rest := strings.TrimPrefix(name, prefix)
	var known, ends []string
	for v := range s.variable {
		known = append(known, strings.TrimPrefix(v, prefix))
		if strings.HasSuffix(v, "_"+rest) && len(rest) > 2 {
			ends = append(ends, v)
		}
	}
	if best := nearest(rest, known); best != "" {
		return prefix + best
	}
	if len(ends) > 0 {
		return slices.Min(ends)
	}
	return ""
}

// split takes the last part of a dotted name off.
func split(name string) (parent, last string) {
	at := strings.LastIndexByte(name, '.')
	return name[:max(at, 0)], name[at+1:]
}

// alike makes names equal that differ in how they are written.
func alike(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "-")) }

// nearest returns the candidate that takes the fewest changes of a letter, "" if
// none is near.
func nearest(name string, candidates []string) string {
	const third = 3 // of its letters may be wrong
	_, last := split(name)
	best, fewest := "", max(1, len(last)/third)+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if len(name)-len(c) >= fewest {
			continue // however long it is
		}
		if d := distance(alike(name), alike(c)); d < fewest {
			best, fewest = c, d
		}
	}
	return best
}

// distance is how many letters have to be added, removed, changed or swapped with
// their neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
