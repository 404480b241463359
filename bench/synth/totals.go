package synth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Totals are what a synthetic trace must add up to.
type Totals struct {
	Events    uint64     `json:"events"`
	Hz        uint64     `json:"ticks_per_second"`
	Outside   uint64     `json:"outside_ticks"`
	Functions []Function `json:"functions"`
	Lines     []Line     `json:"lines"`
}

// Function is what a function must have.
type Function struct {
	Module string `json:"module"`
	Name   string `json:"function"`
	Line   int    `json:"line"` // of its def
	Calls  uint64 `json:"calls"`
	Hits   uint64 `json:"hits"`
	Self   uint64 `json:"self_ticks"`
}

// Line is what a line of a function must have.
type Line struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	Line     int    `json:"line"`
	Hits     uint64 `json:"hits"`
	Self     uint64 `json:"self_ticks"`
}

// suffix is what the file of the totals has behind the path of the trace.
const suffix = ".totals.json"

// add adds the threads up. What neither ran nor took time has no row.
func add(p *program, players []*player) *Totals {
	t := &Totals{Hz: hz}
	count, self := make([]uint64, len(p.cost)), make([]uint64, len(p.cost))
	for _, pl := range players {
		t.Events += pl.recorded
		for i := range count {
			count[i] += pl.count[i]
			self[i] += pl.self[i]
		}
	}
	t.Outside = self[0]
	for _, f := range p.all {
		calls := count[f.base]
		if calls == 0 {
			continue
		}
		sum := Function{Module: f.module, Name: f.name, Line: int(f.first), Calls: calls}
		for i := range f.lines + 1 {
			at := int(f.base) + int(i)
			l := Line{Module: f.module, Function: f.name, Line: int(f.first + i), Hits: count[at], Self: self[at]}
			if i == 0 {
				l.Hits = 0 // those are the calls
			}
			if l.Hits > 0 || i == 0 {
				t.Lines = append(t.Lines, l)
			}
			sum.Hits += l.Hits
			sum.Self += l.Self
		}
		t.Functions = append(t.Functions, sum)
	}
	return t
}

// Write puts the totals beside the trace.
func (t *Totals) Write(trace string) error {
	b, err := json.MarshalIndent(t, "", " ")
	if err == nil {
		err = os.WriteFile(trace+suffix, append(b, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write totals: %w", err)
	}
	return nil
}

// Read returns the totals of a trace that Generate has made; nil for any other.
func Read(trace string) (*Totals, error) {
	b, err := os.ReadFile(trace + suffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read totals: %w", err)
	}
	t := new(Totals)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("read totals: %s: %w", trace+suffix, err)
	}
	return t, nil
}

// Remove deletes a trace and its totals.
func Remove(trace string) error {
	err := os.Remove(trace + suffix)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, os.RemoveAll(trace))
}
