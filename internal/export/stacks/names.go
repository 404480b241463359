package stacks

import "tracer/internal/analyze/tree"

// Names numbers functions, and lines of them, from 0 on as they are met, over several
// trees.
type Names struct {
	Functions []*tree.Function
	Locations []Location

	functions map[function]int
	known     map[*tree.Function]int
	locations map[Location]int
}

// Location is a line of a function, by its number.
type Location struct{ Function, Line int }

// function is what makes functions of two trees the same.
type function struct {
	module, name, file string
	line               int
}

// NewNames returns names of nothing.
func NewNames() *Names {
	return &Names{functions: map[function]int{}, known: map[*tree.Function]int{}, locations: map[Location]int{}}
}

// Forget lets go of a tree: functions of another one are other pointers.
func (n *Names) Forget() { clear(n.known) }

// Function returns the number of a function.
func (n *Names) Function(f *tree.Function) int {
	if number, ok := n.known[f]; ok {
		return number
	}
	key := function{f.Module, f.Name, f.File, f.FirstLine}
	number, ok := n.functions[key]
	if !ok {
		number = len(n.Functions)
		n.functions[key] = number
		n.Functions = append(n.Functions, f)
	}
	n.known[f] = number
	return number
}

// Location returns the number of a frame.
func (n *Names) Location(f Frame) int {
	key := Location{n.Function(f.Function), f.Line}
	number, ok := n.locations[key]
	if !ok {
		number = len(n.Locations)
		n.locations[key] = number
		n.Locations = append(n.Locations, key)
	}
	return number
}
