package cli

import (
	"bufio"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/trace"
)

const countersLong = `Counters shows what the system counted for each process while it was recorded:
processor time, memory, page faults, input and output, context switches, threads
and open files.

As text, up to 40 rows tell of a process, each of an equal part of its samples.
TIME is the end of that part, since the start of the program. RESIDENT, PEAK,
THREADS and FILES are the most there were in it; CPU and all that is by second is
the mean. CPU is 100% for each processor in use. READ and WRITTEN are what went
through calls: files, pipes and terminals, be it from memory or from a disk.

With json and csv each sample is a row. All but resident, virtual, threads and
descriptors count up from the start of the process; cpu_percent is the mean since
the sample before. read_bytes and write_bytes are what came from and went to
storage. What is not known is null in json and empty in csv.

Recording itself takes part: what the program's events take is written by its
process.`

const countersExample = `  tracer counters
  tracer counters --process 4711
  tracer counters app-20260102-150405 --format csv > counters.csv`

type countersOptions struct {
	process int
	chosen  bool
	format  string
}

func newCounters(e *env) *cobra.Command {
	var o countersOptions
	cmd := &cobra.Command{
		Use:               "counters [TRACE]",
		Short:             "Processor time, memory and I/O over time",
		Long:              countersLong,
		Example:           countersExample,
		Args:              args(0, 1, "at most one: [TRACE]"),
		ValidArgsFunction: completeTrace(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.chosen = cmd.Flags().Changed("process")
			return o.run(e, arg(args, 0))
		},
	}
	cmd.Flags().IntVar(&o.process, "process", 0, "only the process with this `PID`")
	choiceFlag(cmd, &o.format, "format", "how to write it", "text", "json", "csv")
	return cmd
}

// counted is a process and its counters.
type counted struct {
	process *trace.Process
	samples []trace.Counters
}

func (o *countersOptions) run(e *env, name string) error {
	t, err := openTrace(name)
	if err != nil {
		return err
	}
	defer t.Close()
	processes, err := o.processes(t)
	if err != nil {
		return err
	}
	e.warn(t.Info())
	var all []counted
	var failed error // is said after what could be read
	for _, p := range processes {
		samples, err := p.Counters()
		failed = errors.Join(failed, err)
		if len(samples) > 0 {
			all = append(all, counted{p, samples})
		}
	}
	err = e.buffered(func(w *bufio.Writer) error {
		switch {
		case o.format == "json":
			return render.JSON(w, counterRows(all))
		case o.format == "csv":
			return render.CSV(w, counterRows(all))
		case len(all) == 0:
			_, err := fmt.Fprintln(w, "nothing to show: no counters were recorded")
			return err
		}
		return countersText(w, e.screen(), all)
	})
	if err != nil {
		return err
	}
	return failed
}

// processes returns those whose counters are asked for.
func (o *countersOptions) processes(t *trace.Trace) ([]*trace.Process, error) {
	var chosen []*trace.Process
	var pids []string
	for _, p := range t.Processes() {
		if !o.chosen || p.PID == o.process {
			chosen = append(chosen, p)
		}
		pids = append(pids, strconv.Itoa(p.PID))
	}
	if o.chosen && len(chosen) == 0 {
		if len(pids) == 0 {
			pids = []string{"none"}
		}
		return nil, fmt.Errorf("find process %d: not in the trace, which has %s", o.process, some(pids, ", "))
	}
	return chosen, nil
}
