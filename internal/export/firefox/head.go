package firefox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tracer/internal/export/timeline"
	"tracer/trace"
)

// pids are the processes' numbers as texts. One that another had before is made different.
type pids struct {
	processes []*trace.Process
	texts     []string
}

func newPIDs(processes []*trace.Process) pids {
	p := pids{processes: processes}
	for i, process := range processes {
		text := strconv.Itoa(process.PID)
		if slices.Contains(p.texts, text) {
			text += "." + strconv.Itoa(i)
		}
		p.texts = append(p.texts, text)
	}
	return p
}

func (p pids) of(process *trace.Process) string {
	return p.texts[slices.Index(p.processes, process)]
}

// The categories of frames, by their place in meta.
const (
	categoryOther = iota
	categoryPython
)

// head writes all up to the threads.
func head(out *timeline.Output, t *trace.Trace, threads []*trace.Thread, pids pids, o *Options) error {
	info := t.Info()
	start := float64(info.Start.UnixMicro()) / 1e3
	meta, err := json.Marshal(map[string]any{
		"version":                    31, // of Gecko's own format, of which this is a processed form
		"preprocessedProfileVersion": version,
		"product":                    product(pids),
		"importedFrom":               o.Creator,
		"arguments":                  strings.Join(info.Argv, " "),
		"interval":                   0.001,
		"startTime":                  start,
		"endTime":                    start + milliseconds(info.DurationNS),
		"processType":                0,
		"stackwalk":                  0,
		"symbolicated":               true,
		"usesOnlyOneStackType":       true,
		"sourceCodeIsNotOnSearchfox": true,
		"keepProfileThreadOrder":     true,
		"sampleUnits":                map[string]string{"time": "ms", "eventDelay": "ms", "threadCPUDelta": "ns"},
		"categories": []map[string]any{
			{"name": "Other", "color": "grey", "subcategories": []string{"Other"}},
			{"name": "Python", "color": "blue", "subcategories": []string{"Other"}},
		},
		"markerSchema": []map[string]any{{
			"name": gapMarker, "tooltipLabel": "events lost", "tableLabel": "events lost: {marker.data.lost}",
			"display": []string{"marker-chart", "marker-table", "timeline-overview"},
			"fields":  []map[string]string{{"key": "lost", "label": "Events", "format": "integer"}},
		}},
	})
	if err != nil {
		return err
	}
	counters, failed := counters(threads, pids, o.Query.Window)
	list, err := json.Marshal(counters)
	if err != nil {
		return err
	}
	out.B = append(append(out.B, `{"meta":`...), meta...)
	out.B = append(append(out.B, `,"libs":[],"counters":`...), list...)
	out.B = append(out.B, `,"threads":[`...)
	return failed
}

// product is what the profiler calls the profile: the first process.
func product(pids pids) string {
	if len(pids.processes) == 0 {
		return "python"
	}
	return timeline.Process(pids.processes[0])
}

// counter is a counter of a process.
type counter struct {
	Name            string `json:"name"`
	Category        string `json:"category"`
	Description     string `json:"description"`
	PID             string `json:"pid"`
	MainThreadIndex int    `json:"mainThreadIndex"`
	Samples         struct {
		Time   []float64 `json:"time"`
		Count  []float64 `json:"count"` // the change since the sample before
		Length int       `json:"length"`
	} `json:"samples"`
}

// counters returns the counters of the threads' processes.
func counters(threads []*trace.Thread, pids pids, w trace.Window) ([]counter, error) {
	kinds := []struct {
		name, category, description string
		of                          func(*trace.Counters) int64
	}{
		{"malloc", "Memory", "Memory of the process", func(c *trace.Counters) int64 { return c.Resident }},
		{"processCPU", "CPU", "Processor time of the process", func(c *trace.Counters) int64 { return sum(c.UserNS, c.SystemNS) }},
		{"read", "Bandwidth", "Bytes read", func(c *trace.Counters) int64 { return c.ReadChars }},
		{"written", "Bandwidth", "Bytes written", func(c *trace.Counters) int64 { return c.WriteChars }},
	}
	list := []counter{}
	var failed error
	for _, p := range pids.processes {
		all, err := p.Counters()
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("read counters of process %d: %w", p.PID, err))
		}
		for _, kind := range kinds {
			c := counter{Name: kind.name, Category: kind.category, Description: kind.description, PID: pids.of(p)}
			c.MainThreadIndex = slices.IndexFunc(threads, func(th *trace.Thread) bool { return th.Process == p })
			before := int64(0)
			for i := range all {
				v := kind.of(&all[i])
				if v < 0 || !w.All() && (all[i].At < w.From || all[i].At >= w.To) {
					continue
				}
				c.Samples.Time = append(c.Samples.Time, milliseconds(all[i].At))
				c.Samples.Count = append(c.Samples.Count, float64(v-before))
				before = v
			}
			if c.Samples.Length = len(c.Samples.Time); c.Samples.Length > 0 {
				list = append(list, c)
			}
		}
	}
	return list, failed
}

// sum adds what is known: -1 is not.
func sum(a, b int64) int64 {
	if a < 0 || b < 0 {
		return -1
	}
	return a + b
}

func milliseconds(ns int64) float64 { return float64(ns) / 1e6 }
