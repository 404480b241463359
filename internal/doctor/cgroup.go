package doctor

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"tracer/internal/render"
)

const (
	littleMemory = 512 << 20
	noLimitAbove = 1 << 60 // version 1 writes no limit as a number that is about 2^63
)

// group is a control group that this process is in: the directory of its files, for
// a controller of version 1 or, with none, for version 2.
func (f *Facts) group(controller string) string {
	for line := range strings.Lines(f.text("/proc/self/cgroup")) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		if controller == "" && parts[0] == "0" && parts[1] == "" {
			return path.Join("/sys/fs/cgroup", parts[2])
		}
		for _, name := range strings.Split(parts[1], ",") {
			if controller != "" && name == controller {
				return path.Join("/sys/fs/cgroup", controller, parts[2])
			}
		}
	}
	return ""
}

// inGroups reads a file of the process's group and of those above it. In a container the
// group's own path is that of the host, and its files lie at the top.
func (f *Facts) inGroups(controller, file string) []string {
	var found []string
	top := path.Join("/sys/fs/cgroup", controller)
	dir := f.group(controller)
	if dir == "" {
		return nil
	}
	for {
		if text := f.text(path.Join(dir, file)); text != "" {
			found = append(found, text)
		}
		if dir == top || len(dir) <= len(top) {
			return found
		}
		dir = path.Dir(dir)
	}
}

// memoryLimit returns the smallest limit of the process's groups, and what the innermost one has.
func (f *Facts) memoryLimit() (limit, current int64, ok bool) {
	for _, v := range []struct{ controller, limit, current string }{
		{"", "memory.max", "memory.current"},
		{"memory", "memory.limit_in_bytes", "memory.usage_in_bytes"},
	} {
		for _, text := range f.inGroups(v.controller, v.limit) {
			n, err := strconv.ParseInt(text, 10, 64)
			if err == nil && n < noLimitAbove && (!ok || n < limit) {
				limit, ok = n, true
			}
		}
		if used := f.inGroups(v.controller, v.current); ok && len(used) > 0 {
			current, _ = strconv.ParseInt(used[0], 10, 64) // 0 is not known
		}
	}
	return limit, current, ok
}

// quota returns how many processors' time the groups may have.
func (f *Facts) quota() (processors float64, ok bool) {
	add := func(quota, period string) {
		q, err1 := strconv.ParseFloat(quota, 64)
		p, err2 := strconv.ParseFloat(period, 64)
		if err1 == nil && err2 == nil && q > 0 && p > 0 && (!ok || q/p < processors) {
			processors, ok = q/p, true
		}
	}
	for _, text := range f.inGroups("", "cpu.max") { // "max 100000" is none
		if quota, period, both := strings.Cut(text, " "); both {
			add(quota, period)
		}
	}
	quotas, periods := f.inGroups("cpu", "cpu.cfs_quota_us"), f.inGroups("cpu", "cpu.cfs_period_us")
	for i := range min(len(quotas), len(periods)) {
		add(quotas[i], periods[i])
	}
	return processors, ok
}

// allowed counts the processors of a list like 0-3,8.
func allowed(list string) int {
	n := 0
	for _, part := range strings.Split(list, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		a, err := strconv.Atoi(from)
		if err != nil {
			continue
		}
		b := a
		if isRange {
			if b, err = strconv.Atoi(to); err != nil {
				continue
			}
		}
		n += max(b-a+1, 0)
	}
	return n
}

// examineProcessors looks at what the controller can run on beside the program.
func examineProcessors(f *Facts) []Check {
	n := allowed(f.status("Cpus_allowed_list"))
	if n == 0 {
		return nil
	}
	c := Check{Name: "processors", State: OK, Text: render.Plural(n, "processor")}
	share := float64(n)
	if quota, ok := f.quota(); ok && quota < share {
		share = quota
		c.Text += fmt.Sprintf(", of which the control group may use %.3g", quota)
	}
	if share < 2 {
		c.State = Note
		c.Text += ": tracer compacts what is recorded on the time that the program wants"
		c.Remedy = "give it a second processor, or record less: --only, --events functions"
	}
	return in(Kernel, c)
}
