package sys

import "golang.org/x/sys/unix"

func monoNS() uint64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return 0 // EINVAL or EFAULT only, and neither can be
	}
	return uint64(ts.Nano())
}
