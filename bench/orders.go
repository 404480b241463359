package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"tracer/bench/meter"
	"tracer/bench/mode"
	"tracer/bench/result"
	"tracer/bench/scratch"
	"tracer/bench/stats"
)

// sampler looks from outside which line a program is at. It stops the program for
// each look, so that its rate changes nothing but the time that all takes.
const sampler = "py-spy"

const (
	keyOrder     = "order of lines"
	sampleRate   = 1000 // looks a second
	sampledLoops = 6    // times the loops of the other runs, for as many looks
	topLines     = 10
	persistence  = 0.9 // see stats.Overlap
)

// order compares the order of a program's lines: two samplings of the untraced program
// with each other, and the trace with both.
func (b *bench) order(ctx context.Context, python scratch.Python, p scratch.Program) error {
	job, err := b.job(python, p)
	if err != nil {
		return err
	}
	begin := time.Now()
	b.progress.Begin(fmt.Sprintf("%s: %s on %s", keyOrder, p.Name, python.Version))
	var rows []reportRow
	modes, err := mode.Choose([]string{mode.Lines})
	if err != nil {
		return err
	}
	_, err = b.sample(ctx, modes[0], job, func() error { return b.rows(ctx, &rows, job.Output, "--by", "line") })
	if err != nil {
		return err
	}
	corrected, raw := map[int]float64{}, map[int]float64{}
	for _, row := range rows {
		if row.File == job.Script {
			corrected[row.Line] += row.Self
			raw[row.Line] += row.RawSelf
		}
	}
	var sampled [2][]int
	o := result.Order{Python: python.Version, Program: p.Name}
	for i := range sampled {
		counts, err := b.looks(ctx, python, job)
		if err != nil {
			return err
		}
		for _, n := range counts {
			o.Looks += int(n)
		}
		sampled[i] = top(counts)
	}
	o.Samplings = stats.Overlap(sampled[0], sampled[1], persistence)
	o.Corrected = agreement(top(corrected), sampled)
	o.Raw = agreement(top(raw), sampled)
	b.result.Orders = append(b.result.Orders, o)
	b.progress.End(keyOrder, time.Since(begin))
	return nil
}

// agreement is the mean of that with both samplings.
func agreement(lines []int, sampled [2][]int) float64 {
	return (stats.Overlap(lines, sampled[0], persistence) + stats.Overlap(lines, sampled[1], persistence)) / 2
}

// top returns the lines that have most, in order.
func top(lines map[int]float64) []int {
	order := slices.SortedFunc(maps.Keys(lines), func(a, b int) int { return cmp.Or(cmp.Compare(lines[b], lines[a]), a-b) })
	return order[:min(len(order), topLines)]
}

// looks samples the untraced program, and returns how often it was at each line.
func (b *bench) looks(ctx context.Context, python scratch.Python, job mode.Job) (map[int]float64, error) {
	if err := discard(job); err != nil {
		return nil, err
	}
	defer discard(job)
	modes, err := mode.Choose([]string{mode.Untraced})
	if err != nil {
		return nil, err
	}
	job.Loops *= b.few(sampledLoops, 1)
	argv := []string{
		filepath.Join(filepath.Dir(python.Path), sampler), "record", "--rate", strconv.Itoa(sampleRate),
		"--duration", "600", "--format", "raw", "--output", job.Output + ".json", "--",
	}
	env := b.environ(modes[0].Environ(job)...)
	if _, err := meter.Run(ctx, meter.Command{Argv: append(argv, modes[0].Argv(job)...), Env: env, Dir: b.area.Dir}); err != nil {
		return nil, fmt.Errorf("sample with %s (may it look into other processes here?): %w", sampler, err)
	}
	return readLooks(job.Output+".json", job.Script)
}

// innermost is what a line of the sampler's output ends with: the innermost frame, and
// how often it was met.
var innermost = regexp.MustCompile(`\(([^()]*):(\d+)\) (\d+)$`)

func readLooks(path, script string) (map[int]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read samples: %w", err)
	}
	defer f.Close()
	counts := map[int]float64{}
	scan := bufio.NewScanner(f)
	for scan.Buffer(nil, 1<<20); scan.Scan(); {
		found := innermost.FindStringSubmatch(scan.Text())
		if found == nil || filepath.Base(found[1]) != filepath.Base(script) {
			continue
		}
		line, _ := strconv.Atoi(found[2]) // digits
		n, _ := strconv.Atoi(found[3])
		counts[line] += float64(n)
	}
	return counts, scan.Err()
}
