package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Health is what tracer itself says of a trace.
type Health struct {
	Events    uint64
	Processes int
	Bytes     int64
	Faults    []string // what there must not be
}

// verified is what of `tracer verify --format json` counts here.
type verified struct {
	Events, Damage, Losses uint64
	Processes              int
	Bytes                  int64
	Findings               []struct{ Severity, File, What string }
}

// health has tracer look at each byte of the trace. Notes are no fault: tests kill
// processes.
func health(ctx context.Context, tracer, trace string) (Health, error) {
	out, err := exec.CommandContext(ctx, tracer, "verify", "--format", "json", trace).Output()
	var v verified
	if jsonErr := json.Unmarshal(out, &v); jsonErr != nil {
		return Health{}, fmt.Errorf("verify %s: %w: %w", trace, jsonErr, err)
	}
	h := Health{Events: v.Events, Processes: v.Processes, Bytes: v.Bytes}
	for _, f := range v.Findings {
		if f.Severity != "note" {
			h.Faults = append(h.Faults, fmt.Sprintf("%s: %s: %s", f.Severity, f.File, f.What))
		}
	}
	if len(h.Faults) == 0 && (v.Damage > 0 || v.Losses > 0 || err != nil) {
		h.Faults = append(h.Faults, fmt.Sprintf("verify counts %d damages and %d losses, and ends with: %v", v.Damage, v.Losses, err))
	}
	refused, err := os.ReadFile(filepath.Join(trace, "refused"))
	if err == nil {
		for line := range bytes.Lines(refused) {
			h.Faults = append(h.Faults, "not traced: "+string(bytes.TrimSpace(line)))
		}
	}
	return h, nil
}

// reported is a row of `tracer report --format json`.
type reported struct {
	Module, Function, File string
	Calls                  int
}

func report(ctx context.Context, tracer, trace string, flags ...string) ([]reported, error) {
	argv := append([]string{"report", "--by", "function", "--format", "json"}, flags...)
	out, err := exec.CommandContext(ctx, tracer, append(argv, trace)...).Output()
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", trace, err)
	}
	var rows []reported
	if err := json.Unmarshal(out, &rows); err != nil {
		return nil, fmt.Errorf("report %s: %w", trace, err)
	}
	return rows, nil
}

// calls returns how often a function of the program's main module was called.
func calls(rows []reported, function string) int {
	sum := 0
	for _, row := range rows {
		if row.Function == function {
			sum += row.Calls
		}
	}
	return sum
}
