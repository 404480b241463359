package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// coarseStep is from what step on a clock is too coarse for single lines, which take
// some 20 ns.
const coarseStep = 20 // ns

const clockSources = "/sys/devices/system/clocksource/clocksource0/"

// examineClock looks at what events are stamped with.
func examineClock(f *Facts) []Check {
	if f.OS != "linux" {
		return nil // nothing is stamped
	}
	current := f.text(clockSources + "current_clocksource")
	available := strings.Fields(f.text(clockSources + "available_clocksource"))
	c := Check{Name: "counter", State: OK, Text: fmt.Sprintf("%s at %s; a reading takes %s, the smallest step is %s",
		counterName(f.Arch), frequency(f.Clock.Hz), ns(f.Clock.CostNS), ns(f.Clock.StepNS))}
	distrusted := f.Arch == "amd64" && len(available) > 0 && !slices.Contains(available, "tsc")
	switch {
	case !f.Clock.Invariant:
		c.State = Problem
		c.Text = fmt.Sprintf("the CPU's counter does not run at one speed%s: events are stamped with the system's clock, where a reading takes %s",
			f.missingFlags(), ns(f.Clock.CostNS))
		c.Remedy = "times are right but cost more; on a virtual machine let the host pass its counter on (QEMU and libvirt: the CPU feature invtsc)"
	case distrusted:
		c.State = Note
		c.Text += fmt.Sprintf("; Linux itself does not use it but %s: cores may disagree", current)
		c.Remedy = "compare times of different threads with care; see why: dmesg | grep -i tsc"
	case f.Clock.StepNS >= coarseStep:
		c.State = Note
		c.Text += ": a single line is shorter; sums are right"
	}
	checks := in(Clock, c)
	if current != "" {
		checks = append(checks, in(Clock, Check{Name: "system clock", State: OK, Detail: true,
			Text: fmt.Sprintf("the system's clock stands on %s (of %s)", current, strings.Join(available, ", "))})...)
	}
	return checks
}

func counterName(arch string) string {
	switch arch {
	case "amd64":
		return "invariant time stamp counter"
	case "arm64":
		return "generic timer (cntvct)"
	}
	return "counter"
}

// missingFlags names what /proc/cpuinfo does not say of the counter.
func (f *Facts) missingFlags() string {
	var flags []string
	for line := range strings.Lines(f.text("/proc/cpuinfo")) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "flags" {
			flags = strings.Fields(value)
			break
		}
	}
	if len(flags) == 0 {
		return ""
	}
	var missing []string
	for _, flag := range []string{"constant_tsc", "nonstop_tsc"} {
		if !slices.Contains(flags, flag) {
			missing = append(missing, flag)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return " (no " + strings.Join(missing, ", ") + ")"
}

func frequency(hz float64) string {
	if hz >= 1e9 {
		return fmt.Sprintf("%.2f GHz", hz/1e9)
	}
	return fmt.Sprintf("%.1f MHz", hz/1e6)
}

// ns writes a short time.
func ns(v float64) string {
	if v < 9.95 {
		return fmt.Sprintf("%.1f ns", v)
	}
	return fmt.Sprintf("%.0f ns", v)
}
