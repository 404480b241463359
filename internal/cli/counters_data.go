package cli

import (
	"math"

	"tracer/trace"
)

// counterRow is a sample. What is not known is nil.
type counterRow struct {
	At                  int64    `json:"t_ns"`
	PID                 int      `json:"pid"`
	CPU                 *float64 `json:"cpu_percent"`
	UserNS              *int64   `json:"user_ns"`
	SystemNS            *int64   `json:"system_ns"`
	Resident            *int64   `json:"resident"`
	PeakResident        *int64   `json:"peak_resident"`
	Virtual             *int64   `json:"virtual"`
	MinorFaults         *int64   `json:"minor_faults"`
	MajorFaults         *int64   `json:"major_faults"`
	ReadChars           *int64   `json:"read_chars"`
	WriteChars          *int64   `json:"write_chars"`
	ReadCalls           *int64   `json:"read_calls"`
	WriteCalls          *int64   `json:"write_calls"`
	ReadBytes           *int64   `json:"read_bytes"`
	WriteBytes          *int64   `json:"write_bytes"`
	VoluntarySwitches   *int64   `json:"voluntary_switches"`
	InvoluntarySwitches *int64   `json:"involuntary_switches"`
	Threads             *int64   `json:"threads"`
	Descriptors         *int64   `json:"descriptors"`
}

// counterRows returns the samples of one process after those of another.
func counterRows(all []counted) []counterRow {
	var rows []counterRow
	for _, c := range all {
		for i, s := range c.samples {
			row := newCounterRow(c.process.PID, &s)
			if i > 0 {
				row.CPU = percent(rate(c.samples[i-1:i+1], cpuTime))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func newCounterRow(pid int, s *trace.Counters) counterRow {
	return counterRow{
		At: s.At, PID: pid,
		UserNS: known(s.UserNS), SystemNS: known(s.SystemNS),
		Resident: known(s.Resident), PeakResident: known(s.PeakResident), Virtual: known(s.Virtual),
		MinorFaults: known(s.MinorFaults), MajorFaults: known(s.MajorFaults),
		ReadChars: known(s.ReadChars), WriteChars: known(s.WriteChars),
		ReadCalls: known(s.ReadCalls), WriteCalls: known(s.WriteCalls),
		ReadBytes: known(s.ReadBytes), WriteBytes: known(s.WriteBytes),
		VoluntarySwitches: known(s.VoluntarySwitches), InvoluntarySwitches: known(s.InvoluntarySwitches),
		Threads: known(s.Threads), Descriptors: known(s.Descriptors),
	}
}

// known returns nil for what is not.
func known(v int64) *int64 {
	if v < 0 {
		return nil
	}
	return &v
}

// percent returns a share of one processor, of its ns by second, with one decimal.
func percent(nsBySecond float64) *float64 {
	if math.IsNaN(nsBySecond) {
		return nil
	}
	share := math.Round(nsBySecond/1e6) / 10
	return &share
}
