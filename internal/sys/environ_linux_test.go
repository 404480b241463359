package sys

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestWithVariable(t *testing.T) {
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip(err)
	}
	if sleep, err = filepath.EvalSymlinks(sleep); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("SYS_TEST_%d", os.Getpid())
	var pids []int
	var cmds []*exec.Cmd
	for _, env := range [][]string{{name + "=a b"}, {"A=1", name + "=a b", "B=2"}, {name + "=a bc"}, {"X" + name + "=a b"}} {
		cmd := exec.Command(sleep, "100")
		cmd.Env = env
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		pids, cmds = append(pids, cmd.Process.Pid), append(cmds, cmd)
	}
	if got := WithVariable(name + "=a b"); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(pids[:2]))) {
		t.Errorf("found %v, expected %v", got, pids[:2])
	}
	if got := Program(pids[0]); got != sleep {
		t.Errorf("it executes %s, expected %s", got, sleep)
	}
	_ = cmds[0].Process.Kill()
	_, _ = cmds[0].Process.Wait() // killed
	if got := WithVariable(name + "=a b"); !slices.Equal(got, pids[1:2]) {
		t.Errorf("found %v when %d has ended", got, pids[0])
	}
}
