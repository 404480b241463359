// Command cmd prints the path of the CPython that the tests bring along.
package main

import (
	"fmt"
	"os"

	"tracer/test/interpreters"
)

func main() {
	python, err := interpreters.Embedded()
	if err != nil {
		fmt.Fprintln(os.Stderr, "interpreters:", err)
		os.Exit(1)
	}
	fmt.Println(python)
}
