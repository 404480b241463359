// Command fastest keeps of the output of go test -bench the fastest runs of each benchmark, for benchstat: on a machine that
// is not quiet what the others take is not what is to be compared.
//
//	go test -run '^$' -bench . -benchtime 2ms -count 60 | go run ./fastest -keep 10 >out.txt
package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

type run struct {
	line string
	ns   float64
}

func main() {
	keep := flag.Int("keep", 10, "how many runs of each benchmark to keep")
	flag.Parse()
	runs := map[string][]run{}
	var order []string
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") || fields[3] != "ns/op" {
			if strings.Contains(lines.Text(), ": ") && len(order) == 0 {
				fmt.Println(lines.Text()) // goos, goarch, pkg, cpu
			}
			continue
		}
		ns, err := strconv.ParseFloat(fields[2], 64)
		if err != nil {
			log.Fatalf("read %q: %v", lines.Text(), err)
		}
		if runs[fields[0]] == nil {
			order = append(order, fields[0])
		}
		runs[fields[0]] = append(runs[fields[0]], run{lines.Text(), ns})
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	for _, name := range order {
		all := runs[name]
		slices.SortFunc(all, func(a, b run) int { return cmp.Compare(a.ns, b.ns) })
		for _, r := range all[:min(*keep, len(all))] {
			fmt.Println(r.line)
		}
	}
}
