package meter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ErrNoCounter is the error of a machine that does not count instructions.
var ErrNoCounter = errors.New("this machine does not count instructions")

// parseCounts adds up what perf stat -x, has written of the instructions: a line for
// each kind of core that the processor has.
func parseCounts(text string) (sum uint64, err error) {
	found := false
	for line := range strings.Lines(text) {
		fields := strings.Split(line, ",")
		if len(fields) < 3 || !strings.Contains(fields[2], "instructions") || strings.HasPrefix(fields[0], "<not counted") {
			continue
		}
		if strings.HasPrefix(fields[0], "<") {
			return 0, fmt.Errorf("%w: %s", ErrNoCounter, fields[0])
		}
		n, err := strconv.ParseUint(fields[0], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read counts of perf: %w in %q", err, line)
		}
		found, sum = true, sum+n
	}
	if !found {
		return 0, fmt.Errorf("read counts of perf: %w", ErrNoCounter)
	}
	return sum, nil
}

func readCounts(path string) (uint64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("read counts of perf: %w", err)
	}
	return parseCounts(string(text))
}

// Instructions runs the command under perf stat and returns how many instructions it
// ran in user mode, with all its threads and children. What perf says lies in the file
// meanwhile.
func Instructions(ctx context.Context, c Command, file string) (n uint64, err error) {
	defer func() {
		if removed := os.Remove(file); err == nil {
			err = removed
		}
	}()
	c.Argv = append([]string{"perf", "stat", "-x,", "-e", "instructions:u", "-o", file, "--"}, c.Argv...)
	if _, err := Run(ctx, c); err != nil {
		return 0, err
	}
	return readCounts(file)
}
