package versions

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

// Choice is how an end-to-end test chooses what it runs on, by the function that it
// calls.
type Choice string

// The choices, from most to fewest.
const (
	Every       Choice = "everyPython"
	EachMinor   Choice = "eachPython"
	SomeOfEach  Choice = "times" // in turns
	EndsOfKinds Choice = "eachKind"
	First       Choice = "Traceable" // the first of what it returns
)

var choices = []Choice{Every, EachMinor, SomeOfEach, EndsOfKinds, First}

// EndToEnd returns the names of the tests of test/e2e by their choice; without a
// choice, those that run no Python.
func EndToEnd(root string) (map[Choice][]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "test", "e2e", "*_test.go"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("find end-to-end tests: %d files: %w", len(files), err)
	}
	tests := map[Choice][]string{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			return nil, fmt.Errorf("parse end-to-end tests: %w", err)
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Test") || f.Name.Name == "TestMain" {
				continue
			}
			c := choiceOf(f)
			tests[c] = append(tests[c], strings.TrimPrefix(f.Name.Name, "Test"))
		}
	}
	for _, names := range tests {
		slices.Sort(names)
	}
	return tests, nil
}

// choiceOf returns the widest choice that a function makes itself, "" for none.
func choiceOf(f *ast.FuncDecl) Choice {
	called := map[Choice]bool{}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if function, ok := n.Fun.(*ast.Ident); ok {
				called[Choice(function.Name)] = true
			}
		case *ast.IndexExpr: // the first of all
			if call, ok := n.X.(*ast.CallExpr); ok {
				function, ok := call.Fun.(*ast.SelectorExpr)
				called[First] = called[First] || ok && function.Sel.Name == string(First)
			}
		}
		return true
	})
	for _, c := range choices {
		if called[c] {
			return c
		}
	}
	return ""
}

// Of returns which of the versions a test with this choice runs on, if all are there.
func (c Choice) Of(all []pyabi.Info) []pyabi.Info {
	switch c {
	case Every:
		return all
	case EachMinor, SomeOfEach:
		return interpreters.Each(all)
	case EndsOfKinds:
		return interpreters.Kinds(all)
	case First:
		return slices.DeleteFunc(slices.Clone(all), func(i pyabi.Info) bool { return interpreters.Minor(i) != interpreters.Always })
	}
	return nil
}

// text says the choice in words.
func (c Choice) text() string {
	switch c {
	case Every:
		return "on every interpreter that is there"
	case EachMinor:
		return "on one of each version and build from 3.8 on"
	case SomeOfEach:
		return "on the same in turns, each time at another moment"
	case EndsOfKinds:
		return "on the oldest and the newest of each kind (by its hook, with and without a global lock) of these"
	}
	return "on " + interpreters.Always + " alone"
}
