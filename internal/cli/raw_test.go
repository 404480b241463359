package cli

import (
	"testing"

	"tracer/internal/analyze/profile"
	"tracer/trace"
)

func TestTimesThatAreShown(t *testing.T) {
	for _, test := range []struct {
		name                 string
		raw                  bool
		corrected, was, want int64
	}{
		{"what is corrected", false, 7, 10, 7},
		{"what cost more than it took", false, -3, 10, 0},
		{"what was recorded", true, -3, 10, 10},
	} {
		if got := (times{test.raw}).of(test.corrected, test.was); got != test.want {
			t.Errorf("%s: %d, expected %d", test.name, got, test.want)
		}
	}
}

func TestTaken(t *testing.T) {
	threads := []profile.Thread{{RawOutsideNS: 5000, OutsideNS: 3000}}
	measured := &profile.Profile{RawSelfNS: 9000, SelfNS: 1000, Threads: threads, Measured: true}
	partly := &profile.Profile{RawSelfNS: 9000, SelfNS: 1000}
	scaled := trace.Info{Calibration: &trace.Calibration{Scale: 0.9}}
	for _, test := range []struct {
		name string
		raw  bool
		info trace.Info
		p    *profile.Profile
		want string
	}{
		{"measured", false, trace.Info{}, measured, "less 10.0 µs that tracing itself took (--raw leaves it in)"},
		{"raw", true, trace.Info{}, measured, "with 10.0 µs that tracing itself took"},
		{"calibrated", false, scaled, measured, "less 10.0 µs that tracing itself took, by a run without it (--raw leaves it in)"},
		{"measured in some processes", false, trace.Info{}, partly, "less 8.00 µs that tracing itself took, where that was measured (--raw leaves it in)"},
		{"not measured", false, trace.Info{}, &profile.Profile{}, "what tracing itself took was not measured: it is in these times"},
		{"not measured, raw", true, trace.Info{}, &profile.Profile{}, "what tracing itself took was not measured: it is in these times"},
	} {
		if got := (times{test.raw}).taken(test.info, test.p); got != test.want {
			t.Errorf("%s: %q, expected %q", test.name, got, test.want)
		}
	}
}
