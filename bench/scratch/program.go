package scratch

import (
	"fmt"
	"path/filepath"
	"slices"
)

// Program is what is measured.
type Program struct {
	Name  string
	Loops int // so many that an untraced run takes 0.2 to 0.6 s
	Args  []string
	own   bool // one of the benchmark's own
}

// Programs returns those of pyperformance that are measured.
func Programs() []Program {
	return []Program{
		{Name: "raytrace", Loops: 2},
		{Name: "richards", Loops: 14},
		{Name: "go", Loops: 6},
		{Name: "chaos", Loops: 10},
		{Name: "deltablue", Loops: 200},
		{Name: "fannkuch", Loops: 1},
		{Name: "nbody", Loops: 7},
	}
}

// Small returns two programs for a run that only shows that all works.
func Small(installed bool) []Program {
	if installed {
		return []Program{{Name: "richards", Loops: 1}, {Name: "deltablue", Loops: 10}}
	}
	return []Program{Own("calls", 5), Own("lines", 2)}
}

// Own returns one of the benchmark's own programs.
func Own(name string, loops int) Program { return Program{Name: name, Loops: loops, own: true} }

// Choose returns the programs with these names, all without names.
func Choose(programs []Program, names []string) ([]Program, error) {
	if len(names) == 0 {
		return programs, nil
	}
	var chosen []Program
	for _, name := range names {
		at := slices.IndexFunc(programs, func(p Program) bool { return p.Name == name })
		if at < 0 {
			var known []string
			for _, p := range programs {
				known = append(known, p.Name)
			}
			return nil, fmt.Errorf("choose programs: there is no %s, only %v", name, known)
		}
		chosen = append(chosen, programs[at])
	}
	return chosen, nil
}

// Script returns the program's file for the interpreter.
func (a Area) Script(p Program, python Python) (string, error) {
	if p.own {
		return a.Path("tiny/" + p.Name + ".py"), nil
	}
	pattern := filepath.Join(filepath.Dir(filepath.Dir(python.Path)), "lib", "python*", "site-packages",
		"pyperformance", "data-files", "benchmarks", "bm_"+p.Name, "run_benchmark.py")
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("find program %s: %d files match %s", p.Name, len(found), pattern)
	}
	return found[0], nil
}
