package sys

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

func TestProcess(t *testing.T) {
	for script, want := range map[string]Status{
		"exit 0":        {},
		"exit 7":        {Code: 7},
		"kill -KILL $$": {Signal: syscall.SIGKILL},
	} {
		p, err := Start("/bin/sh", []string{"sh", "-c", script}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Wait()
		if err != nil || got != want {
			t.Errorf("%s: %v, %v; expected %v", script, got, err, want)
		}
		if err := p.Signal(syscall.SIGTERM); !errors.Is(err, os.ErrProcessDone) {
			t.Errorf("a signal after the end: %v", err)
		}
	}
	if _, err := Start("/nonexistent", []string{"x"}, nil); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("start of nothing: %v", err)
	}
}

func TestStatusAsAShellShowsIt(t *testing.T) {
	if got := (Status{Signal: syscall.SIGTERM}).Shell(); got != 143 {
		t.Error(got)
	}
	if got := (Status{Code: 3}).Shell(); got != 3 {
		t.Error(got)
	}
}

func TestAlive(t *testing.T) {
	cmd := exec.Command("sh", "-c", "read line")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	if !Alive(pid) || !Alive(os.Getpid()) {
		t.Error("a process that runs is not alive")
	}
	in.Close()
	for range 500 {
		if !Alive(pid) { // a zombie until Wait
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if Alive(pid) {
		t.Error("a zombie is alive")
	}
	_ = cmd.Wait()
	if Alive(pid) {
		t.Error("a process that is gone is alive")
	}
}

func TestSignalName(t *testing.T) {
	if got := SignalName(syscall.SIGTERM); got != "SIGTERM" {
		t.Error(got)
	}
	if got := SignalName(40); got == "" {
		t.Error("no name for a real-time signal")
	}
}
