// Tracer traces Python programs, line by line.
package main

import (
	"os"

	"tracer/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:]))
}
