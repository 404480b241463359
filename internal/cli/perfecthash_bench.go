package cli

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/perfecthash"
)

const perfecthashBenchLong = `Bench builds tables of the keys in a file, - for standard input, in all ways, and says how
long that takes, how large they are and how long a look-up takes, beside Go's own
map. Up to a million of the keys are looked up, in no order. A time is that of the
fastest of many short runs.

ONE   the time of a look-up, where one follows the other
MANY  the same, of the functions that look up many keys at once`

const perfecthashBenchExample = `  tracer perfecthash bench words.txt
  tracer perfecthash bench ids.bin --as uint64 --binary --format csv`

type perfecthashBench struct {
	keyOptions
	workers int
	format  string
}

func newPerfecthashBench(e *env) *cobra.Command {
	var o perfecthashBench
	cmd := &cobra.Command{
		Use:     "bench KEYS",
		Short:   "How large and how fast tables of these keys are",
		Long:    perfecthashBenchLong,
		Example: perfecthashBenchExample,
		Args:    args(1, 1, "one: KEYS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.keyOptions.check(cmd); err != nil {
				return err
			}
			return o.run(e, args[0])
		},
	}
	o.keyOptions.flags(cmd)
	cmd.Flags().IntVarP(&o.workers, "jobs", "j", 0, "how many CPUs to build with (default all)")
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json", "csv")
	return cmd
}

// benchRow is one way to number the keys. What there is none of is 0.
type benchRow struct {
	Table        string  `json:"table"`
	Check        string  `json:"check"`
	BuildNS      int64   `json:"build_ns"`
	FunctionBits float64 `json:"function_bits_a_key"`
	CheckBits    float64 `json:"check_bits_a_key"`
	OneNS        float64 `json:"one_ns"`
	ManyNS       float64 `json:"many_ns"`
	TimesMap     float64 `json:"times_as_fast_as_map"`
}

func (o *perfecthashBench) run(e *env, path string) error {
	return interruptible(func(ctx context.Context) error {
		keys, err := o.open(ctx, e, path)
		if err != nil {
			return err
		}
		defer keys.close()
		rows, err := o.rows(ctx, e, keys)
		if err != nil {
			return err
		}
		return e.buffered(func(w *bufio.Writer) error {
			switch o.format {
			case "json":
				return render.JSON(w, rows)
			case "csv":
				return render.CSV(w, rows)
			}
			return benchText(e.screen(), rows).Write(w)
		})
	})
}

// rows builds and measures each table, and the map.
func (o *perfecthashBench) rows(ctx context.Context, e *env, keys *keySet) ([]benchRow, error) {
	bench := newKeyBench(o, keys)
	rows := []benchRow{bench.ofMap()}
	for _, algorithm := range []perfecthash.Algorithm{perfecthash.PHast, perfecthash.CHM} {
		if algorithm == perfecthash.CHM && bench.n > perfecthash.MaxCHM {
			continue
		}
		for check := perfecthash.CheckNone; check <= perfecthash.CheckKeys; check++ {
			start := time.Now()
			t, err := keys.build(ctx, e, perfecthash.Options{Algorithm: algorithm, Check: check, Workers: o.workers})
			if err != nil {
				return nil, err
			}
			size := t.Size()
			row := benchRow{Table: algorithm.String(), Check: check.String(), BuildNS: time.Since(start).Nanoseconds()}
			if t.Len() > 0 {
				row.FunctionBits, row.CheckBits = float64(8*size.Function)/float64(t.Len()), float64(8*size.Checks)/float64(t.Len())
			}
			row.OneNS, row.ManyNS = bench.ofTable(t)
			if row.OneNS > 0 {
				row.TimesMap = rows[0].OneNS / row.OneNS
			}
			rows = append(rows, row)
		}
	}
	return rows, ctx.Err()
}

// fastest returns the ns that f takes for one of n, in the fastest of many runs, each of some.
func fastest(n int, f func(from, to int)) float64 {
	const (
		some   = 20_000
		rounds = 5
	)
	if n == 0 {
		return 0
	}
	best := math.Inf(1)
	for range rounds {
		for from := 0; from+some <= n; from += some {
			start := time.Now()
			f(from, from+some)
			best = min(best, float64(time.Since(start).Nanoseconds())/some)
		}
	}
	return best
}

func benchText(screen render.Screen, rows []benchRow) *render.Table {
	right := func(title string) render.Column { return render.Column{Title: title, Right: true} }
	t := render.NewTable(screen, render.Column{Title: "TABLE"}, render.Column{Title: "CHECK"}, right("BUILD"), right("BITS"), right("CHECK BITS"),
		right("ONE"), right("MANY"), right("TIMES MAP"))
	number := func(format string, v float64) render.Cell {
		if v == 0 {
			return blank
		}
		return render.Text(fmt.Sprintf(format, v))
	}
	for _, r := range rows {
		t.Row(render.Cell{Text: r.Table, Style: render.Strong}, render.Text(r.Check), render.Time(r.BuildNS), number("%.2f", r.FunctionBits), number("%.1f", r.CheckBits),
			number("%.1f ns", r.OneNS), number("%.1f ns", r.ManyNS), number("%.1f ×", r.TimesMap))
	}
	return t
}
