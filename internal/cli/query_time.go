package cli

import (
	"strconv"
	"strings"
	"time"
)

// moments reads times of a trace.
type moments struct {
	start    time.Time // when the trace began
	duration int64     // ns
	from     int64     // what + is after
}

// parse returns the time that a text stands for, in ns since the trace began.
func (m *moments) parse(text string) (int64, bool) {
	if part, ok := strings.CutSuffix(text, "%"); ok {
		n, err := strconv.ParseFloat(part, 64)
		return int64(float64(m.duration) * n / 100), err == nil && n >= 0 && n <= 100
	}
	if at, ok := m.clock(text); ok {
		return at, at >= 0
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return 0, false
	case text[0] == '+':
		return m.from + int64(d), m.from+int64(d) >= m.from
	case text[0] == '-':
		return max(0, m.duration+int64(d)), true
	}
	return int64(d), true
}

// clock returns the time that a date and time, or a time of day, stands for: the first
// one that is not before the start of the trace. 14:05 of a trace that began within that
// minute is its begin.
func (m *moments) clock(text string) (int64, bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return int64(at.Sub(m.start)), true
	}
	for layout, within := range map[string]time.Duration{time.TimeOnly: time.Second, "15:04": time.Minute} {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		y, month, day := m.start.Date()
		at = time.Date(y, month, day, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), m.start.Location())
		if at.Add(within).Compare(m.start) <= 0 {
			at = at.AddDate(0, 0, 1)
		}
		return max(int64(at.Sub(m.start)), 0), true
	}
	return 0, false
}
