package coverage

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"tracer/internal/export/lines"
)

// regions are named parts of a file, as a JSON object in their order.
type regions struct {
	names []string
	list  []region
}

// MarshalJSON implements json.Marshaler.
func (r *regions) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range r.names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(r.list[i])
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// functions are the bodies of functions, each without those in it.
func functions(f *lines.File) *regions {
	return divide(f, false, func(line int) int { return enclosing(f, line) })
}

// classes are the bodies of methods, by their innermost class.
func classes(f *lines.File) *regions {
	return divide(f, true, func(line int) int {
		n := enclosing(f, line)
		for n >= 0 && !f.Functions[n].Class {
			n = f.Functions[n].Parent
		}
		return n
	})
}

// enclosing returns the innermost function in whose body a line is, or -1.
func enclosing(f *lines.File, line int) int {
	found := -1
	for i, fn := range f.Functions {
		if !fn.Class && fn.Body <= line && line <= fn.End {
			found = i // those that stand in others come after them
		}
	}
	return found
}

// divide makes regions of the functions, or of the classes. of says which one a line
// is in, or -1.
func divide(f *lines.File, class bool, of func(line int) int) *regions {
	parts := map[int][]lines.Line{}
	for _, l := range f.Lines {
		n := of(l.Line)
		parts[n] = append(parts[n], l)
	}
	counted := map[string]bool{} // names of which one has statements
	for i, fn := range f.Functions {
		if all, _, _ := lines.Count(parts[i]); fn.Class == class && all > 0 {
			counted[fn.Name] = true
		}
	}
	r := &regions{}
	for i, fn := range f.Functions {
		if fn.Class != class {
			continue
		}
		name := fn.Name
		all, _, _ := lines.Count(parts[i])
		if slices.Contains(r.names, name) || counted[name] && all == 0 {
			name += "@" + strconv.Itoa(fn.Line)
		}
		r.add(name, parts[i], fn.Line)
	}
	r.add("", parts[-1], 1)
	return r
}

func (r *regions) add(name string, list []lines.Line, start int) {
	r.names = append(r.names, name)
	of := regionOf(list)
	of.Start = start
	r.list = append(r.list, of)
}
