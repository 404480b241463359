package timeline

import (
	"encoding/json"
	"strconv"
	"testing"
)

func TestDecimals(t *testing.T) {
	for _, tt := range []struct {
		ns                         int64
		microseconds, milliseconds string
	}{
		{0, "0.000", "0"},
		{1, "0.001", "0.000001"},
		{999, "0.999", "0.000999"},
		{1000, "1.000", "0.001"},
		{1_234_567, "1234.567", "1.234567"},
		{5_000_000, "5000.000", "5"},
		{-1_500, "-1.500", "-0.0015"},
		{1<<63 - 1, "9223372036854775.807", "9223372036854.775807"},
	} {
		if got := string(AppendMicroseconds(nil, tt.ns)); got != tt.microseconds {
			t.Errorf("%d ns are %s µs, want %s", tt.ns, got, tt.microseconds)
		}
		if got := string(AppendMilliseconds(nil, tt.ns)); got != tt.milliseconds {
			t.Errorf("%d ns are %s ms, want %s", tt.ns, got, tt.milliseconds)
		}
	}
}

func FuzzDecimals(f *testing.F) {
	f.Add(int64(1500))
	f.Fuzz(func(t *testing.T, ns int64) {
		ns %= 1 << 50 // what a float can hold to the last digit
		for text, unit := range map[string]float64{string(AppendMicroseconds(nil, ns)): 1e3, string(AppendMilliseconds(nil, ns)): 1e6} {
			if v, err := strconv.ParseFloat(text, 64); err != nil || v != float64(ns)/unit {
				t.Errorf("%d ns: %s, %v", ns, text, err)
			}
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add("<module> & \"x\" \xff\u2028\n")
	f.Fuzz(func(t *testing.T, s string) {
		var got, want string
		standard, _ := json.Marshal(s)
		if err := json.Unmarshal(standard, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(AppendJSON(nil, s), &got); err != nil || got != want {
			t.Errorf("%q is %q, %v", s, got, err)
		}
	})
}
