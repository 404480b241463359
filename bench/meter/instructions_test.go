//go:build unix

package meter

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestCountsOfPerf(t *testing.T) {
	const head = "# started on Mon Jan  5 10:00:00 2026\n\n"
	for _, c := range []struct {
		text string
		want uint64
		err  error
	}{
		{head + "123456,,instructions:u,1000,100.00,1.23,insn per cycle\n", 123456, nil},
		{head + "100,,cpu_core/instructions/u,1000,60.00,,\n20,,cpu_atom/instructions/u,800,40.00,,\n", 120, nil},
		{head + "100,,cpu_core/instructions/u,1000,60.00,,\n<not counted>,,cpu_atom/instructions/u,0,0.00,,\n", 100, nil},
		{head + "<not supported>,,instructions:u,0,100.00,,\n", 0, ErrNoCounter},
		{head, 0, ErrNoCounter},
	} {
		if got, err := parseCounts(c.text); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%q: %d, %v; expected %d, %v", c.text, got, err, c.want, c.err)
		}
	}
	if _, err := parseCounts("many,,instructions:u\n"); err == nil || errors.Is(err, ErrNoCounter) {
		t.Errorf("a number that is none: %v", err)
	}
}

func TestInstructionsStartsPerfAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	perf := "#!/bin/sh\n[ \"$1 $2 $3 $4 $5 $7 $8 $9\" = 'stat -x, -e instructions:u -o -- some command' ] && echo '42,,instructions:u' >\"$6\"\n"
	if err := os.WriteFile(filepath.Join(dir, "perf"), []byte(perf), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	file := filepath.Join(dir, "counts")
	if n, err := Instructions(t.Context(), Command{Argv: []string{"some", "command"}}, file); n != 42 || err != nil {
		t.Errorf("%d, %v; expected 42", n, err)
	}
	if _, err := Instructions(t.Context(), Command{Argv: []string{"another", "command"}}, file); err == nil {
		t.Error("no error of a perf that fails")
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("what perf said was left behind")
	}
}
