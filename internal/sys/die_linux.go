package sys

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// SignalName returns SIGTERM for 15.
func SignalName(sig syscall.Signal) string {
	if name := unix.SignalName(sig); name != "" {
		return name
	}
	return sig.String()
}

// DieOf ends this process by the signal, so that its parent sees what it would
// have seen of the child. No second core file is written.
func DieOf(sig syscall.Signal) {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	// Where cores are piped to a program the limit does not count.
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)

	// The runtime's own handlers of SIGABRT, SIGSEGV and others print stacks;
	// signal.Reset only goes back to those. The kernel's struct sigaction, all
	// zero, is SIG_DFL with no flags.
	runtime.LockOSThread()
	var action [4]uint64
	_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
	var set unix.Sigset_t
	set.Val[(sig-1)/64] = 1 << ((sig - 1) % 64)
	_ = unix.PthreadSigmask(unix.SIG_UNBLOCK, &set, nil)
	_ = unix.Tgkill(unix.Getpid(), unix.Gettid(), sig)
	_ = unix.Kill(unix.Getpid(), sig)
	// Only a signal whose default is not to end a process comes here.
	os.Exit(128 + int(sig))
}
