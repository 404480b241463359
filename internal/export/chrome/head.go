package chrome

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tracer/internal/export/timeline"
	"tracer/trace"
)

// event is an event that is rare.
type event struct {
	Phase  string         `json:"ph"`
	Name   string         `json:"name"`
	TS     json.Number    `json:"ts,omitempty"`
	PID    int            `json:"pid"`
	TID    int            `json:"tid,omitempty"`
	Values map[string]any `json:"args"`
}

// head writes what comes before the threads' events.
func head(out *timeline.Output, t *trace.Trace, threads []*trace.Thread, o *Options) error {
	info := t.Info()
	about, err := json.Marshal(map[string]any{"creator": o.Creator, "command": info.Argv, "host": info.Host, "start": info.Start.Format(time.RFC3339Nano)})
	if err != nil {
		return err
	}
	out.B = append(out.B, `{"displayTimeUnit":"ns","otherData":`...)
	out.B = append(append(out.B, about...), `,"traceEvents":[`...)
	separator := "\n"
	var failed error
	write := func(e event) {
		b, err := json.Marshal(e)
		failed = errors.Join(failed, err)
		out.B = append(append(out.B, separator...), b...)
		out.Spill()
		separator = ",\n"
	}
	for _, p := range timeline.Processes(threads) {
		write(event{Phase: "M", Name: "process_name", PID: p.PID, Values: map[string]any{"name": timeline.Process(p)}})
	}
	for i, th := range threads {
		write(event{Phase: "M", Name: "thread_name", PID: th.Process.PID, TID: th.TID, Values: map[string]any{"name": timeline.Thread(th)}})
		write(event{Phase: "M", Name: "thread_sort_index", PID: th.Process.PID, TID: th.TID, Values: map[string]any{"sort_index": i}})
	}
	for _, p := range timeline.Processes(threads) {
		if err := counters(p, o.Query.Window, write); err != nil {
			failed = errors.Join(failed, fmt.Errorf("read counters of process %d: %w", p.PID, err))
		}
	}
	return failed
}

// counters writes the counters of a process.
func counters(p *trace.Process, w trace.Window, write func(event)) error {
	all, err := p.Counters()
	counters := timeline.Counters()
	for i := range counters {
		c := &counters[i]
		for _, s := range c.Samples(all, w) {
			write(event{Phase: "C", Name: c.Name, TS: json.Number(timeline.AppendMicroseconds(nil, s.At)), PID: p.PID, Values: map[string]any{c.Unit.String(): s.Value}})
		}
	}
	return err
}
