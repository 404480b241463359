package sample

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/prometheus/procfs"

	"tracer/internal/sys"
	"tracer/internal/wire"
)

// tickNS is the unit of processor times in /proc: USER_HZ is 100 wherever Go runs.
const tickNS = 10_000_000

// source is a process in a proc file system.
type source struct {
	proc     procfs.Proc
	start    uint64 // ticks from the boot of the system to the start of the process
	peak     uint64 // resident bytes, the most seen so far
	switches switches
}

func open(pid int) (source, error) { return openIn(procfs.DefaultMountPoint, pid) }

func openIn(mount string, pid int) (source, error) {
	root, err := procfs.NewFS(mount)
	if err != nil {
		return source{}, err
	}
	proc, err := root.Proc(pid)
	if err != nil {
		return source{}, ended(err)
	}
	stat, err := proc.Stat()
	if err != nil {
		return source{}, ended(err)
	}
	s := source{proc: proc, start: stat.Starttime, switches: switches{root: root}}
	return s, s.running(&stat)
}

// running reports whether the numbers are those of the process that the source was
// opened for.
func (s *source) running(stat *procfs.ProcStat) error {
	// A zombie of several threads has lost its first one only.
	zombie := (stat.State == "Z" || stat.State == "X") && stat.NumThreads <= 1
	if zombie || stat.Starttime != s.start {
		return os.ErrProcessDone
	}
	return nil
}

func (s *source) read() (wire.Sample, error) {
	v := wire.Sample{MonoNs: sys.MonoNS()}
	stat, err := s.proc.Stat()
	if err != nil {
		return v, ended(err)
	}
	if err := s.running(&stat); err != nil {
		return v, err
	}
	v.UserNs, v.SystemNs = uint64(stat.UTime)*tickNS, uint64(stat.STime)*tickNS
	v.MinorFaults, v.MajorFaults = uint64(stat.MinFlt), uint64(stat.MajFlt)
	v.Threads = uint32(stat.NumThreads)
	for _, part := range []func(*wire.Sample) error{s.status, s.io, s.descriptors} {
		// Only the end of the process makes all of the sample void.
		if err := part(&v); errors.Is(ended(err), os.ErrProcessDone) {
			return v, os.ErrProcessDone
		}
	}
	return v, nil
}

// ended turns the errors that say that a process is not there into one.
func ended(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// status reads memory and context switches. It takes the resident size from here:
// that of stat is allowed to lag behind.
func (s *source) status(v *wire.Sample) error {
	v.Resident, v.PeakResident, v.Virtual = unknown64, unknown64, unknown64
	v.VoluntarySwitches, v.InvoluntarySwitches = unknown64, unknown64
	status, err := s.proc.NewStatus()
	if err != nil {
		return err
	}
	// Memory is not told of a process whose first thread has ended.
	if status.VmSize != 0 {
		// The system's own peak may fall a little, as it adds up what the
		// CPUs count, and begins again when the process runs another program.
		s.peak = max(s.peak, status.VmHWM, status.VmRSS)
		v.Resident, v.PeakResident, v.Virtual = status.VmRSS, s.peak, status.VmSize
	}
	v.VoluntarySwitches, v.InvoluntarySwitches, err = s.switches.read(&status, v.Threads)
	return err
}

func (s *source) io(v *wire.Sample) error {
	c, err := s.proc.IO()
	if err != nil {
		v.ReadChars, v.WriteChars, v.ReadCalls = unknown64, unknown64, unknown64
		v.WriteCalls, v.ReadBytes, v.WriteBytes = unknown64, unknown64, unknown64
		return err
	}
	v.ReadChars, v.WriteChars, v.ReadCalls = c.RChar, c.WChar, c.SyscR
	v.WriteCalls, v.ReadBytes, v.WriteBytes = c.SyscW, c.ReadBytes, c.WriteBytes
	return nil
}

func (s *source) descriptors(v *wire.Sample) error {
	n, err := s.proc.FileDescriptorsLen()
	if err != nil {
		v.Descriptors = unknown32
		return err
	}
	v.Descriptors = uint32(n)
	return nil
}
