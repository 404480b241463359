package sample

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/wire"
)

// A process as proc(5) describes one, with a name made to confuse. Each number is
// found once.
const (
	statText = "77 (a) R (b\n) S 1 77 77 0 -1 4194560 101 9001 102 9002 103 104 9003 9004 20 0 1 0 500 9005 9006 " +
		"18446744073709551615 1 2 3 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0 1 2 3 4 5 6 7 0\n"
	statusText = "Name:\ta\nTgid:\t77\nPid:\t77\nVmPeak:\t  9007 kB\nVmSize:\t   110 kB\nVmHWM:\t   112 kB\nVmRSS:\t   111 kB\n" +
		"Threads:\t1\nvoluntary_ctxt_switches:\t113\nnonvoluntary_ctxt_switches:\t114\n"
	ioText = "rchar: 120\nwchar: 121\nsyscr: 122\nsyscw: 123\nread_bytes: 124\nwrite_bytes: 125\ncancelled_write_bytes: 9008\n"
)

// proc makes a proc file system of one process.
func proc(t *testing.T, files map[string]string) string {
	mount := t.TempDir()
	for name, text := range files {
		path := filepath.Join(mount, "77", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return mount
}

func whole() map[string]string {
	return map[string]string{"stat": statText, "status": statusText, "io": ioText, "fd/0": "", "fd/1": ""}
}

func TestEachNumberIsInItsPlace(t *testing.T) {
	s, err := openIn(proc(t, whole()), 77)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.read()
	want := wire.Sample{
		MonoNs: got.MonoNs, UserNs: 1030e6, SystemNs: 1040e6, Resident: 111 << 10, PeakResident: 112 << 10, Virtual: 110 << 10,
		MinorFaults: 101, MajorFaults: 102, ReadChars: 120, WriteChars: 121, ReadCalls: 122, WriteCalls: 123, ReadBytes: 124, WriteBytes: 125,
		VoluntarySwitches: 113, InvoluntarySwitches: 114, Threads: 1, Descriptors: 2,
	}
	if err != nil || got != want || got.MonoNs == 0 {
		t.Errorf("%+v, %v\nexpected %+v", got, err, want)
	}
}

// What is no error of the whole is all ones, and the rest is there.
func TestWhatCannotBeReadIsAllOnes(t *testing.T) {
	known := func(v wire.Sample) []bool {
		return []bool{v.UserNs != unknown64, v.Resident != unknown64, v.PeakResident != unknown64, v.Virtual != unknown64,
			v.VoluntarySwitches != unknown64, v.InvoluntarySwitches != unknown64, v.ReadChars != unknown64, v.WriteChars != unknown64,
			v.ReadCalls != unknown64, v.WriteCalls != unknown64, v.ReadBytes != unknown64, v.WriteBytes != unknown64, v.Descriptors != unknown32}
	}
	for _, test := range []struct {
		name   string
		change func(files map[string]string)
		known  string // by letter, the order of known
	}{
		{"all is there", func(map[string]string) {}, "yyyyyyyyyyyyy"},
		{"io is none", func(f map[string]string) { f["io"] = "rchar: x\n" }, "yyyyyynnnnnny"},
		{"status is none", func(f map[string]string) { f["status"] = "Uid:\tx\n" }, "ynnnnnyyyyyyy"},
		{"the first thread has ended", func(f map[string]string) { f["status"] = "voluntary_ctxt_switches:\t1\n" }, "ynnnyyyyyyyyy"},
		{"descriptors are none", func(f map[string]string) { delete(f, "fd/0"); delete(f, "fd/1"); f["fd"] = "" }, "yyyyyyyyyyyyn"},
	} {
		files := whole()
		test.change(files)
		s, err := openIn(proc(t, files), 77)
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.read()
		var got strings.Builder
		for _, k := range known(v) {
			got.WriteString(map[bool]string{true: "y", false: "n"}[k])
		}
		if err != nil || got.String() != test.known {
			t.Errorf("%s: known is %s, %v; expected %s", test.name, &got, err, test.known)
		}
	}
}

// The files of a process vanish together, but not at the same moment.
func TestAProcessThatEndsWhileItIsRead(t *testing.T) {
	for _, last := range []string{"stat", "status", "io"} {
		mount := proc(t, whole())
		s, err := openIn(mount, 77)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(mount, "77", last)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.read(); !errors.Is(err, os.ErrProcessDone) {
			t.Errorf("without %s: %v", last, err)
		}
	}
}
