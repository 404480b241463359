// Command cmd prints the path of the CPython that the tests bring along; with
// -list, all interpreters that tests run on, and those here that cannot be traced.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"tracer/internal/pyabi"
	"tracer/test/interpreters"
)

func main() {
	list := flag.Bool("list", false, "print all interpreters, for people")
	flag.Parse()
	python, err := interpreters.Embedded()
	if err != nil {
		fmt.Fprintln(os.Stderr, "interpreters:", err)
		os.Exit(1)
	}
	if !*list {
		fmt.Println(python)
		return
	}
	tested, err := interpreters.Find()
	if err != nil {
		fmt.Fprintln(os.Stderr, "interpreters:", err)
		os.Exit(1)
	}
	fmt.Println("tested on:")
	for _, info := range tested {
		fmt.Printf("  %-16s %s\n", info, info.Executable)
	}
	var others []string
	for _, info := range pyabi.Find() {
		if info.Supported() != nil {
			others = append(others, info.String())
		}
	}
	if len(others) > 0 {
		fmt.Println("run, but not traced (the loader is tested on them):", strings.Join(others, ", "))
	}
}
