package doctor

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tracer/internal/render"
)

// What is little.
const (
	littleAddressSpace = 4 << 30
	littleFile         = 4 << 30
	highDescriptors    = 700 // where the agent puts its descriptors, out of the program's way
)

// limit returns the soft and the hard limit of a line of /proc/self/limits:
//
//	Max file size             unlimited            unlimited            bytes
//
// math.MaxInt64 is no limit; what is not known is none.
func (f *Facts) limit(name string) (soft, hard int64) {
	for line := range strings.Lines(f.text("/proc/self/limits")) {
		rest, ok := strings.CutPrefix(line, name)
		if fields := strings.Fields(rest); ok && len(fields) >= 2 {
			return limitValue(fields[0]), limitValue(fields[1])
		}
	}
	return math.MaxInt64, math.MaxInt64
}

func limitValue(text string) int64 {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	return math.MaxInt64
}

// examineLimits looks at what a process may take. The soft limit of descriptors is not
// looked at: the runtime of this program has raised it to the hard one.
func examineLimits(f *Facts) []Check {
	var checks []Check
	if soft, _ := f.limit("Max file size"); soft < math.MaxInt64 {
		c := Check{Name: "file size", State: Note, Text: "files may grow to " + render.Bytes(soft) + " only (ulimit -f)",
			Remedy: "ulimit -f unlimited; recording stops where a file of the trace has reached it"}
		if soft < littleFile {
			c.State = Problem
		}
		checks = append(checks, c)
	}
	if soft, _ := f.limit("Max address space"); soft < math.MaxInt64 {
		c := Check{Name: "address space", State: Note, Text: "a process may map " + render.Bytes(soft) + " only (ulimit -v)",
			Remedy: "ulimit -v unlimited; tracer itself reserves much of it, without using it"}
		if soft < littleAddressSpace {
			c.State = Problem
		}
		checks = append(checks, c)
	}
	if _, hard := f.limit("Max open files"); hard <= highDescriptors {
		checks = append(checks, Check{Name: "open files", State: Note,
			Text:   fmt.Sprintf("a process may open %d files (ulimit -n): the agent's are among the program's own numbers", hard),
			Remedy: fmt.Sprintf("allow more than %d where a program minds which numbers it gets", highDescriptors)})
	}
	return in(Kernel, checks...)
}

// examineMemory looks at the rules of memory that shared mappings meet.
func examineMemory(f *Facts) []Check {
	var checks []Check
	if f.text("/proc/sys/vm/overcommit_memory") == "2" {
		checks = append(checks, Check{Name: "overcommit", State: Note,
			Text:   "memory is promised only as far as there is some (vm.overcommit_memory 2)",
			Remedy: "if starting tracer fails for want of memory: ulimit -v, or sysctl vm.overcommit_memory=0"})
	}
	if limit, current, ok := f.memoryLimit(); ok {
		c := Check{Name: "memory limit", State: OK, Detail: true,
			Text: fmt.Sprintf("the control group may take %s of memory, and has %s", render.Bytes(limit), render.Bytes(current))}
		if limit < littleMemory {
			c.State, c.Detail = Note, false
			c.Remedy = "tracer takes some 100 MiB beside the program, and pages of the trace count too: allow more, or record less (--only, --events functions)"
		}
		checks = append(checks, c)
	}
	if _, choice, ok := strings.Cut(f.text("/sys/kernel/mm/transparent_hugepage/shmem_enabled"), "["); ok {
		choice, _, _ = strings.Cut(choice, "]")
		checks = append(checks, Check{Name: "huge pages", State: OK, Detail: true,
			Text: "huge pages for shared memory: " + choice + " (of use only where traces lie in memory)"})
	}
	return in(Kernel, checks...)
}
