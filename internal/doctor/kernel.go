package doctor

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// The oldest Linux that has all that the agent needs: MADV_WIPEONFORK is the youngest.
const (
	minKernelMajor = 4
	minKernelMinor = 14
)

// gVisorBuild is what gVisor's own kernel says of its build, whatever its version.
const gVisorBuild = "#1 SMP Sun Jan 10 15:06:54 PST 2016"

// examineSystem looks at the operating system and what it runs in.
func examineSystem(f *Facts) []Check {
	if f.OS != "linux" {
		name := map[string]string{"darwin": "macOS", "windows": "Windows"}[f.OS]
		if name == "" {
			name = f.OS
		}
		return in(Kernel, Check{Name: "system", State: Problem, Fatal: true, Text: "this is " + name + ": recording needs Linux",
			Remedy: "record on Linux (a virtual machine or a container will do), and read the traces here: tracer pack there, tracer unpack here"})
	}
	release := f.text("/proc/sys/kernel/osrelease")
	c := Check{Name: "system", State: OK, Text: fmt.Sprintf("Linux %s, %s", release, f.Arch)}
	box, state, remedy := f.sandbox(release)
	if box != "" {
		c.Text += ", " + box
		c.State, c.Remedy = state, remedy
	}
	switch {
	case f.Arch != "amd64" && f.Arch != "arm64":
		c.State, c.Fatal = Problem, true
		c.Text += ": there is no agent for this CPU"
		c.Remedy = "record on amd64 or arm64"
	case older(release) && !strings.Contains(box, "gVisor"):
		c.State, c.Fatal = Problem, true
		c.Text += fmt.Sprintf(": the agent needs %d.%d or newer", minKernelMajor, minKernelMinor)
		if c.Remedy == "" {
			c.Remedy = "record on a newer Linux"
		}
	}
	return in(Kernel, c)
}

// older reports whether a kernel's release is too old. What cannot be read is not.
func older(release string) bool {
	var major, minor int
	if n, _ := fmt.Sscanf(release, "%d.%d", &major, &minor); n != 2 {
		return false
	}
	return major < minKernelMajor || major == minKernelMajor && minor < minKernelMinor
}

// sandbox says what the system runs in, as far as that shows.
func (f *Facts) sandbox(release string) (name string, state State, remedy string) {
	lower := strings.ToLower(release)
	switch {
	case strings.Contains(f.text("/proc/version"), gVisorBuild) || strings.Contains(f.text("/proc/version"), "gVisor"):
		return "in gVisor, where system calls and new pages cost more", Note, "expect programs to be slowed down more; measure elsewhere"
	case strings.Contains(lower, "microsoft") && !strings.Contains(lower, "wsl2"):
		if older(release) {
			return "in WSL 1, which is no Linux kernel", Problem, "change to WSL 2: wsl --set-version DISTRIBUTION 2"
		}
		return "in WSL 2", OK, ""
	case strings.Contains(lower, "microsoft"):
		return "in WSL 2", OK, ""
	case f.inContainer():
		return "in a container", OK, ""
	}
	return "", OK, ""
}

func (f *Facts) inContainer() bool {
	if value, ok := f.env("container"); ok && value != "" {
		return true
	}
	for _, file := range []string{".dockerenv", "run/.containerenv"} {
		if f.Root == nil {
			return false
		}
		if _, err := fs.Stat(f.Root, file); err == nil {
			return true
		}
	}
	groups := f.text("/proc/self/cgroup")
	for _, word := range []string{"docker", "kubepods", "containerd", "libpod", "/lxc/"} {
		if strings.Contains(groups, word) {
			return true
		}
	}
	return false
}

// examineGuards looks at what keeps processes from each other. It does not matter to a
// program that tracer starts.
func examineGuards(f *Facts) []Check {
	var checks []Check
	if scope, err := strconv.Atoi(f.text("/proc/sys/kernel/yama/ptrace_scope")); err == nil {
		text := map[int]string{
			0: "any process of the user", 1: "its own children only", 2: "nobody but root", 3: "nobody",
		}[scope]
		checks = append(checks, Check{Name: "ptrace", State: OK, Detail: true,
			Text: fmt.Sprintf("a process may be looked into by %s (kernel.yama.ptrace_scope %d); tracer run does not need it", text, scope)})
	}
	if f.status("Seccomp") == "2" {
		checks = append(checks, Check{Name: "seccomp", State: OK, Detail: true,
			Text: "system calls are filtered (seccomp); where an interpreter does not record, the filter may be why"})
	}
	return in(Kernel, checks...)
}

// status returns a line of /proc/self/status.
func (f *Facts) status(key string) string {
	for line := range strings.Lines(f.text("/proc/self/status")) {
		if name, value, ok := strings.Cut(line, ":"); ok && name == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
